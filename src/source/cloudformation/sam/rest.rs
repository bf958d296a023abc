//! `AWS::Serverless::Api`, and the implicit `ServerlessRestApi`: the API, its deployment, its stage, and what may call authorizers.

pub(super) mod cors;
pub(super) mod policy;
mod request;
pub(super) mod security;
pub(super) mod usage;

use super::body::Body;
use super::domain::{self, Domain};
use super::make::{Make, Props, is_intrinsic, is_true, node, only_if, reference};
use super::{Resource, SamError, Stack, hashed, include};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node, Span};
use policy::Policy;
pub(super) use request::ask;
use security::Auth;
use std::collections::BTreeMap;

/// A REST API while events are put into it.
pub(super) struct Api {
    pub(super) resource: Resource,
    /// The document, if it can be edited.
    pub(super) body: Option<Body>,
    /// Whether events add their operations: not to a document that the person wrote, unless definitions are merged.
    pub(super) managed: bool,
    /// The resource policies of events, with their paths.
    pub(super) policies: Vec<(Str, Node)>,
    /// What asks for IAM and for API keys, if anything does.
    pub(super) asked: (Option<Span>, Option<Span>),
    /// Under which conditions events put each path here.
    pub(super) paths: BTreeMap<Str, Vec<Option<Str>>>,
}

/// The stage's name as a part of a logical id.
pub(super) fn stage_suffix(api: &Node) -> String {
    match api.get("StageName").and_then(Node::as_text) {
        Some(name) if letters(name) != name => hashed("", name),
        name => name.unwrap_or("Stage").to_owned(),
    }
}

/// What a stage adds to its API's logical id.
pub(super) fn stage_part(name: Option<&Node>) -> String {
    match name.and_then(Node::as_text) {
        Some(name) if letters(name) != name => hashed("Stage", name),
        Some(name) => format!("{name}Stage"),
        None => "Stage".to_owned(),
    }
}

impl Api {
    pub(super) fn read(resource: Resource) -> Result<Api, SamError> {
        let properties = &resource.properties;
        let (body, uri) = (properties.get("DefinitionBody"), properties.get("DefinitionUri"));
        if properties.get("StageName").is_none() {
            return Err(SamError::new(resource.at, format!("{} has no StageName", resource.id)));
        }
        if let (Some(_), Some(uri)) = (body, uri) {
            return Err(SamError::new(uri.at, "DefinitionUri and DefinitionBody exclude each other"));
        }
        let version = match properties.get("OpenApiVersion") {
            Some(version) => {
                let text = match &version.is {
                    Is::Text(text) | Is::Number(text) => &**text,
                    _ => {
                        let wrong = SamError::kind(version.at, "OpenApiVersion", "a text");
                        return Err(wrong.help("put it into quotes: '3.0.1'"));
                    }
                };
                if text.starts_with('3') { ("openapi", text) } else { ("swagger", text) }
            }
            None => ("swagger", "2.0"),
        };
        let body = body.filter(|body| body.as_map().is_none_or(|members| !members.is_empty()));
        let (document, managed) = match (body, uri) {
            (Some(written), _) => (Body::written(written), is_true(properties.get("MergeDefinitions"))),
            (None, Some(_)) => (None, false),
            (None, None) => (Some(Body::empty(resource.at, version)), true),
        };
        Ok(Api { resource, body: document, managed, policies: Vec::new(), asked: (None, None), paths: BTreeMap::new() })
    }

    /// `true` if events may write operations into the document.
    pub(super) fn takes_operations(&self) -> bool {
        self.managed && self.body.is_some()
    }
}

pub(super) fn transform(stack: &mut Stack<'_>, api: Api) -> Result<(), SamError> {
    let Api { resource, body, policies, asked, paths, .. } = api;
    let auth = Auth::of(&resource)?;
    let properties = &resource.properties;
    let body = match body {
        Some(body) => Some(write(&resource, body, auth, &policies, asked, &paths)?),
        None => {
            sealed(properties)?;
            properties.get("DefinitionBody").cloned()
        }
    };
    let at = resource.at;
    let file = properties.get("DefinitionUri");
    let (body, location) = match file.filter(|_| body.is_none()) {
        None => (body, None),
        Some(uri) => match include::file(stack.files, uri)? {
            Some(document) => (Some(document), None),
            None => (None, Some(s3(uri)?)),
        },
    };
    let mut rest = Props::new(at)
        .copy(properties, &["Name", "Description", "ApiKeySourceType", "BinaryMediaTypes", "MinimumCompressionSize"])
        .copy(properties, &["FailOnWarnings", "Mode", "Policy", "SecurityPolicy", "EndpointAccessMode"])
        .maybe("Body", body)
        .maybe("BodyS3Location", location);
    if let Some(endpoint) = properties.get("EndpointConfiguration") {
        let (types, configuration) = self::endpoint(endpoint)?;
        rest = rest.with("EndpointConfiguration", configuration);
        rest = rest.maybe("Parameters", types.map(|kind| node!(endpoint.at; {"endpointConfigurationTypes": (kind)})));
    }
    let tags = properties.get("Tags").map(tag_list);
    if is_true(properties.get("PropagateTags")) {
        rest = rest.maybe("Tags", tags.clone());
    }
    stack.made.add(&resource.id, resource.main("AWS::ApiGateway::RestApi", rest));

    let deployment = stack.hashed(&resource.id, "Deployment", properties);
    let old = properties.get("OpenApiVersion").is_none();
    let api_id = || reference(at, &resource.id);
    let made = Props::new(at)
        .with("Description", "RestApi deployment id")
        .with("RestApiId", api_id())
        .maybe("StageName", old.then_some("Stage"));
    stack.made.add(&deployment, resource.make(at, "AWS::ApiGateway::Deployment", made));

    let stage = format!("{}{}", resource.id, stage_part(properties.get("StageName")));
    let made = Props::new(at)
        .with("DeploymentId", reference(at, &deployment))
        .with("RestApiId", api_id())
        .copy(properties, &["StageName", "CacheClusterEnabled", "CacheClusterSize", "Variables", "MethodSettings"])
        .copy(properties, &["AccessLogSetting", "CanarySetting", "TracingEnabled"])
        .maybe("Tags", tags);
    stack.made.add(&stage, resource.make(at, "AWS::ApiGateway::Stage", made));
    stack.names.insert((resource.id.clone(), "Stage"), stage.clone());
    stack.names.insert((resource.id.clone(), "Deployment"), deployment);

    for (name, authorizer) in auth.authorizers() {
        let off = is_true(authorizer.get("DisableFunctionDefaultPermissions"));
        let Some(function) = authorizer.get("FunctionArn").filter(|_| !off) else { continue };
        let made = authorizer_permission(&resource, function, "aws", authorizer.at);
        stack.made.add(&format!("{}{name}AuthorizerPermission", resource.id), made);
    }
    if let Some(node) = properties.get("Domain") {
        let domain = Domain::read(node, "ApiGatewayDomainName")?;
        domain::rest(stack, &resource, &domain, &stage, properties)?;
    }
    usage::plan(stack, &resource, auth, &stage)
}

fn write(
    resource: &Resource,
    mut body: Body,
    auth: Auth<'_>,
    policies: &[(Str, Node)],
    asked: (Option<Span>, Option<Span>),
    paths: &BTreeMap<Str, Vec<Option<Str>>>,
) -> Result<Node, SamError> {
    let properties = &resource.properties;
    if let Some(cors) = properties.get("Cors") {
        cors::allow(&mut body, cors)?;
    }
    security::secure_the_rest(&mut body, auth)?;
    security::define(&mut body, auth, asked)?;
    // SAM writes the name of a stage that it does not know as it is not.
    let stage = properties.get("StageName").filter(|name| name.as_text().is_some());
    let stage = stage.cloned().unwrap_or_else(|| "Stage".make(resource.at));
    let mut policy = Policy::default();
    for (path, own) in policies {
        policy.add(own, &stage, path, &body.methods(path))?;
    }
    if let Some(shared) = auth.get("ResourcePolicy") {
        policy.add_all(shared, &stage, &body)?;
    }
    policy.write(&mut body);
    request::extras(properties, &mut body)?;
    for path in &mut body.paths {
        let condition = paths.get(&path.key).and_then(|under| path_condition(&resource.id, &path.key, under));
        let value = std::mem::replace(&mut path.value, Node::new(path.key_at, Is::Null));
        path.value = only_if(condition.as_ref(), value);
    }
    Ok(body.finish())
}

/// Refuses what cannot be written into a document that is not there to edit. A macro may yet make one of it.
fn sealed(properties: &Node) -> Result<(), SamError> {
    let written = properties.get("DefinitionBody");
    let is_macro = |node: &Node| node.get("Fn::Transform").is_some();
    if written.is_some_and(|body| is_macro(body) || body.get("paths").is_some_and(is_macro)) {
        return Ok(());
    }
    for name in ["Cors", "Auth", "GatewayResponses", "Models"] {
        if let Some(wrong) = properties.member(name) {
            let message = format!("{name} cannot be added: the API's document is not written out here");
            return Err(SamError::new(wrong.key_at, message)
                .help("put the document with its paths into DefinitionBody, with AWS::Include for a file"));
        }
    }
    Ok(())
}

/// The condition of a path of an API: its event's, or one that is made of several; none if any event always is.
pub(super) fn path_condition(api: &str, path: &str, under: &[Option<Str>]) -> Option<Str> {
    let under: Vec<&Str> = under.iter().map(Option::as_ref).collect::<Option<_>>()?;
    let first = under.first()?;
    match under.iter().all(|one| one == first) {
        true => Some((*first).clone()),
        false => Some(format!("{api}{}PathCondition", path_id(path)).into()),
    }
}

/// A path as a part of a logical id.
fn path_id(path: &str) -> String {
    path.replace('/', "SLASH").replace('{', "OB").replace('}', "CB")
}

/// Letters and digits only: what a name adds to a logical id.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// `s3://bucket/key` or an object with its parts, as a body's location.
pub(super) fn s3(uri: &Node) -> Result<Node, SamError> {
    let wrong = || {
        SamError::new(uri.at, "this file cannot be read, and it is not in S3")
            .help("name a file that is there, or s3://BUCKET/KEY")
    };
    match &uri.is {
        Is::Text(text) => {
            let (bucket, key) = text.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).ok_or_else(wrong)?;
            let (key, version) = match key.split_once("?versionId=") {
                Some((key, version)) => (key, Some(version)),
                None => (key, None),
            };
            Ok(Props::new(uri.at).with("Bucket", bucket).with("Key", key).maybe("Version", version).node())
        }
        Is::Map(_) if uri.get("Bucket").is_some() && uri.get("Key").is_some() => {
            Ok(Props::new(uri.at).copy(uri, &["Bucket", "Key", "Version"]).node())
        }
        _ => Err(wrong()),
    }
}

/// The type, and the configuration as CloudFormation writes it.
fn endpoint(node: &Node) -> Result<(Option<Node>, Node), SamError> {
    if node.as_text().is_some() || is_intrinsic(node) {
        let types = Node::list(node.at, [node.clone()]);
        return Ok((Some(node.clone()), node!(node.at; {"Types": (types)})));
    }
    if node.as_map().is_none() {
        return Err(SamError::kind(node.at, "EndpointConfiguration", "a text or an object"));
    }
    let kind = node.get("Type");
    let configuration = Props::new(node.at)
        .maybe("Types", kind.map(|kind| Node::list(kind.at, [kind.clone()])))
        .rename(node, "VPCEndpointIds", "VpcEndpointIds")
        .copy(node, &["IpAddressType"]);
    Ok((kind.cloned(), configuration.node()))
}

/// Tags as a list of keys and values.
pub(super) fn tag_list(tags: &Node) -> Node {
    let each = |tag: &Member| node!(tag.key_at; {"Key": (&tag.key), "Value": (&tag.value)});
    match tags.as_map().filter(|_| !is_intrinsic(tags)) {
        Some(members) => Node::list(tags.at, members.iter().map(each).collect::<Vec<_>>()),
        None => tags.clone(),
    }
}

/// Lets an API's authorizers invoke their function.
pub(super) fn authorizer_permission(api: &Resource, function: &Node, partition: &str, at: Span) -> Node {
    let arn = format!("arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*");
    let properties = Props::new(at)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", function)
        .with("Principal", "apigateway.amazonaws.com")
        .with("SourceArn", node!(at; {"Fn::Sub": [(arn), {"__ApiId__": {"Ref": (&api.id)}}]}));
    api.make(at, "AWS::Lambda::Permission", properties)
}
