//! What AWS keeps and moto drops, learnt by watching the writes pass.

mod http_api;
mod http_export;
mod interfaces;
mod lambda;
mod load_balancers;
mod rest;
mod rest_export;
mod rest_stages;

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Map, Value};

use super::answer::Answer;
use super::call::Call;
use super::upstream::Upstream;

#[derive(Default)]
pub(super) struct Memory {
    rest: rest::Rest,
    stages: rest_stages::Stages,
    exports: rest_export::Exports,
    http: http_api::HttpApis,
    lambda: lambda::Policies,
    balancers: load_balancers::Balancers,
    interfaces: interfaces::Interfaces,
    kept_in_exports: Mutex<BTreeSet<String>>,
}

impl Memory {
    pub(super) fn keep_in_exports(&self, field: &str) {
        let mut kept = self.kept_in_exports.lock().expect("the kept fields are poisoned");
        kept.insert(field.to_owned());
    }

    /// AWS's answer, as near as moto and this memory come to it.
    pub(super) async fn answer(&self, moto: &Upstream, call: &Call) -> Answer {
        match call.service.as_str() {
            "apigateway" => self.rest(moto, call).await,
            "apigatewayv2" => {
                let answer = self.http.answer(moto, call).await;
                self.interfaces.watch_link(call, &answer);
                answer
            }
            "lambda" => self.lambda.answer(moto, call).await,
            "ec2" if call.operation == "DescribeNetworkInterfaces" => self.interfaces.describe(moto, call).await,
            "elasticloadbalancing" => {
                let mut answer = moto.forward(call).await;
                self.balancers.watch(call, &mut answer);
                self.interfaces.watch_balancer(call, &answer);
                answer
            }
            _ => moto.forward(call).await,
        }
    }

    async fn rest(&self, moto: &Upstream, call: &Call) -> Answer {
        match call.operation.as_str() {
            "GetExport" => {
                let kept = self.kept_in_exports.lock().expect("the kept fields are poisoned").clone();
                self.exports.serve(moto, call, &kept).await
            }
            "CreateDeployment" => {
                let answer = self.stages.deploy(moto, call).await;
                if let Some(deployment) = answer.value()["id"].as_str() {
                    let draft = rest_export::Draft::read(moto, call, &self.rest).await;
                    self.exports.freeze(call.id(0), deployment, &draft);
                }
                answer
            }
            _ => {
                let mut answer = moto.forward(call).await;
                if answer.ok() {
                    self.rest.watch(call, &mut answer);
                    self.stages.watch(call, &mut answer);
                }
                answer
            }
        }
    }
}

/// Sets what moto left out (absent, null, or an empty list) and keeps what it did answer.
fn fill(target: &mut Value, fields: &Map<String, Value>) {
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in fields {
        let missing = match target.get(name) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        if missing {
            target.insert(name.clone(), value.clone());
        }
    }
}

/// The fields of a JSON object that are there and not null.
fn pick(from: &Value, names: &[&str]) -> Map<String, Value> {
    names.iter().filter(|name| !from[**name].is_null()).map(|name| ((*name).to_owned(), from[*name].clone())).collect()
}
