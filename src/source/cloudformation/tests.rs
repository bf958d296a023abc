//! The functions against the examples of the CloudFormation user guide, and the laws of what is not known.

mod assertions;
mod conditions;
mod functions;
mod laws;
mod references;
mod refusals;
mod unrolling;

use super::{Evaluator, Given, Known, Template, TemplateError, Value};
use crate::model::Text;
use crate::source::tree::{Is, Member, Node, Span};
use serde_json::{Value as Json, json};
use std::cell::Cell;

/// A tree as a file would give it, each node at a place of its own.
fn node(json: &Json) -> Node {
    fn made(json: &Json, next: &Cell<u32>) -> Node {
        let span = || {
            next.set(next.get() + 2);
            Span { file: 0, start: next.get(), end: next.get() + 1 }
        };
        let at = span();
        let is = match json {
            Json::Null => Is::Null,
            Json::Bool(is) => Is::Bool(*is),
            Json::Number(number) => Is::Number(number.to_string().into()),
            Json::String(text) => Is::Text(text.as_str().into()),
            Json::Array(items) => Is::List(items.iter().map(|item| made(item, next)).collect()),
            Json::Object(members) => Is::Map(
                members
                    .iter()
                    .map(|(key, value)| Member { key: key.as_str().into(), key_at: span(), value: made(value, next) })
                    .collect(),
            ),
        };
        Node { at, is }
    }
    made(json, &Cell::new(0))
}

fn given(parameters: &[(&str, &str)]) -> Given {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), Text::from(*value))).collect();
    Given { parameters, ..Given::default() }
}

fn home() -> Given {
    Given { account: Some("111122223333".into()), region: Some("us-east-1".into()), ..Given::default() }
}

fn template(json: &Json, given: &Given) -> Template {
    Template::read(&node(json), given).unwrap()
}

/// A template with one resource beside what is given.
fn with(mut json: Json) -> Json {
    let more = json.as_object_mut().unwrap();
    more.entry("Resources").or_insert(json!({ "Topic": { "Type": "AWS::SNS::Topic" } }));
    json
}

/// The value of an expression in a template, as JSON: `${id}` for a hole, `{"?": expression}` for the unknown.
fn value(json: Json, given: &Given, expression: &Json) -> Json {
    let template = template(&with(json), given);
    let evaluator = Evaluator::new(&template, given.clone()).unwrap();
    shown(&evaluator.value(&node(expression)).unwrap())
}

fn shown(value: &Value) -> Json {
    match &value.is {
        Known::Null => Json::Null,
        Known::Bool(is) => json!(is),
        Known::Number(number) => serde_json::from_str(number).unwrap(),
        Known::Text(text) => json!(text.to_string()),
        Known::List(items) => items.iter().map(shown).collect(),
        Known::Map(entries) => entries.iter().map(|entry| (entry.key.to_string(), shown(&entry.value))).collect(),
        Known::Unknown(crate::model::Gap::Computed { expr, .. }) => json!({ "?": expr }),
        Known::Unknown(gap) => json!({ "?": gap.remedy() }),
    }
}

/// Why a template, or an expression in it, is refused.
fn refusal(json: Json, given: &Given, expression: &Json) -> TemplateError {
    let root = node(&with(json));
    let refused = Template::read(&root, given).and_then(|template| {
        let evaluator = Evaluator::new(&template, given.clone())?;
        evaluator.value(&node(expression)).map(|value| shown(&value))
    });
    refused.expect_err("refused")
}
