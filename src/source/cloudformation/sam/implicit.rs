//! The APIs that SAM makes for events that name none: `ServerlessRestApi` and `ServerlessHttpApi`.

use super::globals::Globals;
use super::make::{Props, child, named, node, put, reference};
use super::rest::path_condition;
use super::{Resource, SamError, Stack};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node, Span};
use std::collections::{BTreeMap, BTreeSet};

struct Kind {
    event: &'static str,
    property: &'static str,
    api: &'static str,
    resource: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind { event: "Api", property: "RestApiId", api: "ServerlessRestApi", resource: "AWS::Serverless::Api" },
    Kind { event: "HttpApi", property: "ApiId", api: "ServerlessHttpApi", resource: "AWS::Serverless::HttpApi" },
];

/// Makes them, has the events name them, and tells all APIs under which conditions their paths are there. The ids of those that are there now.
pub(super) fn apis(
    stack: &mut Stack<'_>,
    globals: &Globals<'_>,
    owners: &mut [Resource],
) -> Result<Vec<Str>, SamError> {
    let mut made = Vec::new();
    for kind in KINDS {
        let mut users = Users::default();
        for owner in owners.iter_mut() {
            users.collect(&kind, owner);
        }
        let id: Str = kind.api.into();
        if let Some(at) = users.first
            && !stack.rest.contains_key(&id)
            && !stack.http.contains_key(&id)
        {
            open(stack, globals, &kind, &users, at)?;
            made.push(id);
        }
        for (id, paths) in users.paths {
            let conditions = paths.iter().filter_map(|(path, under)| {
                let name = path_condition(&id, path, under)?;
                let all: BTreeSet<&Str> = under.iter().flatten().collect();
                (all.len() > 1).then(|| any(users.at, &name, &all))
            });
            let conditions: Vec<Member> = conditions.collect();
            if let Some(api) = stack.rest.get_mut(&id).filter(|api| api.takes_operations()) {
                api.paths = paths;
            } else if let Some(api) = stack.http.get_mut(&id) {
                api.paths = paths;
            } else {
                continue;
            }
            stack.conditions.extend(conditions);
        }
    }
    Ok(made)
}

fn open(stack: &mut Stack<'_>, globals: &Globals<'_>, kind: &Kind, users: &Users, at: Span) -> Result<(), SamError> {
    let mut attributes = Vec::new();
    let under: Option<BTreeSet<&Str>> = users.conditions.iter().map(Option::as_ref).collect();
    if let Some(under) = under.filter(|under| !under.is_empty()) {
        let name = match under.iter().next() {
            Some(only) if under.len() == 1 => (*only).clone(),
            _ => {
                let name: Str = format!("{}Condition", kind.api).into();
                stack.conditions.push(any(at, &name, &under));
                name
            }
        };
        attributes.push(("Condition", Node::text(at, name)));
    }
    attributes.extend(users.policies.iter().map(|(key, value)| (*key, value.clone())));
    let attributes = attributes.into_iter().map(|(key, value)| Member { key: key.into(), key_at: value.at, value });
    let stage = ("AWS::Serverless::Api" == kind.resource).then_some("Prod");
    let mut resource = Resource {
        id: kind.api.into(),
        at,
        kind: kind.resource.into(),
        properties: Props::new(at).maybe("StageName", stage).node(),
        attributes: attributes.collect(),
    };
    globals.under(&mut resource);
    stack.kinds.insert(resource.id.clone(), resource.kind.clone());
    stack.open(resource)
}

/// A condition that holds where any of several does.
fn any(at: Span, name: &Str, under: &BTreeSet<&Str>) -> Member {
    let mut under = under.iter().map(|one| node!(at; {"Condition": (*one)})).collect::<Vec<_>>();
    // CloudFormation takes ten at most.
    while under.len() > 10 {
        let or = |ten: &[Node]| match ten {
            [only] => only.clone(),
            ten => node!(at; {"Fn::Or": (Node::list(at, ten.to_vec()))}),
        };
        under = under.chunks(10).map(or).collect();
    }
    Member { key: name.clone(), key_at: at, value: node!(at; {"Fn::Or": (Node::list(at, under))}) }
}

/// Who uses an implicit API.
#[derive(Default)]
struct Users {
    first: Option<Span>,
    /// Of any event, for what stands for several.
    at: Span,
    conditions: Vec<Option<Str>>,
    /// Of each API, its paths with the conditions of their events.
    paths: BTreeMap<Str, BTreeMap<Str, Vec<Option<Str>>>>,
    policies: BTreeMap<&'static str, Node>,
}

impl Users {
    fn collect(&mut self, kind: &Kind, owner: &mut Resource) {
        let condition = owner.condition().cloned();
        let mut uses = false;
        let Some(Node { is: Is::Map(events), .. }) = child(&mut owner.properties, "Events") else { return };
        for event in events {
            let at = event.key_at;
            if event.value.get("Type").and_then(Node::as_text) != Some(kind.event) {
                continue;
            }
            let absent = |node: Option<&Node>| node.is_none_or(|node| matches!(node.is, Is::Null));
            if absent(event.value.get("Properties")) {
                put(&mut event.value, "Properties", Props::new(at).node());
            }
            let Some(properties) = child(&mut event.value, "Properties") else { continue };
            if absent(properties.get(kind.property)) {
                put(properties, kind.property, reference(at, kind.api));
            }
            let Some(id) = properties.get(kind.property).and_then(named) else { continue };
            let path = properties.get("Path").and_then(Node::as_text).unwrap_or("$default");
            let paths = self.paths.entry(id.into()).or_default();
            paths.entry(path.into()).or_default().push(condition.clone());
            self.at = at;
            if id == kind.api {
                self.first.get_or_insert(at);
                uses = true;
            }
        }
        if uses {
            self.conditions.push(condition);
            for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
                if let Some(value) = owner.attribute(key) {
                    self.policies.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
    }
}
