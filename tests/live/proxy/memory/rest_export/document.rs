//! The OpenAPI document of a draft, in the shape of AWS's exports: no ids of resources or authorizers, lower-case words.

use serde_json::{Map, Value, json};

use super::Draft;

pub(super) fn build(draft: &Draft) -> Value {
    let mut paths = Map::new();
    let mut schemes = Map::new();
    let mut schemas = Map::new();
    for resource in &draft.resources {
        let path = text(resource, "path");
        let mut verbs = Map::new();
        for (verb, method) in resource["resourceMethods"].as_object().into_iter().flatten() {
            let verb = match verb.as_str() {
                "ANY" => "x-amazon-apigateway-any-method".to_owned(),
                verb => verb.to_lowercase(),
            };
            verbs.insert(verb, operation(draft, path, method, &mut schemes, &mut schemas));
        }
        if !verbs.is_empty() {
            paths.insert(path.to_owned(), Value::Object(verbs));
        }
    }
    let mut components = Map::new();
    put_map(&mut components, "schemas", schemas);
    put_map(&mut components, "securitySchemes", schemes);
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": draft.api["name"], "version": draft.api["createdDate"].to_string()},
        "paths": paths,
        "components": components,
    });
    let root = document.as_object_mut().expect("built as an object");
    copy(root, "x-amazon-apigateway-binary-media-types", &draft.api["binaryMediaTypes"]);
    copy(root, "x-amazon-apigateway-policy", &policy(&draft.api));
    put_map(root, "x-amazon-apigateway-gateway-responses", gateway_responses(draft));
    put_map(root, "x-amazon-apigateway-request-validators", validators(draft));
    document
}

fn operation(
    draft: &Draft,
    path: &str,
    method: &Value,
    schemes: &mut Map<String, Value>,
    schemas: &mut Map<String, Value>,
) -> Value {
    let mut operation = Map::new();
    copy(&mut operation, "operationId", &method["operationName"]);
    let parameters = parameters(path, method);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    let body = content(draft, &method["requestModels"], schemas);
    if !body.is_empty() {
        operation.insert("requestBody".into(), json!({"content": body, "required": true}));
    }
    let mut responses = Map::new();
    for (status, response) in method["methodResponses"].as_object().into_iter().flatten() {
        let mut entry = Map::from_iter([("description".to_owned(), json!(format!("{status} response")))]);
        let mut headers = Map::new();
        for name in keys(&response["responseParameters"]) {
            let name = name.trim_start_matches("method.response.header.").to_owned();
            headers.insert(name, json!({"schema": {"type": "string"}}));
        }
        put_map(&mut entry, "headers", headers);
        entry.insert("content".into(), Value::Object(content(draft, &response["responseModels"], schemas)));
        responses.insert(status.clone(), Value::Object(entry));
    }
    put_map(&mut operation, "responses", responses);
    let security = security(draft, method, schemes);
    if !security.is_empty() {
        operation.insert("security".into(), Value::Array(security));
    }
    let validator =
        draft.validators.iter().find(|one| !one["id"].is_null() && one["id"] == method["requestValidatorId"]);
    if let Some(validator) = validator {
        copy(&mut operation, "x-amazon-apigateway-request-validator", &validator["name"]);
    }
    if method["methodIntegration"].is_object() {
        let integration = integration(&method["methodIntegration"]);
        operation.insert("x-amazon-apigateway-integration".into(), integration);
    }
    Value::Object(operation)
}

/// Declared parameters, and those that the path itself has.
fn parameters(path: &str, method: &Value) -> Vec<Value> {
    let mut declared: Vec<(String, String, bool)> = Vec::new();
    for (name, required) in method["requestParameters"].as_object().into_iter().flatten() {
        let mut parts = name.splitn(4, '.').skip(2);
        let (Some(place), Some(name)) = (parts.next(), parts.next()) else { continue };
        let place = if place == "querystring" { "query" } else { place };
        declared.push((name.to_owned(), place.to_owned(), required == true || place == "path"));
    }
    let in_path = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    for name in in_path.map(|name| name.trim_end_matches('+')) {
        if !declared.iter().any(|(known, place, _)| known == name && place == "path") {
            declared.push((name.to_owned(), "path".into(), true));
        }
    }
    declared
        .into_iter()
        .map(|(name, place, required)| {
            let mut parameter = json!({"name": name, "in": place, "schema": {"type": "string"}});
            if required {
                parameter["required"] = json!(true);
            }
            parameter
        })
        .collect()
}

/// Media types with a reference to their model, which is exported along.
fn content(draft: &Draft, models: &Value, schemas: &mut Map<String, Value>) -> Map<String, Value> {
    let mut content = Map::new();
    for (media_type, name) in models.as_object().into_iter().flatten() {
        let name = name.as_str().unwrap_or("Empty");
        let model = draft.models.iter().find(|model| model["name"] == name);
        let schema = model
            .and_then(|model| serde_json::from_str(text(model, "schema")).ok())
            .unwrap_or_else(|| json!({"title": format!("{name} Schema"), "type": "object"}));
        schemas.insert(name.to_owned(), schema);
        content.insert(media_type.clone(), json!({"schema": {"$ref": format!("#/components/schemas/{name}")}}));
    }
    content
}

fn security(draft: &Draft, method: &Value, schemes: &mut Map<String, Value>) -> Vec<Value> {
    let mut security = Vec::new();
    let mut demand = |name: &str, scopes: Value, scheme: Value| {
        schemes.insert(name.to_owned(), scheme);
        security.push(Value::Object(Map::from_iter([(name.to_owned(), scopes)])));
    };
    let header = |name: &str| json!({"type": "apiKey", "name": name, "in": "header"});
    match text(method, "authorizationType") {
        "AWS_IAM" => {
            let mut scheme = header("Authorization");
            scheme["x-amazon-apigateway-authtype"] = json!("awsSigv4");
            demand("sigv4", json!([]), scheme);
        }
        "CUSTOM" | "COGNITO_USER_POOLS" => {
            let authorizer = draft.authorizers.iter().find(|one| one["id"] == method["authorizerId"]);
            if let Some(authorizer) = authorizer {
                let scopes = method.get("authorizationScopes").filter(|scopes| scopes.is_array());
                demand(text(authorizer, "name"), scopes.cloned().unwrap_or(json!([])), scheme(authorizer));
            }
        }
        _ => {}
    }
    if method["apiKeyRequired"] == true {
        demand("api_key", json!([]), header("x-api-key"));
    }
    security
}

fn scheme(authorizer: &Value) -> Value {
    let kind = text(authorizer, "type").to_lowercase();
    let source = text(authorizer, "identitySource");
    // A request authorizer that reads several things has no single name to put there.
    let name = match source.strip_prefix("method.request.header.") {
        Some(name) if !name.contains(',') => name,
        _ if kind == "request" => "Unused",
        _ => "Authorization",
    };
    let mut inner = Map::from_iter([("type".to_owned(), json!(kind))]);
    let mut fields = vec!["providerARNs", "authorizerUri", "authorizerCredentials"];
    fields.extend(["identityValidationExpression", "authorizerResultTtlInSeconds"]);
    if kind == "request" {
        fields.push("identitySource");
    }
    for field in fields {
        copy(&mut inner, field, &authorizer[field]);
    }
    let own_kind = authorizer["authType"].as_str();
    let default_kind = if kind == "cognito_user_pools" { "cognito_user_pools" } else { "custom" };
    json!({
        "type": "apiKey",
        "name": name,
        "in": "header",
        "x-amazon-apigateway-authtype": own_kind.unwrap_or(default_kind),
        "x-amazon-apigateway-authorizer": inner,
    })
}

fn integration(integration: &Value) -> Value {
    let mut exported = Map::new();
    exported.insert("type".into(), json!(text(integration, "type").to_lowercase()));
    let fields = ["httpMethod", "uri", "credentials", "connectionId", "requestParameters", "requestTemplates"];
    for field in fields {
        copy(&mut exported, field, &integration[field]);
    }
    if integration["connectionType"] == "VPC_LINK" {
        exported.insert("connectionType".into(), json!("VPC_LINK"));
    }
    let passthrough = text(integration, "passthroughBehavior").to_lowercase();
    copy(&mut exported, "passthroughBehavior", &json!(passthrough));
    for field in ["contentHandling", "timeoutInMillis", "tlsConfig", "integrationTarget", "responseTransferMode"] {
        copy(&mut exported, field, &integration[field]);
    }
    if integration["cacheKeyParameters"].as_array().is_some_and(|keys| !keys.is_empty()) {
        copy(&mut exported, "cacheKeyParameters", &integration["cacheKeyParameters"]);
        copy(&mut exported, "cacheNamespace", &integration["cacheNamespace"]);
    }
    let mut responses = Map::new();
    for response in integration["integrationResponses"].as_object().into_iter().flat_map(Map::values) {
        let pattern = match text(response, "selectionPattern") {
            "" => "default",
            pattern => pattern,
        };
        let mut entry = Map::new();
        for field in ["statusCode", "responseParameters", "responseTemplates", "contentHandling"] {
            copy(&mut entry, field, &response[field]);
        }
        responses.insert(pattern.to_owned(), Value::Object(entry));
    }
    put_map(&mut exported, "responses", responses);
    Value::Object(exported)
}

fn gateway_responses(draft: &Draft) -> Map<String, Value> {
    let mut responses = Map::new();
    for response in &draft.gateway_responses {
        let mut entry = Map::new();
        if let Some(status) = text(response, "statusCode").parse::<u16>().ok().filter(|status| *status > 0) {
            entry.insert("statusCode".into(), json!(status));
        }
        for field in ["responseParameters", "responseTemplates"] {
            copy(&mut entry, field, &response[field]);
        }
        responses.insert(text(response, "responseType").to_owned(), Value::Object(entry));
    }
    responses
}

fn validators(draft: &Draft) -> Map<String, Value> {
    let entry = |one: &Value| {
        json!({
            "validateRequestParameters": one["validateRequestParameters"],
            "validateRequestBody": one["validateRequestBody"],
        })
    };
    draft.validators.iter().map(|one| (text(one, "name").to_owned(), entry(one))).collect()
}

/// The API answers its policy as a string with escapes; the export holds it as JSON.
fn policy(api: &Value) -> Value {
    let text = text(api, "policy").replace("\\\"", "\"");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

fn keys(value: &Value) -> impl Iterator<Item = &String> {
    value.as_object().into_iter().flat_map(Map::keys)
}

/// Exports leave out what is not set.
fn copy(into: &mut Map<String, Value>, name: &str, value: &Value) {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if !empty {
        into.insert(name.to_owned(), value.clone());
    }
}

fn put_map(into: &mut Map<String, Value>, name: &str, fields: Map<String, Value>) {
    copy(into, name, &Value::Object(fields));
}
