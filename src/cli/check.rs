//! `gatelint check PATH…`

use super::Outcome;
use super::output::Output;
use crate::model::redact::Salt;
use crate::source::captured;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Check {
    /// Captures, as `scan --save` and `capture` write them; several are judged as one account
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print values that look like credentials, where the recording kept them
    #[arg(long)]
    keep_values: bool,
    #[command(flatten)]
    output: Output,
}

impl Check {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        let capture = captured::read(&self.paths)?;
        // What a recording kept on purpose is still not for a report.
        let salt = Salt::of(capture.header.taken.to_string().as_bytes());
        self.output.judge(if self.keep_values { capture } else { capture.redacted(salt) }, false)
    }
}
