//! All policies together: who has to allow a call, and who may deny it.
//!
//! *Policy evaluation for requests within a single account*, *Cross-account policy
//! evaluation logic*, *Permissions boundaries for IAM entities*, *SCP evaluation*,
//! *RCP evaluation*.

use super::evaluate::{Found, PAST_BOUNDARY, Why};
use super::pattern::{Reading, matches};
use super::principal::{Identity, Reach, Who};
use super::proof::Proof;
use super::statement::{Asked, Kind};
use super::variables::Value;
use super::{Call, Labelled, Level, Policies, Resource};
use crate::analysis::Tri;
use crate::model::{Arn, Gap, Seen, Text};

/// The services whose resources RCPs cover, as first documented. More have followed, so
/// what is not in this list is not known to be outside.
const UNDER_RCPS: &[&str] = &["kms", "s3", "secretsmanager", "sqs", "sts"];

pub(super) fn decide(policies: &Policies<'_>, call: &Call) -> Tri<Proof> {
    let who = Who::of(&call.principal);
    let bounded = match (&who, policies.identity.map(|identity| identity.boundary)) {
        (Who::Service(_), _) => Tri::No(()),
        (_, None) => Tri::unknown(Gap::not_modelled("the caller's boundary, which was not given")),
        (_, Some(None | Some(Labelled { document: Seen::Unset, .. }))) => Tri::No(()),
        (_, Some(Some(Labelled { document: Seen::Set(_), .. }))) => Tri::Yes(()),
        (_, Some(Some(Labelled { document: Seen::Unknown(gap), .. }))) => Tri::unknown(gap.clone()),
    };
    let asked = Asked::new(call, who, bounded);
    let question = Question { policies, asked: &asked };
    match &asked.who {
        Who::Service(_) => question.service(),
        Who::Identity(own) => question.identity(own),
    }
}

struct Question<'a, 'p> {
    policies: &'p Policies<'a>,
    asked: &'a Asked<'a>,
}

impl<'a> Question<'a, '_> {
    /// A service principal has no policies of its own, and SCPs do not concern it.
    fn service(&self) -> Tri<Proof> {
        let Found { allows, denies } = self.resource(Reach::Account);
        verdict(allows, Tri::any([denies, self.rcps()], Why::Nothing))
    }

    fn identity(&self, own: &Identity<'_>) -> Tri<Proof> {
        let same = self.same_account(own);
        let not_asked = |it: bool, what: &str| match (it, &same) {
            // Of a call across accounts the two halves can be asked alone.
            (true, Tri::No(())) => Found { allows: Tri::Yes(Why::Nothing), denies: Tri::No(Why::Nothing) },
            _ => Found::not_given(what),
        };
        let (identity, boundary) = match &self.policies.identity {
            Some(own) => (Found::of(own.policies, Kind::Identity, self.asked), own.boundary),
            None => {
                (not_asked(self.policies.resource.is_some(), "the caller's own policies, which were not given"), None)
            }
        };
        let boundary = boundary.filter(|boundary| !boundary.document.is_unset());
        let bounds = match &boundary {
            Some(boundary) => Found::of(std::slice::from_ref(boundary), Kind::Identity, self.asked),
            None => Found { allows: Tri::Yes(Why::Nothing), denies: Tri::No(Why::Nothing) },
        };
        let resource = match &self.policies.resource {
            Some(_) => self.resource(Reach::Account),
            None => not_asked(self.policies.identity.is_some(), "the resource's own policy, which was not given"),
        };
        let label = boundary.map_or("", |boundary| boundary.label);
        let inside = bounds.allows.map(|why| why.fenced(Why::Boundary, label));
        let core = match &same {
            Tri::Yes(()) => self.within_one(identity.allows, inside, resource.allows),
            Tri::No(()) => both(both(identity.allows, inside), resource.allows),
            Tri::Unknown(gaps) => {
                let across = both(both(identity.allows.clone(), inside.clone()), resource.allows.clone());
                match (self.within_one(identity.allows, inside, resource.allows), across) {
                    (Tri::Yes(why), Tri::Yes(_)) => Tri::Yes(why),
                    (Tri::No(why), Tri::No(_)) => Tri::No(why),
                    (one, other) => Tri::Unknown([gaps.clone(), unknown_of(one), unknown_of(other)].concat()),
                }
            }
        };
        let (scps, forbidden) = self.scps();
        let denies = [identity.denies, bounds.denies, resource.denies, forbidden, self.rcps()];
        verdict(both(core, scps), Tri::any(denies, Why::Nothing))
    }

    /// Within one account the caller's own policies or the resource's are enough, and a
    /// boundary limits both, unless the resource's policy reaches past it. A trust policy
    /// has to let the caller in whatever its own policies say.
    fn within_one(&self, identity: Tri<Why<'a>>, inside: Tri<Why<'a>>, resource: Tri<Why<'a>>) -> Tri<Why<'a>> {
        let identity = match self.policies.resource {
            Some(Resource::Trust(_)) => both(resource, identity),
            _ => identity,
        };
        if identity.is_yes() && inside.is_yes() {
            return both(identity, inside);
        }
        let by_name = Tri::any([self.resource(Reach::Caller).allows, identity], Why::Nothing);
        Tri::any([self.resource(PAST_BOUNDARY).allows, both(by_name, inside)], Why::Nothing)
    }

    fn resource(&self, reach: Reach) -> Found<'a> {
        match &self.policies.resource {
            Some(Resource::Policy(policy)) => {
                Found::of(std::slice::from_ref(policy), Kind::Resource(reach), self.asked)
            }
            Some(Resource::Trust(policy)) => Found::of(std::slice::from_ref(policy), Kind::Trust(reach), self.asked),
            None => Found::not_given("the resource's own policy, which was not given"),
        }
    }

    /// Every level has to allow the call. What was not read is the run's assumption.
    fn scps(&self) -> (Tri<Why<'a>>, Tri<Why<'a>>) {
        let Some(levels) = self.policies.service_control else {
            return (Tri::Yes(Why::Nothing), Tri::No(Why::Nothing));
        };
        let bound = self.under_organization();
        let found = |level: &Level<'a>| Found::of(level.policies, Kind::Identity, self.asked);
        let within = |level: &Level<'a>| found(level).allows.map(|why| why.fenced(Why::Organization, level.label));
        let allowed = Tri::all(levels.iter().map(within), Why::Nothing);
        let denied = Tri::any(levels.iter().map(|level| found(level).denies), Why::Nothing);
        (Tri::any([bound.clone().negate(), allowed], Why::Nothing), Tri::all([bound, denied], Why::Nothing))
    }

    /// `RCPFullAWSAccess` cannot be detached, so RCPs can only deny.
    fn rcps(&self) -> Tri<Why<'a>> {
        let Some(levels) = self.policies.resource_control else { return Tri::No(Why::Nothing) };
        let kind = Kind::Resource(Reach::Account);
        let denied = levels.iter().map(|level| Found::of(level.policies, kind, self.asked).denies);
        let action = &self.asked.call.action;
        let covered = match action.lit().and_then(|action| action.split(':').next()) {
            Some(service) if UNDER_RCPS.contains(&service) => Tri::Yes(Why::Nothing),
            _ => Tri::unknown(Gap::not_modelled(format!("whether RCPs cover {action}"))),
        };
        Tri::all([self.under_organization(), covered, Tri::any(denied, Why::Nothing)], Why::Nothing)
    }

    /// Neither SCPs nor RCPs concern service-linked roles.
    fn under_organization(&self) -> Tri<Why<'a>> {
        let linked = Text::new("arn:*:iam::*:role/aws-service-role/*");
        match &self.asked.who {
            Who::Service(_) => Tri::Yes(Why::Nothing),
            Who::Identity(own) => {
                matches(&Value::Plain(&linked), own.arn, Reading::Arn).negate().map(|()| Why::Nothing)
            }
        }
    }

    fn same_account(&self, own: &Identity<'_>) -> Tri<()> {
        let resource = &self.asked.call.resource;
        match Arn::parse(resource).filter(|arn| !arn.account.is_empty()) {
            Some(arn) => matches(&Value::Plain(own.account), &arn.account, Reading::Exact),
            None => Tri::unknown(Gap::not_modelled(format!("whose {resource} is"))),
        }
    }
}

/// Both have to allow; of two that do not, the first is told.
fn both<'a>(first: Tri<Why<'a>>, second: Tri<Why<'a>>) -> Tri<Why<'a>> {
    match (first, second) {
        (Tri::No(why), _) | (_, Tri::No(why)) => Tri::No(why),
        (Tri::Yes(Why::Nothing), yes @ Tri::Yes(_)) => yes,
        (yes @ Tri::Yes(_), Tri::Yes(_)) => yes,
        (one, other) => Tri::Unknown([unknown_of(one), unknown_of(other)].concat()),
    }
}

/// An explicit deny decides; without an allow nothing else matters.
fn verdict(allows: Tri<Why<'_>>, denies: Tri<Why<'_>>) -> Tri<Proof> {
    let mut gaps = match (allows, denies) {
        (_, Tri::Yes(deny)) => return Tri::No(deny.denied()),
        (Tri::No(why), _) => return Tri::No(why.denied()),
        (Tri::Yes(why), Tri::No(_)) => return Tri::Yes(why.allowed()),
        (one, other) => [unknown_of(one), unknown_of(other)].concat(),
    };
    gaps.sort();
    gaps.dedup();
    Tri::Unknown(gaps)
}

fn unknown_of<P>(answer: Tri<P>) -> Vec<Gap> {
    match answer {
        Tri::Unknown(gaps) => gaps,
        Tri::Yes(_) | Tri::No(_) => Vec::new(),
    }
}
