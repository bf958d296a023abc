//! Members of JSON-like templates, and ARNs anywhere.

use super::{Token, Variables, tokens, within};
use crate::analysis::vtl::ast::{Block, Expr, NodeKind, Reference, Span, StringLiteral};
use crate::analysis::vtl::walk::{Visit, walk};
use crate::model::{Part, Text};

/// `"key": "value"`, at any depth, or `"key": $reference`. Numbers, words, lists and objects are not fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: String,
    /// With JSON's escapes resolved in its literal parts.
    pub value: Text,
    /// From the value's first byte to its last.
    pub span: Span,
    /// It stands in a branch, a loop or a block: not every request writes it, or writes it once.
    pub conditional: bool,
}

/// A literal, such as an ARN, that a template writes or holds in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    pub value: Text,
    pub span: Span,
}

/// A string that has not ended yet.
struct Open {
    parts: Vec<Part>,
    text: String,
    start: usize,
    depth: usize,
    escape: bool,
    /// It holds nothing but literal text.
    literal: bool,
}

#[derive(Clone, Default)]
struct Place {
    /// The last string, while it can be a key.
    key: Option<String>,
    colon: bool,
}

pub(in crate::analysis::vtl) fn fields(source: &str, template: &Block) -> Vec<Field> {
    let variables = Variables::of(source, template);
    let mut found = Vec::new();
    let mut place = Place::default();
    let mut places: Vec<Place> = Vec::new();
    let mut open: Option<Open> = None;
    for token in tokens(template) {
        match (token, &mut open) {
            (Token::Open, _) => places.push(place.clone()),
            (Token::Close, inside) => {
                place = places.pop().unwrap_or_default();
                match inside {
                    // It ends in another branch, or not at all: what follows cannot be told apart.
                    Some(string) if string.depth > places.len() => return found,
                    Some(string) => string.hole(&variables, Span::new(string.start, string.start)),
                    None => {}
                }
            }
            (_, Some(string)) if string.depth < places.len() => {}
            (Token::Hole(reference), Some(string)) => {
                string.flush();
                string.literal = false;
                string.parts.extend(variables.reference(reference).text.parts());
            }
            (Token::Other(span), Some(string)) => string.hole(&variables, span),
            (Token::Hole(reference), None) => {
                if let (Some(key), true) = (place.key.take(), place.colon) {
                    let value = variables.reference(reference).text;
                    found.push(Field { key, value, span: reference.span, conditional: !places.is_empty() });
                }
                place = Place::default();
            }
            (Token::Other(_), None) => place = Place::default(),
            (Token::Lit(text, span), _) => {
                for (at, c) in text.char_indices() {
                    let inside = within(text, span, at, at + c.len_utf8());
                    let Some(string) = &mut open else {
                        match c {
                            '"' => open = Some(Open::new(inside.end, places.len())),
                            ':' if place.key.is_some() => place.colon = true,
                            _ if c.is_whitespace() => {}
                            _ => place = Place::default(),
                        }
                        continue;
                    };
                    if !string.take(c) {
                        continue;
                    }
                    let Some(done) = open.take() else { continue };
                    let (start, literal, value) = (done.start, done.literal, done.close());
                    match (place.key.take(), place.colon) {
                        (Some(key), true) => {
                            let span = Span::new(start.min(inside.start), inside.start.max(start));
                            found.push(Field { key, value, span, conditional: !places.is_empty() });
                            place = Place::default();
                        }
                        _ => place = Place { key: value.lit().filter(|_| literal).map(str::to_owned), colon: false },
                    }
                }
            }
        }
    }
    found
}

impl Open {
    fn new(start: usize, depth: usize) -> Open {
        Open { parts: Vec::new(), text: String::new(), start, depth, escape: false, literal: true }
    }

    /// Whether `c` ends the string.
    fn take(&mut self, c: char) -> bool {
        match c {
            _ if self.escape => {
                self.escape = false;
                match c {
                    '"' | '\\' | '/' => self.text.push(c),
                    'n' => self.text.push('\n'),
                    't' => self.text.push('\t'),
                    _ => self.text.extend(['\\', c]),
                }
            }
            '\\' => self.escape = true,
            '"' => return true,
            _ => self.text.push(c),
        }
        false
    }

    fn flush(&mut self) {
        self.parts.push(Part::Lit(std::mem::take(&mut self.text).into()));
    }

    fn hole(&mut self, variables: &Variables<'_>, span: Span) {
        self.flush();
        self.literal = false;
        self.parts.extend(variables.unknown(span).parts());
    }

    fn close(mut self) -> Text {
        self.flush();
        Text::from_parts(self.parts)
    }
}

pub(in crate::analysis::vtl) fn arns(source: &str, template: &Block) -> Vec<Literal> {
    let variables = Variables::of(source, template);
    let mut found = Vec::new();
    scan(tokens(template), &variables, &mut found);
    let mut strings = Strings { variables: &variables, found };
    walk(template, &mut strings);
    strings.found.sort_by_key(|literal| literal.span.start);
    strings.found
}

struct Strings<'v, 't> {
    variables: &'v Variables<'t>,
    found: Vec<Literal>,
}

impl<'t> Visit<'t> for Strings<'_, 't> {
    fn reference(&mut self, _: &'t Reference, _: bool) {}

    fn string(&mut self, expr: &'t Expr, text: &'t StringLiteral) {
        let tokens = match &text.template {
            Some(inner) if inner.nodes.iter().all(|node| !matches!(node.kind, NodeKind::Set { .. })) => tokens(inner),
            Some(_) => return,
            None => vec![Token::Lit(&text.value, Span::new(expr.span.start + 1, expr.span.end.saturating_sub(1)))],
        };
        scan(tokens, self.variables, &mut self.found);
    }
}

/// An ARN that has not ended yet.
struct Arn {
    parts: Vec<Part>,
    span: Span,
}

fn scan<'t>(tokens: Vec<Token<'t>>, variables: &Variables<'t>, found: &mut Vec<Literal>) {
    let mut open: Option<Arn> = None;
    let mut end = |open: &mut Option<Arn>| {
        found.extend(open.take().map(|arn| Literal { value: Text::from_parts(arn.parts), span: arn.span }));
    };
    for token in tokens {
        match token {
            Token::Lit(text, span) => {
                let mut at = 0;
                while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
                    if let Some(arn) = &mut open {
                        let length = rest.find(ends_arn).unwrap_or(rest.len());
                        arn.parts.push(Part::Lit(rest.get(..length).unwrap_or_default().into()));
                        arn.span.end = within(text, span, at, at + length).end;
                        at += length;
                        if length < rest.len() {
                            end(&mut open);
                        }
                        continue;
                    }
                    let Some(start) = rest.find("arn:") else { break };
                    let before = text.get(..at + start).and_then(|before| before.chars().next_back());
                    at += start;
                    if before.is_some_and(char::is_alphanumeric) {
                        at += 4;
                    } else {
                        let from = within(text, span, at, at).start;
                        open = Some(Arn { parts: Vec::new(), span: Span::new(from, from) });
                    }
                }
            }
            Token::Hole(reference) => {
                if let Some(arn) = &mut open {
                    arn.parts.extend(variables.reference(reference).text.parts());
                    arn.span.end = reference.span.end;
                }
            }
            Token::Other(span) => {
                if let Some(arn) = &mut open {
                    arn.parts.extend(variables.unknown(span).parts());
                }
                end(&mut open);
            }
            Token::Open | Token::Close => {
                if let Some(arn) = &mut open {
                    let here = Span::new(arn.span.end, arn.span.end);
                    arn.parts.extend(variables.unknown(here).parts());
                }
                end(&mut open);
            }
        }
    }
    end(&mut open);
}

fn ends_arn(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '\\' | ',' | ';' | '&' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}')
}
