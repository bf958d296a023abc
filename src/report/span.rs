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
    let (mut name, mut element) = (None, false);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        element = matches!(at, Value::Array(_));
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
        // Of one of several, what it begins with tells which.
        (Value::Object(object), _) if element && !object.properties.is_empty() => {
            let Some(first) = object.properties.first() else { return 0..0 };
            let name = first.name.range();
            match &first.value {
                Value::Object(_) | Value::Array(_) => name.start..name.end,
                value => name.start..value.range().end,
            }
        }
        // A whole object or list would underline a page: its name is enough.
        (Value::Object(_) | Value::Array(_), Some(name)) => name.start..name.end,
        (Value::Object(object), None) => object.range.start..object.range.start + 1,
        _ => at.range().start..at.range().end,
    }
}

/// Of a longer line only what stands so near to a place is shown, in bytes.
const LONG: usize = 120;
const BESIDE: usize = 30;

/// A text for people, and where its places are then: harmless to a terminal, and without
/// what a line of thousands of characters would put around them.
pub(super) fn excerpt(text: &str, places: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let (mut shown, mut kept) = (String::new(), Vec::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let mut cut = 0;
        for part in parts(text, start..end, places) {
            if part.start > start.max(cut) {
                shown.push('…');
            }
            kept.push((part.clone(), shown.len()));
            shown += &plainly(text, part.clone());
            cut = part.end;
        }
        if cut < end {
            shown.push_str("…\n");
        }
        start = end;
    }
    let at = |byte: usize| match kept.iter().rfind(|(part, _)| part.start <= byte) {
        Some((part, at)) => at + plainly(text, part.start..text.floor_char_boundary(byte.min(part.end))).len(),
        None => 0,
    };
    let places = places.iter().map(|place| at(place.start)..at(place.end)).collect();
    (shown, places)
}

/// What is kept of a line: all of it, or what is near to the ends of a place.
fn parts(text: &str, line: Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= LONG {
        return vec![line];
    }
    let mut edges: Vec<usize> = places.iter().flat_map(|place| [place.start, place.end]).collect();
    edges.retain(|edge| line.contains(edge));
    edges.sort_unstable();
    if edges.is_empty() {
        edges.push(line.start);
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for edge in edges {
        let from = text.floor_char_boundary(edge.saturating_sub(BESIDE).max(line.start));
        let to = text.ceil_char_boundary((edge + BESIDE).min(line.end));
        match parts.last_mut() {
            Some(last) if from <= last.end => last.end = to,
            _ => parts.push(from..to),
        }
    }
    parts
}

fn plainly(text: &str, part: Range<usize>) -> String {
    let part = text.get(part).unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n");
    part.split('\t').map(super::harmless).collect::<Vec<_>>().join("\t")
}

fn key<'a>(name: &'a ObjectPropName<'a>) -> &'a str {
    name.as_str()
}

#[cfg(test)]
mod tests {
    use super::{excerpt, of};

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
    fn of_an_element_its_first_member_is_found() {
        let document = r#"{"Entries": [{"RuleNumber": 90, "a": 1}, {"b": {"c": 1}}]}"#;
        assert_eq!(&document[of(document, "/Entries/0")], r#""RuleNumber": 90"#);
        assert_eq!(&document[of(document, "/Entries/1")], r#""b""#);
    }

    #[test]
    fn an_excerpt_keeps_its_places() {
        let (text, places) = excerpt("a\tb\r\n#if(\u{7}$x)", &[5..8, 1..2]);
        assert_eq!(text, "a\tb\n#if(\\u0007$x)");
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("#if", "\t"));
        assert_eq!(excerpt("ab", &[1..2, 7..9]).1, [1..2, 2..2]);
    }

    #[test]
    fn a_long_line_is_cut_around_its_places_and_says_so() {
        let long = "é".repeat(5_000);
        let (text, places) = excerpt(&format!("one\n{long}HERE{long}\nthree"), &[10_004..10_006, 10_006..10_008]);
        assert_eq!((&text[places[0].clone()], &text[places[1].clone()]), ("HE", "RE"));
        assert_eq!(text, format!("one\n…{}HERE{}…\nthree", "é".repeat(15), "é".repeat(15)));
        let (text, places) = excerpt(&format!("{long}HERE"), &[10_000..10_004, 0..10_000]);
        assert_eq!(&text[places[0].clone()], "HERE");
        assert!(text.len() < 200, "{}", text.len());
    }
}
