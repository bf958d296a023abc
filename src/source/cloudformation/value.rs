//! A property's value after its intrinsics have been followed as far as a template can.

use crate::model::{Gap, Str, Text};
use crate::source::tree::Span;

/// A value and where it stands in the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub at: Span,
    pub is: Known,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    Null,
    Bool(bool),
    /// As it is written.
    Number(Str),
    /// With a hole for each part that only a deployment knows.
    Text(Text),
    List(Vec<Value>),
    Map(Vec<Entry>),
    /// Nothing of it is known, not even of which type it is.
    Unknown(Gap),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Str,
    pub key_at: Span,
    pub value: Value,
}

impl Value {
    pub fn new(at: Span, is: Known) -> Value {
        Value { at, is }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.is {
            Known::Map(entries) => entries.iter().find(|entry| &*entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }
}
