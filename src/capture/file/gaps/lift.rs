//! Out of a record.

use super::Gaps;
use crate::model::Gap;
use serde::Deserialize;
use std::borrow::Cow;

/// Does [`lift`] find anything in this JSON? Rarely wrong, and never when it says no.
pub(in super::super) fn needs_lift(json: &str) -> bool {
    json.contains("\"$gap\"") || json.contains(":null")
}

/// Takes the gaps and what is unset out of compact JSON and leaves all else as it is.
pub(in super::super) fn lift(json: &str) -> (String, Gaps) {
    let out = String::with_capacity(json.len());
    let mut lift = Lift { json, at: 0, out, path: Vec::new(), gaps: Gaps::new() };
    lift.value();
    (lift.out, lift.gaps)
}

struct Lift<'a> {
    json: &'a str,
    at: usize,
    out: String,
    path: Vec<Step<'a>>,
    gaps: Gaps,
}

/// A step to a value: a key with its quotes, or an index.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Lift<'a> {
    fn rest(&self) -> &'a str {
        self.json.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn copy(&mut self, length: usize) {
        let rest = self.rest();
        self.out.push_str(rest.get(..length).unwrap_or(rest));
        self.at += length;
    }

    fn value(&mut self) {
        match self.next() {
            Some(b'{') => self.members(),
            Some(b'[') => self.items(),
            Some(b'"') => self.copy(string(self.rest()).len()),
            Some(_) => self.copy(self.rest().find([',', ']', '}']).unwrap_or(self.rest().len())),
            None => {}
        }
    }

    fn items(&mut self) {
        let mut index = 0;
        while let Some(byte) = self.next() {
            self.copy(1);
            if byte == b']' || self.next() == Some(b']') && byte == b'[' {
                self.copy(usize::from(byte == b'['));
                return;
            }
            self.path.push(Step::Index(index));
            self.value();
            self.path.pop();
            index += 1;
        }
    }

    fn members(&mut self) {
        self.copy(1);
        let mut first = true;
        loop {
            match self.next() {
                None => return,
                Some(b'}') => return self.copy(1),
                Some(b',') => self.at += 1,
                Some(_) => {}
            }
            let key = string(self.rest());
            self.path.push(Step::Key(key));
            self.at += key.len() + 1;
            if !self.unset() && !self.gap() {
                if !std::mem::take(&mut first) {
                    self.out.push(',');
                }
                self.out.push_str(key);
                self.out.push(':');
                self.value();
            }
            self.path.pop();
        }
    }

    fn unset(&mut self) -> bool {
        let unset = self.rest().starts_with("null");
        self.at += if unset { "null".len() } else { 0 };
        unset
    }

    fn gap(&mut self) -> bool {
        #[derive(Deserialize)]
        struct Hidden {
            #[serde(rename = "$gap")]
            gap: Gap,
        }
        if !self.rest().starts_with("{\"$gap\":{") {
            return false;
        }
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter::<Hidden>();
        let Some(Ok(Hidden { gap })) = values.next() else { return false };
        self.at += values.byte_offset();
        self.gaps.insert(self.path.iter().map(|step| step.pointer()).collect(), gap);
        true
    }
}

impl Step<'_> {
    fn pointer(self) -> String {
        match self {
            Step::Index(index) => format!("/{index}"),
            Step::Key(key) => {
                let key: Cow<'_, str> = serde_json::from_str(key).unwrap_or(Cow::Borrowed(key));
                format!("/{}", key.replace('~', "~0").replace('/', "~1"))
            }
        }
    }
}

/// The string literal that `json` begins with, quotes included.
fn string(json: &str) -> &str {
    let mut from = 1;
    while let Some(at) =
        json.as_bytes().get(from..).and_then(|rest| rest.iter().position(|b| matches!(b, b'"' | b'\\')))
    {
        from += at;
        if json.as_bytes().get(from) == Some(&b'"') {
            return json.get(..=from).unwrap_or(json);
        }
        from += 2;
    }
    json
}
