//! Stages of REST: canaries, dates, and a deployment to a stage that is already there.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use serde_json::{Map, Value, json};

use super::{fill, pick};
use crate::proxy::answer::Answer;
use crate::proxy::call::Call;
use crate::proxy::upstream::Upstream;

#[derive(Default)]
pub(super) struct Stages(Mutex<BTreeMap<(String, String), Map<String, Value>>>);

const DROPPED: [&str; 2] = ["canarySettings", "clientCertificateId"];

impl Stages {
    /// moto replaces a stage that is deployed to again, and knows no canaries: AWS moves the stage (or its canary) to the
    /// new deployment and leaves the rest of it alone.
    pub(super) async fn deploy(&self, moto: &Upstream, call: &Call) -> Answer {
        let api = call.id(0);
        let Some(stage) = call.json["stageName"].as_str().filter(|name| !name.is_empty()) else {
            return moto.forward(call).await;
        };
        let target = format!("/restapis/{api}/stages/{stage}");
        if !moto.ask(call, "apigateway", "GET", &target, String::new()).await.ok() {
            let answer = moto.forward(call).await;
            if answer.ok() {
                self.note(api, stage, created(&call.json));
            }
            return answer;
        }
        let mut body = call.json.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("stageName");
        }
        let answer =
            moto.ask(call, "apigateway", "POST", &format!("/restapis/{api}/deployments"), body.to_string()).await;
        let deployment = answer.value()["id"].clone();
        if !answer.ok() {
            return answer;
        }
        if let Some(canary) = call.json.get("canarySettings") {
            let mut canary = canary.clone();
            canary["deploymentId"] = deployment;
            self.note(api, stage, Map::from_iter([("canarySettings".to_owned(), canary)]));
            return answer;
        }
        let mut patch = vec![json!({"op": "replace", "path": "/deploymentId", "value": deployment})];
        for (name, value) in call.json["variables"].as_object().into_iter().flatten() {
            patch.push(json!({"op": "replace", "path": format!("/variables/{name}"), "value": value}));
        }
        let moved = moto.ask(call, "apigateway", "PATCH", &target, json!({"patchOperations": patch}).to_string()).await;
        if moved.ok() { answer } else { moved }
    }

    pub(super) fn watch(&self, call: &Call, answer: &mut Answer) {
        match call.operation.as_str() {
            "CreateStage" => {
                let name = call.json["stageName"].as_str().unwrap_or_default();
                self.note(call.id(0), name, created(&call.json));
                answer.edit(|stage| self.complete(call.id(0), stage));
            }
            "UpdateStage" => {
                self.patch(call);
                answer.edit(|stage| self.complete(call.id(0), stage));
            }
            "DeleteStage" => {
                let key = (call.id(0).to_owned(), call.id(1).to_owned());
                self.0.lock().expect("poisoned").remove(&key);
            }
            "GetStage" => answer.edit(|stage| self.complete(call.id(0), stage)),
            "GetStages" => answer.edit(|list| {
                for stage in list["item"].as_array_mut().into_iter().flatten() {
                    self.complete(call.id(0), stage);
                }
            }),
            _ => {}
        }
    }

    fn note(&self, api: &str, stage: &str, fields: Map<String, Value>) {
        let mut stages = self.0.lock().expect("poisoned");
        stages.entry((api.to_owned(), stage.to_owned())).or_default().extend(fields);
    }

    fn complete(&self, api: &str, stage: &mut Value) {
        let name = stage["stageName"].as_str().unwrap_or_default().to_owned();
        if let Some(fields) = self.0.lock().expect("poisoned").get(&(api.to_owned(), name)) {
            fill(stage, fields);
        }
    }

    fn patch(&self, call: &Call) {
        let mut stages = self.0.lock().expect("poisoned");
        let fields = stages.entry((call.id(0).to_owned(), call.id(1).to_owned())).or_default();
        for change in call.json["patchOperations"].as_array().into_iter().flatten() {
            let path: Vec<&str> = change["path"].as_str().unwrap_or_default().split('/').skip(1).collect();
            let Some(first) = path.first().filter(|first| DROPPED.contains(first)) else {
                continue;
            };
            if change["op"] == "remove" && path.len() == 1 {
                fields.remove(*first);
                continue;
            }
            let mut place = fields.entry((*first).to_owned()).or_insert_with(|| json!({}));
            for step in &path[1..] {
                place = &mut place[*step];
            }
            *place = typed(path.last().copied().unwrap_or_default(), change["value"].as_str().unwrap_or_default());
        }
    }
}

fn created(body: &Value) -> Map<String, Value> {
    let mut fields = pick(body, &DROPPED);
    let now = UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    fields.insert("createdDate".into(), json!(now));
    fields.insert("lastUpdatedDate".into(), json!(now));
    fields
}

/// A patch carries every value as a string.
fn typed(field: &str, value: &str) -> Value {
    match field {
        "percentTraffic" => value.parse::<f64>().map_or(Value::Null, |number| json!(number)),
        "useStageCache" => json!(value == "true"),
        _ => json!(value),
    }
}
