//! The OpenAPI document that `ExportApi` gives of an HTTP API.

use serde_json::{Map, Value, json};

use super::pick;

const INTEGRATION: &str = "x-amazon-apigateway-integration";

pub(super) struct Draft {
    pub(super) api: Value,
    pub(super) routes: Vec<Value>,
    pub(super) integrations: Vec<Value>,
    pub(super) authorizers: Vec<Value>,
}

pub(super) fn document(draft: &Draft) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemes = Map::new();
    for route in &draft.routes {
        let key = text(route, "routeKey");
        let (verb, path) = key.split_once(' ').unwrap_or(("ANY", "/$default"));
        let verb = match verb {
            "ANY" => "x-amazon-apigateway-any-method".to_owned(),
            verb => verb.to_lowercase(),
        };
        let mut operation = operation(draft, route, &mut schemes);
        if key == "$default" {
            operation.insert("isDefaultRoute".into(), json!(true));
        }
        let place = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        place[verb] = Value::Object(operation);
    }
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": draft.api["name"], "version": draft.api["createdDate"]},
        "paths": paths,
        "x-amazon-apigateway-importexport-version": "1.0",
    });
    if !schemes.is_empty() {
        document["components"] = json!({"securitySchemes": schemes});
    }
    if draft.api["corsConfiguration"].is_object() {
        document["x-amazon-apigateway-cors"] = draft.api["corsConfiguration"].clone();
    }
    document
}

fn operation(draft: &Draft, route: &Value, schemes: &mut Map<String, Value>) -> Map<String, Value> {
    let description = format!("Default response for {}", text(route, "routeKey"));
    let mut operation = Map::from_iter([("responses".to_owned(), json!({"default": {"description": description}}))]);
    let mut demand = |name: &str, scheme: Value| {
        let scopes = route["authorizationScopes"].as_array().cloned().unwrap_or_default();
        schemes.insert(name.to_owned(), scheme);
        operation.insert("security".into(), json!([{name: scopes}]));
    };
    match text(route, "authorizationType") {
        "AWS_IAM" => demand(
            "sigv4",
            json!({"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}),
        ),
        "JWT" | "CUSTOM" => {
            let authorizer = draft.authorizers.iter().find(|one| one["authorizerId"] == route["authorizerId"]);
            if let Some(authorizer) = authorizer {
                demand(text(authorizer, "name"), scheme(authorizer));
            }
        }
        _ => {}
    }
    let target = text(route, "target").trim_start_matches("integrations/");
    let integration = draft.integrations.iter().find(|one| one["integrationId"] == target);
    if let Some(integration) = integration {
        operation.insert(INTEGRATION.into(), self::integration(integration));
    }
    operation
}

fn integration(integration: &Value) -> Value {
    let mut exported = pick(
        integration,
        &[
            "payloadFormatVersion",
            "connectionType",
            "connectionId",
            "requestParameters",
            "timeoutInMillis",
            "tlsConfig",
        ],
    );
    exported.insert("type".into(), json!(text(integration, "integrationType").to_lowercase()));
    let renamed = [
        ("integrationMethod", "httpMethod"),
        ("integrationUri", "uri"),
        ("credentialsArn", "credentials"),
        ("integrationSubtype", "integrationSubtype"),
    ];
    for (field, name) in renamed {
        if !integration[field].is_null() {
            exported.insert(name.into(), integration[field].clone());
        }
    }
    exported.entry("connectionType").or_insert(json!("INTERNET"));
    Value::Object(exported)
}

fn scheme(authorizer: &Value) -> Value {
    let sources: Vec<&str> =
        authorizer["identitySource"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let source = sources.join(", ");
    if authorizer["authorizerType"] == "JWT" {
        let inner =
            json!({"identitySource": source, "jwtConfiguration": authorizer["jwtConfiguration"], "type": "jwt"});
        return json!({"type": "oauth2", "x-amazon-apigateway-authorizer": inner});
    }
    let mut inner = pick(
        authorizer,
        &["authorizerUri", "authorizerPayloadFormatVersion", "authorizerResultTtlInSeconds", "enableSimpleResponses"],
    );
    inner.insert("identitySource".into(), json!(source));
    inner.insert("type".into(), json!("request"));
    if !authorizer["authorizerCredentialsArn"].is_null() {
        inner.insert("authorizerCredentials".into(), authorizer["authorizerCredentialsArn"].clone());
    }
    let name = source.strip_prefix("$request.header.").filter(|name| !name.contains(','));
    json!({"type": "apiKey", "name": name.unwrap_or("Unused"), "in": "header", "x-amazon-apigateway-authorizer": inner})
}

pub(super) fn strip_extensions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                name == "x-amazon-apigateway-any-method" || !name.starts_with("x-amazon-apigateway-")
            });
            fields.values_mut().for_each(strip_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_extensions),
        _ => {}
    }
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
