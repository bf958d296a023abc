//! `gatelint rules`

use super::{Outcome, output};
use clap::{Args, ValueEnum};
use miette::IntoDiagnostic;
use serde_json::json;

#[derive(Args)]
pub struct Rules {
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
    /// The table that stands in the README
    Markdown,
}

impl Rules {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        let rules = crate::rules::all();
        output::say(&match self.format {
            Format::Human => rules
                .map(|rule| format!("{:<16} {:<36} {}", rule.hop().as_str(), rule.id, rule.title()))
                .collect::<Vec<_>>()
                .join("\n"),
            Format::Markdown => markdown(),
            Format::Json => {
                let rules: Vec<_> = rules
                    .map(|rule| {
                        json!({ "id": rule.id, "hop": rule.hop().as_str(), "title": rule.title(),
                            "covers": rule.covers, "symptoms": rule.symptoms, "needs": rule.needs })
                    })
                    .collect();
                serde_json::to_string_pretty(&rules).into_diagnostic()?
            }
        })
    }
}

/// The table of rules that stands in the README.
pub fn markdown() -> String {
    let row = |rule: &crate::rule::Rule| {
        let path = format!("rules/{}/{}.md", rule.hop().as_str(), rule.id.replace('-', "_"));
        format!("| {} | [`{}`]({path}) | {} |", rule.hop().as_str(), rule.id, rule.title())
    };
    let rows = crate::rules::all().map(row).collect::<Vec<_>>().join("\n");
    format!("| hop | rule | what is wrong |\n|---|---|---|\n{rows}")
}
