//! Annotations on a change: the workflow commands of GitHub Actions.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//!
//! GitHub shows ten of each level for a step. A finding without a file is shown on the run.

use super::Reporter;
use super::place::{self, Position, Positions};
use super::requests::{open_questions, requests, short, story};
use crate::model::Origin;
use crate::run::Run;
use crate::verdict::Severity;
use std::io;

pub struct Github;

impl Reporter for Github {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let positions = Positions::default();
        for finding in run.told() {
            let level = match finding.severity() {
                _ if finding.known => "notice",
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let known = if finding.known { " (known)" } else { "" };
            let place = place::first(finding).map(|origin| spot(&origin, &positions)).unwrap_or_default();
            command(out, level, place, format!("{}{known}", finding.rule.id), &story(finding))?;
        }
        for broken in &run.broken {
            let place = vec![("file", broken.path.clone()), ("line", broken.line.to_string())];
            command(out, "error", place, format!("{TITLE}: not judged"), &[short(&broken.says)])?;
        }
        for notice in &run.notices {
            command(out, "warning", spot(&notice.at, &positions), TITLE.into(), &[short(&notice.says)])?;
        }
        for open in open_questions(run).into_values() {
            let place = open.at.map(|at| spot(at, &positions)).unwrap_or_default();
            let said = match open.requests.len() {
                0 => "open questions; this would settle them:".to_owned(),
                of => format!("not known for {of} of {}; this would settle it:", requests(run.requests.len())),
            };
            let lines: Vec<String> =
                std::iter::once(said).chain(open.remedies.into_keys().map(|it| short(&it))).collect();
            command(out, "notice", place, format!("{TITLE}: not known"), &lines)?;
        }
        Ok(())
    }
}

const TITLE: &str = "gatelint";

type Properties = Vec<(&'static str, String)>;

fn spot(origin: &Origin, positions: &Positions) -> Properties {
    let Position { line, column, end_line, end_column } = positions.of(origin);
    let lines = [("file", origin.file.path.clone()), ("line", line.to_string()), ("endLine", end_line.to_string())];
    // Columns mean something within one line only.
    let columns = [("col", column.to_string()), ("endColumn", end_column.to_string())];
    lines.into_iter().chain(columns.into_iter().filter(|_| line == end_line)).collect()
}

fn command(
    out: &mut dyn io::Write,
    level: &str,
    mut properties: Properties,
    title: String,
    lines: &[String],
) -> io::Result<()> {
    properties.push(("title", title));
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
