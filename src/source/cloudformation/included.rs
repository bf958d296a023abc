//! Texts of files that a template includes, and of API definitions that are imported by themselves.
//!
//! `${AWS::Region}` and its kin are replaced in `Fn::Sub`, which is a template's:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>. Whether anybody
//! replaces them in such a file is not documented, so a text with one outside `Fn::Sub` is unknown.

use crate::model::Gap;
use crate::source::tree::{Is, Member, Node};

/// What such a text becomes: a function that only this transform writes.
pub(super) const OPEN: &str = "Fn::Sub outside of a template";

pub(in crate::source) fn is_open(text: &str) -> bool {
    text.contains("${AWS::")
}

pub(in crate::source) fn gap() -> Gap {
    Gap::not_readable("whether ${AWS::…} is replaced in a file outside Fn::Sub, which AWS does not document")
}

/// A file's tree, in which such texts are unknown.
pub(super) fn opened(node: Node) -> Node {
    let at = node.at;
    match node.is {
        Is::Text(text) if is_open(&text) => Node::map(at, [(OPEN, Node::text(at, text))]),
        Is::List(items) => Node::list(at, items.into_iter().map(opened)),
        Is::Map(members) => {
            let opened = |member: Member| match &*member.key {
                "Fn::Sub" => member,
                _ => Member { value: opened(member.value), ..member },
            };
            Node::new(at, Is::Map(members.into_iter().map(opened).collect()))
        }
        is => Node::new(at, is),
    }
}
