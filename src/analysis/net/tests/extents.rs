//! Sums of answers.

use super::account::denied;
use crate::analysis::Tri;
use crate::analysis::net::{Extent, over};
use crate::model::Gap;
use proptest::prelude::*;

fn yes(n: u8) -> (u8, Tri<char>) {
    (n, Tri::Yes('y'))
}

fn no(n: u8) -> (u8, Tri<char>) {
    (n, Tri::No('n'))
}

fn unknown(n: u8) -> (u8, Tri<char>) {
    (n, Tri::unknown(denied(&n.to_string())))
}

fn gaps(list: &[u8]) -> Vec<Gap> {
    list.iter().map(|n| denied(&n.to_string())).collect()
}

#[test]
fn every_mix() {
    let blocked = |list: &[u8]| list.iter().map(|n| (*n, 'n')).collect::<Vec<_>>();
    let open = |list: &[u8]| list.iter().map(|n| (*n, 'y')).collect::<Vec<_>>();
    assert_eq!(over(Vec::<(u8, Tri<char>)>::new()), None, "nothing follows from nothing");
    assert_eq!(over([no(1), no(2)]), Some(Extent::All { blocked: blocked(&[1, 2]) }));
    assert_eq!(over([yes(1), yes(2)]), Some(Extent::None { open: open(&[1, 2]) }));
    assert_eq!(over([no(1), yes(2)]), Some(Extent::Some { blocked: blocked(&[1]), open: open(&[2]), gaps: vec![] }));
    assert_eq!(
        over([unknown(3), no(1), yes(2)]),
        Some(Extent::Some { blocked: blocked(&[1]), open: open(&[2]), gaps: gaps(&[3]) })
    );
    assert_eq!(
        over([no(1), unknown(2), unknown(2)]),
        Some(Extent::Unknown { blocked: blocked(&[1]), open: vec![], gaps: gaps(&[2]) })
    );
    assert_eq!(
        over([yes(1), unknown(2)]),
        Some(Extent::Unknown { blocked: vec![], open: open(&[1]), gaps: gaps(&[2]) })
    );
    assert_eq!(over([unknown(1)]), Some(Extent::Unknown { blocked: vec![], open: vec![], gaps: gaps(&[1]) }));
}

#[test]
fn an_unknown_that_names_no_gap_is_still_no_answer() {
    let silent = (2, Tri::Unknown(vec![]));
    assert!(matches!(over([yes(1), silent]), Some(Extent::Unknown { .. })));
}

fn name(extent: &Option<Extent<usize, ()>>) -> &'static str {
    match extent {
        None => "nothing",
        Some(Extent::All { .. }) => "all",
        Some(Extent::Some { .. }) => "some",
        Some(Extent::None { .. }) => "none",
        Some(Extent::Unknown { .. }) => "unknown",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What is said with some answers hidden is still said when they are known.
    #[test]
    fn learning_never_flips_a_sum(answers in prop::collection::vec((any::<bool>(), any::<bool>()), 0..6)) {
        let sum = |hide: bool| {
            over(answers.iter().enumerate().map(|(n, (open, hidden))| {
                (n, if hide && *hidden { Tri::unknown(denied("it")) } else { Tri::of(*open, ()) })
            }))
        };
        let (before, after) = (sum(true), sum(false));
        prop_assert_ne!(name(&after), "unknown");
        if name(&before) != "unknown" {
            prop_assert_eq!(name(&before), name(&after));
        }
        let blocked = |extent: &Option<Extent<usize, ()>>| extent.as_ref().map_or(0, |extent| extent.blocked().len());
        prop_assert!(blocked(&before) <= blocked(&after));
    }
}
