//! Why a template cannot be read, and where.

use super::ast::Span;
use std::fmt;

/// A template that Velocity refuses. Reads "line 3, column 5: found `#else`, expected the `#end` of the `#if` at line 1".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// What was found; empty at the end of the template.
    pub span: Span,
    /// From 1. Lines end in LF, CR or CRLF.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What stands there, as a noun phrase.
    pub found: String,
    /// What should stand there, as a noun phrase.
    pub expected: String,
    /// The directive that is still open.
    pub opened: Option<Span>,
    /// Velocity refuses it too. If not, it is only nested deeper than is looked at here.
    pub sure: bool,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: found {}, expected {}", self.line, self.column, self.found, self.expected)
    }
}

impl std::error::Error for ParseError {}

/// Line and column, both from 1, of a byte offset.
pub(super) fn place(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let bytes = before.as_bytes();
    let mut line = 1;
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let after = at + 1;
        // A CR right before an LF ends no line of its own, wherever the offset cuts.
        let crlf = *byte == b'\r' && source.as_bytes().get(after) == Some(&b'\n');
        if *byte == b'\n' || *byte == b'\r' && !crlf {
            line += 1;
            start = after;
        }
    }
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}
