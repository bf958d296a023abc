//! Every reference and string of a template, in source order.

use super::ast::{AccessKind, Block, Expr, ExprKind, Node, NodeKind, Reference, StringLiteral};

/// What [`walk`] meets. `written` says that the reference is the target of a `#set`, `#define`, `#foreach` or a macro's
/// parameter.
pub(super) trait Visit<'t> {
    fn reference(&mut self, reference: &'t Reference, written: bool);

    fn string(&mut self, _: &'t Expr, _: &'t StringLiteral) {}

    fn node(&mut self, _: &'t Node) {}
}

pub(super) fn walk<'t>(block: &'t Block, visit: &mut impl Visit<'t>) {
    for node in &block.nodes {
        visit.node(node);
        match &node.kind {
            NodeKind::Text(_) | NodeKind::Unparsed(_) | NodeKind::Comment(_) | NodeKind::Literal { .. } => {}
            NodeKind::Reference(it) => reference(it, false, visit),
            NodeKind::Set { target, value } => {
                expr(value, visit);
                reference(target, true, visit);
            }
            NodeKind::If { branches, otherwise } => {
                for branch in branches {
                    expr(&branch.condition, visit);
                    walk(&branch.body, visit);
                }
                otherwise.iter().for_each(|body| walk(body, visit));
            }
            NodeKind::Foreach { item, list, body } => {
                reference(item, true, visit);
                expr(list, visit);
                walk(body, visit);
            }
            NodeKind::Define { target, body } => {
                reference(target, true, visit);
                walk(body, visit);
            }
            NodeKind::Macro { params, body, .. } => {
                params.iter().for_each(|param| reference(param, true, visit));
                walk(body, visit);
            }
            NodeKind::Call { args, body, .. } | NodeKind::Misused { args, body, .. } => {
                args.iter().flatten().for_each(|arg| expr(arg, visit));
                body.iter().for_each(|body| walk(body, visit));
            }
            NodeKind::Stop { message: arg } | NodeKind::Break { scope: arg } => {
                arg.iter().for_each(|arg| expr(arg, visit));
            }
            NodeKind::Include { args } => args.iter().for_each(|arg| expr(arg, visit)),
            NodeKind::Parse { arg } | NodeKind::Evaluate { arg } => expr(arg, visit),
        }
    }
}

fn reference<'t>(it: &'t Reference, written: bool, visit: &mut impl Visit<'t>) {
    visit.reference(it, written);
    for access in &it.path {
        match &access.kind {
            AccessKind::Property(_) => {}
            AccessKind::Method(_, args) => args.iter().for_each(|arg| expr(arg, visit)),
            AccessKind::Index(index) => expr(index, visit),
        }
    }
    it.alternate.iter().for_each(|other| expr(other, visit));
}

fn expr<'t>(it: &'t Expr, visit: &mut impl Visit<'t>) {
    match &it.kind {
        ExprKind::Reference(inner) => reference(inner, false, visit),
        ExprKind::String(literal) => {
            visit.string(it, literal);
            literal.template.iter().for_each(|inner| walk(inner, visit));
        }
        ExprKind::List(items) => items.iter().for_each(|item| expr(item, visit)),
        ExprKind::Range(from, to) => {
            expr(from, visit);
            expr(to, visit);
        }
        ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            expr(key, visit);
            expr(value, visit);
        }),
        ExprKind::Not(inner) | ExprKind::Negate(inner) => expr(inner, visit),
        ExprKind::Chain(first, rest) => {
            expr(first, visit);
            rest.iter().for_each(|(_, operand)| expr(operand, visit));
        }
        ExprKind::Integer(_) | ExprKind::Float(_) | ExprKind::Boolean(_) | ExprKind::Word(_) => {}
    }
}
