//! A tree that is printed and read again is the same tree, spans aside.

use crate::analysis::vtl::ast::{
    Access, AccessKind, Block, Branch, Comment, Expr, ExprKind, Name, Node, NodeKind, Operator, Reference, Span,
    StringLiteral,
};
use crate::analysis::vtl::parse;
use proptest::prelude::*;

const NOWHERE: Span = Span { start: 0, end: 0 };

/// The tree without its spans.
fn bare(block: &Block) -> String {
    let shown = format!("{block:?}");
    let mut out = String::new();
    for (nth, piece) in shown.split("Span { start: ").enumerate() {
        out.push_str(if nth == 0 { piece } else { &piece[piece.find('}').unwrap()..] });
    }
    out
}

fn reads_back(block: &Block) {
    let printed = block.to_string();
    let again = parse(&printed).unwrap_or_else(|error| panic!("{printed:?}: {error}"));
    assert_eq!(bare(&again.template), bare(block), "printed as {printed:?}");
}

#[test]
fn templates_print_as_they_are_read() {
    for source in [
        "{\"a\": $input.json('$.a[0][\"b\"]'), \"b\": \"$!{context.x}\"}",
        "#if($a == 1 && !($b || $c))x#elseif($d)\n\ny\n#{else}z#end\n\nw",
        "#foreach($x in [1..$n])$x#if($foreach.hasNext),#end#end",
        "#macro(m $a $b)$a$b#end#m(1 'x')\\#m \\\\#m(1 2)",
        "#set($x = {\"a\": [1, -2.5, true], 'b': \"say \"\"$y\"\"\"})$x",
        "\\#if \\\\#if(true)a\\\\#end \\$b \\\\$c $\\!d $$e $!!f #$g",
        "$5 #12 a # b $.c $[0] ${1} #{ \\ \\\\ #- $!",
        "#stop #break() #include('a' \"b\") #parse('c') #evaluate($d) #literal()$e#end#define($f)g#end",
        "#@m('a')b#end #{m}n #m #foreach($x)y#end #[[ $z #if ]]# ## c\n#* d *##** e *#",
        "$a.b.c($d, 1)[0]['e'].f() ${a.b}c $!{a[1]}",
        "$a.b(1 + 2 * ($c - 3), !$d) $a[$i + 1] ${a|'b'}",
    ] {
        reads_back(&parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).template);
    }
}

fn word() -> impl Strategy<Value = String> {
    // Words that mean something would not be names.
    "[a-z][a-z0-9_]{0,5}".prop_filter("a word of the grammar", |word| {
        let own = [
            "true", "false", "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "if", "else", "elseif", "end",
            "set", "null", "in",
        ];
        let plugged = ["foreach", "include", "parse", "macro", "literal", "evaluate", "break", "define", "stop"];
        !own.contains(&word.as_str()) && !plugged.contains(&word.as_str())
    })
}

fn name() -> impl Strategy<Value = Name> {
    word().prop_map(|text| Name { span: NOWHERE, text })
}

fn plain(name: Name) -> Reference {
    let (span, path) = (NOWHERE, Vec::new());
    Reference { span, backslashes: 0, quiet: false, formal: false, bang_backslashes: 0, name, path, alternate: None }
}

fn reference(arg: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Reference> {
    let step = prop_oneof![
        name().prop_map(AccessKind::Property),
        (name(), prop::collection::vec(arg, 0..3)).prop_map(|(name, args)| AccessKind::Method(name, args)),
        "[0-9]{1,3}".prop_map(|digits| AccessKind::Index(expr(ExprKind::Integer(digits)))),
    ];
    let steps = prop::collection::vec(step.prop_map(|kind| Access { span: NOWHERE, kind }), 0..3);
    (name(), steps, any::<bool>(), any::<bool>(), 0usize..3).prop_map(|(name, path, quiet, formal, backslashes)| {
        Reference { path, quiet, formal, backslashes, ..plain(name) }
    })
}

fn expr(kind: ExprKind) -> Expr {
    Expr { span: NOWHERE, kind }
}

fn single(value: String) -> Expr {
    expr(ExprKind::String(StringLiteral { double: false, value, template: None }))
}

/// What Velocity 1.7 reads as an argument.
fn operand() -> impl Strategy<Value = Expr> + Clone {
    let leaf = prop_oneof![
        "-?[0-9]{1,4}".prop_map(|text| expr(ExprKind::Integer(text))),
        "-?[0-9]{1,3}\\.[0-9]{0,3}(e-?[0-9])?".prop_map(|text| expr(ExprKind::Float(text))),
        any::<bool>().prop_map(|value| expr(ExprKind::Boolean(value))),
        "[ a-z$#'\"\\\\.{}\n]{0,8}".prop_map(single),
        name().prop_map(|name| expr(ExprKind::Reference(plain(name)))),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let end = prop_oneof![
            "-?[0-9]{1,3}".prop_map(|text| expr(ExprKind::Integer(text))),
            name().prop_map(|name| expr(ExprKind::Reference(plain(name)))),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| expr(ExprKind::List(items))),
            prop::collection::vec((inner.clone(), inner.clone()), 0..3)
                .prop_map(|entries| expr(ExprKind::Map(entries))),
            (end.clone(), end).prop_map(|(from, to)| expr(ExprKind::Range(Box::new(from), Box::new(to)))),
            reference(inner).prop_map(|it| expr(ExprKind::Reference(Reference { backslashes: 0, ..it }))),
        ]
    })
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::*;
    prop::sample::select(vec![
        Or,
        And,
        Equal,
        NotEqual,
        Less,
        Greater,
        LessOrEqual,
        GreaterOrEqual,
        Add,
        Subtract,
        Multiply,
        Divide,
        Modulo,
    ])
}

/// What `#if` and `#set` read.
fn expression() -> impl Strategy<Value = Expr> {
    operand().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|value| expr(ExprKind::Not(Box::new(value)))),
            (inner.clone(), prop::collection::vec((operator(), inner), 1..3)).prop_map(|(first, rest)| {
                // One level of precedence a chain; a first operand of the same level would be the chain's own start.
                let level = rest[0].0.precedence();
                let rest: Vec<_> = rest.into_iter().filter(|(operator, _)| operator.precedence() == level).collect();
                match first.kind {
                    ExprKind::Chain(..) => expr(ExprKind::Not(Box::new(first))),
                    _ => expr(ExprKind::Chain(Box::new(first), rest)),
                }
            }),
        ]
    })
}

fn block() -> impl Strategy<Value = Block> {
    let text = prop_oneof![
        "[a-z ,:\n{}\"]{1,8}x",
        Just("\n".to_owned()),
        Just("#if x".to_owned()),
        Just("\\#end x".to_owned())
    ];
    let leaf = prop_oneof![
        text.prop_map(NodeKind::Text),
        "[ $#a-z\n]{0,6} ".prop_map(NodeKind::Unparsed),
        prop::sample::select(vec![Comment::Line, Comment::Block, Comment::Doc]).prop_map(NodeKind::Comment),
        reference(operand()).prop_map(NodeKind::Reference),
        (reference(operand()), expression())
            .prop_map(|(target, value)| NodeKind::Set { target: Reference { backslashes: 0, ..target }, value }),
        ("call[a-z]{0,4}", prop::option::of(prop::collection::vec(operand(), 0..3)))
            .prop_map(|(name, args)| NodeKind::Call { name, args, body: None }),
        prop::option::of(operand()).prop_map(|message| NodeKind::Stop { message }),
        Just(NodeKind::Break { scope: None }),
        operand().prop_map(|arg| NodeKind::Parse { arg }),
    ];
    let tree = leaf.prop_map(|kind| canonical(vec![kind])).prop_recursive(3, 24, 4, |inner| {
        let kind = prop_oneof![
            (prop::collection::vec((expression(), inner.clone()), 1..3), prop::option::of(inner.clone())).prop_map(
                |(branches, otherwise)| {
                    let branch = |(condition, body)| Branch { span: NOWHERE, condition, body };
                    NodeKind::If { branches: branches.into_iter().map(branch).collect(), otherwise }
                }
            ),
            (name(), operand(), inner.clone()).prop_map(|(item, list, body)| NodeKind::Foreach {
                item: plain(item),
                list,
                body
            }),
            (name(), inner.clone()).prop_map(|(target, body)| NodeKind::Define { target: plain(target), body }),
            ("call[a-z]{0,4}", prop::collection::vec(operand(), 0..2), inner.clone())
                .prop_map(|(name, args, body)| NodeKind::Call { name, args: Some(args), body: Some(body) }),
            ("m[a-z]{0,3}q", prop::collection::vec(name().prop_map(plain), 0..3), inner.clone())
                .prop_map(|(name, params, body)| NodeKind::Macro { name, params, body }),
        ];
        (prop::collection::vec(inner, 0..3), kind).prop_map(|(before, kind)| {
            let mut kinds: Vec<NodeKind> =
                before.into_iter().flat_map(|block| block.nodes).map(|node| node.kind).collect();
            kinds.push(kind);
            canonical(kinds)
        })
    });
    prop::collection::vec(tree, 0..4)
        .prop_map(|blocks| canonical(blocks.into_iter().flat_map(|block| block.nodes).map(|node| node.kind).collect()))
}

/// A block as the parser gives it: text never touches text, and never continues what stands before it. Node kinds that would
/// join are kept apart by an unparsed `|`.
fn canonical(kinds: Vec<NodeKind>) -> Block {
    let mut nodes: Vec<Node> = Vec::new();
    for kind in kinds {
        let joins = matches!(
            (nodes.last().map(|node| &node.kind), &kind),
            (Some(NodeKind::Text(_) | NodeKind::Reference(_) | NodeKind::Call { .. }), _)
                | (Some(NodeKind::Unparsed(_)), NodeKind::Unparsed(_))
        );
        if joins {
            // After a member, `##` is no comment; only text ends a reference.
            let ends = match nodes.last().map(|node| &node.kind) {
                Some(NodeKind::Reference(_)) => NodeKind::Text("|".to_owned()),
                _ => NodeKind::Comment(Comment::Doc),
            };
            nodes.push(Node { span: NOWHERE, kind: ends });
            nodes.push(Node { span: NOWHERE, kind: NodeKind::Unparsed("|".to_owned()) });
        }
        nodes.push(Node { span: NOWHERE, kind });
    }
    Block { span: NOWHERE, nodes }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_tree_reads_back(block in block()) {
        reads_back(&block);
    }
}
