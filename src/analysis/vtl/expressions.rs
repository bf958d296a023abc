//! Expressions: operands, operators, lists, ranges and maps.

use super::ast::{Expr, ExprKind, Operator};
use super::parser::{Parser, Read};
use super::references::Found;
use super::token::{Kind, Token};

impl<'s> Parser<'s> {
    /// In a directive.
    pub(super) fn expression(&mut self) -> Read<Expr> {
        let first = self.unary()?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator() {
            rest.push((operator, self.unary()?));
        }
        Ok(grouped(first, rest, 0))
    }

    fn operator(&mut self) -> Option<Operator> {
        let Token { kind, start, end, .. } = *self.peek(0);
        let operator = match kind {
            Kind::Operator(operator) => operator,
            // Among arguments, Velocity 1.7 takes a word for a name.
            Kind::Identifier => {
                let operator = word(self.text(start, end))?;
                self.extended = true;
                operator
            }
            _ => return None,
        };
        self.next();
        Some(operator)
    }

    /// An argument of a method. Velocity 1.7 knows operands only, later ones expressions.
    pub(super) fn argument(&mut self) -> Read<Expr> {
        let outer = std::mem::take(&mut self.extended);
        let value = self.expression()?;
        if std::mem::replace(&mut self.extended, outer) {
            self.beyond(value.span, "an expression as an argument");
        }
        Ok(value)
    }

    /// What an index holds: in Velocity 1.7 a string, an integer, a truth value or a reference.
    pub(super) fn index_argument(&mut self) -> Read<Expr> {
        let outer = std::mem::take(&mut self.extended);
        let value = self.expression()?;
        let plain = matches!(
            value.kind,
            ExprKind::String(_) | ExprKind::Integer(_) | ExprKind::Boolean(_) | ExprKind::Reference(_)
        );
        if std::mem::replace(&mut self.extended, outer) || !plain {
            self.beyond(value.span, "an expression as an index");
        }
        Ok(value)
    }

    fn unary(&mut self) -> Read<Expr> {
        self.blank();
        let start = self.peek(0).core;
        match self.kind() {
            Kind::Not => self.nested(|parser| {
                parser.next();
                let value = parser.unary()?;
                Ok(parser.expr(start, value.span.end, ExprKind::Not(Box::new(value))))
            }),
            Kind::Operator(Operator::Subtract) => self.nested(|parser| {
                let minus = parser.next();
                let value = parser.unary()?;
                parser.beyond(parser.span(minus.core, minus.end), "a minus sign before an operand");
                Ok(parser.expr(start, value.span.end, ExprKind::Negate(Box::new(value))))
            }),
            _ => {
                let value = self.operand("a value")?;
                self.blank();
                Ok(value)
            }
        }
    }

    /// `end` is a place in the template already.
    fn expr(&self, start: usize, end: usize, kind: ExprKind) -> Expr {
        let mut span = self.span(start, start);
        span.end = end.max(span.start);
        Expr { span, kind }
    }

    fn token_expr(&self, token: &Token, kind: ExprKind) -> Expr {
        Expr { span: self.span(token.core, token.end), kind }
    }

    /// An element of a list or map: no operators.
    fn element(&mut self, expected: &str) -> Read<Expr> {
        self.blank();
        if matches!(self.kind(), Kind::OpenParen) {
            return Err(self.unexpected(expected));
        }
        let value = self.operand(expected)?;
        self.blank();
        Ok(value)
    }

    pub(super) fn operand(&mut self, expected: &str) -> Read<Expr> {
        match self.kind() {
            Kind::String => self.string(),
            Kind::Integer | Kind::Float => {
                let token = self.next();
                let text = self.text(token.core, token.end).to_owned();
                if token.start < token.core {
                    self.later(self.span(token.start, token.end), "`#` before a number", "the number alone");
                }
                let kind = if token.kind == Kind::Integer { ExprKind::Integer(text) } else { ExprKind::Float(text) };
                Ok(self.token_expr(&token, kind))
            }
            // `$true` too.
            Kind::True | Kind::False => {
                let token = self.next();
                Ok(self.token_expr(&token, ExprKind::Boolean(token.kind == Kind::True)))
            }
            Kind::Identifier => self.named(),
            Kind::OpenFormal if self.peek(1).kind == Kind::Identifier => self.named(),
            Kind::OpenBracket => self.nested(Self::list),
            Kind::OpenBrace => self.nested(Self::map),
            Kind::OpenParen => self.nested(|parser| {
                let open = parser.next();
                let mut value = parser.expression()?;
                let close = parser.expect(Kind::CloseParen, "an operator or `)`")?;
                value.span = parser.span(open.core, close.core + 1);
                Ok(value)
            }),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn named(&mut self) -> Read<Expr> {
        Ok(match self.reference()? {
            Found::Reference(reference) => Expr { span: reference.span, kind: ExprKind::Reference(reference) },
            Found::Bare(span, text) => Expr { span, kind: ExprKind::Word(text) },
        })
    }

    fn list(&mut self) -> Read<Expr> {
        let open = self.next();
        let mut items = Vec::new();
        if self.kind() != Kind::CloseBracket {
            let first = self.element("a value")?;
            if self.kind() == Kind::DoubleDot && matches!(first.kind, ExprKind::Reference(_) | ExprKind::Integer(_)) {
                return self.range(&open, first);
            }
            items.push(first);
            while self.take(Kind::Comma).is_some() {
                items.push(self.element("a value")?);
            }
        }
        let close = self.expect(Kind::CloseBracket, "`,` or `]`")?;
        Ok(Expr { span: self.span(open.core, close.end), kind: ExprKind::List(items) })
    }

    fn range(&mut self, open: &Token, first: Expr) -> Read<Expr> {
        self.next();
        self.blank();
        if !matches!(self.kind(), Kind::Identifier | Kind::OpenFormal | Kind::Integer) {
            return Err(self.unexpected("an integer or a reference"));
        }
        let last = self.element("an integer or a reference")?;
        let close = self.expect(Kind::CloseBracket, "the `]` of the range")?;
        let kind = ExprKind::Range(Box::new(first), Box::new(last));
        Ok(Expr { span: self.span(open.core, close.end), kind })
    }

    fn map(&mut self) -> Read<Expr> {
        let open = self.next();
        let mut entries = Vec::new();
        self.blank();
        if !matches!(self.kind(), Kind::CloseBrace | Kind::CloseFormal) {
            loop {
                let key = self.element("a key")?;
                self.expect(Kind::Colon, "`:`")?;
                entries.push((key, self.element("a value")?));
                if self.take(Kind::Comma).is_none() {
                    break;
                }
            }
        }
        if !matches!(self.kind(), Kind::CloseBrace | Kind::CloseFormal) {
            return Err(self.unexpected("`,` or `}`"));
        }
        let close = self.next();
        Ok(Expr { span: self.span(open.core, close.end), kind: ExprKind::Map(entries) })
    }
}

fn word(text: &str) -> Option<Operator> {
    Some(match text {
        "and" => Operator::And,
        "or" => Operator::Or,
        "lt" => Operator::Less,
        "le" => Operator::LessOrEqual,
        "gt" => Operator::Greater,
        "ge" => Operator::GreaterOrEqual,
        "eq" => Operator::Equal,
        "ne" => Operator::NotEqual,
        _ => return None,
    })
}

/// Operands and the operators between them as a tree, the loosest operators outermost.
fn grouped(first: Expr, rest: Vec<(Operator, Expr)>, level: u8) -> Expr {
    if rest.is_empty() {
        return first;
    }
    if level > 5 {
        return chain(first, rest);
    }
    let mut head = None;
    let mut tail: Vec<(Operator, Expr)> = Vec::new();
    let (mut operator, mut operand, mut inner) = (None, first, Vec::new());
    for (next, value) in rest {
        if next.precedence() == level {
            let done = grouped(std::mem::replace(&mut operand, value), std::mem::take(&mut inner), level + 1);
            match operator.replace(next) {
                None => head = Some(done),
                Some(before) => tail.push((before, done)),
            }
        } else {
            inner.push((next, value));
        }
    }
    let last = grouped(operand, inner, level + 1);
    match (head, operator) {
        (Some(head), Some(operator)) => {
            tail.push((operator, last));
            chain(head, tail)
        }
        _ => last,
    }
}

fn chain(first: Expr, rest: Vec<(Operator, Expr)>) -> Expr {
    let mut span = first.span;
    span.end = rest.last().map_or(span.end, |(_, last)| last.span.end);
    Expr { span, kind: ExprKind::Chain(Box::new(first), rest) }
}
