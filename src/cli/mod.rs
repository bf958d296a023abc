//! The command line: one file a command, thin.

#[cfg(feature = "live")]
mod capture;
mod check;
mod demo;
mod explain;
mod nothing;
mod output;
mod permissions;
pub mod rules;
#[cfg(feature = "live")]
mod scan;
mod schema;
mod settings;
mod worlds;
mod write;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Find the API Gateway requests that will die with a 5xx, before a user does.
#[derive(Parser)]
#[command(name = "gatelint", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read a live account and judge it
    #[cfg(feature = "live")]
    Scan(scan::Scan),
    #[cfg(not(feature = "live"))]
    #[command(hide = true, aliases = ["capture"], disable_help_flag = true)]
    Scan {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        _rest: Vec<String>,
    },
    /// Judge templates, API definitions, and what was recorded before
    Check(check::Check),
    /// Record the account, judge nothing
    #[cfg(feature = "live")]
    Capture(capture::Record),
    /// Judge the broken account that comes with gatelint: no credentials, no network
    Demo(demo::Demo),
    /// Print a rule's page
    Explain(explain::Explain),
    /// List the rules
    Rules(rules::Rules),
    /// Print the least read-only IAM policy that a scan needs
    Permissions(permissions::Permissions),
    /// Print the JSON Schema of a format
    Schema(schema::Schema),
}

/// Runs the command line and tells how it ended:
/// 0 clean, 1 a finding at or above `--fail-on`, 2 gatelint could not do what was asked,
/// 3 nothing to check, 4 `--strict` and something stayed unknown.
pub fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        #[cfg(feature = "live")]
        Command::Scan(scan) => scan.run(),
        #[cfg(not(feature = "live"))]
        Command::Scan { .. } => Err(miette::miette!(
            help = "build it without --no-default-features",
            "this gatelint was built without what reads live accounts"
        )),
        Command::Check(check) => check.run(),
        #[cfg(feature = "live")]
        Command::Capture(record) => record.run(),
        Command::Demo(demo) => demo.run(),
        Command::Explain(explain) => explain.run(),
        Command::Rules(rules) => rules.run(),
        Command::Permissions(permissions) => permissions.run(),
        Command::Schema(schema) => schema.run(),
    };
    match outcome {
        Ok(outcome) => ExitCode::from(outcome as u8),
        Err(report) => {
            let _ = output::complain(&report);
            ExitCode::from(Outcome::Failed as u8)
        }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Clean = 0,
    Findings = 1,
    Failed = 2,
    Nothing = 3,
    Unknown = 4,
}
