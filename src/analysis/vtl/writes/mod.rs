//! What a template writes literally: names and ARNs in JSON, and the pairs of `Action=…` bodies, as texts with holes.
//!
//! Branches are looked at one by one and marked conditional; a value that is only in part within a branch has a hole
//! there. Variables are replaced where exactly one `#set`, outside of branches and loops and before the use, gives
//! their value.

mod fields;
mod form;
mod resolve;

use super::ast::{Block, Node, NodeKind, Reference, Span};
use crate::model::refs::Vars;
use crate::model::{Part, Text};
pub use fields::{Field, Literal};
pub(super) use fields::{arns, fields};
pub(super) use form::form;
pub use form::{Form, Pair};
use resolve::Variables;

/// `text` with a stage's variables in place of its holes for them. An undefined one is the empty string, as API Gateway
/// renders it.
pub fn fill(text: &Text, vars: &Vars) -> Text {
    let Ok(known) = vars.known() else { return text.clone() };
    Text::from_parts(text.parts().into_iter().flat_map(|part| match &part {
        Part::Hole(hole) => match hole.id.strip_prefix("stageVariables.") {
            Some(name) => known.and_then(|vars| vars.get(name)).map(Text::parts).unwrap_or_default(),
            None => vec![part],
        },
        Part::Lit(_) => vec![part],
    }))
}

/// The output in the order of the source, all branches one after the other.
enum Token<'t> {
    Lit(&'t str, Span),
    Hole(&'t Reference),
    /// Something else is written here.
    Other(Span),
    /// A branch or the body of a loop or block.
    Open,
    Close,
}

/// Where bytes of a text stand that a span wrote. Of a text that is not as it was written, only the whole is known.
fn within(text: &str, span: Span, from: usize, to: usize) -> Span {
    match text.len() == span.end.saturating_sub(span.start) {
        true => Span::new(span.start + from, span.start + to),
        false => span,
    }
}

fn tokens(block: &Block) -> Vec<Token<'_>> {
    let mut all = Vec::new();
    flatten(block, &mut all);
    all
}

fn flatten<'t>(block: &'t Block, into: &mut Vec<Token<'t>>) {
    for Node { span, kind } in &block.nodes {
        let mut body = |body: &'t Block| {
            into.push(Token::Open);
            flatten(body, into);
            into.push(Token::Close);
        };
        match kind {
            NodeKind::Text(text) | NodeKind::Unparsed(text) => into.push(Token::Lit(text, *span)),
            NodeKind::Reference(reference) => into.push(Token::Hole(reference)),
            NodeKind::If { branches, otherwise } => {
                branches.iter().map(|branch| &branch.body).chain(otherwise).for_each(body);
            }
            NodeKind::Foreach { body: inner, .. } => body(inner),
            NodeKind::Define { body: inner, .. } | NodeKind::Macro { body: inner, .. } => body(inner),
            NodeKind::Comment(_) | NodeKind::Set { .. } => {}
            NodeKind::Stop { .. } | NodeKind::Break { .. } => {}
            NodeKind::Call { .. }
            | NodeKind::Literal { .. }
            | NodeKind::Include { .. }
            | NodeKind::Parse { .. }
            | NodeKind::Evaluate { .. }
            | NodeKind::Misused { .. } => into.push(Token::Other(*span)),
        }
    }
}
