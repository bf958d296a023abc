//! Members without a value, which AWS writes now and then: an empty mapping template is
//! `null`, in the API's answers and so in what the CLI prints.

use serde_json::Value;

/// The same JSON without members that are null; `None` where there is none, or no JSON.
pub(crate) fn without_nulls(json: &[u8]) -> Option<Vec<u8>> {
    if !json.windows(4).any(|word| word == b"null") {
        return None;
    }
    let mut value: Value = serde_json::from_slice(json).ok()?;
    strip(&mut value);
    serde_json::to_vec(&value).ok()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(strip);
        }
        Value::Array(elements) => elements.iter_mut().for_each(strip),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::without_nulls;

    #[test]
    fn only_members_that_are_null_go() {
        let answer =
            br#"{"item":[{"id":"a","t":{"application/json":null,"x":"null"},"n":[null,1.5]}],"position":null}"#;
        let clean = without_nulls(answer).unwrap();
        let clean: serde_json::Value = serde_json::from_slice(&clean).unwrap();
        assert_eq!(clean, serde_json::json!({"item": [{"id": "a", "t": {"x": "null"}, "n": [null, 1.5]}]}));
        assert_eq!(without_nulls(br#"{"a":1}"#), None);
        assert_eq!(without_nulls(b"<html>null"), None);
    }
}
