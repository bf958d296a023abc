//! `gatelint check PATH…`

use super::Outcome;
use super::output::Output;
use crate::capture::file;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Check {
    /// Captures, as `scan --save` and `capture` write them; several are judged as one account
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl Check {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        let captures = self.paths.iter().map(|path| file::read(path)).collect::<Result<_, _>>()?;
        self.output.judge(file::merge(captures)?)
    }
}
