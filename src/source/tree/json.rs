//! JSON, from the scanner's tokens, and nothing beyond RFC 8259.

use super::build::{Broken, Builder, Grown, distinct};
use super::error::Fault;
use super::{Document, Is, Span};
use jsonc_parser::errors::{ParseError, ParseErrorKind as Kind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{ParseStringErrorKind, Scanner, ScannerOptions};
use std::borrow::Cow;

/// `text` begins at the byte `base` of the file.
pub(super) fn read(file: u32, text: &str, base: u32) -> Result<Document, Broken> {
    let strict = ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let mut reader = Reader { scanner: Scanner::new(text, &strict), text, file, base, tree: Builder::new(), end: 0 };
    let mut expects = Expects::Value;
    loop {
        let Some(token) = reader.next()? else { return Err(reader.cut_off()) };
        match reader.token(expects, token)? {
            Step::Next(next) => expects = next,
            Step::Root(grown) => {
                return match reader.next()? {
                    None => Ok(Document { root: grown.node, comments: Vec::new() }),
                    Some(_) => Err(reader.here("more text behind the end of the value", "a file holds one value")),
                };
            }
        }
    }
}

const WORD: Fault = Fault::Json(Cow::Borrowed("a word without quotes"), "write text in double quotes");

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expects {
    Value,
    /// A value, or the end of a list that is empty so far.
    FirstItem,
    /// A name, or the end of an object that is empty so far.
    FirstName,
    Name,
    Colon,
    /// A comma, or the end of what is open.
    Comma,
}

enum Step {
    Next(Expects),
    Root(Grown),
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    text: &'a str,
    file: u32,
    base: u32,
    tree: Builder<()>,
    /// Where the last token ended.
    end: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, Broken> {
        self.end = self.scanner.token_end();
        let token = self.scanner.scan().map_err(|error| self.scan_error(&error))?;
        let between = self.text.get(self.end..self.scanner.token_start()).unwrap_or_default();
        if let Some(at) = between.find(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')) {
            let from = self.end + at;
            let width = between.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let what = Cow::Borrowed("a space that JSON does not know");
            let fault = Fault::Json(what, "write plain spaces, tabs and line ends");
            return Err((fault, vec![self.span(from, from + width)]));
        }
        Ok(token)
    }

    fn token(&mut self, expects: Expects, token: Token<'a>) -> Result<Step, Broken> {
        let at = self.span(self.scanner.token_start(), self.scanner.token_end());
        match (expects, token) {
            (Expects::Value | Expects::FirstItem, token) => match token {
                Token::CloseBracket if expects == Expects::FirstItem => self.close(at),
                token => self.value(token, at),
            },
            (Expects::FirstName | Expects::Name, Token::String(name)) => {
                self.printable(&name, at)?;
                self.tree.set_key(name.as_ref().into(), at);
                Ok(Step::Next(Expects::Colon))
            }
            (Expects::FirstName, Token::CloseBrace) => self.close(at),
            (Expects::Name, Token::CloseBrace) => Err(self.trailing()),
            (Expects::FirstName | Expects::Name, _) => {
                Err(self.here("a name has to stand here", "write names in double quotes"))
            }
            (Expects::Colon, Token::Colon) => Ok(Step::Next(Expects::Value)),
            (Expects::Colon, _) => Err(self.here("a name without its colon", "write `\"name\": value`")),
            (Expects::Comma, Token::Comma) => {
                Ok(Step::Next(if self.tree.in_map() == Some(true) { Expects::Name } else { Expects::Value }))
            }
            (Expects::Comma, Token::CloseBrace) if self.tree.in_map() == Some(true) => self.close(at),
            (Expects::Comma, Token::CloseBracket) if self.tree.in_map() == Some(false) => self.close(at),
            (Expects::Comma, Token::CloseBrace | Token::CloseBracket) => {
                Err(self.here("a closing bracket that closes nothing", "brackets open and close in pairs"))
            }
            (Expects::Comma, _) => Err(self.here("a comma is missing before this", "put a comma between two values")),
        }
    }

    fn value(&mut self, token: Token<'a>, at: Span) -> Result<Step, Broken> {
        let is = match token {
            Token::OpenBrace => {
                self.tree.open(at, Is::Map(Vec::new()), ())?;
                return Ok(Step::Next(Expects::FirstName));
            }
            Token::OpenBracket => {
                self.tree.open(at, Is::List(Vec::new()), ())?;
                return Ok(Step::Next(Expects::FirstItem));
            }
            Token::String(text) => {
                self.printable(&text, at)?;
                Is::Text(text.as_ref().into())
            }
            Token::Boolean(value) => Is::Bool(value),
            Token::Number(number) => Is::Number(number.into()),
            Token::Null => Is::Null,
            Token::CloseBracket => return Err(self.trailing()),
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                return Err(self.here("a comment", "JSON has no comments"));
            }
            Token::Word(_) => return Err((WORD, vec![at])),
            Token::CloseBrace | Token::Comma | Token::Colon => {
                return Err(self.here("a value has to stand here", "write `null` for no value"));
            }
        };
        self.put(Grown::leaf(at, is))
    }

    fn close(&mut self, at: Span) -> Result<Step, Broken> {
        let Some((grown, ())) = self.tree.close(Some(at.end)) else { return Err(self.cut_off()) };
        if let Is::Map(members) = &grown.node.is {
            distinct(members)?;
        }
        self.put(grown)
    }

    fn put(&mut self, grown: Grown) -> Result<Step, Broken> {
        Ok(self.tree.put(grown)?.map_or(Step::Next(Expects::Comma), Step::Root))
    }

    /// The scanner takes control characters for text.
    fn printable(&self, read: &str, at: Span) -> Result<(), Broken> {
        if !read.contains(|c: char| c < ' ') {
            return Ok(());
        }
        let from = self.scanner.token_start();
        let written = self.text.get(from..self.scanner.token_end()).unwrap_or_default();
        match written.find(|c: char| c < ' ') {
            Some(bad) => {
                let what = Cow::Borrowed("a line end, tab or other control character inside of a text");
                let place = Span { start: at.start + bad as u32, end: at.start + bad as u32 + 1, ..at };
                Err((Fault::Json(what, "write it as an escape, such as `\\n` or `\\t`"), vec![place]))
            }
            None => Ok(()),
        }
    }

    /// A bracket that closes where a value or a name has to stand: behind a comma, or behind a colon.
    fn trailing(&self) -> Broken {
        let comma = self.end.saturating_sub(1);
        if self.text.get(comma..self.end) != Some(",") {
            return self.here("a value has to stand here", "write `null` for no value");
        }
        let fault = Fault::Json(Cow::Borrowed("a comma before a closing bracket"), "remove the comma");
        (fault, vec![self.span(comma, self.end)])
    }

    fn cut_off(&self) -> Broken {
        let end = self.text.trim_end().len();
        let places = [self.span(end, end)].into_iter().chain(self.tree.innermost());
        let fault = Fault::Json(Cow::Borrowed("the file ends in the middle of a value"), "close what is open");
        (fault, places.collect())
    }

    fn here(&self, what: &'static str, help: &'static str) -> Broken {
        let place = self.span(self.scanner.token_start(), self.scanner.token_end());
        (Fault::Json(Cow::Borrowed(what), help), vec![place])
    }

    fn scan_error(&self, error: &ParseError) -> Broken {
        let range = error.range();
        let first = self.text.get(range.start..).and_then(|rest| rest.chars().next());
        if matches!(error.kind(), Kind::UnexpectedToken) && first.is_some_and(char::is_alphabetic) {
            return (WORD, vec![self.span(range.start, range.end)]);
        }
        let (what, help) = match error.kind() {
            Kind::String(ParseStringErrorKind::UnterminatedStringLiteral) => {
                ("a quote that is never closed", "close it, or write a quote inside of it as `\\\"`")
            }
            Kind::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_)) => {
                ("half of a surrogate pair, which is no character", "write both halves, or the character itself")
            }
            Kind::String(_) => ("not an escape sequence", "write a backslash twice"),
            Kind::SingleQuotedStringsNotAllowed => ("a text in single quotes", "use double quotes"),
            Kind::UnexpectedToken | Kind::UnterminatedCommentBlock => {
                ("an unexpected character", "write text in double quotes; JSON has no comments")
            }
            _ => ("not a number", "write digits, perhaps with a sign, a fraction and an exponent"),
        };
        // A quote that never closes would underline the rest of the file.
        let end = range.start + first.map_or(0, char::len_utf8);
        (Fault::Json(Cow::Borrowed(what), help), vec![self.span(range.start, end)])
    }

    /// A file is smaller than `LARGEST`: its offsets fit.
    fn span(&self, from: usize, to: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(self.base);
        Span { file: self.file, start: offset(from), end: offset(to) }
    }
}
