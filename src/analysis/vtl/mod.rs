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
//!
//! # Meaning
//!
//! [`Analysis`] answers for all requests at once: "always" and "never", Yes and No are proofs for every request for which
//! the template renders to its end, and what a request decides stays open.
//!
//! | question | asked by |
//! |---|---|
//! | Is the output JSON? | [`Analysis::shape`] |
//! | Does a MOCK integration find its integer `statusCode`, and which? | [`Analysis::status`] |
//! | Which parameters are overridden, and which twice? | [`Analysis::overrides`] |
//! | Which members does AWS not document? | [`Analysis::unknown_members`] |
//! | Which stage variables are read, and which are missing? | [`Analysis::stage_variables`], [`Read::is_missing`] |
//! | Which tables, queues, machines and ARNs are named? | [`Analysis::fields`], [`Analysis::arns`], [`fill`] |
//! | What does an `Action=…` body say, and what in it is not encoded? | [`Analysis::form`] |
//! | How often do loops run, and how long is the template? | [`Analysis::loops`], [`too_long`] |
//!
//! The first three come from one abstract run (`run`): values are sets of texts, both ways of an open condition are
//! taken, loops go round until nothing new appears, and the output is fed to a recogniser of JSON that keeps all places
//! where it may stand. Its effort is bounded by the template's length; beyond, the answers are open.
//!
//! What AWS does not document is left open, or taken both ways:
//!
//! - A reference without a value writes its source, by Velocity's documentation, or nothing, as API Gateway has been
//!   observed to do. Likewise `null == ""`, and whether an empty string or zero is true, which versions answer
//!   differently. `#set` without a value may keep the old one (Velocity 1.7) or clear it.
//! - `$input.json(…)` "returns the results as a JSON string": it is taken to be JSON. `$input.params(…)`, `$input.body`
//!   and `$input.path(…)` may be any text, or nothing.
//! - Quotes in what `$util.escapeJavaScript` gives are `\'`, "not valid in JSON"; the documented
//!   `.replaceAll("\\'", "'")` behind it makes it safe.
//! - Stage variables consist of characters that need no escape in JSON, as the reference of `Stage` says.
//! - How forgiving MOCK integrations are: only keys without quotes are taken for granted.
//! - What happens after 1,000 iterations: longer lists are not followed.
//!
//! Checked by `tests/sound.rs`: 20,000 random templates and requests a run, rendered by an interpreter of its own that
//! shares no code, with either choice of the above. Run times (`cargo bench --no-default-features --bench vtl`, two
//! cores, shared and busy): a template of 2 KB is parsed in 44 to 48 µs and analysed in 180 to 220 µs; branches and
//! nested branches grow with their length, nested loops until the bound on effort at 4 ms.

pub mod ast;
mod classify;
mod directives;
mod error;
mod expressions;
mod given;
mod lexer;
mod loops;
mod measure;
mod members;
mod mock;
mod overrides;
mod parser;
mod printer;
mod references;
mod refusal;
mod run;
mod scan;
mod shape;
mod source;
mod stage_variables;
mod strings;
#[cfg(test)]
mod tests;
mod token;
mod walk;
mod writes;

pub use error::ParseError;
pub use given::{Analysis, Given};
pub use loops::{Bound, Loop, too_long};
pub use members::{Api, Kind, Unknown, Why, context};
pub use mock::Status;
pub use overrides::{Map, Override, Target};
pub use refusal::{refusal, refused};
pub use shape::Shape;
pub use stage_variables::Read;
pub use writes::{Field, Form, Literal, Pair, fill};

use ast::{Block, Span};
use std::rc::Rc;

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
    /// Shared with what was worked out of it.
    pub template: Rc<Block>,
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
