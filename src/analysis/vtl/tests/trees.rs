//! What templates are read as.

use crate::analysis::vtl::ast::{AccessKind, Comment, Expr, ExprKind, Node, NodeKind, Operator, Reference};
use crate::analysis::vtl::parse;

fn nodes(source: &str) -> Vec<Node> {
    let parsed = parse(source).unwrap_or_else(|error| panic!("{source:?}: {error}"));
    assert_eq!(parsed.beyond, [], "{source:?}");
    parsed.template.nodes.clone()
}

fn reference(source: &str) -> Reference {
    match &nodes(source)[..] {
        [Node { kind: NodeKind::Reference(reference), .. }] => reference.clone(),
        other => panic!("{source:?} is {other:?}"),
    }
}

fn value(source: &str) -> Expr {
    match nodes(&format!("#set($x = {source})")).pop().unwrap().kind {
        NodeKind::Set { value, .. } => value,
        other => panic!("{source:?} is {other:?}"),
    }
}

/// The text of a template without anything but text.
fn text(source: &str) -> String {
    match &nodes(source)[..] {
        [] => String::new(),
        [Node { kind: NodeKind::Text(text), .. }] => text.clone(),
        other => panic!("{source:?} is {other:?}"),
    }
}

#[test]
fn references_have_their_marks() {
    for (source, backslashes, quiet, formal, bang) in [
        ("$foo", 0, false, false, 0),
        ("$!foo", 0, true, false, 0),
        ("${foo}", 0, false, true, 0),
        ("$!{foo}", 0, true, true, 0),
        ("\\\\$foo", 2, false, false, 0),
        ("\\$!{foo}", 1, true, true, 0),
        ("$\\!foo", 0, false, false, 1),
    ] {
        let it = reference(source);
        assert_eq!((it.backslashes, it.quiet, it.formal, it.bang_backslashes), (backslashes, quiet, formal, bang));
        assert_eq!(it.name.text, "foo", "{source}");
    }
}

#[test]
fn references_have_their_path() {
    let it = reference("$a-b.c_d.e('x', $f)[0].g");
    assert_eq!(it.name.text, "a-b");
    let path: Vec<String> = it
        .path
        .iter()
        .map(|step| match &step.kind {
            AccessKind::Property(name) => format!(".{}", name.text),
            AccessKind::Method(name, args) => format!(".{}/{}", name.text, args.len()),
            AccessKind::Index(index) => format!("[{index}]"),
        })
        .collect();
    assert_eq!(path, [".c_d", ".e/2", "[0]", ".g"]);
}

#[test]
fn a_json_path_is_one_string() {
    let it = reference(r#"$input.path('$.a[0]["b"]')"#);
    let AccessKind::Method(_, args) = &it.path[0].kind else { panic!("{it:?}") };
    let ExprKind::String(literal) = &args[0].kind else { panic!("{args:?}") };
    assert_eq!((literal.value.as_str(), literal.double, &literal.template), (r#"$.a[0]["b"]"#, false, &None));
}

#[test]
fn plain_text_stays_text() {
    for source in ["$5", "$.foo", "#123", "a # b", "${1}", "$ x", "#- #", "\\", "\\\\", "$[0]", "#{", "$\u{e9}"] {
        if !source.ends_with('#') {
            assert_eq!(text(source), source);
        }
    }
}

#[test]
fn escapes_of_directives_are_halved() {
    assert_eq!(text("\\#if"), "#if");
    assert_eq!(text("\\\\\\#foreach"), "\\#foreach");
    assert_eq!(text("\\#nothing"), "\\#nothing");
    let nodes = nodes("\\\\#if(true)x#end");
    assert!(matches!(&nodes[0].kind, NodeKind::Text(text) if text == "\\"), "{nodes:?}");
}

#[test]
fn an_escaped_macro_counts_after_its_definition() {
    let after = nodes("#macro(m)x#end\\#m");
    assert!(matches!(&after[1].kind, NodeKind::Text(text) if text == "#m"), "{after:?}");
    assert_eq!(text("\\#m"), "\\#m");
}

#[test]
fn operators_bind_as_tightly_as_they_should() {
    let it = value("$a || $b && !$c == 1 + 2 * 3");
    let ExprKind::Chain(_, rest) = &it.kind else { panic!("{it:?}") };
    assert_eq!(rest[0].0, Operator::Or);
    assert_eq!(it.to_string(), "$a || $b && !$c == 1 + 2 * 3");
    assert_eq!(value("(1 + 2) * 3").to_string(), "(1 + 2) * 3");
    assert_eq!(value("$a and ($b or not $c) ge 1").to_string(), "$a && ($b || !$c) >= 1");
    let ExprKind::Chain(first, rest) = value("1 - 2 - 3").kind else { panic!() };
    assert_eq!((first.to_string().as_str(), rest.len()), ("1", 2));
}

#[test]
fn literals_are_what_they_are() {
    for (source, expected) in [
        ("-5", ExprKind::Integer("-5".to_owned())),
        ("99999999999999999999", ExprKind::Integer("99999999999999999999".to_owned())),
        ("1.", ExprKind::Float("1.".to_owned())),
        ("-.5e-3", ExprKind::Float("-.5e-3".to_owned())),
        ("true", ExprKind::Boolean(true)),
        ("[]", ExprKind::List(Vec::new())),
        ("{ }", ExprKind::Map(Vec::new())),
    ] {
        assert_eq!(value(source).kind, expected, "{source}");
    }
    assert_eq!(value("[ 1 .. $n.size() ]").to_string(), "[1..$n.size()]");
    assert_eq!(value("{'a' : 1,\"b\":[$c]}").to_string(), "{'a': 1, \"b\": [$c]}");
}

#[test]
fn strings_resolve_doubled_quotes_and_unicode_only() {
    for (source, expected) in [
        (r#""a""b""#, r#"a"b"#),
        ("'it''s'", "it's"),
        (r#""a\nb""#, r"a\nb"),
        (r#""\u0041\ud83d\ude00""#, "A\u{1f600}"),
        (r"'\u0041'", r"\u0041"),
    ] {
        let ExprKind::String(literal) = value(source).kind else { panic!("{source}") };
        assert_eq!(literal.value, expected, "{source}");
    }
}

#[test]
fn a_double_quoted_string_is_a_template() {
    let ExprKind::String(literal) = value(r#""a${b}#if($c)d#end""#).kind else { panic!() };
    let kinds = literal.template.unwrap().nodes;
    assert!(
        matches!(
            &kinds[..],
            [
                Node { kind: NodeKind::Text(_), .. },
                Node { kind: NodeKind::Reference(_), .. },
                Node { kind: NodeKind::If { .. }, .. },
            ]
        ),
        "{kinds:?}"
    );
}

#[test]
fn directives_swallow_the_line_end_behind_them() {
    let it = nodes("#if($a)  \nx\n#else\ny#end\t\r\nz");
    let NodeKind::If { branches, otherwise } = &it[0].kind else { panic!("{it:?}") };
    assert_eq!(branches[0].body.to_string(), "x\n");
    assert_eq!(otherwise.as_ref().unwrap().to_string(), "y");
    assert_eq!(it[1].kind, NodeKind::Text("z".to_owned()));
}

#[test]
fn every_directive_has_its_node() {
    let one = |source: &str| nodes(source).swap_remove(0).kind;
    assert!(matches!(one("#foreach($x in [1..3])$x#end"), NodeKind::Foreach { .. }));
    assert!(matches!(one("#define($x)a#end"), NodeKind::Define { .. }));
    assert!(matches!(one("#macro(m $a $b)c#end"), NodeKind::Macro { params, .. } if params.len() == 2));
    assert!(matches!(one("#m('a' 1)"), NodeKind::Call { args: Some(args), body: None, .. } if args.len() == 2));
    assert!(matches!(one("#m"), NodeKind::Call { args: None, body: None, .. }));
    assert!(matches!(one("#@m('a')b#end"), NodeKind::Call { name, body: Some(_), .. } if name == "m"));
    assert!(matches!(one("#literal()$a#end"), NodeKind::Literal { .. }));
    assert!(matches!(one("#stop"), NodeKind::Stop { message: None }));
    assert!(matches!(one("#{break}"), NodeKind::Break { scope: None }));
    assert!(matches!(one("#include('a', 'b')"), NodeKind::Include { args } if args.len() == 2));
    assert!(matches!(one("#parse('a')"), NodeKind::Parse { .. }));
    assert!(matches!(one("#evaluate($a)"), NodeKind::Evaluate { .. }));
    assert!(matches!(one("#[[ $a ]]#"), NodeKind::Unparsed(text) if text == " $a "));
    assert!(matches!(one("## a"), NodeKind::Comment(Comment::Line)));
    assert!(matches!(one("#* a *#"), NodeKind::Comment(Comment::Block)));
    assert!(matches!(one("#** a *#"), NodeKind::Comment(Comment::Doc)));
    assert!(matches!(one("#foreach($x)a#end"), NodeKind::Misused { name, .. } if name == "foreach"));
    assert!(matches!(one("#parse"), NodeKind::Misused { .. }));
}

#[test]
fn what_only_a_later_velocity_reads_is_said() {
    for (source, what) in [
        ("$a.b(1 + 2)", "an expression as an argument"),
        ("$a.b(!$c)", "an expression as an argument"),
        ("$a.b(($c))", "an expression as an argument"),
        ("$a.b($c and $d)", "an expression as an argument"),
        ("$a[$i + 1]", "an expression as an index"),
        ("$a[1.5]", "an expression as an index"),
        ("#set($a = -$b)", "a minus sign before an operand"),
        ("${a|'b'}", "a value that stands in for a missing one"),
        ("5$", "a `$` or `#` at the end of the template"),
        ("#foreach($x in $y)a#{else}b#end", "an `#else` of a `#foreach`"),
        ("#macro(m $a = 1)b#end", "a default for a macro's parameter"),
        ("#set\t($a = 1)", "a tab between `#set` and `(`"),
    ] {
        let beyond = parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).beyond;
        assert_eq!(beyond.iter().map(|it| it.what).collect::<Vec<_>>(), [what], "{source}");
    }
}
