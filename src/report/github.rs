//! Annotations on a change: the workflow commands of GitHub Actions.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//!
//! GitHub shows ten of each level for a step. A finding without a file is shown on the run.

use super::Reporter;
use super::place::{self, Position, Positions};
use super::requests::{open_questions, story};
use crate::run::Run;
use crate::verdict::Severity;
use std::io;

pub struct Github;

impl Reporter for Github {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let positions = Positions::default();
        for finding in &run.findings {
            let level = match finding.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut properties = Vec::new();
            if let Some(origin) = place::first(finding) {
                let Position { line, column, end_line, end_column } = positions.of(&origin);
                properties.push(("file", place::file(&origin)));
                properties.push(("line", line.to_string()));
                properties.push(("endLine", end_line.to_string()));
                // Columns mean something within one line only.
                if line == end_line {
                    properties.push(("col", column.to_string()));
                    properties.push(("endColumn", end_column.to_string()));
                }
            }
            properties.push(("title", finding.rule.id.to_owned()));
            command(out, level, &properties, &story(finding))?;
        }
        if let Some(lines) = open_questions(run) {
            command(out, "notice", &[("title", "gatelint: not known".to_owned())], &lines)?;
        }
        Ok(())
    }
}

fn command(out: &mut dyn io::Write, level: &str, properties: &[(&str, String)], lines: &[String]) -> io::Result<()> {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    writeln!(out, "::{level} {}::{}", properties.join(","), data(&lines.join("\n")))
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    super::harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What also stands before it, between commas.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
