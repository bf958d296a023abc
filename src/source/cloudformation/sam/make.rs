//! How generated nodes are written.

use crate::model::Str;
use crate::source::tree::{Is, Member, Node, Span};
use std::collections::BTreeMap;

/// What may stand as a value in [`node!`](node): a node stays as it is, all else is made at the given place.
pub(super) trait Make {
    fn make(self, at: Span) -> Node;
}

impl Make for Node {
    fn make(self, _: Span) -> Node {
        self
    }
}

impl Make for &Node {
    fn make(self, _: Span) -> Node {
        self.clone()
    }
}

impl Make for &str {
    fn make(self, at: Span) -> Node {
        Node::text(at, self)
    }
}

impl Make for &Str {
    fn make(self, at: Span) -> Node {
        Node::text(at, self.clone())
    }
}

impl Make for String {
    fn make(self, at: Span) -> Node {
        Node::text(at, self)
    }
}

impl Make for bool {
    fn make(self, at: Span) -> Node {
        Node::new(at, Is::Bool(self))
    }
}

impl Make for u32 {
    fn make(self, at: Span) -> Node {
        Node::new(at, Is::Number(self.to_string().into()))
    }
}

impl Make for Props {
    fn make(self, _: Span) -> Node {
        self.node()
    }
}

/// `node!(at; {"Ref": (id)})`: a tree as JSON writes it, all of it at one place; values in parentheses are expressions.
macro_rules! node {
    (@key ($key:expr)) => { $crate::model::Str::from($key) };
    (@key $key:literal) => { $crate::model::Str::from($key) };
    ($at:expr; { $($key:tt : $value:tt),* $(,)? }) => {
        $crate::source::tree::Node::map($at, Vec::<($crate::model::Str, $crate::source::tree::Node)>::from([
            $((node!(@key $key), node!($at; $value))),*
        ]))
    };
    ($at:expr; [ $($value:tt),* $(,)? ]) => {
        $crate::source::tree::Node::list($at, Vec::<$crate::source::tree::Node>::from([$(node!($at; $value)),*]))
    };
    ($at:expr; ($value:expr)) => { $crate::source::cloudformation::sam::make::Make::make($value, $at) };
    ($at:expr; $value:literal) => { $crate::source::cloudformation::sam::make::Make::make($value, $at) };
}
pub(super) use node;

pub(super) fn reference(at: Span, id: &str) -> Node {
    node!(at; {"Ref": (id)})
}

pub(super) fn attribute(at: Span, id: &str, name: &str) -> Node {
    node!(at; {"Fn::GetAtt": [(id), (name)]})
}

pub(super) fn no_value(at: Span) -> Node {
    reference(at, "AWS::NoValue")
}

/// `{"Fn::If": [condition, node, NoValue]}`, where there is a condition.
pub(super) fn only_if(condition: Option<&Str>, node: Node) -> Node {
    match condition {
        Some(condition) => {
            let at = node.at;
            node!(at; {"Fn::If": [(condition), (node), (no_value(at))]})
        }
        None => node,
    }
}

/// What `{"Ref": id}` names.
pub(super) fn referred(node: &Node) -> Option<&str> {
    node.only().filter(|member| &*member.key == "Ref")?.value.as_text()
}

/// The API that an event names: by a `Ref`, or by its logical id as a plain text.
pub(super) fn named(node: &Node) -> Option<&str> {
    node.as_text().or_else(|| referred(node))
}

/// An object with one key that begins like an intrinsic.
pub(super) fn is_intrinsic(node: &Node) -> bool {
    node.only().is_some_and(|member| member.key.starts_with("Fn::") || matches!(&*member.key, "Ref" | "Condition"))
}

pub(super) fn is_true(node: Option<&Node>) -> bool {
    matches!(node.map(|node| &node.is), Some(Is::Bool(true)))
}

/// One thing or a list of them.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.is {
        Is::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// Puts a member into an object, in place of one with the same key. Whatever else the node was is lost.
pub(super) fn put(node: &mut Node, key: &str, value: Node) {
    if let Some(known) = child(node, key) {
        *known = value;
        return;
    }
    let member = Member { key: key.into(), key_at: value.at, value };
    match &mut node.is {
        Is::Map(members) => members.push(member),
        other => *other = Is::Map(vec![member]),
    }
}

pub(super) fn child<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.is {
        Is::Map(members) => members.iter_mut().find(|member| &*member.key == key).map(|member| &mut member.value),
        _ => None,
    }
}

/// Edits what stands at the end of a path of members; objects that are not there are made.
pub(super) fn within(node: &mut Node, path: &[&str], at: Span, edit: impl FnOnce(&mut Node)) {
    let Some((key, rest)) = path.split_first() else { return edit(node) };
    if child(node, key).is_none() {
        put(node, key, Node::new(at, Is::Map(Vec::new())));
    }
    if let Some(next) = child(node, key) {
        within(next, rest, at, edit);
    }
}

/// Puts many members into an object.
pub(super) fn extend(node: &mut Node, new: impl IntoIterator<Item = (Str, Node)>) {
    let mut members = match std::mem::replace(&mut node.is, Is::Null) {
        Is::Map(members) => members,
        _ => Vec::new(),
    };
    let mut index: BTreeMap<Str, usize> =
        members.iter().enumerate().map(|(index, member)| (member.key.clone(), index)).collect();
    for (key, value) in new {
        let member = Member { key: key.clone(), key_at: value.at, value };
        match index.get(&key).and_then(|index| members.get_mut(*index)) {
            Some(known) => *known = member,
            None => {
                index.insert(key, members.len());
                members.push(member);
            }
        }
    }
    node.is = Is::Map(members);
}

/// Adds an item to the list that is a member.
pub(super) fn append(node: &mut Node, key: &str, item: Node) {
    let at = item.at;
    within(node, &[key], at, |list| match &mut list.is {
        Is::List(items) => items.push(item),
        other => *other = Is::List(vec![item]),
    });
}

/// The members of an object that is being made.
pub(super) struct Props {
    at: Span,
    members: Vec<Member>,
}

impl Props {
    pub(super) fn new(at: Span) -> Props {
        Props { at, members: Vec::new() }
    }

    /// The members that an object has.
    pub(super) fn of(node: &Node) -> Props {
        Props { at: node.at, members: node.as_map().unwrap_or_default().to_vec() }
    }

    pub(super) fn with(mut self, key: &str, value: impl Make) -> Props {
        let value = value.make(self.at);
        self.members.push(Member { key: key.into(), key_at: value.at, value });
        self
    }

    pub(super) fn maybe(self, key: &str, value: Option<impl Make>) -> Props {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Members of another object as they stand there.
    pub(super) fn copy(self, from: &Node, keys: &[&str]) -> Props {
        keys.iter().fold(self, |props, key| props.rename(from, key, key))
    }

    pub(super) fn rename(mut self, from: &Node, key: &str, name: &str) -> Props {
        if let Some(member) = from.member(key) {
            self.members.push(Member { key: name.into(), ..member.clone() });
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn node(self) -> Node {
        Node::new(self.at, Is::Map(self.members))
    }
}
