//! `gatelint schema report|config`

use super::{Outcome, output};
use crate::config;
use crate::report::REPORT_SCHEMA;
use clap::{Args, ValueEnum};
use miette::IntoDiagnostic;

#[derive(Args)]
pub(super) struct Schema {
    #[arg(value_enum)]
    of: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// What `--format json` prints
    Report,
    /// What gatelint.toml may say
    Config,
}

impl Schema {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        match self.of {
            Format::Report => output::say(REPORT_SCHEMA),
            Format::Config => output::say(&serde_json::to_string_pretty(&config::schema()).into_diagnostic()?),
        }
    }
}
