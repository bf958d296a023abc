//! `AWS::Serverless::Connector` from an API to a function: the permission. Connectors of another kind stay as they are: no
//! request through an API meets what they make, but for a role's policy, which is not known then.

use super::make::{Make, Props, attribute, node, put, reference, within};
use super::{Resource, SamError, Stack};
use crate::source::tree::{Member, Node};

const APIS: [&str; 4] =
    ["AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"];
const FUNCTIONS: [&str; 2] = ["AWS::Serverless::Function", "AWS::Lambda::Function"];

pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    let (at, properties) = (resource.at, &resource.properties);
    let end = |side: &str| {
        properties.get(side).ok_or_else(|| SamError::new(at, format!("the connector {} has no {side}", resource.id)))
    };
    let (source, destination) = (end("Source")?, end("Destination")?);
    // Written inside another resource, it has no place of its own yet.
    stack.made.add(&resource.id, resource.main(&resource.kind, Props::of(properties)));
    let (Some(from), Some(to)) = (kind(stack, source), kind(stack, destination)) else { return Ok(()) };
    if !APIS.contains(&&*from) || !FUNCTIONS.contains(&&*to) {
        return Ok(());
    }
    let arn = destination.get("Arn").cloned();
    let arn = arn.or_else(|| destination.get("Id")?.as_text().map(|id| attribute(at, id, "Arn")));
    let id = source.get("ResourceId").cloned();
    let id = id.or_else(|| source.get("Id")?.as_text().map(|id| reference(at, id)));
    let (Some(arn), Some(id)) = (arn, id) else { return Ok(()) };
    let qualifier = source.get("Qualifier").cloned().unwrap_or_else(|| "*".make(at));
    let made = Props::new(at)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", arn)
        .with("Principal", "apigateway.amazonaws.com")
        .with("SourceArn", node!(at; {"Fn::Sub": [
            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceResourceId}/${SourceQualifier}",
            {"SourceResourceId": (id), "SourceQualifier": (qualifier)}
        ]}));
    let mut made = resource.make(at, "AWS::Lambda::Permission", made);
    let ends = node!(at; {"Source": {"Type": (from)}, "Destination": {"Type": (to)}});
    put(&mut made, "Metadata", node!(at; {"aws:sam:connectors": {(&*resource.id): (ends)}}));
    stack.made.rename(&resource.id, &format!("{}WriteLambdaPermission", resource.id), made);
    Ok(())
}

/// The connectors that a resource holds, as if they were written beside it.
pub(super) fn inside(resource: &Resource) -> Result<Vec<Resource>, SamError> {
    let Some(connectors) = resource.attribute("Connectors") else { return Ok(Vec::new()) };
    let members = connectors.as_map().ok_or_else(|| SamError::kind(connectors.at, "Connectors", "an object"))?;
    let each = |member: &Member| {
        let mut properties =
            member.value.get("Properties").cloned().unwrap_or_else(|| Props::new(member.key_at).node());
        if properties.as_map().is_none() {
            return Err(SamError::kind(properties.at, "Properties", "an object"));
        }
        within(&mut properties, &["Source"], member.key_at, |source| {
            put(source, "Id", (&resource.id).make(member.key_at));
        });
        Ok(Resource {
            id: format!("{}{}", resource.id, member.key).into(),
            at: member.key_at,
            kind: "AWS::Serverless::Connector".into(),
            properties,
            attributes: Vec::new(),
        })
    };
    members.iter().map(each).collect()
}

fn kind(stack: &Stack<'_>, end: &Node) -> Option<String> {
    let written = end.get("Type").and_then(Node::as_text).map(str::to_owned);
    written.or_else(|| Some(stack.kinds.get(end.get("Id")?.as_text()?)?.to_string()))
}
