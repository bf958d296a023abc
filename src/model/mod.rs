//! The AWS things that stand on a request's path, in AWS's own words.
//!
//! Fields carry botocore's member names, so a record can be compared with what the
//! AWS CLI prints. Identifiers are plain; everything that a denied call or a template
//! expression may hide is [`Seen`]; strings of the configuration are [`Text`].

pub mod described;
pub mod ec2;
pub mod elb;
pub mod excerpt;
pub mod iam;
pub mod lambda;
pub mod nearest;
pub mod place;
pub mod policy;
pub mod redact;
pub mod refs;
pub mod rest;
pub mod seen;
pub mod source_file;
pub mod subject;
pub mod text;
pub mod unit;
pub mod v2;

pub use place::{Evidence, Origin, Origins, Place};
pub use refs::{Arn, Kind, Ref, Scope};
pub use seen::{Gap, Seen};
pub use source_file::{Repository, SourceFile};
pub use subject::{Described, Subject};
pub use text::{Charset, Hole, Part, Text, logical_id, of_template};
pub use unit::{ApiEntry, ApiUnit};

use std::sync::Arc;

/// An identifier, name or enumeration value as AWS writes it.
pub type Str = Arc<str>;

/// Bytes as digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Is this field left out of the JSON form?
pub trait Blank {
    fn is_blank(&self) -> bool;
}

impl<T> Blank for Seen<T> {
    fn is_blank(&self) -> bool {
        self.is_unset()
    }
}

impl<T> Blank for Option<T> {
    fn is_blank(&self) -> bool {
        self.is_none()
    }
}

impl<T> Blank for Vec<T> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> Blank for std::collections::BTreeMap<K, V> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl Blank for Str {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

/// Declares facts of the AWS API: every field may be missing from the JSON form.
macro_rules! facts {
    ($case:literal; $($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)*
    })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = $case)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(default, skip_serializing_if = "crate::model::Blank::is_blank")]
                pub $field: $type,
            )*
        }
    )+};
}

/// Declares a closed set of values that AWS may extend one day.
macro_rules! aws_enum {
    ($($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($variant,)+ Other(String) }

        impl $name {
            pub fn as_str(&self) -> &str {
                match self { $($name::$variant => $text,)+ $name::Other(text) => text }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text { $($text => $name::$variant,)+ other => $name::Other(other.to_owned()) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Ok(<std::borrow::Cow<'de, str>>::deserialize(from)?.as_ref().into())
            }
        }
    )+};
}
pub(crate) use {aws_enum, facts};
