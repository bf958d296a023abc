//! `gatelint check PATH…`

use super::output::{Output, complain};
use super::{Outcome, worlds};
use crate::capture::file;
use crate::model::redact::Salt;
use crate::run;
use crate::source::captured;
use crate::source::files::{self, Broken, Deployment, Meant, Project};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Check {
    /// CloudFormation and SAM templates, OpenAPI documents, captures; folders are searched, - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Of the files named here check what there is to check: for hooks, which name every file of a change
    #[arg(long)]
    if_any: bool,
    /// The value of a template's parameter; its default holds otherwise
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// Values of parameters: JSON or YAML as `aws cloudformation` and CodePipeline take them, or a samconfig.toml
    /// (what its environment `default` says for `deploy`)
    #[arg(long = "parameters", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The account that a template is for
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Option<String>,
    /// The region that a template is for
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// The stack that a template becomes
    #[arg(long, value_name = "NAME", value_parser = stack_name)]
    stack_name: Option<String>,
    /// Print values that look like credentials, where the recording kept them
    #[arg(long)]
    keep_values: bool,
    #[command(flatten)]
    output: Output,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".into()),
    }
}

fn account(text: &str) -> Result<String, String> {
    let is = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is { Ok(text.to_owned()) } else { Err("an account has twelve digits".into()) }
}

/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>; new ones come, so only their look is checked.
fn region(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let ends = parts.last().is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if parts.len() >= 3 && parts.iter().all(word) && ends {
        Ok(text.to_owned())
    } else {
        Err("a region looks like eu-west-1".into())
    }
}

fn stack_name(text: &str) -> Result<String, String> {
    let is = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 128
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is {
        Ok(text.to_owned())
    } else {
        Err("a stack's name is of letters, digits and hyphens, and begins with a letter".into())
    }
}

fn told(broken: &Broken) -> run::Broken {
    run::Broken {
        file: broken.name.clone(),
        path: broken.path.clone(),
        line: broken.line(),
        says: broken.error.to_string(),
    }
}

impl Check {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        self.output.spare(&self.paths)?;
        let deployment = self.deployment()?;
        let meant = if self.if_any { Meant::Perhaps } else { Meant::All };
        let mut project = Project::read(&self.paths, meant, &deployment)?;
        if project.is_empty() && project.broken().is_empty() {
            let (_, options) = self.output.options()?;
            let run = worlds::all(&mut project, &deployment, &options, self.output.now(), Ok)?;
            self.output.print_but_for_people(&run)?;
            if self.if_any {
                return Ok(Outcome::Clean);
            }
            super::output::tell("nothing to check: the folders hold no template, API definition or capture");
            return Ok(Outcome::Nothing);
        }
        if !project.has_templates() {
            let capture = captured::read(&project.captures)?;
            return self.output.judge(self.redacted(capture), &[]);
        }
        let (mut config, options) = self.output.options()?;
        config.partial = self.if_any;
        let recorded = project.captures.clone();
        let mut run = worlds::all(&mut project, &deployment, &options, self.output.now(), |templates| {
            let captures = recorded.iter().map(|path| file::read(path)).collect::<Result<Vec<_>, _>>()?;
            Ok(self.redacted(file::merge(captures.into_iter().chain([templates]).collect())?))
        })?;
        for broken in project.broken() {
            let _ = complain(&broken.error);
        }
        run.broken = project.broken().iter().map(told).collect();
        // Other templates than these may be known to the baseline.
        let outcome = match self.output.report(run, &config, true, &[])? {
            Outcome::Nothing if self.if_any => Outcome::Clean,
            outcome => outcome,
        };
        let outcome = if project.broken().is_empty() { outcome } else { Outcome::Failed };
        // The process ends here: nobody waits for its memory to be tidied.
        std::mem::forget(project);
        Ok(outcome)
    }

    /// What a recording kept on purpose is still not for a report.
    fn redacted(&self, capture: crate::capture::Capture) -> crate::capture::Capture {
        let salt = Salt::of(capture.header.taken.to_string().as_bytes());
        if self.keep_values { capture } else { capture.redacted(salt) }
    }

    fn deployment(&self) -> miette::Result<Deployment> {
        let mut deployment = Deployment {
            account: self.account.clone(),
            region: self.region.clone(),
            stack_name: self.stack_name.clone(),
            ..Deployment::default()
        };
        for file in &self.files {
            files::parameters(file)?.into_iter().for_each(|said| deployment.set(said));
        }
        self.parameters.iter().cloned().for_each(|(name, value)| deployment.set((name, Some(value))));
        Ok(deployment)
    }
}
