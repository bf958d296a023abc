//! What is known at one point of a template.

use super::overrides::Overrides;
use super::set::{Set, Work};
use super::value::Value;
use crate::analysis::vtl::ast::Span;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow<'t> {
    /// Shared by the ways that part, until one of them writes.
    vars: Rc<BTreeMap<&'t str, Value<'t>>>,
    /// Nothing is known of any variable: code that cannot be seen has run.
    pub wild: bool,
    pub out: Set,
    pub overrides: Overrides<'t>,
}

impl<'t> Flow<'t> {
    pub(super) fn start() -> Flow<'t> {
        Flow { vars: Rc::default(), wild: false, out: Set::start(), overrides: Overrides::default() }
    }

    pub(super) fn split(&self, work: &mut Work) -> Flow<'t> {
        work.spend(32 * (self.vars.len() + self.overrides.counts.len()) + self.out.live.len());
        self.clone()
    }

    /// What holds wherever either may have come from.
    pub(super) fn join(&mut self, other: &Flow<'t>, work: &mut Work) {
        work.spend(32 * (self.vars.len() + other.vars.len()) + self.out.live.len() + other.out.live.len());
        if self.vars != other.vars || self.wild != other.wild {
            let (own, others) = (self.unset(), other.unset());
            let vars = Rc::make_mut(&mut self.vars);
            for (name, value) in vars.iter_mut() {
                let other = other.vars.get(name).unwrap_or(&others);
                if value != other {
                    *value = value.join(other);
                }
            }
            for (name, value) in other.vars.iter() {
                vars.entry(name).or_insert_with(|| value.join(&own));
            }
        }
        self.wild |= other.wild;
        self.out.join(&other.out);
        self.overrides.join(&other.overrides);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value<'t>> {
        self.vars.get(name)
    }

    pub(super) fn insert(&mut self, name: &'t str, value: Value<'t>) {
        Rc::make_mut(&mut self.vars).insert(name, value);
    }

    /// What a variable holds that this template is not seen to set.
    pub(super) fn unset(&self) -> Value<'t> {
        if self.wild { Value::unseen() } else { Value::none() }
    }

    /// A list may have changed, under whatever name.
    pub(super) fn lists_change(&mut self) {
        if self.vars.values().any(|value| value.items.is_some()) {
            Rc::make_mut(&mut self.vars).values_mut().for_each(|value| value.items = None);
        }
    }

    /// Code ran that cannot be seen.
    pub(super) fn unseen(&mut self, span: Span) {
        self.wild = true;
        self.vars = Rc::default();
        self.overrides.unseen = self.overrides.unseen.or(Some(span));
    }
}

pub(super) fn join<'t>(into: &mut Option<Flow<'t>>, flow: Flow<'t>, work: &mut Work) {
    match into {
        None => *into = Some(flow),
        Some(own) => own.join(&flow, work),
    }
}
