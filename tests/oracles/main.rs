//! The engines against independent implementations, whose answers are checked in. `tests/oracles/regenerate NAME` asks
//! them again.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod velocity;
