//! The patterns of `where`: `*` stands for any characters, everything else for itself. Braces and
//! brackets are ordinary in routes and paths, so that the globs of shells would not do.

/// Does the pattern match the whole text? Linear in the text for each `*`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    #[test]
    fn only_the_star_is_special() {
        for (pattern, text) in [
            ("orders", "orders"),
            ("orders prod *", "orders prod GET /orders/{id}"),
            ("* GET /orders/{id}", "orders prod GET /orders/{id}"),
            ("*", ""),
            ("a*a", "aa"),
            ("infra/*.yaml", "infra/a/b.yaml"),
            ("*b*b*", "abcb"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("orders", "orders2"), ("a*a", "a"), ("", "x"), ("[ab]", "a"), ("a?", "ab"), ("*b*b", "b")]
        {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    fn naive(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) if naive(rest, text) => true,
            (Some((b'*', _)), Some((_, text))) => naive(pattern, text),
            (Some((p, rest)), Some((t, text))) if p == t => naive(rest, text),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*]{0,6}", text in "[ab*]{0,8}") {
            prop_assert_eq!(matches(&pattern, &text), naive(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
