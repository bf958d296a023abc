//! Checked-in answers of independent implementations, replayed. `tests/oracles/regenerate`
//! asks the implementations themselves again.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod pattern;
