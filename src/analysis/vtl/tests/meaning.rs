//! What is said of templates, example by example.

use crate::analysis::Tri;
use crate::analysis::vtl::ast::Span;
use crate::analysis::vtl::*;
use crate::model::refs::Vars;
use crate::model::{Seen, Text};

fn with<T>(source: &str, vars: Option<&Vars>, ask: impl FnOnce(&Analysis<'_>) -> T) -> T {
    let parsed = parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    ask(&Analysis::of(source, &parsed.template, Given { vars, ..Given::default() }))
}

fn of<T>(source: &str, ask: impl FnOnce(&Analysis<'_>) -> T) -> T {
    with(source, None, ask)
}

fn vars(all: &[(&str, &str)]) -> Vars {
    Seen::Set(all.iter().map(|(name, value)| ((*name).into(), Text::new(*value))).collect())
}

#[test]
fn always_json() {
    for source in [
        r#"{"statusCode": 200}"#,
        " [1, -2.5e+3, true, null, \"\\u00e9\\n\"] ",
        "$input.json('$')",
        r#"{"body": $input.json('$.a'), "b": [$input.json("$.b")]}"#,
        "#set($inputRoot = $input.path('$'))\n{\n  \"stage\": \"$context.stage\"\n}",
        "#if($input.params('a') == 'x'){\"a\": 1}#elseif($foo)[]#{else}null#end",
        "[#foreach($i in $input.path('$.items'))$input.json('$')#if($foreach.hasNext),#end#end]",
        "[#foreach($i in [1..3])#if($foreach.index > 0),#end $i#end]",
        "[#foreach($i in [1..3])#if($velocityCount != 1),#end \"$i\"#end]",
        r#"{"a": "$util.urlEncode($input.body)", "b": "$util.base64Encode($input.body)"}"#,
        r#"{"a": "$stageVariables.a"}"#,
        "#set($n = 6 * 7){\"n\": $n}",
        "#set($s = \"a-$context.stage\"){\"s\": \"$s\"}",
        "## a comment\n{#* another *#}#stop not JSON at all",
        "{\"a\": \"#[[ $not #a ]]#\"}",
        "#foreach($i in [])x#end{}",
    ] {
        assert_eq!(of(source, |it| it.shape()), Shape::Always, "{source}");
    }
}

#[test]
fn never_json_and_from_where() {
    for (source, at) in [
        ("", 0),
        ("hello", 0),
        ("{\"a\": 1,}", 8),
        ("{statusCode: 200}", 17),
        ("{\"a\": \"$input.params('x')\", }", 28),
        ("Action=SendMessage&MessageBody=$util.urlEncode($input.body)", 0),
        ("{\"a\": $nothing}", 14),
        ("{\"list\": [#foreach($i in [1..3])$i,#end]}", 39),
        ("#foreach($i in [1..3]){}#end", 22),
        ("{\"a\": 01}", 7),
        ("{\"a\": 'b'}", 6),
        ("{}{}", 2),
    ] {
        let shape = of(source, |it| it.shape());
        let Shape::Never(span) = shape else { panic!("{source}: {shape:?}") };
        assert_eq!(span.start, at, "{source}");
    }
}

#[test]
fn it_depends_and_on_what() {
    for (source, on) in [
        ("{\"a\": \"$input.params('x')\"}", "$input.params('x')"),
        ("{\"a\": \"$util.escapeJavaScript($input.params('x'))\"}", "$util.escapeJavaScript($input.params('x'))"),
        ("{\"a\": $input.path('$.a')}", "$input.path('$.a')"),
        // That it cannot end so is not seen: the brackets before text that could be anything are forgotten.
        ("{\"a\": \"$input.params('x')\"", "$input.params('x')"),
        ("{\"a\": #if($x)1#end}", "}"),
        ("[#foreach($i in $input.path('$'))1,#end]", "]"),
        ("{\"a\": \"$input.json('$.a')\"}", "$input.json('$.a')"),
        ("#parse('x')", "#parse('x')"),
    ] {
        let shape = of(source, |it| it.shape());
        let Shape::Depends(span) = shape else { panic!("{source}: {shape:?}") };
        assert_eq!(span.of(source), on, "{source}");
    }
}

#[test]
fn a_known_stage_decides() {
    let source = "#if($stageVariables.kind == 'json'){}#{else}text#end";
    let ask = |kind: &str| with(source, Some(&vars(&[("kind", kind)])), |it| it.shape());
    assert!(matches!(of(source, |it| it.shape()), Shape::Depends(_)));
    assert_eq!(ask("json"), Shape::Always);
    assert!(matches!(ask("xml"), Shape::Never(_)));
    let bare = "{\"n\": $stageVariables.n}";
    assert_eq!(with(bare, Some(&vars(&[("n", "7")])), |it| it.shape()), Shape::Always);
    assert!(matches!(with(bare, Some(&vars(&[])), |it| it.shape()), Shape::Never(_)));
}

#[test]
fn mock_codes() {
    let codes = |source: &str| of(source, |it| (it.status().answer.clone(), it.status().codes.clone()));
    for (source, expected) in [
        ("{\"statusCode\": 200}", &[200][..]),
        ("{statusCode: 200}", &[200]),
        ("{ \"a\": {\"statusCode\": 1}, \"statusCode\" : -1000 }", &[-1000]),
        ("#set($code = 201)\n{\"statusCode\": $code}", &[201]),
        ("#set($code = \"204\")\n{\"statusCode\": $code}", &[204]),
        (
            "{\n#if( $input.params('scope') == \"internal\" )\n\"statusCode\": 200\n#else\n\"statusCode\": 500\n#end\n}",
            &[200, 500],
        ),
        ("#set($context.requestOverride.path.body = $input.body)\n{\"statusCode\": 200}", &[200]),
        ("{\"a\": $input.json('$'), \"statusCode\": 200}", &[200]),
    ] {
        let (answer, found) = codes(source);
        assert!(answer.is_yes(), "{source}: {answer:?}");
        assert_eq!(found, expected.iter().copied().collect(), "{source}");
    }
    for source in [
        "",
        "  \n",
        "{}",
        "{\"message\": \"hi\"}",
        "{\"a\": {\"statusCode\": 200}}",
        "[{\"statusCode\": 200}]",
        "statusCode: 200",
        "<xml/>",
        "{\"statusCode\": null}",
        "{\"statuscod\": 200}",
        "#set($x = 1)",
        "#if($x)1#{else}{}#end",
        "{\"message\": $input.json('$.message')}",
        "200",
    ] {
        assert!(codes(source).0.is_no(), "{source}: {:?}", codes(source));
    }
    for source in [
        "{\"statusCode\": \"200\"}",
        "{\"statusCode\": 200,}",
        "{'statusCode': 200}",
        "{\"statusCode\": $input.path('$.code')}",
        "{\"statusCode\": 200.0}",
        "$input.json('$')",
        "{#if($x)\"statusCode\": 200#end}",
        "{\"statusCode\": 1, \"statusCode\": 2}",
        "{\"status\\u0043ode\": 200}",
        "{\"StatusCode\": 200}",
        "/* c */ {\"statusCode\": 200}",
        "{\"statusCode\": 200",
        "{\"$stageVariables.x\": 200}",
        "{\"statusCode\": 99999999999999999999}",
    ] {
        assert!(codes(source).0.is_unknown(), "{source}: {:?}", codes(source));
    }
}

#[test]
fn overridden_twice() {
    let twice = |source: &str| {
        of(source, |it| {
            let all = it.overrides().iter();
            all.map(|it| (it.target.name.clone().map(|name| name.into_owned()), it.twice.clone())).collect::<Vec<_>>()
        })
    };
    let one = |source: &str| {
        let all = twice(source);
        assert_eq!(all.len(), 1, "{source}: {all:?}");
        all[0].1.clone()
    };
    let set = |name: &str, value: &str| format!("#set($context.requestOverride.{name} = {value})\n");
    let header = set("header.a", "'1'");
    let body = set("header.a", "$input.body");
    assert!(one(&header).is_no());
    assert!(one(&format!("{header}{header}")).is_yes());
    assert!(one(&format!("#if($x){header}#else{header}#end")).is_no());
    assert!(one(&format!("{header}#if($x){header}#end")).is_unknown());
    assert!(one(&format!("#if($x){header}{header}#else{header}{header}#end")).is_yes());
    assert!(one(&format!("#if($x){header}#stop#end{header}")).is_no());
    assert!(one(&format!("#foreach($i in [1..2]){header}#end")).is_yes());
    assert!(one(&format!("#foreach($i in [1]){header}#end")).is_no());
    assert!(one(&format!("#foreach($i in $input.path('$')){header}#end")).is_unknown());
    assert!(one(&format!("#foreach($i in $input.path('$')){header}#break#end")).is_no());
    assert!(one(&format!("{body}{body}")).is_unknown(), "without a value, #set sets nothing");
    let index = "#set($n = 'a')#set($context.requestOverride.header[$n] = 1)";
    assert!(one(index).is_no());
    assert!(twice(&format!("{header}{index}")).iter().all(|(_, twice)| twice.is_unknown()));
    let upper = set("header.A", "'1'");
    assert!(twice(&format!("{header}{upper}")).iter().all(|(_, twice)| twice.is_unknown()));
    let (path, status) = (set("path.a", "'1'"), "#set($context.responseOverride.status = 400)");
    assert!(twice(&format!("{header}{path}{status}")).iter().all(|(_, twice)| twice.is_no()));
    assert!(one(&format!("{status}{status}")).is_yes());
    let map = "#set($h = $context.requestOverride.header)#set($h.a = 1)";
    assert!(twice(&format!("{header}{map}")).iter().all(|(_, twice)| twice.is_unknown()));
    assert!(one(&format!("{header}#parse('x')")).is_unknown());
    assert!(twice("$context.requestOverride.querystring.put(\"a\", \"b\")")[0].1.is_no());
    assert!(
        one("$context.requestOverride.querystring.put('a', 'b')#set($context.requestOverride.querystring.a = 1)")
            .is_unknown()
    );
}

#[test]
fn whether_a_parameter_is_overridden() {
    let header = |name: &str| Target { map: Map::RequestHeader, name: Some(name.to_owned().into()) };
    let answer = |source: &str| of(source, |it| it.overridden(&header("X-Mode")));
    let set = "#set($context.requestOverride.header.x-mode = 'a')";
    assert_eq!(answer(&format!("{set}{{}}")), Tri::Yes(Span::new(0, set.len())));
    assert!(answer(&format!("#if($x){set}#else{set}#end")).is_yes());
    for source in [
        format!("#if($input.params('a')){set}#end"),
        "#set($context.requestOverride.header.x-mode = $input.params('a'))".to_owned(),
        "#set($n = $input.params('a'))#set($context.requestOverride.header[$n] = 1)".to_owned(),
        "#set($h = $context.requestOverride.header)#set($h.x = 1)".to_owned(),
        "#evaluate($input.body)".to_owned(),
    ] {
        assert!(answer(&source).is_unknown(), "{source}");
    }
    for source in [
        "## $context.requestOverride.header.X-Mode",
        "{\"X-Mode\": \"$context.requestOverride.header.X-Mode\"}",
        "#set($context.requestOverride.querystring.X-Mode = 1)",
        "#set($context.requestOverride.header.X-Mode-2 = 1)",
        "#set($x = \"$context.requestOverride.header.X-Mode\")",
    ] {
        assert!(answer(source).is_no(), "{source}");
    }
}

#[test]
fn members_that_aws_does_not_document() {
    let unknown = |source: &str, api: Api| -> Vec<(String, Why)> {
        let parsed = parse(source).unwrap();
        let given = Given { api, vars: None };
        let found = Analysis::of(source, &parsed.template, given).unknown_members();
        found.into_iter().map(|it| (it.name, it.why)).collect()
    };
    for known in [
        "$input.body $input.json('$') $input.params() $input.params('a') $input.path('$').size()",
        "$util.escapeJavaScript($x) $util.parseJson($input.body).foo.bar() #set($x = 1)",
        "$stageVariables.a $stageVariables['b'] $stageVariables.get('c')",
        "$context.identity.sourceIp $context.identity $context.authorizer.claims.sub $context.authorizer.x.y",
        "$context.requestOverride.header.x $context.responseOverride.custom $context['stage'] $context.get($x)#set($x = 1)",
        "#foreach($a in $input.path('$'))$a.b $foreach.index $velocityCount#end",
        "\"\\$nothing\"",
        "$context.identity.clientCert.validity.notAfter",
    ] {
        assert_eq!(unknown(known, Api::Rest), [], "{known}");
    }
    let one = |name: &str, why| vec![(name.to_owned(), why)];
    for (source, name, why) in [
        ("$input.foo", "$input.foo", Why::Undocumented),
        ("$input.json()", "$input.json", Why::Arguments),
        ("$input.body()", "$input.body", Why::Arguments),
        ("$input.params", "$input.params", Why::Arguments),
        ("$util.toJson($input.body)", "$util.toJson", Why::Undocumented),
        ("$context.identity.sourceIP", "$context.identity.sourceIP", Why::Undocumented),
        ("#if($context.foo.bar)#end", "$context.foo", Why::Undocumented),
        ("$context.status", "$context.status", Why::Elsewhere),
        ("$context.error.message", "$context.error.message", Why::Elsewhere),
        ("$context.integration.latency", "$context.integration", Why::Elsewhere),
        ("$context.connectionId", "$context.connectionId", Why::Undocumented),
        ("$inputs.json('$')", "$inputs", Why::Unset),
        ("\"$method.request.header.a\"", "$method", Why::Unset),
    ] {
        assert_eq!(unknown(source, Api::Rest), one(name, why), "{source}");
    }
    assert_eq!(unknown("$context.connectionId $context.status $context.routeKey", Api::WebSocket), []);
    let rest_only = unknown("$context.httpMethod", Api::WebSocket);
    assert_eq!(rest_only, one("$context.httpMethod", Why::Undocumented));
}

#[test]
fn stage_variables_that_are_missing() {
    let source = "$stageVariables.a${stageVariables.b}$stageVariables['c']#if($stageVariables.get('d'))#end\
                  $stageVariables.get($x)#* $stageVariables.e *##[[$stageVariables.f]]##set($s = \"q/$stageVariables.g\")";
    let reads = of(source, |it| it.stage_variables());
    let names: Vec<Option<&str>> = reads.iter().map(|read| read.name.as_deref()).collect();
    assert_eq!(names, [Some("a"), Some("b"), Some("c"), Some("d"), None, Some("g")]);
    assert_eq!(reads[1].span.of(source), "${stageVariables.b}");
    let vars = vars(&[("a", "1"), ("g", "")]);
    let missing: Vec<Tri<()>> = reads.iter().map(|read| read.is_missing(&vars).map(|_| ())).collect();
    assert!(missing[0].is_no() && missing[5].is_no() && missing[4].is_unknown());
    assert!(missing[1..4].iter().all(Tri::is_yes));
    assert!(reads[0].is_missing(&Seen::Unset).is_yes());
    assert!(reads[0].is_missing(&Seen::Unknown(crate::model::Gap::not_readable("x"))).is_unknown());
}

#[test]
fn names_in_json() {
    let source = "#set($table = \"orders-$stageVariables.env\")\n\
        {\"TableName\": \"$table\", \"Item\": {\"id\": {\"S\": \"$input.params('id')\"}},\n\
        \"stateMachineArn\": \"arn:aws:states:eu-west-1:111122223333:stateMachine:${stageVariables.m}\",\n\
        #if($x)\"Bucket\": \"a\\/b\",#end \"n\": 1, \"StreamName\": $stageVariables.stream, \
        \"q\": \"a#if($y)b#{else}c#end\"}";
    let fields = of(source, |it| it.fields());
    let said: Vec<(String, String, bool)> =
        fields.iter().map(|it| (it.key.clone(), it.value.to_string(), it.conditional)).collect();
    let owned = |key: &str, value: &str, conditional| (key.to_owned(), value.to_owned(), conditional);
    assert_eq!(said[0], owned("TableName", "orders-${stageVariables.env}", false));
    assert_eq!(said[1].0, "S");
    let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:${stageVariables.m}";
    assert_eq!(said[2], owned("stateMachineArn", machine, false));
    assert_eq!(said[3], owned("Bucket", "a/b", true));
    assert_eq!(said[4], owned("StreamName", "${stageVariables.stream}", false));
    assert_eq!(said[5].0, "q");
    assert!(fields[5].value.lit().is_none() && fields[5].value.to_string().starts_with("a${"));
    let known = vars(&[("env", "prod"), ("m", "x")]);
    assert_eq!(fill(&fields[0].value, &known).lit(), Some("orders-prod"));
    assert_eq!(fill(&fields[4].value, &known).lit(), Some(""));
    assert_eq!(fields[2].span.of(source), machine);
}

#[test]
fn a_variable_is_known_only_where_it_is_sure() {
    for source in [
        "#if($x)#set($t = 'a')#end{\"TableName\": \"$t\"}",
        "#set($t = 'a')#if($x)#set($t = 'b')#end{\"TableName\": \"$t\"}",
        "{\"TableName\": \"$t\"}#set($t = 'a')",
        "#set($t = 'a')#foreach($t in $x)#end{\"TableName\": \"$t\"}",
        "#set($t = 'a')#evaluate($x){\"TableName\": \"$t\"}",
    ] {
        assert_eq!(of(source, |it| it.fields())[0].value.lit(), None, "{source}");
    }
}

#[test]
fn arns_anywhere() {
    let source = "#set($topic = 'arn:aws:sns:eu-west-1:111122223333:a')\n{\"x\": \"see arn:aws:sqs:$stageVariables.r:1:q.fifo, barn:x\"}";
    let arns = of(source, |it| it.arns());
    let said: Vec<String> = arns.iter().map(|arn| arn.value.to_string()).collect();
    assert_eq!(said, ["arn:aws:sns:eu-west-1:111122223333:a", "arn:aws:sqs:${stageVariables.r}:1:q.fifo"]);
    assert_eq!(arns[0].span.of(source), said[0]);
}

#[test]
fn forms() {
    let source = "Action=SendMessage&QueueUrl=https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F1%2F$stageVariables.q\
        &MessageBody=$util.urlEncode($input.body)#if($g)&MessageGroupId=$g#end&a+b=$input.params('x')\n";
    let form = of(source, |it| it.form()).unwrap();
    let keys: Vec<String> = form.pairs.iter().map(|pair| pair.key.to_string()).collect();
    assert_eq!(keys, ["Action", "QueueUrl", "MessageBody", "MessageGroupId", "a b"]);
    assert_eq!(form.get("Action").unwrap().value.lit(), Some("SendMessage"));
    let url = &form.get("QueueUrl").unwrap().value;
    assert_eq!(url.to_string(), "https://sqs.eu-west-1.amazonaws.com/1/${stageVariables.q}");
    let raw: Vec<usize> = form.pairs.iter().map(|pair| pair.raw.len()).collect();
    assert_eq!(raw, [0, 1, 0, 1, 1]);
    let conditional: Vec<bool> = form.pairs.iter().map(|pair| pair.conditional).collect();
    assert_eq!(conditional, [false, false, false, true, false]);
    let set = "#set($b = $util.urlEncode($input.body))Action=Publish&Message=$b";
    assert_eq!(of(set, |it| it.form()).unwrap().pairs[1].raw, []);
    assert_eq!(of("{\"a\": \"b=c\"}", |it| it.form()), None);
    assert_eq!(of("$input.body", |it| it.form()), None);
}

#[test]
fn loops_and_lengths() {
    let source = "#set($items = $input.path('$.items'))#set($l = [1])\
        #foreach($a in [1..1001])#foreach($b in [1, 2])#end#end\
        #foreach($c in $items)#foreach($d in $c.tags)#end#end#foreach($e in $l)#end#foreach($f in $context.authorizer.x)#end";
    let loops = of(source, |it| it.loops());
    let bounds: Vec<Bound> = loops.iter().map(|it| it.bound).collect();
    let expected =
        [Bound::Exactly(1001), Bound::Exactly(2), Bound::Input, Bound::Input, Bound::Unknown, Bound::Unknown];
    assert_eq!(bounds, expected);
    assert!(loops[0].exceeds().is_yes() && loops[1].exceeds().is_no() && loops[2].exceeds().is_unknown());
    assert!(too_long(&"x".repeat(300_000)).is_no());
    assert!(too_long(&"x".repeat(300_001)).is_unknown());
    assert!(too_long(&"x".repeat(307_201)).is_yes());
}

#[test]
fn effort_is_bounded() {
    let nested = |depth: usize| {
        let open: String = (0..depth).map(|i| format!("#foreach($i{i} in $l)[#if($foreach.hasNext),#end")).collect();
        format!("{open}{}", "#end".repeat(depth))
    };
    let doubling: String = (0..400).map(|i| format!("#set($a{} = \"$a{i}$a{i}\")", i + 1)).collect();
    let many: String = (0..3_000).map(|i| format!("#if($x)#set($v{i} = 1)#end")).collect();
    let names: String =
        (0..3_000).map(|i| format!("#set($context.requestOverride.header.h{i} = 1)#if($x)#end")).collect();
    for source in [
        nested(30),
        format!("#set($a0 = 'xy'){doubling}$a400"),
        many,
        names,
        "\"$x\"".repeat(20_000),
        "[".repeat(50_000),
    ] {
        let from = std::time::Instant::now();
        of(&source, |it| (it.shape(), it.fields(), it.arns(), it.form()));
        assert!(from.elapsed().as_secs() < 10, "{}", &source[..60]);
    }
}
