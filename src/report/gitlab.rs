//! GitLab's Code Quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
//!
//! GitLab wants a path and a line of every finding. What was read from a live account has none: a
//! path that names the resource, and the first line, stand for them. What stayed unknown is in it too, as `info`.

use super::place::{self, Positions};
use super::requests::{open_questions, short, story};
use super::{Reporter, hash};
use crate::run::Run;
use crate::verdict::Severity;
use serde_json::{Value, json};
use std::io;

pub struct Gitlab;

impl Reporter for Gitlab {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let positions = Positions::default();
        let issue = |description: String,
                     check: &str,
                     fingerprint: String,
                     severity: &str,
                     path: String,
                     line: usize| {
            json!({ "description": description, "check_name": check, "fingerprint": fingerprint, "severity": severity,
                "location": { "path": path, "lines": { "begin": line } } })
        };
        let mut issues: Vec<Value> = Vec::new();
        for (finding, fingerprint) in super::unique(run) {
            let severity = match finding.severity() {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Note => "info",
            };
            let origin = place::first(finding);
            let path =
                origin.as_ref().map_or_else(|| place::placeholder(&finding.fault.subject), |it| it.file.path.clone());
            let line = origin.as_ref().map_or(1, |origin| positions.of(origin).line);
            issues.push(issue(story(finding).join("\n"), finding.rule.id, fingerprint, severity, path, line));
        }
        for broken in &run.broken {
            let path = broken.path.clone();
            let says = format!("Not judged: {}", short(&broken.says));
            issues.push(issue(says, "broken", hash(&format!("broken {path}")), "blocker", path, broken.line));
        }
        for (file, open) in open_questions(run) {
            let line = open.at.map_or(1, |at| positions.of(at).line);
            for (remedy, row) in open.remedies {
                let says = format!("Not known; this would settle it: {}", short(&remedy));
                let print = hash(&format!("{remedy}{}", file.map(|file| format!("\0{file}")).unwrap_or_default()));
                let path = file.map_or_else(|| place::placeholder(&row.subject), str::to_owned);
                issues.push(issue(says, "not-known", print, "info", path, line));
            }
        }
        let text = serde_json::to_string_pretty(&issues)?;
        writeln!(out, "{}", super::harmless(&text))
    }
}
