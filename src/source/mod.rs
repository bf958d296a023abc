//! Where facts come from: each source reads one kind of input into the model.

pub mod openapi;
