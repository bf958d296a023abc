//! One template deployed in several ways: with a condition that holds, and without.
//!
//! Nothing is enumerated in advance. A first judgement assumes nothing; only what its unknown answers hang on is then
//! assumed one way and the other, and so on, up to a bound. Beyond it the answers stay unknown.

use super::{Affected, Finding, Run, Tally};
use crate::model::Gap;
use std::collections::{BTreeMap, BTreeSet};

/// What a judgement assumes, in words, by what it assumes of.
pub type Assumed = BTreeMap<String, String>;

/// The gaps that hid something in a judgement.
pub fn gaps(run: &Run) -> BTreeSet<&Gap> {
    let rows = run.unknown.iter().flat_map(|row| &row.gaps);
    rows.chain(run.gaps.iter().map(|hidden| &hidden.gap)).collect()
}

/// The judgements of all worlds as one. What holds in some of them only says in which: a finding whose requests die in
/// different worlds is one for each.
pub fn merge(worlds: Vec<(Assumed, Run)>) -> Option<Run> {
    let (all, runs): (Vec<Assumed>, Vec<Run>) = worlds.into_iter().unzip();
    let mut found: BTreeMap<_, Vec<(usize, Finding)>> = BTreeMap::new();
    let mut merged: Option<Run> = None;
    for (world, mut run) in runs.into_iter().enumerate() {
        for finding in std::mem::take(&mut run.findings) {
            // Of templates that write alike, each has its own; a number may be another in another world.
            let at = finding.origin.as_ref().map(|origin| (origin.file.name.clone(), origin.at.start));
            let key = (finding.fingerprint.clone(), finding.severity() as u8, at, finding.fault.says.clone());
            found.entry(key).or_default().push((world, finding));
        }
        match &mut merged {
            None => merged = Some(run),
            Some(merged) => add(merged, run),
        }
    }
    let mut merged = merged?;
    let mut told: BTreeMap<BTreeSet<usize>, Option<String>> = BTreeMap::new();
    for (holds, mut finding) in found.into_values().flat_map(apart) {
        finding.world = told.entry(holds).or_insert_with_key(|holds| where_it_holds(&all, holds)).clone();
        merged.findings.push(finding);
    }
    merged.findings.sort_by(super::order);
    Some(merged)
}

/// The findings of some worlds by the worlds in which their requests die.
fn apart(alike: Vec<(usize, Finding)>) -> Vec<(BTreeSet<usize>, Finding)> {
    if let [(world, _)] = *alike {
        return alike.into_iter().map(|(_, finding)| (BTreeSet::from([world]), finding)).collect();
    }
    let mut requests: Vec<(Affected, BTreeSet<usize>)> = Vec::new();
    for (world, finding) in &alike {
        requests.extend(finding.requests.iter().map(|it| (it.clone(), BTreeSet::from([*world]))));
    }
    requests.sort_by(|(a, _), (b, _)| a.request.cmp(&b.request));
    requests.dedup_by(|(other, worlds), (known, holds)| {
        same(other, known) && {
            holds.append(worlds);
            true
        }
    });
    let mut groups: BTreeMap<BTreeSet<usize>, Vec<Affected>> = BTreeMap::new();
    requests.into_iter().for_each(|(request, holds)| groups.entry(holds).or_default().push(request));
    let group = |(holds, requests): (BTreeSet<usize>, Vec<Affected>)| {
        let (_, first) = alike.iter().find(|(world, _)| holds.contains(world))?;
        let clients = alike.iter().filter(|(world, _)| holds.contains(world)).flat_map(|(_, it)| it.clients.clone());
        let finding = Finding { clients: clients.collect(), ..first.clone() };
        Some((holds, finding.only(requests)?))
    };
    groups.into_iter().filter_map(group).collect()
}

/// One request in two worlds: what it dies of may be written elsewhere.
fn same(other: &mut Affected, known: &mut Affected) -> bool {
    let same = other.request == known.request;
    if same && other.ways != known.ways {
        known.ways.append(&mut other.ways);
    }
    same
}

/// In these of all worlds, without what it does not hang on.
fn where_it_holds(all: &[Assumed], holds: &BTreeSet<usize>) -> Option<String> {
    let (mut left, mut told) = (holds.clone(), Vec::new());
    while let Some(world) = left.first().and_then(|first| all.get(*first)) {
        let mut known = world.clone();
        for choice in world.keys() {
            let Some(said) = known.remove(choice) else { continue };
            if !covered(all, &known).is_subset(holds) {
                known.insert(choice.clone(), said);
            }
        }
        let covered = covered(all, &known);
        // Nothing is left to say of what holds in all.
        if covered.len() == all.len() {
            return None;
        }
        left = left.difference(&covered).copied().collect();
        told.push(known.into_values().collect::<Vec<_>>().join(" and "));
    }
    Some(format!("where {}", told.join("; and where ")))
}

/// The worlds that do not contradict what is known.
fn covered(all: &[Assumed], known: &Assumed) -> BTreeSet<usize> {
    let may = |world: &Assumed| known.iter().all(|(of, said)| world.get(of).is_none_or(|it| it == said));
    all.iter().enumerate().filter(|(_, world)| may(world)).map(|(at, _)| at).collect()
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
                && it.origin == row.origin
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

#[cfg(test)]
mod tests {
    use super::*;

    fn world(assumed: &[(&str, &str)]) -> Assumed {
        assumed.iter().map(|(of, said)| ((*of).to_owned(), format!("{of} is {said}"))).collect()
    }

    #[test]
    fn only_what_it_hangs_on_is_told() {
        let all: Vec<Assumed> =
            ["1", "2", "3"].iter().flat_map(|a| ["x", "y"].iter().map(move |b| world(&[("A", a), ("B", b)]))).collect();
        let told = |holds: &[usize]| where_it_holds(&all, &holds.iter().copied().collect());
        assert_eq!(told(&[0, 1]).as_deref(), Some("where A is 1"));
        assert_eq!(told(&[1, 3, 5]).as_deref(), Some("where B is y"));
        assert_eq!(told(&[3]).as_deref(), Some("where A is 2 and B is y"));
        assert_eq!(told(&[0, 1, 3, 5]).as_deref(), Some("where A is 1; and where B is y"));
        assert_eq!(told(&[0, 1, 2, 3, 4, 5]), None);
        assert_eq!(where_it_holds(&[Assumed::new()], &[0].into()), None);
    }

    /// Where a world was not split on, it holds whatever that is; one that is impossible is not there.
    #[test]
    fn worlds_that_were_not_split_on_everything() {
        let all = [world(&[("A", "1")]), world(&[("A", "2"), ("B", "x")]), world(&[("A", "2"), ("B", "y")])];
        let told = |holds: &[usize]| where_it_holds(&all, &holds.iter().copied().collect());
        assert_eq!(told(&[0]).as_deref(), Some("where A is 1"));
        assert_eq!(told(&[0, 1]).as_deref(), Some("where A is 1; and where B is x"));
        assert_eq!(told(&[1]).as_deref(), Some("where A is 2 and B is x"));
        assert_eq!(told(&[1, 2]).as_deref(), Some("where A is 2"));
    }
}
