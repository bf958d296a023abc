//! Quotas: how often a loop runs, and how long a template is.

use super::ast::{Block, Expr, ExprKind, Node, NodeKind, Reference, Span};
use super::run::ITERATIONS;
use super::walk::{Visit, walk};
use crate::analysis::Tri;
use crate::model::Gap;
use std::collections::BTreeMap;

/// A `#foreach` and what its list says of the number of iterations.
///
/// "Number of iterations in a #foreach ... #end loop in mapping templates: 1000"
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>). What happens to the rest is not
/// documented: Velocity's own limit leaves it out without an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    pub span: Span,
    pub bound: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A list or a range in the template itself. So many iterations.
    Exactly(u64),
    /// The list comes from `$input`: a client's request, or a backend's response.
    Input,
    /// It cannot be told.
    Unknown,
}

impl Loop {
    /// Whether it may run into the quota. The proof is the loop.
    pub fn exceeds(&self) -> Tri<Span> {
        match self.bound {
            Bound::Exactly(count) => Tri::of(count > ITERATIONS as u64, self.span),
            Bound::Input => Tri::unknown(Gap::Runtime { what: "how long the list of the payload is".into() }),
            Bound::Unknown => Tri::unknown(Gap::Runtime { what: "how long the list is".into() }),
        }
    }
}

/// Whether a template exceeds the quota of 300 KB, which cannot be raised. Whether a KB has 1,000 or 1,024 bytes is not
/// documented: in between, the answer is Unknown. The proof is the length in bytes.
pub fn too_long(source: &str) -> Tri<usize> {
    match source.len() {
        length @ ..=300_000 => Tri::No(length),
        length if length > 300 * 1024 => Tri::Yes(length),
        _ => Tri::unknown(Gap::not_readable("AWS does not say whether 300 KB are 300,000 or 307,200 bytes")),
    }
}

pub(super) fn loops(template: &Block) -> Vec<Loop> {
    let mut sets = Sets::default();
    walk(template, &mut sets);
    let mut found = Found { sets: sets.0, loops: Vec::new() };
    walk(template, &mut found);
    found.loops
}

/// The value of each variable that is set in one place only; `None` for the others.
#[derive(Default)]
struct Sets<'t>(BTreeMap<&'t str, Option<&'t Expr>>);

impl<'t> Visit<'t> for Sets<'t> {
    fn reference(&mut self, _: &'t Reference, _: bool) {}

    fn node(&mut self, node: &'t Node) {
        let (name, value) = match &node.kind {
            NodeKind::Set { target, value } if target.path.is_empty() => (&target.name.text, Some(value)),
            NodeKind::Set { target, .. } | NodeKind::Define { target, .. } => (&target.name.text, None),
            NodeKind::Foreach { item, list, .. } => (&item.name.text, Some(list)),
            _ => return,
        };
        self.0.entry(name).and_modify(|known| *known = None).or_insert(value);
    }
}

struct Found<'t> {
    sets: BTreeMap<&'t str, Option<&'t Expr>>,
    loops: Vec<Loop>,
}

impl<'t> Visit<'t> for Found<'t> {
    fn reference(&mut self, _: &'t Reference, _: bool) {}

    fn node(&mut self, node: &'t Node) {
        if let NodeKind::Foreach { list, .. } = &node.kind {
            let bound = match &list.kind {
                ExprKind::List(items) => Bound::Exactly(items.len() as u64),
                ExprKind::Range(from, to) => match (integer(from), integer(to)) {
                    (Some(from), Some(to)) => Bound::Exactly(from.abs_diff(to).saturating_add(1)),
                    _ => Bound::Unknown,
                },
                ExprKind::Reference(reference) if self.is_input(reference) => Bound::Input,
                _ => Bound::Unknown,
            };
            self.loops.push(Loop { span: node.span, bound });
        }
    }
}

impl<'t> Found<'t> {
    fn is_input(&self, mut reference: &'t Reference) -> bool {
        for _ in 0..16 {
            let name = reference.name.text.as_str();
            match self.sets.get(name) {
                Some(Some(Expr { kind: ExprKind::Reference(next), .. })) => reference = next,
                Some(_) => return false,
                None => return name == "input",
            }
        }
        false
    }
}

fn integer(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Integer(digits) => digits.parse().ok(),
        _ => None,
    }
}
