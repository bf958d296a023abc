//! String literals. The inside of a double-quoted one with `$` or `#` in it is a template.

use super::ast::{Block, Expr, ExprKind, NodeKind, StringLiteral};
use super::parser::{Parser, Read};
use super::source::Inside;

impl<'s> Parser<'s> {
    pub(super) fn string(&mut self) -> Read<Expr> {
        let token = self.next();
        let span = self.span(token.core, token.end);
        let image = self.text(token.core, token.end);
        let double = image.starts_with('"');
        let Some(inside) = self.source.string(token.core, token.end) else {
            self.later(span, "`\\u` in a string", "four hexadecimal digits after it");
            let literal = StringLiteral { double, value: image.to_owned(), template: None };
            return Ok(Expr { span, kind: ExprKind::String(literal) });
        };
        // After an error, no other string is looked into.
        let interpolated = double && self.late.is_none() && image.contains(['$', '#']);
        let template = if interpolated { self.interpolated(&inside)? } else { None };
        let literal = StringLiteral { double, value: inside.value, template };
        Ok(Expr { span, kind: ExprKind::String(literal) })
    }

    fn interpolated(&mut self, inside: &Inside) -> Read<Option<Block>> {
        let source = self.source.nested(inside);
        self.nested(|parser| {
            let mut inner = Parser::new(parser.template, &source);
            inner.depth = parser.depth;
            inner.macros = std::mem::take(&mut parser.macros);
            let block = inner.block(None);
            parser.macros = inner.macros;
            parser.beyond.append(&mut inner.beyond);
            let (block, late) = match block {
                Ok(block) => (Some(block), inner.late),
                Err(error) => (None, Some(error)),
            };
            if parser.late.is_none() {
                parser.late = late;
            }
            Ok(block.map(|block| without_the_space(block, &source.text)))
        })
    }
}

/// Takes back the space that was put behind the text.
fn without_the_space(mut block: Block, text: &str) -> Block {
    if text.contains("##") {
        return block;
    }
    if let Some(last) = block.nodes.last_mut()
        && let NodeKind::Text(text) = &mut last.kind
        && text.ends_with(' ')
    {
        text.pop();
        if text.is_empty() {
            block.nodes.pop();
        }
    }
    block
}
