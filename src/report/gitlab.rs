//! GitLab's Code Quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
//!
//! GitLab wants a path and a line of every finding. What was read from a live account has none: a
//! path that names the resource, and the first line, stand for them. What stayed unknown is in it too, as `info`.

use super::Reporter;
use super::place::{self, Positions};
use super::requests::{short, story};
use crate::run::Run;
use crate::verdict::Severity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
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
        let open: BTreeMap<String, &_> =
            run.unknown.iter().flat_map(|row| row.gaps.iter().map(|gap| (gap.remedy(), &row.subject))).collect();
        for (remedy, subject) in open {
            let says = format!("Not known; this would settle it: {}", short(&remedy));
            issues.push(issue(says, "not-known", hash(&remedy), "info", place::placeholder(subject), 1));
        }
        let text = serde_json::to_string_pretty(&issues)?;
        writeln!(out, "{}", super::harmless(&text))
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
