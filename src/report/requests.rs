//! Findings and their requests in words.

use super::plain;
use crate::follow::{Request, View};
use crate::model::excerpt::few;
use crate::model::{Evidence, Origin};
use crate::run::{Finding, Run, Unknown};
use crate::verdict::Reach;
use std::collections::{BTreeMap, BTreeSet};

/// How many of a list are named one by one.
pub(super) const NAMED: usize = 6;

pub(super) fn requests(count: usize) -> String {
    format!("{count} request{}", if count == 1 { "" } else { "s" })
}

/// Which requests meet the finding, in one line.
pub(super) fn dying(finding: &Finding) -> String {
    format!("{} {}", dies(finding), routes(finding.requests.iter().map(|it| &it.request)))
}

/// What clients see, and what the log says.
pub(super) fn seen(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    for symptom in finding.symptoms() {
        lines.push(match symptom.body {
            "" => format!("clients see: {}", symptom.status),
            body if body.starts_with(symptom.status) => format!("clients see: {body}"),
            body => format!("clients see: {} {body}", symptom.status),
        });
        if !symptom.log.is_empty() {
            lines.push(format!("the log says: {}", symptom.log));
        }
    }
    lines
}

/// What is wrong, and in which world, for a page that shows texts only.
pub(super) fn headline(finding: &Finding) -> String {
    let says = short(&finding.fault.says);
    match &finding.world {
        Some(world) => format!("{says} ({})", short(world)),
        None => says,
    }
}

/// The finding for such a page: what is wrong and why, the way out, who dies. Lines of their own, each harmless and of
/// bounded length.
pub(super) fn story(finding: &Finding) -> Vec<String> {
    let mut why = Vec::new();
    reasons(&finding.fault.evidence, &mut why);
    let why = if why.is_empty() { String::new() } else { format!("because: {}", why.join("; ")) };
    let lines = [why, finding.fault.help.clone(), dying(finding)];
    let more = format!("more: gatelint explain {}", finding.rule.id);
    let lines = lines.into_iter().chain(seen(finding)).chain([more]).filter(|line| !line.is_empty());
    std::iter::once(headline(finding)).chain(lines.map(|line| short(&line))).collect()
}

/// The most characters of what is said beside a place: without the place, what is shorter says little.
const BESIDE: usize = 60;

/// What speaks for it, but for what only points at a field.
fn reasons(evidence: &[Evidence], into: &mut Vec<String>) {
    for one in evidence {
        match one {
            Evidence::Missing { what, seen_all } => into.push(format!("{what}: {seen_all}")),
            Evidence::Because { says, of } => {
                into.push(says.clone());
                reasons(of, into);
            }
            Evidence::Read { says, .. } if says.chars().count() > BESIDE => into.push(says.clone()),
            Evidence::Read { .. } | Evidence::Document { .. } => {}
        }
    }
}

/// The most characters of a sentence that goes to a service, which may refuse a report for its size.
const LONG: usize = 1000;

/// A sentence in one harmless line of bounded length.
pub(super) fn short(text: &str) -> String {
    let mut kept = plain(text.get(..text.floor_char_boundary(4 * LONG)).unwrap_or_default());
    if let Some((end, _)) = kept.char_indices().nth(LONG) {
        kept.truncate(end);
        kept.push('…');
    }
    kept
}

/// A file with what would settle what stayed open there.
pub(super) struct Open<'r> {
    /// The first place in the file; `None` for what stands in none.
    pub(super) at: Option<&'r Origin>,
    /// Each once, with the first row that asks.
    pub(super) remedies: BTreeMap<String, &'r Unknown>,
    /// Of which it is not known whether they die.
    pub(super) requests: BTreeSet<&'r Request>,
}

/// What stayed open, by the path of the file.
pub(super) fn open_questions(run: &Run) -> BTreeMap<Option<&str>, Open<'_>> {
    let undecided = run.undecided();
    let mut files: BTreeMap<Option<&str>, Open<'_>> = BTreeMap::new();
    for row in &run.unknown {
        let at = row.origin.as_ref();
        let new = || Open { at, remedies: BTreeMap::new(), requests: BTreeSet::new() };
        let open = files.entry(at.map(|at| &*at.file.path)).or_insert_with(new);
        if at.is_some_and(|at| open.at.is_some_and(|first| at.at.start < first.at.start)) {
            open.at = at;
        }
        open.requests.extend(row.requests.iter().filter(|it| undecided.contains(it)));
        for gap in &row.gaps {
            open.remedies.entry(gap.remedy()).or_insert(row);
        }
    }
    files.retain(|_, open| !open.remedies.is_empty());
    files
}

fn dies(finding: &Finding) -> String {
    let by = match finding.view {
        View::Draft => " (judged by the current configuration, not by what is deployed)",
        _ => "",
    };
    match &finding.fault.reach {
        Reach::EveryRequest => format!("dies{by}:"),
        Reach::SomeRequests { when } => format!("may die, when {when}{by}:"),
        Reach::UnderLoad => format!("may die under load{by}:"),
        Reach::After { event } => format!("will die after {event}:"),
    }
}

/// `orders prod: GET /orders, POST /orders and 12 more`, by API and stage.
pub(super) fn routes<'r>(requests: impl Iterator<Item = &'r Request>) -> String {
    let mut by_stage: BTreeMap<(String, &str), Vec<&str>> = BTreeMap::new();
    for request in requests {
        let api = request.api_name.as_deref().unwrap_or(&request.api);
        let stage = request.stage.as_deref().unwrap_or("(no stage yet)");
        let canary = if request.canary { " (canary)" } else { "" };
        by_stage.entry((format!("{api} {stage}{canary}"), &request.api)).or_default().push(&request.route);
    }
    let shown = by_stage.iter().take(NAMED).map(|((stage, _), routes)| format!("{stage}: {}", some_of(routes)));
    let more = by_stage.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("and {more} more stages"));
    shown.chain(more).collect::<Vec<_>>().join("; ")
}

pub(super) fn some_of(names: &[&str]) -> String {
    few(names, NAMED)
}
