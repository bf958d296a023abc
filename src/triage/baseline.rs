//! What was known before: `gatelint/baseline@1`, a file that is checked in.
//!
//! A finding is known by its fingerprint, as long as it has not become worse: it is no severer, and no other request dies
//! of it. Unknowns are never known: a baseline neither holds nor hides them. A known finding counts as gone only if every
//! question of its rule was answered.

use super::named;
use crate::follow::Request;
use crate::run::{Compared, Finding, Known, Run};
use crate::verdict::Severity;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// The first member of the file says so.
pub const FORMAT: &str = "gatelint/baseline@1";

/// By fingerprint, and by severity: some requests may die of what others only may die of.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Baseline(BTreeMap<(String, Severity), Known>);

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

    /// Findings that nothing tells apart are one, with all their requests.
    fn of(findings: impl IntoIterator<Item = Known>) -> Baseline {
        let mut all: BTreeMap<(String, Severity), Known> = BTreeMap::new();
        for mut finding in findings {
            let key = (finding.fingerprint.clone(), finding.severity);
            if let Some(other) = all.remove(&key) {
                // Where one of them says nothing of its requests, nothing is known of them.
                let kept = !finding.requests.is_empty() && !other.requests.is_empty();
                finding.requests.extend(other.requests);
                finding.requests.retain(|_| kept);
                finding.message = finding.message.min(other.message);
            }
            finding.requests.sort();
            all.insert(key, finding);
        }
        Baseline(all)
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
            finding.known = matches!(self.news(finding), News::Nothing);
        }
    }

    fn news(&self, finding: &Finding) -> News {
        let first = (finding.fingerprint.clone(), Severity::Note);
        let alike = self.0.range(first..).map(|(_, known)| known);
        let alike = alike.take_while(|known| known.fingerprint == finding.fingerprint);
        let (as_bad, less): (Vec<&Known>, Vec<&Known>) = alike.partition(|known| known.severity >= finding.severity());
        if as_bad.is_empty() {
            let was = less.last().map(|known| format!("it was a {}", known.severity.as_str()));
            return was.map_or(News::Finding, News::Worse);
        }
        if as_bad.iter().any(|known| known.requests.is_empty()) {
            return News::Nothing;
        }
        // Two APIs may have one name.
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        as_bad.iter().flat_map(|known| &known.requests).for_each(|it| *left.entry(it).or_default() += 1);
        let is_new = |request: &String| match left.get_mut(&**request).filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                false
            }
            None => true,
        };
        match requests(finding).filter(is_new).count() {
            0 => News::Nothing,
            1 => News::Worse("1 more request".into()),
            more => News::Worse(format!("{more} more requests")),
        }
    }

    /// Marks what is known, and says what is gone. A `part` of an account says nothing of the rest.
    pub fn compare(&self, run: &mut Run, part: bool, new_only: bool) {
        for finding in &mut run.findings {
            let news = self.news(finding);
            finding.known = matches!(news, News::Nothing);
            finding.worse = match news {
                News::Worse(how) => Some(how),
                News::Finding | News::Nothing => None,
            };
        }
        let asked: BTreeSet<&str> = run.rules.iter().map(|rule| rule.id).collect();
        let (mut fixed, mut undecided) = (Vec::new(), Vec::new());
        for (known, open) in self.gone(run) {
            let decided = !part && !open && asked.contains(&*known.rule);
            if decided { &mut fixed } else { &mut undecided }.push(told(known));
        }
        fixed.sort();
        undecided.sort();
        fixed.dedup();
        undecided.dedup();
        run.compared = Some(Compared { fixed, undecided, part, new_only });
    }

    /// What was not found again, and whether a question that it depends on stayed open.
    fn gone(&self, run: &Run) -> Vec<(&Known, bool)> {
        let suppressed = run.suppressed.iter().map(|it| &it.finding);
        let found: BTreeSet<&str> = run.findings.iter().chain(suppressed).map(|it| &*it.fingerprint).collect();
        let open = super::open(run);
        let gone = self.0.values().filter(|known| !found.contains(&*known.fingerprint));
        gone.map(|known| (known, open(&known.rule))).collect()
    }
}

/// What is new in a finding.
enum News {
    /// All of it.
    Finding,
    Worse(String),
    Nothing,
}

/// Reports name a finding of the baseline, not its requests.
fn told(known: &Known) -> Known {
    Known { requests: Vec::new(), ..known.clone() }
}

/// By names that survive that an API is made again.
fn requests(finding: &Finding) -> impl Iterator<Item = String> {
    let name = |request: &Request| {
        let canary = if request.canary { " (canary)" } else { "" };
        named(request.api_name.as_deref().unwrap_or(&request.api), request) + canary
    };
    finding.requests.iter().map(move |it| name(&it.request))
}

fn known(finding: &Finding) -> Known {
    Known {
        rule: finding.rule.id.to_owned(),
        message: finding.fault.says.clone(),
        severity: finding.severity(),
        fingerprint: finding.fingerprint.clone(),
        requests: requests(finding).collect(),
    }
}
