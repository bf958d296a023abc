//! An `Api` event: an operation of a REST API, and the permission for it.

use super::super::body::{ANY, Known, arn_path, insert, method_key};
use super::super::function::Callee;
use super::super::make::{Props, is_true, named, node, only_if};
use super::super::rest::{self, security, stage_suffix};
use super::super::{Resource, SamError, Stack};
use super::{Event, permission};
use crate::model::Str;
use crate::source::tree::Node;

pub(super) fn event(stack: &mut Stack<'_>, callee: &Callee<'_>, event: &Event<'_>) -> Result<(), SamError> {
    let at = event.at;
    let (path, _) = event.text("Path")?;
    let (method, _) = event.text("Method")?;
    let (id, suffix) = api(stack, event)?;
    let star = matches!(&*method_key(&method), ANY);
    let method_name = if star { "*".to_owned() } else { method.to_ascii_uppercase() };
    let arn = format!(
        "arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/{method_name}{}",
        arn_path(&path)
    );
    let source = node!(at; {"Fn::Sub": [(arn), {"__Stage__": "*", "__ApiId__": (&id)}]});
    let made = permission(callee, event, "apigateway.amazonaws.com", Some(source));
    stack.made.add(&format!("{}{}Permission{suffix}", callee.resource.id, event.id), made);

    let uri =
        format!("arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{}/invocations", callee.in_sub());
    let integration = Props::new(at)
        .with("type", "aws_proxy")
        .with("httpMethod", "POST")
        .with("uri", only_if(callee.resource.condition(), node!(at; {"Fn::Sub": (uri)})))
        .rename(&event.properties, "TimeoutInMillis", "timeoutInMillis");
    let made = Props::new(at).with("x-amazon-apigateway-integration", integration).with("responses", node!(at; {}));
    operation(stack, callee.resource, event, &id, made.node())
}

/// The id that an event gives, and what its API's stage adds to the permission's logical id.
fn api(stack: &Stack<'_>, event: &Event<'_>) -> Result<(Node, String), SamError> {
    let Some(id) = event.properties.get("RestApiId") else {
        return Err(SamError::new(event.at, "the event names no RestApiId"));
    };
    let name = named(id).ok_or_else(|| SamError::kind(id.at, "RestApiId", "a Ref to an API of this template"))?;
    if let Some(api) = stack.rest.get(name) {
        let suffix = stage_suffix(&api.resource.properties);
        return Ok((id.clone(), suffix));
    }
    match stack.kinds.get(name).map(|kind| &**kind) {
        Some("AWS::ApiGateway::RestApi") => Ok((id.clone(), "Stage".to_owned())),
        _ => Err(SamError::new(id.at, format!("{name} is no REST API of this template"))
            .help("RestApiId refers to an AWS::Serverless::Api; leave it out for the API that SAM makes itself")),
    }
}

/// Writes the operation of an event into its API's document.
pub(in super::super) fn operation(
    stack: &mut Stack<'_>,
    owner: &Resource,
    event: &Event<'_>,
    id: &Node,
    mut operation: Node,
) -> Result<(), SamError> {
    let Some(api) = named(id).and_then(|name| stack.rest.get_mut(name)) else { return Ok(()) };
    let ((path, path_at), (method, _)) = (event.text("Path")?, event.text("Method")?);
    let method = method_key(&method);
    let auth_node = event.properties.get("Auth");
    if !api.takes_operations() {
        return Ok(());
    }
    if let Some(policy) = auth_node.and_then(|auth| auth.get("ResourcePolicy")) {
        api.policies.push((path.clone(), policy.clone()));
    }
    let auth = security::Auth::of(&api.resource)?;
    let route = format!("{} {path}", if &*method == ANY { "any" } else { &method });
    security::secure(&mut operation, event.at, auth_node, auth, (&method, &route))?;
    if let Some(auth) = auth_node {
        let iam = auth.get("Authorizer").filter(|name| name.as_text() == Some("AWS_IAM"));
        let key = auth.get("ApiKeyRequired").filter(|key| is_true(Some(key)));
        api.asked.0 = api.asked.0.or(iam.map(|iam| iam.at));
        api.asked.1 = api.asked.1.or(key.map(|key| key.at));
    }
    let merged = is_true(api.resource.properties.get("MergeDefinitions"))
        && api.resource.properties.get("DefinitionBody").is_some();
    let known = if merged { Known::Replace } else { Known::Refuse };
    // Where SAM merges, it writes the method as the event does.
    let method = if merged && &*method == ANY { "any".into() } else { method };
    let Some(body) = api.body.as_mut() else { return Ok(()) };
    rest::ask(&event.properties, &mut operation, body)?;
    let condition: Option<&Str> = owner.condition();
    insert(body, (&path, path_at), &method, operation, (condition, known))
}
