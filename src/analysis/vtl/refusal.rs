//! Does Velocity take this text, of which parts may be unknown?

use super::error::ParseError;
use super::parse;
use crate::model::{Charset, Gap, Part, Text};

/// Stands for a hole: to Velocity it is text and nothing else.
const HOLE: char = '\u{fdd0}';

/// Why no version of Velocity reads the template; `None` where every version does.
///
/// # Errors
/// What leaves it open: the version that AWS runs, or what a hole holds.
pub fn refusal(template: &Text) -> Result<Option<ParseError>, Vec<Gap>> {
    let Some(source) = template.lit() else {
        // An error may be the hole's, and so may its absence.
        return match reads_with_any_filling(template) {
            true => Ok(None),
            false => Err(template.gaps()),
        };
    };
    match parse(source) {
        Err(error) => Ok(Some(error)),
        Ok(parsed) if parsed.beyond.is_empty() => Ok(None),
        Ok(parsed) => Err(parsed
            .beyond
            .iter()
            .map(|beyond| Gap::not_modelled(format!("{}, which Velocity reads only after version 1.7", beyond.what)))
            .collect()),
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
    parse(&source).is_ok_and(|parsed| parsed.beyond.is_empty())
}

/// None of its characters means anything to Velocity within text or a string.
fn is_plain(charset: Charset) -> bool {
    !matches!(charset, Charset::Any | Charset::Segment)
}

/// After these, letters and digits go on with nothing that Velocity has begun to read.
fn starts_no_syntax(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"':,/=&;>|".contains(c))
}
