//! Several captures as one.

use super::error::{CaptureError, Fault};
use super::front::{UnitKey, entry_key, unit_key};
use crate::capture::{Capture, Coverage, SourceInfo, Units};
use crate::model::{ApiEntry, Kind, Ref, Scope};
use std::collections::BTreeSet;

/// Merges captures, of several accounts or regions, or of one at several times.
///
/// What was seen later wins, and of two seen at the same time the one given later: its
/// facts about a thing replace all earlier ones. What an earlier capture holds and a later
/// one proves absent, by a listing read to its end or by asking for it, is gone. A gap in
/// one capture's listing stays a gap of the whole. Facts are judged at the latest time.
///
/// # Errors
/// Where there is no capture at all.
pub fn merge(mut captures: Vec<Capture>) -> Result<Capture, CaptureError> {
    captures.sort_by_key(|capture| capture.header.taken);
    let mut captures = captures.into_iter();
    let first = captures.next().ok_or_else(|| CaptureError::of_file("", Fault::Nothing))?;
    Ok(captures.fold(first, lay_over))
}

fn lay_over(mut older: Capture, newer: Capture) -> Capture {
    let mut header = newer.header;
    let at = |taken: jiff::Timestamp| move |source: &mut SourceInfo| _ = source.taken.get_or_insert(taken);
    older.header.sources.iter_mut().for_each(at(older.header.taken));
    header.sources.iter_mut().for_each(at(header.taken));
    let mut sources = older.header.sources;
    sources.extend(header.sources.into_iter().filter(|source| !sources.contains(source)).collect::<Vec<_>>());
    header.sources = sources;

    let mut shared = older.shared;
    shared.overlay(newer.shared, &newer.coverage);

    let replaced: BTreeSet<UnitKey> = newer.directory.iter().map(entry_key).collect();
    let stays = |entry: &ApiEntry| !replaced.contains(&entry_key(entry)) && !is_gone(entry, &newer.coverage);
    let mut directory: Vec<ApiEntry> = older.directory.into_iter().filter(stays).collect();
    let kept: BTreeSet<UnitKey> = directory.iter().map(entry_key).collect();
    directory.extend(newer.directory);
    let earlier = older.units.filter(move |unit| match unit {
        Ok(unit) => kept.contains(&unit_key(unit)),
        Err(_) => true,
    });
    let units: Units = Box::new(earlier.chain(newer.units));

    let mut coverage = older.coverage;
    coverage.merge(newer.coverage);
    let mut calls = older.calls;
    for (call, count) in newer.calls {
        let sum = calls.entry(call).or_default();
        sum.made += count.made;
        sum.retried += count.retried;
        sum.throttled += count.throttled;
    }
    let mut origins = older.origins;
    origins.append(newer.origins);
    let mut assumed = older.assumed;
    assumed.extend(newer.assumed);
    let mut inline = older.inline;
    inline.extend(newer.inline);
    let mut left_out = older.left_out;
    left_out.add(newer.left_out);
    Capture { header, coverage, shared, directory, calls, assumed, origins, inline, left_out, units }
}

fn is_gone(entry: &ApiEntry, later: &Coverage) -> bool {
    let kind = if &*entry.protocol == "REST" { Kind::RestApi } else { Kind::Api };
    let there = |scope: &Scope| scope.account == entry.account && scope.region == entry.region;
    let listed = later.listed().any(|(listed, scope, gap)| listed == kind && gap.is_none() && there(scope));
    listed || later.asked().any(|(of, answer)| is_absent(of, answer, entry, kind))
}

fn is_absent(of: &Ref, answer: &crate::capture::Answer, entry: &ApiEntry, kind: Kind) -> bool {
    matches!(answer, crate::capture::Answer::Absent { .. })
        && of.kind == kind
        && (&of.scope.account, &of.scope.region) == (&entry.account, &entry.region)
        && of.id.lit() == Some(&entry.id)
}
