//! The documents are constructed: no line of them comes from a real account. Their form
//! follows the developer guide and what exports look like in public.

mod http;
mod join;
mod malformed;
mod rest;

use crate::model::{Gap, Seen, Text};

/// The text of a gap that says that the document does not tell.
fn not_told<T: std::fmt::Debug>(seen: &Seen<T>) -> &str {
    match seen {
        Seen::Unknown(Gap::NotReadable { what }) => what,
        other => panic!("expected a NotReadable gap, got {other:?}"),
    }
}

fn set(text: &str) -> Seen<Text> {
    Seen::Set(Text::new(text))
}
