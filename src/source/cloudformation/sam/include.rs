//! `Fn::Transform` with `AWS::Include`: the file's content in its place, if it is on this machine.

use super::{Include, SamError};
use crate::source::cloudformation::included;
use crate::source::tree::{Is, Member, Node};

pub(super) fn inline(node: Node, files: &dyn Include) -> Result<Node, SamError> {
    let at = node.at;
    match node.is {
        Is::List(items) => {
            let items = items.into_iter().map(|item| inline(item, files)).collect::<Result<_, _>>()?;
            Ok(Node::new(at, Is::List(items)))
        }
        Is::Map(members) => {
            let mut out: Vec<Member> = Vec::with_capacity(members.len());
            for member in members {
                match location(&member).map(|location| file(files, location)).transpose()?.flatten() {
                    // The transform's own siblings stay beside what the file holds.
                    Some(Node { is: Is::Map(included), .. }) => out.extend(included),
                    Some(_) => {
                        return Err(SamError::kind(member.value.at, "the included file", "an object"));
                    }
                    None => {
                        let value = inline(member.value, files)?;
                        out.push(Member { value, ..member });
                    }
                }
            }
            Ok(Node::new(at, Is::Map(out)))
        }
        is => Ok(Node::new(at, is)),
    }
}

/// The file at a location, with what only a template can say left open.
pub(super) fn file(files: &dyn Include, location: &Node) -> Result<Option<Node>, SamError> {
    Ok(files.read(location)?.map(included::opened))
}

fn location(member: &Member) -> Option<&Node> {
    let transform = Some(&member.value).filter(|_| &*member.key == "Fn::Transform")?;
    transform.get("Name").filter(|name| name.as_text() == Some("AWS::Include"))?;
    transform.get("Parameters")?.get("Location")
}
