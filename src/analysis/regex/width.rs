//! Whether a look-behind has the greatest length that Java wants.

use super::parse::Node;

/// Java adds up lengths in 32 bits and calls a sum that went beyond unbounded, and some
/// endless repetitions it miscounts. Sure are only: nothing endless is bounded, and
/// an endless repetition of one character, greedy, is not.
///
/// # Errors
/// Whether it is sure that there is no greatest length.
pub(super) fn bounded(node: &Node) -> Result<u64, bool> {
    match node {
        Node::Set(_) => Ok(1),
        Node::Assert(_) | Node::Look => Ok(0),
        Node::All(nodes) => nodes.iter().try_fold(0_u64, |sum, node| within(sum + bounded(node)?)),
        Node::Any(nodes) => nodes.iter().try_fold(0, |most, node| Ok(bounded(node)?.max(most))),
        Node::AtMost(node) => bounded(node),
        Node::Reference | Node::Cluster => Err(false),
        Node::Repeat { node, max: Some(max), .. } => within(bounded(node)?.saturating_mul(u64::from(*max))),
        Node::Repeat { max: None, .. } => Err(false),
    }
}

fn within(length: u64) -> Result<u64, bool> {
    if length > 0x7FFF_FFFF { Err(false) } else { Ok(length) }
}
