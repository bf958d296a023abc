//! How often each parameter is overridden on the way through a template.

use crate::analysis::vtl::ast::{AccessKind, Reference, Span};
use crate::analysis::vtl::members::member;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The maps that AWS documents overrides in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Map {
    RequestHeader,
    RequestPath,
    RequestQuerystring,
    ResponseHeader,
    /// `$context.responseOverride.status`, which has no name.
    ResponseStatus,
    /// A whole map, or one that AWS does not document.
    Other,
}

/// One parameter; `name` is `None` where it is computed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target<'t> {
    pub map: Map,
    pub name: Option<Cow<'t, str>>,
}

/// How often a parameter was overridden: at least, and at most; two stands for any number above one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::vtl) struct Count {
    pub least: u8,
    pub most: u8,
    /// The first few places.
    pub at: Vec<Span>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis::vtl) struct Overrides<'t> {
    /// Shared by the ways that part, until one of them writes.
    pub counts: Rc<BTreeMap<Target<'t>, Count>>,
    /// Code that cannot be seen may have overridden anything, since here.
    pub unseen: Option<Span>,
}

impl<'t> Overrides<'t> {
    pub(super) fn assign(&mut self, target: Target<'t>, span: Span, sure: bool) {
        let counts = Rc::make_mut(&mut self.counts);
        let count = counts.entry(target).or_insert(Count { least: 0, most: 0, at: Vec::new() });
        count.least = (count.least + u8::from(sure)).min(2);
        count.most = (count.most + 1).min(2);
        note(&mut count.at, span);
    }

    pub(super) fn join(&mut self, other: &Overrides<'t>) {
        self.unseen = self.unseen.or(other.unseen);
        if self.counts == other.counts {
            return;
        }
        let counts = Rc::make_mut(&mut self.counts);
        for (target, count) in counts.iter_mut() {
            if !other.counts.contains_key(target) {
                count.least = 0;
            }
        }
        for (target, count) in other.counts.iter() {
            match counts.get_mut(target) {
                None => {
                    counts.insert(target.clone(), Count { least: 0, ..count.clone() });
                }
                Some(own) => {
                    own.least = own.least.min(count.least);
                    own.most = own.most.max(count.most);
                    count.at.iter().for_each(|span| note(&mut own.at, *span));
                }
            }
        }
    }
}

fn note(at: &mut Vec<Span>, span: Span) {
    if at.len() < 4 && !at.contains(&span) {
        at.push(span);
        at.sort_unstable_by_key(|span| span.start);
    }
}

/// What `$context.…` names, if it is an override or a map of them. `put` is `Some` for `.put(name, value)` at the end.
pub(super) fn target<'t>(reference: &'t Reference, put: Option<Option<Cow<'t, str>>>) -> Option<Target<'t>> {
    let steps = match put {
        Some(_) => reference.path.len().checked_sub(1)?,
        None => reference.path.len(),
    };
    let mut names = reference.path.iter().take(steps).map(|access| match &access.kind {
        AccessKind::Method(..) => None,
        _ => member(access),
    });
    let map = match (names.next()??, names.next()) {
        ("requestOverride", Some(Some("header"))) => Map::RequestHeader,
        ("requestOverride", Some(Some("path"))) => Map::RequestPath,
        ("requestOverride", Some(Some("querystring"))) => Map::RequestQuerystring,
        ("responseOverride", Some(Some("header"))) => Map::ResponseHeader,
        ("responseOverride", Some(Some("status"))) => Map::ResponseStatus,
        ("requestOverride" | "responseOverride", _) => return Some(Target { map: Map::Other, name: None }),
        _ => return None,
    };
    let name = match (put, names.next()) {
        (Some(put), None) => put,
        (None, Some(name)) => name.map(Cow::Borrowed),
        (None, None) if map == Map::ResponseStatus => Some(Cow::Borrowed("")),
        _ => None,
    };
    let deeper = names.next().is_some();
    Some(Target { map, name: name.filter(|_| !deeper) })
}
