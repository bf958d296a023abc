//! One statement against one call.

use super::condition::holds;
use super::context::Carried;
use super::pattern::{Reading, matches};
use super::principal::{excludes, includes, shown};
use super::proof::{Element, Nearest, StatementRef};
use super::variables::one_of;
use super::{Call, Caller};
use crate::analysis::Tri;
use crate::model::policy::{Many, Policy, Principal, Scalar, Statement};
use crate::model::{Gap, Text};
use std::cmp::Ordering;

/// What a policy is attached to. It decides which elements its statements have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Resource,
    Trust,
    Identity,
}

/// A statement's effect, where it is one that AWS knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// What became of a statement. What a person reads of it is only written on request:
/// most statements of most policies are neither decisive nor nearest.
pub(super) struct Judged<'a> {
    pub(super) effect: Result<Effect, Gap>,
    pub(super) matched: Tri<()>,
    trial: Trial<'a>,
    /// The elements that are proven not to match.
    failed: Vec<Failed<'a>>,
}

#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Failed<'a> {
    Principal,
    Action,
    Resource,
    Condition { operator: &'a str, key: &'a str },
}

/// Every statement of a policy, judged.
pub(super) fn judge<'a>(
    policy: &'a Policy,
    label: &'a str,
    kind: Kind,
    call: &'a Call,
) -> impl Iterator<Item = Judged<'a>> {
    policy.statement.iter().enumerate().map(move |(index, statement)| {
        let version = policy.version.as_deref();
        let listed = matches!(policy.statement, Many::List(_));
        let variables = version == Some("2012-10-17");
        let mut judged = Trial { statement, index, listed, label, kind, call, variables }.judge();
        if !matches!(version, None | Some("2012-10-17" | "2008-10-17")) && !judged.matched.is_no() {
            judged.matched = malformed("a policy of another Version");
        }
        judged
    })
}

#[derive(Clone, Copy)]
struct Trial<'a> {
    statement: &'a Statement,
    index: usize,
    /// The policy has a list of statements, not just one.
    listed: bool,
    label: &'a str,
    kind: Kind,
    call: &'a Call,
    variables: bool,
}

impl<'a> Trial<'a> {
    fn judge(self) -> Judged<'a> {
        let elements = [
            (Failed::Principal, self.principal()),
            (Failed::Action, self.action()),
            (Failed::Resource, self.resource()),
        ];
        let conditions = self.statement.condition.iter().flat_map(|(operator, keys)| {
            keys.iter().map(move |(key, values)| {
                let answer = holds(operator, key, values, &self.call.context, self.variables);
                (Failed::Condition { operator, key }, answer)
            })
        });
        let mut failed = Vec::new();
        let mut gaps = Vec::new();
        for (element, answer) in elements.into_iter().chain(conditions) {
            match answer {
                Tri::Yes(()) => {}
                Tri::No(()) => failed.push(element),
                Tri::Unknown(more) => gaps.extend(more),
            }
        }
        let matched = match (failed.is_empty(), gaps.is_empty()) {
            (false, _) => Tri::No(()),
            (true, true) => Tri::Yes(()),
            (true, false) => Tri::Unknown(gaps),
        };
        Judged { effect: self.effect(), matched, trial: self, failed }
    }

    fn effect(self) -> Result<Effect, Gap> {
        let Some(effect) = &self.statement.effect else {
            return Err(Gap::not_modelled("a statement without Effect"));
        };
        match effect.known()? {
            "Allow" => Ok(Effect::Allow),
            "Deny" => Ok(Effect::Deny),
            other => Err(Gap::not_modelled(format!("a statement with the Effect {other}"))),
        }
    }

    fn principal(self) -> Tri<()> {
        let caller = &self.call.principal;
        match (&self.statement.principal, &self.statement.not_principal) {
            (None, None) if self.kind == Kind::Identity => Tri::Yes(()),
            (Some(listed), None) if self.kind != Kind::Identity => includes(listed, caller),
            (None, Some(listed)) if self.kind != Kind::Identity => match (excludes(listed, caller), self.effect()) {
                // Everyone else, says AWS, and advises against it: too little to prove a grant.
                (Tri::Yes(()), Ok(Effect::Allow)) => malformed("NotPrincipal with Allow"),
                (answer, _) => answer,
            },
            _ => malformed("a statement with Principal where it must not have it, or without where it must"),
        }
    }

    fn action(self) -> Tri<()> {
        let listed = (&self.statement.action, &self.statement.not_action);
        self.either(listed, &Text::new(self.call.action.as_ref()), Reading::WildIgnoreCase)
    }

    fn resource(self) -> Tri<()> {
        let listed = (&self.statement.resource, &self.statement.not_resource);
        match (self.kind, listed) {
            // A trust policy's resource is the role that it stands on.
            (Kind::Trust, (None, None)) => Tri::Yes(()),
            (Kind::Trust, _) => malformed("a trust policy with a Resource"),
            _ => self.either(listed, &self.call.resource, Reading::Resource),
        }
    }

    /// An element or its `Not` form.
    fn either(self, listed: (&Option<Many<Text>>, &Option<Many<Text>>), call: &Text, reading: Reading) -> Tri<()> {
        let (values, negated) = match listed {
            (Some(values), None) => (values, false),
            (None, Some(values)) => (values, true),
            _ => return malformed("a statement that does not have exactly one of an element and its Not form"),
        };
        if values.as_slice().is_empty() {
            return malformed("a statement with an empty element");
        }
        let context = (self.variables && reading == Reading::Resource).then_some(&self.call.context);
        one_of(values.iter(), context, negated, |_, value| matches(value, call, reading))
    }
}

impl Judged<'_> {
    /// Is this one nearer: fewer failures, or as many and the first of them later?
    pub(super) fn nearer_than(&self, other: &Judged<'_>) -> bool {
        match self.failed.len().cmp(&other.failed.len()) {
            Ordering::Less => true,
            Ordering::Equal => self.failed.first() > other.failed.first(),
            Ordering::Greater => false,
        }
    }

    pub(super) fn reference(&self) -> StatementRef {
        let Trial { statement, index, listed, label, .. } = self.trial;
        let pointer = if listed { format!("/Statement/{index}") } else { "/Statement".to_owned() };
        let sid = statement.sid.as_ref().map(Text::to_string);
        StatementRef { policy: label.to_owned(), index, sid, pointer }
    }

    pub(super) fn nearest(&self) -> Option<Nearest> {
        let Trial { statement, call, .. } = self.trial;
        let (element, pointer, policy_says, call_has) = match *self.failed.first()? {
            Failed::Principal => {
                let says = |listed: &Option<Principal>| listed.as_ref().map(shown);
                let (name, says) = named("Principal", says(&statement.principal), says(&statement.not_principal));
                (
                    Element::Principal,
                    name,
                    says,
                    match &call.principal {
                        Caller::Service { name, .. } => format!("`{name}`"),
                        Caller::Role { arn, .. } => format!("`{arn}`"),
                    },
                )
            }
            Failed::Action => {
                let (name, says) = listed("Action", &statement.action, &statement.not_action);
                (Element::Action, name, says, format!("`{}`", call.action))
            }
            Failed::Resource => {
                let (name, says) = listed("Resource", &statement.resource, &statement.not_resource);
                (Element::Resource, name, says, format!("`{}`", call.resource))
            }
            Failed::Condition { operator, key } => {
                let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
                let values = statement.condition.get(operator).and_then(|keys| keys.get(key))?;
                let says = quoted(values.iter().map(Scalar::text));
                let has = match call.context.get(key) {
                    Carried::Present(values) => quoted(values),
                    Carried::Perhaps(values) => format!("{} at most", quoted(values)),
                    Carried::Absent | Carried::Unknown => "no such key".to_owned(),
                };
                let element = Element::Condition { operator: operator.to_owned(), key: key.to_owned() };
                (element, format!("Condition/{}/{}", escaped(operator), escaped(key)), says, has)
            }
        };
        let statement = self.reference();
        let pointer = format!("{}/{pointer}", statement.pointer);
        Some(Nearest { statement, element, pointer, policy_says, call_has })
    }
}

fn listed(name: &str, values: &Option<Many<Text>>, but: &Option<Many<Text>>) -> (String, String) {
    let says = |values: &Option<Many<Text>>| values.as_ref().map(|values| quoted(values.iter()));
    named(name, says(values), says(but))
}

/// An element's name and what it says, or those of its `Not` form.
fn named(name: &str, says: Option<String>, but: Option<String>) -> (String, String) {
    match (says, but) {
        (None, Some(but)) => (format!("Not{name}"), format!("all but {but}")),
        (says, _) => (name.to_owned(), says.unwrap_or_default()),
    }
}

fn quoted(values: impl IntoIterator<Item = impl ToString>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| format!("`{}`", value.to_string())).collect();
    values.join(" or ")
}

fn malformed(what: &str) -> Tri<()> {
    Tri::unknown(Gap::not_modelled(what))
}
