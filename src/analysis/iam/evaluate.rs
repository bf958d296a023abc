//! Statements together: an explicit deny before any allow, and no without one.

use super::proof::{Proof, StatementRef};
use super::statement::{Effect, Judged, Kind, judge};
use super::{Call, Labelled};
use crate::analysis::Tri;
use crate::model::policy::Policy;
use crate::model::{Gap, Seen};

/// What the statements of one kind of policy come to.
#[derive(Default)]
pub(super) struct Tally<'a> {
    denied: Option<StatementRef>,
    allowed: Option<StatementRef>,
    nearest: Option<Judged<'a>>,
    /// Why something unseen may allow the call.
    may_allow: Vec<Gap>,
    /// Why something unseen may deny it.
    may_deny: Vec<Gap>,
}

impl<'a> Tally<'a> {
    pub(super) fn add(&mut self, policy: &'a Policy, label: &'a str, kind: Kind, call: &'a Call) {
        judge(policy, label, kind, call).for_each(|judged| self.count(judged));
    }

    /// A document that was not read may hold anything.
    pub(super) fn add_seen(&mut self, policy: &Labelled<'a>, kind: Kind, call: &'a Call) {
        match policy.document {
            Seen::Set(document) => self.add(document, policy.label, kind, call),
            Seen::Unset => {}
            Seen::Unknown(gap) => {
                self.may_allow.push(gap.clone());
                self.may_deny.push(gap.clone());
            }
        }
    }

    fn count(&mut self, judged: Judged<'a>) {
        match (&judged.effect, &judged.matched) {
            (Ok(Effect::Allow), Tri::No(())) => {
                if self.nearest.as_ref().is_none_or(|nearest| judged.nearer_than(nearest)) {
                    self.nearest = Some(judged);
                }
            }
            (_, Tri::No(())) => {}
            (Ok(Effect::Allow), Tri::Yes(())) => {
                self.allowed.get_or_insert_with(|| judged.reference());
            }
            (Ok(Effect::Deny), Tri::Yes(())) => {
                self.denied.get_or_insert_with(|| judged.reference());
            }
            (Ok(Effect::Allow), Tri::Unknown(gaps)) => self.may_allow.extend_from_slice(gaps),
            (Ok(Effect::Deny), Tri::Unknown(gaps)) => self.may_deny.extend_from_slice(gaps),
            (Err(gap), matched) => {
                let mut gaps = vec![gap.clone()];
                if let Tri::Unknown(more) = matched {
                    gaps.extend_from_slice(more);
                }
                self.may_allow.extend_from_slice(&gaps);
                self.may_deny.append(&mut gaps);
            }
        }
    }

    pub(super) fn verdict(self) -> Tri<Proof> {
        if let Some(statement) = self.denied {
            return Tri::No(Proof::ExplicitDeny { statement });
        }
        match (self.allowed, self.may_allow.is_empty(), self.may_deny.is_empty()) {
            (Some(statement), _, true) => Tri::Yes(Proof::Allowed { statement }),
            (Some(_), _, false) => unknown(self.may_deny),
            (None, true, _) => Tri::No(Proof::NoMatch { nearest: self.nearest.and_then(|judged| judged.nearest()) }),
            (None, false, _) => unknown([self.may_allow, self.may_deny].concat()),
        }
    }
}

/// What both must allow: the role's own policies and its boundary.
pub(super) fn within(own: Tri<Proof>, boundary: Tri<Proof>, label: &str) -> Tri<Proof> {
    match (own, boundary) {
        (Tri::No(denied @ Proof::ExplicitDeny { .. }), _) | (_, Tri::No(denied @ Proof::ExplicitDeny { .. })) => {
            Tri::No(denied)
        }
        (Tri::No(proof), _) => Tri::No(proof),
        (_, Tri::No(Proof::NoMatch { nearest })) => {
            Tri::No(Proof::NotInBoundary { boundary: label.to_owned(), nearest })
        }
        (_, Tri::No(proof)) => Tri::No(proof),
        (Tri::Yes(proof), Tri::Yes(_)) => Tri::Yes(proof),
        (Tri::Unknown(own), Tri::Unknown(boundary)) => unknown([own, boundary].concat()),
        (Tri::Unknown(gaps), Tri::Yes(_)) | (Tri::Yes(_), Tri::Unknown(gaps)) => unknown(gaps),
    }
}

fn unknown(mut gaps: Vec<Gap>) -> Tri<Proof> {
    gaps.sort();
    gaps.dedup();
    Tri::Unknown(gaps)
}
