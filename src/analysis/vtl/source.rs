//! The text that is lexed, and where each of its bytes stands in the template.

use super::ast::Span;
use std::borrow::Cow;

/// A whole template, or the inside of a double-quoted string with its escapes resolved.
pub(super) struct Source<'s> {
    pub(super) text: Cow<'s, str>,
    /// Where `text` starts in the template.
    base: usize,
    /// Where it ends there.
    end: usize,
    /// Each byte's place in the template, where escapes make that more than adding `base`.
    places: Option<Vec<usize>>,
}

impl<'s> Source<'s> {
    pub(super) fn whole(text: &'s str) -> Source<'s> {
        Source { text: Cow::Borrowed(text), base: 0, end: text.len(), places: None }
    }

    /// Of the template, for `start..end` of this text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.place(start), self.place(end).max(self.place(start)))
    }

    pub(super) fn place(&self, at: usize) -> usize {
        match &self.places {
            None => (self.base + at).min(self.end),
            Some(places) => places.get(at).copied().unwrap_or(self.end),
        }
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The text between the quotes of a string literal at `start..end`, and its value. `None` where `\u` lacks its digits.
    pub(super) fn string(&self, start: usize, end: usize) -> Option<Inside> {
        let (from, to) = (start + 1, end.saturating_sub(1));
        let raw = self.slice(from, to);
        let double = self.slice(start, from) == "\"";
        let quote = if double { "\"\"" } else { "''" };
        let unicode = double && raw.contains("\\u");
        if !unicode && !raw.contains(quote) {
            return Some(Inside { value: raw.to_owned(), from, to, places: None });
        }
        let mut text = raw.to_owned();
        let mut places: Vec<usize> = (from..to).collect();
        if unicode {
            (text, places) = unescape(&text, &places)?;
        }
        (text, places) = single(&text, &places, quote);
        Some(Inside { value: text, from, to, places: Some(places) })
    }

    /// The inside of a string as a template of its own. Velocity puts a space behind it, unless it holds `##`, so that
    /// what ends it is never the end of the text.
    pub(super) fn nested(&self, inside: &Inside) -> Source<'static> {
        let mut text = inside.value.clone();
        if !text.contains("##") {
            text.push(' ');
        }
        let own = |at: &usize| self.place(*at);
        let places = match (&inside.places, &self.places) {
            (Some(places), _) => Some(places.iter().map(own).collect()),
            (None, Some(_)) => Some((inside.from..inside.to).map(|at| self.place(at)).collect()),
            (None, None) => None,
        };
        Source { text: Cow::Owned(text), base: self.place(inside.from), end: self.place(inside.to), places }
    }
}

/// A string literal's value and where each byte of it stands in the text that holds it.
pub(super) struct Inside {
    pub(super) value: String,
    from: usize,
    to: usize,
    places: Option<Vec<usize>>,
}

/// `\uXXXX` made characters; a surrogate without its other half becomes U+FFFD.
fn unescape(text: &str, places: &[usize]) -> Option<(String, Vec<usize>)> {
    let (mut out, mut at_out) = (String::new(), Vec::new());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (c, len) = match unit(rest) {
            Unit::Text(c) => (c, c.len_utf8()),
            Unit::Broken => return None,
            Unit::Code(code @ 0xD800..=0xDBFF) => match rest.get(6..).map(unit) {
                Some(Unit::Code(low @ 0xDC00..=0xDFFF)) => {
                    let c = char::decode_utf16([code, low]).next().and_then(Result::ok);
                    (c.unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                _ => (char::REPLACEMENT_CHARACTER, 6),
            },
            Unit::Code(code) => (char::from_u32(code.into()).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
        };
        let own = places.get(at..at + len).unwrap_or_default();
        if len == c.len_utf8() {
            at_out.extend_from_slice(own);
        } else {
            at_out.extend(own.iter().take(1).cycle().take(c.len_utf8()));
        }
        out.push(c);
        at += len;
    }
    Some((out, at_out))
}

enum Unit {
    Text(char),
    Code(u16),
    Broken,
}

fn unit(rest: &str) -> Unit {
    match rest.strip_prefix("\\u") {
        None => rest.chars().next().map_or(Unit::Broken, Unit::Text),
        Some(digits) => match digits.get(..4).filter(|four| four.bytes().all(|b| b.is_ascii_hexdigit())) {
            Some(four) => u16::from_str_radix(four, 16).map_or(Unit::Broken, Unit::Code),
            None => Unit::Broken,
        },
    }
}

/// Doubled quotes made single.
fn single(text: &str, places: &[usize], quote: &str) -> (String, Vec<usize>) {
    let (mut out, mut at_out) = (String::new(), Vec::new());
    let mut at = 0;
    for piece in text.split_inclusive(quote) {
        let kept = if piece.ends_with(quote) { piece.len() - 1 } else { piece.len() };
        out.push_str(piece.get(..kept).unwrap_or_default());
        at_out.extend_from_slice(places.get(at..at + kept).unwrap_or_default());
        at += piece.len();
    }
    (out, at_out)
}
