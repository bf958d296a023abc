//! Are two values the same, where parts of them may not be known?

use super::{Known, Value};
use crate::model::Text;

/// For every filling of the holes, for none, or `None`.
pub(super) fn values(a: &Value, b: &Value) -> Option<bool> {
    match (&a.is, &b.is) {
        (Known::Unknown(_), _) | (_, Known::Unknown(_)) => None,
        (Known::List(a), Known::List(b)) => {
            let each = a.iter().zip(b).map(|(a, b)| values(a, b));
            if a.len() == b.len() { all(each) } else { Some(false) }
        }
        (Known::Map(a), Known::Map(b)) => {
            let each = a.iter().map(|entry| {
                let twin = b.iter().find(|twin| twin.key == entry.key);
                twin.map_or(Some(false), |twin| values(&entry.value, &twin.value))
            });
            if a.len() == b.len() { all(each) } else { None }
        }
        (a, b) => match (text(a), text(b)) {
            (Some(a), Some(b)) => texts(&a, &b),
            _ => (std::mem::discriminant(a) == std::mem::discriminant(b)).then_some(true),
        },
    }
}

/// The same but for where it is written, and for nothing unknown in either.
pub(super) fn alike(a: &Value, b: &Value) -> bool {
    match (&a.is, &b.is) {
        (Known::Text(a), Known::Text(b)) => a.is_surely(b),
        (Known::List(a), Known::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Known::Map(a), Known::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && alike(&a.value, &b.value))
        }
        (Known::Unknown(_), _) => false,
        (a, b) => a == b,
    }
}

/// Conditions compare numbers and booleans as texts.
fn text(known: &Known) -> Option<Text> {
    match known {
        Known::Text(text) => Some(text.clone()),
        Known::Number(number) => Some(Text::from(number)),
        Known::Bool(is) => Some(Text::new(if *is { "true" } else { "false" })),
        _ => None,
    }
}

pub(super) fn all(each: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut open = false;
    for one in each {
        match one {
            Some(false) => return Some(false),
            Some(true) => {}
            None => open = true,
        }
    }
    (!open).then_some(true)
}

fn texts(a: &Text, b: &Text) -> Option<bool> {
    match a.is_surely(b) {
        true => Some(true),
        false => a.is_surely_not(b).then_some(false),
    }
}
