//! One statement against one call.

use super::Call;
use super::condition::holds;
use super::pattern::{Reading, is_plain, matches};
use super::principal::{Reach, Who, excludes, includes};
use super::proof::StatementRef;
use super::variables::{Value, one_of, varies_before_resource};
use crate::analysis::Tri;
use crate::model::policy::{Many, Policy, Principal, Statement};
use crate::model::{Gap, Str, Text};
use std::borrow::Cow;
use std::cmp::Ordering;

/// What a policy is attached to. It decides which elements its statements have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Resource(Reach),
    Trust(Reach),
    /// A role's or user's own, its boundary, an SCP.
    Identity,
}

/// A call, and what every statement wants to know of it.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) call: &'a Call,
    pub(super) who: Who<'a>,
    /// Has the caller a permissions boundary?
    pub(super) bounded: Tri<()>,
    /// A value that equals the call's action or resource means just that, however it is read.
    plain: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn new(call: &'a Call, who: Who<'a>, bounded: Tri<()>) -> Self {
        let plain = is_plain(&call.action, 1) && is_plain(&call.resource, 5);
        Asked { call, who, bounded, plain }
    }
}

/// A statement's effect, where it is one that AWS knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// How near a statement came. What a person reads of it is only written on request:
/// most statements of most policies are neither decisive nor nearest.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) trial: Trial<'a>,
    /// The first element that is proven not to match, and how many are.
    pub(super) failed: Option<Failed<'a>>,
    failures: usize,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Failed<'a> {
    Principal,
    Action,
    Resource,
    Condition { operator: &'a Str, key: &'a Str },
}

/// Every statement of a policy.
///
/// # Errors
/// The policy is none that AWS would have taken, so nobody says what it does.
pub(super) fn trials<'a>(
    policy: &'a Policy,
    label: &'a str,
    kind: Kind,
    asked: &'a Asked<'a>,
) -> Result<impl Iterator<Item = Trial<'a>>, Gap> {
    let version = policy.version.as_deref();
    if !matches!(version, None | Some("2012-10-17" | "2008-10-17")) {
        return Err(Gap::not_modelled("a policy of another Version"));
    }
    policy.statement.iter().try_for_each(|statement| valid(statement, kind))?;
    let listed = matches!(policy.statement, Many::List(_));
    let variables = version == Some("2012-10-17");
    Ok(policy.statement.iter().enumerate().map(move |(index, statement)| Trial {
        statement,
        index,
        listed,
        label,
        kind,
        asked,
        variables,
    }))
}

/// The grammar of the policy language, as far as reading JSON has not checked it.
fn valid(statement: &Statement, kind: Kind) -> Result<(), Gap> {
    let Statement { action, not_action, resource, not_resource, principal, not_principal, .. } = statement;
    let one_of = |a: bool, b: bool, what: &str| {
        (a != b).then_some(()).ok_or_else(|| Gap::not_modelled(format!("a statement without exactly one of {what}")))
    };
    match statement.effect.as_ref().map(|effect| (effect, effect.lit())) {
        None => return Err(Gap::not_modelled("a statement without Effect")),
        Some((effect, Some(lit))) if !matches!(lit, "Allow" | "Deny") => {
            return Err(Gap::not_modelled(format!("a statement with the Effect {effect}")));
        }
        Some(_) => {}
    }
    one_of(action.is_some(), not_action.is_some(), "Action and NotAction")?;
    match kind {
        Kind::Identity | Kind::Resource(_) => {
            one_of(resource.is_some(), not_resource.is_some(), "Resource and NotResource")?
        }
        Kind::Trust(_) if resource.is_none() && not_resource.is_none() => {}
        Kind::Trust(_) => return Err(Gap::not_modelled("a trust policy with a Resource")),
    }
    match kind {
        Kind::Identity if principal.is_none() && not_principal.is_none() => {}
        Kind::Identity => return Err(Gap::not_modelled("a Principal in a policy of a role or user")),
        Kind::Trust(_) if not_principal.is_some() => return Err(Gap::not_modelled("a trust policy with NotPrincipal")),
        _ => one_of(principal.is_some(), not_principal.is_some(), "Principal and NotPrincipal")?,
    }
    let lists = [action, not_action, resource, not_resource];
    let nobody = |listed: &Option<Principal>| match listed {
        Some(Principal::ByType(types)) => types.values().all(|values| values.as_slice().is_empty()),
        Some(Principal::Any(_)) | None => false,
    };
    if lists.into_iter().flatten().any(|list| list.as_slice().is_empty()) || nobody(principal) || nobody(not_principal)
    {
        return Err(Gap::not_modelled("a statement with an empty element"));
    }
    Ok(())
}

#[derive(Clone, Copy)]
pub(super) struct Trial<'a> {
    pub(super) statement: &'a Statement,
    index: usize,
    /// The policy has a list of statements, not just one.
    listed: bool,
    label: &'a str,
    kind: Kind,
    pub(super) asked: &'a Asked<'a>,
    variables: bool,
}

impl<'a> Trial<'a> {
    /// Does it match, and if not, what fails?
    pub(super) fn judge(self) -> (Tri<()>, Judged<'a>) {
        let (mut failed, mut failures, mut gaps) = (None, 0, Vec::new());
        let mut note = |element, answer| match answer {
            Tri::Yes(()) => {}
            Tri::No(()) => {
                failed = failed.or(Some(element));
                failures += 1;
            }
            Tri::Unknown(more) => gaps.extend(more),
        };
        note(Failed::Principal, self.principal());
        note(Failed::Action, self.action());
        note(Failed::Resource, self.resource());
        for (operator, keys) in &self.statement.condition {
            for (key, values) in keys {
                let answer = holds(operator, key, values, &self.asked.call.context, self.variables);
                note(Failed::Condition { operator, key }, answer);
            }
        }
        let matched = match (failures, gaps.is_empty()) {
            (0, true) => Tri::Yes(()),
            (0, false) => Tri::Unknown(gaps),
            _ => Tri::No(()),
        };
        (matched, Judged { trial: self, failed, failures })
    }

    pub(super) fn effect(self) -> Result<Effect, Gap> {
        match self.statement.effect.as_ref().map(Text::known).transpose()? {
            Some("Deny") => Ok(Effect::Deny),
            _ => Ok(Effect::Allow),
        }
    }

    fn principal(self) -> Tri<()> {
        let (Kind::Resource(reach) | Kind::Trust(reach)) = self.kind else { return Tri::Yes(()) };
        let Asked { who, bounded, .. } = self.asked;
        match (&self.statement.principal, &self.statement.not_principal) {
            (Some(listed), _) => includes(listed, who, self.narrowed(reach)),
            (None, Some(listed)) => match (excludes(listed, who, bounded), self.effect()) {
                // Everyone else, says AWS, and does not support it: too little to prove a grant.
                (Tri::Yes(()), Ok(Effect::Allow)) => Tri::unknown(Gap::not_modelled("NotPrincipal with Allow")),
                (answer, _) => answer,
            },
            (None, None) => Tri::No(()),
        }
    }

    /// Does the statement pick its principals by `aws:PrincipalArn`?
    fn narrowed(self, reach: Reach) -> Reach {
        let picks = |operator: &str| matches!(operator, "ArnEquals" | "ArnLike" | "StringEquals" | "StringLike");
        let by_arn = |key: &str| key.eq_ignore_ascii_case("aws:PrincipalArn");
        match reach {
            Reach::PastBoundary { .. } => {
                let mut conditions = self.statement.condition.iter();
                let narrowed = conditions.any(|(operator, keys)| picks(operator) && keys.keys().any(|key| by_arn(key)));
                Reach::PastBoundary { narrowed }
            }
            reach => reach,
        }
    }

    fn action(self) -> Tri<()> {
        if self.asked.plain && names(&self.statement.action, &self.asked.call.action) {
            return Tri::Yes(());
        }
        let Some((values, negated)) = either(&self.statement.action, &self.statement.not_action) else {
            return Tri::No(());
        };
        let action = &self.asked.call.action;
        let same = |text: &Text, value: &Value<'_>| match matches(value, action, Reading::WildIgnoreCase) {
            Tri::Yes(()) if has_wild_service(text) => {
                Tri::unknown(Gap::not_modelled("a wildcard for the service of an Action"))
            }
            answer => answer,
        };
        one_of(values.iter().map(Cow::Borrowed), None, negated, same)
    }

    fn resource(self) -> Tri<()> {
        // A trust policy's resource is the role that it stands on.
        if matches!(self.kind, Kind::Trust(_)) {
            return Tri::Yes(());
        }
        if self.asked.plain && names(&self.statement.resource, &self.asked.call.resource) {
            return Tri::Yes(());
        }
        let Some((values, negated)) = either(&self.statement.resource, &self.statement.not_resource) else {
            return Tri::No(());
        };
        let context = self.variables.then_some(&self.asked.call.context);
        let same = |text: &Text, value: &Value<'_>| match matches(value, &self.asked.call.resource, Reading::Resource) {
            Tri::No(()) => Tri::No(()),
            // Variables are for what follows the fifth colon.
            _ if matches!(value, Value::Expanded(_)) && varies_before_resource(text) => {
                Tri::unknown(Gap::not_modelled("a policy variable before the last part of a Resource"))
            }
            answer => answer,
        };
        one_of(values.iter().map(Cow::Borrowed), context, negated, same)
    }

    pub(super) fn reference(self) -> StatementRef {
        let Trial { statement, index, listed, label, .. } = self;
        StatementRef { policy: label.to_owned(), index, listed, sid: statement.sid.clone() }
    }
}

/// Is the sole value the call's own? Most statements name it letter by letter.
fn names(listed: &Option<Many<Text>>, own: &Text) -> bool {
    matches!(listed.as_ref().map(Many::as_slice), Some([value]) if value == own)
}

/// Only of the name after the colon AWS says that it takes wildcards; `*` alone is everything.
fn has_wild_service(action: &Text) -> bool {
    let wild = |lit: &str| lit.bytes().take_while(|byte| *byte != b':').any(|byte| matches!(byte, b'*' | b'?'));
    action.lit().is_some_and(|lit| lit != "*" && wild(lit))
}

/// An element or its `Not` form, and whether it is that.
pub(super) fn either<'a, T>(listed: &'a Option<T>, but: &'a Option<T>) -> Option<(&'a T, bool)> {
    let but = || but.as_ref().map(|values| (values, true));
    listed.as_ref().map(|values| (values, false)).or_else(but)
}

impl Judged<'_> {
    /// Is this one nearer: fewer failures, or as many and the first of them later?
    pub(super) fn nearer_than(&self, other: &Judged<'_>) -> bool {
        match self.failures.cmp(&other.failures) {
            Ordering::Less => true,
            Ordering::Equal => self.failed > other.failed,
            Ordering::Greater => false,
        }
    }
}
