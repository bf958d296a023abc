//! The statement that came closest, and what a person is told of it.

use super::context::Carried;
use super::miss::{Miss, miss};
use super::operator::Operator;
use super::principal::each;
use super::proof::StatementRef;
use super::statement::{Failed, Judged, either};
use super::{Call, Caller};
use crate::model::policy::Many;
use crate::model::{Str, Text};
use std::borrow::Cow;

/// The statement that came closest to allowing the call. It keeps the values that did not
/// match; sentences are made of them on request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    pub statement: StatementRef,
    /// What did not match. If several elements did not, the first of them.
    pub element: Element,
    /// It is the element's `Not` form.
    negated: bool,
    says: Vec<Text>,
    /// Of a condition, what the call carries under its key: nothing if it lacks it.
    has: Vec<Text>,
    /// The call may lack the key.
    perhaps: bool,
}

/// An element of a statement, in the order in which they are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    Principal,
    Action,
    Resource,
    Condition { operator: Str, key: Str },
}

impl Judged<'_> {
    pub(super) fn nearest(&self) -> Option<Nearest> {
        let (statement, call) = (self.trial.statement, self.trial.asked.call);
        let texts = |values: &Many<Text>| values.as_slice().to_vec();
        let mut perhaps = false;
        let (element, (says, negated), has) = match self.failed? {
            Failed::Principal => {
                let (listed, negated) = either(&statement.principal, &statement.not_principal)?;
                let says = each(listed).map(|(_, value)| value.clone()).collect();
                (Element::Principal, (says, negated), vec![caller(call)])
            }
            Failed::Action => {
                let (values, negated) = either(&statement.action, &statement.not_action)?;
                (Element::Action, (texts(values), negated), vec![call.action.clone()])
            }
            Failed::Resource => {
                let (values, negated) = either(&statement.resource, &statement.not_resource)?;
                (Element::Resource, (texts(values), negated), vec![call.resource.clone()])
            }
            Failed::Condition { operator, key } => {
                let values = statement.condition.get(operator)?.get(key)?;
                let carried = call.context.get(key);
                perhaps = matches!(carried, Carried::Perhaps(_));
                let has = match carried {
                    Carried::Present(values) | Carried::Perhaps(values) => values.to_vec(),
                    Carried::Absent | Carried::Unknown => Vec::new(),
                };
                let says = values.iter().map(|value| value.text().into_owned()).collect();
                (Element::Condition { operator: operator.clone(), key: key.clone() }, (says, false), has)
            }
        };
        Some(Nearest { statement: self.trial.reference(), element, negated, says, has, perhaps })
    }
}

impl Nearest {
    /// Where an ARN is compared with the call's: the part or segment that differs; of
    /// several ARNs, of the first.
    pub fn miss(&self) -> Option<Miss> {
        let ([says, ..], [has]) = (&*self.says, &*self.has) else { return None };
        match &self.element {
            Element::Resource if !self.negated => miss(says, has, false),
            Element::Condition { operator, .. } => {
                let operator = Operator::parse(operator).filter(|operator| !operator.negated)?;
                let wild = |value: &Text| value.to_string().contains('*');
                miss(says, has, operator.is_exact()? && self.says.iter().any(wild))
            }
            _ => None,
        }
    }

    /// JSON pointer, inside the policy, of what did not match, e.g.
    /// `/Statement/0/Condition/ArnLike/AWS:SourceArn`.
    pub fn pointer(&self) -> String {
        let name = match &self.element {
            Element::Principal => "Principal",
            Element::Action => "Action",
            Element::Resource => "Resource",
            Element::Condition { operator, key } => &format!("Condition/{}/{}", escaped(operator), escaped(key)),
        };
        format!("{}/{}{name}", self.statement.pointer(), if self.negated { "Not" } else { "" })
    }

    pub(super) fn sentence(&self) -> String {
        let (name, says, has) = (self.statement.name(), self.policy_says(), self.call_has());
        match &self.element {
            Element::Principal => format!("{name} allows {says}; this call comes from {has}"),
            Element::Action => format!("{name} allows {says}; this call needs {has}"),
            Element::Resource => format!("{name} allows {says}; this call is for {has}"),
            Element::Condition { operator, key } if key.eq_ignore_ascii_case("aws:SourceArn") && positive(operator) => {
                format!("{name} allows {says}; this call comes from {has}")
            }
            Element::Condition { operator, key } => {
                format!("{name} requires {key} {operator} {says}; this call has {has}")
            }
        }
    }

    fn policy_says(&self) -> String {
        let says = match &self.element {
            Element::Principal if self.says.is_empty() => "nobody".to_owned(),
            Element::Principal => quoted(&self.says, ", "),
            _ => quoted(&self.says, " or "),
        };
        if self.negated { format!("all but {says}") } else { says }
    }

    fn call_has(&self) -> String {
        match &*self.has {
            [] => "no such key".to_owned(),
            has if self.perhaps => format!("{} at most", quoted(has, " or ")),
            has => quoted(has, " or "),
        }
    }
}

fn positive(operator: &str) -> bool {
    !operator.contains("Not") && operator != "Null"
}

/// As a JSON pointer has it.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

fn caller(call: &Call) -> Text {
    match &call.principal {
        Caller::Service { name, .. } => Text::new(*name),
        Caller::Role { arn, .. } | Caller::User { arn, .. } => arn.clone(),
    }
}

fn quoted(values: &[Text], between: &str) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    quoted.join(between)
}
