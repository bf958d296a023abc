//! Strings that may have holes.

mod same;

use super::seen::Gap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A string of which some parts may not be known. What AWS itself answers has no
/// hole; a template's `arn:aws:lambda:${AWS::Region}:…` has one for the region.
///
/// Neighbouring literals are always merged and empty ones dropped, so equal texts
/// compare equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Repr);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Lit(Arc<str>),
    Parts(Arc<[Part]>),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Lit(Arc<str>),
    Hole(Arc<Hole>),
}

/// An unknown part. Holes with the same `id` have the same value; holes of one
/// `family` with different ids have different values (two generated API ids).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hole {
    #[serde(rename = "hole")]
    pub id: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Arc<str>>,
    #[serde(default)]
    pub charset: Charset,
    pub gap: Gap,
}

/// What holes of one id differ in is seldom looked up.
impl Hash for Hole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// The characters a hole's value can consist of; it has at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Charset {
    /// Anything, and it may be empty.
    #[default]
    Any,
    /// `0-9`: account ids.
    Digits,
    /// `a-z0-9`: ids that API Gateway makes.
    Id,
    /// `a-z0-9-`: regions, partitions, most generated resource ids.
    Slug,
    /// `A-Za-z0-9-_`: names of functions and roles.
    Name,
    /// Letters, digits, a space, and `-_.+/=:,;~@%&?|^!*`: keys, tokens, and what stands around them. No quote, no
    /// bracket, and nothing that begins a reference or a directive.
    Token,
    /// Anything but a slash: one segment of a path.
    Segment,
}

impl Charset {
    pub fn allows(self, c: char) -> bool {
        match self {
            Charset::Any => true,
            Charset::Digits => c.is_ascii_digit(),
            Charset::Id => c.is_ascii_digit() || c.is_ascii_lowercase(),
            Charset::Slug => c.is_ascii_digit() || c.is_ascii_lowercase() || c == '-',
            Charset::Name => c.is_ascii_alphanumeric() || c == '-' || c == '_',
            Charset::Token => c.is_ascii_alphanumeric() || " -_.+/=:,;~@%&?|^!*".contains(c),
            Charset::Segment => c != '/',
        }
    }

    pub fn may_be_empty(self) -> bool {
        self == Charset::Any
    }
}

/// Which template a hole's id is of, if several are read, and what it is called there: `orders#0/Env` is the Env of orders.
pub fn of_template(id: &str) -> (Option<&str>, &str) {
    let parts = id.split_once('/').and_then(|(template, name)| Some((template.rsplit_once('#')?.0, name)));
    parts.map_or((None, id), |(template, name)| (Some(template), name))
}

/// What a thing is called in the template that makes it, whichever stack that stands in.
pub fn logical_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

impl Text {
    pub fn new(literal: impl Into<Arc<str>>) -> Self {
        Text(Repr::Lit(literal.into()))
    }

    pub fn hole(hole: impl Into<Arc<Hole>>) -> Self {
        Text(Repr::Parts(Arc::from([Part::Hole(hole.into())])))
    }

    /// A hole of no family, which whoever can compute `what` would fill.
    pub fn computed(id: impl Into<super::Str>, charset: Charset, what: impl Into<String>) -> Self {
        let gap = Gap::Computed { expr: what.into(), at: String::new() };
        Text::hole(Hole { id: id.into(), family: None, charset, gap })
    }

    pub fn from_parts(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut merged: Vec<Part> = Vec::new();
        for part in parts {
            match (merged.last_mut(), part) {
                (_, Part::Lit(lit)) if lit.is_empty() => {}
                (Some(Part::Lit(last)), Part::Lit(lit)) => *last = format!("{last}{lit}").into(),
                (_, part) => merged.push(part),
            }
        }
        match merged.as_slice() {
            [] => Text::new(""),
            [Part::Lit(only)] => Text(Repr::Lit(only.clone())),
            _ => Text(Repr::Parts(merged.into())),
        }
    }

    /// The whole string where no part of it is unknown.
    pub fn lit(&self) -> Option<&str> {
        match &self.0 {
            Repr::Lit(text) => Some(text),
            Repr::Parts(_) => None,
        }
    }

    /// The whole string, or the gap of its first hole.
    ///
    /// # Errors
    /// The gap of the first hole.
    pub fn known(&self) -> Result<&str, Gap> {
        match &self.0 {
            Repr::Lit(text) => Ok(text),
            Repr::Parts(_) => Err(self.first_gap().unwrap_or_else(|| Gap::not_readable("text"))),
        }
    }

    /// How a sentence names what it identifies: a template's own name for it where all of it is one hole.
    pub fn label(&self) -> String {
        match self.parts_slice() {
            [Part::Hole(hole)] => hole.id.to_string(),
            _ => self.to_string(),
        }
    }

    /// What a sentence calls the thing of this name: what a template makes, by its name in the template.
    pub fn called(&self) -> String {
        let call = |part: Part| match part {
            Part::Lit(lit) => lit.to_string(),
            Part::Hole(hole) if hole.family.is_some() => logical_id(&hole.id).to_owned(),
            Part::Hole(hole) => format!("${{{}}}", of_template(&hole.id).1),
        };
        self.parts().into_iter().map(call).collect()
    }

    fn first_gap(&self) -> Option<Gap> {
        self.holes().next().map(|hole| hole.gap.clone())
    }

    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts_slice().iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(&**hole),
            Part::Lit(_) => None,
        })
    }

    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = self.holes().map(|hole| hole.gap.clone()).collect();
        gaps.sort();
        gaps.dedup();
        gaps
    }

    pub fn parts(&self) -> Vec<Part> {
        match &self.0 {
            Repr::Lit(text) => vec![Part::Lit(text.clone())],
            Repr::Parts(parts) => parts.to_vec(),
        }
    }

    fn parts_slice(&self) -> &[Part] {
        match &self.0 {
            Repr::Lit(_) => &[],
            Repr::Parts(parts) => parts,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lit() == Some("")
    }

    #[must_use]
    pub fn join(&self, other: &Text) -> Text {
        Text::from_parts(self.parts().into_iter().chain(other.parts()))
    }

    /// Splits at the first `separator` that stands in a literal part. A hole before it
    /// that could itself hold the separator makes the split undecidable: `None`.
    pub fn split_once(&self, separator: char) -> Option<(Text, Text)> {
        let parts = self.parts();
        for (i, part) in parts.iter().enumerate() {
            match part {
                Part::Hole(hole) if hole.charset.allows(separator) => return None,
                Part::Hole(_) => {}
                Part::Lit(lit) => {
                    if let Some((before, after)) = lit.split_once(separator) {
                        return Some(cut(&parts, i, before, after));
                    }
                }
            }
        }
        None
    }

    /// The same at the last `separator`.
    pub fn rsplit_once(&self, separator: char) -> Option<(Text, Text)> {
        let parts = self.parts();
        for (i, part) in parts.iter().enumerate().rev() {
            match part {
                Part::Hole(hole) if hole.charset.allows(separator) => return None,
                Part::Hole(_) => {}
                Part::Lit(lit) => {
                    if let Some((before, after)) = lit.rsplit_once(separator) {
                        return Some(cut(&parts, i, before, after));
                    }
                }
            }
        }
        None
    }

    pub fn strip_prefix(&self, prefix: &str) -> Option<Text> {
        let mut parts = self.parts();
        match parts.first_mut() {
            Some(Part::Lit(lit)) => *lit = lit.strip_prefix(prefix)?.into(),
            _ => return None,
        }
        Some(Text::from_parts(parts))
    }

    pub fn strip_suffix(&self, suffix: &str) -> Option<Text> {
        let mut parts = self.parts();
        match parts.last_mut() {
            Some(Part::Lit(lit)) => *lit = lit.strip_suffix(suffix)?.into(),
            _ => return None,
        }
        Some(Text::from_parts(parts))
    }
}

/// What stands on both sides of a separator in the literal part `at`.
fn cut(parts: &[Part], at: usize, before: &str, after: &str) -> (Text, Text) {
    let head = parts[..at].iter().cloned().chain([Part::Lit(before.into())]);
    let tail = [Part::Lit(after.into())].into_iter().chain(parts[at + 1..].iter().cloned());
    (Text::from_parts(head), Text::from_parts(tail))
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Lit(text) => f.write_str(text),
            Repr::Parts(parts) => parts.iter().try_for_each(|part| match part {
                Part::Lit(lit) => f.write_str(lit),
                // A parameter of a path, which everybody calls so.
                Part::Hole(hole) if hole.id.starts_with('{') => f.write_str(&hole.id),
                Part::Hole(hole) => write!(f, "${{{}}}", hole.id),
            }),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::new("")
    }
}

impl super::Blank for Text {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::new(text)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::new(text)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire {
    Lit(Arc<str>),
    Holes {
        #[serde(rename = "$text")]
        parts: Vec<WirePart>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WirePart {
    Lit(Arc<str>),
    Hole(Arc<Hole>),
}

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if let Repr::Lit(text) = &self.0 {
            return to.serialize_str(text);
        }
        let parts = self
            .parts()
            .into_iter()
            .map(|part| match part {
                Part::Lit(lit) => WirePart::Lit(lit),
                Part::Hole(hole) => WirePart::Hole(hole),
            })
            .collect();
        Wire::Holes { parts }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Wire::deserialize(from)? {
            Wire::Lit(text) => Text::new(text),
            Wire::Holes { parts } => Text::from_parts(parts.into_iter().map(|part| match part {
                WirePart::Lit(lit) => Part::Lit(lit),
                WirePart::Hole(hole) => Part::Hole(hole),
            })),
        })
    }
}
