//! Ignores: of the settings by name, of the files by where they stand.
//!
//! An ignore that names requests takes only those out of a finding: what it does not name still dies, and is still told.
//! One that stands in a file takes those of whose own evidence something stands there, and all if that is what the
//! finding is about.

use super::named;
use super::pattern::matches;
use crate::capture::{Ask, Inline};
use crate::config::{Config, Ignore};
use crate::follow::Request;
use crate::model::Origin;
use crate::rules;
use crate::run::{Affected, Finding, Notice, Run, Suppressed, Way, places};
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
            let needed = accept.takes(&left);
            accept.used |= needed;
            if !(needed && accept.holds(today)) {
                rest = Some(left);
                continue;
            }
            let (taken, kept) = accept.split(left);
            let (because, until, by) = (accept.because.clone(), accept.until, accept.by.clone());
            run.suppressed.extend(taken.map(|finding| Suppressed { finding, because, until, by }));
            rest = kept;
        }
        run.findings.extend(rest);
    }
    let open = super::open(run);
    let notices = accepts.iter().filter_map(|accept| accept.notice(today, open(accept.rule), config.partial));
    run.notices.extend(notices);
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

    fn takes(&self, finding: &Finding) -> bool {
        let some = |it: &Affected| self.names(&it.request) || it.ways.iter().any(|way| self.covers(way));
        self.speaks_for(finding) || finding.requests.iter().any(some)
    }

    /// What it speaks for of the finding, and the rest.
    fn split(&self, mut finding: Finding) -> (Option<Finding>, Option<Finding>) {
        if self.speaks_for(&finding) {
            return (Some(finding), None);
        }
        let (mut taken, mut kept) = (Vec::new(), Vec::new());
        for affected in std::mem::take(&mut finding.requests) {
            if self.names(&affected.request) {
                taken.push(affected);
                continue;
            }
            let (here, elsewhere): (Vec<Way>, Vec<Way>) = affected.ways.into_iter().partition(|way| self.covers(way));
            match (here.is_empty(), elsewhere.is_empty()) {
                (true, _) => kept.push(Affected { ways: elsewhere, ..affected }),
                (false, true) => taken.push(Affected { ways: here, ..affected }),
                // It still dies in the other ways.
                (false, false) => {
                    let affected = Affected { ways: here, ..affected };
                    kept.push(Affected { ways: elsewhere, ..affected.clone() });
                    taken.push(affected);
                }
            }
        }
        (finding.clone().only(taken), finding.only(kept))
    }

    /// For all of it, whatever its requests.
    fn speaks_for(&self, finding: &Finding) -> bool {
        let subject = &finding.fault.subject;
        let logical = subject.stack.as_ref().map(|(_, logical)| &**logical);
        let mut names = [Some(&*subject.id), subject.name.as_deref(), logical].into_iter().flatten();
        let named = matches!(&self.of, Of::Pattern(pattern) if names.any(|name| matches(pattern, name)));
        named || finding.origin.as_ref().is_some_and(|at| self.is_at(at))
    }

    fn names(&self, request: &Request) -> bool {
        let Of::Pattern(pattern) = &self.of else { return false };
        let mut apis = [Some(&*request.api), request.api_name.as_deref()].into_iter().flatten();
        apis.any(|api| matches(pattern, &named(api, request)))
    }

    fn covers(&self, way: &Way) -> bool {
        places(way).iter().flat_map(|(place, _)| [&place.origin, &place.of]).flatten().any(|at| self.is_at(at))
    }

    fn is_at(&self, at: &Origin) -> bool {
        match &self.of {
            Of::Bytes(covers) => same_file(at, &self.by) && covers.contains(&at.at.start),
            // As it was named, or as its repository calls it.
            Of::Pattern(pattern) => {
                [at.file.name.trim_start_matches("./"), &at.file.path].iter().any(|name| matches(pattern, name))
            }
        }
    }

    /// Where a question of the rule stayed `open`, nobody knows whether there is nothing to ignore; of a `partial` look
    /// nobody knows whether something elsewhere needs an ignore of the settings.
    fn notice(&self, today: Date, open: bool, partial: bool) -> Option<Notice> {
        const OPEN: &str = "not all that its rule asks could be answered, and no ignore answers a question";
        let elsewhere = partial && matches!(self.of, Of::Pattern(_));
        let says = match self.until {
            Some(until) if today > until => {
                let still = match (self.used, open) {
                    (true, _) => "; it would still ignore something".to_owned(),
                    _ if elsewhere => String::new(),
                    (false, true) => format!("; {OPEN}"),
                    (false, false) => "; nothing would need it".to_owned(),
                };
                format!("an ignore of {} ended on {until}{still}", self.rule)
            }
            _ if self.used || elsewhere => return None,
            _ if open => format!("an ignore of {} ignores nothing that was found; {OPEN}", self.rule),
            _ => format!("an ignore of {} ignores nothing: take it away", self.rule),
        };
        Some(Notice { says, at: self.by.clone() })
    }
}

fn same_file(a: &Origin, b: &Origin) -> bool {
    Arc::ptr_eq(&a.file, &b.file) || a.file.name == b.file.name
}
