//! Authorizers and API keys of a REST API: what `Auth` writes into its document.

use super::super::body::{ANY, Body, each_operation, is_method, requirement};
use super::super::make::{Make, Props, child, extend, is_intrinsic, is_true, items, node, put, within};
use super::super::{Resource, SamError};
use crate::model::Str;
use crate::source::tree::{Is, Node, Span};

/// The `Auth` property of an API.
#[derive(Clone, Copy)]
pub(in super::super) struct Auth<'a> {
    node: Option<&'a Node>,
}

impl<'a> Auth<'a> {
    pub(in super::super) fn of(api: &'a Resource) -> Result<Auth<'a>, SamError> {
        let node = api.properties.get("Auth").filter(|node| !matches!(node.is, Is::Null));
        if let Some(wrong) = node.filter(|node| node.as_map().is_none()) {
            return Err(SamError::kind(wrong.at, "Auth", "an object"));
        }
        let auth = Auth { node };
        if let Some(wrong) = auth.get("Authorizers").filter(|authorizers| authorizers.as_map().is_none()) {
            return Err(SamError::kind(wrong.at, "Authorizers", "an object"));
        }
        Ok(auth)
    }

    pub(in super::super) fn get(self, key: &str) -> Option<&'a Node> {
        self.node?.get(key)
    }

    /// The name that `DefaultAuthorizer` gives, if it gives one.
    pub(in super::super) fn default(self) -> Option<(&'a str, Span)> {
        let node = self.get("DefaultAuthorizer")?;
        node.as_text().filter(|name| *name != "NONE").map(|name| (name, node.at))
    }

    pub(in super::super) fn authorizer(self, name: &str) -> Option<&'a Node> {
        self.get("Authorizers")?.get(name)
    }

    pub(in super::super) fn authorizers(self) -> impl Iterator<Item = (&'a Str, &'a Node)> {
        let members = self.get("Authorizers").and_then(Node::as_map).unwrap_or_default();
        members.iter().map(|member| (&member.key, &member.value))
    }

    fn key_required(self) -> bool {
        is_true(self.get("ApiKeyRequired"))
    }
}

/// The authorizer that an event asks for by name, which the API has to know.
pub(in super::super) fn named<'a>(
    event: Option<&'a Node>,
    auth: Auth<'_>,
    iam: bool,
    route: &str,
) -> Result<Option<(&'a str, Span)>, SamError> {
    let Some(node) = event.and_then(|event| event.get("Authorizer")) else { return Ok(None) };
    let name = node.as_text().ok_or_else(|| SamError::kind(node.at, "Authorizer", "a name"))?;
    match name {
        "NONE" if auth.get("DefaultAuthorizer").is_none() => Err(SamError::new(
            node.at,
            format!("{route} cannot turn an authorizer off: its API has no DefaultAuthorizer"),
        )
        .help("remove Authorizer: NONE; a route without an authorizer is open")),
        "NONE" => Ok(Some((name, node.at))),
        "AWS_IAM" if iam => Ok(Some((name, node.at))),
        _ if auth.authorizer(name).is_some() => Ok(Some((name, node.at))),
        _ => {
            let known: Vec<&str> = auth.authorizers().map(|(name, _)| &**name).collect();
            let help = match known.is_empty() {
                true => "its API defines none".to_owned(),
                false => format!("its API defines {}", known.join(", ")),
            };
            Err(SamError::new(node.at, format!("{route} names the authorizer {name}, which its API does not define"))
                .help(help))
        }
    }
}

/// Whose rights an operation under IAM runs with: `credentials` of its integration.
fn credentials(at: Span, role: Option<&Node>) -> Option<Node> {
    match role.map(|role| (role, role.as_text())) {
        Some((_, Some("NONE"))) => None,
        None => Some(node!(at; "arn:aws:iam::*:user/*")),
        Some((role, Some("CALLER_CREDENTIALS"))) => Some(node!(role.at; "arn:aws:iam::*:user/*")),
        Some((role, _)) => Some(role.clone()),
    }
}

/// The security of an operation that an event makes.
pub(in super::super) fn secure(
    operation: &mut Node,
    at: Span,
    event: Option<&Node>,
    auth: Auth<'_>,
    (method, route): (&str, &str),
) -> Result<(), SamError> {
    if let Some(wrong) = event.filter(|event| event.as_map().is_none()) {
        return Err(SamError::kind(wrong.at, "Auth", "an object"));
    }
    if let Some(over) = event.and_then(|event| event.get("OverrideApiAuth").filter(|over| is_true(Some(over)))) {
        let given = |key: &str| event.is_some_and(|event| event.get(key).is_some());
        if !given("Authorizer")
            && !given("ResourcePolicy")
            && !is_true(event.and_then(|event| event.get("ApiKeyRequired")))
        {
            return Err(SamError::new(over.at, "OverrideApiAuth has nothing to put in the place of the API's Auth")
                .help("it needs an Authorizer, ApiKeyRequired: true or a ResourcePolicy beside it"));
        }
    }
    let own = named(event, auth, true, route)?;
    let scopes = event.and_then(|event| event.get("AuthorizationScopes"));
    if let Some(scopes) = scopes.filter(|_| own.is_none()) {
        return Err(SamError::new(scopes.at, "AuthorizationScopes needs an Authorizer beside it")
            .help("name the API's default authorizer here too"));
    }
    let (preflight, key_on_preflight) = preflight(auth);
    let default = auth.default().filter(|_| method != "options" || preflight);
    let chosen = own.or(default);
    let asked = event.and_then(|event| event.get("ApiKeyRequired"));
    if let Some(off) = asked.filter(|asked| auth.get("ApiKeyRequired").is_none() && !is_true(Some(asked))) {
        return Err(SamError::new(off.at, format!("{route} cannot turn an API key off: its API asks for none")));
    }
    let shared = auth.key_required() && (method != "options" || key_on_preflight);
    let key = match asked {
        Some(asked) => is_true(Some(asked)).then_some(asked.at),
        None => auth.get("ApiKeyRequired").filter(|_| shared).map(|node| node.at),
    };
    let mut security: Vec<Node> = Vec::new();
    if let Some((name, at)) = chosen
        && !(name == "NONE" && asked.is_some())
    {
        let known = auth.authorizer(name).and_then(|authorizer| authorizer.get("AuthorizationScopes"));
        let scopes = scopes.or(known).filter(|_| !matches!(name, "AWS_IAM" | "NONE"));
        security.push(requirement(at, name, scopes));
    }
    if let Some(at) = key {
        let first = if auth.key_required() { security.len() } else { 0 };
        security.insert(first, requirement(at, "api_key", None));
    }
    if !security.is_empty() || asked.is_some() {
        put(operation, "security", Node::list(chosen.map_or(at, |(_, at)| at), security));
    }
    let runs_as_caller = match own {
        Some((name, _)) => name == "AWS_IAM",
        None => event.is_none() && auth.default().is_some_and(|(name, _)| name == "AWS_IAM"),
    };
    if runs_as_caller && let Some(integration) = child(operation, "x-amazon-apigateway-integration") {
        let role = event.and_then(|event| event.get("InvokeRole")).or_else(|| auth.get("InvokeRole"));
        if let Some(credentials) = credentials(chosen.map_or(at, |(_, at)| at), role)
            && integration.get("credentials").is_none()
        {
            put(integration, "credentials", credentials);
        }
    }
    Ok(())
}

/// Whether `OPTIONS` asks for the default authorizer, and for an API key.
fn preflight(auth: Auth<'_>) -> (bool, bool) {
    let not_off = |key| !matches!(auth.get(key).map(|node| &node.is), Some(Is::Bool(false)));
    (not_off("AddDefaultAuthorizerToCorsPreflight"), not_off("AddApiKeyRequiredToCorsPreflight"))
}

/// The security of the operations that no event made: those of a written document, and of CORS.
pub(super) fn secure_the_rest(body: &mut Body, auth: Auth<'_>) -> Result<(), SamError> {
    let default = auth.default();
    if let Some((name, at)) = default
        && name != "AWS_IAM"
        && auth.authorizer(name).is_none()
    {
        return Err(SamError::new(at, format!("DefaultAuthorizer names {name}, which Authorizers does not define")));
    }
    let (preflight, key_on_preflight) = preflight(auth);
    let key = auth.get("ApiKeyRequired").filter(|_| auth.key_required());
    if default.is_none() && key.is_none() {
        return Ok(());
    }
    for path in &mut body.paths {
        each_operation(&mut path.value, &mut |methods| {
            let Is::Map(members) = &mut methods.is else { return };
            for member in members.iter_mut().filter(|member| is_method(&member.key) || &*member.key == ANY) {
                let options = member.key.eq_ignore_ascii_case("options");
                each_operation(&mut member.value, &mut |operation| {
                    if operation.get("security").is_some() || operation.get("x-amazon-apigateway-integration").is_none()
                    {
                        return;
                    }
                    let mut security = Vec::new();
                    if let Some((name, at)) = default.filter(|_| !options || preflight) {
                        let scopes = auth.authorizer(name).and_then(|authorizer| authorizer.get("AuthorizationScopes"));
                        security.push(requirement(at, name, scopes));
                    }
                    if let Some(key) = key.filter(|_| !options || key_on_preflight) {
                        security.push(requirement(key.at, "api_key", None));
                    }
                    if let Some(at) = security.first().map(|first| first.at) {
                        put(operation, "security", Node::list(at, security));
                    }
                });
            }
        });
    }
    Ok(())
}

/// Writes what the operations may ask for: the authorizers, IAM, and API keys.
pub(super) fn define(
    body: &mut Body,
    auth: Auth<'_>,
    (iam, key): (Option<Span>, Option<Span>),
) -> Result<(), SamError> {
    let mut schemes = Vec::new();
    for (name, authorizer) in auth.authorizers() {
        schemes.push((name.clone(), scheme(name, authorizer)?));
    }
    let iam = iam.or(auth.default().filter(|(name, _)| *name == "AWS_IAM").map(|(_, at)| at));
    if let Some(at) = iam {
        schemes.push(("AWS_IAM".into(), iam_scheme(at)));
    }
    let key = key.or(auth.get("ApiKeyRequired").filter(|_| auth.key_required()).map(|node| node.at));
    if let Some(at) = key {
        schemes.push(("api_key".into(), node!(at; {"type": "apiKey", "name": "x-api-key", "in": "header"})));
    }
    let Some(at) = schemes.first().map(|(_, scheme)| scheme.at) else { return Ok(()) };
    let path: &[&str] = match body.is_openapi_3() {
        true => &["components", "securitySchemes"],
        false => &["securityDefinitions"],
    };
    within(&mut body.document, path, at, |place| extend(place, schemes));
    Ok(())
}

pub(in super::super) fn iam_scheme(at: Span) -> Node {
    node!(at; {
        "type": "apiKey", "name": "Authorization", "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4"
    })
}

fn scheme(name: &str, node: &Node) -> Result<Node, SamError> {
    let at = node.at;
    if node.as_map().is_none() {
        return Err(SamError::kind(at, &format!("the authorizer {name}"), "an object"));
    }
    let identity = node.get("Identity");
    let header = identity.and_then(|identity| identity.get("Header"));
    let expression = identity.and_then(|identity| identity.get("ValidationExpression"));
    if let Some(pools) = node.get("UserPoolArn") {
        let pools = match is_intrinsic(pools) {
            true => vec![pools.clone()],
            false => items(pools).to_vec(),
        };
        let authorizer = Props::new(at)
            .with("type", "cognito_user_pools")
            .with("providerARNs", Node::list(at, pools))
            .maybe("identityValidationExpression", expression);
        return Ok(Props::new(at)
            .with("type", "apiKey")
            .with("name", header.map_or_else(|| "Authorization".make(at), Node::clone))
            .with("in", "header")
            .with("x-amazon-apigateway-authtype", "cognito_user_pools")
            .with("x-amazon-apigateway-authorizer", authorizer)
            .node());
    }
    let kind = node.get("FunctionPayloadType");
    let request = match kind.map(|kind| (kind, kind.as_text())) {
        None | Some((_, Some("TOKEN"))) => false,
        Some((_, Some("REQUEST"))) => true,
        Some((kind, _)) => {
            return Err(SamError::new(kind.at, format!("the authorizer {name} has an unknown FunctionPayloadType"))
                .help("it is TOKEN or REQUEST"));
        }
    };
    let source = identity.map(|identity| sources(identity, &REST_SOURCES)).unwrap_or_default();
    let endless = identity.and_then(|identity| identity.get("ReauthorizeEvery"));
    let uncached = endless.is_some_and(|every| matches!(&every.is, Is::Number(zero) if &**zero == "0"));
    if request && source.is_empty() && !uncached {
        return Err(SamError::new(at, format!("the authorizer {name} reads nothing of a request"))
            .help("give Identity one of Headers, QueryStrings, StageVariables, Context"));
    }
    let mut authorizer = Props::new(at).with("type", if request { "request" } else { "token" });
    if let Some(function) = node.get("FunctionArn") {
        authorizer = authorizer.with("authorizerUri", uri(function));
    }
    let role = node.get("FunctionInvokeRole").filter(|role| role.as_text() != Some("NONE"));
    authorizer = authorizer
        .maybe("authorizerCredentials", role)
        .maybe("authorizerResultTtlInSeconds", endless)
        .maybe("identityValidationExpression", expression);
    if request && !source.is_empty() {
        let at = identity.map_or(at, |identity| identity.at);
        authorizer = authorizer.with("identitySource", Node::text(at, source.join(", ")));
    }
    let header = match (request, header) {
        (true, _) => "Unused".make(at),
        (false, Some(header)) => header.clone(),
        (false, None) => "Authorization".make(at),
    };
    Ok(Props::new(at)
        .with("type", "apiKey")
        .with("name", header)
        .with("in", "header")
        .with("x-amazon-apigateway-authtype", "custom")
        .with("x-amazon-apigateway-authorizer", authorizer)
        .node())
}

/// `Identity` of an authorizer beside how its sources are written, in SAM's order.
pub(in super::super) type Sources = [(&'static str, &'static str); 4];

const REST_SOURCES: Sources = [
    ("Headers", "method.request.header."),
    ("QueryStrings", "method.request.querystring."),
    ("StageVariables", "stageVariables."),
    ("Context", "context."),
];

pub(in super::super) fn sources(identity: &Node, prefixes: &Sources) -> Vec<String> {
    let named = |(key, prefix): &(&str, &str)| {
        let names = identity.get(key).map(items).unwrap_or_default();
        names.iter().filter_map(Node::as_text).map(|name| format!("{prefix}{name}")).collect::<Vec<_>>()
    };
    prefixes.iter().flat_map(named).collect()
}

/// The URI that invokes a function whose ARN is given.
pub(in super::super) fn uri(function: &Node) -> Node {
    node!(function.at; {"Fn::Sub": [
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations",
        {"__FunctionArn__": (function)}
    ]})
}
