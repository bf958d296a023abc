//! The engines against independent implementations, whose answers are checked in. `tests/oracles/regenerate NAME` asks
//! them again.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod pattern;
mod velocity;
