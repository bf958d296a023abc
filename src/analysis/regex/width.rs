//! Whether a look-behind has the greatest length that Java wants.

use super::tree::Node;

/// What Java makes of an endless repetition or of a sum beyond its integers is miscounted
/// now and then, so a refusal is never sure.
pub(super) fn bounded(node: &Node) -> bool {
    longest(node).is_some()
}

fn longest(node: &Node) -> Option<u32> {
    match node {
        Node::Set(_) => Some(1),
        Node::Assert(_) | Node::Look => Some(0),
        Node::All(nodes) => nodes.iter().try_fold(0, |sum, node| within(longest(node)?.checked_add(sum)?)),
        Node::Any(nodes) => nodes.iter().try_fold(0, |most, node| Some(longest(node)?.max(most))),
        Node::AtMost(node) => longest(node),
        // A group with choices in it may be repeated by a loop whose turns Java does not count.
        Node::Repeat { node, max: Some(max), .. }
            if !node.has(|part| matches!(part, Node::Any(_) | Node::Repeat { .. })) =>
        {
            within(longest(node)?.checked_mul(*max)?)
        }
        Node::Repeat { .. } | Node::Reference | Node::Cluster => None,
    }
}

fn within(length: u32) -> Option<u32> {
    (length <= i32::MAX.unsigned_abs()).then_some(length)
}
