//! Properties as facts: each is read in the type that AWS gives it, and leaves where it was written.

use crate::model::{Charset, Gap, Hole, Origin, Origins, Seen, SourceFile, Str, Text};
use crate::source::cloudformation::{Known, Value};
use crate::source::tree::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Where the facts of a run were written.
#[derive(Default)]
pub(in crate::source) struct Ledger {
    files: Vec<Arc<SourceFile>>,
    origins: RefCell<Origins>,
}

impl Ledger {
    pub(in crate::source) fn new(files: Vec<Arc<SourceFile>>) -> Ledger {
        Ledger { files, origins: RefCell::default() }
    }

    /// What reports call the file.
    pub(in crate::source) fn file(&self, at: u32) -> String {
        self.files.get(at as usize).map_or_else(String::new, |file| file.name.clone())
    }

    /// `resource` is what [`crate::model::Place`] calls it, `name` what a person does.
    pub(in crate::source) fn name(&self, resource: impl Into<String>, name: &str) {
        self.origins.borrow_mut().name(resource, name);
    }

    /// `path` is the construct's that makes it.
    pub(in crate::source) fn path(&self, resource: impl Into<String>, path: &str) {
        self.origins.borrow_mut().path(resource, path);
    }

    pub(in crate::source) fn condition(&self, resource: impl Into<String>, condition: &str) {
        self.origins.borrow_mut().condition(resource, condition);
    }

    pub(in crate::source) fn note(&self, resource: &str, pointer: impl Into<String>, at: Span) {
        if let Some(file) = self.files.get(at.file as usize) {
            let origin = Origin { file: file.clone(), at: at.range() };
            self.origins.borrow_mut().insert(resource, pointer, origin);
        }
    }

    pub(in crate::source) fn finish(self) -> Origins {
        self.origins.into_inner()
    }
}

/// The members of an object of a template, on their way to one resource's facts.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    value: &'a Value,
    ledger: &'a Ledger,
    /// As places name the resource.
    resource: Rc<str>,
    /// Into its facts.
    pointer: String,
}

impl<'a> Fields<'a> {
    pub(super) fn new(value: &'a Value, ledger: &'a Ledger, resource: impl Into<Rc<str>>) -> Fields<'a> {
        Fields { value, ledger, resource: resource.into(), pointer: String::new() }
    }

    /// The same members, as facts deeper in.
    pub(super) fn at(self, pointer: &str) -> Fields<'a> {
        Fields { pointer: pointer.to_owned(), ..self }
    }

    /// The member, with where it was written noted as the fact's origin.
    pub(super) fn get(&self, name: &str, fact: &str) -> Seen<&'a Value> {
        if let Known::Unknown(gap) = &self.value.is {
            return Seen::Unknown(gap.clone());
        }
        let Some(found) = self.value.get(name) else { return Seen::Unset };
        self.ledger.note(&self.resource, format!("{}/{}", self.pointer, escaped(fact)), found.at);
        match &found.is {
            Known::Null => Seen::Unset,
            Known::Unknown(gap) => Seen::Unknown(gap.clone()),
            _ => Seen::Set(found),
        }
    }

    fn read<T>(&self, name: &str, fact: &str, want: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Seen<T> {
        match self.get(name, fact) {
            Seen::Set(value) => read(value).map_or_else(|| Seen::Unknown(not(want, name, value)), Seen::Set),
            Seen::Unset => Seen::Unset,
            Seen::Unknown(gap) => Seen::Unknown(gap),
        }
    }

    pub(super) fn text(&self, name: &str, fact: &str) -> Seen<Text> {
        self.read(name, fact, "a text", text)
    }

    pub(super) fn int(&self, name: &str, fact: &str) -> Seen<i64> {
        self.read(name, fact, "a whole number", |value| text(value)?.lit()?.trim().parse().ok())
    }

    pub(super) fn float(&self, name: &str, fact: &str) -> Seen<f64> {
        self.read(name, fact, "a number", |value| text(value)?.lit()?.trim().parse().ok())
    }

    pub(super) fn bool(&self, name: &str, fact: &str) -> Seen<bool> {
        self.read(name, fact, "true or false", |value| match text(value)?.lit()? {
            "true" | "True" => Some(true),
            "false" | "False" => Some(false),
            _ => None,
        })
    }

    /// One of a closed set of words.
    pub(super) fn word<T: for<'t> From<&'t str>>(&self, name: &str, fact: &str) -> Seen<T> {
        self.read(name, fact, "a word", |value| text(value)?.lit().map(T::from))
    }

    /// Several of a closed set of words.
    pub(super) fn words<T: for<'t> From<&'t str>>(&self, name: &str, fact: &str) -> Seen<Vec<T>> {
        let word = |value| text(value)?.lit().map(T::from);
        self.read(name, fact, "a list of words", |value| items(value)?.iter().map(word).collect())
    }

    pub(super) fn texts(&self, name: &str, fact: &str) -> Seen<Vec<Text>> {
        self.read(name, fact, "a list of texts", |value| items(value)?.iter().map(text).collect())
    }

    pub(super) fn text_map(&self, name: &str, fact: &str) -> Seen<BTreeMap<Str, Text>> {
        let inner = self.object(name, fact);
        self.read(name, fact, "an object of texts", |value| {
            let Known::Map(entries) = &value.is else { return None };
            let within = inner.set()?;
            entries
                .iter()
                .map(|entry| Some((entry.key.clone(), within.text(&entry.key, &entry.key).set()?.clone())))
                .collect()
        })
    }

    pub(super) fn object(&self, name: &str, fact: &str) -> Seen<Fields<'a>> {
        let pointer = format!("{}/{}", self.pointer, escaped(fact));
        self.read(name, fact, "an object", |value| {
            let Known::Map(_) = value.is else { return None };
            Some(Fields { value, ledger: self.ledger, resource: self.resource.clone(), pointer })
        })
    }

    /// The objects of a list; one that is not known hides the list.
    pub(super) fn objects(&self, name: &str, fact: &str) -> Seen<Vec<Fields<'a>>> {
        let pointer = format!("{}/{}", self.pointer, escaped(fact));
        let within = |(n, value): (usize, &'a Value)| match value.is {
            Known::Map(_) => {
                let pointer = format!("{pointer}/{n}");
                self.ledger.note(&self.resource, pointer.clone(), value.at);
                Some(Fields { value, ledger: self.ledger, resource: self.resource.clone(), pointer })
            }
            _ => None,
        };
        self.read(name, fact, "a list of objects", |value| items(value)?.iter().enumerate().map(within).collect())
    }

    /// The same members, as facts of another resource.
    pub(super) fn of(self, resource: impl Into<Rc<str>>) -> Fields<'a> {
        let fields = Fields { resource: resource.into(), pointer: String::new(), ..self };
        fields.note_whole();
        fields
    }

    /// These members together are a fact too.
    pub(super) fn note_whole(&self) {
        self.ledger.note(&self.resource, self.pointer.clone(), self.value.at);
    }

    /// What stands for an identifier that is not known at all.
    pub(super) fn hole(&self, name: &str, gap: Gap) -> Text {
        let id = format!("{}.{name}", self.resource).into();
        Text::hole(Hole { id, family: None, charset: Charset::Any, gap })
    }

    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// A document in AWS's own JSON, such as a policy.
    pub(super) fn document<T: serde::de::DeserializeOwned>(&self, name: &str, fact: &str) -> Seen<T> {
        match self.get(name, fact) {
            Seen::Set(value) => {
                let pointer = format!("{}/{}", self.pointer, escaped(fact));
                note_all(self.ledger, &self.resource, &pointer, value);
                document(value).map_or_else(Seen::Unknown, Seen::Set)
            }
            Seen::Unset => Seen::Unset,
            Seen::Unknown(gap) => Seen::Unknown(gap),
        }
    }
}

/// Every part of a document is a fact of its own.
pub(super) fn note_all(ledger: &Ledger, resource: &str, pointer: &str, value: &Value) {
    ledger.note(resource, pointer, value.at);
    match &value.is {
        Known::Map(entries) => {
            for entry in entries {
                note_all(ledger, resource, &format!("{pointer}/{}", escaped(&entry.key)), &entry.value);
            }
        }
        Known::List(items) => {
            for (n, item) in items.iter().enumerate() {
                note_all(ledger, resource, &format!("{pointer}/{n}"), item);
            }
        }
        _ => {}
    }
}

/// Reads what is written as AWS's own JSON; a text that holds JSON is read too.
pub(super) fn document<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Gap> {
    let json = json(value)?;
    let json = match json.as_str() {
        Some(text) => serde_json::from_str(text).map_err(|_| unreadable())?,
        None => json,
    };
    serde_json::from_value(json).map_err(|_| unreadable())
}

fn unreadable() -> Gap {
    Gap::not_readable("a document of the template that AWS would refuse")
}

/// As JSON, in which a text with holes is an object of its parts.
///
/// # Errors
/// The gap of a part of which nothing is known.
pub(in crate::source) fn json(value: &Value) -> Result<serde_json::Value, Gap> {
    use serde_json::Value as Json;
    Ok(match &value.is {
        Known::Null => Json::Null,
        Known::Bool(it) => Json::Bool(*it),
        Known::Number(digits) => serde_json::from_str(digits).unwrap_or_else(|_| Json::String(digits.to_string())),
        Known::Text(text) => serde_json::to_value(text).unwrap_or_default(),
        Known::List(items) => Json::Array(items.iter().map(json).collect::<Result<_, _>>()?),
        Known::Map(entries) => {
            let members = entries.iter().map(|entry| Ok((entry.key.to_string(), json(&entry.value)?)));
            Json::Object(members.collect::<Result<_, Gap>>()?)
        }
        Known::Unknown(gap) => return Err(gap.clone()),
    })
}

/// CloudFormation takes numbers and booleans for texts, and texts for them.
pub(super) fn text(value: &Value) -> Option<Text> {
    Some(match &value.is {
        Known::Text(text) => text.clone(),
        Known::Number(digits) => Text::new(digits.clone()),
        Known::Bool(it) => Text::new(it.to_string()),
        _ => return None,
    })
}

/// One value stands for a list of one.
fn items(value: &Value) -> Option<&[Value]> {
    match &value.is {
        Known::List(items) => Some(items),
        Known::Text(_) | Known::Map(_) => Some(std::slice::from_ref(value)),
        _ => None,
    }
}

fn not(want: &str, name: &str, value: &Value) -> Gap {
    first_gap(value).unwrap_or_else(|| Gap::not_readable(format!("{name}, which should be {want}")))
}

/// What hides a part of the value.
fn first_gap(value: &Value) -> Option<Gap> {
    match &value.is {
        Known::Unknown(gap) => Some(gap.clone()),
        Known::Text(text) => text.holes().next().map(|hole| hole.gap.clone()),
        Known::List(items) => items.iter().find_map(first_gap),
        Known::Map(entries) => entries.iter().find_map(|entry| first_gap(&entry.value)),
        _ => None,
    }
}

/// A step of a JSON pointer.
pub(super) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
