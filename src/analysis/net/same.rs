//! Are two identifiers the same, where parts of them may not be known?

use crate::analysis::Tri;
use crate::model::Text;

/// Yes for every filling of the holes, No for none, else unknown with their gaps.
pub(super) fn same(a: &Text, b: &Text) -> Tri<()> {
    if let (Some(a), Some(b)) = (a.lit(), b.lit()) {
        return Tri::of(a == b, ());
    }
    if a.is_surely(b) {
        return Tri::Yes(());
    }
    if a.is_surely_not(b) {
        return Tri::No(());
    }
    let mut gaps = a.gaps();
    gaps.extend(b.gaps());
    Tri::Unknown(gaps)
}
