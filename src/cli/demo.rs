//! `gatelint demo`

use super::Outcome;
use super::output::Output;
use crate::capture::file;
use clap::Args;

/// A shop's account, constructed: broken in the ways that cost most sleep.
const SHOP: &str = include_str!("../../demo/shop.jsonl");

#[derive(Args)]
pub(super) struct Demo {
    #[command(flatten)]
    output: Output,
}

impl Demo {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        self.output.spare(&[])?;
        self.output.judge(file::read_from("demo", SHOP.as_bytes())?, &[])
    }
}
