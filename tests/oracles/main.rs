//! The engines against independent implementations, whose answers are checked in. `tests/oracles/regenerate` asks them
//! again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads its cases, and tells what it compared"
)]

mod iam;
mod pattern;
mod sam;
mod velocity;
