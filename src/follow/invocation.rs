//! A call that API Gateway makes for a request: to an authorizer, or to the backend.

use super::MappingTemplate;
use super::serving::Serving;
use super::{Route, View};
use crate::model::refs::{Arn, Backend, Scope, backend_of, substitute};
use crate::model::unit::Protocol;
use crate::model::{ApiUnit, Charset, Gap, Hole, Part, Place, Seen, Str, Subject, Text, rest, v2};
use crate::verdict::Client;
use std::cell::OnceCell;

/// Who describes the call.
#[derive(Debug, Clone, Copy)]
pub enum By<'g> {
    Rest(&'g rest::Integration),
    V2(&'g v2::Integration),
    RestAuthorizer(&'g rest::Authorizer),
    V2Authorizer(&'g v2::Authorizer),
}

/// A call with its stage variables in place.
#[derive(Debug)]
pub struct Invocation<'g> {
    pub serving: &'g Serving<'g>,
    pub route: &'g Route<'g>,
    pub by: By<'g>,
    /// The other end. `None` where the configuration has no URI (MOCK, and subtypes).
    pub backend: Option<Backend>,
    /// The role that API Gateway assumes for the call.
    pub credentials: Seen<Text>,
    pub(super) templates: OnceCell<Result<Vec<MappingTemplate<'g>>, Gap>>,
}

impl<'g> Invocation<'g> {
    pub fn new(serving: &'g Serving<'g>, route: &'g Route<'g>, by: By<'g>) -> Self {
        let vars = &serving.vars;
        let replaced = |text: &Seen<Text>| text.clone().map(|text| substitute(&text, vars));
        let backend = match replaced(by.uri()) {
            Seen::Set(uri) if by.is_refused(&uri) => Some(Backend::Unknown(Gap::not_modelled(OWN_ARN))),
            Seen::Set(uri) => Some(backend_of(&uri, serving.unit.scope())),
            Seen::Unset => None,
            Seen::Unknown(gap) => Some(Backend::Unknown(gap)),
        };
        let credentials = replaced(by.credentials());
        Invocation { serving, route, by, backend, credentials, templates: OnceCell::new() }
    }

    pub fn protocol(&self) -> Protocol {
        self.serving.unit.protocol()
    }

    pub fn api(&self) -> &'g ApiUnit {
        self.serving.unit
    }

    pub fn is_authorizer(&self) -> bool {
        matches!(self.by, By::RestAuthorizer(_) | By::V2Authorizer(_))
    }

    /// Whom it fails, if it fails.
    pub fn client(&self) -> Client {
        match (self.protocol(), self.route.key.as_str()) {
            (protocol, _) if self.is_authorizer() => Client::Entering(protocol),
            (Protocol::WebSocket, "$disconnect") => Client::Gone,
            (Protocol::WebSocket, key) if key != "$connect" => Client::Connected,
            (protocol, _) => Client::Asking(protocol),
        }
    }

    /// `integration` or `authorizer`, for sentences.
    pub fn noun(&self) -> &'static str {
        if self.is_authorizer() { "authorizer" } else { "integration" }
    }

    /// How long API Gateway waits, in milliseconds, and whether that is its default.
    ///
    /// Defaults: 29,000 for REST and WebSocket, 30,000 for HTTP integrations.
    ///
    /// # Errors
    /// The gap that hides it.
    pub fn timeout_ms(&self) -> Result<Option<(i64, bool)>, Gap> {
        let set = match self.by {
            By::Rest(it) => it.timeout_in_millis.known()?,
            By::V2(it) => it.timeout_in_millis.known()?,
            By::RestAuthorizer(_) | By::V2Authorizer(_) => return Ok(None),
        };
        let default = if self.protocol() == Protocol::Http { 30_000 } else { 29_000 };
        Ok(Some(set.map_or((default, true), |ms| (*ms, false))))
    }

    /// `aws:SourceArn` of the call, as Lambda sees it: one for each verb that it may
    /// carry. `region` is the function's: where the two differ, AWS documents that the
    /// function's region stands in the ARN.
    pub fn source_arns(&self, region: &Text) -> Vec<(Str, Text)> {
        let own = self.serving.unit.scope();
        let scope = Scope { region: region.clone(), ..own.clone() };
        let api = self.serving.unit.id();
        let arn = |rest: Text| Arn::new("execute-api", &scope, api.join(&Text::new("/")).join(&rest)).text();
        if let Some(id) = self.authorizer_id() {
            return vec![("".into(), arn(Text::new("authorizers/").join(&id)))];
        }
        let stage = match self.serving.stage {
            Some(stage) => stage.clone(),
            None => Text::hole(Hole {
                id: "stage".into(),
                family: None,
                charset: Charset::Any,
                gap: self
                    .serving
                    .vars
                    .gap()
                    .cloned()
                    .unwrap_or_else(|| Gap::not_readable("a stage: the API has none yet")),
            }),
        };
        let (Some(method), Some(path)) = (&self.route.method, &self.route.path) else {
            let key = stage.join(&Text::new(format!("/{}", self.route.key)));
            return vec![(self.route.key.as_str().into(), arn(key))];
        };
        let verbs: &[&str] = if &**method == "ANY" {
            &["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
        } else {
            &[method]
        };
        let path = self.source_path(path);
        verbs.iter().map(|verb| ((*verb).into(), arn(stage.join(&Text::new(format!("/{verb}"))).join(&path)))).collect()
    }

    /// Nobody documents what a REST API sends for `{id}`, so there it is a hole; for
    /// HTTP APIs the route's own text is sent.
    fn source_path(&self, path: &str) -> Text {
        if self.protocol() != Protocol::Rest {
            return Text::from(path);
        }
        let segments = path.split('/').enumerate().flat_map(|(i, segment)| {
            let slash = (i > 0).then(|| Part::Lit("/".into()));
            let part = if segment.starts_with('{') {
                let charset = if segment.ends_with("+}") { Charset::Any } else { Charset::Segment };
                let gap = Gap::not_readable(format!("what stands for {segment} in the source ARN"));
                Part::Hole(Hole { id: segment.into(), family: None, charset, gap }.into())
            } else {
                Part::Lit(segment.into())
            };
            slash.into_iter().chain([part])
        });
        Text::from_parts(segments)
    }

    /// A source ARN as it may be sent, one way for each thing that may stand for a path's parameters: the parameter
    /// itself, a wildcard, or the value of a request. None where the path has no parameters.
    pub fn spellings(&self, source_arn: &Text) -> Vec<Text> {
        let is_segment = |id: &str| self.route.path.as_ref().is_some_and(|path| path.split('/').any(|it| it == id));
        let is_parameter = |part: &Part| matches!(part, Part::Hole(hole) if is_segment(&hole.id));
        let parts = source_arn.parts();
        if !parts.iter().any(is_parameter) {
            return Vec::new();
        }
        let spelt = |word: Option<&str>| {
            let parts = parts.iter().map(|part| match part {
                Part::Hole(hole) if is_parameter(part) => Part::Lit(word.unwrap_or(&hole.id).into()),
                other => other.clone(),
            });
            Text::from_parts(parts)
        };
        [Some(A_VALUE), Some("*"), None].into_iter().map(spelt).collect()
    }

    /// Of a Lambda authorizer; a hole where the deployed one's id is not known.
    pub fn authorizer_id(&self) -> Option<Text> {
        let id = match self.by {
            By::RestAuthorizer(it) => &it.id,
            By::V2Authorizer(it) => &it.authorizer_id,
            _ => return None,
        };
        Some(if id.is_empty() {
            Text::hole(Hole {
                id: "authorizer".into(),
                family: None,
                charset: Charset::Id,
                gap: Gap::not_readable("the deployed authorizer's id"),
            })
        } else {
            id.clone()
        })
    }

    /// What a finding about this call is about: the authorizer, or the route's integration.
    pub fn subject(&self) -> Subject {
        let scope = self.serving.unit.scope();
        match self.by {
            By::RestAuthorizer(it) => Subject::of(it, scope).with(self.api_label()),
            By::V2Authorizer(it) => Subject::of(it, scope).with(self.api_label()),
            By::Rest(_) => self.integration_subject(self.integration_id()),
            By::V2(it) => self.integration_subject(it.integration_id.label()),
        }
    }

    fn integration_subject(&self, id: String) -> Subject {
        let scope = self.serving.unit.scope().clone();
        let name = Some(format!("{} {}", self.api_label(), self.route.key));
        Subject { kind: "integration", id, name, scope, detail: String::new(), stack: None, unnamed: false }
    }

    /// The API's name, or its id where it has none.
    pub fn api_label(&self) -> String {
        self.serving.unit.label()
    }

    /// `restapis/ID/…`, as the API Gateway ARN writes it after `::/`.
    pub fn resource(&self) -> String {
        let api = self.serving.unit.id().label();
        match (self.by, self.serving.view, self.serving.stage) {
            (By::Rest(_), View::Deployed, Some(stage)) => format!("restapis/{api}/stages/{stage} {}", self.route.key),
            (By::Rest(_), ..) => self.integration_id(),
            (By::V2(it), ..) => format!("apis/{api}/integrations/{}", it.integration_id.label()),
            (By::RestAuthorizer(it), ..) => format!("restapis/{api}/authorizers/{}", it.id.label()),
            (By::V2Authorizer(it), ..) => format!("apis/{api}/authorizers/{}", it.authorizer_id.label()),
        }
    }

    /// Of a REST integration, the same in every view.
    fn integration_id(&self) -> String {
        let (api, method) = (self.serving.unit.id().label(), self.route.method.as_deref().unwrap_or_default());
        match self.route.resource_id {
            Some(id) => format!("restapis/{api}/resources/{id}/methods/{method}/integration"),
            None => format!("restapis/{api} {}", self.route.key),
        }
    }

    /// Where a field of this call stands.
    pub fn place(&self, field: Field) -> Place {
        self.place_at(match self.by {
            By::Rest(_) => field.in_rest(),
            By::V2(_) => field.in_v2(),
            By::RestAuthorizer(_) => field.in_rest_authorizer(),
            By::V2Authorizer(_) => field.in_v2_authorizer(),
        })
    }

    /// The field at a JSON pointer into what describes the call.
    pub(super) fn place_at(&self, pointer: &str) -> Place {
        match self.by {
            By::Rest(it) => Place::new(self.resource(), it, pointer),
            By::V2(it) => Place::new(self.resource(), it, pointer),
            By::RestAuthorizer(it) => Place::new(self.resource(), it, pointer),
            By::V2Authorizer(it) => Place::new(self.resource(), it, pointer),
        }
    }
}

/// The fields that every flavour has under a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Uri,
    Credentials,
    Timeout,
    Method,
    ConnectionId,
    Target,
}

impl Field {
    fn in_rest(self) -> &'static str {
        match self {
            Field::Uri => "/uri",
            Field::Credentials => "/credentials",
            Field::Timeout => "/timeoutInMillis",
            Field::Method => "/httpMethod",
            Field::ConnectionId => "/connectionId",
            Field::Target => "/integrationTarget",
        }
    }

    fn in_v2(self) -> &'static str {
        match self {
            Field::Uri | Field::Target => "/IntegrationUri",
            Field::Credentials => "/CredentialsArn",
            Field::Timeout => "/TimeoutInMillis",
            Field::Method => "/IntegrationMethod",
            Field::ConnectionId => "/ConnectionId",
        }
    }

    fn in_rest_authorizer(self) -> &'static str {
        if self == Field::Credentials { "/authorizerCredentials" } else { "/authorizerUri" }
    }

    fn in_v2_authorizer(self) -> &'static str {
        if self == Field::Credentials { "/AuthorizerCredentialsArn" } else { "/AuthorizerUri" }
    }
}

/// What a client may send for a parameter of a path, and nobody spells out in a grant.
const A_VALUE: &str = "7f3ab51c";

/// Under <https://docs.aws.amazon.com/apigateway/latest/api/>: `API_Integration.html`, `API_Authorizer.html`.
const OWN_ARN: &str = "a REST API that names a function by its own ARN: API Gateway takes \
    arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, and refuses to be deployed with this";

impl<'g> By<'g> {
    /// Will API Gateway not take it, for a function's own ARN is no URI of a REST API's?
    fn is_refused(self, uri: &Text) -> bool {
        matches!(self, By::Rest(_) | By::RestAuthorizer(_))
            && Arn::parse(uri).is_some_and(|arn| arn.service.lit() == Some("lambda"))
    }

    fn uri(self) -> &'g Seen<Text> {
        match self {
            By::Rest(it) => &it.uri,
            By::V2(it) => &it.integration_uri,
            By::RestAuthorizer(it) => &it.authorizer_uri,
            By::V2Authorizer(it) => &it.authorizer_uri,
        }
    }

    fn credentials(self) -> &'g Seen<Text> {
        match self {
            By::Rest(it) => &it.credentials,
            By::V2(it) => &it.credentials_arn,
            By::RestAuthorizer(it) => &it.authorizer_credentials,
            By::V2Authorizer(it) => &it.authorizer_credentials_arn,
        }
    }

    /// The integration's type; unset for authorizers.
    pub fn kind(self) -> Seen<rest::IntegrationType> {
        match self {
            By::Rest(it) => it.kind.clone(),
            By::V2(it) => it.kind.clone(),
            By::RestAuthorizer(_) | By::V2Authorizer(_) => Seen::Unset,
        }
    }

    pub fn connection_type(self) -> Seen<rest::ConnectionType> {
        match self {
            By::Rest(it) => it.connection_type.clone(),
            By::V2(it) => it.connection_type.clone(),
            By::RestAuthorizer(_) | By::V2Authorizer(_) => Seen::Unset,
        }
    }

    pub fn connection_id(self) -> Seen<Text> {
        match self {
            By::Rest(it) => it.connection_id.clone(),
            By::V2(it) => it.connection_id.clone(),
            By::RestAuthorizer(_) | By::V2Authorizer(_) => Seen::Unset,
        }
    }
}
