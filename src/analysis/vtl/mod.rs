//! Velocity templates as API Gateway's mapping templates use them.
//!
//! # Syntax
//!
//! `parse` reads what Apache Velocity 1.7 reads and refuses what it refuses, before rendering: its lexer's states are kept
//! with all their oddities, because templates rest on them. AWS's *Mapping template transformations for REST APIs in API
//! Gateway* says that templates are in the Velocity Template Language and not which version runs them, so what only a
//! later Velocity reads is read too and listed in `Parsed::beyond`: expressions as arguments and indices, a minus sign
//! before an operand, `${a|b}`, `$` or `#` at the end, `#else` of `#foreach`, defaults of macro parameters.
//!
//! | file | reads |
//! |---|---|
//! | `scan`, `measure`, `lexer`, `token` | characters into tokens |
//! | `parser` | blocks and text |
//! | `references`, `expressions`, `strings`, `directives`, `classify` | what they are called |
//! | `source`, `error` | places: through the escapes of a string to the template |
//! | `ast`, `printer` | the tree, and source from it |
//!
//! Compared with Velocity 1.7 by `tests/oracles/velocity.rs`, verdict and line of the error: 911 templates, of which it rejects 347; 5 disagreements, each with its reason there. No verdict differs but by the nesting limit. Of
//! 100 000 random mutations, all verdicts agreed and 100 lines differed.
//!
//! Known and left: where Velocity takes `$true` for the value in an argument, a later one takes it for a reference. A
//! backslash before `$$name`, and `$\!$name`, are read as text before `$name`; Velocity writes other text there.

pub mod ast;
mod classify;
mod directives;
mod error;
mod expressions;
mod lexer;
mod measure;
mod parser;
mod printer;
mod references;
mod scan;
mod source;
mod strings;
#[cfg(test)]
mod tests;
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
