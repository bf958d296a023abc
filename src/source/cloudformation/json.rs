//! A value as the JSON text that `Fn::ToJsonString` makes of it.

use super::{Known, Value};
use crate::model::{Charset, Gap, Hole, Part, Text};
use std::result::Result;

/// # Errors
/// A part of it is not known, so that its type is open.
pub(super) fn write(value: &Value, to: &mut Vec<Text>) -> Result<(), Gap> {
    match &value.is {
        Known::Null => to.push("null".into()),
        Known::Bool(is) => to.push(is.to_string().into()),
        Known::Number(number) => to.push(match serde_json::from_str::<serde_json::Number>(number) {
            Ok(_) => Text::from(number),
            Err(_) => Text::new(quoted(number)),
        }),
        Known::Text(text) => {
            to.push("\"".into());
            to.extend(text.parts().into_iter().map(escaped));
            to.push("\"".into());
        }
        Known::List(items) => {
            for (i, item) in items.iter().enumerate() {
                to.push(if i == 0 { "[" } else { "," }.into());
                write(item, to)?;
            }
            to.push(if items.is_empty() { "[]" } else { "]" }.into());
        }
        Known::Map(entries) => {
            for (i, entry) in entries.iter().enumerate() {
                to.push(format!("{}{}:", if i == 0 { '{' } else { ',' }, quoted(&entry.key)).into());
                write(&entry.value, to)?;
            }
            to.push(if entries.is_empty() { "{}" } else { "}" }.into());
        }
        Known::Unknown(gap) => return Err(gap.clone()),
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A hole whose value may need escapes is another hole here.
fn escaped(part: Part) -> Text {
    match part {
        Part::Lit(lit) => {
            let quoted = quoted(&lit);
            Text::new(quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default())
        }
        Part::Hole(hole) if matches!(hole.charset, Charset::Any | Charset::Segment) => {
            let id = format!("json({})", hole.id).into();
            Text::hole(Hole { id, family: None, charset: Charset::Any, gap: hole.gap.clone() })
        }
        Part::Hole(hole) => Text::hole(hole),
    }
}
