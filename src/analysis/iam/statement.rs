//! One statement against one call.

use super::condition::{holds, settled};
use super::pattern::{Reading, matches};
use super::principal::{excludes, includes, shown};
use super::proof::{Element, Nearest, StatementRef};
use super::variables::{Value, has_variable};
use super::{Call, Caller};
use crate::analysis::Tri;
use crate::model::policy::{Many, Policy, Scalar, Statement};
use crate::model::{Gap, Text};

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

/// What became of a statement.
pub(super) struct Judged {
    pub(super) effect: Result<Effect, Gap>,
    pub(super) matched: Tri<()>,
    pub(super) reference: StatementRef,
    /// The elements that are proven not to match.
    failed: Vec<Failure>,
}

struct Failure {
    element: Element,
    /// JSON pointer inside the statement.
    pointer: String,
    policy_says: String,
    call_has: String,
}

impl Judged {
    /// Smaller is nearer: fewer failures first, then the later first failure.
    pub(super) fn distance(&self) -> (usize, std::cmp::Reverse<Option<&Element>>) {
        (self.failed.len(), std::cmp::Reverse(self.failed.first().map(|failure| &failure.element)))
    }

    pub(super) fn nearest(&self) -> Option<Nearest> {
        let failure = self.failed.first()?;
        Some(Nearest {
            statement: self.reference.clone(),
            element: failure.element.clone(),
            pointer: format!("{}{}", self.reference.pointer, failure.pointer),
            policy_says: failure.policy_says.clone(),
            call_has: failure.call_has.clone(),
        })
    }
}

/// Every statement of a policy, judged.
pub(super) fn judge<'a>(
    policy: &'a Policy,
    label: &'a str,
    kind: Kind,
    call: &'a Call,
) -> impl Iterator<Item = Judged> + 'a {
    let version = policy.version.as_deref();
    policy.statement.iter().enumerate().map(move |(index, statement)| {
        let pointer = match policy.statement {
            Many::List(_) => format!("/Statement/{index}"),
            Many::One(_) => "/Statement".to_owned(),
        };
        let sid = statement.sid.as_ref().map(Text::to_string);
        let reference = StatementRef { policy: label.to_owned(), index, sid, pointer };
        let trial = Trial { statement, kind, call, variables: version == Some("2012-10-17") };
        let mut judged = trial.judge(reference);
        if !matches!(version, None | Some("2012-10-17" | "2008-10-17")) && !judged.matched.is_no() {
            judged.matched = malformed("a policy of another Version");
        }
        judged
    })
}

struct Trial<'a> {
    statement: &'a Statement,
    kind: Kind,
    call: &'a Call,
    variables: bool,
}

impl Trial<'_> {
    fn judge(&self, reference: StatementRef) -> Judged {
        let mut failed = Vec::new();
        let mut answers = vec![self.principal(&mut failed), self.action(&mut failed), self.resource(&mut failed)];
        for (operator, keys) in &self.statement.condition {
            for (key, values) in keys {
                answers.push(self.condition(operator, key, values, &mut failed));
            }
        }
        Judged { effect: self.effect(), matched: Tri::all(answers, ()), reference, failed }
    }

    fn effect(&self) -> Result<Effect, Gap> {
        let Some(effect) = &self.statement.effect else {
            return Err(Gap::not_modelled("a statement without Effect"));
        };
        match effect.known()? {
            "Allow" => Ok(Effect::Allow),
            "Deny" => Ok(Effect::Deny),
            other => Err(Gap::not_modelled(format!("a statement with the Effect {other}"))),
        }
    }

    fn principal(&self, failed: &mut Vec<Failure>) -> Tri<()> {
        let caller = &self.call.principal;
        let (answer, name, says) = match (&self.statement.principal, &self.statement.not_principal) {
            (None, None) if self.kind == Kind::Identity => return Tri::Yes(()),
            (Some(listed), None) if self.kind != Kind::Identity => {
                (includes(listed, caller), "Principal", shown(listed))
            }
            (None, Some(listed)) if self.kind != Kind::Identity => {
                let answer = match self.effect() {
                    Ok(Effect::Allow) => answer_unless_no(excludes(listed, caller), "NotPrincipal with Allow"),
                    _ => excludes(listed, caller),
                };
                (answer, "NotPrincipal", format!("all but {}", shown(listed)))
            }
            _ => return malformed("a statement with Principal where it must not have it, or without where it must"),
        };
        if answer.is_no() {
            let call_has = match caller {
                Caller::Service { name, .. } => format!("`{name}`"),
                Caller::Role { arn, .. } => format!("`{arn}`"),
            };
            failed.push(Failure {
                element: Element::Principal,
                pointer: format!("/{name}"),
                policy_says: says,
                call_has,
            });
        }
        answer
    }

    fn action(&self, failed: &mut Vec<Failure>) -> Tri<()> {
        let call = Text::new(self.call.action.as_ref());
        let listed = (&self.statement.action, &self.statement.not_action);
        self.either(listed, &call, Reading::WildIgnoreCase, Element::Action, failed)
    }

    fn resource(&self, failed: &mut Vec<Failure>) -> Tri<()> {
        let listed = (&self.statement.resource, &self.statement.not_resource);
        match (self.kind, listed) {
            // A trust policy's resource is the role that it stands on.
            (Kind::Trust, (None, None)) => Tri::Yes(()),
            (Kind::Trust, _) => malformed("a trust policy with a Resource"),
            _ => self.either(listed, &self.call.resource, Reading::Resource, Element::Resource, failed),
        }
    }

    /// An element or its `Not` form.
    fn either(
        &self,
        listed: (&Option<Many<Text>>, &Option<Many<Text>>),
        call: &Text,
        reading: Reading,
        element: Element,
        failed: &mut Vec<Failure>,
    ) -> Tri<()> {
        let (values, negated) = match listed {
            (Some(values), None) => (values, false),
            (None, Some(values)) => (values, true),
            _ => {
                return malformed(&format!(
                    "a statement that does not have exactly one of {element:?} and Not{element:?}"
                ));
            }
        };
        if values.as_slice().is_empty() {
            return malformed(&format!("a statement with an empty {element:?}"));
        }
        let mut unresolved = Vec::new();
        let answers: Vec<_> = values
            .iter()
            .map(|text| {
                let value = match self.variables && reading == Reading::Resource && has_variable(text) {
                    true => Value::expanded(text, &self.call.context),
                    false => Value::written(text),
                };
                if let Value::Unresolved(gap) = &value {
                    unresolved.push(gap.clone());
                }
                matches(&value, call, reading)
            })
            .collect();
        let answer = settled(Tri::any(answers, ()), unresolved, negated);
        if answer.is_no() {
            let (not, all_but) = if negated { ("Not", "all but ") } else { ("", "") };
            failed.push(Failure {
                pointer: format!("/{not}{element:?}"),
                policy_says: format!("{all_but}{}", quoted(values.iter())),
                call_has: format!("`{call}`"),
                element,
            });
        }
        answer
    }

    fn condition(&self, operator: &str, key: &str, values: &Many<Scalar>, failed: &mut Vec<Failure>) -> Tri<()> {
        use super::context::Carried;
        let context = &self.call.context;
        let answer = holds(operator, key, values, context, self.variables);
        if answer.is_no() {
            let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
            failed.push(Failure {
                element: Element::Condition { operator: operator.to_owned(), key: key.to_owned() },
                pointer: format!("/Condition/{}/{}", escaped(operator), escaped(key)),
                policy_says: quoted(values.iter().map(Scalar::text)),
                call_has: match context.get(key) {
                    Carried::Present(values) => quoted(values),
                    Carried::Perhaps(values) => format!("{} at most", quoted(values)),
                    Carried::Absent | Carried::Unknown => "no such key".to_owned(),
                },
            });
        }
        answer
    }
}

fn answer_unless_no(answer: Tri<()>, what: &str) -> Tri<()> {
    if answer.is_no() { answer } else { malformed(what) }
}

fn quoted(values: impl IntoIterator<Item = impl ToString>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| format!("`{}`", value.to_string())).collect();
    values.join(" or ")
}

fn malformed(what: &str) -> Tri<()> {
    Tri::unknown(Gap::not_modelled(what))
}
