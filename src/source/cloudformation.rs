//! CloudFormation templates, and what is written as one: SAM, and what the CDK and the Serverless Framework make.

pub mod sam;
mod value;

pub use value::{Entry, Known, Value};
