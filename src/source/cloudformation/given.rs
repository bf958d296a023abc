//! What is known of a deployment besides the template, and what is assumed of it.

use super::Value;
use crate::model::{Gap, Str, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What the command line, or the stack around this one, says about the deployment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    pub parameters: BTreeMap<String, Text>,
    /// Those that keep a value which nobody says: they need not have their defaults.
    pub kept: BTreeSet<String>,
    /// Why it is not known which other parameters are given; then they need not have their defaults.
    pub unknown: Option<Gap>,
    pub account: Option<Text>,
    pub region: Option<Text>,
    /// Follows from the region where that is known.
    pub partition: Option<Text>,
    pub stack_name: Option<Text>,
    /// Stands before the ids of this template's holes, so that several templates do not share them; may be empty.
    pub prefix: String,
    /// What other stacks of the run export, by name.
    pub exports: BTreeMap<Text, Value>,
    /// The outputs of stacks that are resources of this template, by logical id and output.
    pub nested: BTreeMap<Str, BTreeMap<Str, Value>>,
}

/// One thing that an undecided condition, or a mapping's key, hangs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The id of a hole, or of a comparison: it means the same in every stack of a run.
    pub of: Str,
    /// As people name it.
    pub label: String,
    /// Together they cover every case; each excludes the others.
    pub alternatives: Vec<Alternative>,
    /// The expressions of the [`Gap::Computed`] that it settles, alone or with other choices.
    pub settles: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alternative {
    /// A parameter, or a pseudo parameter, has this value.
    Is(Str),
    /// It has none of the values that the template asks about.
    Other,
    /// A comparison that cannot be followed comes out so.
    Holds(bool),
}

/// What is assumed: an alternative for some choices. One world holds for all stacks of a run.
pub type World = BTreeMap<Str, Alternative>;

impl Choice {
    /// What two stacks ask of one thing is one choice; `other` is of the same thing.
    #[must_use]
    pub fn merge(mut self, other: Choice) -> Choice {
        let both = |is: &Alternative| *is != Alternative::Other;
        // A value that only one of them asks about is possible only where the other has room for it.
        let (room, more) =
            (self.alternatives.contains(&Alternative::Other), other.alternatives.contains(&Alternative::Other));
        let (own, others) = (self.alternatives, other.alternatives);
        let kept = own.iter().filter(|is| both(is) && (more || others.contains(is)));
        let added = others.iter().filter(|is| both(is) && (room || own.contains(is)) && !own.contains(is));
        self.alternatives = kept.chain(added).cloned().collect();
        if room && more {
            self.alternatives.push(Alternative::Other);
        }
        self.settles.extend(other.settles);
        self
    }

    /// Does `gap` go away when this is chosen?
    pub fn settles(&self, gap: &Gap) -> bool {
        matches!(gap, Gap::Computed { expr, .. } if self.settles.contains(expr))
    }
}
