//! One stage, many sources and many destinations.

use super::answer::Answer;
use crate::model::Gap;

/// How much of what could connect is blocked, with every proof and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Extent<K, P> {
    /// Every pair is blocked: no connection can come about.
    All { blocked: Vec<(K, P)> },
    /// Some are proven blocked, in part or altogether, and others or their other parts open.
    /// What stays unknown besides changes how many, not that it is some.
    Some { blocked: Vec<(K, P)>, open: Vec<(K, P)>, gaps: Vec<Gap> },
    /// Every pair is open.
    None { open: Vec<(K, P)> },
    /// The answers that there are point one way, and the rest is unknown.
    Unknown { blocked: Vec<(K, P)>, open: Vec<(K, P)>, gaps: Vec<Gap> },
}

impl<K, P> Extent<K, P> {
    /// The pairs that are proven blocked, whatever is known of the others.
    pub fn blocked(&self) -> &[(K, P)] {
        match self {
            Extent::All { blocked } | Extent::Some { blocked, .. } | Extent::Unknown { blocked, .. } => blocked,
            Extent::None { .. } => &[],
        }
    }

    /// What hides the answers that are missing.
    pub fn gaps(&self) -> &[Gap] {
        match self {
            Extent::Some { gaps, .. } | Extent::Unknown { gaps, .. } => gaps,
            Extent::All { .. } | Extent::None { .. } => &[],
        }
    }
}

/// Sums up answers about single pairs, each under a key that tells whose it is.
///
/// Nothing follows from no pairs at all: `None`.
pub fn over<K, P, A: Into<Answer<P>>>(pairs: impl IntoIterator<Item = (K, A)>) -> Option<Extent<K, P>> {
    let (mut blocked, mut open, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
    let (mut all_known, mut partly) = (true, false);
    for (key, answer) in pairs {
        match answer.into() {
            Answer::Blocked(proof) => blocked.push((key, proof)),
            Answer::Open(proof) => open.push((key, proof)),
            Answer::Partly(proof, more) => {
                partly = true;
                blocked.push((key, proof));
                gaps.extend(more);
            }
            Answer::Unknown(more) => {
                all_known = false;
                gaps.extend(more);
            }
        }
    }
    gaps.sort();
    gaps.dedup();
    if partly {
        return Some(Extent::Some { blocked, open, gaps });
    }
    match (blocked.is_empty(), open.is_empty(), all_known) {
        (true, true, true) => None,
        (false, true, true) => Some(Extent::All { blocked }),
        (true, false, true) => Some(Extent::None { open }),
        (false, false, _) => Some(Extent::Some { blocked, open, gaps }),
        _ => Some(Extent::Unknown { blocked, open, gaps }),
    }
}
