use super::*;

#[test]
fn places_are_bytes_and_blocks_end_with_their_last_value() {
    let text = "# é ✅\nDescription: é✅\nResources:\n  Fn: # the function\n    Timeout: 30\n\n# behind\nOutputs: {}\n";
    let root = tree(text);
    assert_eq!(at(text, &root), &text[9..text.len() - 1]);
    assert_eq!(at(text, find(&root, "Description")), "é✅");
    assert_eq!(at(text, find(&root, "Resources")), "Fn: # the function\n    Timeout: 30");
    assert_eq!(at(text, find(&root, "Resources/Fn/Timeout")), "30");
    assert_eq!(&text[root.member("Outputs").unwrap().key_at.range()], "Outputs");
    assert_eq!(at(text, find(&root, "Outputs")), "{}");
}

#[test]
fn windows_files_and_a_byte_order_mark() {
    let text = "\u{feff}a: !Ref b\r\nc:\r\n- d\r\n- |\r\n  e\r\n";
    let root = tree(text);
    assert_eq!(at(text, find(&root, "a")), "!Ref b");
    assert_eq!(at(text, find(&root, "c")), "- d\r\n- |\r\n  e");
    assert_eq!(find(&root, "c/1").as_text(), Some("e\n"));
    let json = "\u{feff} {\"é\": [1,\r\n \"✅\"]}";
    let root = tree(json);
    assert_eq!((at(json, find(&root, "é/1")), at(json, find(&root, "é"))), ("\"✅\"".into(), "[1,\r\n \"✅\"]".into()));
    assert_eq!(&json[root.member("é").unwrap().key_at.range()], "\"é\"");
}

#[test]
fn a_block_scalar_begins_at_its_indicator() {
    let text = "a: |\n  x\n\n\nb: &p|q >2- # a | b\n    y\n   z\nc: !Sub |\n  ${d}\ne: # f | g\n  |\n  h\ni: |\nj: 1\n";
    let root = tree(text);
    assert_eq!((at(text, find(&root, "a")), find(&root, "a").as_text()), ("|\n  x".into(), Some("x\n")));
    assert_eq!(at(text, find(&root, "b")), ">2- # a | b\n    y\n   z");
    assert_eq!(at(text, find(&root, "c")), "!Sub |\n  ${d}");
    assert_eq!(at(text, find(&root, "c/Fn::Sub")), "|\n  ${d}");
    assert_eq!(at(text, find(&root, "e")), "|\n  h");
    assert_eq!((at(text, find(&root, "i")), find(&root, "i").as_text()), ("|".into(), Some("")));
}

#[test]
fn short_forms_are_long_ones() {
    let short = "a: !Ref b\nc: !GetAtt D.E\nf: !If [g, !Sub '${h}', {i: !Ref j}]\nk: !Condition l\nm: !Join\n  - ','\n  - [n]\n\
                 o: !Transform {Name: p}\nq: !Base64\n  Fn::Sub: r\n";
    let long = "{'a': {Ref: b}, c: {'Fn::GetAtt': D.E}, f: {'Fn::If': [g, {'Fn::Sub': '${h}'}, {i: {Ref: j}}]}, k: {Condition: l},\
                m: {'Fn::Join': [',', [n]]}, o: {'Fn::Transform': {Name: p}}, q: {'Fn::Base64': {'Fn::Sub': r}}}";
    let root = tree(short);
    let long = tree(&format!("# so that it is YAML\n{long}"));
    assert_eq!(bare(&root), bare(&long));
    let the_if = find(&root, "f").only().unwrap();
    assert_eq!(at(short, find(&root, "f")), "!If [g, !Sub '${h}', {i: !Ref j}]");
    assert_eq!(&short[the_if.key_at.range()], "!If");
    assert_eq!(at(short, &the_if.value), "[g, !Sub '${h}', {i: !Ref j}]");
    assert_eq!(at(short, find(&root, "m")), "!Join\n  - ','\n  - [n]");
}

/// A tree without its places.
pub(super) fn bare(node: &Node) -> String {
    match &node.is {
        Is::List(items) => format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(",")),
        Is::Map(members) => {
            let members = members.iter().map(|member| format!("{:?}:{}", member.key, bare(&member.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        is => format!("{is:?}"),
    }
}

#[test]
fn plain_words_have_the_types_of_yaml_1_1() {
    let is = |word: &str| find(&tree(&format!("a: {word}\n")), "a").is.clone();
    for word in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(is(word), Is::Null, "{word}");
    }
    for (yes, no) in [("true", "false"), ("Yes", "No"), ("ON", "OFF"), ("True", "False"), ("on", "off")] {
        assert_eq!((is(yes), is(no)), (Is::Bool(true), Is::Bool(false)));
    }
    for word in [
        "0",
        "-1",
        "+12",
        "0777",
        "012345670123",
        "0x1F",
        "0b101",
        "1_000",
        "1.5",
        ".5",
        "1.",
        "1e3",
        "-1.5E+10",
        ".inf",
    ] {
        assert_eq!(is(word), Is::Number(word.into()), "{word}");
    }
    let texts =
        ["2010-09-09", "12:30:45", "y", "n", "nULL", "tRUE", "0999", "1.2.3", "1e", "-x", "0x", "1 2", "_1", "."];
    for word in texts {
        assert_eq!(is(word), Is::Text(word.into()), "{word}");
    }
    for quoted in ["\"true\"", "'true'", "|-\n  true", ">-\n  true", "!!str true", "! true"] {
        assert_eq!(is(quoted), Is::Text("true".into()), "{quoted}");
    }
    assert_eq!(
        (is("!!int '3'"), is("!!bool \"yes\""), is("!!null ''")),
        (Is::Number("3".into()), Is::Bool(true), Is::Null)
    );
    assert_eq!(is("!!float 1.5"), Is::Number("1.5".into()));
    assert_eq!(bare(&tree("a: !!map {b: !!seq [1]}")), bare(&tree("a: {b: [1]}")));
}
