use super::*;

/// The message and what each label underlines.
fn broken(text: &str) -> (String, Vec<&str>) {
    let error = match read(7, "template.yaml", text.as_bytes()) {
        Ok(document) => panic!("{text:?} is {:?}", document.root),
        Err(error) => error,
    };
    assert!(error.places.iter().all(|place| place.file == 7));
    (error.to_string(), error.places.iter().map(|place| &text[place.range()]).collect())
}

#[track_caller]
fn fails(text: &str, message: &str, places: &[&str]) {
    assert_eq!(broken(text), (message.to_owned(), places.to_vec()), "{text:?}");
}

#[test]
fn broken_yaml() {
    fails("é:\n\t- b", "not YAML: a tab where YAML wants spaces", &["\t"]);
    fails("a:\n\t  b: c\n", "not YAML: a tab where YAML wants spaces", &["\t"]);
    fails("a:\n  b: 1\n\tc: 2", "not YAML: a tab where YAML wants spaces", &["\t"]);
    fails("é: \"x\nb: 1\n", "not YAML: a quote that is never closed", &["\""]);
    fails("é: \"x\n  b: 1\n", "not YAML: a quote that is never closed", &["\""]);
    fails("a: 'it's'", "not YAML: text behind a closing quote", &["s"]);
    fails("é: [1, 2\n", "not YAML: a bracket that is never closed", &["["]);
    fails("é: [1}", "not YAML: a bracket that one of the other kind closes", &["["]);
    fails("a: b: c", "not YAML: a key where no key can stand", &[":"]);
    fails("- a\nb: c", "not YAML: the indentation fits nothing above", &["b"]);
    fails("a: %b", "not YAML: a value cannot begin with this character", &["%"]);
    fails("a: \"\\q\"", "not YAML: a text with an escape sequence that is none", &["\""]);
    fails("a: *b", "not YAML: an alias that no anchor before it defines", &["*"]);
}

#[test]
fn broken_json() {
    fails("{\"é\": 1,}", "not JSON: a comma before a closing bracket", &[","]);
    fails("[1, ]", "not JSON: a comma before a closing bracket", &[","]);
    fails("{\"a\": }", "not JSON: a value has to stand here", &["}"]);
    fails("{\"é\" 1}", "not JSON: a name without its colon", &["1"]);
    fails("{a: 1}", "not JSON: a name has to stand here", &["a"]);
    fails("{\"a\": 1 \"b\": 2}", "not JSON: a comma is missing before this", &["\"b\""]);
    fails("[1 2]", "not JSON: a comma is missing before this", &["2"]);
    fails("[01]", "not JSON: a comma is missing before this", &["1"]);
    fails("[1}", "not JSON: a closing bracket that closes nothing", &["}"]);
    fails("[\"é\", [1", "not JSON: the file ends in the middle of a value", &["", "["]);
    fails("{\"é", "not JSON: a quote that is never closed", &["\""]);
    fails("[1] 2", "not JSON: more text behind the end of the value", &["2"]);
    fails("[yes]", "not JSON: a word without quotes", &["yes"]);
    fails("['a']", "not JSON: a text in single quotes", &["'"]);
    fails("[1] // end", "not JSON: more text behind the end of the value", &["// end"]);
    fails("[ /* one */ 1]", "not JSON: a comment", &["/* one */"]);
    for number in ["-", "1.", ".5", "+1", "0x1", "1e", "NaN", "-Infinity"] {
        let (message, _) = broken(&format!("[{number}]"));
        assert!(message.starts_with("not JSON: "), "{message}");
    }
    for half in ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800x"] {
        fails(&format!("[\"é{half}\"]"), "not JSON: half of a surrogate pair, which is no character", &["\\"]);
    }
    assert_eq!(find(&tree("[\"\\ud83d\\ude00\"]"), "0").as_text(), Some("😀"));
    fails("[\"é\ta\"]", "not JSON: a line end, tab or other control character inside of a text", &["\t"]);
    fails("[\u{a0}1]", "not JSON: a space that JSON does not know", &["\u{a0}"]);
}

#[test]
fn a_key_stands_once_and_is_text() {
    fails("é: 1\nb:\n  c: 1\n  c: 2\n", "the key \"c\" stands here twice", &["c", "c"]);
    fails("{\"a\": 1, \"\\u0061\": 2}", "the key \"a\" stands here twice", &["\"\\u0061\"", "\"a\""]);
    fails("200: a\n'200': b", "the key \"200\" stands here twice", &["'200'", "200"]);
    fails("a: &a {b: 1}\nc: {<<: *a, <<: *a}", "the key \"<<\" stands here twice", &["<<", "<<"]);
    fails("? [é]\n: b", "a key has to be plain text", &["["]);
    fails("? {a: b}\n: b", "a key has to be plain text", &["{"]);
    fails("!Ref a: b", "a key has to be plain text", &["a"]);
    fails(": b", "a key has to be plain text", &[""]);
    let root = tree("200: a\ntrue: b\non: c\n1.50: d\n!!str e: f\n? g\n: h\n");
    let keys: Vec<&str> = root.as_map().unwrap().iter().map(|member| &*member.key).collect();
    assert_eq!(keys, ["200", "true", "on", "1.50", "e", "g"]);
}

#[test]
fn tags_are_cloudformations_or_yamls_own() {
    fails("é: !Rf b", "the tag !Rf is none of CloudFormation's", &["!Rf"]);
    fails("a: !ref b", "the tag !ref is none of CloudFormation's", &["!ref"]);
    fails("a: !!binary aGk=", "the tag !!binary is none of CloudFormation's", &["!!binary"]);
    fails("a: !!timestamp 2020-01-01", "the tag !!timestamp is none of CloudFormation's", &["!!timestamp"]);
    fails(
        "a: !<tag:example.com,2000:b> c",
        "the tag !<tag:example.com,2000:b> is none of CloudFormation's",
        &["!<tag:example.com,2000:b>"],
    );
    fails("a: !!int b", "the tag !!int does not fit what it stands before", &["!!int"]);
    fails("a: !!seq {b: c}", "the tag !!seq does not fit what it stands before", &["!!seq"]);
    fails("a: !!str [b]", "the tag !!str does not fit what it stands before", &["!!str"]);
    fails("é: !e!b c", "not YAML: a tag of no known family", &["!"]);
}

#[test]
fn one_document_a_file() {
    fails("---\né: 1\n---\nb: 2\n", "a second document in one file", &["b", "é"]);
    for text in
        ["---\na: 1\n", "---\n---\na: 1\n", "a: 1\n---\n", "a: 1\n...\n", "%YAML 1.1\n---\na: 1\n--- # nothing\n"]
    {
        assert_eq!(bare(&tree(text)), "{\"a\":Number(\"1\")}", "{text:?}");
    }
    for text in ["", " \r\n", "\u{feff}", "# é\n", "---\n", "---\n...\n", "~"] {
        assert_eq!(tree(text).is, Is::Null, "{text:?}");
    }
}

#[test]
fn what_is_no_text() {
    let of = |bytes: &[u8]| {
        let error = read(0, "a\u{1b}b.zip", bytes).unwrap_err();
        assert!(error.places.is_empty() && miette::Diagnostic::help(&error).is_some());
        error.to_string()
    };
    assert_eq!(of(b"PK\x03\x04\0a"), "a\\u001bb.zip is no text: byte 4 is zero");
    assert_eq!(of(b"a: \xc3\xa9\xe9\n"), "a\\u001bb.zip is no text in UTF-8: byte 5 begins no character");
    assert_eq!(of(b"\xff\xfea\0"), "a\\u001bb.zip is text in UTF-16, not in UTF-8");
    assert_eq!(of(b"\xfe\xff\0a"), "a\\u001bb.zip is text in UTF-16, not in UTF-8");
    assert_eq!(of(&vec![b'#'; LARGEST + 1]), "a\\u001bb.zip is larger than 16 MiB");
    assert_eq!(TreeError::too_large("a").fault, Fault::TooLarge);
}

#[test]
fn the_largest_file_is_read() {
    let mut text = "a: b\n#".to_owned();
    text.extend(std::iter::repeat_n('x', LARGEST - text.len()));
    let document = read(0, "a", text.as_bytes()).unwrap();
    assert_eq!(document.comments[0].0.end as usize, LARGEST);
}

#[test]
fn depth_is_bounded_before_the_stack_is() {
    for (open, close, value) in [("[", "]", ""), ("{\"a\":", "}", "1"), ("[{\"é\":", "}]", "1")] {
        let width = open.matches(['[', '{']).count();
        let nested = |times: usize| format!("{}{value}{}", open.repeat(times), close.repeat(times));
        let deepest = nested(DEEPEST / width);
        for text in [deepest.clone(), format!("# YAML\n{deepest}")] {
            assert!(read(7, "a", text.as_bytes()).is_ok(), "{text}");
        }
        for text in [nested(DEEPEST), nested(100_000), open.repeat(100_000)] {
            let text = if width == 1 { format!("[{text}]") } else { text };
            let nth = |n: usize| text.match_indices(['[', '{']).nth(n).unwrap().0;
            let error = read(7, "a", text.as_bytes()).unwrap_err();
            assert_eq!(
                (error.to_string().as_str(), error.places[0].start as usize),
                ("nested more than 128 deep", nth(DEEPEST))
            );
            let (message, _) = broken(&format!("# YAML\n{text}"));
            assert_eq!(message, "nested more than 128 deep");
        }
    }
    let blocks: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(broken(&blocks).0, "nested more than 128 deep");
    assert_eq!(broken(&"- ".repeat(100_000)).0, "nested more than 128 deep");
    let tags = format!("{}a{}", "!Not [".repeat(65), "]".repeat(65));
    assert_eq!(broken(&format!("a: {tags}")).0, "nested more than 128 deep");
}

#[test]
fn aliases_are_copies_that_are_counted() {
    let text = "a: &a [é, !Ref &b c]\nd: *a\n? &k e\n: *b\n*k : 1\n";
    let text = text.replace("*k : 1\n", "f: {*k : 1}\n");
    let root = tree(&text);
    assert_eq!(find(&root, "a"), find(&root, "d"));
    assert_eq!((find(&root, "e/Ref").as_text(), at(&text, find(&root, "e"))), (Some("c"), "!Ref &b c".into()));
    assert_eq!(find(&root, "f/e").is, Is::Number("1".into()));
    fails("a: &é [1, *é]", "an alias inside of what it stands for", &["*é", "["]);
    fails("a: &a [1]\n? *a\n: 1", "a key has to be plain text", &["*a"]);
    let bomb = |levels: usize| {
        let level = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
        format!("a0: &a0 [x]\n{}", (1..=levels).map(level).collect::<String>())
    };
    assert!(read(0, "a", bomb(3).as_bytes()).is_ok());
    let bombed = bomb(30);
    let (message, places) = broken(&bombed);
    assert_eq!(message, "more than 1000000 values, each alias counted as the values it stands for");
    assert!(places[0].starts_with("*a") || places[0].starts_with('['), "{places:?}");
    let chain: String = (1..300).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    assert_eq!(broken(&format!("a0: &a0 x\n{chain}")).0, "nested more than 128 deep");
    let wide = format!("[{}1]", "1,".repeat(MOST));
    assert!(broken(&wide).0.starts_with("more than 1000000 values"));
    assert!(broken(&format!("# YAML\n{wide}")).0.starts_with("more than 1000000 values"));
}

#[test]
fn merge_keys_give_what_is_not_there() {
    let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  y: 5\n  <<: *a\nd: {<<: [*b, *a], w: 6}\ne: {'<<': *a}\nf: {<<: {x: 7}}\n";
    let root = tree(text);
    let number = |n: u8| format!("Number(\"{n}\")");
    assert_eq!(bare(find(&root, "c")), format!("{{\"x\":{},\"y\":{}}}", number(1), number(5)));
    let all = [("y", 3), ("z", 4), ("x", 1), ("w", 6)].map(|(key, n)| format!("{key:?}:{}", number(n))).join(",");
    assert_eq!(bare(find(&root, "d")), format!("{{{all}}}"));
    assert_eq!(find(&root, "e/<<"), find(&root, "a"));
    assert_eq!(find(&root, "f/x").is, Is::Number("7".into()));
    assert_eq!(at(text, find(&root, "c/x")), "1");
    fails("a: {<<: é}", "`<<` takes an object or a list of objects", &["<<"]);
    fails("a: {<<: [{b: 1}, 2]}", "`<<` takes an object or a list of objects", &["<<"]);
}

#[test]
fn a_message_repeats_no_value_and_an_excerpt_no_long_line() {
    let text = format!("Password: hunter2\n{}: {{\"a\": [b}}\n", "k".repeat(900));
    let error = read(0, "a\u{7}.yaml", text.as_bytes()).unwrap_err();
    let mut shown = String::new();
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
    handler.with_links(false).render_report(&mut shown, &error).unwrap();
    assert!(shown.contains("…") && !shown.contains(&"k".repeat(200)) && !shown.contains('\u{7}'), "{shown}");
    assert!(shown.contains("gatelint::file") && shown.contains("a\\u0007.yaml:2"), "{shown}");
    for text in ["hunter2: [", "a: !!int hunter2", "[\"hunter2\" \"hunter2\"]", "a: &hunter2 [*hunter2]"] {
        assert!(!read(0, "a", text.as_bytes()).unwrap_err().to_string().contains("hunter2"), "{text}");
    }
}
