//! An API that is written as an OpenAPI document: the body of a resource, or a file of its own.

use super::fields::{Ledger, escaped, note_all};
use crate::model::unit::{RestContent, V2Content};
use crate::model::{Charset, Gap, Hole, Seen, Text};
use crate::source::cloudformation::{Known, Value};
use crate::source::openapi;
use serde_json::{Value as Json, json};

/// The verbs that a document can have, as AWS writes them.
const VERBS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The content of a REST API, with where each of its parts was written. `api` is how places name the API.
pub(in crate::source) fn rest(body: &Value, api: &str, ledger: &Ledger) -> Result<RestContent, Gap> {
    let mut content = openapi::rest_import(&written(body)).map_err(|error| Gap::not_readable(error.to_string()))?;
    if let Seen::Set(resources) = &mut content.resources {
        for resource in resources {
            // What a person wrote has no ids: a path is as good.
            resource.id = resource.path.clone();
        }
    }
    for (path, verb, operation) in operations(body) {
        let path = match path.trim_end_matches('/') {
            "" => "/",
            path => path,
        };
        let resource = format!("restapis/{api}/resources/{path}/methods/{verb}/integration");
        note(ledger, &resource, body, operation, |member| member.to_owned());
        responses(ledger, &resource, operation.get(INTEGRATION).and_then(|it| it.get("responses")));
    }
    for (name, scheme) in schemes(body) {
        let resource = format!("restapis/{api}/authorizers/{}", authorizer_id(api, name).label());
        note_members(ledger, &resource, scheme, |member| member.to_owned());
    }
    if let Seen::Set(authorizers) = &mut content.authorizers {
        for authorizer in authorizers {
            authorizer.id = authorizer_id(api, &authorizer.name.set().map(Text::label).unwrap_or_default());
        }
    }
    Ok(content)
}

/// The content of an HTTP API.
pub(in crate::source) fn http(body: &Value, api: &str, ledger: &Ledger) -> Result<V2Content, Gap> {
    let mut content = openapi::http_import(&written(body)).map_err(|error| Gap::not_readable(error.to_string()))?;
    for (path, verb, operation) in operations(body) {
        let resource = match operation.get(INTEGRATION).and_then(|it| it.get("$ref")).map(|it| &it.is) {
            Some(Known::Text(to)) => {
                format!("apis/{api}/integrations/export/{}", to.to_string().trim_start_matches("#/"))
            }
            _ => format!("apis/{api}/integrations/export/{verb} {path}"),
        };
        note(ledger, &resource, body, operation, in_http);
    }
    for (name, scheme) in schemes(body) {
        let resource = format!("apis/{api}/authorizers/{}", authorizer_id(api, name).label());
        note_members(ledger, &resource, scheme, in_http);
    }
    if let Seen::Set(authorizers) = &mut content.authorizers {
        for authorizer in authorizers {
            authorizer.authorizer_id = authorizer_id(api, &authorizer.name.set().map(Text::label).unwrap_or_default());
        }
    }
    Ok(content)
}

/// A document has answers by their patterns, the API by their status.
fn responses(ledger: &Ledger, resource: &str, written: Option<&Value>) {
    let Some(Known::Map(patterns)) = written.map(|it| &it.is) else { return };
    for one in patterns {
        let Some(status) = one.value.get("statusCode").and_then(super::fields::text) else { continue };
        let pointer = format!("/integrationResponses/{}", escaped(&status.to_string()));
        note_all(ledger, resource, &pointer, &one.value);
        ledger.note(resource, format!("{pointer}/selectionPattern"), one.key_at);
    }
}

/// Only API Gateway knows it: a grant that spells one out may be right.
fn authorizer_id(api: &str, name: &str) -> Text {
    let gap = Gap::not_readable(format!("the id that API Gateway gives the authorizer {name}"));
    Text::hole(Hole { id: format!("{api}.{name}").into(), family: None, charset: Charset::Id, gap })
}

/// API Gateway's own name for a member of an HTTP API's integration, or of its authorizer.
fn in_http(member: &str) -> String {
    match member {
        "type" => "IntegrationType".into(),
        "httpMethod" => "IntegrationMethod".into(),
        "uri" => "IntegrationUri".into(),
        "credentials" => "CredentialsArn".into(),
        "authorizerCredentials" => "AuthorizerCredentialsArn".into(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
        }
    }
}

/// Every operation, as (path, verb, what it says).
fn operations(body: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    let paths = match body.get("paths").map(|it| &it.is) {
        Some(Known::Map(paths)) => paths.as_slice(),
        _ => &[],
    };
    paths.iter().flat_map(|path| {
        let of = |(key, verb): &(&str, &'static str)| Some((&*path.key, *verb, path.value.get(key)?));
        VERBS.iter().filter_map(of).collect::<Vec<_>>()
    })
}

fn schemes(body: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let places = [body.get("securityDefinitions"), body.get("components").and_then(|it| it.get("securitySchemes"))];
    places.into_iter().flatten().flat_map(|schemes| {
        let schemes = match &schemes.is {
            Known::Map(schemes) => schemes.as_slice(),
            _ => &[],
        };
        schemes.iter().filter_map(|one| Some((&*one.key, one.value.get("x-amazon-apigateway-authorizer")?)))
    })
}

fn note(ledger: &Ledger, resource: &str, body: &Value, operation: &Value, fact: fn(&str) -> String) {
    ledger.note(resource, "", operation.at);
    let Some(integration) = operation.get(INTEGRATION) else { return };
    let target = match integration.get("$ref").map(|it| &it.is) {
        Some(Known::Text(to)) => to.lit().and_then(|to| follow(body, to)),
        _ => None,
    };
    note_members(ledger, resource, target.unwrap_or(integration), fact);
}

fn note_members(ledger: &Ledger, resource: &str, of: &Value, fact: fn(&str) -> String) {
    ledger.note(resource, "", of.at);
    if let Known::Map(members) = &of.is {
        for member in members {
            note_all(ledger, resource, &format!("/{}", escaped(&fact(&member.key))), &member.value);
        }
    }
}

fn follow<'v>(body: &'v Value, reference: &str) -> Option<&'v Value> {
    let mut steps = reference.strip_prefix("#/")?.split('/');
    steps.try_fold(body, |at, step| at.get(&step.replace("~1", "/").replace("~0", "~")))
}

/// As JSON text. Where nothing is known of a value, a text may still stand there.
fn written(body: &Value) -> String {
    tolerant(body).to_string()
}

fn tolerant(value: &Value) -> Json {
    match &value.is {
        Known::Unknown(gap) => json!({ "$text": [{ "hole": format!("?{}", value.at.start), "gap": gap }] }),
        Known::List(items) => Json::Array(items.iter().map(tolerant).collect()),
        Known::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), tolerant(&entry.value))).collect())
        }
        _ => super::fields::json(value).unwrap_or_default(),
    }
}
