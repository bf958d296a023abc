//! One judgement of one capture: every request followed, equal verdicts folded.

mod fold;
mod origin;
mod walk;

use crate::capture::{CallCount, Capture, SourceInfo};
use crate::follow::{HopKind, Request, View};
use crate::graph::Graph;
use crate::model::unit::Protocol;
use crate::model::{Gap, Origin, Scope, Str, Subject};
use crate::rule::{Rule, Symptom};
use crate::verdict::{Fault, Reach, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// What to judge.
pub struct Options {
    pub rules: Vec<&'static Rule>,
    pub views: Views,
    /// Names of stages; empty for all.
    pub stages: Vec<String>,
    /// Overrides the capture's own time.
    pub now: Option<jiff::Timestamp>,
}

impl Default for Options {
    fn default() -> Self {
        Options { rules: crate::rules::all().collect(), views: Views::Both, stages: Vec::new(), now: None }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Views {
    #[default]
    Both,
    Deployed,
    /// At full severity, as if it were deployed now.
    Draft,
}

/// The result of a judgement.
pub struct Run {
    pub sources: Vec<SourceInfo>,
    pub taken: jiff::Timestamp,
    pub assumptions: BTreeSet<String>,
    pub requests: BTreeSet<Request>,
    pub findings: Vec<Finding>,
    pub unknown: Vec<Unknown>,
    pub gaps: Vec<Hidden>,
    pub tally: BTreeMap<&'static str, Tally>,
    pub calls: BTreeMap<String, CallCount>,
}

/// A fault, with all the requests that die of it.
pub struct Finding {
    pub rule: &'static Rule,
    pub view: View,
    pub fault: Fault,
    /// Where what it is about was written, if a template makes it.
    pub origin: Option<Origin>,
    /// The API flavours that show it, and whether through an authorizer.
    pub seen_in: BTreeSet<(Protocol, bool)>,
    pub requests: Vec<Affected>,
    pub fingerprint: String,
    /// Set only if all of its requests die earlier: the first of them, of this finding.
    pub behind: Option<String>,
}

/// A request, and the earlier finding behind which it meets this one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Affected {
    pub request: Request,
    pub behind: Option<String>,
}

/// A question that could not be answered for some requests.
pub struct Unknown {
    /// `None` where it is not known which questions there are.
    pub rule: Option<&'static Rule>,
    pub hop: Option<HopKind>,
    pub subject: Subject,
    pub gaps: Vec<Gap>,
    pub requests: Vec<Request>,
    /// A limit of AWS's own API that no grant lifts: `--strict` does not count it.
    pub inherent: bool,
}

/// A hole in the enumeration itself: nobody knows which requests it hides.
#[derive(Debug, Clone, PartialEq)]
pub struct Hidden {
    pub gap: Gap,
    pub scope: Scope,
    pub api: Option<Str>,
    pub hides: String,
}

/// How often a rule was asked and what it answered, by request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub asked: u64,
    pub passed: u64,
    pub dies: u64,
    pub unknown: u64,
    pub not_applicable: u64,
}

impl Finding {
    pub fn severity(&self) -> Severity {
        self.fault.reach.severity()
    }

    /// What clients of these APIs see.
    pub fn symptoms(&self) -> Vec<&'static Symptom> {
        let mut symptoms: Vec<&'static Symptom> = Vec::new();
        for (protocol, authorizer) in &self.seen_in {
            for symptom in self.rule.symptoms_of(*protocol, *authorizer) {
                if !symptoms.contains(&symptom) {
                    symptoms.push(symptom);
                }
            }
        }
        symptoms
    }
}

impl Run {
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }

    /// Requests that die of an error, whichever else they meet.
    pub fn dying(&self) -> BTreeSet<&Request> {
        let errors = self.findings.iter().filter(|finding| finding.severity() == Severity::Error);
        errors.flat_map(|finding| &finding.requests).map(|affected| &affected.request).collect()
    }

    /// Requests that are not known to die, and not known to pass.
    pub fn undecided(&self) -> BTreeSet<&Request> {
        let dying = self.dying();
        let unknown = self.unknown.iter().filter(|unknown| !unknown.inherent).flat_map(|unknown| &unknown.requests);
        unknown.filter(|request| !dying.contains(request)).collect()
    }

    /// Was there anything to judge, or anything that may hide something to judge?
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.gaps.is_empty() && self.unknown.is_empty()
    }
}

/// Follows every request of the capture.
///
/// # Errors
/// The capture's stream of APIs may turn out to be unreadable.
pub fn judge(capture: Capture, options: &Options) -> miette::Result<Run> {
    let graph = Graph::new(capture.shared, capture.coverage, capture.directory);
    let now = options.now.unwrap_or(capture.header.taken);
    let mut fold = fold::Fold::default();
    let origins = capture.origins;
    fold.assume("no organisation policy (SCP, RCP) denies what the account's own policies allow");
    walk::listings(&graph, &mut fold);
    for unit in capture.units {
        walk::unit(&unit?, &graph, now, options, &mut fold);
    }
    let mut run = fold.finish(capture.header, capture.calls, options);
    origin::attach(&mut run, &origins);
    Ok(run)
}

/// The findings' order in every report: worst first, then by hop and rule.
pub(crate) fn order(finding: &Finding) -> (std::cmp::Reverse<Severity>, bool, HopKind, &str, &Subject, &str) {
    let severity = std::cmp::Reverse(finding.severity());
    let (rule, fault) = (finding.rule, &finding.fault);
    (severity, finding.behind.is_some(), rule.hop(), rule.id, &fault.subject, fault.reason)
}

/// A fault of the draft alone waits for the next deployment.
pub(crate) fn after_deployment() -> Reach {
    Reach::After { event: "the next deployment".into() }
}
