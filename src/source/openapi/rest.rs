//! A document as the content of a REST API.

use super::OpenApiError;
use super::document::{Document, Verb};
use super::extension::{self, IdentitySource, mappings, word};
use super::security::{Authorization, Schemes};
use crate::model::rest::{Authorizer, Integration, IntegrationResponse, Method, Resource};
use crate::model::unit::RestContent;
use crate::model::{Gap, Seen, Str, Text};
use std::collections::BTreeMap;

pub(super) fn content(document: &Document<'_>) -> Result<RestContent, OpenApiError> {
    // REST APIs do not use security at the root, as the guide's important notes say.
    let schemes = Schemes::read(document, None);
    let mut resources = Vec::with_capacity(document.paths.len());
    for (path, raw) in &document.paths {
        let item = document.path_item(path, raw)?;
        let methods = item.verbs().map(|verb| {
            let method = method(document, &schemes, path, &verb);
            (method.http_method.clone(), method)
        });
        resources.push(Resource {
            id: Str::default(),
            path: document.path(path),
            resource_methods: methods.map(|(verb, method)| (verb, Box::new(method))).collect(),
        });
    }
    let authorizers = schemes.authorizers().map(|(name, scheme)| authorizer(document, &name, scheme)).collect();
    Ok(RestContent { resources: Seen::Set(resources), authorizers: Seen::Set(authorizers) })
}

fn method<'a>(document: &Document<'a>, schemes: &Schemes, path: &str, verb: &Verb<'a>) -> Method {
    let (authorization, method_integration) = match verb.read(path) {
        Ok(operation) => (
            schemes.of(operation.security, || format!("{}/security", verb.pointer(path))),
            extension::Integration::of(document, operation.integration, verb, path)
                .map_or_else(Seen::Unknown, |found| found.map(|found| integration(document, found))),
        ),
        Err(gap) => (Authorization::unknown(gap.clone()), Seen::Unknown(gap)),
    };
    Method {
        http_method: verb.method.into(),
        authorization_type: authorization.kind.map(Into::into),
        authorizer_id: authorization.authorizer_id,
        authorizer_name: authorization.authorizer_name,
        method_integration,
    }
}

fn integration(document: &Document<'_>, found: extension::Integration) -> Integration {
    let proxy = found.kind.set().is_some_and(|kind| kind.to_ascii_lowercase().ends_with("_proxy"));
    Integration {
        kind: document.said(found.kind, "type").map(|kind| word(&kind)),
        http_method: found.http_method.into(),
        uri: found.uri.into(),
        // Absent means INTERNET.
        connection_type: found.connection_type.map(|kind| word(&kind)),
        connection_id: found.connection_id.into(),
        integration_target: document.said(found.integration_target, "integrationTarget"),
        // Absent means that the resource policy of the backend decides.
        credentials: found.credentials.into(),
        timeout_in_millis: found.timeout_in_millis,
        response_transfer_mode: document
            .said(found.response_transfer_mode, "responseTransferMode")
            .map(|mode| word(&mode)),
        request_parameters: mappings(found.request_parameters),
        request_templates: mappings(found.request_templates),
        passthrough_behavior: found.passthrough_behavior.map(|behavior| Text::new(behavior.to_ascii_uppercase())),
        integration_responses: match (found.responses, proxy) {
            (Some(responses), _) => by_status(document, responses),
            (None, true) => Seen::Unset,
            (None, false) => document.said(Seen::Unset, "responses"),
        },
    }
}

/// An export has them by selection pattern; of two with one pattern it shows only one.
fn by_status(
    document: &Document<'_>,
    responses: BTreeMap<Str, extension::IntegrationResponse>,
) -> Seen<BTreeMap<Str, IntegrationResponse>> {
    let mut by_status = BTreeMap::new();
    for (pattern, response) in responses {
        let status = match document.said(response.status_code, "statusCode") {
            Seen::Set(status) => Str::from(status.to_string()),
            Seen::Unset => return Seen::Unknown(Gap::not_readable("a response without its statusCode")),
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        };
        let selection_pattern = if &*pattern == "default" { Seen::Unset } else { Seen::Set(Text::from(pattern)) };
        let response_templates = mappings(response.response_templates);
        if by_status.insert(status.clone(), IntegrationResponse { selection_pattern, response_templates }).is_some() {
            return Seen::Unknown(Gap::not_readable(format!("several responses with the status {status}")));
        }
    }
    Seen::Set(by_status)
}

fn authorizer(document: &Document<'_>, name: &Str, scheme: Result<extension::Scheme, Gap>) -> Authorizer {
    let named = Authorizer { name: Seen::Set(Text::from(name)), ..Authorizer::default() };
    let (scheme, found) = match scheme {
        Ok(extension::Scheme { authorizer: Some(found), name, location, .. }) => ((name, location), found),
        Ok(_) => return named,
        Err(gap) => {
            return Authorizer {
                kind: Seen::Unknown(gap.clone()),
                authorizer_uri: Seen::Unknown(gap.clone()),
                authorizer_credentials: Seen::Unknown(gap.clone()),
                identity_source: Seen::Unknown(gap.clone()),
                authorizer_result_ttl_in_seconds: Seen::Unknown(gap),
                ..named
            };
        }
    };
    let kind = found.kind.map(|kind| kind.to_ascii_uppercase());
    Authorizer {
        authorizer_uri: match kind.as_deref() {
            Some("COGNITO_USER_POOLS" | "JWT") => found.authorizer_uri.into(),
            _ => document.said(found.authorizer_uri, "authorizerUri"),
        },
        identity_source: match kind.as_deref() {
            // Several sources, or none: the scheme has no place to say it.
            Some("REQUEST") => sources(found.identity_source).into(),
            _ => sources(found.identity_source).or_else(|| identity_source(scheme.0?, scheme.1?)).into(),
        },
        kind: document.said(kind, "type").map(Text::new),
        authorizer_credentials: found.authorizer_credentials.into(),
        authorizer_result_ttl_in_seconds: found.authorizer_result_ttl_in_seconds,
        ..named
    }
}

fn sources(found: Option<IdentitySource>) -> Option<Text> {
    match found? {
        IdentitySource::One(text) => Some(text),
        // REST APIs have no list.
        IdentitySource::Several(_) => None,
    }
}

/// A token's place stands in the security scheme itself.
fn identity_source(name: Str, location: Str) -> Option<Text> {
    match &*location {
        "header" => Some(format!("method.request.header.{name}").into()),
        "query" => Some(format!("method.request.querystring.{name}").into()),
        _ => None,
    }
}
