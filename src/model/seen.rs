//! What is known about a field, and why not.

use super::of_template;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A fact that a denied call or an unresolved expression may hide.
///
/// `Unset` says that AWS was asked and has no value; only that is proof of absence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Seen<T> {
    Set(T),
    #[default]
    Unset,
    Unknown(Gap),
}

impl<T> Seen<T> {
    /// The value if there is one, `None` if AWS has none, the gap if we cannot know.
    ///
    /// # Errors
    /// The gap that hides the field.
    pub fn known(&self) -> Result<Option<&T>, Gap> {
        match self {
            Seen::Set(value) => Ok(Some(value)),
            Seen::Unset => Ok(None),
            Seen::Unknown(gap) => Err(gap.clone()),
        }
    }

    /// The value where it is both known and set.
    pub fn set(&self) -> Option<&T> {
        match self {
            Seen::Set(value) => Some(value),
            _ => None,
        }
    }

    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Seen::Unknown(gap) => Some(gap),
            _ => None,
        }
    }

    pub fn is_unset(&self) -> bool {
        matches!(self, Seen::Unset)
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Seen::Set(value) => Seen::Set(f(value)),
            Seen::Unset => Seen::Unset,
            Seen::Unknown(gap) => Seen::Unknown(gap),
        }
    }
}

impl<T> Seen<Vec<T>> {
    /// The members; none when unset. A gap is an error, never an empty list.
    ///
    /// # Errors
    /// The gap that hides the list.
    pub fn list(&self) -> Result<&[T], Gap> {
        Ok(self.known()?.map_or(&[], Vec::as_slice))
    }
}

impl<T> From<Option<T>> for Seen<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Seen::Unset, Seen::Set)
    }
}

/// Every reason why we can fail to know, each with its own remedy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Gap {
    /// AWS refused the call: grant the action.
    Denied { action: String, on: String },
    /// AWS kept throttling the call until the retries were used up.
    Throttled { action: String },
    /// The call failed for another reason.
    Failed { action: String, code: String },
    /// A listing was not read to its end.
    Truncated { action: String, got: u64 },
    /// The region is not enabled for the account.
    Disabled { region: String },
    /// The value exists only after deployment.
    Computed { expr: String, at: String },
    /// The thing belongs to an account or region outside this run.
    Elsewhere { account: String },
    /// Only the real request knows.
    Runtime { what: String },
    /// The source cannot say it.
    NotReadable { what: String },
    /// gatelint has not been taught this yet.
    NotModelled { what: String },
    /// The fact is too old to rely on.
    Stale { at: String },
}

impl Gap {
    pub fn not_readable(what: impl Into<String>) -> Self {
        Gap::NotReadable { what: what.into() }
    }

    /// No grant lifts this one.
    pub fn no_websocket_export() -> Self {
        Gap::not_readable("API Gateway exports no WebSocket deployments")
    }

    pub fn not_modelled(what: impl Into<String>) -> Self {
        Gap::NotModelled { what: what.into() }
    }

    /// What would settle it, as one imperative sentence.
    pub fn remedy(&self) -> String {
        match self {
            Gap::Denied { action, on } if on.is_empty() => format!("grant {action}"),
            Gap::Denied { action, on } => format!("grant {action} on {on}"),
            Gap::Throttled { action } => {
                format!("run again with a lower --rate: {action} stayed throttled")
            }
            Gap::Failed { action, code } => format!("run again: {action} failed with {code}"),
            Gap::Truncated { action, got } => {
                format!("run again: {action} ended after {got} items without saying that it was complete")
            }
            Gap::Disabled { region } => format!("enable the region {region}"),
            Gap::Computed { expr, .. } => computed(expr),
            Gap::Elsewhere { account } => format!("read {account} too"),
            Gap::Runtime { what } => format!("only the request itself knows {what}"),
            Gap::NotReadable { what } => format!("cannot be read: {what}"),
            Gap::NotModelled { what } => format!("gatelint does not judge this yet: {what}"),
            Gap::Stale { at } => format!("record the account again: this was read at {at}"),
        }
    }

    /// The tag of the JSON form.
    pub fn kind(&self) -> &'static str {
        match self {
            Gap::Denied { .. } => "denied",
            Gap::Throttled { .. } => "throttled",
            Gap::Failed { .. } => "failed",
            Gap::Truncated { .. } => "truncated",
            Gap::Disabled { .. } => "disabled",
            Gap::Computed { .. } => "computed",
            Gap::Elsewhere { .. } => "elsewhere",
            Gap::Runtime { .. } => "runtime",
            Gap::NotReadable { .. } => "notReadable",
            Gap::NotModelled { .. } => "notModelled",
            Gap::Stale { .. } => "stale",
        }
    }
}

/// What a template leaves open: some of it can be said beside the template.
fn computed(expr: &str) -> String {
    match (expr, expr.strip_prefix("parameter ")) {
        ("AWS::AccountId", _) => "name the account: --account".into(),
        ("AWS::Region", _) => "name the region: --region".into(),
        ("AWS::StackName", _) => "name the stack: --stack-name".into(),
        // Which of several templates asks for it is told beside it.
        (_, Some(name)) => format!("give the parameter: --parameter {}=VALUE", of_template(name).1),
        _ if expr.starts_with("the export ") => format!("check the stack that has {expr} together with this one"),
        _ if expr.starts_with("the alias ") => format!("check the template that makes {expr} together with this one"),
        _ if expr.starts_with("condition ") => format!("give the parameters that decide the {expr}"),
        _ => format!("only the deployment knows {expr}"),
    }
}

/// The key under which an unknown field stands while a record is in one piece.
/// The capture's writer lifts it into the record's side map of gaps.
pub(crate) const GAP_KEY: &str = "$gap";

impl<T: Serialize> Serialize for Seen<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Seen::Set(value) => value.serialize(to),
            Seen::Unset => to.serialize_none(),
            Seen::Unknown(gap) => to.collect_map([(GAP_KEY, gap)]),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Seen<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // As an option, so that a field which is not there at all is unset too.
        from.deserialize_option(Field(PhantomData))
    }
}

/// Hands a known value on to `T` as it comes in. Nothing is buffered but the first key
/// of an object, which tells a gap from a fact: fields nest many levels deep, and the
/// bytes of a large capture are to be looked at once.
struct Field<T>(PhantomData<T>);

macro_rules! hand_on {
    ($($visit:ident($value:ident: $type:ty) with $with:expr;)+) => {$(
        fn $visit<E: de::Error>(self, $value: $type) -> Result<Self::Value, E> {
            T::deserialize($with).map(Seen::Set)
        }
    )+};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Field<T> {
    type Value = Seen<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Seen::Unset)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Seen::Unset)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }

    hand_on! {
        visit_bool(value: bool) with value.into_deserializer();
        visit_i64(value: i64) with value.into_deserializer();
        visit_u64(value: u64) with value.into_deserializer();
        visit_f64(value: f64) with value.into_deserializer();
        visit_str(value: &str) with value.into_deserializer();
        visit_borrowed_str(value: &'de str) with BorrowedStrDeserializer::new(value);
        visit_string(value: String) with value.into_deserializer();
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(list)).map(Seen::Set)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first = map.next_key::<Key<'de>>()?;
        if first.as_ref().is_some_and(|Key(key)| key == GAP_KEY) {
            let gap = map.next_value()?;
            return match map.next_key::<Key<'de>>()? {
                None => Ok(Seen::Unknown(gap)),
                Some(_) => Err(de::Error::custom("a gap stands for a whole value, with nothing beside it")),
            };
        }
        T::deserialize(MapAccessDeserializer::new(Begun { first, map })).map(Seen::Set)
    }
}

/// An object's key, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

/// An object of which the first key was already read.
struct Begun<'de, A> {
    first: Option<Key<'de>>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(Key(Cow::Borrowed(key))) => seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some),
            Some(Key(Cow::Owned(key))) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Seen<T> {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn every_shape_of_value_is_handed_on() {
        assert_eq!(read::<bool>("true"), Seen::Set(true));
        assert_eq!(read::<i64>("3"), Seen::Set(3));
        assert_eq!(read::<i64>("-3"), Seen::Set(-3));
        assert_eq!(read::<f64>("3"), Seen::Set(3.0));
        assert_eq!(read::<f64>("0.25"), Seen::Set(0.25));
        assert_eq!(read::<String>(r#""a\"b""#), Seen::Set("a\"b".into()));
        assert_eq!(read::<Vec<i64>>("[1,2]"), Seen::Set(vec![1, 2]));
        assert_eq!(read::<i64>("null"), Seen::Unset);
        #[derive(Debug, PartialEq, Deserialize)]
        struct One {
            field: Seen<i64>,
        }
        assert_eq!(read::<One>("{}"), Seen::Set(One { field: Seen::Unset }));
    }

    #[test]
    fn what_a_template_leaves_open_says_who_knows() {
        for (expr, remedy) in [
            ("parameter Stage", "give the parameter: --parameter Stage=VALUE"),
            ("parameter orders#0/Stage", "give the parameter: --parameter Stage=VALUE"),
            ("AWS::Region", "name the region: --region"),
            ("the export shop-orders", "check the stack that has the export shop-orders together with this one"),
            ("what Orders will be called", "only the deployment knows what Orders will be called"),
        ] {
            assert_eq!(Gap::Computed { expr: expr.into(), at: String::new() }.remedy(), remedy);
        }
    }

    #[test]
    fn only_a_lone_gap_key_is_a_gap() {
        let gap = r#"{"$gap":{"kind":"denied","action":"lambda:GetPolicy","on":"arn"}}"#;
        let denied = Gap::Denied { action: "lambda:GetPolicy".into(), on: "arn".into() };
        assert_eq!(read::<i64>(gap), Seen::Unknown(denied.clone()));
        assert_eq!(read::<BTreeMap<String, i64>>(gap), Seen::Unknown(denied));
        assert_eq!(read::<BTreeMap<String, i64>>(r#"{"a\n":1}"#), Seen::Set([("a\n".into(), 1)].into()));
        assert_eq!(read::<BTreeMap<String, i64>>("{}"), Seen::Set(BTreeMap::new()));
        let beside = r#"{"$gap":{"kind":"runtime","what":"it"},"a":1}"#;
        assert!(serde_json::from_str::<Seen<BTreeMap<String, i64>>>(beside).is_err());
    }

    #[test]
    fn a_tree_of_values_is_read_as_well_as_text() {
        let tree: serde_json::Value =
            serde_json::from_str(r#"{"a":[1,{"$gap":{"kind":"runtime","what":"it"}}]}"#).unwrap();
        let read: Seen<BTreeMap<String, Vec<Seen<i64>>>> = serde_json::from_value(tree).unwrap();
        let gap = Gap::Runtime { what: "it".into() };
        assert_eq!(read, Seen::Set([("a".into(), vec![Seen::Set(1), Seen::Unknown(gap)])].into()));
    }
}
