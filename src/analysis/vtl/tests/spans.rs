//! Spans lie in the source on character boundaries, in order, children within parents; and no input panics.

use crate::analysis::vtl::ast::{Access, AccessKind, Block, Expr, ExprKind, NodeKind, Reference, Span};
use crate::analysis::vtl::parse;
use proptest::prelude::*;

/// The spans right below another one, in the order of the source, each checked and then looked into.
struct Checked<'s> {
    source: &'s str,
    within: Span,
    last: usize,
}

impl<'s> Checked<'s> {
    fn new(source: &'s str, within: Span) -> Checked<'s> {
        Checked { source, within, last: within.start }
    }

    fn next(&mut self, span: Span) -> Checked<'s> {
        let (source, within) = (self.source, self.within);
        assert!(source.get(span.start..span.end).is_some(), "{span:?} is no text of {source:?}");
        assert!(
            self.last <= span.start && span.end <= within.end,
            "{span:?} in {within:?}, after {}: {source:?}",
            self.last
        );
        self.last = span.end;
        Checked::new(source, span)
    }

    fn block(&mut self, block: &Block) {
        let mut inside = self.next(block.span);
        for node in &block.nodes {
            let mut inside = inside.next(node.span);
            match &node.kind {
                NodeKind::Text(_) | NodeKind::Unparsed(_) | NodeKind::Comment(_) => {}
                NodeKind::Reference(reference) => inside.reference(reference),
                NodeKind::Set { target, value } => {
                    inside.reference(target);
                    inside.expr(value);
                }
                NodeKind::If { branches, otherwise } => {
                    for branch in branches {
                        let mut inside = inside.next(branch.span);
                        inside.expr(&branch.condition);
                        inside.block(&branch.body);
                    }
                    otherwise.iter().for_each(|body| inside.block(body));
                }
                NodeKind::Foreach { item, list, body } => {
                    inside.reference(item);
                    inside.expr(list);
                    inside.block(body);
                }
                NodeKind::Define { target, body } => {
                    inside.reference(target);
                    inside.block(body);
                }
                NodeKind::Macro { params, body, .. } => {
                    params.iter().for_each(|param| inside.reference(param));
                    inside.block(body);
                }
                NodeKind::Call { args, body, .. } | NodeKind::Misused { args, body, .. } => {
                    args.iter().flatten().for_each(|arg| inside.expr(arg));
                    body.iter().for_each(|body| inside.block(body));
                }
                NodeKind::Literal { body } => inside.block(body),
                NodeKind::Stop { message: arg } | NodeKind::Break { scope: arg } => {
                    arg.iter().for_each(|arg| inside.expr(arg));
                }
                NodeKind::Include { args } => args.iter().for_each(|arg| inside.expr(arg)),
                NodeKind::Parse { arg } | NodeKind::Evaluate { arg } => inside.expr(arg),
            }
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let mut inside = self.next(reference.span);
        inside.next(reference.name.span);
        for Access { span, kind } in &reference.path {
            let mut inside = inside.next(*span);
            match kind {
                AccessKind::Property(name) => drop(inside.next(name.span)),
                AccessKind::Method(name, args) => {
                    inside.next(name.span);
                    args.iter().for_each(|arg| inside.expr(arg));
                }
                AccessKind::Index(index) => inside.expr(index),
            }
        }
        reference.alternate.iter().for_each(|value| inside.expr(value));
    }

    fn expr(&mut self, expr: &Expr) {
        let mut inside = self.next(expr.span);
        match &expr.kind {
            ExprKind::Reference(reference) => inside.reference(reference),
            ExprKind::String(literal) => literal.template.iter().for_each(|block| inside.block(block)),
            ExprKind::List(items) => items.iter().for_each(|item| inside.expr(item)),
            ExprKind::Range(from, to) => [from, to].into_iter().for_each(|end| inside.expr(end)),
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                inside.expr(key);
                inside.expr(value);
            }),
            ExprKind::Not(value) | ExprKind::Negate(value) => inside.expr(value),
            ExprKind::Chain(first, rest) => {
                inside.expr(first);
                rest.iter().for_each(|(_, operand)| inside.expr(operand));
            }
            _ => {}
        }
    }
}

pub(super) fn check(source: &str) {
    match parse(source) {
        Ok(parsed) => {
            Checked::new(source, Span::new(0, source.len())).block(&parsed.template);
            for beyond in &parsed.beyond {
                assert!(source.get(beyond.span.start..beyond.span.end).is_some(), "{beyond:?} of {source:?}");
            }
        }
        Err(error) => {
            assert!(source.get(error.span.start..error.span.end).is_some(), "{error:?} of {source:?}");
            assert!(error.line >= 1 && error.column >= 1 && !error.found.is_empty(), "{error:?} of {source:?}");
        }
    }
}

#[test]
fn names_and_strings_are_where_their_spans_say() {
    let source = "a $!{foo.bar(\"x\"\"$y\u{e9}#if($z)w#end\")[0]}";
    let block = parse(source).unwrap().template;
    check(source);
    let NodeKind::Reference(it) = &block.nodes[1].kind else { panic!("{block:?}") };
    assert_eq!((it.span.of(source), it.name.span.of(source)), (&source[2..], "foo"));
    let AccessKind::Method(name, args) = &it.path[0].kind else { panic!("{it:?}") };
    assert_eq!((name.span.of(source), it.path[1].span.of(source)), ("bar", "[0]"));
    let ExprKind::String(literal) = &args[0].kind else { panic!("{args:?}") };
    let nodes = &literal.template.as_ref().unwrap().nodes;
    let texts: Vec<&str> = nodes.iter().map(|node| node.span.of(source)).collect();
    assert_eq!(texts, ["x\"\"", "$y", "\u{e9}", "#if($z)w#end"]);
}

#[test]
fn swallowed_white_space_lies_between_nodes() {
    let source = "#set($a = 1)\n  #set($b = 2)  \n#if($a)\nx#end \n";
    let block = parse(source).unwrap().template;
    let texts: Vec<&str> = block.nodes.iter().map(|node| node.span.of(source)).collect();
    assert_eq!(texts, ["#set($a = 1)", "#set($b = 2)", "#if($a)\nx#end"]);
}

/// Pieces that put every state of the lexer next to every other.
pub(super) fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "$",
        "#",
        "!",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        ".",
        "..",
        ",",
        ":",
        " ",
        "\n",
        "\r",
        "\t",
        "-",
        "=",
        "|",
        "1",
        "2.5",
        "x",
        "true",
        "and",
        "in",
        "\u{e9}",
        "\0",
        "$a",
        "$!a",
        "${a}",
        "$a.b(",
        "$a[",
        "#if(",
        "#elseif(",
        "#else",
        "#end",
        "#set($a=",
        "#foreach($a in ",
        "#macro(m ",
        "#define($a)",
        "#m(",
        "#@m(",
        "#stop",
        "#evaluate(",
        "##",
        "#*",
        "#**",
        "*#",
        "#[[",
        "]]#",
        "==",
        "&&",
        "+",
        "<",
        "\"\"",
        "''",
        "\\u0041",
        "#{if}",
        "#{end}",
        "[1..2]",
        "{\"a\":1}",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_soup_keeps_the_law(source in soup()) {
        check(&source);
    }

    #[test]
    fn any_text_keeps_the_law(source in ".*") {
        check(&source);
    }
}
