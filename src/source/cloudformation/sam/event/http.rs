//! An `HttpApi` event: a route of an HTTP API, and the permission for it.

use super::super::body::{ANY, Known, arn_route, insert, method_key};
use super::super::function::Callee;
use super::super::http;
use super::super::make::{Props, named, node, only_if, put};
use super::super::{SamError, Stack};
use super::{Event, permission};
use crate::model::Str;
use crate::source::tree::{Node, Span};
use std::collections::BTreeSet;

const DEFAULT: &str = "$default";

/// The APIs that a function answers with their default route.
pub(super) fn defaults(events: &[Event<'_>]) -> BTreeSet<Option<Str>> {
    let routes = events.iter().filter(|event| event.kind == "HttpApi" && is_default(event));
    routes.map(api_name).collect()
}

fn is_default(event: &Event<'_>) -> bool {
    match (event.properties.get("Path"), event.properties.get("Method")) {
        (None, None) => true,
        (Some(path), Some(method)) => {
            path.as_text() == Some(DEFAULT) && method.as_text().is_some_and(|method| &*method_key(method) == ANY)
        }
        _ => false,
    }
}

fn api_name(event: &Event<'_>) -> Option<Str> {
    event.properties.get("ApiId").and_then(named).map(Str::from)
}

/// The path and the method, both or neither of which are written.
fn route(event: &Event<'_>) -> Result<(Str, Str, Span), SamError> {
    if event.properties.get("Path").is_none() && event.properties.get("Method").is_none() {
        return Ok((DEFAULT.into(), ANY.into(), event.at));
    }
    let ((path, at), (method, _)) = (event.text("Path")?, event.text("Method")?);
    Ok((path, method_key(&method), at))
}

pub(super) fn event(
    stack: &mut Stack<'_>,
    callee: &Callee<'_>,
    event: &Event<'_>,
    defaults: &BTreeSet<Option<Str>>,
) -> Result<(), SamError> {
    let at = event.at;
    let (path, method, path_at) = route(event)?;
    let id = event.properties.get("ApiId").ok_or_else(|| SamError::new(at, "the event names no ApiId"))?;
    let name = named(id).ok_or_else(|| SamError::kind(id.at, "ApiId", "a Ref to an HTTP API of this template"))?;
    let ours = stack.http.contains_key(name);
    if !ours && stack.kinds.get(name).is_none_or(|kind| &**kind != "AWS::ApiGatewayV2::Api") {
        return Err(SamError::new(id.at, "ApiId does not name an HTTP API of this template")
            .help("it refers to an AWS::Serverless::HttpApi; leave it out for the API that SAM makes itself"));
    }
    let star = &*method == ANY;
    let whole = is_default(event);
    // One permission for everything: SAM adds no others for the same API then, unless they are for an alias.
    if whole || callee.alias.is_some() || !defaults.contains(&api_name(event)) {
        let below = if &*path == DEFAULT { String::new() } else { arn_route(&path) };
        let route = match (whole, star) {
            (true, _) => "/*".to_owned(),
            (false, true) if path.contains(DEFAULT) => "/$default".to_owned(),
            (false, true) => format!("/*{below}"),
            (false, false) => format!("/{}{below}", method.to_ascii_uppercase()),
        };
        let arn = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}{route}"
        );
        let source = node!(at; {"Fn::Sub": [(arn), {"__Stage__": "*", "__ApiId__": (id)}]});
        let made = permission(callee, event, "apigateway.amazonaws.com", Some(source));
        stack.made.add(&format!("{}{}Permission", callee.resource.id, event.id), made);
    }
    let Some(api) = stack.http.get_mut(name) else { return Ok(()) };
    if let Some(settings) = event.properties.get("RouteSettings") {
        let written = event.properties.get("Method").and_then(Node::as_text);
        let key = match written.filter(|method| *method != ANY) {
            None => path.to_string(),
            Some(method) => format!("{} {path}", method.to_ascii_uppercase()),
        };
        api.routes.push((key, only_if(callee.resource.condition(), settings.clone())));
    }
    let uri = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{}/invocations",
        callee.in_sub()
    );
    let version = event.properties.get("PayloadFormatVersion");
    let integration = Props::new(at)
        .with("type", "aws_proxy")
        .with("httpMethod", "POST")
        .rename(&event.properties, "TimeoutInMillis", "timeoutInMillis")
        .with("payloadFormatVersion", version.cloned().unwrap_or_else(|| Node::text(at, "2.0")))
        .with("uri", only_if(callee.resource.condition(), node!(at; {"Fn::Sub": (uri)})));
    let mut operation =
        Props::new(at).with("x-amazon-apigateway-integration", integration).with("responses", node!(at; {})).node();
    if &*path == DEFAULT && star {
        put(&mut operation, "isDefaultRoute", node!(at; true));
    }
    let variables = variables(&path, path_at);
    if !variables.is_empty() {
        put(&mut operation, "parameters", Node::list(path_at, variables));
    }
    http::secure(api, event, (&method, &path), &mut operation)?;
    let known = if api.resource.properties.get("DefinitionBody").is_some() { Known::Keep } else { Known::Refuse };
    let Some(body) = api.body.as_mut() else { return Ok(()) };
    insert(body, (&path, path_at), &method, operation, (callee.resource.condition(), known))
}

/// The variables of a path, as parameters.
fn variables(path: &str, at: Span) -> Vec<Node> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.map(|name| node!(at; {"name": (name), "in": "path", "required": true})).collect()
}
