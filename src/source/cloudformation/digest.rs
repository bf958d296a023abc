//! A short name for an expression: the same for the same expression, wherever it stands.

use crate::model::hex;
use crate::source::tree::{Is, Node};
use sha2::{Digest, Sha256};

/// The function's name and twelve digits.
pub(super) fn of(node: &Node) -> String {
    let mut hash = Sha256::new();
    feed(&mut hash, node);
    let name = node.only().map_or("value", |only| only.key.trim_start_matches("Fn::"));
    format!("{name}:{}", hex(&hash.finalize()[..6]))
}

fn feed(hash: &mut Sha256, node: &Node) {
    let mut part = |tag: &str, text: &str| {
        hash.update(tag);
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    };
    match &node.is {
        Is::Null => part("0", ""),
        Is::Bool(is) => part("b", if *is { "1" } else { "0" }),
        Is::Number(number) => part("n", number),
        Is::Text(text) => part("t", text),
        Is::List(items) => {
            hash.update("l");
            hash.update(items.len().to_le_bytes());
            items.iter().for_each(|item| feed(hash, item));
        }
        Is::Map(members) => {
            hash.update("m");
            hash.update(members.len().to_le_bytes());
            for member in members {
                hash.update(member.key.len().to_le_bytes());
                hash.update(&*member.key);
                feed(hash, &member.value);
            }
        }
    }
}
