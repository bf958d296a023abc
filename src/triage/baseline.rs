//! What was known before: `gatelint/baseline@1`, a file that is checked in.
//!
//! A finding is known by its fingerprint, as long as it has not become worse. Unknowns are never known: a baseline
//! neither holds nor hides them. A known finding counts as gone only if every question of its rule was answered.

use crate::run::{Compared, Finding, Known, Run};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The first member of the file says so.
pub const FORMAT: &str = "gatelint/baseline@1";

#[derive(Debug, Default, Clone, PartialEq)]
pub struct Baseline(BTreeMap<String, Known>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    findings: Vec<Known>,
}

#[derive(Debug, Error, miette::Diagnostic)]
pub enum BaselineError {
    #[error("it is no baseline")]
    Json(#[from] serde_json::Error),
    #[error("its format is {0:?}, but this gatelint knows {FORMAT}")]
    Format(String),
}

impl Baseline {
    /// # Errors
    /// What is no JSON of this format.
    pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
        let file: File = serde_json::from_str(text)?;
        match file.format == FORMAT {
            true => Ok(Baseline::of(file.findings)),
            false => Err(BaselineError::Format(file.format)),
        }
    }

    /// Of findings that a fingerprint does not tell apart, the worst.
    fn of(findings: impl IntoIterator<Item = Known>) -> Baseline {
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        for finding in findings {
            match known.get(&finding.fingerprint) {
                Some(other) if (other.severity, &finding) >= (finding.severity, other) => {}
                _ => _ = known.insert(finding.fingerprint.clone(), finding),
            }
        }
        Baseline(known)
    }

    /// What the next run need not repeat: what was found, and what stayed unknown this time. What was left out on
    /// purpose goes: if it stayed and came back one day, nobody would hear of it.
    pub fn update(&self, run: &Run) -> Baseline {
        let open = self.gone(run).into_iter().filter(|(_, open)| *open).map(|(known, _)| known.clone());
        Baseline::of(run.findings.iter().map(known).chain(open))
    }

    /// The bytes of its file, in an order that makes differences readable.
    pub fn to_text(&self) -> String {
        let mut findings: Vec<Known> = self.0.values().cloned().collect();
        findings.sort();
        let file = File { format: FORMAT.to_owned(), findings };
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Marks what is known.
    pub fn mark(&self, run: &mut Run) {
        for finding in &mut run.findings {
            let known = self.0.get(&finding.fingerprint);
            finding.known = known.is_some_and(|known| finding.severity() <= known.severity);
        }
    }

    /// Marks what is known, and says what is gone. A `part` of an account says nothing of the rest.
    pub fn compare(&self, run: &mut Run, part: bool, new_only: bool) {
        self.mark(run);
        let asked: BTreeSet<&str> = run.rules.iter().map(|rule| rule.id).collect();
        let (mut fixed, mut undecided) = (Vec::new(), Vec::new());
        for (known, open) in self.gone(run) {
            let decided = !part && !open && asked.contains(&*known.rule);
            if decided { &mut fixed } else { &mut undecided }.push(known.clone());
        }
        fixed.sort();
        undecided.sort();
        run.compared = Some(Compared { fixed, undecided, new_only });
    }

    /// What was not found again, and whether a question that it depends on stayed open.
    fn gone(&self, run: &Run) -> Vec<(&Known, bool)> {
        let suppressed = run.suppressed.iter().map(|it| &it.finding);
        let found: BTreeSet<&str> = run.findings.iter().chain(suppressed).map(|it| &*it.fingerprint).collect();
        let open = run.unknown.iter().filter(|row| !row.inherent);
        let open: BTreeSet<Option<&str>> = open.map(|row| row.rule.map(|rule| rule.id)).collect();
        let is_open = |known: &Known| open.contains(&None) || open.contains(&Some(&*known.rule));
        let gone = self.0.values().filter(|known| !found.contains(&*known.fingerprint));
        gone.map(|known| (known, is_open(known))).collect()
    }
}

fn known(finding: &Finding) -> Known {
    Known {
        rule: finding.rule.id.to_owned(),
        message: finding.fault.says.clone(),
        severity: finding.severity(),
        fingerprint: finding.fingerprint.clone(),
    }
}
