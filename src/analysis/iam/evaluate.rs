//! Statements together: what a set of policies allows and what it denies.

use super::Labelled;
use super::principal::Reach;
use super::proof::Proof;
use super::statement::{Asked, Effect, Judged, Kind, Trial, trials};
use crate::analysis::Tri;
use crate::model::{Gap, Seen};

/// What speaks for an answer, before anybody has asked to read it.
#[derive(Clone, Copy)]
pub(super) enum Why<'a> {
    Statement(Judged<'a>),
    Nearest(Option<Judged<'a>>),
    Boundary(&'a str, Option<Judged<'a>>),
    Organization(&'a str, Option<Judged<'a>>),
    Nothing,
}

/// The two answers of a set of policies. Neither outweighs the other here.
pub(super) struct Found<'a> {
    pub(super) allows: Tri<Why<'a>>,
    pub(super) denies: Tri<Why<'a>>,
}

#[derive(Default)]
struct Tally<'a> {
    denied: Option<Judged<'a>>,
    allowed: Option<Judged<'a>>,
    nearest: Option<Judged<'a>>,
    /// Why something unseen may allow the call.
    may_allow: Vec<Gap>,
    /// Why something unseen may deny it.
    may_deny: Vec<Gap>,
}

impl<'a> Found<'a> {
    pub(super) fn of(policies: &[Labelled<'a>], kind: Kind, asked: &'a Asked<'a>) -> Self {
        let mut tally = Tally::default();
        for policy in policies {
            match policy.document {
                Seen::Set(document) => match trials(document, policy.label, kind, asked) {
                    Ok(trials) => trials.for_each(|trial| tally.hear(trial)),
                    Err(gap) => tally.unseen(&gap),
                },
                Seen::Unset => {}
                // A document that was not read may hold anything.
                Seen::Unknown(gap) => tally.unseen(gap),
            }
        }
        tally.found()
    }

    /// What a side that nobody was asked about may say.
    pub(super) fn not_given(what: &str) -> Self {
        let gap = Gap::not_modelled(what);
        Found { allows: Tri::unknown(gap.clone()), denies: Tri::unknown(gap) }
    }
}

impl<'a> Tally<'a> {
    fn unseen(&mut self, gap: &Gap) {
        self.may_allow.push(gap.clone());
        self.may_deny.push(gap.clone());
    }

    fn hear(&mut self, trial: Trial<'a>) {
        let effect = trial.effect();
        if self.allowed.is_some() && effect == Ok(Effect::Allow) {
            // After one allow another changes nothing.
            return;
        }
        let (matched, judged) = trial.judge();
        match (effect, matched) {
            (Ok(Effect::Allow), Tri::No(())) => {
                if self.nearest.is_none_or(|nearest| judged.nearer_than(&nearest)) {
                    self.nearest = Some(judged);
                }
            }
            (Ok(Effect::Deny), Tri::No(())) => {}
            (Ok(Effect::Allow), Tri::Yes(())) => self.allowed = Some(judged),
            (Ok(Effect::Deny), Tri::Yes(())) => {
                self.denied.get_or_insert(judged);
            }
            (Ok(Effect::Allow), Tri::Unknown(gaps)) => self.may_allow.extend(gaps),
            (Ok(Effect::Deny), Tri::Unknown(gaps)) => self.may_deny.extend(gaps),
            (Err(_), Tri::No(())) => {}
            (Err(gap), Tri::Yes(())) => self.unseen(&gap),
            (Err(gap), Tri::Unknown(more)) => {
                self.unseen(&gap);
                self.may_allow.extend_from_slice(&more);
                self.may_deny.extend(more);
            }
        }
    }

    fn found(self) -> Found<'a> {
        let answer = |sure: Option<Judged<'a>>, gaps: Vec<Gap>, no| match sure {
            Some(judged) => Tri::Yes(Why::Statement(judged)),
            None if gaps.is_empty() => Tri::No(no),
            None => Tri::Unknown(gaps),
        };
        Found {
            allows: answer(self.allowed, self.may_allow, Why::Nearest(self.nearest)),
            denies: answer(self.denied, self.may_deny, Why::Nothing),
        }
    }
}

/// The reach that a grant needs at least to let a caller in without any other permission.
pub(super) const PAST_BOUNDARY: Reach = Reach::PastBoundary { narrowed: false };

impl<'a> Why<'a> {
    /// Not only that nothing matches: nothing within this fence does.
    pub(super) fn fenced(self, fence: fn(&'a str, Option<Judged<'a>>) -> Why<'a>, label: &'a str) -> Self {
        match self {
            Why::Nearest(nearest) => fence(label, nearest),
            why => why,
        }
    }

    pub(super) fn allowed(self) -> Proof {
        match self {
            Why::Statement(judged) => Proof::Allowed { statement: judged.trial.reference() },
            other => other.denied(),
        }
    }

    pub(super) fn denied(self) -> Proof {
        let read = |nearest: Option<Judged<'_>>| nearest.and_then(|judged| judged.nearest());
        match self {
            Why::Statement(judged) => Proof::ExplicitDeny { statement: judged.trial.reference() },
            Why::Nearest(nearest) => Proof::NoMatch { nearest: read(nearest) },
            Why::Boundary(label, nearest) => {
                Proof::NotInBoundary { boundary: label.to_owned(), nearest: read(nearest) }
            }
            Why::Organization(label, nearest) => {
                Proof::NotInOrganization { level: label.to_owned(), nearest: read(nearest) }
            }
            Why::Nothing => Proof::NoMatch { nearest: None },
        }
    }
}
