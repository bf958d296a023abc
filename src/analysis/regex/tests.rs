use super::{DEEPEST, PatternError, matches, validate};
use crate::analysis::Tri;
use proptest::prelude::*;

fn error(pattern: &str) -> PatternError {
    validate(pattern).map(drop).unwrap_err()
}

fn mark(pattern: &str, text: &str) -> char {
    match matches(&validate(pattern).unwrap(), text) {
        Tri::Yes(()) => 'y',
        Tri::No(()) => 'n',
        Tri::Unknown(gaps) => {
            assert!(!gaps.is_empty());
            '?'
        }
    }
}

#[test]
fn errors_point_at_what_is_wrong() {
    for (pattern, index) in [
        ("*", 0),
        ("a|+", 2),
        ("é*+*", 4),
        ("ab(c", 2),
        ("ab[c", 2),
        ("a)", 1),
        (r"ab\y", 2),
        ("a{2,1}", 1),
        ("a{x}", 1),
        ("[z-a]", 1),
        ("(?<1a>x)", 0),
        (r"a\", 1),
    ] {
        let error = error(pattern);
        assert_eq!((error.index, error.sure), (index, true), "{pattern}: {error}");
    }
}

#[test]
fn what_other_versions_may_take_is_not_sure() {
    for pattern in [r"\p{IsEmoji}", r"\p{InNope}", r"\N{DIGIT ZERO}", "(?<=a*)b"] {
        assert!(!error(pattern).sure, "{pattern}");
    }
    let deep = DEEPEST + 1;
    for (open, close) in [("(", ")"), ("(?:", ")"), ("[", "]"), ("[a&&", "]")] {
        let pattern = format!("{}a{}", open.repeat(deep), close.repeat(deep));
        assert!(!error(&pattern).sure, "{open}");
    }
}

#[test]
fn the_whole_text_is_matched() {
    for (pattern, text, answer) in [
        (r"5\d{2}", "502", 'y'),
        (r"5\d{2}", "5020", 'n'),
        ("Error", "an Error", 'n'),
        (".*Error.*", "one\nError", 'n'),
        ("(?s).*Error.*", "one\nError", 'y'),
        (r".*\[BadRequest\].*", "[BadRequest] no such order", 'y'),
        // What is not followed removes matches only.
        ("(?!2)\\d{3}", "20", 'n'),
        ("(?!2)\\d{3}", "404", '?'),
        (r"(a)\1|b", "b", 'y'),
        (r"\p{IsGreek}", "Ω", '?'),
        (r"\p{Lu}", "É", '?'),
        (r"\p{Lu}", "E", 'y'),
    ] {
        assert_eq!(mark(pattern, text), answer, "{pattern} {text}");
    }
}

#[test]
fn size_never_multiplies_the_work() {
    assert_eq!(mark("(a*)*b", &"a".repeat(20_000)), 'n');
    assert_eq!(mark("((a+)+)+b", &"a".repeat(20_000)), 'n');
    assert_eq!(mark("((a{1000}){1000}){1000}", "a"), '?');
    assert_eq!(mark("(?:){2147483647}", ""), 'y');
    assert_eq!(mark("(?:(?:){0,2147483647}){5}", ""), 'y');
    assert_eq!(mark("a{0,2147483647}", "a"), '?');
    assert_eq!(mark("(a{1000}|b)*", &"b".repeat(1 << 20)), '?');
    assert_eq!(mark(&format!("[{}]{{16000}}", "a".repeat(100_000)), "a"), '?');
}

proptest! {
    #[test]
    fn no_pattern_breaks_it(pattern in r"[ab\\(){}\[\]^$|?*+.,:<>=!&QEpxu0-9#-]{0,24}", text in "[ab\n]{0,6}") {
        match validate(&pattern) {
            Ok(read) => drop(matches(&read, &text)),
            Err(error) => prop_assert!(pattern.is_char_boundary(error.index)),
        }
    }

    #[test]
    fn quoted_text_matches_itself_alone(text in r"[a-z0-9.*+?\[\]{}()^$|#é ]{0,12}") {
        let pattern = validate(&format!("\\Q{text}\\E")).unwrap();
        prop_assert!(matches(&pattern, &text).is_yes());
        let longer = format!("{text}x");
        prop_assert!(matches(&pattern, &longer).is_no());
    }

    #[test]
    fn alternatives_are_a_union(a in "[ab]{0,3}[*+?]?|[ab][*+?]", b in "[ab]{0,3}", text in "[ab]{0,4}") {
        let (Ok(left), Ok(right)) = (validate(&a), validate(&b)) else { return Ok(()) };
        let both = validate(&format!("{a}|{b}")).unwrap();
        let union = matches(&left, &text).is_yes() || matches(&right, &text).is_yes();
        prop_assert_eq!(matches(&both, &text).is_yes(), union);
    }
}
