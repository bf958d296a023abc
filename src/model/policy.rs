//! Policy documents, in the form IAM writes them.
//!
//! Reading is lenient (one value or a list, one statement or a list) and writing gives
//! back what was read. What each element means is `analysis::iam`'s business.

use super::{Str, Text, facts};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

facts! { "PascalCase";
    pub struct Policy {
        pub version: Option<Str>,
        pub id: Option<Text>,
        pub statement: Many<Statement>,
    }

    pub struct Statement {
        pub sid: Option<Text>,
        pub effect: Option<Text>,
        pub principal: Option<Principal>,
        pub not_principal: Option<Principal>,
        pub action: Option<Many<Text>>,
        pub not_action: Option<Many<Text>>,
        pub resource: Option<Many<Text>>,
        pub not_resource: Option<Many<Text>>,
        /// Operator to condition key to values.
        #[serde(deserialize_with = "conditions")]
        pub condition: BTreeMap<Str, BTreeMap<Str, Many<Scalar>>>,
    }
}

/// One value or a list of them; the two mean the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Many<T> {
    List(Vec<T>),
    One(T),
}

impl<T> Many<T> {
    pub fn as_slice(&self) -> &[T] {
        match self {
            Many::List(list) => list,
            Many::One(one) => std::slice::from_ref(one),
        }
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.as_slice().iter()
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many::List(Vec::new())
    }
}

impl<T> super::Blank for Many<T> {
    fn is_blank(&self) -> bool {
        self.as_slice().is_empty()
    }
}

/// `"*"`, or principals by type: `AWS`, `Service`, `Federated`, `CanonicalUser`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Principal {
    Any(Text),
    #[serde(deserialize_with = "types")]
    ByType(BTreeMap<Str, Many<Text>>),
}

/// Condition values are strings, but people write numbers and booleans too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    Text(Text),
    Bool(bool),
    Number(serde_json::Number),
}

impl Scalar {
    pub fn text(&self) -> Cow<'_, Text> {
        match self {
            Scalar::Text(text) => Cow::Borrowed(text),
            Scalar::Bool(value) => Cow::Owned(Text::new(value.to_string())),
            Scalar::Number(value) => Cow::Owned(Text::new(value.to_string())),
        }
    }
}

/// The grammar has no key twice, so none of two may win.
struct Distinct<V>(BTreeMap<Str, V>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Distinct<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Keys(PhantomData)).map(Distinct)
    }
}

struct Keys<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Keys<V> {
    type Value = BTreeMap<Str, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<Str, V>()? {
            if found.contains_key(&key) {
                return Err(A::Error::custom(format!("`{key}` twice")));
            }
            found.insert(key, value);
        }
        Ok(found)
    }
}

fn types<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Str, Many<Text>>, D::Error> {
    Ok(Distinct::deserialize(from)?.0)
}

type Conditions = BTreeMap<Str, BTreeMap<Str, Many<Scalar>>>;

fn conditions<'de, D: Deserializer<'de>>(from: D) -> Result<Conditions, D::Error> {
    let Distinct(operators) = Distinct::<Distinct<Many<Scalar>>>::deserialize(from)?;
    Ok(operators.into_iter().map(|(operator, Distinct(keys))| (operator, keys)).collect())
}

impl Policy {
    /// Reads a policy as AWS answers it: JSON text.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn parse(json: &str) -> Result<Policy, serde_json::Error> {
        serde_json::from_str(json)
    }
}
