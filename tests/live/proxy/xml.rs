//! As much XML as AWS's answers need: they have neither attributes that matter nor mixed content.

use std::ops::Range;

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The text of the first element of that name.
pub(crate) fn text<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let start = xml.find(&format!("<{name}>"))? + name.len() + 2;
    let length = xml[start..].find(&format!("</{name}>"))?;
    Some(&xml[start..start + length])
}

/// Where the children of the first element `list` are; only elements called `child` count.
pub(crate) fn children(xml: &str, list: &str, child: &str) -> Option<Vec<Range<usize>>> {
    let inside = element(xml, list, 0)?;
    let mut found = Vec::new();
    let mut at = inside.start;
    while let Some(whole) = whole_element(xml, child, at) {
        if whole.end > inside.end {
            break;
        }
        at = whole.end;
        found.push(whole);
    }
    Some(found)
}

/// The content of the first element `name` at or after `from`.
fn element(xml: &str, name: &str, from: usize) -> Option<Range<usize>> {
    let open = format!("<{name}>");
    let whole = whole_element(xml, name, from)?;
    Some(whole.start + open.len()..whole.end - open.len() - 1)
}

/// The same with its tags; an element of the same name may be nested inside.
fn whole_element(xml: &str, name: &str, from: usize) -> Option<Range<usize>> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let start = from + xml[from..].find(&open)?;
    let mut at = start + open.len();
    let mut depth = 1;
    while depth > 0 {
        let next_close = at + xml[at..].find(&close)?;
        match xml[at..next_close].find(&open) {
            Some(nested) => {
                depth += 1;
                at += nested + open.len();
            }
            None => {
                depth -= 1;
                at = next_close + close.len();
            }
        }
    }
    Some(start..at)
}
