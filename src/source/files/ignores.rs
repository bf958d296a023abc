//! What people accept beside what they wrote: in comments, and in a resource's metadata where JSON has no comments.

use crate::capture::{Ask, Inline};
use crate::model::SourceFile;
use crate::source::tree::{Document, Member, Node};
use std::ops::Range;
use std::sync::Arc;

pub(super) fn of(file: &Arc<SourceFile>, document: &Document) -> Vec<Inline> {
    let resources = members(document.root.get("Resources"));
    let properties = resources.iter().filter_map(|resource| resource.value.get("Properties"));
    let definitions = properties.filter_map(|it| it.get("Body").or_else(|| it.get("DefinitionBody")));
    let paths = definitions.chain([&document.root]).flat_map(|definition| members(definition.get("paths")));
    let operations = paths.flat_map(|path| members(Some(&path.value)));
    let bodies: Vec<Range<usize>> = resources.iter().chain(operations).map(whole).collect();
    let comments = document.comments.iter();
    let mut found: Vec<Inline> = comments.flat_map(|(at, _)| Inline::of_comment(file, at.range(), &bodies)).collect();
    for resource in resources {
        let asks = resource.value.get("Metadata").and_then(|it| it.get("gatelint")).and_then(|it| it.get("ignore"));
        let asks = asks.map(|asks| asks.as_list().unwrap_or(std::slice::from_ref(asks)));
        found.extend(asks.into_iter().flatten().map(|ask| entry(file, ask, whole(resource))));
    }
    found
}

fn members(node: Option<&Node>) -> &[Member] {
    node.and_then(Node::as_map).unwrap_or_default()
}

fn whole(member: &Member) -> Range<usize> {
    member.key_at.range().start..member.value.at.range().end
}

fn entry(file: &Arc<SourceFile>, entry: &Node, resource: Range<usize>) -> Inline {
    let text = |key: &str| entry.get(key).and_then(Node::as_text);
    let until = text("until").map(str::parse).transpose();
    let (Some(rule), Ok(until)) = (text("rule"), until) else {
        let written = crate::model::Origin { file: file.clone(), at: entry.at.range() };
        let wrong = "an entry of gatelint's metadata has a rule, because, and perhaps until, a day such as 2027-01-31";
        return Inline { written, covers: resource, asks: Err(wrong.to_owned()) };
    };
    let because = text("because").unwrap_or_default().to_owned();
    Inline::of_metadata(file, entry.at.range(), resource, Ask { rule: rule.to_owned(), because, until })
}
