//! What undecided conditions and mappings hang on, and which few cases each of it has.

use super::{Alternative, Choice, Evaluator};
use crate::model::Str;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked of one thing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Asked {
    label: String,
    /// Is it one of these? Nothing else is asked.
    literals: BTreeSet<Str>,
    /// It is sure to be one of these.
    closed: Option<BTreeSet<Str>>,
    comparison: bool,
    settles: BTreeSet<String>,
}

impl Asked {
    pub(super) fn value(label: String, literal: Str) -> Self {
        Asked { label, literals: [literal].into(), ..Asked::default() }
    }

    pub(super) fn comparison() -> Self {
        Asked { comparison: true, ..Asked::default() }
    }

    pub(super) fn key(label: String, literals: BTreeSet<Str>, closed: bool, settles: String) -> Self {
        let closed = closed.then(|| literals.clone());
        Asked { label, literals, closed, settles: [settles].into(), ..Asked::default() }
    }

    pub(super) fn merge(&mut self, mut other: Asked) {
        if self.label.is_empty() {
            self.label = other.label;
        }
        self.closed = match (self.closed.take(), other.closed) {
            (Some(one), Some(two)) => Some(&one & &two),
            (one, two) => one.or(two),
        };
        self.literals.append(&mut other.literals);
        self.settles.append(&mut other.settles);
        self.comparison |= other.comparison;
    }
}

impl Evaluator<'_> {
    /// Everything that could be assumed to decide conditions, and keys of mappings that were looked at so far.
    pub fn undecided(&self) -> Vec<Choice> {
        let mut found: BTreeMap<Str, Asked> = self.keys.borrow().clone();
        for (name, judged) in self.judged.borrow().iter().filter(|(_, judged)| judged.truth.is_none()) {
            for (of, asked) in &judged.asks {
                let entry = found.entry(of.clone()).or_default();
                entry.merge(asked.clone());
                entry.settles.insert(format!("condition {}{name}", self.given.prefix));
            }
        }
        found.into_iter().map(|(of, asked)| self.choice(of, asked)).collect()
    }

    fn choice(&self, of: Str, asked: Asked) -> Choice {
        if asked.comparison {
            let alternatives = vec![Alternative::Holds(true), Alternative::Holds(false)];
            let label = asked.settles.iter().next().cloned().unwrap_or_default();
            return Choice { of, label, alternatives, settles: asked.settles };
        }
        let allowed = self.own(&of).and_then(|parameter| parameter.allowed.as_ref());
        let possible = |literal: &&Str| {
            allowed.is_none_or(|allowed| allowed.contains(literal))
                && asked.closed.as_ref().is_none_or(|closed| closed.contains(*literal))
        };
        let mut alternatives: Vec<_> = asked.literals.iter().filter(possible).cloned().map(Alternative::Is).collect();
        let exhausted = allowed.is_some_and(|allowed| allowed.iter().all(|value| asked.literals.contains(value)));
        if asked.closed.is_none() && !exhausted {
            alternatives.push(Alternative::Other);
        }
        Choice { of, label: asked.label, alternatives, settles: asked.settles }
    }
}
