//! A document as the content of an HTTP API.

use super::OpenApiError;
use super::document::{Document, Verb};
use super::extension::{self, mappings, word};
use super::security::{Authorization, Schemes};
use crate::model::unit::V2Content;
use crate::model::v2::{Authorizer, Integration, Route, TlsConfig};
use crate::model::{Gap, Seen, Str, Text};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The key of the route that takes what no other route does.
const DEFAULT: &str = "$default";

pub(super) fn content(document: &Document<'_>) -> Result<V2Content, OpenApiError> {
    let schemes = Schemes::read(document, document.security);
    let mut routes = Vec::with_capacity(document.paths.len());
    let mut integrations = Integrations::default();
    for (path, raw) in &document.paths {
        for verb in document.path_item(path, raw)?.verbs() {
            routes.push(route(document, &schemes, &mut integrations, path, &verb));
        }
    }
    let authorizers = schemes.authorizers().map(|(name, scheme)| authorizer(document, &name, scheme)).collect();
    Ok(V2Content {
        routes: Seen::Set(routes),
        integrations: Seen::Set(integrations.all),
        authorizers: Seen::Set(authorizers),
    })
}

fn route<'a>(
    document: &Document<'a>,
    schemes: &Schemes,
    integrations: &mut Integrations,
    path: &str,
    verb: &Verb<'a>,
) -> Route {
    let operation = document.keeps(path).and_then(|()| verb.read(path));
    let key = route_key(path, verb, operation.as_ref().ok().and_then(|operation| operation.is_default_route));
    let (authorization, target) = match operation {
        Ok(operation) => (
            schemes.of(operation.security, || format!("{}/security", verb.pointer(path))),
            integrations
                .add(document, operation.integration, verb, path)
                .map_or_else(Seen::Unknown, |id| id.map(|id| Text::new(format!("integrations/{id}")))),
        ),
        Err(gap) => (Authorization::unknown(gap.clone()), Seen::Unknown(gap)),
    };
    Route {
        route_id: Str::default(),
        route_key: Text::new(key),
        target,
        authorization_type: authorization.kind.map(Into::into),
        authorizer_id: authorization.authorizer_id,
        authorizer_name: authorization.authorizer_name,
    }
}

/// `$default` stands in the document as the path `/$default` with the method ANY.
fn route_key(path: &str, verb: &Verb<'_>, is_default: Option<&RawValue>) -> String {
    let is_default = match is_default.map(RawValue::get) {
        Some("true") => true,
        Some("false") => false,
        _ => path.trim_start_matches('/') == DEFAULT,
    };
    if is_default && verb.method == "ANY" { DEFAULT.to_owned() } else { format!("{} {path}", verb.method) }
}

/// The integrations that some route uses. Those that no route uses stand in an export
/// too, as `unusedIntegration_…`: no request reaches them.
#[derive(Default)]
struct Integrations {
    all: Vec<Integration>,
    /// By reference: routes that share an integration go on sharing it.
    shared: BTreeMap<Str, Str>,
}

impl Integrations {
    /// Answers the integration's id.
    fn add<'a>(
        &mut self,
        document: &Document<'a>,
        raw: Option<&'a RawValue>,
        verb: &Verb<'a>,
        path: &str,
    ) -> Result<Seen<Str>, Gap> {
        #[derive(serde::Deserialize)]
        struct Reference {
            #[serde(rename = "$ref")]
            to: Option<Str>,
        }
        let reference = raw.and_then(|raw| serde_json::from_str::<Reference>(raw.get()).ok()?.to);
        if let Some(id) = reference.as_ref().and_then(|reference| self.shared.get(reference)) {
            return Ok(Seen::Set(id.clone()));
        }
        let found = match extension::Integration::of(document, raw, verb, path)? {
            Seen::Set(found) => found,
            Seen::Unset => return Ok(Seen::Unset),
            Seen::Unknown(gap) => return Err(gap),
        };
        let id = match &reference {
            Some(reference) => Str::from(format!("export/{}", reference.trim_start_matches("#/"))),
            None => Str::from(format!("export/{} {path}", verb.method)),
        };
        if let Some(reference) = reference {
            self.shared.insert(reference, id.clone());
        }
        self.all.push(integration(document, id.clone(), found));
        Ok(Seen::Set(id))
    }
}

fn integration(document: &Document<'_>, integration_id: Str, found: extension::Integration) -> Integration {
    Integration {
        integration_id: integration_id.into(),
        kind: document.said(found.kind, "type").map(|kind| word(&kind)),
        integration_subtype: found.integration_subtype.into(),
        integration_method: found.http_method.into(),
        integration_uri: found.uri.into(),
        // Absent means INTERNET.
        connection_type: found.connection_type.map(|kind| word(&kind)),
        connection_id: found.connection_id.into(),
        // Absent means that the resource policy of the backend decides.
        credentials_arn: found.credentials.into(),
        payload_format_version: document.said(found.payload_format_version, "payloadFormatVersion"),
        timeout_in_millis: found.timeout_in_millis,
        request_parameters: mappings(found.request_parameters),
        request_templates: mappings(found.request_templates),
        tls_config: document
            .said(found.tls_config, "tlsConfig")
            .map(|tls| TlsConfig { server_name_to_verify: tls.server_name_to_verify.into() }),
    }
}

fn authorizer(document: &Document<'_>, name: &Str, scheme: Result<extension::Scheme, Gap>) -> Authorizer {
    let named = Authorizer { name: Seen::Set(Text::from(name)), ..Authorizer::default() };
    let found = match scheme.map(|scheme| scheme.authorizer) {
        Ok(Some(found)) => found,
        Ok(None) => return named,
        Err(gap) => {
            return Authorizer {
                authorizer_type: Seen::Unknown(gap.clone()),
                authorizer_uri: Seen::Unknown(gap.clone()),
                authorizer_credentials_arn: Seen::Unknown(gap.clone()),
                authorizer_payload_format_version: Seen::Unknown(gap),
                ..named
            };
        }
    };
    let kind = found.kind.map(|kind| kind.to_ascii_uppercase());
    // A JWT authorizer calls nobody, so it has neither of the two.
    let calls = |value: Option<Text>, member| match kind.as_deref() {
        Some("JWT") => value.into(),
        _ => document.said(value, member),
    };
    Authorizer {
        authorizer_uri: calls(found.authorizer_uri, "authorizerUri"),
        authorizer_payload_format_version: calls(
            found.authorizer_payload_format_version,
            "authorizerPayloadFormatVersion",
        ),
        authorizer_credentials_arn: found.authorizer_credentials.into(),
        authorizer_type: document.said(kind, "type").map(Text::new),
        ..named
    }
}
