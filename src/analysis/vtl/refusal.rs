//! Does Velocity take this text, of which parts may be unknown?

use super::ast::{Node, NodeKind, Reference};
use super::error::ParseError;
use super::walk::{Visit, walk};
use super::{Parsed, parse};
use crate::model::{Charset, Gap, Part, Text};

/// Stands for a hole: to Velocity it is text and nothing else.
const HOLE: char = '\u{fdd0}';

/// Why no version of Velocity reads the template; `None` where every version does.
///
/// # Errors
/// What leaves it open: the version that AWS runs, or what a hole holds.
pub fn refusal(template: &Text) -> Result<Option<ParseError>, Vec<Gap>> {
    match template.lit() {
        Some(source) => refused(&parse(source)),
        // An error may be the hole's, and so may its absence.
        None if reads_with_any_filling(template) => Ok(None),
        None => Err(template.gaps()),
    }
}

/// The same of a template that was read.
///
/// # Errors
/// What leaves it open: the version that AWS runs.
pub fn refused(read: &Result<Parsed, ParseError>) -> Result<Option<ParseError>, Vec<Gap>> {
    let parsed = match read {
        Err(error) if error.sure => return Ok(Some(error.clone())),
        Err(error) => return Err(vec![Gap::not_modelled(format!("a template with {}", error.found))]),
        Ok(parsed) => parsed,
    };
    let beyond = parsed.beyond.iter().map(|it| format!("{}, which Velocity reads only after version 1.7", it.what));
    let mut open = Fails(beyond.map(Gap::not_modelled).collect());
    walk(&parsed.template, &mut open);
    if open.0.is_empty() { Ok(None) } else { Err(open.0) }
}

/// What is read and may still fail, on the way of the requests that come to it.
struct Fails(Vec<Gap>);

impl<'t> Visit<'t> for Fails {
    fn reference(&mut self, _: &'t Reference, _: bool) {}

    fn node(&mut self, node: &'t Node) {
        let what = match &node.kind {
            NodeKind::Misused { name, .. } => format!("#{name} with arguments that mean nothing to it"),
            NodeKind::Include { .. } => "#include of a file that API Gateway does not have".to_owned(),
            NodeKind::Parse { .. } => "#parse of a file that API Gateway does not have".to_owned(),
            _ => return,
        };
        self.0.push(Gap::not_modelled(what));
    }
}

/// Is every hole plain text wherever it stands, whatever it holds?
fn reads_with_any_filling(template: &Text) -> bool {
    let mut source = String::new();
    for part in template.parts() {
        match part {
            Part::Lit(lit) => source.push_str(&lit),
            Part::Hole(hole) if is_plain(hole.charset) && starts_no_syntax(&source) => source.push(HOLE),
            Part::Hole(_) => return false,
        }
    }
    parse(&source).is_ok_and(|parsed| {
        let mut open = Fails(Vec::new());
        walk(&parsed.template, &mut open);
        parsed.beyond.is_empty() && open.0.is_empty()
    })
}

/// None of its characters means anything to Velocity within text or a string.
fn is_plain(charset: Charset) -> bool {
    !matches!(charset, Charset::Any | Charset::Segment)
}

/// After these, letters and digits go on with nothing that Velocity has begun to read.
fn starts_no_syntax(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"':,/=&;>|".contains(c))
}
