//! Velocity templates as API Gateway's mapping templates use them.

pub mod ast;
mod classify;
mod directives;
mod error;
mod expressions;
mod lexer;
mod parser;
mod references;
mod scan;
mod source;
mod strings;
mod token;

pub use error::ParseError;

use ast::{Block, Span};

/// Directives, parentheses, lists, arguments and strings may lie in each other this deep.
pub const NESTING_LIMIT: usize = 100;

/// Reads a template. Takes time linear in its length and never panics.
///
/// # Errors
/// What Velocity 1.7 refuses and no later one reads.
pub fn parse(source: &str) -> Result<Parsed, ParseError> {
    parser::parse(source)
}

/// A template that was read, and what in it Velocity 1.7 would have refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub template: Block,
    /// In source order. AWS does not say which Velocity it runs: a template with any of these lives or dies by that.
    pub beyond: Vec<Beyond>,
}

/// Something that Velocity 1.7 refuses and a later one reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    pub span: Span,
    /// What it is, as a noun phrase: "an expression as an argument".
    pub what: &'static str,
}
