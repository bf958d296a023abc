//! REST APIs: what moto drops, and the frozen export.

use serde_json::{Value, json};

use super::{Boto, array, text};
use crate::bed::Bed;

struct Api<'a> {
    boto: Boto<'a>,
    id: String,
    resource: String,
    authorizer: String,
}

const FUNCTION: &str =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations";

/// `GET /pets/{id}` to a VPC link, behind a token authorizer; `ANY /pets` to nothing.
fn api(bed: &Bed) -> Api<'_> {
    let boto = Boto(bed);
    let id = text(
        &boto.call("apigateway", "create_rest_api", json!({"name": "pets", "binaryMediaTypes": ["image/png"]}))["id"],
    );
    let mut parent = text(&boto.call("apigateway", "get_resources", json!({"restApiId": id}))["items"][0]["id"]);
    let mut resources = Vec::new();
    for part in ["pets", "{id}"] {
        let resource = json!({"restApiId": id, "parentId": parent, "pathPart": part});
        parent = text(&boto.call("apigateway", "create_resource", resource)["id"]);
        resources.push(parent.clone());
    }
    let authorizer = json!({
        "restApiId": id, "name": "keeper", "type": "TOKEN", "authorizerUri": FUNCTION,
        "identitySource": "method.request.header.X-Token", "authorizerResultTtlInSeconds": 60,
    });
    let authorizer = text(&boto.call("apigateway", "create_authorizer", authorizer)["id"]);
    let mock = json!({"restApiId": id, "resourceId": resources[0], "httpMethod": "ANY"});
    boto.call("apigateway", "put_method", with(&mock, json!({"authorizationType": "NONE"})));
    let template = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
    boto.call("apigateway", "put_integration", with(&mock, template));
    let response = json!({"statusCode": "200", "responseModels": {"application/json": "Empty"}});
    boto.call("apigateway", "put_method_response", with(&mock, response));
    boto.call(
        "apigateway",
        "put_integration_response",
        with(&mock, json!({"statusCode": "200", "selectionPattern": ""})),
    );

    let api = Api { boto, id, resource: resources[1].clone(), authorizer };
    let method = json!({"authorizationType": "CUSTOM", "authorizerId": api.authorizer});
    api.boto.call("apigateway", "put_method", with(&api.method(), method));
    api.integrate(json!({"uri": "http://first.example/{id}"}));
    api
}

impl Api<'_> {
    fn method(&self) -> Value {
        json!({"restApiId": self.id, "resourceId": self.resource, "httpMethod": "GET"})
    }

    fn integrate(&self, more: Value) {
        let integration = json!({
            "type": "HTTP_PROXY", "integrationHttpMethod": "GET", "connectionType": "VPC_LINK",
            "connectionId": "link01", "integrationTarget": "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/1",
        });
        self.boto.call("apigateway", "put_integration", with(&with(&self.method(), integration), more));
    }

    fn deploy(&self, more: Value) -> String {
        text(&self.boto.call("apigateway", "create_deployment", with(&json!({"restApiId": self.id}), more))["id"])
    }

    fn stage(&self, name: &str) -> Value {
        self.boto.call("apigateway", "get_stage", json!({"restApiId": self.id, "stageName": name}))
    }

    fn export(&self, stage: &str) -> Value {
        let params = json!({
            "restApiId": self.id, "stageName": stage, "exportType": "oas30", "parameters": {"extensions": "apigateway"},
        });
        self.boto.call("apigateway", "get_export", params)["body"].clone()
    }
}

fn with(base: &Value, more: Value) -> Value {
    let mut both = base.as_object().expect("an object").clone();
    both.extend(more.as_object().expect("an object").clone());
    Value::Object(both)
}

#[test]
fn resources_carry_what_moto_drops() {
    let bed = Bed::new();
    let api = api(&bed);
    let read = |embed: Value| {
        let resources = api.boto.call("apigateway", "get_resources", with(&json!({"restApiId": api.id}), embed));
        let found = array(&resources["items"]).iter().find(|resource| resource["id"] == api.resource).cloned();
        found.expect("the resource is listed")["resourceMethods"]["GET"].clone()
    };
    assert_eq!(read(json!({})), json!({}), "AWS says nothing of methods unless asked to embed them");
    let integration = read(json!({"embed": ["methods"]}))["methodIntegration"].clone();
    for (field, value) in [
        ("connectionId", json!("link01")),
        ("integrationTarget", json!("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/a/1")),
        ("timeoutInMillis", json!(29000)),
        ("passthroughBehavior", json!("WHEN_NO_MATCH")),
        ("cacheNamespace", json!(api.resource)),
    ] {
        assert_eq!(integration[field], value, "{field} of {integration}");
    }
    let apis = api.boto.call("apigateway", "get_rest_apis", json!({}));
    assert_eq!(apis["items"][0]["binaryMediaTypes"], json!(["image/png"]));
}

#[test]
fn an_export_is_what_was_deployed() {
    let bed = Bed::new();
    let api = api(&bed);
    api.deploy(json!({"stageName": "prod"}));
    let export = api.export("prod");
    assert_eq!(export["openapi"], "3.0.1");
    let get = &export["paths"]["/pets/{id}"]["get"];
    assert_eq!(
        get["x-amazon-apigateway-integration"],
        json!({
            "type": "http_proxy", "httpMethod": "GET", "uri": "http://first.example/{id}", "connectionType": "VPC_LINK",
            "connectionId": "link01", "passthroughBehavior": "when_no_match", "timeoutInMillis": 29000,
        })
    );
    assert_eq!(get["security"], json!([{"keeper": []}]));
    assert_eq!(
        export["components"]["securitySchemes"]["keeper"],
        json!({
            "type": "apiKey", "name": "X-Token", "in": "header", "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "token", "authorizerUri": FUNCTION, "authorizerResultTtlInSeconds": 60,
            },
        })
    );
    let any = &export["paths"]["/pets"]["x-amazon-apigateway-any-method"];
    let mock = &any["x-amazon-apigateway-integration"];
    assert_eq!((&mock["type"], &mock["responses"]["default"]["statusCode"]), (&json!("mock"), &json!("200")));
    assert!(any["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].is_string(), "{any}");
    let whole = export.to_string();
    for id in [&api.resource, &api.authorizer] {
        assert!(!whole.contains(id.as_str()), "no id of a resource or an authorizer is in an export: {whole}");
    }

    api.integrate(json!({"uri": "http://second.example/{id}"}));
    assert_eq!(api.export("prod"), export, "the draft has changed, the deployment has not");
    let newer = api.deploy(json!({"stageName": "prod", "variables": {"colour": "red"}}));
    let stage = api.stage("prod");
    assert_eq!((&stage["deploymentId"], &stage["variables"]["colour"]), (&json!(newer), &json!("red")));
    let integration = api.export("prod")["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"].clone();
    assert_eq!(integration["uri"], "http://second.example/{id}");
    bed.keep_in_exports("integrationTarget");
    let integration = api.export("prod")["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"].clone();
    assert!(integration["integrationTarget"].is_string(), "{integration}");
    assert_eq!(bed.constructed()["apigateway:GetExport"], 4);

    let plain = json!({"restApiId": api.id, "stageName": "prod", "exportType": "oas30"});
    let plain = api.boto.call("apigateway", "get_export", plain)["body"].clone();
    assert!(
        plain["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"].is_null(),
        "no extension was asked for"
    );
    let nowhere = json!({"restApiId": api.id, "stageName": "nowhere", "exportType": "oas30"});
    assert_eq!(api.boto.error("apigateway", "get_export", nowhere), ("NotFoundException".into(), 404));
}

#[test]
fn a_stage_keeps_its_canary_and_its_variables() {
    let bed = Bed::new();
    let api = api(&bed);
    let first = api.deploy(json!({"stageName": "prod", "variables": {"colour": "red"}}));
    assert!(api.stage("prod")["createdDate"].is_string());
    let canary = json!({"percentTraffic": 10.0, "stageVariableOverrides": {"colour": "blue"}});
    let second = api.deploy(json!({"stageName": "prod", "canarySettings": canary}));
    let stage = api.stage("prod");
    assert_eq!((&stage["deploymentId"], &stage["variables"]), (&json!(first), &json!({"colour": "red"})));
    let canary = &stage["canarySettings"];
    assert_eq!((&canary["deploymentId"], &canary["percentTraffic"]), (&json!(second), &json!(10.0)));

    let patch = json!([
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "20.5"},
        {"op": "replace", "path": "/clientCertificateId", "value": "cert01"},
    ]);
    let update = |patch: Value| {
        let params = json!({"restApiId": api.id, "stageName": "prod", "patchOperations": patch});
        api.boto.call("apigateway", "update_stage", params)
    };
    let stage = update(patch);
    assert_eq!(
        (&stage["canarySettings"]["percentTraffic"], &stage["clientCertificateId"]),
        (&json!(20.5), &json!("cert01"))
    );
    let stage = update(json!([{"op": "remove", "path": "/canarySettings"}]));
    assert!(stage["canarySettings"].is_null(), "{stage}");
}
