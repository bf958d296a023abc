//! Moving gaps between their places in a record and the map beside it.

use super::error::{Fault, quoted};
use crate::model::Gap;
use crate::model::seen::GAP_KEY;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Gaps by JSON pointer.
pub(super) type Gaps = BTreeMap<String, Gap>;

/// Could this JSON hold a gap? Rarely wrong, and never when it says no.
pub(super) fn may_hold_gap(json: &str) -> bool {
    json.contains("\"$gap\"")
}

/// Does [`lift`] find anything in this JSON? Rarely wrong, and never when it says no.
pub(super) fn needs_lift(json: &str) -> bool {
    may_hold_gap(json) || json.contains(":null")
}

/// Takes the gaps and what is unset out of compact JSON and leaves all else as it is: not
/// through a [`Value`], which would lose the order of the fields.
pub(super) fn lift(json: &str) -> (String, Gaps) {
    let mut lift =
        Lift { json, at: 0, out: String::with_capacity(json.len()), path: String::new(), gaps: BTreeMap::new() };
    lift.value();
    (lift.out, lift.gaps)
}

struct Lift<'a> {
    json: &'a str,
    at: usize,
    out: String,
    path: String,
    gaps: Gaps,
}

impl<'a> Lift<'a> {
    fn rest(&self) -> &'a str {
        self.json.get(self.at..).unwrap_or_default()
    }

    fn copy(&mut self, length: usize) {
        let rest = self.rest();
        self.out.push_str(rest.get(..length).unwrap_or(rest));
        self.at += length;
    }

    fn value(&mut self) {
        match self.rest().as_bytes().first() {
            Some(b'{') => self.members(b'}'),
            Some(b'[') => self.members(b']'),
            Some(b'"') => self.copy(string(self.rest()).len()),
            Some(_) => self.copy(self.rest().find([',', ']', '}']).unwrap_or(self.rest().len())),
            None => {}
        }
    }

    fn members(&mut self, close: u8) {
        self.copy(1);
        let (mut index, mut first) = (0, true);
        loop {
            match self.rest().as_bytes().first() {
                None => return,
                Some(byte) if *byte == close => return self.copy(1),
                Some(b',') => self.at += 1,
                Some(_) => {}
            }
            let outer = self.path.len();
            let mut key = "";
            if close == b'}' {
                key = string(self.rest());
                self.path.push_str(&pointer_segment(key));
                self.at += key.len() + 1;
            } else {
                self.path.push_str(&format!("/{index}"));
                index += 1;
            }
            if close == b'}' && (self.unset() || self.gap()) {
                self.path.truncate(outer);
                continue;
            }
            if !std::mem::take(&mut first) {
                self.out.push(',');
            }
            if close == b'}' {
                self.out.push_str(key);
                self.out.push(':');
            }
            self.value();
            self.path.truncate(outer);
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
        self.gaps.insert(self.path.clone(), gap);
        true
    }
}

/// The string literal that `json` begins with, quotes included.
fn string(json: &str) -> &str {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return json.get(..=at).unwrap_or(json),
            _ => {}
        }
    }
    json
}

fn pointer_segment(key: &str) -> String {
    let key: Cow<'_, str> = serde_json::from_str(key).unwrap_or(Cow::Borrowed(key));
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Puts gaps back where they were taken from, making the objects on the way.
pub(super) fn put_back(body: &mut Value, gaps: &Gaps) -> Result<(), Fault> {
    for (pointer, gap) in gaps {
        let wrong = |why| Fault::Gap { pointer: quoted(pointer), why };
        let place = place(body, pointer).map_err(wrong)?;
        if !place.is_null() {
            return Err(wrong("the record gives a value there"));
        }
        let gap = serde_json::to_value(gap).map_err(|error| Fault::json(&error))?;
        *place = Value::Object([(GAP_KEY.to_owned(), gap)].into_iter().collect());
    }
    Ok(())
}

fn place<'a>(body: &'a mut Value, pointer: &str) -> Result<&'a mut Value, &'static str> {
    let path = pointer.strip_prefix('/').ok_or("a JSON pointer begins with a slash")?;
    let mut place = body;
    for segment in path.split('/') {
        let key = unescaped(segment).ok_or("a tilde in a JSON pointer is ~0, and a slash ~1")?;
        if place.is_null() {
            *place = Value::Object(serde_json::Map::new());
        }
        place = match place {
            Value::Object(members) => members.entry(key).or_insert(Value::Null),
            Value::Array(list) => {
                let at = key.parse::<usize>().ok().filter(|at| at.to_string() == key);
                at.and_then(|at| list.get_mut(at)).ok_or("the list has no such item")?
            }
            _ => return Err("it leads through a value that has no fields"),
        };
    }
    Ok(place)
}

fn unescaped(segment: &str) -> Option<String> {
    let mut parts = segment.split('~');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tilde, rest) = (part.chars().next()?, part.get(1..)?);
        key.push(match tilde {
            '0' => '~',
            '1' => '/',
            _ => return None,
        });
        key.push_str(rest);
    }
    Some(key)
}
