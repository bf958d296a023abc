//! The two ends of a connector: a resource of the template by its logical id, or what is said of one that is elsewhere.

use super::super::make::{Make, attribute, reference};
use super::super::{Resource, SamError, Stack};
use super::profiles::{FUNCTION, GRAPHQL, HTTP, MACHINE, QUEUE, REST, RULE, SOURCE, TABLE, TOPIC};
use crate::source::cloudformation::digest;
use crate::source::tree::{Is, Node};

/// What a permission needs to know of it.
pub(super) struct End {
    /// As CloudFormation calls it.
    pub(super) kind: String,
    /// As the person does.
    pub(super) written: String,
    pub(super) arn: Option<Node>,
    pub(super) role: Option<Node>,
    pub(super) url: Option<Node>,
    pub(super) resource_id: Option<Node>,
    pub(super) name: Option<Node>,
    pub(super) qualifier: Option<Node>,
}

impl End {
    /// `other` is what stands at the other end.
    pub(super) fn read(stack: &Stack<'_>, connector: &Resource, node: &Node, other: &Node) -> Result<End, SamError> {
        let wrong = |message: &str| SamError::new(node.at, format!("the connector {} {message}", connector.id));
        let members = node.as_map().ok_or_else(|| SamError::kind(node.at, "an end of a connector", "an object"))?;
        let more = members.iter().any(|member| !matches!(&*member.key, "Id" | "Qualifier"));
        let Some(id) = node.get("Id") else {
            let kind = node.get("Type").and_then(Node::as_text).filter(|kind| !kind.is_empty());
            let kind = kind.ok_or_else(|| wrong("names an end neither by Id nor by Type"))?;
            let said = |name: &str| node.get(name).filter(|it| !matches!(it.is, Is::Null)).cloned();
            return Ok(End {
                kind: plain(kind).to_owned(),
                written: plain(kind).to_owned(),
                arn: said("Arn"),
                role: said("RoleName"),
                url: said("QueueUrl"),
                resource_id: said("ResourceId"),
                name: said("Name"),
                qualifier: said("Qualifier"),
            });
        };
        if more {
            return Err(wrong("says more of an end than its Id and Qualifier")
                .help("with an Id, SAM finds the rest itself; without one, write Type and what is needed"));
        }
        let id = id.as_text().ok_or_else(|| SamError::kind(id.at, "Id", "a logical id"))?;
        let resource = stack.made.get(id).ok_or_else(|| wrong(&format!("names {id}, which is no resource")))?;
        let kind = plain(resource.get("Type").and_then(Node::as_text).unwrap_or_default());
        let at = connector.at;
        let is = |kinds: &[&str]| kinds.contains(&kind);
        let arn = if is(&[MACHINE, GRAPHQL, SOURCE, TOPIC]) { reference(at, id) } else { attribute(at, id, "Arn") };
        let resource_id = if kind == GRAPHQL { attribute(at, id, "ApiId") } else { reference(at, id) };
        let is_api = is(&[REST, HTTP]);
        let qualifier = node.get("Qualifier").cloned();
        Ok(End {
            kind: kind.to_owned(),
            written: stack.kinds.get(id).map_or(kind, |kind| kind).to_owned(),
            arn: Some(arn),
            role: role(resource, kind, other).and_then(logical).map(|id| reference(at, id)),
            url: (kind == QUEUE).then(|| reference(at, id)),
            resource_id: Some(resource_id).filter(|_| is_api || kind == GRAPHQL),
            name: (kind == MACHINE).then(|| attribute(at, id, "Name")),
            qualifier: qualifier.or_else(|| is_api.then(|| "*".make(at))),
        })
    }

    /// What texts of `Fn::Sub` can name, for the end that is called so.
    pub(super) fn values(&self, side: &str) -> [(String, Option<&Node>); 4] {
        [("Arn", &self.arn), ("ResourceId", &self.resource_id), ("Name", &self.name), ("Qualifier", &self.qualifier)]
            .map(|(name, value)| (format!("{side}{name}"), value.as_ref()))
    }
}

/// SAM's types that a connector takes for what they become.
fn plain(kind: &str) -> &str {
    match kind {
        "AWS::Serverless::Function" => FUNCTION,
        "AWS::Serverless::StateMachine" => MACHINE,
        "AWS::Serverless::Api" => REST,
        "AWS::Serverless::HttpApi" => HTTP,
        "AWS::Serverless::SimpleTable" => TABLE,
        "AWS::Serverless::GraphQLApi" => GRAPHQL,
        kind => kind,
    }
}

/// The role with which a resource acts; a rule has one for each target.
fn role<'r>(resource: &'r Node, kind: &str, other: &Node) -> Option<&'r Node> {
    let properties = resource.get("Properties")?;
    match kind {
        FUNCTION => properties.get("Role"),
        MACHINE => properties.get("RoleArn"),
        SOURCE => properties.get("ServiceRoleArn"),
        RULE => {
            let same = |arn: &Node, other: &Node| digest::of(arn) == digest::of(other);
            let meant = |target: &&Node| {
                let (id, arn) = (other.get("Id").and_then(Node::as_text), other.get("Arn"));
                target.get("Arn").is_some_and(|it| {
                    id.is_some_and(|id| logical(it) == Some(id)) || arn.is_some_and(|arn| same(it, arn))
                })
            };
            properties.get("Targets")?.as_list()?.iter().find(meant)?.get("RoleArn")
        }
        _ => None,
    }
}

/// The resource that a reference is to.
fn logical(node: &Node) -> Option<&str> {
    let only = node.only()?;
    match (&*only.key, &only.value.is) {
        ("Ref", Is::Text(id)) => Some(id),
        ("Fn::GetAtt", Is::Text(path)) => {
            path.split_once('.').filter(|(_, rest)| !rest.contains('.')).map(|(id, _)| id)
        }
        ("Fn::GetAtt", Is::List(path)) if path.len() == 2 => path.first()?.as_text(),
        _ => None,
    }
}
