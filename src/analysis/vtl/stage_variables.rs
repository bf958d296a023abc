//! The stage variables that a template reads.

use super::ast::{AccessKind, Block, ExprKind, Node, NodeKind, Reference, Span};
use super::members::member;
use super::walk::{Visit, walk};
use crate::analysis::Tri;
use crate::model::refs::Vars;

/// A place where a template reads `$stageVariables`, whether or not a request gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub span: Span,
    /// `None` where the name is computed, or the whole map is used.
    pub name: Option<String>,
}

impl Read {
    /// Whether the variable is undefined in a stage with these variables, and so renders as nothing. Unknown where the
    /// name or the variables are.
    pub fn is_missing(&self, vars: &Vars) -> Tri<Span> {
        let Some(name) = &self.name else {
            return Tri::unknown(crate::model::Gap::Runtime { what: "which stage variable the template reads".into() });
        };
        match vars.known() {
            Err(gap) => Tri::unknown(gap),
            Ok(vars) => Tri::of(vars.is_none_or(|vars| !vars.contains_key(name.as_str())), self.span),
        }
    }
}

pub(super) fn reads(template: &Block) -> Vec<Read> {
    let mut reads = Reads::default();
    walk(template, &mut reads);
    reads.found
}

/// The variable's name if `reference` reads one: `Some(None)` if it is computed.
pub(super) fn name_of(reference: &Reference) -> Option<Option<&str>> {
    if reference.name.text != "stageVariables" || reference.bang_backslashes > 0 {
        return None;
    }
    Some(reference.path.first().and_then(|access| match &access.kind {
        AccessKind::Method(name, args) => match args.as_slice() {
            [only] if name.text == "get" => match &only.kind {
                ExprKind::String(text) if text.template.is_none() => Some(text.value.as_str()),
                _ => None,
            },
            _ => None,
        },
        _ => member(access),
    }))
}

#[derive(Default)]
struct Reads {
    found: Vec<Read>,
    /// A reference that a backslash makes text.
    escaped: Option<Span>,
}

impl<'t> Visit<'t> for Reads {
    fn reference(&mut self, reference: &'t Reference, written: bool) {
        if let (false, Some(name)) = (written, name_of(reference))
            && self.escaped != Some(reference.span)
        {
            self.found.push(Read { span: reference.span, name: name.map(str::to_owned) });
        }
    }

    fn node(&mut self, node: &'t Node) {
        if let NodeKind::Reference(reference) = &node.kind
            && reference.backslashes % 2 == 1
        {
            self.escaped = Some(reference.span);
        }
    }
}
