//! One template deployed in several ways: with a condition that holds, and without.
//!
//! Nothing is enumerated in advance. A first judgement assumes nothing; only what its unknown answers hang on is then
//! assumed one way and the other, and so on, up to a bound. Beyond it the answers stay unknown.

use super::{Affected, Finding, Run, Tally};
use crate::model::{Evidence, Gap};
use std::collections::{BTreeMap, BTreeSet};

/// The gaps that hid something in a judgement.
pub fn gaps(run: &Run) -> BTreeSet<&Gap> {
    let rows = run.unknown.iter().flat_map(|row| &row.gaps);
    rows.chain(run.gaps.iter().map(|hidden| &hidden.gap)).collect()
}

/// The judgements of all worlds as one. What holds in some of them only says in which.
pub fn merge(worlds: Vec<(String, Run)>) -> Option<Run> {
    let count = worlds.len();
    let mut found: BTreeMap<_, (Finding, Vec<String>)> = BTreeMap::new();
    let mut merged: Option<Run> = None;
    for (label, mut run) in worlds {
        for finding in std::mem::take(&mut run.findings) {
            // Of templates that write alike, each has its own.
            let at = finding.origin.as_ref().map(|origin| (origin.file.name.clone(), origin.at.start));
            let key = (finding.fingerprint.clone(), finding.severity() as u8, at);
            match found.get_mut(&key) {
                None => _ = found.insert(key, (finding, vec![label.clone()])),
                Some((known, labels)) => {
                    known.requests.extend(finding.requests);
                    known.requests.sort_by(|a, b| a.request.cmp(&b.request));
                    known.requests.dedup_by(same);
                    known.clients.extend(finding.clients);
                    labels.push(label.clone());
                }
            }
        }
        match &mut merged {
            None => merged = Some(run),
            Some(merged) => add(merged, run),
        }
    }
    let mut merged = merged?;
    merged.findings = found.into_values().map(|(finding, labels)| told(finding, &labels, count)).collect();
    merged.findings.sort_by(super::order);
    Some(merged)
}

/// One request in two worlds: what it dies of may be written elsewhere.
fn same(other: &mut Affected, known: &mut Affected) -> bool {
    let same = other.request == known.request;
    if same && other.ways != known.ways {
        known.ways.append(&mut other.ways);
    }
    same
}

fn told(mut finding: Finding, labels: &[String], count: usize) -> Finding {
    if labels.len() < count {
        let when = format!("so it is where {}", labels.join("; and where "));
        let when = Evidence::because(when, Vec::new());
        for way in finding.requests.iter_mut().flat_map(|it| &mut it.ways) {
            *way = way.iter().chain([&when]).cloned().collect();
        }
        finding.fault.evidence.push(when);
    }
    finding
}

fn add(to: &mut Run, other: Run) {
    to.assumptions.extend(other.assumptions);
    to.requests.extend(other.requests);
    to.names.add(other.names);
    for row in other.unknown {
        let same = |it: &&mut super::Unknown| {
            it.rule.map(|rule| rule.id) == row.rule.map(|rule| rule.id)
                && it.hop == row.hop
                && it.subject == row.subject
                && it.gaps == row.gaps
        };
        match to.unknown.iter_mut().find(same) {
            Some(known) => {
                known.requests.extend(row.requests);
                known.requests.sort();
                known.requests.dedup();
            }
            None => to.unknown.push(row),
        }
    }
    for hidden in other.gaps {
        if !to.gaps.contains(&hidden) {
            to.gaps.push(hidden);
        }
    }
    for (rule, tally) in other.tally {
        let sum = to.tally.entry(rule).or_default();
        *sum = larger(*sum, tally);
    }
}

/// The same question in two worlds is one question.
fn larger(a: Tally, b: Tally) -> Tally {
    Tally {
        asked: a.asked.max(b.asked),
        passed: a.passed.max(b.passed),
        dies: a.dies.max(b.dies),
        unknown: a.unknown.max(b.unknown),
        not_applicable: a.not_applicable.max(b.not_applicable),
    }
}
