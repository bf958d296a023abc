//! `gatelint permissions`

use super::{Outcome, output};
use crate::source::calls;
use clap::Args;
use miette::IntoDiagnostic;

#[derive(Args)]
pub(super) struct Permissions {}

impl Permissions {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        output::say(&serde_json::to_string_pretty(&calls::policy()).into_diagnostic()?)
    }
}
