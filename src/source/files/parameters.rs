//! Files of parameters, in the forms that AWS's own commands take.

use super::{FileError, find};
use crate::source::tree::{self, Is, Node};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads a list of `{ParameterKey, ParameterValue}` (`create-stack`), an object with `Parameters` (CodePipeline), or an
/// object of names and values.
///
/// # Errors
/// The file cannot be read, or is none of these.
pub fn parameters(path: &Path) -> miette::Result<BTreeMap<String, String>> {
    let bytes = find::bytes(path).map_err(|error| FileError::new(path, format!("cannot be read: {error}")))?;
    let root = tree::read(0, &path.display().to_string(), &bytes)?.root;
    let wrong = || {
        FileError::new(path, "holds no parameters")
            .help("write a list of {\"ParameterKey\": …, \"ParameterValue\": …}, or an object of names and values")
    };
    if let Some(items) = root.as_list() {
        let pair =
            |item: &Node| Some((item.get("ParameterKey")?.as_text()?.to_owned(), word(item.get("ParameterValue")?)?));
        return Ok(items.iter().map(pair).collect::<Option<_>>().ok_or_else(wrong)?);
    }
    let members = root.get("Parameters").unwrap_or(&root).as_map().ok_or_else(wrong)?;
    let pair = |member: &tree::Member| Some((member.key.to_string(), word(&member.value)?));
    Ok(members.iter().map(pair).collect::<Option<_>>().ok_or_else(wrong)?)
}

fn word(node: &Node) -> Option<String> {
    match &node.is {
        Is::Text(text) | Is::Number(text) => Some(text.to_string()),
        Is::Bool(it) => Some(it.to_string()),
        Is::List(items) => Some(items.iter().map(word).collect::<Option<Vec<_>>>()?.join(",")),
        Is::Null | Is::Map(_) => None,
    }
}
