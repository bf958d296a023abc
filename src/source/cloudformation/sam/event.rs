//! `Events` of a function: what invokes it, and the permission for it.

mod http;
mod other;
mod rest;

pub(super) use other::rule;
pub(super) use rest::operation as rest_operation;

use super::function::Callee;
use super::make::{Props, items};
use super::policies::Policies;
use super::{Resource, SamError, Stack};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node, Span};

/// One event.
pub(super) struct Event<'a> {
    pub(super) id: &'a Str,
    pub(super) at: Span,
    pub(super) kind: &'a str,
    pub(super) kind_at: Span,
    pub(super) properties: Node,
}

impl<'a> Event<'a> {
    fn read(member: &'a Member) -> Result<Event<'a>, SamError> {
        let kind = member.value.get("Type");
        let kind = kind.ok_or_else(|| SamError::new(member.key_at, format!("the event {} has no Type", member.key)))?;
        let name = kind.as_text().ok_or_else(|| SamError::kind(kind.at, "Type", "a text"))?;
        let properties = match member.value.get("Properties") {
            None | Some(Node { is: Is::Null, .. }) => Props::new(member.key_at).node(),
            Some(properties) if properties.as_map().is_some() => properties.clone(),
            Some(wrong) => return Err(SamError::kind(wrong.at, "Properties", "an object")),
        };
        Ok(Event { id: &member.key, at: member.key_at, kind: name, kind_at: kind.at, properties })
    }

    /// A property that has to be a text.
    pub(super) fn text(&self, key: &str) -> Result<(Str, Span), SamError> {
        let node = self.properties.get(key);
        let node = node.ok_or_else(|| SamError::new(self.at, format!("the event {} has no {key}", self.id)))?;
        match &node.is {
            Is::Text(text) => Ok((text.clone(), node.at)),
            _ => Err(SamError::kind(node.at, key, "a text")),
        }
    }
}

/// The events of a function or a state machine.
pub(super) fn all(owner: &Resource) -> Result<Vec<Event<'_>>, SamError> {
    let Some(events) = owner.properties.get("Events").filter(|events| !matches!(events.is, Is::Null)) else {
        return Ok(Vec::new());
    };
    let members = events.as_map().ok_or_else(|| SamError::kind(events.at, "Events", "an object"))?;
    members.iter().map(Event::read).collect()
}

pub(super) fn function(stack: &mut Stack<'_>, callee: &Callee<'_>, policies: &mut Policies) -> Result<(), SamError> {
    let events = all(callee.resource)?;
    let defaults = http::defaults(&events);
    for event in &events {
        match event.kind {
            "Api" => rest::event(stack, callee, event)?,
            "HttpApi" => http::event(stack, callee, event, &defaults)?,
            _ => other::event(stack, callee, event, policies)?,
        }
    }
    Ok(())
}

/// Lets a service invoke the function.
pub(super) fn permission(callee: &Callee<'_>, event: &Event<'_>, principal: &str, source: Option<Node>) -> Node {
    let at = event.at;
    let made = Props::new(at)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", callee.name(at))
        .with("Principal", principal)
        .maybe("SourceArn", source);
    callee.resource.make(at, "AWS::Lambda::Permission", made)
}

/// The types of events, for those who misspell them.
const KINDS: [&str; 21] = [
    "Api",
    "HttpApi",
    "S3",
    "SNS",
    "SQS",
    "Kinesis",
    "DynamoDB",
    "MSK",
    "MQ",
    "SelfManagedKafka",
    "DocumentDB",
    "Schedule",
    "ScheduleV2",
    "CloudWatchEvent",
    "EventBridgeRule",
    "CloudWatchLogs",
    "IoTRule",
    "AlexaSkill",
    "Cognito",
    "LambdaPermission",
    "CloudFront",
];

fn unknown(event: &Event<'_>) -> SamError {
    SamError::new(event.kind_at, format!("SAM has no event of type {}", event.kind))
        .help(format!("its types are {}", KINDS[..19].join(", ")))
}

/// A bucket, queue or other thing of this template that an event refers to.
pub(super) fn list(node: Option<&Node>) -> &[Node] {
    node.map(items).unwrap_or_default()
}
