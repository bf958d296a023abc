//! Findings and their requests in words.

use super::plain;
use crate::follow::{Request, View};
use crate::run::{Finding, Run};
use crate::verdict::Reach;
use std::collections::{BTreeMap, BTreeSet};

/// How many of a list are named one by one.
pub(super) const NAMED: usize = 6;

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

/// The finding for a page that shows texts only: what is wrong, the way out, who dies.
/// Lines of their own, each harmless and of bounded length.
pub(super) fn story(finding: &Finding) -> Vec<String> {
    let lines = [finding.fault.says.clone(), finding.fault.help.clone(), dying(finding)];
    let more = format!("more: gatelint explain {}", finding.rule.id);
    let lines = lines.into_iter().chain(seen(finding)).chain([more]).filter(|line| !line.is_empty());
    lines.map(|line| short(&line)).collect()
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

/// What stayed open, in one sentence and the remedies, each once.
pub(super) fn open_questions(run: &Run) -> Option<Vec<String>> {
    let remedies: BTreeSet<String> =
        run.unknown.iter().flat_map(|row| &row.gaps).map(|gap| short(&gap.remedy())).collect();
    if remedies.is_empty() {
        return None;
    }
    let said = match run.undecided().len() {
        0 => "open questions; this would settle them:".to_owned(),
        undecided => format!("not known for {undecided} of {} requests; this would settle it:", run.requests.len()),
    };
    Some(std::iter::once(said).chain(remedies).collect())
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
    let named = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
