//! Into a record.

use super::super::error::{Fault, quoted};
use super::{Gaps, lift};
use crate::model::Gap;
use crate::model::seen::GAP_KEY;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The facts in `body` with their gaps in place, every one of them where the model can
/// hold it.
pub(in super::super) fn restored<T: Serialize + DeserializeOwned>(body: &str, gaps: &Gaps) -> Result<T, Fault> {
    let splice = Splice::of(body, gaps)?;
    // Most of a large record has nothing to do with its gaps, so what the model can hold
    // is asked of an example.
    if kept::<T>(&splice.example) < gaps.len() {
        for (pointer, gap) in gaps {
            let alone = Splice::of(body, &Gaps::from([(pointer.clone(), gap.clone())]))?;
            if kept::<T>(&alone.example) == 0 {
                return Err(misplaced(pointer, "no field there can be unknown"));
            }
        }
    }
    read(&splice.whole)
}

/// How many gaps of this example the model keeps. One at a name that the model does not
/// know, or at a field that cannot be unknown, would be lost without a word, and the field
/// would count as proven absent.
fn kept<T: Serialize + DeserializeOwned>(example: &str) -> usize {
    let written = read::<T>(example).and_then(|facts| json(&facts));
    written.map_or(0, |written| lift(&written).1.len())
}

fn misplaced(pointer: &str, why: &'static str) -> Fault {
    Fault::Gap { pointer: quoted(pointer), why }
}

/// Gaps by the steps to them.
enum Node<'a> {
    Gap(&'a str, &'a Gap),
    Inner(&'a str, BTreeMap<String, Node<'a>>),
}

impl Node<'_> {
    /// The pointer of one gap below.
    fn pointer(&self) -> &str {
        match self {
            Node::Gap(pointer, _) | Node::Inner(pointer, _) => pointer,
        }
    }

    fn wrong(&self, why: &'static str) -> Fault {
        misplaced(self.pointer(), why)
    }
}

fn tree(gaps: &Gaps) -> Result<Node<'_>, Fault> {
    let first = gaps.keys().next().map_or("", String::as_str);
    let mut root = Node::Inner(first, BTreeMap::new());
    for (pointer, gap) in gaps {
        let wrong = |why| misplaced(pointer, why);
        let path = pointer.strip_prefix('/').ok_or_else(|| wrong("a JSON pointer begins with a slash"))?;
        let mut place = &mut root;
        let mut steps = path.split('/').peekable();
        while let Some(step) = steps.next() {
            let key = unescaped(step).ok_or_else(|| wrong("a tilde in a JSON pointer is ~0, and a slash ~1"))?;
            let Node::Inner(_, members) = place else { return Err(wrong("another gap hides it")) };
            let last = steps.peek().is_none();
            place = members.entry(key).or_insert_with(|| match last {
                true => Node::Gap(pointer, gap),
                false => Node::Inner(pointer, BTreeMap::new()),
            });
        }
        if matches!(place, Node::Inner(..)) {
            return Err(wrong("another gap is inside it"));
        }
    }
    Ok(root)
}

fn unescaped(step: &str) -> Option<String> {
    let mut parts = step.split('~');
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

/// Two texts that grow together.
#[derive(Default)]
struct Splice {
    /// All of the record.
    whole: String,
    /// Only what leads to gaps, and the plain values beside it: some of them are names
    /// without which nothing is read.
    example: String,
}

impl Splice {
    fn of(body: &str, gaps: &Gaps) -> Result<Self, Fault> {
        let mut splice = Splice::default();
        splice.value(body, &tree(gaps)?)?;
        Ok(splice)
    }

    fn both(&mut self, text: &str) {
        self.whole.push_str(text);
        self.example.push_str(text);
    }

    fn value(&mut self, raw: &str, node: &Node<'_>) -> Result<(), Fault> {
        match (raw.as_bytes().first(), node) {
            (Some(b'n'), _) => self.made(node),
            (_, Node::Gap(..)) => Err(node.wrong("the record gives a value there")),
            (Some(b'{'), Node::Inner(_, gaps)) => self.members(raw, gaps),
            (Some(b'['), Node::Inner(_, gaps)) => self.items(raw, gaps),
            _ => Err(node.wrong("it leads through a value that has no fields")),
        }
    }

    /// A gap, or the objects that lead to it.
    fn made(&mut self, node: &Node<'_>) -> Result<(), Fault> {
        match node {
            Node::Gap(_, gap) => {
                let gap = json(gap)?;
                self.both(&format!("{{\"{GAP_KEY}\":{gap}}}"));
                Ok(())
            }
            Node::Inner(_, gaps) => self.members("{}", gaps),
        }
    }

    fn members(&mut self, raw: &str, gaps: &BTreeMap<String, Node<'_>>) -> Result<(), Fault> {
        let Members(members) = read(raw)?;
        let mut missing: BTreeMap<&str, &Node<'_>> = gaps.iter().map(|(key, node)| (key.as_str(), node)).collect();
        self.both("{");
        for (key, raw) in &members {
            let (key, raw, node) = (json(key)?, raw.get(), missing.remove(&**key));
            match node {
                Some(node) => {
                    self.both(&format!("{key}:"));
                    self.value(raw, node)?;
                    self.both(",");
                }
                None if is_plain(raw) => self.both(&format!("{key}:{raw},")),
                None => self.whole.extend([&key, ":", raw, ","]),
            }
        }
        for (key, node) in missing {
            self.both(&json(&key)?);
            self.both(":");
            self.made(node)?;
            self.both(",");
        }
        self.close('}');
        Ok(())
    }

    fn items(&mut self, raw: &str, gaps: &BTreeMap<String, Node<'_>>) -> Result<(), Fault> {
        let items: Vec<&RawValue> = read(raw)?;
        let mut by_index = BTreeMap::new();
        for (key, node) in gaps {
            let index = key.parse::<usize>().ok().filter(|index| index.to_string() == *key && *index < items.len());
            by_index.insert(index.ok_or_else(|| node.wrong("the list has no such item"))?, node);
        }
        self.both("[");
        for (index, raw) in items.iter().enumerate() {
            match by_index.get(&index) {
                Some(node) => {
                    self.value(raw.get(), node)?;
                    self.both(",");
                }
                None => self.whole.extend([raw.get(), ","]),
            }
        }
        self.close(']');
        Ok(())
    }

    fn close(&mut self, bracket: char) {
        for text in [&mut self.whole, &mut self.example] {
            if text.ends_with(',') {
                text.pop();
            }
            text.push(bracket);
        }
    }
}

/// A string, a number, or a text with holes.
fn is_plain(raw: &str) -> bool {
    !raw.starts_with(['{', '[']) || raw.starts_with("{\"$text\"") || raw.len() < 100
}

fn read<'a, T: Deserialize<'a>>(raw: &'a str) -> Result<T, Fault> {
    serde_json::from_str(raw).map_err(|error| Fault::json(&error))
}

fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::json(&error))
}

/// An object's members in their order, unread.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(All)
    }
}
