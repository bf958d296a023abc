//! The YAML parser's errors in plain words.

use super::Span;
use super::build::Broken;
use super::error::Fault;
use granit_parser::{ErrorKind as Kind, ScanError};
use std::borrow::Cow;

pub(super) fn of(error: &ScanError, text: &str, span: &dyn Fn(usize, usize) -> Span) -> Broken {
    let from = text.floor_char_boundary(error.marker().byte_offset().unwrap_or(0));
    let fault = fault(error.kind());
    let from = match error.kind() {
        _ if fault == TAB => the_tab(text, from),
        Kind::InvalidQuotedScalarIndent => the_quote(text, from),
        _ => from,
    };
    let to = text.get(from..).and_then(|rest| rest.chars().next()).map_or(from, |c| from + c.len_utf8());
    (fault, vec![span(from, to)])
}

const TAB: Fault = Fault::Yaml(Cow::Borrowed("a tab where YAML wants spaces"), "indent with spaces");

/// The parser stops before the tab that it complains of, or at what the tab indents.
fn the_tab(text: &str, from: usize) -> usize {
    let (before, rest) = text.split_at_checked(from).unwrap_or((text, ""));
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    match before.get(from - blanks..).and_then(|blanks| blanks.find('\t')) {
        Some(tab) => from - blanks + tab,
        None => rest.find('\t').map_or(from, |tab| from + tab),
    }
}

/// The parser stops at the line that is not indented as the lines of one text have to be: most often a quote above it
/// was forgotten.
fn the_quote(text: &str, from: usize) -> usize {
    let begins = |at: usize| at == 0 || matches!(text.as_bytes().get(at - 1), Some(b' ' | b'\n' | b'[' | b'{' | b','));
    let mut quotes = text.get(..from).unwrap_or_default().rmatch_indices(['"', '\'']);
    quotes.find(|(at, _)| begins(*at)).map_or(from, |(at, _)| at)
}

fn fault(kind: &Kind) -> Fault {
    let (what, help) = match kind {
        Kind::RecursionLimitExceeded => return Fault::TooDeep,
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => return TAB,
        Kind::UnclosedQuotedScalar | Kind::InvalidQuotedScalarIndent => {
            ("a quote that is never closed", "close it, and indent the other lines of a text of several lines")
        }
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => (
            "text behind a closing quote",
            "put the whole value in quotes; inside of single quotes write a single one twice",
        ),
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => ("a bracket that is never closed", "close it"),
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator => {
            ("neither a comma nor the closing bracket", "put a comma between two values, and close the bracket")
        }
        Kind::MismatchedFlowCollectionEnd { .. } => {
            ("a bracket that one of the other kind closes", "brackets open and close in pairs")
        }
        Kind::MisplacedFlowCollectionEnd => {
            ("a closing bracket that closes nothing", "brackets open and close in pairs")
        }
        Kind::UnknownAnchor => {
            ("an alias that no anchor before it defines", "define it first, or put text that begins with `*` in quotes")
        }
        Kind::InvalidIndentation
        | Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry
        | Kind::InvalidBlockScalarIndent
        | Kind::InvalidFlowScalarIndent
        | Kind::BlockSequenceEntryNotAllowed => (
            "the indentation fits nothing above",
            "let the keys of one object, and the dashes of one list, begin in one column",
        ),
        Kind::MappingValueNotAllowed | Kind::MappingKeyNotAllowed => (
            "a key where no key can stand",
            "put text with `: ` in quotes, and let the keys of one object begin in one column",
        ),
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => ("a key without its colon", "write `key: value`"),
        Kind::UnexpectedCharacter { .. } => ("a value cannot begin with this character", "put the value in quotes"),
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => (
            "a text with an escape sequence that is none",
            "in double quotes write a backslash twice, or use single quotes",
        ),
        Kind::UndeclaredTagHandle => ("a tag of no known family", "put text that begins with `!` in quotes"),
        other => return Fault::Yaml(Cow::Owned(other.to_string()), ""),
    };
    Fault::Yaml(Cow::Borrowed(what), help)
}
