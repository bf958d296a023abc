//! Which authorizer an operation names.

use super::document::{Document, unreadable};
use super::extension::Scheme;
use crate::model::{Gap, Seen, Str, Text};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The name under which API Gateway writes that a method wants an API key.
const API_KEY: &str = "api_key";
/// The scheme that SAM names, and does not describe, where a route takes no authorizer although its API has a default one.
const OPEN: &str = "NONE";

/// What `security` says of one operation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Authorization {
    /// In AWS's words: `NONE`, `AWS_IAM`, `CUSTOM`, ….
    pub(super) kind: Seen<&'static str>,
    pub(super) authorizer_name: Seen<Text>,
    pub(super) authorizer_id: Seen<Text>,
}

/// The security schemes of a document.
pub(super) struct Schemes {
    by_name: BTreeMap<Str, Result<Scheme, Gap>>,
    /// What applies where an operation says nothing.
    by_default: Authorization,
}

impl Schemes {
    /// `root` is what the document says for all operations, where that may apply.
    pub(super) fn read(document: &Document<'_>, root: Option<&RawValue>) -> Self {
        let by_name = document.schemes.iter().map(|(name, raw)| {
            let hidden = |_| Gap::not_readable(format!("the security scheme {name} of the OpenAPI document"));
            (name.clone(), serde_json::from_str(raw.get()).map_err(hidden))
        });
        let none = Authorization::without_authorizer("NONE");
        let mut schemes = Schemes { by_name: by_name.collect(), by_default: none };
        // Whether an HTTP API uses it is not documented, and matters where an authorizer would be called.
        let asked = schemes.of(root, || "/security".into());
        schemes.by_default = match asked.kind {
            Seen::Set(kind) if kind != "CUSTOM" => asked,
            _ => Authorization::unknown(Gap::not_modelled("security at the root of an HTTP API's document")),
        };
        schemes
    }

    /// The schemes that are authorizers, or would be if they could be read.
    pub(super) fn authorizers(self) -> impl Iterator<Item = (Str, Result<Scheme, Gap>)> {
        self.by_name
            .into_iter()
            .filter(|(_, scheme)| scheme.as_ref().map_or(true, |scheme| scheme.authorizer.is_some()))
    }

    /// An operation with an empty list has no authorization.
    ///
    /// An authorizer and an API key stand in the list as two entries, which OpenAPI
    /// would read as alternatives and API Gateway does not.
    pub(super) fn of(&self, security: Option<&RawValue>, place: impl Fn() -> String) -> Authorization {
        let Some(raw) = security else { return self.by_default.clone() };
        let Ok(requirements) = serde_json::from_str::<Vec<BTreeMap<Str, IgnoredAny>>>(raw.get()) else {
            return Authorization::unknown(unreadable("security", &place()));
        };
        let mut found: Option<Authorization> = None;
        for name in requirements.iter().flat_map(BTreeMap::keys) {
            let Some(named) = self.named(name) else { continue };
            match &found {
                Some(earlier) if *earlier != named => {
                    return Authorization::unknown(unreadable("which of several authorizers applies", &place()));
                }
                _ => found = Some(named),
            }
        }
        if found.is_some() && requirements.iter().any(BTreeMap::is_empty) {
            return Authorization::unknown(Gap::not_modelled("security that may be left out"));
        }
        found.unwrap_or_else(|| Authorization::without_authorizer("NONE"))
    }

    fn named(&self, name: &Str) -> Option<Authorization> {
        let by = |kind| Authorization {
            kind,
            authorizer_name: Seen::Set(Text::from(name)),
            authorizer_id: Seen::Unknown(Gap::not_readable("the authorizer's id: exports have names only")),
        };
        let silent = || by(Seen::Unknown(Gap::not_readable(format!("what the security scheme {name} asks for"))));
        let scheme = match self.by_name.get(name) {
            Some(Ok(scheme)) => scheme,
            Some(Err(gap)) => return Some(by(Seen::Unknown(gap.clone()))),
            None if [API_KEY, OPEN].contains(&&**name) => return None,
            None => return Some(silent()),
        };
        // The authtype of an authorizer is free text: it says something only without one.
        let Some(authorizer) = &scheme.authorizer else {
            return match scheme.auth_type.as_deref() {
                Some(kind) if kind.eq_ignore_ascii_case("awsSigv4") => {
                    Some(Authorization::without_authorizer("AWS_IAM"))
                }
                None if &**name == API_KEY && scheme.kind.as_deref() == Some("apiKey") => None,
                _ => Some(silent()),
            };
        };
        let kind = match authorizer.kind.as_deref().map(str::to_ascii_lowercase).as_deref() {
            // What is done with a scheme of another type, such as oauth2, is not documented.
            Some("token" | "request") if scheme.kind.as_deref().is_none_or(|kind| kind == "apiKey") => "CUSTOM",
            Some("cognito_user_pools") => "COGNITO_USER_POOLS",
            Some("jwt") => "JWT",
            _ => return Some(silent()),
        };
        Some(by(Seen::Set(kind)))
    }
}

impl Authorization {
    fn without_authorizer(kind: &'static str) -> Self {
        Authorization { kind: Seen::Set(kind), authorizer_name: Seen::Unset, authorizer_id: Seen::Unset }
    }

    pub(super) fn unknown(gap: Gap) -> Self {
        Authorization {
            kind: Seen::Unknown(gap.clone()),
            authorizer_name: Seen::Unknown(gap.clone()),
            authorizer_id: Seen::Unknown(gap),
        }
    }
}
