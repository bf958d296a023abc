//! A pattern as a tree.

use super::set::Set;

#[derive(Debug)]
pub(super) enum Node {
    Set(Set),
    Assert(Assert),
    All(Vec<Node>),
    Any(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        kind: Kind,
    },
    /// Matches no more than its content does: an atomic group.
    AtMost(Box<Node>),
    /// What a group matched: any text, for all we follow.
    Reference,
    /// One or more characters that make one, as a reader sees it.
    Cluster,
    /// Looks at what is around, whose text it does not take.
    Look,
}

impl Node {
    /// Could it match the empty text?
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Node::Set(_) | Node::Cluster => false,
            Node::Assert(_) | Node::Look | Node::Reference => true,
            Node::All(nodes) => nodes.iter().all(Node::may_be_empty),
            Node::Any(nodes) => nodes.iter().any(Node::may_be_empty),
            Node::AtMost(node) => node.may_be_empty(),
            Node::Repeat { node, min, .. } => *min == 0 || node.may_be_empty(),
        }
    }

    /// Is any of its parts, itself included, like this?
    pub(super) fn has(&self, like: fn(&Node) -> bool) -> bool {
        like(self)
            || match self {
                Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(|node| node.has(like)),
                Node::AtMost(node) | Node::Repeat { node, .. } => node.has(like),
                Node::Set(_) | Node::Assert(_) | Node::Look | Node::Reference | Node::Cluster => false,
            }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Greedy,
    Reluctant,
    Possessive,
}

/// A place in the text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Assert {
    Start,
    End,
    /// Before a last line break too.
    LastLine {
        unix: bool,
    },
    LineStart {
        unix: bool,
    },
    LineEnd {
        unix: bool,
    },
    Boundary {
        inside: bool,
    },
    Unknown,
}
