//! CloudFormation templates, and what is written as one: SAM, and what the CDK and the Serverless Framework make.
//!
//! | file | holds |
//! |---|---|
//! | `template.rs`, `parameter.rs`, `loops.rs` | the sections; `Fn::ForEach` is unrolled first |
//! | `evaluate.rs` | from an expression to a [`Value`] |
//! | `reference.rs`, `attributes.rs` | `Ref` and `Fn::GetAtt`: what stands for a thing that is not there yet |
//! | `strings.rs`, `lookup.rs`, `json.rs` | the other functions |
//! | `condition.rs`, `choice.rs`, `equal.rs` | conditions, and what undecided ones hang on |
//! | `circle.rs` | resources that wait for each other |
//! | `types.rs` | which types of resources there are |
//! | `told.rs` | which generated names a template tells to others |
//! | `assertions.rs` | `Rules`: what is demanded of the parameters |
//! | `included.rs` | what only a template can say, in files beside it |
//! | `sam.rs` | SAM's transform: from a tree to a tree |
//! | `resources.rs` | from resources to the facts that a scan would read of them |

mod assertions;
mod attributes;
mod choice;
mod circle;
mod condition;
mod digest;
mod equal;
mod error;
mod evaluate;
mod given;
pub(in crate::source) mod included;
mod json;
mod lookup;
mod loops;
mod parameter;
mod reference;
pub(in crate::source) mod resources;
pub mod sam;
mod strings;
mod template;
#[cfg(test)]
mod tests;
mod told;
pub(in crate::source) mod types;
mod value;

pub use error::TemplateError;
pub use evaluate::Evaluator;
pub use given::{Alternative, Choice, Given, World};
pub use parameter::Parameter;
pub use template::{Output, Resource, Template};
pub use value::{Entry, Known, Value};
