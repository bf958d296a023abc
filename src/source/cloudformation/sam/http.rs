//! `AWS::Serverless::HttpApi`, and the implicit `ServerlessHttpApi`: the API and its stage.

mod authorizers;

use super::body::{ANY, Body, each_operation, is_method, requirement};
use super::domain::{self, Domain};
use super::event::Event;
use super::make::{Make, Props, child, extend, is_intrinsic, is_true, items, node, only_if, put, reference, within};
use super::rest::security::{Auth, named};
use super::rest::{authorizer_permission, path_condition, s3, stage_part};
use super::{Resource, SamError, Stack, include};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node};
use std::collections::BTreeMap;

/// An HTTP API while events are put into it.
pub(super) struct Api {
    pub(super) resource: Resource,
    pub(super) body: Option<Body>,
    pub(super) paths: BTreeMap<Str, Vec<Option<Str>>>,
    /// What events say of their routes.
    pub(super) routes: Vec<(String, Node)>,
}

impl Api {
    pub(super) fn read(resource: Resource) -> Result<Api, SamError> {
        let properties = &resource.properties;
        let (body, uri) = (properties.get("DefinitionBody"), properties.get("DefinitionUri"));
        if let (Some(_), Some(uri)) = (body, uri) {
            return Err(SamError::new(uri.at, "DefinitionUri and DefinitionBody exclude each other"));
        }
        let body = body.filter(|body| body.as_map().is_none_or(|members| !members.is_empty()));
        let body = match (body, uri) {
            (Some(written), _) => Body::written(written),
            (None, Some(_)) => None,
            (None, None) => Some(Body::empty(resource.at, ("openapi", "3.0.1"))),
        };
        Ok(Api { resource, body, paths: BTreeMap::new(), routes: Vec::new() })
    }
}

fn iam(auth: Auth<'_>) -> bool {
    is_true(auth.get("EnableIamAuthorizer"))
}

/// The security of a route that an event makes.
pub(super) fn secure(
    api: &Api,
    event: &Event<'_>,
    (method, path): (&str, &str),
    operation: &mut Node,
) -> Result<(), SamError> {
    let auth = Auth::of(&api.resource)?;
    let own = event.properties.get("Auth");
    if let Some(wrong) = own.filter(|own| own.as_map().is_none()) {
        return Err(SamError::kind(wrong.at, "Auth", "an object"));
    }
    let method = if method == ANY { "any" } else { method };
    let named = named(own, auth, iam(auth), &format!("{method} {path}"))?;
    let scopes = own.and_then(|own| own.get("AuthorizationScopes"));
    let Some((name, at)) = named.or(auth.default()) else {
        return match own {
            Some(own) => Err(SamError::new(own.at, "Auth of an event needs an Authorizer")
                .help("name one, or give the API a DefaultAuthorizer")),
            None => Ok(()),
        };
    };
    let known = auth.authorizer(name).and_then(|authorizer| authorizer.get("AuthorizationScopes"));
    let scopes = scopes.or(known).filter(|_| !matches!(name, "AWS_IAM" | "NONE"));
    put(operation, "security", Node::list(at, [requirement(at, name, scopes)]));
    Ok(())
}

pub(super) fn transform(stack: &mut Stack<'_>, api: Api) -> Result<(), SamError> {
    let Api { resource, body, paths, routes } = api;
    let auth = Auth::of(&resource)?;
    let properties = &resource.properties;
    let at = resource.at;
    // SAM tags what it makes of a document, not of a file in S3.
    let tags = match properties.get("DefinitionUri") {
        None => Some(tags(properties, "httpapi:createdBy")),
        Some(_) => properties.get("Tags").cloned(),
    };
    let body = match body {
        Some(body) => Some(write(&resource, body, auth, tags.as_ref(), &paths)?),
        None => properties.get("DefinitionBody").cloned(),
    };
    let (body, location) = match properties.get("DefinitionUri").filter(|_| body.is_none()) {
        None => (body, None),
        Some(uri) => match include::file(stack.files, uri)? {
            Some(document) => (Some(document), None),
            None => (None, Some(s3(uri)?)),
        },
    };
    let strict = properties.get("FailOnWarnings").filter(|strict| !matches!(strict.is, Is::Bool(false)));
    let made = Props::new(at).maybe("Body", body).maybe("BodyS3Location", location).maybe("FailOnWarnings", strict);
    stack.made.add(&resource.id, resource.main("AWS::ApiGatewayV2::Api", made));

    let name = properties.get("StageName").filter(|name| !matches!(name.is, Is::Null));
    let id = match name.map(|name| name.as_text()) {
        None | Some(Some("$default")) => format!("{}ApiGatewayDefaultStage", resource.id),
        Some(_) => format!("{}{}", resource.id, stage_part(name)),
    };
    let mut settings = properties.get("RouteSettings").cloned();
    if let Some((_, first)) = routes.first() {
        let all = settings.get_or_insert_with(|| Props::new(first.at).node());
        extend(all, routes.into_iter().map(|(key, value)| (key.into(), value)));
    }
    let made = Props::new(at)
        .with("ApiId", reference(at, &resource.id))
        .with("StageName", name.cloned().unwrap_or_else(|| "$default".make(at)))
        .copy(properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings"])
        .maybe("RouteSettings", settings)
        .with("AutoDeploy", true)
        .maybe("Tags", tags.as_ref());
    stack.made.add(&id, resource.make(at, "AWS::ApiGatewayV2::Stage", made));
    stack.names.insert((resource.id.clone(), "Stage"), id.clone());

    for (name, authorizer) in auth.authorizers() {
        let on = is_true(authorizer.get("EnableFunctionDefaultPermissions"));
        let Some(function) = authorizer.get("FunctionArn").filter(|_| on) else { continue };
        let made = authorizer_permission(&resource, function, "${AWS::Partition}", authorizer.at);
        stack.made.add(&format!("{}{name}AuthorizerPermission", resource.id), made);
    }
    if let Some(node) = properties.get("Domain") {
        let domain = Domain::read(node, "ApiGatewayDomainNameV2")?;
        domain::http(stack, &resource, &domain, &id, tags)?;
    }
    Ok(())
}

/// The tags that the person wrote, and the one that SAM adds, as an object.
pub(super) fn tags(properties: &Node, key: &str) -> Node {
    let mut tags = properties.get("Tags").cloned().unwrap_or_else(|| Props::new(properties.at).node());
    if !is_intrinsic(&tags) {
        put(&mut tags, key, "SAM".make(properties.at));
    }
    tags
}

fn write(
    resource: &Resource,
    mut body: Body,
    auth: Auth<'_>,
    tags: Option<&Node>,
    paths: &BTreeMap<Str, Vec<Option<Str>>>,
) -> Result<Node, SamError> {
    let properties = &resource.properties;
    authorizers::define(&mut body, auth)?;
    secure_the_rest(&mut body, auth);
    for path in &mut body.paths {
        let condition = paths.get(&path.key).and_then(|under| path_condition(&resource.id, &path.key, under));
        let value = std::mem::replace(&mut path.value, Node::new(path.key_at, Is::Null));
        path.value = only_if(condition.as_ref(), value);
    }
    if let Some(cors) = properties.get("CorsConfiguration").map(cors_of).transpose()?.flatten() {
        put(&mut body.document, "x-amazon-apigateway-cors", cors);
    }
    if let Some(off) = properties.get("DisableExecuteApiEndpoint") {
        let setting = node!(off.at; {"disableExecuteApiEndpoint": (off)});
        put(&mut body.document, "servers", node!(off.at; [{"x-amazon-apigateway-endpoint-configuration": (setting)}]));
    }
    for (key, name) in [("Name", "title"), ("Description", "description")] {
        if let Some(value) = properties.get(key) {
            within(&mut body.document, &["info"], value.at, |info| put(info, name, value.clone()));
        }
    }
    let each = |tag: &Member| node!(tag.key_at; {"name": (&tag.key), "x-amazon-apigateway-tag-value": (&tag.value)});
    if let Some(tags) = tags
        && let Some(members) = tags.as_map().filter(|_| !is_intrinsic(tags))
    {
        let written = child(&mut body.document, "tags").and_then(|tags| tags.as_list().map(<[Node]>::to_vec));
        let all = written.unwrap_or_default().into_iter().chain(members.iter().map(each));
        let all = all.collect::<Vec<_>>();
        put(&mut body.document, "tags", Node::list(tags.at, all));
    }
    if is_true(properties.get("FailOnWarnings")) {
        // Only with a slash does the import of such a path warn of nothing.
        for path in body.paths.iter_mut().filter(|path| &*path.key == "$default") {
            path.key = "/$default".into();
        }
    }
    Ok(body.finish())
}

fn secure_the_rest(body: &mut Body, auth: Auth<'_>) {
    let Some((name, at)) = auth.default() else { return };
    let scopes = auth.authorizer(name).and_then(|authorizer| authorizer.get("AuthorizationScopes"));
    for path in &mut body.paths {
        each_operation(&mut path.value, &mut |methods| {
            let Is::Map(members) = &mut methods.is else { return };
            for member in members.iter_mut().filter(|member| is_method(&member.key)) {
                each_operation(&mut member.value, &mut |operation| {
                    if operation.get("security").is_none() && operation.get("x-amazon-apigateway-integration").is_some()
                    {
                        put(operation, "security", Node::list(at, [requirement(at, name, scopes)]));
                    }
                });
            }
        });
    }
}

fn cors_of(node: &Node) -> Result<Option<Node>, SamError> {
    match &node.is {
        Is::Bool(true) => Ok(Some(node!(node.at; {"allowOrigins": ["*"]}))),
        Is::Bool(false) => Ok(None),
        Is::Map(_) if !is_intrinsic(node) => {
            let origins = node.get("AllowOrigins").map(items).unwrap_or_default();
            let open = origins.is_empty() || origins.iter().any(|origin| origin.as_text() == Some("*"));
            if let Some(wrong) = node.get("AllowCredentials").filter(|it| open && is_true(Some(it))) {
                return Err(SamError::new(wrong.at, "AllowCredentials needs AllowOrigins that are not '*'"));
            }
            let names = ["AllowHeaders", "AllowMethods", "AllowOrigins", "AllowCredentials", "ExposeHeaders", "MaxAge"];
            let lower = |name: &str| format!("{}{}", name[..1].to_ascii_lowercase(), &name[1..]);
            Ok(Some(names.iter().fold(Props::new(node.at), |made, name| made.rename(node, name, &lower(name))).node()))
        }
        Is::Map(_) => Ok(Some(node.clone())),
        _ => Err(SamError::kind(node.at, "CorsConfiguration", "true or an object")),
    }
}
