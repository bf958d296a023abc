//! What a directive with these arguments is, and the arguments that Velocity refuses before rendering.

use super::ast::{Expr, ExprKind, NodeKind, Reference};
use super::directives::Directive;
use super::parser::{Nodes, Parser, Read};

impl<'s> Parser<'s> {
    pub(super) fn classify(&mut self, read: Directive<'s>, nodes: &mut Nodes) -> Read<()> {
        self.refuse(&read);
        let Directive { name, start, args, body, end, whole, beyond } = read;
        let call = !super::directives::PLUGGED.contains(&name);
        let span = self.span(start, if call { whole } else { end });
        if call && name.starts_with('@') && body.is_none() {
            nodes.text(span, self.text(start, end));
            return Ok(());
        }
        let misused = |args, body| NodeKind::Misused { name: name.to_owned(), args, body };
        let kind = match (name, args, body) {
            (_, args, body) if beyond => misused(args, body),
            ("foreach", Some(args), Some(body)) => match <[Expr; 3]>::try_from(args) {
                Ok([Expr { kind: ExprKind::Reference(item), .. }, Expr { kind: ExprKind::Word(_), .. }, list])
                    if item.path.is_empty() && item.alternate.is_none() =>
                {
                    NodeKind::Foreach { item, list, body }
                }
                Ok(args) => misused(Some(args.into()), Some(body)),
                Err(args) => misused(Some(args), Some(body)),
            },
            ("define", Some(args), Some(body)) => match <[Expr; 1]>::try_from(args) {
                Ok([Expr { kind: ExprKind::Reference(target), .. }]) if plain(&target) => {
                    NodeKind::Define { target, body }
                }
                Ok(args) => misused(Some(args.into()), Some(body)),
                Err(args) => misused(Some(args), Some(body)),
            },
            ("macro", Some(args), Some(body)) => match parameters(&args) {
                Some((name, params)) => NodeKind::Macro { name, params, body },
                None => misused(Some(args), Some(body)),
            },
            ("literal", Some(args), Some(body)) if args.is_empty() => NodeKind::Literal { body },
            ("include", Some(args), None) => NodeKind::Include { args },
            ("stop" | "break", args, None) => {
                let first = args.unwrap_or_default().into_iter().next();
                if name == "stop" { NodeKind::Stop { message: first } } else { NodeKind::Break { scope: first } }
            }
            ("parse", Some(args), None) => match <[Expr; 1]>::try_from(args) {
                Ok([arg]) => NodeKind::Parse { arg },
                Err(args) => misused(Some(args), None),
            },
            ("evaluate", Some(args), None) => match <[Expr; 1]>::try_from(args) {
                Ok([arg]) => NodeKind::Evaluate { arg },
                Err(args) => misused(Some(args), None),
            },
            (_, args, body) if call => {
                let name = name.strip_prefix('@').unwrap_or(name).to_owned();
                NodeKind::Call { name, args, body }
            }
            (_, args, body) => misused(args, body),
        };
        nodes.push(span, kind);
        Ok(())
    }

    /// Errors that Velocity meets while it prepares the tree, after reading everything.
    fn refuse(&mut self, read: &Directive<'s>) {
        let count = read.args.as_ref().map(Vec::len);
        let (found, expected) = match (read.name, count) {
            ("foreach" | "define" | "literal", None) => {
                ("a directive without parentheses", "its arguments in parentheses")
            }
            ("literal", _) if read.body.as_ref().is_some_and(|body| body.span.start == body.span.end) => {
                ("a `#literal` with nothing in it", "some text before its `#end`")
            }
            ("define", Some(count)) if count != 1 => ("a `#define` of another number of arguments", "one reference"),
            ("stop" | "break", Some(2..)) => ("more than one argument", "at most one"),
            ("evaluate", count) if count != Some(1) => {
                ("an `#evaluate` of another number of arguments", "one argument")
            }
            ("evaluate", _) => match read.args.as_deref() {
                Some([Expr { kind: ExprKind::String(_) | ExprKind::Reference(_), .. }]) => return,
                _ => ("another kind of value in `#evaluate`", "a string or a reference"),
            },
            _ => return,
        };
        self.later(self.span(read.start, read.end), found, expected);
    }
}

/// A `$name` and nothing else.
fn plain(reference: &Reference) -> bool {
    let Reference { backslashes, quiet, formal, bang_backslashes, path, alternate, .. } = reference;
    *backslashes == 0 && !quiet && !formal && *bang_backslashes == 0 && path.is_empty() && alternate.is_none()
}

fn parameters(args: &[Expr]) -> Option<(String, Vec<Reference>)> {
    let (first, rest) = args.split_first()?;
    let ExprKind::Word(name) = &first.kind else { return None };
    let params = rest.iter().map(|arg| match &arg.kind {
        ExprKind::Reference(reference) if plain(reference) => Some(reference.clone()),
        _ => None,
    });
    Some((name.clone(), params.collect::<Option<_>>()?))
}
