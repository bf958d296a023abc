//! Answers of independent implementations, checked in and replayed. `regenerate` asks the
//! real tools again.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod iam;
