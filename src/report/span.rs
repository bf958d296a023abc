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

fn key<'a>(name: &'a ObjectPropName<'a>) -> &'a str {
    name.as_str()
}

#[cfg(test)]
mod tests {
    use super::of;

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
}
