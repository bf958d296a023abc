//! Where an import puts the paths of a document: below its base path (`prepend`), below what follows the base path's
//! first part (`split`), or where they are (`ignore`, the default).
//!
//! The base path is `basePath` in OpenAPI 2. In OpenAPI 3 it is the default of the servers' first variable of that name,
//! or without one the path of the server's URL. What nobody documents is a gap: several servers with different paths,
//! empty parts, variables in a URL, and where `$default` goes.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html>.

use super::fields::text;
use crate::model::{Gap, Seen, Text};
use crate::source::cloudformation::{Entry, Known, Value};
use std::borrow::Cow;

/// The option among those of a REST API's import.
pub(super) fn option(parameters: Seen<&Value>) -> Seen<Text> {
    let named = |entry: &&Entry| entry.key.eq_ignore_ascii_case("basepath");
    let found = match parameters {
        Seen::Set(Value { is: Known::Map(entries), .. }) => entries.iter().find(named),
        Seen::Set(_) => return Seen::Unknown(Gap::not_readable("the parameters of an import")),
        Seen::Unset => None,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    match found {
        Some(entry) if &*entry.key != "basepath" => {
            Seen::Unknown(Gap::not_modelled(format!("an import with the parameter {}", entry.key)))
        }
        Some(entry) => said(&entry.value).map_or_else(Seen::Unknown, |it| Seen::Set(Text::new(it))),
        None => Seen::Unset,
    }
}

/// The document with its paths where the import puts them. References to a path's old place then lead nowhere.
///
/// # Errors
/// The gap that hides the option or the base path, or of what is not documented.
pub(super) fn placed<'v>(document: &'v Value, option: &Seen<Text>) -> Result<Cow<'v, Value>, Gap> {
    let left_out = match option.known()?.map(Text::known).transpose()? {
        None | Some("ignore") => return Ok(Cow::Borrowed(document)),
        Some("prepend") => 0,
        Some("split") => 1,
        Some(other) => return Err(Gap::not_modelled(format!("an import whose base path is to be {other}"))),
    };
    let base = base_path(document)?;
    let base: String = parts(&base)?.iter().skip(left_out).map(|part| format!("/{part}")).collect();
    match &document.is {
        Known::Map(members) if !base.is_empty() => {
            let members = members.iter().map(|member| below(&base, member)).collect::<Result<_, _>>()?;
            Ok(Cow::Owned(Value::new(document.at, Known::Map(members))))
        }
        _ => Ok(Cow::Borrowed(document)),
    }
}

fn below(base: &str, member: &Entry) -> Result<Entry, Gap> {
    let paths = match &member.value.is {
        Known::Map(paths) if &*member.key == "paths" => paths,
        _ => return Ok(member.clone()),
    };
    let moved = |path: &Entry| match &*path.key {
        key if key.starts_with("x-") => Ok(path.clone()),
        key if key.starts_with('/') && key != "/$default" => {
            Ok(Entry { key: format!("{base}{key}").into(), ..path.clone() })
        }
        key => Err(Gap::not_modelled(format!("where an import with a base path puts {key}"))),
    };
    let paths = paths.iter().map(moved).collect::<Result<_, _>>()?;
    Ok(Entry { value: Value::new(member.value.at, Known::Map(paths)), ..member.clone() })
}

/// Empty where the document has none.
fn base_path(document: &Value) -> Result<String, Gap> {
    if document.get("swagger").is_some() {
        return document.get("basePath").map_or_else(|| Ok(String::new()), said);
    }
    let servers = match document.get("servers").map(|it| &it.is) {
        None => return Ok(String::new()),
        Some(Known::List(servers)) => servers,
        Some(Known::Unknown(gap)) => return Err(gap.clone()),
        Some(_) => return Err(unreadable()),
    };
    for server in servers {
        let variables = server.get("variables");
        for hidden in [Some(server), variables].into_iter().flatten() {
            if let Known::Unknown(gap) = &hidden.is {
                return Err(gap.clone());
            }
        }
        if let Some(variable) = variables.and_then(|it| it.get("basePath")) {
            return variable.get("default").map_or_else(|| Err(unreadable()), said);
        }
    }
    let path = |server: &Value| path_of(&server.get("url").map_or_else(|| Err(unreadable()), said)?);
    let mut paths = servers.iter().map(path).collect::<Result<Vec<_>, _>>()?;
    paths.dedup();
    match paths.as_slice() {
        [] => Ok(String::new()),
        [path] => Ok(path.clone()),
        _ => Err(Gap::not_modelled("which of several servers has the base path of an import")),
    }
}

fn path_of(url: &str) -> Result<String, Gap> {
    match url.split_once("://") {
        _ if url.contains(['{', '?', '#']) => Err(unreadable()),
        Some((_, rest)) => Ok(rest.split_once('/').map(|(_, path)| format!("/{path}")).unwrap_or_default()),
        None if url.starts_with('/') && !url.starts_with("//") => Ok(url.to_owned()),
        None => Err(unreadable()),
    }
}

fn parts(base: &str) -> Result<Vec<&str>, Gap> {
    let base = base.strip_prefix('/').unwrap_or(base);
    if base.is_empty() {
        return Ok(Vec::new());
    }
    let plain =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:".contains(c));
    match base.split('/').all(|part| plain(&part)) {
        true => Ok(base.split('/').collect()),
        false => Err(Gap::not_modelled("an import with a base path of which a part is empty or no plain name")),
    }
}

fn said(value: &Value) -> Result<String, Gap> {
    match &value.is {
        Known::Unknown(gap) => Err(gap.clone()),
        _ => Ok(text(value).ok_or_else(unreadable)?.known()?.to_owned()),
    }
}

fn unreadable() -> Gap {
    Gap::not_readable("the base path of an OpenAPI document")
}
