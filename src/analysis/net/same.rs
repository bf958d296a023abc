//! Are two identifiers the same, where parts of them may not be known?

use crate::analysis::Tri;
use crate::model::{Part, Text};

/// Yes for every filling of the holes, No for none, else unknown with their gaps.
pub(super) fn same(a: &Text, b: &Text) -> Tri<()> {
    if let (Some(a), Some(b)) = (a.lit(), b.lit()) {
        return Tri::of(a == b, ());
    }
    if a == b || a.is_surely(b) {
        return Tri::Yes(());
    }
    if differ(a, b) {
        return Tri::No(());
    }
    let mut gaps = a.gaps();
    gaps.extend(b.gaps());
    Tri::Unknown(gaps)
}

fn differ(a: &Text, b: &Text) -> bool {
    match (a.parts().as_slice(), b.parts().as_slice()) {
        ([Part::Hole(a)], [Part::Hole(b)]) => a.id != b.id && a.family.is_some() && a.family == b.family,
        ([Part::Hole(hole)], [Part::Lit(lit)]) | ([Part::Lit(lit)], [Part::Hole(hole)]) => {
            lit.chars().any(|c| !hole.charset.allows(c)) || (lit.is_empty() && !hole.charset.may_be_empty())
        }
        ([Part::Lit(a), a_more @ ..], [Part::Lit(b), b_more @ ..]) => {
            // Only what both literals say before a hole begins in either can tell them apart.
            let shorter = if a.len() < b.len() { a_more } else { b_more };
            let apart = a.bytes().zip(b.bytes()).any(|(a, b)| a != b);
            apart || (a.len() != b.len() && shorter.is_empty())
        }
        _ => false,
    }
}
