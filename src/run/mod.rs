//! One judgement of one capture: every request followed, equal verdicts folded.

mod fold;
mod mend;
mod origin;
mod walk;
pub mod worlds;

use crate::capture::{CallCount, Capture, Inline, Names, SourceInfo};
use crate::follow::{HopKind, Request, View};
use crate::graph::Graph;
use crate::model::{Evidence, Gap, Origin, Place, Scope, Str, Subject, Text};
use crate::rule::{Rule, Symptom};
use crate::verdict::{Client, Fault, Reach, Severity};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

impl Options {
    /// Whoever asks for one stage asks for each that may be it, and for what is on none yet.
    fn asks_for(&self, stage: Option<&Text>) -> bool {
        let may_be = |stage: &Text| self.stages.iter().any(|asked| !stage.is_surely_not(&asked.as_str().into()));
        self.stages.is_empty() || stage.is_none_or(may_be)
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
    /// What was asked, in the order of the request's path.
    pub rules: Vec<&'static Rule>,
    pub tally: BTreeMap<&'static str, Tally>,
    pub calls: BTreeMap<String, CallCount>,
    /// What the files ask to ignore; `triage` carries it out.
    pub inline: Vec<Inline>,
    pub suppressed: Vec<Suppressed>,
    /// What is wrong with the ignores, not with the account.
    pub notices: Vec<Notice>,
    /// Set if there is a baseline.
    pub compared: Option<Compared>,
    /// Files that could not be judged at all.
    pub broken: Vec<Broken>,
    /// The APIs and stages that were seen, whether they were to be judged or not.
    pub names: Names,
}

/// A file that was meant to be judged, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// As it was named.
    pub file: String,
    /// As its repository calls it.
    pub path: String,
    /// From 1.
    pub line: usize,
    pub says: String,
}

/// A fault, with all the requests that die of it.
#[derive(Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    pub view: View,
    pub fault: Fault,
    /// Where what it is about was written, if a template makes it.
    pub origin: Option<Origin>,
    /// Whom it meets.
    pub clients: BTreeSet<Client>,
    pub requests: Vec<Affected>,
    pub fingerprint: String,
    /// Set only if all of its requests die earlier: the first of them, of this finding.
    pub behind: Option<String>,
    /// What the settings say instead of what follows from the reach.
    pub level: Option<Severity>,
    /// It stands in the baseline: told, but not counted.
    pub known: bool,
    /// `where Env is prod; and where Env is dev`: set only if it does not hold in every way to deploy the templates.
    pub world: Option<String>,
    /// It stood in the baseline, but as less: in which way it is worse.
    pub worse: Option<String>,
}

/// A finding, or those of its requests, that somebody accepted with a reason.
pub struct Suppressed {
    pub finding: Finding,
    pub because: String,
    pub until: Option<Date>,
    pub by: Origin,
}

/// One sentence for whoever wrote the ignore.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub says: String,
    pub at: Origin,
}

/// How the findings compare with a baseline.
pub struct Compared {
    /// Proven to be gone: every question of their rules was answered.
    pub fixed: Vec<Known>,
    /// Not found again, but not everything could be asked either.
    pub undecided: Vec<Known>,
    /// Only a part of the account was looked at: nothing is fixed by that.
    pub part: bool,
    /// Only what is new is printed.
    pub new_only: bool,
}

/// A finding as a baseline keeps it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub rule: String,
    pub message: String,
    pub severity: Severity,
    pub fingerprint: String,
    /// Those that die of it, as `API STAGE ROUTE` and in order. Empty where nobody kept them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
}

/// A request, and the earlier finding behind which it meets this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Affected {
    pub request: Request,
    pub behind: Option<String>,
    /// The evidence of each way in which it dies of this, where that stands in files; elsewhere the finding's must do.
    pub ways: Vec<Way>,
}

/// Evidence that many requests may share.
pub type Way = Arc<[Evidence]>;

/// A question that could not be answered for some requests.
pub struct Unknown {
    /// `None` where it is not known which questions there are.
    pub rule: Option<&'static Rule>,
    pub hop: Option<HopKind>,
    pub subject: Subject,
    pub gaps: Vec<Gap>,
    /// Where that was written, if it comes from a template.
    pub origin: Option<Origin>,
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
        self.level.unwrap_or_else(|| self.fault.reach.severity())
    }

    /// What is underlined, and what is said there, in the order of the evidence.
    pub fn places(&self) -> Vec<(&Place, &str)> {
        places(&self.fault.evidence)
    }

    /// The same of these requests alone, with the evidence of the first. `None` if there is no request.
    #[must_use]
    pub fn only(mut self, requests: Vec<Affected>) -> Option<Finding> {
        if let Some(way) = requests.first()?.ways.first() {
            self.fault.evidence = way.to_vec();
        }
        Some(Finding { behind: behind(&requests), requests, ..self })
    }

    /// What they see.
    pub fn symptoms(&self) -> Vec<Symptom> {
        let mut symptoms = Vec::new();
        for client in &self.clients {
            for symptom in self.rule.symptoms_of(&self.fault, *client) {
                if !symptoms.contains(&symptom) {
                    symptoms.push(symptom);
                }
            }
        }
        symptoms
    }
}

impl Run {
    /// How many findings of that severity are new.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| !finding.known && finding.severity() == severity).count()
    }

    /// The findings that a report tells.
    pub fn told(&self) -> impl Iterator<Item = &Finding> {
        let new_only = self.compared.as_ref().is_some_and(|compared| compared.new_only);
        self.findings.iter().filter(move |finding| !(new_only && finding.known))
    }

    /// Requests all of which die, whatever the settings make of it and whichever else they meet.
    pub fn dying(&self) -> BTreeSet<&Request> {
        let errors = self.findings.iter().filter(|finding| finding.fault.reach == Reach::EveryRequest);
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
    let mut names = capture.left_out;
    names.read(&capture.directory);
    let graph = Graph::new(capture.shared, capture.coverage, capture.directory);
    let now = options.now.unwrap_or(capture.header.taken);
    let origins = capture.origins;
    let mut fold = fold::Fold::new(&origins);
    capture.assumed.iter().for_each(|it| fold.assume(it));
    fold.assume("no organisation policy (SCP, RCP) denies what the account's own policies allow");
    walk::listings(&graph, &mut fold);
    for unit in capture.units {
        walk::unit(&unit?, &graph, now, options, &mut fold);
    }
    let mut run = fold.finish(capture.header, capture.calls, capture.inline, options);
    run.names = names;
    origin::attach(&mut run, &origins);
    Ok(run)
}

/// The findings' order in every report: worst first, then by hop and rule.
pub(crate) fn order(a: &Finding, b: &Finding) -> Ordering {
    fn by(finding: &Finding) -> (Reverse<Severity>, bool, HopKind, &str, &Subject, &str) {
        let (rule, fault) = (finding.rule, &finding.fault);
        let severity = Reverse(finding.severity());
        (severity, finding.behind.is_some(), rule.hop(), rule.id, &fault.subject, fault.reason)
    }
    fn requests(finding: &Finding) -> impl Iterator<Item = &Request> {
        finding.requests.iter().map(|it| &it.request)
    }
    by(a).cmp(&by(b)).then_with(|| requests(a).cmp(requests(b)))
}

/// Every field that was read, and what is said of it.
pub(crate) fn places(evidence: &[Evidence]) -> Vec<(&Place, &str)> {
    fn of<'r>(evidence: &'r [Evidence], into: &mut Vec<(&'r Place, &'r str)>) {
        for evidence in evidence {
            match evidence {
                Evidence::Read { place, says, .. } => into.push((place, says)),
                Evidence::Because { of: rest, .. } => of(rest, into),
                Evidence::Missing { .. } | Evidence::Document { .. } => {}
            }
        }
    }
    let mut places = Vec::new();
    of(evidence, &mut places);
    places
}

/// Changes every field that was read.
fn each_place(evidence: &mut [Evidence], change: &mut impl FnMut(&mut Place)) {
    for one in evidence {
        match one {
            Evidence::Read { place, .. } => change(place),
            Evidence::Because { of, .. } => each_place(of, change),
            Evidence::Missing { .. } | Evidence::Document { .. } => {}
        }
    }
}

/// The earlier finding behind which the first of them stands, if all stand behind one.
fn behind(requests: &[Affected]) -> Option<String> {
    let all = requests.iter().all(|it| it.behind.is_some());
    requests.first()?.behind.clone().filter(|_| all)
}

/// A fault of the draft alone waits for the next deployment.
pub(crate) fn after_deployment() -> Reach {
    Reach::After { event: "the next deployment".into() }
}
