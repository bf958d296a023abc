//! Directives. What Velocity makes of the arguments of most of them shows only when they are rendered; what it refuses
//! before that is refused here.

use super::ast::{Branch, Expr, ExprKind, NodeKind, Reference};
use super::error::ParseError;
use super::lexer::State;
use super::parser::{Nodes, Parser, Read};
use super::references::Found;
use super::token::{Kind, Token};

/// The directives that are not part of the grammar; an escape before their name counts.
pub(super) const PLUGGED: &[&str] =
    &["foreach", "include", "parse", "macro", "literal", "evaluate", "break", "define", "stop"];

/// A directive with its arguments and body, before it is known what it is.
pub(super) struct Directive<'s> {
    pub(super) name: &'s str,
    /// Of the `#`.
    pub(super) start: usize,
    pub(super) args: Option<Vec<Expr>>,
    pub(super) body: Option<super::ast::Block>,
    /// Of its last character but white space.
    pub(super) end: usize,
    /// With white space and a line end behind it.
    pub(super) whole: usize,
    /// A later Velocity gives it a meaning that the tree has no place for.
    pub(super) beyond: bool,
}

impl<'s> Parser<'s> {
    pub(super) fn if_directive(&mut self, nodes: &mut Nodes) -> Read<()> {
        let start = self.peek(0).core - 1;
        let mut branches = Vec::new();
        let mut otherwise = None;
        while matches!(self.kind(), Kind::If | Kind::ElseIf) && (branches.is_empty() || self.kind() == Kind::ElseIf) {
            let from = self.next().core - 1;
            self.blank();
            self.expect(Kind::OpenParen, "`(` and a condition")?;
            let condition = self.nested(|parser| parser.expression())?;
            self.expect(Kind::CloseParen, "an operator or the `)` of the condition")?;
            let body = self.nested(|parser| parser.block(Some(("#if", start))))?;
            let mut span = self.span(from, from);
            span.end = body.span.end;
            branches.push(Branch { span, condition, body });
        }
        if self.take(Kind::Else).is_some() {
            otherwise = Some(self.nested(|parser| parser.block(Some(("#if", start))))?);
        }
        let (end, _) = self.end("#if", start)?;
        nodes.push(self.span(start, end), NodeKind::If { branches, otherwise });
        Ok(())
    }

    /// `#end`: where it ends, and where the white space behind it does.
    fn end(&mut self, name: &str, opened: usize) -> Read<(usize, usize)> {
        if self.kind() != Kind::End {
            return Err(self.without_end(name, opened));
        }
        let token = self.next();
        Ok((token.core + self.text(token.core, token.end).trim_end().len(), token.end))
    }

    pub(super) fn set_directive(&mut self, nodes: &mut Nodes) -> Read<()> {
        let token = self.next();
        let start = token.start + self.text(token.start, token.end).rfind('#').unwrap_or_default();
        self.blank();
        let target = self.target()?;
        self.blank();
        self.assignment(nodes, start, target)
    }

    fn target(&mut self) -> Read<Reference> {
        let formal = self.kind() == Kind::OpenFormal && self.peek(1).kind == Kind::Identifier;
        if self.kind() != Kind::Identifier && !formal {
            return Err(self.unexpected("a reference to set"));
        }
        let first = self.peek(0).clone();
        match self.reference()? {
            Found::Reference(reference) => Ok(reference),
            Found::Bare(span, text) => Err(self.error(
                span,
                super::parser::quoted(&text),
                format!("a reference, `${}`", self.text(first.core, first.end)),
            )),
        }
    }

    fn assignment(&mut self, nodes: &mut Nodes, start: usize, target: Reference) -> Read<()> {
        self.expect(Kind::Assign, "`=`")?;
        let value = self.nested(|parser| parser.expression())?;
        let close = self.expect(Kind::CloseParen, "an operator or the `)` of `#set`")?;
        self.lexer.in_set = false;
        nodes.push(self.span(start, close.core + 1), NodeKind::Set { target, value });
        Ok(())
    }

    pub(super) fn directive(&mut self, nodes: &mut Nodes) -> Read<()> {
        let token = self.next();
        let image = self.text(token.core, token.end);
        let name = if token.kind == Kind::BracedWord { image.get(1..image.len() - 1).unwrap_or(image) } else { image };
        // After `$` or another `#`, the name is not one that anything has.
        let plain = self.text(token.start, token.core) == "#";
        let start = if plain { token.core - 1 } else { token.start };
        let named = if plain { name } else { "" };
        self.lexer.switch(State::Directive);
        let (end, whole) = (token.end, token.end);
        let mut read = Directive { name, start, args: None, body: None, end, whole, beyond: false };
        if self.lexer.arguments_follow() {
            let gap = self.peek(0).clone();
            self.blank();
            self.expect(Kind::OpenParen, "`(`")?;
            read.args = Some(self.directive_arguments(named, &token, &mut read.beyond)?);
            if named == "set"
                && let Some([Expr { kind: ExprKind::Reference(target), .. }]) = read.args.as_deref()
                && self.kind() == Kind::Assign
                && gap.kind == Kind::Blank
                && !self.text(gap.start, gap.end).contains(['\n', '\r'])
            {
                self.beyond(self.span(gap.start, gap.end), "a tab between `#set` and `(`");
                return self.assignment(nodes, start, target.clone());
            }
            let close = self.expect(Kind::CloseParen, "an argument or the `)` of the directive")?;
            (read.end, read.whole) = (close.core + 1, close.end);
            if matches!(named, "foreach" | "macro" | "literal" | "define") || named.starts_with('@') {
                self.directive_body(named, &mut read)?;
            }
        } else {
            self.lexer.pop();
            if named == "macro" {
                return Err(self.error_at(&token, "`#macro` without arguments", "a name in parentheses"));
            }
        }
        if plain {
            return self.classify(read, nodes);
        }
        nodes.text(self.span(start, read.whole), self.text(start, read.whole));
        Ok(())
    }

    pub(super) fn error_at(&self, token: &Token, found: &str, expected: &str) -> ParseError {
        self.error(self.span(token.core.saturating_sub(1), token.end), found, expected)
    }

    fn directive_body(&mut self, name: &str, read: &mut Directive<'s>) -> Read<()> {
        let shown = format!("#{name}");
        let start = read.start;
        let body = self.nested(|parser| parser.block(Some((&shown, start))))?;
        read.body = Some(body);
        if name == "foreach" && self.kind() == Kind::Else {
            let token = self.next();
            self.beyond(self.span(token.core - 1, token.end), "an `#else` of a `#foreach`");
            self.nested(|parser| parser.block(Some((&shown, start))))?;
            read.beyond = true;
        }
        (read.end, read.whole) = self.end(&shown, start)?;
        if name == "macro" {
            match read.args.as_deref().and_then(<[Expr]>::first) {
                Some(Expr { kind: ExprKind::Word(name), .. }) => self.macros.push(name.clone()),
                _ => {
                    let span = self.span(start, start + 6);
                    return Err(self.error(span, "`#macro` without arguments", "a name in parentheses"));
                }
            }
        }
        Ok(())
    }

    /// Separated by white space, a comma, or nothing.
    fn directive_arguments(&mut self, name: &str, token: &Token, beyond: &mut bool) -> Read<Vec<Expr>> {
        let mut args = Vec::new();
        loop {
            self.blank();
            let comma = self.take(Kind::Comma).is_some();
            if comma {
                self.blank();
            }
            let word = self.kind() == Kind::Word;
            let starts = matches!(
                self.kind(),
                Kind::Identifier
                    | Kind::OpenFormal
                    | Kind::Word
                    | Kind::String
                    | Kind::Integer
                    | Kind::Float
                    | Kind::OpenBracket
                    | Kind::OpenBrace
                    | Kind::True
                    | Kind::False
            );
            if !starts {
                return if comma { Err(self.unexpected("an argument")) } else { Ok(args) };
            }
            args.push(self.directive_argument()?);
            let at = args.len() - 1;
            match (word, name) {
                (true, "macro") if at == 0 => {}
                (true, "foreach") if at == 1 => {}
                (true, name) if PLUGGED.contains(&name) => {
                    return Err(self.error_at(token, "a bare word", "an argument that is a value"));
                }
                (false, "macro") if at == 0 => {
                    return Err(self.error_at(token, "a value", "a bare word that names the macro"));
                }
                _ => {}
            }
            if name == "macro" && at > 0 && self.default_value()? {
                *beyond = true;
            }
            if name == "set" && at == 0 {
                self.blank();
                if self.kind() == Kind::Assign {
                    return Ok(args);
                }
            }
        }
    }

    fn directive_argument(&mut self) -> Read<Expr> {
        match self.take(Kind::Word) {
            Some(token) => {
                let word = self.text(token.core, token.end).to_owned();
                Ok(Expr { span: self.span(token.core, token.end), kind: ExprKind::Word(word) })
            }
            None => self.operand("an argument"),
        }
    }

    /// `= value` behind a macro's parameter.
    fn default_value(&mut self) -> Read<bool> {
        self.blank();
        let Some(token) = self.take(Kind::Assign) else { return Ok(false) };
        self.blank();
        let value = self.directive_argument()?;
        let mut span = self.span(token.core, token.end);
        span.end = value.span.end;
        self.beyond(span, "a default for a macro's parameter");
        Ok(true)
    }
}
