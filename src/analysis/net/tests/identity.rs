//! Identifiers of which parts are not known.

use super::account::{denied, generated, hole};
use crate::analysis::Tri;
use crate::analysis::net::same::same;
use crate::model::{Charset, Gap, Hole, Text};

fn slug(id: &str, gap: Gap) -> Text {
    Text::hole(Hole { id: id.into(), family: None, charset: Charset::Slug, gap })
}

fn lit(text: &str) -> Text {
    text.into()
}

#[test]
fn equal_different_or_either() {
    let stack = || hole("Stack");
    let table = [
        (lit("sg-1"), lit("sg-1"), 1),
        (lit("sg-1"), lit("sg-10"), -1),
        (generated("A"), generated("A"), 1),
        (generated("A"), generated("B"), -1),
        // Two parameters may well be given the same value.
        (hole("A"), hole("B"), 0),
        // Nothing says that a parameter is not what was generated.
        (generated("A"), hole("B"), 0),
        (slug("A", denied("here")), slug("A", denied("there")), 1),
        (slug("A", denied("a")), lit("sg-1"), 0),
        (slug("A", denied("a")), lit("SG_1"), -1),
        (lit(""), slug("A", denied("a")), -1),
        (lit(""), hole("A"), 0),
        (lit("vpc-").join(&stack()), lit("vpc-1"), 0),
        (lit("vpc-").join(&stack()), lit("vpc-"), 0),
        (lit("vpc-").join(&stack()), lit("vpx-1"), -1),
        (lit("vpc-").join(&stack()), lit("vp"), -1),
        (lit("vp"), lit("vpc-").join(&stack()), -1),
        (lit("vpc-").join(&stack()), lit("vpc-").join(&stack()), 1),
        (lit("vpc-").join(&stack()), lit("sub-").join(&stack()), -1),
        (lit("vpc-").join(&stack()), lit("vpc-1").join(&hole("Other")), 0),
        (lit("vp").join(&stack()), lit("vpc-1"), 0),
    ];
    for (a, b, expected) in table {
        for (a, b) in [(&a, &b), (&b, &a)] {
            let found = match same(a, b) {
                Tri::Yes(()) => 1,
                Tri::No(()) => -1,
                Tri::Unknown(gaps) => {
                    assert!(!gaps.is_empty());
                    0
                }
            };
            assert_eq!(found, expected, "{a} and {b}");
        }
    }
}
