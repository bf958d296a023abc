//! Velocity templates as API Gateway's mapping templates use them.

pub mod ast;
mod given;
mod loops;
mod members;
mod mock;
mod overrides;
mod run;
mod shape;
mod stage_variables;
#[cfg(test)]
mod tests;
mod walk;
mod writes;

pub use given::{Analysis, Given};
pub use loops::{Bound, Loop, too_long};
pub use members::{Api, Kind, Unknown, Why, context};
pub use mock::Status;
pub use overrides::{Map, Override, Target};
pub use shape::Shape;
pub use stage_variables::Read;
pub use writes::{Field, Form, Literal, Pair, fill};

use ast::{Block, Span};

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
