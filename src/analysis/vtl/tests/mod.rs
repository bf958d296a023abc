#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod errors;
mod limits;
mod meaning;
mod naive;
mod printed;
mod refusal;
mod sound;
mod spans;
mod templates;
mod trees;
