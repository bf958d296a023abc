//! A file as a tree of values, each with the bytes where it stands: what every template is read into.
//!
//! YAML and JSON become the same tree. A short intrinsic (`!Sub x`) is read as its long form (`{"Fn::Sub": "x"}`), so
//! that nobody behind this door has to know both.

mod build;
mod error;
mod json;
mod read;
mod scalar;
mod secrets;
mod syntax;
mod tag;
#[cfg(test)]
mod tests;
mod yaml;

pub use error::{Fault, TreeError};
pub use read::{read, read_hiding};
pub use secrets::secrets;

use crate::model::Str;
use std::ops::Range;

/// The largest file that is read, in bytes. AWS takes templates of 1 MB
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>) and API definitions of
/// 6 MB (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
pub const LARGEST: usize = 16 << 20;

/// How deep lists and objects may stand in each other. Real templates stay under 40; JSON libraries commonly stop at
/// 128 too, and who walks the tree may do so by recursion.
pub const DEEPEST: usize = 128;

/// How many values a file may have, with each alias counted as the values it stands for.
pub const MOST: usize = 1_000_000;

/// A file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub root: Node,
    /// YAML's comments in the file's order: the text behind `#`, and the place with it. JSON has none.
    pub comments: Vec<(Span, Str)>,
}

/// Where something stands: which file of the run, and which bytes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// An index into the run's files.
    pub file: u32,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it stands. The span of a short intrinsic begins at its tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub at: Span,
    pub is: Is,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Is {
    Null,
    Bool(bool),
    /// As it is written: an account id of digits keeps its zeros.
    Number(Str),
    Text(Str),
    List(Vec<Node>),
    /// In the file's order, each key once.
    Map(Vec<Member>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub key: Str,
    pub key_at: Span,
    pub value: Node,
}

impl Node {
    pub fn new(at: Span, is: Is) -> Node {
        Node { at, is }
    }

    /// A text that no file holds: it points to what it was made from.
    pub fn text(at: Span, text: impl Into<Str>) -> Node {
        Node { at, is: Is::Text(text.into()) }
    }

    /// An object that no file holds.
    pub fn map<K: Into<Str>>(at: Span, members: impl IntoIterator<Item = (K, Node)>) -> Node {
        let members = members.into_iter().map(|(key, value)| Member { key: key.into(), key_at: at, value });
        Node { at, is: Is::Map(members.collect()) }
    }

    /// A list that no file holds.
    pub fn list(at: Span, items: impl IntoIterator<Item = Node>) -> Node {
        Node { at, is: Is::List(items.into_iter().collect()) }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.is {
            Is::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&[Member]> {
        match &self.is {
            Is::Map(members) => Some(members),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.is {
            Is::List(items) => Some(items),
            _ => None,
        }
    }

    /// The member of an object.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    pub fn member(&self, key: &str) -> Option<&Member> {
        self.as_map()?.iter().find(|member| &*member.key == key)
    }

    /// The only member of an object that has just one: how an intrinsic looks.
    pub fn only(&self) -> Option<&Member> {
        match self.as_map()? {
            [member] => Some(member),
            _ => None,
        }
    }
}
