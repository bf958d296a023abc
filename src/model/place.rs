//! Where a fact stands, and what speaks for a verdict.

use super::{Described, SourceFile, Str, redact};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A field of a resource, as a person can look it up.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The ARN where AWS defines one, else AWS's own id.
    pub resource: String,
    /// JSON pointer into the resource's facts.
    pub pointer: String,
    /// Where the value is a text with a grammar of its own (a mapping template): the bytes
    /// of it that are meant.
    pub within: Option<Range<usize>>,
    /// The resource as JSON, which few reports read again; texts with holes and gaps as captures write them.
    document: Arc<str>,
    /// Where a person wrote it, if it comes from a file of theirs.
    pub origin: Option<Origin>,
    /// Where the resource itself was written: a part of it may stand elsewhere.
    pub of: Option<Origin>,
}

/// Which bytes of which file say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub file: Arc<SourceFile>,
    pub at: Range<usize>,
}

/// What stands where in the files of a run: by the resource as [`Place`]s name it, and the pointer into its facts.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    things: BTreeMap<String, Written>,
    /// What stands before the names of each of several templates.
    prefixes: Vec<Str>,
}

#[derive(Debug, Clone, Default)]
struct Written {
    /// What its author calls it: a logical id.
    name: Option<String>,
    /// Where in its author's program it is made: a construct's path.
    path: Option<String>,
    /// Under which condition it is made.
    condition: Option<String>,
    fields: BTreeMap<String, Origin>,
}

impl Origins {
    pub fn prefix(&mut self, prefix: Str) {
        self.prefixes.extend((!prefix.is_empty()).then_some(prefix));
    }

    /// A text in which things are called as their own template calls them.
    pub fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let plain = |text: Cow<'t, str>, prefix: &Str| match text.contains(&**prefix) {
            true => Cow::Owned(text.replace(&**prefix, "")),
            false => text,
        };
        // A prefix ends in `#0/` or another number: most texts hold none.
        let prefixes: &[Str] = if text.contains('#') { &self.prefixes } else { &[] };
        prefixes.iter().fold(Cow::Borrowed(text), plain)
    }

    pub fn insert(&mut self, resource: impl Into<String>, pointer: impl Into<String>, origin: Origin) {
        self.things.entry(resource.into()).or_default().fields.insert(pointer.into(), origin);
    }

    pub fn name(&mut self, resource: impl Into<String>, name: impl Into<String>) {
        self.things.entry(resource.into()).or_default().name = Some(name.into());
    }

    pub fn path(&mut self, resource: impl Into<String>, path: impl Into<String>) {
        self.things.entry(resource.into()).or_default().path = Some(path.into());
    }

    pub fn condition(&mut self, resource: impl Into<String>, condition: impl Into<String>) {
        self.things.entry(resource.into()).or_default().condition = Some(condition.into());
    }

    /// The condition under which the resource is made.
    pub fn condition_of(&self, resource: &str) -> Option<&str> {
        self.things.get(resource)?.condition.as_deref()
    }

    /// The construct that makes the resource.
    pub fn path_of(&self, resource: &str) -> Option<&str> {
        self.things.get(resource)?.path.as_deref()
    }

    /// What the author of a file calls the resource.
    pub fn name_of(&self, resource: &str) -> Option<&str> {
        self.things.get(resource)?.name.as_deref()
    }

    /// Where the field stands, or what it is nearest to: the object around it, at last the resource.
    pub fn find(&self, resource: &str, pointer: &str) -> Option<&Origin> {
        let fields = &self.things.get(resource)?.fields;
        let mut at = pointer;
        loop {
            if let Some(origin) = fields.get(at) {
                return Some(origin);
            }
            at = &at[..at.rfind('/')?];
        }
    }

    pub fn append(&mut self, mut other: Origins) {
        self.things.append(&mut other.things);
        self.prefixes.append(&mut other.prefixes);
    }
}

/// What speaks for a verdict. The tree is printed in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence {
    /// A field was read and has this value.
    Read { place: Place, says: String },
    /// Something is proven absent, and this is why the absence is a fact.
    Missing { what: String, seen_all: String },
    /// A conclusion and what it rests on.
    Because { says: String, of: Vec<Evidence> },
    /// The page of the AWS documentation that says so.
    Document { title: String, url: &'static str },
}

impl Evidence {
    pub fn read(place: Place, says: impl Into<String>) -> Self {
        Evidence::Read { place, says: says.into() }
    }

    pub fn missing(what: impl Into<String>, seen_all: impl Into<String>) -> Self {
        Evidence::Missing { what: what.into(), seen_all: seen_all.into() }
    }

    pub fn because(says: impl Into<String>, of: Vec<Evidence>) -> Self {
        Evidence::Because { says: says.into(), of }
    }
}

impl Place {
    /// The field at `pointer` of `thing`, e.g. `/timeoutInMillis`; `""` is the whole.
    pub fn of(thing: &impl Described, pointer: impl Into<String>) -> Place {
        Place::new(thing.id(), thing, pointer)
    }

    pub fn new(resource: impl Into<String>, facts: &impl Serialize, pointer: impl Into<String>) -> Place {
        let document = serde_json::to_string(facts).unwrap_or_default().into();
        Place { resource: resource.into(), pointer: pointer.into(), within: None, document, origin: None, of: None }
    }

    /// Only this part of the text at the pointer; bytes.
    #[must_use]
    pub fn part(self, within: Range<usize>) -> Place {
        Place { within: Some(within), ..self }
    }

    /// The value that is meant, as a person would write it; empty where there is none.
    pub fn value(&self) -> String {
        let whole = self.whole();
        match &self.within {
            Some(within) => whole.get(within.clone()).unwrap_or_default().to_owned(),
            None => whole,
        }
    }

    /// Which bytes of a file say so: the value's, or only those of the part that is meant, where the file shows that part
    /// as it is.
    pub fn written(&self) -> Option<Origin> {
        let origin = self.origin.as_ref()?;
        let part = self.within.clone().and_then(|within| self.part_of(origin, within));
        Some(Origin { at: part.unwrap_or_else(|| origin.at.clone()), ..origin.clone() })
    }

    fn part_of(&self, origin: &Origin, within: Range<usize>) -> Option<Range<usize>> {
        let raw = origin.file.text.get(origin.at.clone())?;
        let whole = self.whole();
        let part = whole.get(within.clone()).filter(|part| !part.trim().is_empty())?;
        let (before, all) = (whole.get(..within.start)?.matches(part).count(), whole.matches(part).count());
        // An escape or an indent hides a part of several lines, or makes it more often than it is.
        let start = raw.match_indices(part).nth(before).filter(|_| raw.matches(part).count() == all)?.0;
        let start = origin.at.start + start;
        Some(start..start + part.len())
    }

    fn facts(&self) -> Value {
        serde_json::from_str(&self.document).unwrap_or_default()
    }

    /// The whole value at the pointer.
    pub fn whole(&self) -> String {
        match self.facts().pointer(&self.pointer).map(shown) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
        }
    }

    /// The resource as JSON, for underlining the field in it.
    pub fn document(&self) -> String {
        serde_json::to_string_pretty(&shown(&self.facts())).unwrap_or_default()
    }

    /// Are both fields of one resource, as it was read once?
    pub fn same_document(&self, other: &Place) -> bool {
        self.document == other.document
    }
}

/// Texts with holes are shown as people would write them.
fn shown(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.contains_key("$text") => {
            super::Text::deserialize(value).map_or(Value::Null, |text| Value::String(redact::filled(&text, "*")))
        }
        Value::Object(map) if map.contains_key(super::seen::GAP_KEY) => Value::String("(not known)".into()),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
        Value::Array(list) => list.iter().map(shown).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str, part: &str) -> Origin {
        let start = text.find(part).expect("the part is there");
        let file = SourceFile::new("t.yaml", text, None);
        Origin { file: Arc::new(file), at: start..start + part.len() }
    }

    fn place(text: &str, written: &str, value: &str, within: Range<usize>) -> Place {
        let place = Place::new("r", &serde_json::json!({ "t": value }), "/t").part(within);
        Place { origin: Some(origin(text, written)), ..place }
    }

    #[test]
    fn a_part_is_underlined_only_where_the_file_says_it() {
        let says = |place: &Place| {
            let found = place.written().expect("it has an origin");
            found.file.text[found.at].to_owned()
        };
        assert_eq!(says(&place("t: '$a $b $a'", "'$a $b $a'", "$a $b $a", 6..8)), "$a");
        let found = place("t: '$a $b $a'", "'$a $b $a'", "$a $b $a", 6..8).written().expect("it has an origin");
        assert_eq!(found.at, 10..12, "the second one");
        let block = "t: |\n  #if($x)\n  $y\n";
        assert_eq!(says(&place(block, "|\n  #if($x)\n  $y", "#if($x)\n$y\n", 8..10)), "$y");
        let escaped = r#"t: "a\tb\tb""#;
        assert_eq!(says(&place(escaped, r#""a\tb\tb""#, "a\tb\tb", 4..5)), "b", "the second one");
        let more = r#"t: "a\tt""#;
        assert_eq!(says(&place(more, r#""a\tt""#, "a\tt", 2..3)), r#""a\tt""#, "which t?");
    }
}
