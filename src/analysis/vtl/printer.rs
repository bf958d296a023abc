//! A tree as source again. Reading what is printed of a tree that was read gives the same tree, spans, the text of
//! comments and the layout within directives aside. Left out are trees of text that Velocity has dropped something from,
//! such as the `$` of `$#*` or the second one of `\\$$`: nothing that is printed can tell what was dropped.

use super::ast::{
    Access, AccessKind, Block, Branch, Comment, Expr, ExprKind, Node, NodeKind, Reference, StringLiteral,
};
use super::directives::PLUGGED;
use std::fmt::{self, Display, Formatter};

impl Display for Block {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::default();
        printer.block(self, false);
        f.write_str(&printer.out)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::default();
        printer.expr(self, 0);
        f.write_str(&printer.out)
    }
}

impl Display for Reference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::default();
        printer.reference(self);
        f.write_str(&printer.out)
    }
}

#[derive(Default)]
struct Printer {
    out: String,
    /// What was printed last swallows white space with a line end behind it.
    swallows: bool,
    macros: Vec<String>,
}

impl Printer {
    /// `closed`: a directive ends it.
    fn block(&mut self, block: &Block, closed: bool) {
        let mut nodes = block.nodes.iter().peekable();
        while let Some(node) = nodes.next() {
            match &node.kind {
                NodeKind::Text(text) => {
                    let escapes = nodes.peek().map_or(closed, |next| self.escapable(next));
                    self.text(text, escapes);
                }
                _ => self.node(node),
            }
        }
    }

    /// Whether backslashes before this node are halved.
    fn escapable(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Text(_) | NodeKind::Unparsed(_) | NodeKind::Comment(_) => false,
            NodeKind::Reference(_) | NodeKind::Set { .. } => false,
            NodeKind::Call { name, body: None, .. } => self.macros.contains(name),
            NodeKind::Call { .. } => false,
            _ => true,
        }
    }

    /// Text before a directive that counts backslashes (`before`), or before something else.
    fn text(&mut self, text: &str, before: bool) {
        if std::mem::take(&mut self.swallows) && blank_line(text) {
            self.out.push('\n');
        }
        let text = banged(text);
        let mut rest = text.as_str();
        while let Some(at) = rest.find('#') {
            let (head, tail) = rest.split_at(at);
            let body = head.trim_end_matches('\\');
            self.out.push_str(body);
            let run = head.len() - body.len();
            // After a `$` it is no directive.
            let run = if !body.ends_with('$') && !body.ends_with("$!") && self.is_directive(tail) {
                2 * run + 1
            } else {
                run
            };
            self.out.extend(std::iter::repeat_n('\\', run));
            self.out.push('#');
            rest = tail.get(1..).unwrap_or_default();
        }
        self.out.push_str(rest);
        if before {
            let run = rest.len() - rest.trim_end_matches('\\').len();
            self.out.extend(std::iter::repeat_n('\\', run));
        }
    }

    /// Whether an escape before this `#` counts.
    fn is_directive(&self, hash: &str) -> bool {
        let word = hash.get(1..).unwrap_or_default();
        let braced = word.strip_prefix('{').and_then(|word| word.split_once('}')).map(|(name, _)| name);
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '@')).unwrap_or(word.len());
        let name = braced.unwrap_or(word.get(..end).unwrap_or_default());
        matches!(name, "if" | "end" | "set" | "else" | "elseif")
            || PLUGGED.contains(&name)
            || self.macros.iter().any(|it| it == name)
    }

    fn node(&mut self, node: &Node) {
        self.swallows = false;
        match &node.kind {
            NodeKind::Text(text) => self.text(text, false),
            NodeKind::Unparsed(text) => self.put(&["#[[", text, "]]#"]),
            NodeKind::Comment(Comment::Line) => self.put(&["##\n"]),
            NodeKind::Comment(Comment::Block) => self.put(&["#* *#"]),
            NodeKind::Comment(Comment::Doc) => self.put(&["#** *#"]),
            NodeKind::Reference(reference) => self.reference(reference),
            NodeKind::Set { target, value } => {
                self.out.push_str("#set(");
                self.reference(target);
                self.out.push_str(" = ");
                self.expr(value, 0);
                self.close();
            }
            NodeKind::If { branches, otherwise } => self.conditional(branches, otherwise.as_ref()),
            NodeKind::Foreach { item, list, body } => {
                self.out.push_str("#foreach(");
                self.reference(item);
                self.out.push_str(" in ");
                self.expr(list, 0);
                self.close();
                self.body(body);
            }
            NodeKind::Define { target, body } => {
                self.out.push_str("#define(");
                self.reference(target);
                self.close();
                self.body(body);
            }
            NodeKind::Macro { name, params, body } => {
                self.put(&["#macro(", name]);
                for param in params {
                    self.out.push(' ');
                    self.reference(param);
                }
                self.close();
                self.body(body);
                self.macros.push(name.clone());
            }
            NodeKind::Call { name, args, body: None } => self.directive(name, args.as_deref(), None),
            NodeKind::Call { name, args, body } => self.directive(&format!("@{name}"), args.as_deref(), body.as_ref()),
            NodeKind::Misused { name, args, body } => self.directive(name, args.as_deref(), body.as_ref()),
            NodeKind::Literal { body } => self.directive("literal", Some(&[]), Some(body)),
            NodeKind::Stop { message } => self.directive("stop", Some(message.as_slice()), None),
            NodeKind::Break { scope } => self.directive("break", Some(scope.as_slice()), None),
            NodeKind::Include { args } => self.directive("include", Some(args), None),
            NodeKind::Parse { arg } => self.directive("parse", Some(std::slice::from_ref(arg)), None),
            NodeKind::Evaluate { arg } => self.directive("evaluate", Some(std::slice::from_ref(arg)), None),
        }
    }

    fn put(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    fn close(&mut self) {
        self.out.push(')');
        self.swallows = true;
    }

    fn body(&mut self, body: &Block) {
        self.block(body, true);
        self.out.push_str("#{end}");
        self.swallows = true;
    }

    fn conditional(&mut self, branches: &[Branch], otherwise: Option<&Block>) {
        for (nth, Branch { condition, body, .. }) in branches.iter().enumerate() {
            self.out.push_str(if nth == 0 { "#if(" } else { "#elseif(" });
            self.expr(condition, 0);
            self.close();
            self.block(body, true);
        }
        if let Some(body) = otherwise {
            self.out.push_str("#{else}");
            self.swallows = true;
            self.block(body, true);
        }
        self.out.push_str("#{end}");
        self.swallows = true;
    }

    fn directive(&mut self, name: &str, args: Option<&[Expr]>, body: Option<&Block>) {
        match args {
            None => self.put(&["#{", name, "}"]),
            Some(args) => {
                // A macro cannot be called `set`, but a call can look like it.
                self.put(&["#", name, if name == "set" { "\n(" } else { "(" }]);
                self.separated(args, " ");
                self.close();
            }
        }
        if let Some(body) = body {
            self.body(body);
        }
    }

    fn separated(&mut self, items: &[Expr], by: &str) {
        for (nth, item) in items.iter().enumerate() {
            if nth > 0 {
                self.out.push_str(by);
            }
            self.expr(item, 0);
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let Reference { backslashes, quiet, formal, bang_backslashes, name, path, alternate, .. } = reference;
        self.out.extend(std::iter::repeat_n('\\', *backslashes));
        self.out.push('$');
        self.out.extend(std::iter::repeat_n('\\', *bang_backslashes));
        if *quiet || *bang_backslashes > 0 {
            self.out.push('!');
        }
        self.put(&[if *formal { "{" } else { "" }, &name.text]);
        for Access { kind, .. } in path {
            match kind {
                AccessKind::Property(name) => self.put(&[".", &name.text]),
                AccessKind::Method(name, args) => {
                    self.put(&[".", &name.text, "("]);
                    self.separated(args, ", ");
                    self.out.push(')');
                }
                AccessKind::Index(index) => {
                    self.out.push('[');
                    self.expr(index, 0);
                    self.out.push(']');
                }
            }
        }
        if let Some(value) = alternate {
            self.out.push('|');
            self.expr(value, 0);
        }
        if *formal {
            self.out.push('}');
        }
    }

    /// In parentheses where it binds less tightly than `level`.
    fn expr(&mut self, expr: &Expr, level: u8) {
        match &expr.kind {
            ExprKind::Reference(reference) => self.reference(reference),
            ExprKind::Integer(text) | ExprKind::Float(text) | ExprKind::Word(text) => self.out.push_str(text),
            ExprKind::Boolean(value) => self.out.push_str(if *value { "true" } else { "false" }),
            ExprKind::String(literal) => self.string(literal),
            ExprKind::List(items) => {
                self.out.push('[');
                self.separated(items, ", ");
                self.out.push(']');
            }
            ExprKind::Range(from, to) => {
                self.out.push('[');
                self.expr(from, 0);
                self.out.push_str("..");
                self.expr(to, 0);
                self.out.push(']');
            }
            ExprKind::Map(entries) => {
                self.out.push('{');
                for (nth, (key, value)) in entries.iter().enumerate() {
                    self.out.push_str(if nth > 0 { ", " } else { "" });
                    self.expr(key, 0);
                    self.out.push_str(": ");
                    self.expr(value, 0);
                }
                self.out.push('}');
            }
            ExprKind::Not(value) => self.prefixed('!', value),
            ExprKind::Negate(value) => self.prefixed('-', value),
            ExprKind::Chain(first, rest) => {
                let own = rest.first().map_or(0, |(operator, _)| operator.precedence());
                self.out.push_str(if own < level { "(" } else { "" });
                self.expr(first, own + 1);
                for (operator, operand) in rest {
                    self.put(&[" ", operator.symbol(), " "]);
                    self.expr(operand, own + 1);
                }
                self.out.push_str(if own < level { ")" } else { "" });
            }
        }
    }

    fn prefixed(&mut self, sign: char, value: &Expr) {
        self.out.push(sign);
        // A minus and a digit would be one number.
        if sign == '-' {
            self.out.push(' ');
        }
        self.expr(value, 6);
    }

    fn string(&mut self, literal: &StringLiteral) {
        let quote = if literal.double { "\"" } else { "'" };
        let mut value = literal.value.replace(quote, &quote.repeat(2));
        if literal.double {
            value = value.replace("\\u", "\\u005cu");
        }
        self.put(&[quote, &value, quote]);
    }
}

/// Of `$!!x` in text, Velocity writes `$!x`.
fn banged(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$!") {
        let more = if after.is_empty() || after.starts_with(['[', '#', '$', '\\']) { "" } else { "!" };
        out.extend([before, "$!", more]);
        rest = after;
    }
    out + rest
}

/// Whether a line end follows nothing but blanks.
fn blank_line(text: &str) -> bool {
    text.trim_start_matches([' ', '\t']).starts_with(['\n', '\r'])
}
