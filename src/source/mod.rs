//! Where facts come from: each source reads one kind of input into a capture.

#[cfg(feature = "live")]
pub mod live;
pub mod openapi;
