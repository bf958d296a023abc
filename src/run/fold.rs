//! Equal verdicts of many requests become one finding.

use super::{
    Affected, Finding, Hidden, Options, Run, Tally, Unknown, Way, after_deployment, behind, each_place, order, places,
};
use crate::capture::{CallCount, Header, Inline, Names};
use crate::follow::{HopKind, Request, View};
use crate::model::{Evidence, Gap, Origin, Origins, Subject, hex};
use crate::rule::Rule;
use crate::verdict::{Client, Fault, Reach, Severity};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Part of every fingerprint: raised only when equal faults would no longer be equal.
const FINGERPRINT_VERSION: &str = "1";

/// The request that is being followed.
pub(super) struct At {
    pub(super) request: Request,
    pub(super) view: View,
    /// Judged at full severity, whatever the view.
    pub(super) full: bool,
}

/// What makes faults equal: (rule, subject, reason, deciding statement, view), which of
/// the requests die, and whether the view counts in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: &'static str,
    subject: Subject,
    reason: &'static str,
    decided_by: String,
    reach: Reach,
    view: View,
    full: bool,
}

type UnknownKey = (Option<&'static str>, Option<HopKind>, Subject, Vec<Gap>);

struct Folded {
    finding: Finding,
    requests: BTreeMap<Request, Met>,
    /// Of the request before: often this one's too.
    way: Option<Way>,
}

/// How a request meets a finding.
struct Met {
    /// The earlier finding that it already died of.
    behind: Option<String>,
    ways: Vec<Way>,
}

pub(super) struct Fold<'o> {
    pub(super) origins: &'o Origins,
    assumptions: BTreeSet<String>,
    requests: BTreeSet<Request>,
    findings: BTreeMap<Key, Folded>,
    unknown: BTreeMap<UnknownKey, (Unknown, BTreeSet<Request>)>,
    gaps: Vec<Hidden>,
    tally: BTreeMap<&'static str, Tally>,
    /// The fingerprint of the first fault that no instance of the current request survives.
    died_of: Option<String>,
}

impl<'o> Fold<'o> {
    pub(super) fn new(origins: &'o Origins) -> Self {
        Fold {
            origins,
            assumptions: BTreeSet::new(),
            requests: BTreeSet::new(),
            findings: BTreeMap::new(),
            unknown: BTreeMap::new(),
            gaps: Vec::new(),
            tally: BTreeMap::new(),
            died_of: None,
        }
    }

    pub(super) fn assume(&mut self, what: &str) {
        self.assumptions.insert(what.to_owned());
    }

    pub(super) fn tally(&mut self, rule: &'static str) -> &mut Tally {
        self.tally.entry(rule).or_default()
    }

    pub(super) fn enter(&mut self, at: &At) {
        self.requests.insert(at.request.clone());
        self.died_of = None;
    }

    pub(super) fn fault(&mut self, at: &At, rule: &'static Rule, fault: &Fault, client: Client) {
        let key = Key {
            rule: rule.id,
            subject: fault.subject.clone(),
            reason: fault.reason,
            decided_by: fault.decided_by.clone(),
            reach: fault.reach.clone(),
            view: at.view,
            full: at.full || at.view != View::Draft,
        };
        // What only the draft has becomes a warning, and warnings put nothing behind.
        let kills = fault.reach == Reach::EveryRequest && key.full;
        let folded = self.findings.entry(key).or_insert_with(|| Folded {
            finding: Finding {
                rule,
                view: at.view,
                fault: fault.clone(),
                origin: None,
                clients: BTreeSet::new(),
                requests: Vec::new(),
                fingerprint: fingerprint(rule, fault, self.origins),
                behind: None,
                level: None,
                known: false,
                world: None,
                worse: None,
            },
            requests: BTreeMap::new(),
            way: None,
        });
        let way = folded.way_of(&fault.evidence);
        let own = &folded.finding.fingerprint;
        let behind = self.died_of.clone().filter(|died_of| died_of != own);
        folded.finding.clients.insert(client);
        let met = folded.requests.entry(at.request.clone()).or_insert_with(|| Met { behind, ways: Vec::new() });
        met.ways.extend(way.filter(|way| met.ways.last() != Some(way)));
        if kills && self.died_of.is_none() {
            self.died_of = Some(own.clone());
        }
    }

    pub(super) fn unknown(
        &mut self,
        at: &At,
        rule: Option<&'static Rule>,
        hop: Option<HopKind>,
        subject: Subject,
        origin: Option<&Origin>,
        gaps: &[Gap],
    ) {
        let gaps: BTreeSet<Gap> = gaps.iter().cloned().collect();
        let gaps: Vec<Gap> = gaps.into_iter().collect();
        let key = (rule.map(|rule| rule.id), hop, subject.clone(), gaps.clone());
        let row = Unknown { rule, hop, subject, gaps, origin: origin.cloned(), requests: Vec::new(), inherent: false };
        let (_, requests) = self.unknown.entry(key).or_insert_with(|| (row, BTreeSet::new()));
        requests.insert(at.request.clone());
    }

    /// A hole in the enumeration, which is unknown too.
    pub(super) fn hide(&mut self, hidden: Hidden, inherent: bool) {
        if self.gaps.contains(&hidden) {
            return;
        }
        let id = hidden.api.as_deref().unwrap_or_default();
        let subject = Subject { id: id.to_owned(), ..Subject::named("API", hidden.hides.clone(), &hidden.scope) };
        let origin = self.origins.find(id, "").cloned();
        let gaps = vec![hidden.gap.clone()];
        let key = (None, None, subject.clone(), gaps.clone());
        let row = Unknown { rule: None, hop: None, subject, gaps, origin, requests: Vec::new(), inherent };
        self.unknown.insert(key, (row, BTreeSet::new()));
        self.gaps.push(hidden);
    }

    pub(super) fn finish(
        mut self,
        header: Header,
        calls: BTreeMap<String, CallCount>,
        inline: Vec<Inline>,
        options: &Options,
    ) -> Run {
        self.drop_what_is_deployed_too();
        let mut findings: Vec<Finding> = self.findings.into_values().map(Folded::finish).collect();
        findings.sort_by(order);
        let told =
            |(row, requests): (Unknown, BTreeSet<Request>)| Unknown { requests: requests.into_iter().collect(), ..row };
        let unknown: Vec<Unknown> = self.unknown.into_values().map(told).collect();
        let asked = options.rules.iter().map(|rule| (rule.id, Tally::default()));
        let mut tally: BTreeMap<_, _> = asked.collect();
        tally.extend(self.tally);
        Run {
            sources: header.sources,
            taken: header.taken,
            assumptions: self.assumptions,
            requests: self.requests,
            findings,
            unknown,
            gaps: self.gaps,
            rules: options.rules.clone(),
            tally,
            calls,
            inline,
            suppressed: Vec::new(),
            notices: Vec::new(),
            compared: None,
            broken: Vec::new(),
            names: Names::default(),
        }
    }

    /// The same fault in both views is one finding, the deployed one; what only the
    /// draft has waits for the next deployment.
    fn drop_what_is_deployed_too(&mut self) {
        let same = |key: &Key| (key.rule, key.reason, key.subject.identity());
        let mut served: BTreeMap<_, BTreeMap<Request, Severity>> = BTreeMap::new();
        for (key, folded) in self.findings.iter().filter(|(key, _)| key.view == View::Deployed) {
            let worst = served.entry(same(key)).or_default();
            for request in folded.requests.keys() {
                let known = worst.entry(request.clone()).or_insert(Severity::Note);
                *known = key.reach.severity().max(*known);
            }
        }
        for (key, folded) in self.findings.iter_mut().filter(|(key, _)| !key.full) {
            if let Some(served) = served.get(&same(key)) {
                // A fault that the next deployment makes worse is news.
                folded
                    .requests
                    .retain(|request, _| served.get(request).is_none_or(|known| *known < key.reach.severity()));
            }
            if folded.finding.fault.reach == Reach::EveryRequest {
                folded.finding.fault.reach = after_deployment();
            }
        }
        self.findings.retain(|_, folded| !folded.requests.is_empty());
    }
}

impl Folded {
    /// The evidence of one request, if it stands in files. What it shares with the finding's is not kept again.
    fn way_of(&mut self, evidence: &[Evidence]) -> Option<Way> {
        if places(evidence).iter().all(|(place, _)| place.origin.is_none()) {
            return None;
        }
        if self.way.as_deref() != Some(evidence) {
            let mut own = evidence.to_vec();
            // Equal places become one: a resource with a long policy speaks for many requests.
            let known = places(&self.finding.fault.evidence);
            each_place(&mut own, &mut |place| {
                if let Some((same, _)) = known.iter().find(|(known, _)| *known == place) {
                    *place = (*same).clone();
                }
            });
            self.way = Some(own.into());
        }
        self.way.clone()
    }

    fn finish(self) -> Finding {
        let affected = |(request, Met { behind, ways })| Affected { request, behind, ways };
        let requests: Vec<Affected> = self.requests.into_iter().map(affected).collect();
        Finding { behind: behind(&requests), requests, ..self.finding }
    }
}

/// What a template calls a thing is told from what another calls so by its file, until a stack has a name.
fn fingerprint(rule: &Rule, fault: &Fault, origins: &Origins) -> String {
    let subject = &fault.subject;
    let own = origins.find(&subject.id, "").filter(|_| subject.unnamed && subject.stack.is_none());
    let own = own.map(|origin| [origin.file.path.as_str(), origins.name_of(&subject.id).unwrap_or_default()]);
    let identity = subject.identity();
    let parts = [FINGERPRINT_VERSION, rule.id, fault.reason, &*origins.plain(&identity)];
    let mut hash = Sha256::new();
    for part in parts.into_iter().chain(own.into_iter().flatten()) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}
