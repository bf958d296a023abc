//! Integrations and APIs of REST, with what moto forgets of them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::{fill, pick};
use crate::proxy::answer::Answer;
use crate::proxy::call::Call;

type MethodKey = (String, String, String);

#[derive(Default)]
pub(super) struct Rest {
    integrations: Mutex<BTreeMap<MethodKey, Map<String, Value>>>,
    apis: Mutex<BTreeMap<String, Map<String, Value>>>,
}

impl Rest {
    pub(super) fn watch(&self, call: &Call, answer: &mut Answer) {
        match call.operation.as_str() {
            "CreateRestApi" => {
                let id = answer.value()["id"].as_str().unwrap_or_default().to_owned();
                let dropped = pick(&call.json, &["binaryMediaTypes"]);
                self.apis.lock().expect("poisoned").insert(id, dropped);
                answer.edit(|api| self.complete_api(api));
            }
            "GetRestApi" => answer.edit(|api| self.complete_api(api)),
            "GetRestApis" => answer.edit(|list| each(list, |api| self.complete_api(api))),
            "PutIntegration" => {
                self.remember_integration(call);
                answer.edit(|integration| self.complete_integration(&method_key(call), integration));
            }
            "GetIntegration" => {
                answer.edit(|integration| self.complete_integration(&method_key(call), integration));
            }
            "DeleteIntegration" | "DeleteMethod" => {
                self.integrations.lock().expect("poisoned").remove(&method_key(call));
            }
            "GetMethod" => answer.edit(|method| {
                self.complete_integration(&method_key(call), &mut method["methodIntegration"]);
            }),
            "GetResource" => answer.edit(|resource| self.complete_resource(call, resource)),
            "GetResources" => answer.edit(|list| each(list, |resource| self.complete_resource(call, resource))),
            _ => {}
        }
    }

    fn remember_integration(&self, call: &Call) {
        let mut fields = pick(
            &call.json,
            &[
                "cacheKeyParameters",
                "cacheNamespace",
                "connectionId",
                "integrationTarget",
                "passthroughBehavior",
                "responseTransferMode",
                "timeoutInMillis",
            ],
        );
        // AWS answers these even when nobody set them.
        fields.entry("timeoutInMillis").or_insert(json!(29000));
        fields.entry("passthroughBehavior").or_insert(json!("WHEN_NO_MATCH"));
        fields.entry("cacheNamespace").or_insert(json!(call.id(1)));
        self.integrations.lock().expect("poisoned").insert(method_key(call), fields);
    }

    fn complete_integration(&self, key: &MethodKey, integration: &mut Value) {
        if let Some(fields) = self.integrations.lock().expect("poisoned").get(key) {
            fill(integration, fields);
        }
    }

    fn complete_api(&self, api: &mut Value) {
        let id = api["id"].as_str().unwrap_or_default().to_owned();
        if let Some(fields) = self.apis.lock().expect("poisoned").get(&id) {
            fill(api, fields);
        }
    }

    /// Without `embed=methods`, AWS names the methods and says nothing about them; moto always says all.
    fn complete_resource(&self, call: &Call, resource: &mut Value) {
        let embedded = call.query.get("embed").is_some_and(|embed| embed == "methods");
        let id = resource["id"].as_str().unwrap_or_default().to_owned();
        let Some(methods) = resource.get_mut("resourceMethods").and_then(Value::as_object_mut) else {
            return;
        };
        for (verb, method) in methods {
            if embedded {
                let key = (call.id(0).to_owned(), id.clone(), verb.clone());
                if let Some(integration) = method.get_mut("methodIntegration") {
                    self.complete_integration(&key, integration);
                }
            } else {
                *method = json!({});
            }
        }
    }
}

fn method_key(call: &Call) -> MethodKey {
    (call.id(0).to_owned(), call.id(1).to_owned(), call.id(2).to_owned())
}

fn each(list: &mut Value, change: impl Fn(&mut Value)) {
    for item in list["item"].as_array_mut().into_iter().flatten() {
        change(item);
    }
}
