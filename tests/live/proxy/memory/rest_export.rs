//! What a REST deployment froze, as the OpenAPI document that `GetExport` gives of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::rest::Rest;
use crate::proxy::answer::{Answer, WireError};
use crate::proxy::call::{Call, header};
use crate::proxy::upstream::Upstream;

mod document;

/// Fields of an integration that AWS's exports have not been seen to carry.
const NOT_EXPORTED: [&str; 2] = ["integrationTarget", "responseTransferMode"];

/// The editable API as it is at one moment.
pub(super) struct Draft {
    api: Value,
    resources: Vec<Value>,
    authorizers: Vec<Value>,
    models: Vec<Value>,
    validators: Vec<Value>,
    gateway_responses: Vec<Value>,
}

impl Draft {
    pub(super) async fn read(moto: &Upstream, cause: &Call, rest: &Rest) -> Self {
        let base = format!("/restapis/{}", cause.id(0));
        let read = async |path: &str| {
            let answer = moto.ask(cause, "apigateway", "GET", &format!("{base}{path}"), String::new()).await;
            assert!(answer.ok(), "moto does not answer {base}{path}: {}", answer.text());
            answer
        };
        let items = |answer: Answer| answer.value()["item"].as_array().cloned().unwrap_or_default();
        let mut api = read("").await;
        let mut resources = read("/resources?embed=methods").await;
        let headers = cause.headers.clone();
        rest.watch(&Call::parse("GET", &base, headers.clone(), "".into()), &mut api);
        let call = Call::parse("GET", &format!("{base}/resources?embed=methods"), headers, "".into());
        rest.watch(&call, &mut resources);
        Self {
            api: api.value(),
            resources: items(resources),
            authorizers: items(read("/authorizers").await),
            models: items(read("/models").await),
            validators: items(read("/requestvalidators").await),
            gateway_responses: items(read("/gatewayresponses").await),
        }
    }
}

#[derive(Default)]
pub(super) struct Exports(Mutex<BTreeMap<(String, String), Value>>);

impl Exports {
    pub(super) fn freeze(&self, api: &str, deployment: &str, draft: &Draft) {
        let key = (api.to_owned(), deployment.to_owned());
        self.0.lock().expect("poisoned").insert(key, document::build(draft));
    }

    pub(super) async fn serve(&self, moto: &Upstream, call: &Call, kept: &BTreeSet<String>) -> Answer {
        let (api, stage, kind) = (call.id(0), call.id(1), call.id(2));
        let target = format!("/restapis/{api}/stages/{stage}");
        let answer = moto.ask(call, "apigateway", "GET", &target, String::new()).await;
        if !answer.ok() {
            return answer;
        }
        if kind != "oas30" || header(&call.headers, "accept").contains("yaml") {
            let message = "this bed exports OpenAPI 3.0 as JSON and nothing else";
            return WireError::new("BadRequestException", 400, message).answer(call);
        }
        let deployment = answer.value()["deploymentId"].as_str().unwrap_or_default().to_owned();
        let frozen = self.0.lock().expect("poisoned").get(&(api.to_owned(), deployment.clone())).cloned();
        let Some(mut document) = frozen else {
            let message = format!("deployment {deployment} of {api} was not made through this bed");
            return WireError::new("NotFoundException", 404, &message).answer(call);
        };
        document["servers"] = json!([{
            "url": format!("https://{api}.execute-api.{}.amazonaws.com/{{basePath}}", call.region()),
            "variables": {"basePath": {"default": format!("/{stage}")}},
        }]);
        let extensions = call.query.get("extensions").map_or("", String::as_str);
        strip(&mut document, extensions, kept);
        let mut answer = Answer::json(200, &document);
        let name = format!("attachment; filename=\"{api}-{stage}-oas30.json\"");
        answer.headers.push(("content-disposition".into(), name));
        answer
    }
}

/// Leaves only the extensions that were asked for, and of an integration only what AWS exports.
fn strip(value: &mut Value, extensions: &str, kept: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(integration) = fields.get_mut("x-amazon-apigateway-integration") {
                let integration: &mut Map<String, Value> = integration.as_object_mut().expect("built as an object");
                integration.retain(|name, _| !NOT_EXPORTED.contains(&name.as_str()) || kept.contains(name));
            }
            fields.retain(|name, _| wanted(name, extensions));
            for field in fields.values_mut() {
                strip(field, extensions, kept);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, extensions, kept)),
        _ => {}
    }
}

fn wanted(name: &str, extensions: &str) -> bool {
    let asked = |extension: &str| extensions.split(',').any(|one| one.trim() == extension);
    match name {
        "x-amazon-apigateway-any-method" => true,
        "x-amazon-apigateway-integration" => asked("apigateway") || asked("integrations"),
        "x-amazon-apigateway-authorizer" | "x-amazon-apigateway-authtype" => {
            asked("apigateway") || asked("authorizers")
        }
        other => !other.starts_with("x-amazon-apigateway-") || asked("apigateway"),
    }
}
