//! Bodies of `application/x-www-form-urlencoded`, as the query APIs of SQS and SNS read them.

use super::{Token, Variables, tokens, within};
use crate::analysis::vtl::ast::{Block, Span};
use crate::model::{Part, Text};

/// `Action=SendMessage&MessageBody=…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub pairs: Vec<Pair>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Decoded where it is literal.
    pub key: Text,
    /// Decoded where it is literal. A hole may stand for encoded text.
    pub value: Text,
    pub span: Span,
    /// It starts in a branch, a loop or a block.
    pub conditional: bool,
    /// References in it that are not `$util.urlEncode(…)`: `&`, `=`, `+` and `%` in what they write are not taken for
    /// text.
    pub raw: Vec<Span>,
}

impl Form {
    /// The first value of a key, if the key is literal.
    pub fn get(&self, key: &str) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.key.lit() == Some(key))
    }
}

/// `None` where the output does not begin as `name=`.
pub(in crate::analysis::vtl) fn form(source: &str, template: &Block) -> Option<Form> {
    let variables = Variables::of(source, template);
    let tokens = tokens(template);
    let first = tokens.iter().find_map(|token| match token {
        Token::Lit(text, _) if text.trim().is_empty() => None,
        Token::Lit(text, _) => Some(text.trim_start()),
        Token::Hole(_) | Token::Other(_) => Some(""),
        Token::Open | Token::Close => None,
    })?;
    let (name, _) = first.split_once('=')?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
        return None;
    }
    let mut form = Form { pairs: Vec::new() };
    let mut open = Open::default();
    let mut depth = 0;
    for token in tokens {
        match token {
            Token::Open => depth += 1,
            Token::Close => {
                depth -= 1;
                if open.depth > depth {
                    open.end(&mut form);
                    open.depth = depth;
                } else if open.depth == depth {
                    open.hole(&variables, Span::new(open.span.end, open.span.end));
                }
            }
            Token::Hole(reference) if depth == open.depth || open.is_blank() => {
                open.start(reference.span, depth);
                let value = variables.reference(reference);
                if !value.encoded {
                    open.raw.push(reference.span);
                }
                open.push(value.text.parts());
                open.span.end = reference.span.end;
            }
            Token::Other(span) => open.hole(&variables, span),
            Token::Hole(reference) => open.raw.push(reference.span),
            Token::Lit(text, span) => {
                let mut at = 0;
                for (i, piece) in text.split('&').enumerate() {
                    if i > 0 {
                        open.end(&mut form);
                        open = Open::default();
                        open.depth = depth;
                        at += 1;
                    }
                    if depth == open.depth || open.is_blank() {
                        open.literal(piece, within(text, span, at, at + piece.len()), depth);
                    }
                    at += piece.len();
                }
            }
        }
    }
    open.end(&mut form);
    Some(form)
}

/// A pair that has not ended yet.
#[derive(Default)]
struct Open {
    key: Option<Text>,
    parts: Vec<Part>,
    raw: Vec<Span>,
    span: Span,
    depth: usize,
}

impl Open {
    fn is_blank(&self) -> bool {
        self.key.is_none() && self.parts.is_empty()
    }

    fn start(&mut self, span: Span, depth: usize) {
        if self.is_blank() {
            self.span = span;
            self.depth = depth;
        }
    }

    fn push(&mut self, parts: Vec<Part>) {
        self.parts.extend(parts);
    }

    fn hole(&mut self, variables: &Variables<'_>, span: Span) {
        if !self.is_blank() {
            self.parts.extend(variables.unknown(span).parts());
        }
    }

    fn literal(&mut self, piece: &str, at: Span, depth: usize) {
        let piece = if self.is_blank() { piece.trim_start() } else { piece };
        if piece.is_empty() {
            return;
        }
        self.start(at, depth);
        self.span.end = at.end;
        match (&self.key, piece.split_once('=')) {
            (None, Some((key, value))) => {
                self.parts.push(Part::Lit(decode(key).into()));
                self.key = Some(Text::from_parts(std::mem::take(&mut self.parts)));
                self.parts.push(Part::Lit(decode(value).into()));
            }
            _ => self.parts.push(Part::Lit(decode(piece).into())),
        }
    }

    fn end(&mut self, form: &mut Form) {
        if self.is_blank() {
            return;
        }
        let mut parts = std::mem::take(&mut self.parts);
        if let Some(Part::Lit(last)) = parts.last_mut() {
            *last = last.trim_end().into();
        }
        let text = Text::from_parts(parts);
        let (key, value) = match self.key.take() {
            Some(key) => (key, text),
            None => (text, Text::default()),
        };
        let raw = std::mem::take(&mut self.raw);
        form.pairs.push(Pair { key, value, span: self.span, conditional: self.depth > 0, raw });
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
