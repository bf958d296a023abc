//! `gatelint scan`, and what it shares with `gatelint capture`

use super::Outcome;
use super::output::{Output, View};
use crate::capture::{Capture, file};
use crate::model::redact::Salt;
use crate::source::live;
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Scan {
    #[command(flatten)]
    account: Account,
    /// Keep what was read, to check it again later
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// Which account, and which part of it.
#[derive(Args)]
pub(super) struct Account {
    /// A profile of the AWS configuration files
    #[arg(long)]
    profile: Option<String>,
    /// May be given several times; the SDK's own region without it
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// What the role's trust policy wants as external id
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
    /// Send every call here instead of to AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Only this API, by id or name; may be given several times
    #[arg(long = "api", value_name = "ID-OR-NAME")]
    apis: Vec<String>,
    /// How much of each published AWS quota to use
    #[arg(long, value_name = "PERCENT", default_value_t = 50.0, value_parser = percent)]
    rate: f64,
    /// Keep values that look like credentials in what is recorded and printed
    #[arg(long)]
    keep_values: bool,
    /// No progress on standard error
    #[arg(long, short)]
    quiet: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    let wrong = || "a number above 0, up to 100".to_owned();
    text.trim_end_matches('%').parse().ok().filter(|rate| *rate > 0.0 && *rate <= 100.0).ok_or_else(wrong)
}

impl Account {
    pub(super) fn read(self, view: View, stages: &[String]) -> miette::Result<Capture> {
        let ask = live::Ask {
            profile: self.profile,
            regions: self.regions,
            endpoint_url: self.endpoint_url,
            apis: self.apis,
            stages: stages.to_vec(),
            view: match view {
                View::Both => live::View::Both,
                View::Deployed => live::View::Deployed,
                View::Draft => live::View::Draft,
            },
            rate_percent: self.rate,
            role_arn: self.role_arn,
            external_id: self.external_id,
            quiet: self.quiet,
        };
        let capture = live::capture(&ask, jiff::Timestamp::now())?;
        Ok(if self.keep_values { capture } else { capture.redacted(Salt::random()) })
    }
}

impl Scan {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        self.output.spare(self.save.as_slice())?;
        let apis = self.account.apis.clone();
        let capture = self.account.read(self.output.view, &self.output.stages)?;
        let capture = match &self.save {
            None => capture,
            Some(path) => save(capture, path)?,
        };
        self.output.judge(capture, &apis)
    }
}

/// Writes the capture as it passes by: the file is whole when the last API has passed.
pub(super) fn save(capture: Capture, path: &Path) -> miette::Result<Capture> {
    let context = || format!("cannot write the capture to {}", path.display());
    let file = std::fs::File::create(path).into_diagnostic().wrap_err_with(context)?;
    file::tee(capture, std::io::BufWriter::new(file)).wrap_err_with(context)
}
