//! References: `$name`, what is reached through it, and what only looks like one.

use super::ast::{Access, AccessKind, Name, NodeKind, Reference, Span};
use super::parser::{Nodes, Parser, Read};
use super::token::{Kind, Token};

pub(super) enum Found {
    Reference(Reference),
    /// A name without a `$`, such as the `bar` of `$foo{bar}`: never anything but its text.
    Bare(Span, String),
}

/// What stands before a reference's name or brace.
struct Head {
    /// Text that the token swallowed, such as the first `$` of `$$name`.
    before: usize,
    backslashes: usize,
    bang_backslashes: usize,
    quiet: bool,
}

fn head(image: &str) -> Option<Head> {
    let dollar = image.rfind('$')?;
    let bang_backslashes = image.bytes().skip(dollar + 1).take_while(|byte| *byte == b'\\').count();
    let quiet = image.ends_with('!') && bang_backslashes == 0;
    // Backslashes count only where nothing else precedes them.
    let escapes = image.bytes().take(dollar).all(|byte| byte == b'\\');
    let (before, backslashes) = if escapes { (0, dollar) } else { (dollar, 0) };
    Some(Head { before, backslashes, bang_backslashes, quiet })
}

impl<'s> Parser<'s> {
    pub(super) fn reference_statement(&mut self, nodes: &mut Nodes) -> Read<()> {
        let start = self.peek(0).start;
        match self.reference()? {
            Found::Bare(span, text) => nodes.text(span, &text),
            Found::Reference(reference) => {
                let swallowed = reference.span.start - self.source.place(start).min(reference.span.start);
                if swallowed > 0 {
                    nodes.text(self.span(start, start + swallowed), self.text(start, start + swallowed));
                }
                nodes.push(reference.span, NodeKind::Reference(reference));
            }
        }
        Ok(())
    }

    /// At an identifier, or at `${` with one behind it.
    pub(super) fn reference(&mut self) -> Read<Found> {
        let first = self.next();
        let formal = first.kind == Kind::OpenFormal;
        let (name_start, name_end) = if formal {
            let name = self.expect(Kind::Identifier, "a name")?;
            (name.start, name.end)
        } else {
            (first.core, first.end)
        };
        let mut end = name_end;
        let path = self.path(&mut end)?;
        let mut alternate = None;
        if formal {
            if let Some(bar) = self.bar() {
                alternate = Some(Box::new(self.alternate(bar, &mut end)?));
            } else if let Some(close) = self.take(Kind::CloseFormal) {
                end = close.end;
            } else {
                let (line, column) = super::error::place(self.template, self.source.place(first.start));
                let expected = format!("the `}}` of the reference that starts at line {line}, column {column}");
                return Err(self.unexpected(&expected));
            }
        }
        let Some(head) = head(self.text(first.start, first.core)) else {
            return Ok(Found::Bare(self.span(first.start, end), self.text(first.start, end).to_owned()));
        };
        Ok(Found::Reference(Reference {
            span: self.span(first.start + head.before, end),
            backslashes: head.backslashes,
            quiet: head.quiet,
            formal,
            bang_backslashes: head.bang_backslashes,
            name: self.name(name_start, name_end),
            path,
            alternate,
        }))
    }

    fn name(&self, start: usize, end: usize) -> Name {
        Name { span: self.span(start, end), text: self.text(start, end).to_owned() }
    }

    fn path(&mut self, end: &mut usize) -> Read<Vec<Access>> {
        let mut path = Vec::new();
        loop {
            let start = self.peek(0).start;
            let kind = match self.kind() {
                Kind::OpenIndex => self.nested(|parser| parser.index(end))?,
                Kind::Dot if self.peek(1).kind == Kind::Identifier => {
                    self.next();
                    self.member(end)?
                }
                _ => return Ok(path),
            };
            path.push(Access { span: self.span(start, *end), kind });
        }
    }

    fn index(&mut self, end: &mut usize) -> Read<AccessKind> {
        self.next();
        let index = self.index_argument()?;
        *end = self.expect(Kind::CloseIndex, "the `]` of the index")?.end;
        Ok(AccessKind::Index(index))
    }

    /// After the dot.
    fn member(&mut self, end: &mut usize) -> Read<AccessKind> {
        let token = self.next();
        *end = token.end;
        let name = self.name(token.core, token.end);
        if self.kind() != Kind::OpenParen || !self.argument_follows() {
            return Ok(AccessKind::Property(name));
        }
        self.nested(|parser| {
            parser.next();
            let mut args = Vec::new();
            if parser.kind() != Kind::CloseArguments {
                args.push(parser.argument()?);
                while parser.take(Kind::Comma).is_some() {
                    args.push(parser.argument()?);
                }
            }
            let Some(close) = parser.take(Kind::CloseArguments) else {
                return Err(parser.unexpected(&format!("`,` or the `)` of `{}`", name.text)));
            };
            *end = close.end;
            Ok(AccessKind::Method(name, args))
        })
    }

    /// A parenthesis with nothing in it that an argument can start with is text.
    fn argument_follows(&mut self) -> bool {
        let token = self.peek(1);
        match token.kind {
            Kind::CloseArguments
            | Kind::Blank
            | Kind::String
            | Kind::Integer
            | Kind::Float
            | Kind::OpenBracket
            | Kind::OpenBrace
            | Kind::True
            | Kind::False
            | Kind::Identifier
            | Kind::OpenFormal => true,
            Kind::OpenParen | Kind::Not | Kind::Operator(super::ast::Operator::Subtract) => token.beyond,
            _ => false,
        }
    }

    /// `|` in a formal reference.
    fn bar(&mut self) -> Option<usize> {
        let Token { kind, start, lead_start, .. } = *self.peek(0);
        let bar = matches!(kind, Kind::Text | Kind::Unknown) && lead_start == start;
        (bar && self.text(start, start + 1) == "|").then_some(start)
    }

    fn alternate(&mut self, bar: usize, end: &mut usize) -> Read<super::ast::Expr> {
        self.forget();
        self.lexer.alternate(bar + 1);
        let value = self.nested(|parser| parser.expression())?;
        if !matches!(self.kind(), Kind::CloseBrace | Kind::CloseFormal) {
            return Err(self.unexpected("the `}` of the reference"));
        }
        *end = self.next().end;
        self.lexer.pop();
        self.beyond(self.span(bar, *end), "a value that stands in for a missing one");
        Ok(value)
    }
}
