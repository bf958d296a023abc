//! The `x-amazon-apigateway-…` objects, as the developer guide lists their members.

use super::document::{Document, Verb, unreadable};
use crate::model::{Gap, Seen, Str, Text};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// `x-amazon-apigateway-integration`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Integration {
    #[serde(rename = "$ref")]
    pub(super) reference: Option<Str>,
    #[serde(default, rename = "type", deserialize_with = "name")]
    pub(super) kind: Seen<Str>,
    #[serde(default, deserialize_with = "scalar")]
    pub(super) http_method: Option<Text>,
    pub(super) uri: Option<Text>,
    #[serde(default, deserialize_with = "name")]
    pub(super) connection_type: Seen<Str>,
    pub(super) connection_id: Option<Text>,
    pub(super) integration_target: Option<Text>,
    pub(super) credentials: Option<Text>,
    #[serde(default, deserialize_with = "integer")]
    pub(super) timeout_in_millis: Seen<i64>,
    #[serde(default, deserialize_with = "name")]
    pub(super) response_transfer_mode: Seen<Str>,
    #[serde(default, deserialize_with = "name")]
    pub(super) passthrough_behavior: Seen<Str>,
    pub(super) request_parameters: Option<BTreeMap<Str, Option<Text>>>,
    pub(super) request_templates: Option<BTreeMap<Str, Option<Text>>>,
    pub(super) responses: Option<BTreeMap<Str, IntegrationResponse>>,
    #[serde(default, deserialize_with = "scalar")]
    pub(super) payload_format_version: Option<Text>,
    pub(super) integration_subtype: Option<Text>,
    pub(super) tls_config: Option<TlsConfig>,
}

/// `x-amazon-apigateway-integration.response`, under its selection pattern.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IntegrationResponse {
    #[serde(default, deserialize_with = "scalar")]
    pub(super) status_code: Option<Text>,
    pub(super) response_templates: Option<BTreeMap<Str, Option<Text>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TlsConfig {
    pub(super) server_name_to_verify: Option<Text>,
}

/// `x-amazon-apigateway-authorizer`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authorizer {
    #[serde(rename = "type")]
    pub(super) kind: Option<Str>,
    pub(super) authorizer_uri: Option<Text>,
    pub(super) authorizer_credentials: Option<Text>,
    #[serde(default, deserialize_with = "scalar")]
    pub(super) authorizer_payload_format_version: Option<Text>,
    pub(super) identity_source: Option<IdentitySource>,
    #[serde(default, deserialize_with = "integer")]
    pub(super) authorizer_result_ttl_in_seconds: Seen<i64>,
}

/// One text, or the HTTP APIs' list of them.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum IdentitySource {
    One(Text),
    Several(#[expect(dead_code, reason = "REST APIs have no list")] Vec<Text>),
}

/// A security scheme around it.
#[derive(Deserialize)]
pub(super) struct Scheme {
    #[serde(rename = "type")]
    pub(super) kind: Option<Str>,
    /// The header or query parameter that carries the caller's identity.
    pub(super) name: Option<Str>,
    #[serde(rename = "in")]
    pub(super) location: Option<Str>,
    #[serde(rename = "x-amazon-apigateway-authtype")]
    pub(super) auth_type: Option<Str>,
    #[serde(rename = "x-amazon-apigateway-authorizer")]
    pub(super) authorizer: Option<Authorizer>,
}

impl Integration {
    /// The integration of an operation, through references if need be.
    ///
    /// An export that leaves it out proves nothing: `CreateDeployment` refuses a method
    /// without an integration, and for a route no document says what the silence means.
    pub(super) fn of<'a>(
        document: &Document<'a>,
        raw: Option<&'a RawValue>,
        verb: &Verb<'a>,
        path: &str,
    ) -> Result<Seen<Integration>, Gap> {
        let Some(raw) = raw else { return Ok(document.said(Seen::Unset, "x-amazon-apigateway-integration")) };
        document.behind(raw, |part: &Integration| part.reference.as_ref()).map(Seen::Set).ok_or_else(|| {
            let place = format!("{}/x-amazon-apigateway-integration", verb.pointer(path));
            unreadable("the integration", &place)
        })
    }
}

/// A member that exports are not known to carry always: its absence proves nothing.
pub(super) fn dropped(member: &str) -> Gap {
    Gap::not_readable(format!("{member}, which an export may leave out"))
}

/// OpenAPI has `aws_proxy` where the rest of the API says `AWS_PROXY`.
pub(super) fn word<T: for<'t> From<&'t str>>(value: &str) -> T {
    T::from(value.to_ascii_uppercase().as_str())
}

/// A `null` is no mapping.
pub(super) fn mappings(map: Option<BTreeMap<Str, Option<Text>>>) -> Seen<BTreeMap<Str, Text>> {
    map.map(|map| map.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()).into()
}

/// YAML's `200` and `2.0` are numbers.
fn scalar<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Text>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Text(Text),
        Number(serde_json::Number),
    }
    Ok(Option::<Scalar>::deserialize(from)?.map(|scalar| match scalar {
        Scalar::Text(text) => text,
        Scalar::Number(number) => Text::new(number.to_string()),
    }))
}

/// One of a set of words, or what hides which.
fn name<'de, D: Deserializer<'de>>(from: D) -> Result<Seen<Str>, D::Error> {
    Ok(match Option::<Text>::deserialize(from)? {
        None => Seen::Unset,
        Some(text) => text.known().map_or_else(Seen::Unknown, |word| Seen::Set(word.into())),
    })
}

/// The guide calls the authorizer's time to live a string; exports write a number.
///
/// What a template leaves open is unknown.
fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Seen<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Integer {
        Number(i64),
        Digits(Text),
    }
    Ok(match Option::<Integer>::deserialize(from)? {
        None => Seen::Unset,
        Some(Integer::Number(number)) => Seen::Set(number),
        Some(Integer::Digits(digits)) => match digits.known() {
            Ok(digits) => Seen::Set(digits.parse().map_err(|_| serde::de::Error::custom("expected an integer"))?),
            Err(gap) => Seen::Unknown(gap),
        },
    })
}
