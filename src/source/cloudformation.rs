//! CloudFormation templates, and what is written as one: SAM, and what the CDK and the Serverless Framework make.

mod resources;
mod value;

pub use value::{Entry, Known, Value};
