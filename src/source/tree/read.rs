//! From the bytes of a file to its tree: size, encoding, and which of the two languages it is.

use super::error::{Fault, TreeError};
use super::{Document, LARGEST, json, yaml};
use crate::model::redact;
use std::ops::Range;

/// Reads YAML or JSON: JSON is what begins with a bracket. `file` is the index that all spans carry, `name` what errors
/// call the file.
///
/// A byte order mark is passed over, and counted. A file without a value is [`super::Is::Null`].
///
/// # Errors
/// What is no UTF-8, larger than [`LARGEST`], not in the grammar, nested more than [`super::DEEPEST`] deep, of more than
/// [`super::MOST`] values; a key twice in one object, or that is no text; a tag that is not CloudFormation's; a second
/// document. The first that is met is told, with its place.
pub fn read(file: u32, name: &str, bytes: &[u8]) -> Result<Document, TreeError> {
    read_hiding(file, name, bytes, redact::lines)
}

/// The same; `secrets` tells what of a text with a fault is masked in the error.
///
/// # Errors
/// As [`read`].
pub fn read_hiding(
    file: u32,
    name: &str,
    bytes: &[u8],
    secrets: fn(&str) -> Vec<Range<usize>>,
) -> Result<Document, TreeError> {
    let whole = |fault| TreeError::whole(name, fault);
    if bytes.len() > LARGEST {
        return Err(TreeError::too_large(name));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(whole(Fault::Utf16));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(whole(Fault::Binary { at }));
    }
    let whole_text = std::str::from_utf8(bytes).map_err(|error| whole(Fault::Encoding { at: error.valid_up_to() }))?;
    let text = whole_text.strip_prefix('\u{feff}').unwrap_or(whole_text);
    let base = if text.len() < whole_text.len() { 3 } else { 0 };
    let parsed = match text.trim_start().as_bytes() {
        [b'{' | b'[', ..] => json::read(file, text, base),
        _ => yaml::read(file, text, base),
    };
    parsed.map_err(|(fault, places)| TreeError::at(name, whole_text, fault, places, secrets))
}
