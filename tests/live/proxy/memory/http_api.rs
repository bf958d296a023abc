//! Authorizers, deployments and stages of HTTP APIs: moto lists no authorizers and knows no deployments.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::http_export::{self, Draft};
use super::pick;
use crate::proxy::answer::{Answer, WireError};
use crate::proxy::call::Call;
use crate::proxy::upstream::Upstream;

#[derive(Default)]
pub(super) struct HttpApis(Mutex<BTreeMap<String, Api>>);

#[derive(Default)]
struct Api {
    authorizers: Vec<Value>,
    deployments: Vec<Value>,
    exports: BTreeMap<String, Value>,
    /// What moto dropped or could not update, per stage.
    stages: BTreeMap<String, Map<String, Value>>,
    made: usize,
}

impl HttpApis {
    pub(super) async fn answer(&self, moto: &Upstream, call: &Call) -> Answer {
        match call.operation.as_str() {
            "GetAuthorizers" => self.list(moto, call, |api| api.authorizers.clone()).await,
            "GetDeployments" => self.list(moto, call, |api| api.deployments.clone()).await,
            "GetDeployment" => {
                let found = self
                    .with(call, |api| api.deployments.iter().find(|one| one["deploymentId"] == call.id(1)).cloned());
                found.map_or_else(|| missing(call, "deployment"), |one| Answer::json(200, &one))
            }
            "CreateDeployment" => self.deploy(moto, call).await,
            "UpdateStage" => self.update_stage(moto, call).await,
            "ExportApi" => self.export(moto, call).await,
            _ => {
                let mut answer = moto.forward(call).await;
                if answer.ok() {
                    self.watch(call, &mut answer);
                }
                answer
            }
        }
    }

    fn watch(&self, call: &Call, answer: &mut Answer) {
        match call.operation.as_str() {
            "CreateAuthorizer" => self.with(call, |api| api.authorizers.push(answer.value())),
            "UpdateAuthorizer" => self.with(call, |api| {
                api.authorizers.retain(|one| one["authorizerId"] != call.id(1));
                api.authorizers.push(answer.value());
            }),
            "DeleteAuthorizer" => {
                self.with(call, |api| api.authorizers.retain(|one| one["authorizerId"] != call.id(1)))
            }
            "CreateStage" => {
                let name = call.json["stageName"].as_str().unwrap_or_default().to_owned();
                self.with(call, |api| {
                    let fields = pick(&call.json, &["autoDeploy", "deploymentId", "stageVariables"]);
                    api.stages.insert(name.clone(), fields);
                    api.deploy_automatically();
                    answer.edit(|stage| api.complete(stage));
                });
            }
            "DeleteStage" => self.with(call, |api| {
                api.stages.remove(call.id(1));
            }),
            "GetStage" => self.with(call, |api| answer.edit(|stage| api.complete(stage))),
            "GetStages" => self.with(call, |api| {
                answer.edit(|list| {
                    for stage in list["items"].as_array_mut().into_iter().flatten() {
                        api.complete(stage);
                    }
                });
            }),
            _ => {}
        }
        let changes_the_api = ["Route", "Integration", "Authorizer"].iter().any(|what| call.operation.contains(what));
        if changes_the_api && call.method != "GET" {
            self.with(call, Api::deploy_automatically);
        }
    }

    async fn list(&self, moto: &Upstream, call: &Call, items: impl FnOnce(&mut Api) -> Vec<Value>) -> Answer {
        let api = moto.ask(call, "apigateway", "GET", &format!("/v2/apis/{}", call.id(0)), String::new()).await;
        if !api.ok() {
            return api;
        }
        Answer::json(200, &json!({"items": self.with(call, items)}))
    }

    async fn deploy(&self, moto: &Upstream, call: &Call) -> Answer {
        let draft = match self.draft(moto, call).await {
            Ok(draft) => draft,
            Err(answer) => return answer,
        };
        let stage = call.json["stageName"].as_str().filter(|name| !name.is_empty());
        self.with(call, |api| {
            if stage.is_some_and(|name| !api.stages.contains_key(name)) {
                return missing(call, "stage");
            }
            let mut deployment = api.new_deployment(false);
            if let Some(description) = call.json.get("description") {
                deployment["description"] = description.clone();
            }
            let id = deployment["deploymentId"].as_str().unwrap_or_default().to_owned();
            api.exports.insert(id.clone(), http_export::document(&draft));
            api.deployments.push(deployment.clone());
            if let Some(stage) = stage.and_then(|name| api.stages.get_mut(name)) {
                stage.insert("deploymentId".into(), json!(id));
            }
            Answer::json(201, &deployment)
        })
    }

    /// moto cannot; the change is laid over what moto says of the stage.
    async fn update_stage(&self, moto: &Upstream, call: &Call) -> Answer {
        let target = format!("/v2/apis/{}/stages/{}", call.id(0), call.id(1).replace('$', "%24"));
        let mut answer = moto.ask(call, "apigateway", "GET", &target, String::new()).await;
        if answer.ok() {
            self.with(call, |api| {
                let fields = call.json.as_object().cloned().unwrap_or_default();
                api.stages.entry(call.id(1).to_owned()).or_default().extend(fields);
                api.deploy_automatically();
                answer.edit(|stage| api.complete(stage));
            });
        }
        answer
    }

    /// Without a stage, the draft; with one, what its deployment froze. An automatic stage follows the draft.
    async fn export(&self, moto: &Upstream, call: &Call) -> Answer {
        let draft = match self.draft(moto, call).await {
            Ok(draft) if draft.api["protocolType"] == "HTTP" => draft,
            Ok(_) => {
                let message = "Only HTTP APIs can be exported";
                return WireError::new("BadRequestException", 400, message).answer(call);
            }
            Err(answer) => return answer,
        };
        let frozen = match call.query.get("stageName") {
            None => None,
            Some(name) => {
                let known = self.with(call, |api| api.stages.contains_key(name));
                if !known {
                    return missing(call, "stage");
                }
                self.with(call, |api| {
                    let deployment = api.stages[name].get("deploymentId").and_then(Value::as_str);
                    deployment.and_then(|id| api.exports.get(id)).cloned()
                })
            }
        };
        let mut document = frozen.unwrap_or_else(|| http_export::document(&draft));
        if call.query.get("includeExtensions").is_some_and(|include| include == "false") {
            http_export::strip_extensions(&mut document);
        }
        Answer::json(200, &document)
    }

    async fn draft(&self, moto: &Upstream, call: &Call) -> Result<Draft, Answer> {
        let base = format!("/v2/apis/{}", call.id(0));
        let read = async |path: &str| {
            let answer = moto.ask(call, "apigateway", "GET", &format!("{base}{path}"), String::new()).await;
            if answer.ok() { Ok(answer.value()) } else { Err(answer) }
        };
        let items = |list: Value| list["items"].as_array().cloned().unwrap_or_default();
        Ok(Draft {
            api: read("").await?,
            routes: items(read("/routes").await?),
            integrations: items(read("/integrations").await?),
            authorizers: self.with(call, |api| api.authorizers.clone()),
        })
    }

    fn with<T>(&self, call: &Call, work: impl FnOnce(&mut Api) -> T) -> T {
        let mut apis = self.0.lock().expect("the HTTP APIs are poisoned");
        match call.ids.first() {
            Some(id) => work(apis.entry(id.clone()).or_default()),
            None => work(&mut Api::default()),
        }
    }
}

impl Api {
    fn new_deployment(&mut self, automatic: bool) -> Value {
        self.made += 1;
        json!({
            "deploymentId": format!("d{:05}", self.made),
            "deploymentStatus": "DEPLOYED",
            "autoDeployed": automatic,
            "createdDate": "2026-01-01T00:00:00Z",
        })
    }

    fn deploy_automatically(&mut self) {
        let names: Vec<String> = self
            .stages
            .iter()
            .filter(|(_, stage)| stage.get("autoDeploy") == Some(&json!(true)))
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let deployment = self.new_deployment(true);
            let id = deployment["deploymentId"].as_str().unwrap_or_default().to_owned();
            self.deployments.push(deployment);
            let stage = self.stages.entry(name).or_default();
            let message = format!("Successfully deployed stage with deployment ID '{id}'");
            stage.insert("deploymentId".into(), json!(id));
            stage.insert("lastDeploymentStatusMessage".into(), json!(message));
        }
    }

    fn complete(&self, stage: &mut Value) {
        let name = stage["stageName"].as_str().unwrap_or_default();
        let fields = self.stages.get(name).cloned().unwrap_or_default();
        if let Some(stage) = stage.as_object_mut() {
            stage.extend(fields);
        }
    }
}

fn missing(call: &Call, what: &str) -> Answer {
    WireError::new("NotFoundException", 404, &format!("Unable to find {what}")).answer(call)
}
