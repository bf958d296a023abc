//! What a template may grow to: `Globals` stands in every resource, an API's `Auth` and `Cors` at every route.

use super::{Resource, SamError};
use crate::source::tree::{Is, MOST, Member, Node, Span};

/// The values of a tree.
fn weight(node: &Node) -> usize {
    match &node.is {
        Is::List(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Is::Map(members) => 1 + weights(members),
        _ => 1,
    }
}

fn weights(members: &[Member]) -> usize {
    members.iter().map(|member| weight(&member.value)).sum()
}

fn within(at: Span, weight: usize, times: usize) -> Result<(), SamError> {
    match weight.checked_mul(times).is_some_and(|all| all <= MOST) {
        true => Ok(()),
        false => Err(SamError::new(at, "the template grows too large: this is repeated too often")
            .help(format!("at most {MOST} values can be made of one part"))),
    }
}

pub(super) fn globals(root: &Node, resources: usize) -> Result<(), SamError> {
    root.get("Globals").map_or(Ok(()), |globals| within(globals.at, weight(globals), resources))
}

/// `resources`: all that are SAM's, with their globals.
pub(super) fn resources<'a>(resources: impl Iterator<Item = &'a Resource> + Clone) -> Result<(), SamError> {
    let members = |resource: &Resource, path: &[&str]| {
        let mut node = Some(&resource.properties);
        for key in path {
            node = node.and_then(|node| node.get(key));
        }
        node.and_then(Node::as_map).map_or(0, <[Member]>::len)
    };
    let events: usize = resources.clone().map(|resource| members(resource, &["Events"])).sum();
    for resource in resources {
        let ends = resource.properties.get("Destination").and_then(Node::as_list).map_or(0, <[Node]>::len);
        let own = members(resource, &["Events"]).max(members(resource, &["Routes"])).max(ends);
        within(resource.at, weights(&resource.attributes), own)?;
        if let Some(source) = resource.properties.get("Source") {
            within(source.at, weight(source), ends)?;
        }
        let routes = events + members(resource, &["DefinitionBody", "paths"]);
        for key in ["Auth", "Cors", "StageName", "PropagateTags", "Tags"] {
            if let Some(node) = resource.properties.get(key) {
                within(node.at, weight(node), routes)?;
            }
        }
    }
    Ok(())
}
