//! Ignores: of the settings by name, of the files by where they stand.
//!
//! An ignore that names requests takes only those out of a finding: what it does not name still dies, and is still told.

use super::pattern::matches;
use crate::capture::{Ask, Inline};
use crate::config::{Config, Ignore};
use crate::follow::Request;
use crate::model::Origin;
use crate::rules;
use crate::run::{Affected, Finding, Notice, Run, Suppressed};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn apply(run: &mut Run, config: &Config, today: Date) {
    let mut accepts: Vec<Accept> = config.ignores.iter().map(Accept::of_settings).collect();
    for inline in std::mem::take(&mut run.inline) {
        match Accept::of_file(inline) {
            Ok(accept) => accepts.push(accept),
            Err(notice) => run.notices.push(notice),
        }
    }
    let mut by_rule: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (index, accept) in accepts.iter().enumerate() {
        by_rule.entry(accept.rule).or_default().push(index);
    }
    for finding in std::mem::take(&mut run.findings) {
        let mut rest = Some(finding);
        for index in by_rule.get(rest.as_ref().map_or("", |it| it.rule.id)).into_iter().flatten() {
            let (Some(accept), Some(left)) = (accepts.get_mut(*index), rest.take()) else { break };
            let (taken, kept) = accept.split(left);
            accept.used |= taken.is_some();
            match taken {
                Some(taken) if accept.holds(today) => {
                    let (because, until, by) = (accept.because.clone(), accept.until, accept.by.clone());
                    run.suppressed.push(Suppressed { finding: taken, because, until, by });
                    rest = kept;
                }
                Some(taken) => rest = Some(joined(taken, kept)),
                None => rest = kept,
            }
        }
        run.findings.extend(rest);
    }
    run.notices.extend(accepts.iter().filter_map(|accept| accept.notice(today)));
}

/// An ignore that can be read, from wherever it came.
struct Accept {
    rule: &'static str,
    because: String,
    until: Option<Date>,
    by: Origin,
    of: Of,
    used: bool,
}

enum Of {
    Pattern(String),
    Bytes(std::ops::Range<usize>),
}

impl Accept {
    fn of_settings(ignore: &Ignore) -> Accept {
        let Ignore { rule, place, because, until, at } = ignore.clone();
        Accept { rule, because, until, by: at, of: Of::Pattern(place), used: false }
    }

    fn of_file(inline: Inline) -> Result<Accept, Notice> {
        let Inline { written: by, covers, asks } = inline;
        let wrong = |says: String, by: Origin| Notice { says: format!("{says}; nothing is ignored"), at: by };
        let Ask { rule, because, until } = match asks {
            Ok(ask) => ask,
            Err(says) => return Err(wrong(says, by)),
        };
        let Some(known) = rules::all().map(|it| it.id).find(|known| *known == rule) else {
            let meant = rules::nearest(&rule).map(|id| format!(" (did you mean {id}?)")).unwrap_or_default();
            return Err(wrong(format!("there is no rule {rule} to ignore{meant}"), by));
        };
        if because.trim().is_empty() {
            return Err(wrong(format!("an ignore of {rule} gives no reason"), by));
        }
        Ok(Accept { rule: known, because, until, by, of: Of::Bytes(covers), used: false })
    }

    fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }

    /// What it speaks for of the finding, and the rest.
    fn split(&self, finding: Finding) -> (Option<Finding>, Option<Finding>) {
        if self.speaks_for(&finding) {
            return (Some(finding), None);
        }
        let Of::Pattern(pattern) = &self.of else { return (None, Some(finding)) };
        let named = |affected: &Affected| names(&affected.request).iter().any(|name| matches(pattern, name));
        let (taken, kept): (Vec<_>, Vec<_>) = finding.requests.iter().cloned().partition(named);
        let some = |requests: Vec<Affected>| {
            let behind = finding.behind.clone();
            (!requests.is_empty()).then(|| Finding { requests, behind, ..finding.clone() })
        };
        (some(taken), some(kept))
    }

    /// For all of it, whatever its requests.
    fn speaks_for(&self, finding: &Finding) -> bool {
        let places = finding.places();
        let mut origins = places.iter().filter_map(|(place, _)| place.origin.as_ref());
        match &self.of {
            Of::Bytes(covers) => origins.any(|at| same_file(at, &self.by) && covers.contains(&at.at.start)),
            Of::Pattern(pattern) => {
                let subject = &finding.fault.subject;
                let logical = subject.stack.as_ref().map(|(_, logical)| &**logical);
                let names = [Some(&*subject.id), subject.name.as_deref(), logical];
                let file = |at: &Origin| matches(pattern, at.file.name.trim_start_matches("./"));
                names.into_iter().flatten().any(|name| matches(pattern, name)) || origins.any(file)
            }
        }
    }

    fn notice(&self, today: Date) -> Option<Notice> {
        let says = match self.until {
            Some(until) if today > until => {
                let still = if self.used { "it would still ignore something" } else { "nothing would need it" };
                format!("an ignore of {} ended on {until}; {still}", self.rule)
            }
            _ if self.used => return None,
            _ => format!("an ignore of {} ignores nothing: take it away", self.rule),
        };
        Some(Notice { says, at: self.by.clone() })
    }
}

/// `orders prod GET /orders`, by the API's name and by its id.
fn names(request: &Request) -> Vec<String> {
    let stage = request.stage.as_deref().unwrap_or_default();
    let apis = [Some(&*request.api), request.api_name.as_deref()];
    apis.into_iter().flatten().map(|api| format!("{api} {stage} {}", request.route)).collect()
}

fn joined(mut taken: Finding, kept: Option<Finding>) -> Finding {
    taken.requests.extend(kept.into_iter().flat_map(|kept| kept.requests));
    taken.requests.sort();
    taken
}

fn same_file(a: &Origin, b: &Origin) -> bool {
    Arc::ptr_eq(&a.file, &b.file) || a.file.name == b.file.name
}
