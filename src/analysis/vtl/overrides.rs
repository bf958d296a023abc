//! Parameters that a template overrides, and those it overrides twice.

use super::ast::{Access, AccessKind, Block, Node, NodeKind, Reference, Span};
use super::run::overrides::Overrides;
pub use super::run::overrides::{Map, Target};
use super::walk::{Visit, walk};
use crate::analysis::Tri;
use crate::model::Gap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// One parameter that a template overrides.
///
/// "If you try to override the same parameter multiple times, API Gateway returns a 5XX response"
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html>).
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    pub target: Target<'static>,
    /// Every request that the template renders for overrides it.
    pub always: bool,
    /// The first four places.
    pub at: Vec<Span>,
    /// Yes: every request that the template renders for overrides it at least twice. No: none does. The proof is the
    /// last of the places. Unknown: requests differ, or a name is computed, or header names differ in case only.
    pub twice: Tri<Span>,
}

/// Does anything in the text, run or not, write a member of something, and name an override or reach one by a name that is
/// not in the text? Or is there code that is not? What does neither overrides nothing.
pub(super) fn may_override(source: &str, template: &Block) -> bool {
    let mut found = Found { names: source.contains("verride"), ..Found::default() };
    walk(template, &mut found);
    found.evaluates || (found.writes && found.names)
}

#[derive(Default)]
struct Found {
    writes: bool,
    names: bool,
    evaluates: bool,
}

impl<'t> Visit<'t> for Found {
    fn reference(&mut self, reference: &'t Reference, written: bool) {
        let puts =
            |access: &Access| matches!(&access.kind, AccessKind::Method(name, _) if name.text.starts_with("put"));
        self.writes |= reference.path.iter().any(puts) || (written && !reference.path.is_empty());
        let first = reference.path.first().map(|access| &access.kind);
        self.names |= reference.name.text == "context" && !matches!(first, Some(AccessKind::Property(_)));
    }

    fn node(&mut self, node: &'t Node) {
        self.evaluates |= matches!(node.kind, NodeKind::Evaluate { .. } | NodeKind::Parse { .. });
    }
}

pub(super) fn overrides(all: &Overrides<'_>, given_up: bool) -> Vec<Override> {
    let mut sums = Sums::default();
    all.counts.iter().for_each(|(target, count)| sums.add(target, u32::from(count.most)));
    let twice = |target: &Target<'_>| all.unseen.is_some() || sums.most(target) > 1;
    let gap = || Gap::Runtime { what: "whether the template overrides it twice".into() };
    let judged = all.counts.iter().map(|(target, count)| {
        let last = count.at.last().copied().unwrap_or_default();
        let twice = match () {
            () if given_up => Tri::unknown(gap()),
            () if count.least > 1 && target.name.is_some() => Tri::Yes(last),
            () if twice(target) => Tri::unknown(gap()),
            () => Tri::No(last),
        };
        let always = count.least > 0 && !given_up;
        Override { target: target.clone().into_owned(), always, at: count.at.clone(), twice }
    });
    judged.collect()
}

/// How often each parameter is overridden at most, all assignments that may mean it taken together.
#[derive(Default)]
struct Sums {
    named: BTreeMap<(Map, String), u32>,
    computed: BTreeMap<Map, u32>,
    whole: BTreeMap<Map, u32>,
    all: u32,
}

impl Sums {
    fn key(target: &Target<'_>) -> Option<(Map, String)> {
        let name = target.name.as_ref()?;
        let header = matches!(target.map, Map::RequestHeader | Map::ResponseHeader);
        Some((target.map, if header { name.to_ascii_lowercase() } else { name.clone().into_owned() }))
    }

    fn add(&mut self, target: &Target<'_>, most: u32) {
        match Sums::key(target) {
            Some(key) => *self.named.entry(key).or_default() += most,
            None => *self.computed.entry(target.map).or_default() += most,
        }
        *self.whole.entry(target.map).or_default() += most;
        self.all += most;
    }

    fn most(&self, target: &Target<'_>) -> u32 {
        let of = |map: &BTreeMap<Map, u32>, key| map.get(&key).copied().unwrap_or_default();
        let own = match Sums::key(target) {
            _ if target.map == Map::Other => return self.all,
            Some(key) => self.named.get(&key).copied().unwrap_or_default() + of(&self.computed, target.map),
            None => of(&self.whole, target.map),
        };
        own + of(&self.whole, Map::Other)
    }
}

impl Target<'_> {
    fn into_owned(self) -> Target<'static> {
        Target { map: self.map, name: self.name.map(|name| Cow::Owned(name.into_owned())) }
    }

    /// Is it that parameter? `None` where a name is computed.
    pub(super) fn is(&self, wanted: &Target<'_>) -> Option<bool> {
        let header = matches!(self.map, Map::RequestHeader | Map::ResponseHeader);
        match (&self.name, &wanted.name) {
            _ if self.map == Map::Other => None,
            _ if self.map != wanted.map => Some(false),
            (Some(own), Some(name)) => Some(if header { own.eq_ignore_ascii_case(name) } else { own == name }),
            _ => None,
        }
    }
}

/// As a sentence names it: `the header tenant`, `the status`, `a query parameter` where its name is computed.
impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.map {
            Map::RequestHeader | Map::ResponseHeader => "header",
            Map::RequestPath => "path parameter",
            Map::RequestQuerystring => "query parameter",
            Map::ResponseStatus => return f.write_str("the status"),
            Map::Other => return f.write_str("a parameter"),
        };
        match &self.name {
            Some(name) => write!(f, "the {what} {name}"),
            None => write!(f, "a {what}"),
        }
    }
}
