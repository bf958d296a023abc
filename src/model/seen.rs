//! What is known about a field, and why not.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
            Gap::Computed { expr, .. } => format!("give a value for {expr}"),
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
        // The raw text is borrowed, so a known field is parsed once and never buffered.
        let raw: &serde_json::value::RawValue = Deserialize::deserialize(from)?;
        let text = raw.get();
        let parsed = if text == "null" {
            Ok(Seen::Unset)
        } else if text.starts_with("{\"$gap\"") {
            #[derive(Deserialize)]
            struct Hidden {
                #[serde(rename = "$gap")]
                gap: Gap,
            }
            serde_json::from_str(text).map(|Hidden { gap }| Seen::Unknown(gap))
        } else {
            serde_json::from_str(text).map(Seen::Set)
        };
        parsed.map_err(serde::de::Error::custom)
    }
}
