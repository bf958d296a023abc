//! `gatelint capture`

use super::Outcome;
use super::output::View;
use super::scan::{Account, save};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Record {
    #[command(flatten)]
    account: Account,
    /// Where to write; JSON Lines
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Record {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        let capture = self.account.read(View::Both, &[])?;
        let nothing = capture.directory.is_empty();
        for unit in save(capture, &self.output)?.units {
            unit?;
        }
        Ok(if nothing { Outcome::Nothing } else { Outcome::Clean })
    }
}
