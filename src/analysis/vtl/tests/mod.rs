#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod meaning;
mod naive;
mod sound;
mod templates;
