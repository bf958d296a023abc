//! `gatelint schema report`

use super::{Outcome, output};
use crate::report::REPORT_SCHEMA;
use clap::{Args, ValueEnum};

#[derive(Args)]
pub(super) struct Schema {
    #[arg(value_enum)]
    of: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// What `--format json` prints
    Report,
}

impl Schema {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        match self.of {
            Format::Report => output::say(REPORT_SCHEMA),
        }
    }
}
