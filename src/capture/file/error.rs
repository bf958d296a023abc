//! What can be wrong with a capture file.

use crate::capture::FORMAT;
use miette::Diagnostic;
use serde_json::error::Category;
use std::fmt;

/// Why a capture cannot be read, and where. Values of the file are never repeated: they
/// may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}", Place(self))]
pub struct CaptureError {
    /// The file's name; empty for text that is in no file.
    pub file: String,
    /// From 1; 0 where the fault is not in one place.
    pub line: u64,
    /// In bytes, from 1; 0 where the whole line is meant.
    pub column: u64,
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("cannot be read: {0}")]
    Io(String),
    #[error("is not text in UTF-8")]
    Encoding,
    #[error("the file ends in the middle of a record: it was cut off")]
    Cut,
    #[error("the file ends before {count} of the APIs in its directory, the first of them {first}: it was cut off")]
    Short { count: usize, first: String },
    #[error("a record is longer than {limit} bytes")]
    TooLong { limit: u64 },
    #[error("{0}")]
    Json(String),
    #[error("expected a record: a JSON object")]
    NotARecord,
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("the format is {found}, and this gatelint reads {FORMAT}")]
    Format { found: String },
    #[error("is no capture: a header with \"format\": \"{FORMAT}\" is missing")]
    NoHeader,
    #[error("the directory of APIs is missing: the file was cut off, or is not complete yet")]
    NoDirectory,
    #[error("a record of the unknown kind {record}{}", written_by(.version))]
    UnknownRecord { record: String, version: Option<String> },
    #[error("{record}: the record lacks its {field}")]
    Incomplete { record: &'static str, field: &'static str },
    #[error("a second record of {what}")]
    Duplicate { what: String },
    #[error("the gap at {pointer} is misplaced: {why}")]
    Gap { pointer: String, why: &'static str },
    #[error("a record of the kind {record} after the first API, in a file whose directory stands before its APIs")]
    Late { record: String },
    #[error("the API {id} is not in the directory")]
    NotInDirectory { id: String },
    #[error("there is no capture to merge")]
    Nothing,
}

/// Names what the file calls something, cut to a bearable length and with its control
/// characters escaped.
pub(super) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    format!("{short:?}{}", if short.len() < name.len() { "…" } else { "" })
}

fn written_by(version: &Option<String>) -> String {
    version.as_ref().map_or_else(String::new, |version| format!("; the file was written by gatelint {version}"))
}

struct Place<'a>(&'a CaptureError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CaptureError { file, line, column, .. } = self.0;
        f.write_str(file)?;
        match (line, column) {
            (0, _) => {}
            (line, column) if file.is_empty() => write!(f, "line {line}{}", Column(*column, ", column "))?,
            (line, column) => write!(f, ":{line}{}", Column(*column, ":"))?,
        }
        if file.is_empty() && *line == 0 { Ok(()) } else { f.write_str(": ") }
    }
}

struct Column(u64, &'static str);

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, "{}{}", self.1, self.0) }
    }
}

impl Diagnostic for CaptureError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("gatelint::capture"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = match &self.fault {
            Fault::Cut | Fault::Short { .. } | Fault::NoDirectory => "record the account again, or copy the file again",
            Fault::Format { .. } | Fault::UnknownRecord { .. } => {
                "read it with a gatelint at least as new as its writer"
            }
            Fault::Late { .. } => "put the directory after the shared records, as `gatelint capture` does",
            Fault::Gap { .. } => "a gap's key is a JSON pointer into `facts`, such as \"/Policy\"",
            _ => return None,
        };
        Some(Box::new(help))
    }
}

impl Fault {
    pub(super) fn io(error: &std::io::Error) -> Fault {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Fault::Cut,
            _ => Fault::Io(error.to_string()),
        }
    }

    pub(super) fn json(error: &serde_json::Error) -> Fault {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        Fault::Json(match error.classify() {
            Category::Data => without_value(message),
            _ => format!("is not JSON: {message}"),
        })
    }
}

/// serde tells the value that it did not like; only its type may be shown.
fn without_value(message: &str) -> String {
    const SAFE: [&str; 4] = ["missing field ", "duplicate field ", "data did not match ", "a gap stands for "];
    let kept = |head: &str| match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("{head}, expected {expected}"),
        None => head.to_owned(),
    };
    for wrong in ["invalid type: ", "invalid value: "] {
        if let Some(rest) = message.strip_prefix(wrong) {
            let found = rest.split([' ', ',']).next().unwrap_or_default();
            return kept(&format!("{wrong}{found}"));
        }
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let name = rest.split('`').next().unwrap_or_default();
        return format!("unknown field {}", quoted(name));
    }
    if message.starts_with("unknown variant ") {
        return kept("unknown value");
    }
    if SAFE.iter().any(|safe| message.starts_with(safe)) {
        return message.to_owned();
    }
    "a value that this field cannot have".to_owned()
}
