//! Tokens in, tree out: the cursor, blocks and text. Velocity reads first and looks at strings and arguments afterwards,
//! so an error of syntax anywhere comes before one of those.

use super::ast::{Block, Comment, Node, NodeKind, Span};
use super::error::{ParseError, place};
use super::lexer::Lexer;
use super::source::Source;
use super::token::{Kind, Token};
use super::{Beyond, NESTING_LIMIT, Parsed};
use std::collections::VecDeque;

pub(super) type Read<T> = Result<T, ParseError>;

pub(super) struct Parser<'s> {
    /// The template as it was given.
    pub(super) template: &'s str,
    pub(super) source: &'s Source<'s>,
    pub(super) lexer: Lexer<'s>,
    ahead: VecDeque<Token>,
    /// An argument has used what Velocity 1.7 does not know.
    pub(super) extended: bool,
    pub(super) depth: usize,
    pub(super) beyond: Vec<Beyond>,
    /// Macros defined so far: an escape before their name counts.
    pub(super) macros: Vec<String>,
    /// The first error that Velocity meets only after reading everything.
    pub(super) late: Option<ParseError>,
}

static NOTHING: Token =
    Token { kind: Kind::Eof, start: 0, core: 0, end: 0, lead: String::new(), lead_start: 0, beyond: false, cut: false };

pub(super) fn parse(template: &str) -> Read<Parsed> {
    let source = Source::whole(template);
    let mut parser = Parser::new(template, &source);
    let mut block = parser.block(None)?;
    block.span = Span::new(0, template.len());
    parser.late.map_or(Ok(()), Err)?;
    parser.beyond.sort_by_key(|beyond| beyond.span.start);
    Ok(Parsed { template: block.into(), beyond: parser.beyond })
}

impl<'s> Parser<'s> {
    pub(super) fn new(template: &'s str, source: &'s Source<'s>) -> Parser<'s> {
        Parser {
            template,
            source,
            lexer: Lexer::new(&source.text),
            ahead: VecDeque::new(),
            extended: false,
            depth: 0,
            beyond: Vec::new(),
            macros: Vec::new(),
            late: None,
        }
    }

    pub(super) fn peek(&mut self, nth: usize) -> &Token {
        while self.ahead.len() <= nth {
            let token = self.lexer.next();
            self.ahead.push_back(token);
        }
        self.ahead.get(nth).unwrap_or(&NOTHING)
    }

    pub(super) fn kind(&mut self) -> Kind {
        self.peek(0).kind
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.ahead.pop_front().unwrap_or_else(|| self.lexer.next());
        self.extended |= token.beyond;
        token
    }

    /// Drops what was read ahead: the lexer is about to go elsewhere.
    pub(super) fn forget(&mut self) {
        self.ahead.clear();
    }

    /// The next token if it is of this kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token> {
        (self.kind() == kind).then(|| self.next())
    }

    pub(super) fn expect(&mut self, kind: Kind, expected: &str) -> Read<Token> {
        match self.take(kind) {
            Some(token) => Ok(token),
            None => Err(self.unexpected(expected)),
        }
    }

    pub(super) fn blank(&mut self) {
        self.take(Kind::Blank);
    }

    pub(super) fn text(&self, start: usize, end: usize) -> &'s str {
        let source: &'s Source<'s> = self.source;
        source.slice(start, end)
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        self.source.span(start, end)
    }

    pub(super) fn beyond(&mut self, span: Span, what: &'static str) {
        self.beyond.push(Beyond { span, what });
    }

    /// One level down, within the limit.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= NESTING_LIMIT {
            let token = self.peek(0).clone();
            let expected = format!("no more than {NESTING_LIMIT} levels of nesting");
            let error = self.error(self.span(token.start, token.end), "one level more", expected);
            return Err(ParseError { sure: false, ..error });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn error(&self, span: Span, found: impl Into<String>, expected: impl Into<String>) -> ParseError {
        let (line, column) = place(self.template, span.start);
        ParseError { span, line, column, found: found.into(), expected: expected.into(), opened: None, sure: true }
    }

    /// An error that Velocity meets only after reading everything; the first one counts.
    pub(super) fn later(&mut self, span: Span, found: &str, expected: &str) {
        if self.late.is_none() {
            self.late = Some(self.error(span, found, expected));
        }
    }

    /// An error at the next token.
    pub(super) fn unexpected(&mut self, expected: &str) -> ParseError {
        let token = self.peek(0).clone();
        let hash = matches!(
            token.kind,
            Kind::If | Kind::Else | Kind::ElseIf | Kind::End | Kind::Word | Kind::BracedWord | Kind::True | Kind::False
        );
        let span = self.span(if hash { token.start } else { token.core }, token.end);
        if token.cut && !token.beyond {
            return self.error_of_cut(&token);
        }
        if token.kind == Kind::Eof || span.start == span.end {
            return self.error_at_end(span, expected);
        }
        let found = match span.of(self.template).trim_end() {
            "" => "white space".to_owned(),
            shown => quoted(shown),
        };
        self.error(span, found, expected)
    }

    /// An error where the `#end` of a directive should stand.
    pub(super) fn without_end(&mut self, name: &str, opened: usize) -> ParseError {
        let start = self.source.place(opened);
        let (line, _) = place(self.template, start);
        let error = self.unexpected(&format!("the `#end` of the `{name}` at line {line}"));
        let sign = Span::new(start, self.template.len().min(start + name.len()));
        ParseError { opened: Some(sign).filter(|it| it.of(self.template) == name), ..error }
    }

    /// Velocity tells the last character's line as that of the end.
    fn error_at_end(&self, span: Span, expected: &str) -> ParseError {
        let last = self.template.char_indices().map(|(at, _)| at).rfind(|at| *at < span.start).unwrap_or(span.start);
        let (line, column) = place(self.template, last);
        let end = if span.start < self.template.len() { "the end of the string" } else { "the end of the template" };
        ParseError {
            span,
            line,
            column: column + usize::from(last < span.start),
            found: end.to_owned(),
            expected: expected.to_owned(),
            opened: None,
            sure: true,
        }
    }

    /// A string, comment or unparsed text that nothing closes.
    fn error_of_cut(&self, token: &Token) -> ParseError {
        let start = self.source.place(if token.kind == Kind::Unknown { token.core } else { token.start });
        let (line, column) = place(self.template, start);
        let closer = match self.template.as_bytes().get(start) {
            Some(b'"') => "`\"`",
            Some(b'\'') => "`'`",
            _ => "`]]#`",
        };
        let end = self.source.place(self.source.text.len());
        let expected = format!("the {closer} that closes what starts at line {line}, column {column}");
        self.error(Span::new(end, end), "the end of the template", expected)
    }

    /// Statements up to what ends the enclosing directive, or the end of the text. `opened` is that directive's start.
    pub(super) fn block(&mut self, opened: Option<(&str, usize)>) -> Read<Block> {
        let start = self.peek(0).lead_start;
        let mut nodes = Nodes::default();
        loop {
            match self.kind() {
                Kind::Eof if opened.is_none() && !self.peek(0).cut => break,
                Kind::End | Kind::Else | Kind::ElseIf if opened.is_some() => break,
                _ => {}
            }
            if !self.statement(&mut nodes)? {
                return Err(match opened {
                    Some((name, at)) => self.without_end(name, at),
                    None if matches!(self.kind(), Kind::End | Kind::Else | Kind::ElseIf) => {
                        self.unexpected("an open directive that it belongs to")
                    }
                    None => self.unexpected("text, a reference or a directive"),
                });
            }
        }
        let end = self.peek(0).lead_start;
        Ok(Block { span: self.span(start, end.max(start)), nodes: nodes.0 })
    }

    fn statement(&mut self, nodes: &mut Nodes) -> Read<bool> {
        match self.kind() {
            Kind::If => self.if_directive(nodes)?,
            Kind::Identifier => self.reference_statement(nodes)?,
            Kind::OpenFormal if self.peek(1).kind == Kind::Identifier => self.reference_statement(nodes)?,
            Kind::LineComment | Kind::BlockComment | Kind::DocComment => self.comment(nodes),
            Kind::Unparsed => {
                let token = self.next();
                let text = self.text(token.start + 3, token.end.saturating_sub(3)).to_owned();
                nodes.push(self.span(token.start, token.end), NodeKind::Unparsed(text));
            }
            Kind::Set => self.set_directive(nodes)?,
            Kind::Word | Kind::BracedWord => self.directive(nodes)?,
            Kind::EscapedDirective => self.escaped_directive(nodes),
            Kind::DoubleEscape => self.escapes(nodes),
            Kind::Text
            | Kind::Dot
            | Kind::CloseParen
            | Kind::OpenParen
            | Kind::Integer
            | Kind::Float
            | Kind::String
            | Kind::Escape
            | Kind::OpenFormal
            | Kind::CloseFormal
            | Kind::EmptyIndex => {
                if self.peek(0).beyond && self.kind() != Kind::Text {
                    return Ok(false);
                }
                self.plain(nodes);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn plain(&mut self, nodes: &mut Nodes) {
        let token = self.next();
        let start = if token.lead.is_empty() { token.start } else { token.lead_start };
        let span = self.span(start, token.end);
        if token.beyond {
            self.beyond(span, "a `$` or `#` at the end of the template");
        }
        // A dot forgets what stood before it.
        let text = if token.kind == Kind::Dot { "." } else { self.text(token.start, token.end) };
        if !token.lead.is_empty() {
            nodes.text(span, &token.lead);
        }
        nodes.text(span, text);
    }

    fn comment(&mut self, nodes: &mut Nodes) {
        let token = self.next();
        let kind = match token.kind {
            Kind::LineComment => Comment::Line,
            Kind::DocComment => Comment::Doc,
            _ => Comment::Block,
        };
        let mut end = token.end;
        let mut cut = token.beyond;
        if kind == Comment::Line
            && let Some(token) = self.take(Kind::LineCommentEnd)
        {
            end = token.end;
            cut |= token.beyond;
        }
        let from = token.lead_start;
        let opener = if kind == Comment::Line { "##" } else { "#*" };
        let start = from + self.text(from, end).find(opener).unwrap_or_default();
        // What the comment's first token swallowed is written, unless the comment is long enough to forget it.
        if token.start == from {
            nodes.text(self.span(from, start), self.text(from, start));
        }
        let span = self.span(start, end);
        if cut {
            self.beyond(span, "a comment that ends the template with `$` or `#`");
        }
        nodes.push(span, NodeKind::Comment(kind));
    }

    /// `\#name`: half of the backslashes, and the name itself, where it is a directive's.
    fn escaped_directive(&mut self, nodes: &mut Nodes) {
        let token = self.next();
        let image = self.text(token.start, token.end);
        let run = image.find('#').unwrap_or_default();
        let word = image.get(run + 1..).unwrap_or_default();
        let name = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')).unwrap_or(word);
        let skip = if self.is_directive(name) { run - run.saturating_sub(1) / 2 } else { 0 };
        nodes.text(self.span(token.start, token.end), image.get(skip..).unwrap_or(image));
    }

    /// Pairs of backslashes: each writes one before a directive, and two before anything else.
    fn escapes(&mut self, nodes: &mut Nodes) {
        let start = self.peek(0).start;
        let (mut end, mut pairs) = (start, 0);
        while let Some(token) = self.take(Kind::DoubleEscape) {
            (end, pairs) = (token.end, pairs + 1);
        }
        let next = self.peek(0).clone();
        let name = self.text(next.start, next.end).get(1..).unwrap_or_default();
        let control = matches!(next.kind, Kind::If | Kind::ElseIf | Kind::Else | Kind::End)
            || super::directives::PLUGGED.contains(&name)
            || self.macros.iter().any(|it| it == name);
        let text = if control { "\\" } else { "\\\\" }.repeat(pairs);
        nodes.text(self.span(start, end), &text);
    }

    fn is_directive(&self, name: &str) -> bool {
        matches!(name, "if" | "end" | "set" | "else" | "elseif")
            || super::directives::PLUGGED.contains(&name)
            || self.macros.iter().any(|it| it == name)
    }
}

/// The first line of a piece of the template, or of as much of it as tells which one it is.
pub(super) fn quoted(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown = String::new();
    for c in line.chars().take(40) {
        if c.is_control() { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    let more = if line.chars().nth(40).is_some() || line.len() < text.len() { "…" } else { "" };
    format!("`{shown}{more}`")
}

/// Nodes in the making: text that touches is one node.
#[derive(Default)]
pub(super) struct Nodes(pub(super) Vec<Node>);

impl Nodes {
    pub(super) fn push(&mut self, span: Span, kind: NodeKind) {
        self.0.push(Node { span, kind });
    }

    pub(super) fn text(&mut self, span: Span, more: &str) {
        match self.0.last_mut() {
            Some(Node { span: own, kind: NodeKind::Text(text) }) => {
                text.push_str(more);
                own.end = own.end.max(span.end);
            }
            _ if more.is_empty() => {}
            _ => self.push(span, NodeKind::Text(more.to_owned())),
        }
    }
}
