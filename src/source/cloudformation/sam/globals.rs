//! The `Globals` section, put under the properties of each resource of its kind.
//!
//! Objects merge, lists append with the global items first, and anything else is taken from the resource:
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>.

use super::make::is_intrinsic;
use super::{Resource, SamError};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node};
use std::collections::BTreeMap;

const SECTIONS: [&str; 10] = [
    "Function",
    "Api",
    "HttpApi",
    "WebSocketApi",
    "SimpleTable",
    "StateMachine",
    "LayerVersion",
    "CapacityProvider",
    "MicrovmImage",
    "NetworkConnector",
];

/// What must be written at each resource.
const NEVER_GLOBAL: [(&str, &[&str]); 3] = [
    ("Function", &["Role", "Policies", "FunctionName", "Events", "InlineCode"]),
    ("Api", &["StageName", "DefinitionBody"]),
    ("HttpApi", &["StageName", "DefinitionBody", "DefinitionUri", "Name"]),
];

/// Reads the section once; the resources take from it.
pub(super) struct Globals<'a> {
    sections: &'a [Member],
}

impl<'a> Globals<'a> {
    pub(super) fn read(root: &'a Node) -> Result<Globals<'a>, SamError> {
        let Some(section) = root.get("Globals") else { return Ok(Globals { sections: &[] }) };
        let sections = section.as_map().ok_or_else(|| SamError::kind(section.at, "Globals", "an object"))?;
        for member in sections {
            if !SECTIONS.contains(&&*member.key) {
                let known = SECTIONS.join(", ");
                return Err(SamError::new(member.key_at, format!("Globals has no section {}", member.key))
                    .help(format!("its sections are {known}")));
            }
            let properties = member.value.as_map();
            let properties = properties.ok_or_else(|| SamError::kind(member.value.at, &member.key, "an object"))?;
            let never = NEVER_GLOBAL.iter().find(|(kind, _)| *kind == &*member.key).map_or(&[][..], |(_, names)| names);
            if let Some(wrong) = properties.iter().find(|property| never.contains(&&*property.key)) {
                return Err(SamError::new(wrong.key_at, format!("{} cannot stand in Globals", wrong.key))
                    .help(format!("write it in each {} that it is for", member.key)));
            }
        }
        Ok(Globals { sections })
    }

    pub(super) fn under(&self, resource: &mut Resource) {
        let Some(kind) = resource.kind.strip_prefix("AWS::Serverless::") else { return };
        let Some(section) = self.sections.iter().find(|section| &*section.key == kind) else { return };
        let Some(globals) = section.value.as_map() else { return };
        let ignored = resource.attribute("IgnoreGlobals").cloned();
        let ignored = |key: &str| match &ignored {
            Some(Node { is: Is::List(keys), .. }) => keys.iter().any(|one| one.as_text() == Some(key)),
            Some(all) => all.as_text() == Some("*"),
            None => false,
        };
        let kept: Vec<Member> = globals.iter().filter(|member| !ignored(&member.key)).cloned().collect();
        let own = std::mem::replace(&mut resource.properties, Node::new(section.value.at, Is::Null));
        resource.properties = merge(Node::new(own.at, Is::Map(kept)), own);
    }
}

fn merge(global: Node, own: Node) -> Node {
    let intrinsic = is_intrinsic(&global) || is_intrinsic(&own);
    match (global, own) {
        (Node { is: Is::Map(mut members), .. }, Node { is: Is::Map(theirs), at }) if !intrinsic => {
            let index: BTreeMap<Str, usize> =
                members.iter().enumerate().map(|(index, member)| (member.key.clone(), index)).collect();
            for mine in theirs {
                match index.get(&mine.key).and_then(|index| members.get_mut(*index)) {
                    Some(global) => {
                        let under = std::mem::replace(&mut global.value, Node::new(at, Is::Null));
                        *global = Member { value: merge(under, mine.value), ..mine };
                    }
                    None => members.push(mine),
                }
            }
            Node::new(at, Is::Map(members))
        }
        (Node { is: Is::List(mut items), .. }, Node { is: Is::List(theirs), at }) => {
            items.extend(theirs);
            Node::new(at, Is::List(items))
        }
        (_, own) => own,
    }
}
