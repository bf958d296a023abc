//! References as texts.

use crate::analysis::vtl::ast::{AccessKind, Block, Expr, ExprKind, Node, NodeKind, Reference, Span};
use crate::analysis::vtl::stage_variables;
use crate::analysis::vtl::walk::{Visit, walk};
use crate::model::{Gap, Hole, Part, Text};
use std::collections::BTreeMap;

/// A longer text in a variable is a hole.
const LONG: usize = 2048;

#[derive(Clone)]
pub(super) struct Resolved {
    pub text: Text,
    /// No part of it comes from a reference that is not `$util.urlEncode(…)`.
    pub encoded: bool,
}

/// Variables with one value from one place on.
pub(super) struct Variables<'t> {
    source: &'t str,
    known: BTreeMap<&'t str, (usize, Resolved)>,
}

impl<'t> Variables<'t> {
    pub(super) fn of(source: &'t str, template: &'t Block) -> Variables<'t> {
        let mut sets = Sets(BTreeMap::new());
        walk(template, &mut sets);
        let mut variables = Variables { source, known: BTreeMap::new() };
        for node in &template.nodes {
            if let NodeKind::Set { target, value } = &node.kind
                && target.path.is_empty()
                && sets.0.get(target.name.text.as_str()) == Some(&1)
            {
                let value = variables.expr(value);
                if value.text.parts().iter().map(size).sum::<usize>() <= LONG {
                    variables.known.insert(&target.name.text, (node.span.end, value));
                }
            }
        }
        variables
    }

    pub(super) fn reference(&self, reference: &'t Reference) -> Resolved {
        let name = reference.name.text.as_str();
        let plain = reference.backslashes == 0 && reference.bang_backslashes == 0 && reference.alternate.is_none();
        if let Some((from, value)) = self.known.get(name)
            && plain
            && reference.path.is_empty()
            && *from <= reference.span.start
        {
            return value.clone();
        }
        if let (true, [_], Some(Some(variable))) =
            (plain, reference.path.as_slice(), stage_variables::name_of(reference))
        {
            let text = hole(format!("stageVariables.{variable}"), "the stage's variables");
            return Resolved { text, encoded: false };
        }
        let encoded = name == "util"
            && matches!(reference.path.as_slice(), [only]
                if matches!(&only.kind, AccessKind::Method(name, _) if name.text == "urlEncode"));
        Resolved { text: self.unknown(reference.span), encoded }
    }

    /// The same place writes the same text, but for loops: ids are not compared across iterations.
    pub(super) fn unknown(&self, span: Span) -> Text {
        let written = span.of(self.source);
        hole(format!("{written}@{}", span.start), written)
    }

    fn expr(&self, expr: &'t Expr) -> Resolved {
        match &expr.kind {
            ExprKind::Reference(reference) => self.reference(reference),
            ExprKind::String(text) => match &text.template {
                None => Resolved { text: Text::new(text.value.as_str()), encoded: true },
                Some(inner) => self.interpolated(inner),
            },
            _ => Resolved { text: self.unknown(expr.span), encoded: false },
        }
    }

    pub(super) fn interpolated(&self, template: &'t Block) -> Resolved {
        let mut encoded = true;
        let mut parts = Vec::new();
        for Node { span, kind } in &template.nodes {
            match kind {
                NodeKind::Text(text) | NodeKind::Unparsed(text) => parts.push(Part::Lit(text.as_str().into())),
                NodeKind::Comment(_) => {}
                NodeKind::Reference(reference) => {
                    let inner = self.reference(reference);
                    encoded &= inner.encoded;
                    parts.extend(inner.text.parts());
                }
                _ => {
                    encoded = false;
                    parts.extend(self.unknown(*span).parts());
                }
            }
        }
        Resolved { text: Text::from_parts(parts), encoded }
    }
}

fn size(part: &Part) -> usize {
    match part {
        Part::Lit(text) => text.len(),
        Part::Hole(hole) => hole.id.len(),
    }
}

fn hole(id: String, what: &str) -> Text {
    let gap = Gap::Runtime { what: what.to_owned() };
    Text::hole(Hole { id: id.into(), family: None, charset: Default::default(), gap })
}

/// In how many places each variable gets a value.
struct Sets<'t>(BTreeMap<&'t str, usize>);

impl<'t> Visit<'t> for Sets<'t> {
    fn reference(&mut self, reference: &'t Reference, written: bool) {
        if written {
            *self.0.entry(&reference.name.text).or_default() += 1;
        }
    }

    fn node(&mut self, node: &'t Node) {
        // What these set cannot be seen: no variable is known.
        if matches!(node.kind, NodeKind::Evaluate { .. } | NodeKind::Parse { .. } | NodeKind::Call { .. }) {
            self.0.values_mut().for_each(|count| *count += 2);
        }
    }
}
