//! From the SDK's optional values to what is seen: absent in an answer means unset.

use crate::model::policy::Policy;
use crate::model::{Gap, Seen, Str, Text};
use std::collections::{BTreeMap, HashMap};

pub(super) fn id<T: From<String>>(value: Option<String>) -> T {
    value.unwrap_or_default().into()
}

pub(super) fn text(value: Option<String>) -> Seen<Text> {
    value.map(Text::from).into()
}

pub(super) fn name(value: Option<String>) -> Seen<Str> {
    value.map(Str::from).into()
}

/// A value of one of AWS's enumerations, in AWS's own word.
pub(super) fn word<T: for<'a> From<&'a str>>(value: Option<&str>) -> Seen<T> {
    value.map(T::from).into()
}

pub(super) fn number(value: Option<i32>) -> Seen<i64> {
    value.map(i64::from).into()
}

pub(super) fn list<A, B>(values: Option<Vec<A>>, convert: impl FnMut(A) -> B) -> Seen<Vec<B>> {
    values.map(|values| values.into_iter().map(convert).collect()).into()
}

pub(super) fn texts(values: Option<Vec<String>>) -> Seen<Vec<Text>> {
    list(values, Text::from)
}

pub(super) fn map(values: Option<HashMap<String, String>>) -> Seen<BTreeMap<Str, Text>> {
    values.map(|values| values.into_iter().map(|(key, value)| (key.into(), value.into())).collect()).into()
}

pub(super) fn tags(values: Option<HashMap<String, String>>) -> BTreeMap<Str, Str> {
    values.into_iter().flatten().map(|(key, value)| (key.into(), value.into())).collect()
}

/// A policy document; one that cannot be read is not the same as none.
pub(super) fn policy(json: &str, of: &str) -> Seen<Policy> {
    match Policy::parse(json) {
        Ok(policy) => Seen::Set(policy),
        Err(error) => Seen::Unknown(Gap::not_readable(format!("the policy document of {of}: {error}"))),
    }
}

/// IAM answers its documents URL-encoded (RFC 3986).
pub(super) fn encoded_policy(document: &str, of: &str) -> Seen<Policy> {
    match decode(document) {
        Some(json) => policy(&json, of),
        None => Seen::Unknown(Gap::not_readable(format!("the policy document of {of}: its URL encoding is broken"))),
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded() {
        assert_eq!(decode("%7B%22a%22%3A%20%22%C3%A9+%22%7D").as_deref(), Some("{\"a\": \"é+\"}"));
        assert_eq!(decode("100%"), None);
        assert_eq!(decode("%zz"), None);
        let policy = encoded_policy("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D", "role r");
        assert_eq!(policy.set().and_then(|policy| policy.version.as_deref()), Some("2012-10-17"));
        assert!(encoded_policy("not%20json", "role r").gap().is_some());
    }
}
