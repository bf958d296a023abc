//! gatelint follows every request that an AWS API Gateway can receive through the
//! account's own configuration and reports the hop where it dies with a 5xx.
//!
//! A *source* takes a *capture*; the capture becomes a *graph*; every *request* is
//! followed through the graph *hop* by hop; at each hop *rules* give a *verdict*;
//! verdicts become *findings* with *evidence*; *triage* sets aside what is accepted or known; a *reporter* prints them.

pub mod analysis;
pub mod capture;
pub mod cli;
pub mod config;
pub mod follow;
pub mod graph;
pub mod model;
pub mod report;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod run;
pub mod source;
pub mod triage;
pub mod verdict;
