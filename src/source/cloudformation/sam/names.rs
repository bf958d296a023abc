//! The new template, with what it calls SAM's resources by (`!Ref Fn.Alias`) in the words of CloudFormation.

use super::Stack;
use crate::model::Str;
use crate::source::tree::{Is, Member, Node};
use std::collections::BTreeMap;

type Names = BTreeMap<(Str, &'static str), String>;

const PROPERTIES: [&str; 5] = ["Alias", "Version", "Stage", "Deployment", "DestinationTopic"];

pub(super) fn finish(stack: Stack<'_>) -> Node {
    let Stack { root, made, conditions, names, .. } = stack;
    let mut out = Vec::new();
    let mut conditions = Some(conditions).filter(|conditions| !conditions.is_empty());
    for member in root.as_map().unwrap_or_default() {
        let mut member = member.clone();
        match &*member.key {
            "Transform" | "Globals" => continue,
            "Resources" => member.value = Node::new(member.value.at, Is::Map(made.members.clone())),
            "Conditions" => {
                if let Is::Map(members) = &mut member.value.is {
                    members.extend(conditions.take().unwrap_or_default());
                }
            }
            _ => {}
        }
        rename(&mut member.value, &names);
        out.push(member);
    }
    if let Some(conditions) = conditions {
        let at = conditions.first().map(|first| first.key_at).unwrap_or_default();
        out.push(Member { key: "Conditions".into(), key_at: at, value: Node::new(at, Is::Map(conditions)) });
    }
    if let Some(transform) = root.member("Transform").and_then(others) {
        out.push(transform);
    }
    Node::new(root.at, Is::Map(out))
}

/// The transforms beside SAM's, which are for others to know.
fn others(member: &Member) -> Option<Member> {
    let rest = member
        .value
        .as_list()?
        .iter()
        .filter(|name| !name.as_text().is_some_and(|name| name.starts_with("AWS::Serverless-")));
    let rest: Vec<Node> = rest.cloned().collect();
    (!rest.is_empty()).then(|| Member { value: Node::new(member.value.at, Is::List(rest)), ..member.clone() })
}

fn rename(node: &mut Node, names: &Names) {
    match &mut node.is {
        Is::List(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Is::Map(members) => {
            if let [member] = &mut members[..] {
                match &*member.key {
                    "Ref" => return name(&mut member.value, names),
                    "Fn::GetAtt" => return attribute(&mut member.value, names),
                    "Fn::Sub" => substitute(&mut member.value, names),
                    _ => {}
                }
            }
            members.iter_mut().for_each(|member| rename(&mut member.value, names));
        }
        _ => {}
    }
}

fn known<'a>(path: &str, names: &'a Names) -> Option<&'a String> {
    let (id, property) = path.split_once('.').unwrap_or((path, ""));
    let property =
        PROPERTIES.iter().find(|known| **known == property).copied().or(property.is_empty().then_some(""))?;
    names.get(&(id.into(), property))
}

fn name(node: &mut Node, names: &Names) {
    if let Is::Text(text) = &mut node.is
        && let Some(id) = known(text, names)
    {
        *text = id.as_str().into();
    }
}

/// `[Fn.Alias, Arn]` and `Fn.Alias.Arn`: of the alias, which has no such attribute but as its `Ref`.
fn attribute(node: &mut Node, names: &Names) {
    if let Is::Text(text) = &mut node.is
        && let Some(new) = renamed(text, names)
    {
        *text = new.into();
        return;
    }
    let Is::List(items) = &mut node.is else { return };
    let [first, second] = &mut items[..] else { return };
    let Some(text) = first.as_text() else { return };
    if text.contains('.') || names.contains_key(&(text.into(), "")) {
        name(first, names);
    } else if let Some((property, rest)) = second.as_text().and_then(|text| text.split_once('.'))
        && let Some(id) = known(&format!("{text}.{property}"), names)
    {
        let rest = rest.to_owned();
        first.is = Is::Text(id.as_str().into());
        second.is = Is::Text(rest.into());
    }
}

fn substitute(node: &mut Node, names: &Names) {
    let text = match &mut node.is {
        Is::Text(text) => text,
        Is::List(items) => match items.first_mut().map(|first| &mut first.is) {
            Some(Is::Text(text)) => text,
            _ => return,
        },
        _ => return,
    };
    let mut out = String::new();
    let mut rest = &**text;
    while let Some((before, from)) = rest.split_once("${") {
        out.push_str(before);
        out.push_str("${");
        rest = from;
        let Some((inner, after)) = from.split_once('}') else { break };
        match renamed(inner, names) {
            Some(new) => out.push_str(&new),
            None => out.push_str(inner),
        }
        out.push('}');
        rest = after;
    }
    out.push_str(rest);
    if out != **text {
        *text = out.into();
    }
}

fn renamed(inner: &str, names: &Names) -> Option<String> {
    if let Some(id) = known(inner, names) {
        return Some(id.clone());
    }
    let (path, rest) = inner.rsplit_once('.')?;
    known(path, names).map(|id| format!("{id}.{rest}"))
}
