//! End to end: the real program, through the real SDK, against a moto server that the tests provision themselves.
//!
//! moto drops some of what AWS keeps, and cannot say some of what AWS says. A proxy in between makes up for it, and marks
//! each answer that is not moto's own with the header `x-gatelint-constructed: true`. What only such an answer shows is
//! shaped after AWS's documentation and service models: it proves gatelint's reading of them, and nothing about AWS.

#![allow(clippy::expect_used, clippy::panic, reason = "a test bed that cannot do its work must fail the test loudly")]

mod bed;
mod driver;
mod moto;
mod proxy;
mod python;
mod scan;
#[path = "../scenarios/scenario.rs"]
#[allow(dead_code, clippy::disallowed_methods, clippy::unwrap_used, reason = "another test uses more of it")]
mod scenario;
mod scenarios;
mod selftest;
mod stacks;
