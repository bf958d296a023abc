//! What a person is told of the statement that came closest.

use super::context::Carried;
use super::miss::{Miss, miss};
use super::operator::Operator;
use super::principal::shown;
use super::proof::{Element, Nearest};
use super::statement::{Failed, Judged};
use super::{Call, Caller};
use crate::model::Text;
use crate::model::policy::{Many, Principal, Scalar};
use std::borrow::Cow;

impl Judged<'_> {
    pub(super) fn nearest(&self) -> Option<Nearest> {
        let (statement, call) = (self.trial.statement, self.trial.asked.call);
        let mut how = None;
        let (element, pointer, policy_says, call_has) = match self.failed? {
            Failed::Principal => {
                let says = |listed: &Option<Principal>| listed.as_ref().map(shown);
                let (name, says) = named("Principal", says(&statement.principal), says(&statement.not_principal));
                (Element::Principal, name, says, format!("`{}`", caller(call)))
            }
            Failed::Action => {
                let (name, says) = listed("Action", &statement.action, &statement.not_action);
                (Element::Action, name, says, format!("`{}`", call.action))
            }
            Failed::Resource => {
                let (name, says) = listed("Resource", &statement.resource, &statement.not_resource);
                how = statement.resource.as_ref().and_then(|values| miss(values.iter().next()?, &call.resource, false));
                (Element::Resource, name, says, format!("`{}`", call.resource))
            }
            Failed::Condition { operator, key } => {
                let values = statement.condition.get(operator).and_then(|keys| keys.get(key))?;
                let carried = call.context.get(key);
                how = condition(operator, values, carried);
                let says = quoted(values.iter().map(Scalar::text));
                let has = match carried {
                    Carried::Present(values) => quoted(values),
                    Carried::Perhaps(values) => format!("{} at most", quoted(values)),
                    Carried::Absent | Carried::Unknown => "no such key".to_owned(),
                };
                let element = Element::Condition { operator: operator.to_owned(), key: key.to_owned() };
                (element, ["Condition/", &escaped(operator), "/", &escaped(key)].concat(), says, has)
            }
        };
        let statement = self.trial.reference();
        let pointer = [&statement.pointer, "/", &*pointer].concat();
        Some(Nearest { statement, element, miss: how, pointer, policy_says, call_has })
    }
}

/// How an ARN that is compared with the call's misses it; of several, the first.
fn condition(operator: &str, values: &Many<Scalar>, carried: Carried<'_>) -> Option<Miss> {
    let operator = Operator::parse(operator).filter(|operator| !operator.negated)?;
    let letter_by_letter = operator.is_exact()? && values.iter().any(|value| value.text().to_string().contains('*'));
    let (Carried::Present([source]) | Carried::Perhaps([source])) = carried else { return None };
    miss(&values.iter().next()?.text(), source, letter_by_letter)
}

/// As a JSON pointer has it.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

fn caller(call: &Call) -> String {
    match &call.principal {
        Caller::Service { name, .. } => (*name).to_owned(),
        Caller::Role { arn, .. } | Caller::User { arn, .. } => arn.to_string(),
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
    let mut all = String::new();
    for value in values {
        let before = if all.is_empty() { "`" } else { " or `" };
        all.extend([before, &value.to_string(), "`"]);
    }
    all
}
