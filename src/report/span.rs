//! From a JSON pointer to the characters that a report underlines.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::ops::Range;

/// The bytes of the value at `pointer`, or of its nearest ancestor that exists.
pub(super) fn of(document: &str, pointer: &str) -> Range<usize> {
    let parsed = parse_to_ast(document, &CollectOptions::default(), &ParseOptions::default());
    let Some(root) = parsed.ok().and_then(|parsed| parsed.value) else { return 0..0 };
    let mut at = &root;
    let mut name = None;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match at {
            Value::Object(object) => {
                let property = object.properties.iter().find(|property| key(&property.name) == step);
                name = property.map(|property| property.name.range()).or(name);
                property.map(|property| &property.value)
            }
            Value::Array(array) => step.parse::<usize>().ok().and_then(|index| array.elements.get(index)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    match (at, name) {
        // A whole object or list would underline a page: its name is enough.
        (Value::Object(_) | Value::Array(_), Some(name)) => name.start..name.end,
        (Value::Object(object), None) => object.range.start..object.range.start + 1,
        _ => at.range().start..at.range().end,
    }
}

/// More characters than these beside a place in one line are left out.
const BESIDE: usize = 200;

/// A text for people, and where its places are then: harmless to a terminal, and without
/// what a line of tens of thousands of characters would put around them.
pub(super) fn excerpt(text: &str, places: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let start = places.iter().map(|place| place.start).min().unwrap_or(0);
    let end = places.iter().map(|place| place.end).max().unwrap_or(text.len());
    let (from, to) = match text.lines().map(str::len).max() {
        Some(longest) if longest > 5 * BESIDE => (start.saturating_sub(BESIDE), end.saturating_add(BESIDE)),
        _ => (0, text.len()),
    };
    let (from, to) = (text.floor_char_boundary(from), text.ceil_char_boundary(to.min(text.len())));
    let shown = |part: Range<usize>| match text.get(part) {
        Some(part) => super::harmless(&part.replace('\r', "").replace('\t', "    ")),
        None => String::new(),
    };
    let at = |byte: usize| shown(from..text.floor_char_boundary(byte.clamp(from, to))).len();
    (shown(from..to), places.iter().map(|place| at(place.start)..at(place.end)).collect())
}

fn key<'a>(name: &'a ObjectPropName<'a>) -> &'a str {
    name.as_str()
}

#[cfg(test)]
mod tests {
    use super::{BESIDE, excerpt, of};

    #[test]
    fn finds_values_names_and_ancestors() {
        let document = r#"{"a": {"b": [1, 22]}, "c/d": "x"}"#;
        assert_eq!(&document[of(document, "/a/b/1")], "22");
        assert_eq!(&document[of(document, "/c~1d")], "\"x\"");
        assert_eq!(&document[of(document, "/a/b")], "\"b\"");
        assert_eq!(&document[of(document, "/a/missing")], "\"a\"");
        assert_eq!(&document[of(document, "")], "{");
    }

    #[test]
    fn an_excerpt_keeps_its_places() {
        let (text, places) = excerpt("a\tb\r\n#if(\u{7}$x)", &[5..8, 1..2]);
        assert_eq!(text, "a    b\n#if(\\u0007$x)");
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("#if", "    "));
        let long = "é".repeat(5_000);
        let (text, places) = excerpt(&format!("{long}HERE{long}"), &[10_000..10_002, 10_002..10_004]);
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("HE", "RE"));
        assert_eq!(text.len(), 4 + 2 * BESIDE);
        assert_eq!(excerpt("ab", &[1..2, 7..9]).1, [1..2, 2..2]);
    }
}
