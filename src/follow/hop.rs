//! The places a request passes. A hop is thin: whose call it is, and accessors that stop
//! with `NotApplicable` or a gap, so that rules read as sentences.

use super::{By, Ctx, Invocation, RequestMappingHop, ResponseMappingHop, View};
use crate::analysis::Tri;
use crate::analysis::vtl::ast::Span;
use crate::analysis::vtl::{Map, Target};
use crate::capture::Held;
use crate::graph::Link;
use crate::model::refs::{Backend, substitute};
use crate::model::rest::{ConnectionType, IntegrationType, ResponseTransferMode};
use crate::model::unit::Protocol;
use crate::model::{Gap, Ref, Scope, Seen, Text, lambda};
use crate::verdict::{Client, Stop};

/// The integration's own configuration.
pub struct IntegrationHop<'g> {
    pub call: &'g Invocation<'g>,
}

/// May API Gateway make the call?
pub struct PermissionHop<'g> {
    pub call: &'g Invocation<'g>,
}

/// The way through a VPC link to a load balancer's listener and on to the targets.
pub struct NetworkPathHop<'g> {
    pub call: &'g Invocation<'g>,
    pub connection_id: Seen<Text>,
}

/// What does the work: a function, or the targets behind a listener.
pub struct BackendHop<'g> {
    pub call: &'g Invocation<'g>,
    pub path: Option<NetworkPathHop<'g>>,
}

pub enum Hop<'g> {
    RequestMapping(RequestMappingHop<'g>),
    Integration(IntegrationHop<'g>),
    Permission(PermissionHop<'g>),
    NetworkPath(NetworkPathHop<'g>),
    Backend(BackendHop<'g>),
    ResponseMapping(ResponseMappingHop<'g>),
}

/// The hops of one call, in the order in which the request passes them.
pub fn hops_of<'g>(call: &'g Invocation<'g>) -> Vec<Hop<'g>> {
    let mut hops = Vec::with_capacity(6);
    if !call.is_authorizer() {
        hops.push(Hop::RequestMapping(RequestMappingHop { call }));
    }
    if !call.calls_nobody() {
        if !call.is_authorizer() {
            hops.push(Hop::Integration(IntegrationHop { call }));
        }
        hops.push(Hop::Permission(PermissionHop { call }));
        let path = || call.connection_id().map(|connection_id| NetworkPathHop { call, connection_id });
        hops.extend(path().map(Hop::NetworkPath));
        hops.push(Hop::Backend(BackendHop { call, path: path() }));
    }
    if !call.is_authorizer() {
        hops.push(Hop::ResponseMapping(ResponseMappingHop::new(call)));
    }
    hops
}

impl<'g> Hop<'g> {
    pub fn kind(&self) -> HopKind {
        match self {
            Hop::RequestMapping(_) => HopKind::RequestMapping,
            Hop::Integration(_) => HopKind::Integration,
            Hop::Permission(_) => HopKind::Permission,
            Hop::NetworkPath(_) => HopKind::NetworkPath,
            Hop::Backend(_) => HopKind::Backend,
            Hop::ResponseMapping(_) => HopKind::ResponseMapping,
        }
    }

    pub fn call(&self) -> &'g Invocation<'g> {
        match self {
            Hop::RequestMapping(hop) => hop.call,
            Hop::Integration(hop) => hop.call,
            Hop::Permission(hop) => hop.call,
            Hop::NetworkPath(hop) => hop.call,
            Hop::Backend(hop) => hop.call,
            Hop::ResponseMapping(hop) => hop.call,
        }
    }

    /// Where requests share what the hop reads. The others depend on the route itself.
    pub fn key(&self) -> Option<HopKey> {
        let path = match self {
            Hop::RequestMapping(_) | Hop::Integration(_) | Hop::Permission(_) | Hop::ResponseMapping(_) => return None,
            Hop::NetworkPath(path) => Some(path),
            Hop::Backend(hop) => hop.path.as_ref(),
        };
        let call = self.call();
        let nameless = |id: &Seen<Text>| id.set().is_none_or(Text::is_empty);
        if path.is_some_and(|path| nameless(&path.connection_id)) {
            return None;
        }
        Some(HopKey {
            kind: self.kind(),
            client: call.client(),
            scope: call.api().scope().clone(),
            view: call.serving.view,
            backend: call.backend.clone(),
            lambda: call.may_be_lambda(),
            connection: path.map(|path| path.connection_id.clone()),
            target: call.target(),
            timeout: call.timeout_ms(),
            streams: call.streams(),
            queued: call.queued(),
        })
    }
}

/// Every input that the accessors of a hop read; hops with equal keys are checked once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HopKey {
    kind: HopKind,
    client: Client,
    scope: Scope,
    view: View,
    backend: Option<Backend>,
    lambda: bool,
    connection: Option<Seen<Text>>,
    target: Seen<Text>,
    timeout: Result<Option<(i64, bool)>, Gap>,
    streams: Seen<bool>,
    queued: Result<bool, Gap>,
}

impl<'g> Invocation<'g> {
    /// A MOCK answers by itself.
    pub(super) fn calls_nobody(&self) -> bool {
        self.by.kind() == Seen::Set(IntegrationType::Mock)
    }

    /// The id of the VPC link it goes through, if it goes through one.
    fn connection_id(&self) -> Option<Seen<Text>> {
        match self.by.connection_type() {
            Seen::Set(ConnectionType::VpcLink) => Some(self.replaced(self.by.connection_id())),
            Seen::Unknown(gap) => Some(Seen::Unknown(gap)),
            _ => None,
        }
    }

    /// The load balancer or listener that a REST integration names beside its link.
    pub fn target(&self) -> Seen<Text> {
        match self.by {
            By::Rest(it) => self.replaced(it.integration_target.clone()),
            _ => Seen::Unset,
        }
    }

    fn replaced(&self, text: Seen<Text>) -> Seen<Text> {
        text.map(|text| substitute(&text, &self.serving.vars))
    }

    /// The Lambda function that is called.
    ///
    /// # Errors
    /// `NotApplicable` if something else is called, or the gap that hides it.
    pub fn function(&self) -> Result<&Ref, Stop> {
        match &self.backend {
            Some(Backend::Function(function)) => Ok(function),
            Some(Backend::Unknown(gap)) if self.may_be_lambda() => Err(gap.clone().into()),
            _ => Err(Stop::NotApplicable),
        }
    }

    fn may_be_lambda(&self) -> bool {
        let subtype = match self.by {
            By::V2(it) => it.integration_subtype.set().is_some(),
            _ => false,
        };
        let proxy_or_aws =
            matches!(self.by.kind(), Seen::Set(IntegrationType::AwsProxy | IntegrationType::Aws) | Seen::Unknown(_));
        self.is_authorizer() || (proxy_or_aws && !subtype)
    }

    /// What no rule asks about a call that is not private: an address that cannot be read,
    /// or none at all.
    pub fn unjudged(&self) -> Option<Gap> {
        let private = matches!(self.by.connection_type(), Seen::Set(ConnectionType::VpcLink));
        match &self.backend {
            _ if private || self.calls_nobody() => None,
            None => match self.service() {
                None => Some(Gap::not_modelled(format!("an {} without a URI", self.noun()))),
                Some(subtype) => self.credentials.is_unset().then(|| without_role(subtype)),
            },
            Some(Backend::Unknown(gap)) if !self.may_be_lambda() => Some(gap.clone()),
            backend => self.odd(backend.as_ref()),
        }
    }

    /// What AWS would refuse, or what nobody documents: no rule asks about it, and so it is not clean.
    fn odd(&self, backend: Option<&Backend>) -> Option<Gap> {
        let (kind, backend) = (self.by.kind().set()?.clone(), backend?);
        let calls_aws = matches!(kind, IntegrationType::Aws | IntegrationType::AwsProxy);
        match backend {
            Backend::Http { .. } if calls_aws => {
                Some(Gap::not_modelled(format!("an integration of type {kind} with an address on the web")))
            }
            Backend::Function(_) | Backend::Service { .. } if !calls_aws && self.protocol() != Protocol::Http => {
                Some(Gap::not_modelled(format!("an integration of type {kind} that calls a service of AWS")))
            }
            Backend::Service { service, .. } if calls_aws && self.credentials.is_unset() => Some(without_role(service)),
            Backend::Function(_) if self.protocol() == Protocol::WebSocket => {
                let By::V2(it) = self.by else { return None };
                let method = it.integration_method.set().and_then(Text::lit)?;
                (method != "POST")
                    .then(|| Gap::not_modelled(format!("a WebSocket API that calls Lambda with {method}")))
            }
            _ => None,
        }
    }

    /// Another AWS service than Lambda that is called, by name or by an HTTP API's subtype.
    pub fn service(&self) -> Option<String> {
        match (&self.backend, self.by) {
            (_, By::V2(it)) if !it.integration_subtype.is_unset() => it.integration_subtype.set().map(Text::to_string),
            (Some(Backend::Service { service, .. }), _) => Some(service.to_string()),
            _ => None,
        }
    }

    /// The role that it is made with, where it has one.
    ///
    /// # Errors
    /// The gap that hides it: AWS describes the role of a call to its services, and no other.
    pub fn role(&self) -> Result<Option<&Text>, Gap> {
        let Some(role) = self.credentials.known()? else { return Ok(None) };
        match (self.by.kind(), &self.backend) {
            (Seen::Set(kind @ (IntegrationType::Http | IntegrationType::HttpProxy)), _) => {
                Err(Gap::not_modelled(format!("credentials of an integration of type {kind}")))
            }
            (_, Some(Backend::Function(_) | Backend::Service { .. })) => Ok(Some(role)),
            (Seen::Unknown(gap), _) => Err(gap),
            _ => Ok(Some(role)),
        }
    }

    /// The facts of the function that is called. A function that is proven absent is
    /// another rule's business.
    ///
    /// # Errors
    /// `NotApplicable`, or the gap that hides it.
    pub fn function_facts<'c>(&self, ctx: &Ctx<'c>) -> Result<&'c Held<lambda::Function>, Stop> {
        match ctx.graph.find::<lambda::Function>(self.function()?) {
            Link::To(id) => Ok(ctx.graph.get(id)),
            Link::Dangling { .. } => Err(Stop::NotApplicable),
            Link::Unknown(gap) => Err(gap.into()),
        }
    }

    /// A response that is streamed is not bound by the usual time-out.
    ///
    /// An export may drop the mode. Then the rest of the integration can still tell: only
    /// proxy integrations stream, and Lambda streams from a URI of its own.
    pub fn streams(&self) -> Seen<bool> {
        let By::Rest(it) = self.by else { return Seen::Unset };
        let told = it.response_transfer_mode.clone().map(|mode| mode == ResponseTransferMode::Stream);
        match (&told, it.kind.set()) {
            (Seen::Unknown(_), Some(IntegrationType::Aws | IntegrationType::Http)) => Seen::Set(false),
            (Seen::Unknown(_), Some(IntegrationType::AwsProxy)) => match it.uri.set() {
                Some(uri) if uri.strip_suffix("/response-streaming-invocations").is_some() => Seen::Set(true),
                Some(uri) if uri.strip_suffix("/invocations").is_some() => Seen::Set(false),
                _ => told,
            },
            _ => told,
        }
    }

    /// Lambda only queues the call, and answers before the function has run.
    ///
    /// # Errors
    /// The gap that hides it: a client may choose, and so may a mapping template.
    pub fn queued(&self) -> Result<bool, Gap> {
        const HEADER: &str = "X-Amz-Invocation-Type";
        let parameters = match self.by {
            By::Rest(it) => &it.request_parameters,
            By::V2(it) => &it.request_parameters,
            By::RestAuthorizer(_) | By::V2Authorizer(_) => return Ok(false),
        };
        let header = Target { map: Map::RequestHeader, name: Some(HEADER.into()) };
        let templates = self.request_templates()?.iter().map(|template| template.overridden(&header));
        let set = || Gap::not_modelled(format!("a mapping template that sets {HEADER}"));
        match Tri::any(templates, Span::default()) {
            Tri::No(_) => {}
            Tri::Yes(_) => return Err(set()),
            Tri::Unknown(gaps) => return Err(gaps.into_iter().next().unwrap_or_else(set)),
        }
        let name = format!("integration.request.header.{HEADER}");
        let mut mapped = parameters.known()?.into_iter().flatten();
        let Some((_, value)) = mapped.find(|(key, _)| key.eq_ignore_ascii_case(&name)) else { return Ok(false) };
        match (value.known()?, self.by.kind()) {
            ("'RequestResponse'", _) => Ok(false),
            ("'Event'", Seen::Set(IntegrationType::Aws)) => Ok(true),
            ("'Event'", Seen::Unknown(gap)) => Err(gap),
            ("'Event'", _) => Err(Gap::not_modelled("an asynchronous call by a proxy integration")),
            (value, _) if value.starts_with('\'') => Err(Gap::not_modelled(format!("{HEADER} {value}"))),
            _ => Err(Gap::Runtime { what: "whether the client asks for an asynchronous call".into() }),
        }
    }
}

/// The places that a request passes, in the order in which it passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopKind {
    RequestMapping,
    Integration,
    Permission,
    NetworkPath,
    Backend,
    ResponseMapping,
}

fn without_role(service: impl std::fmt::Display) -> Gap {
    Gap::not_modelled(format!("whether {service} lets API Gateway in without a role"))
}

impl HopKind {
    pub fn as_str(self) -> &'static str {
        match self {
            HopKind::RequestMapping => "request_mapping",
            HopKind::Integration => "integration",
            HopKind::Permission => "permission",
            HopKind::NetworkPath => "network_path",
            HopKind::Backend => "backend",
            HopKind::ResponseMapping => "response_mapping",
        }
    }
}
