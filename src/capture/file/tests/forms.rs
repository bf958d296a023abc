//! Lines, arrays, gzip, fragments, streaming.

use super::*;
use crate::model::{Gap, Kind, Ref, Scope, Seen};

fn as_array(lines: &str) -> String {
    format!("[\n{}\n]\n", lines.lines().collect::<Vec<_>>().join(",\n"))
}

#[test]
fn gzip_is_told_by_its_bytes_and_may_have_several_members() {
    let plain = Whole::of(from(SMALL).unwrap());
    let (head, tail) = SMALL.split_at(SMALL.len() / 2);
    let members = [zipped(head.as_bytes()), zipped(tail.as_bytes())].concat();
    assert_eq!(Whole::of(from(zipped(SMALL.as_bytes())).unwrap()), plain);
    assert_eq!(Whole::of(from(members).unwrap()), plain);
}

#[test]
fn a_file_is_read_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("account.jsonl");
    std::fs::write(&path, SMALL).unwrap();
    assert_eq!(Whole::of(read(&path).unwrap()), Whole::of(from(SMALL).unwrap()));
    let missing = read(&folder.path().join("none")).err().unwrap();
    assert!(missing.to_string().contains("none: cannot be read"), "{missing}");
}

#[test]
fn an_array_may_be_dense_or_pretty() {
    let plain = Whole::of(from(SMALL).unwrap());
    assert_eq!(Whole::of(from(as_array(SMALL)).unwrap()), plain);
    assert_eq!(Whole::of(from(zipped(as_array(SMALL).as_bytes())).unwrap()), plain);
    let tree: serde_json::Value = serde_json::from_str(&as_array(SMALL)).unwrap();
    let pretty = serde_json::to_string_pretty(&tree).unwrap();
    assert_eq!(Whole::of(from(pretty).unwrap()), plain);
}

#[test]
fn blank_lines_line_ends_and_a_byte_order_mark_do_not_matter() {
    let odd = format!("\u{feff}\n{}\r\n \n", SMALL.trim_end().replace('\n', "\r\n\r\n"));
    assert_eq!(Whole::of(from(odd).unwrap()), Whole::of(from(SMALL).unwrap()));
}

#[test]
fn by_hand_the_apis_may_come_first() {
    let mut lines: Vec<&str> = SMALL.lines().collect();
    lines[1..].reverse();
    let read = Whole::of(from(lines.join("\n")).unwrap());
    let mut plain = Whole::of(from(SMALL).unwrap());
    plain.units.reverse();
    assert_eq!(read, plain);
    assert_eq!(Whole::of(from(as_array(&lines.join("\n"))).unwrap()), read);
}

#[test]
fn apis_are_read_when_they_are_asked_for() {
    for broken in [SMALL.replace("\"ProtocolType\"", "oops"), as_array(SMALL).replace("\"ProtocolType\"", "oops")] {
        let mut capture = from(&broken).expect("the front is whole");
        assert_eq!(capture.shared.functions.len(), 1);
        assert!(capture.units.next().unwrap().is_ok(), "the first API is whole");
        let error: CaptureError = capture.units.next().unwrap().unwrap_err().downcast().unwrap();
        assert!(matches!(error.fault, Fault::Json(_)), "{error}");
        assert!(capture.units.next().is_none(), "nothing comes after a fault");
    }
}

#[test]
fn a_capture_is_told_by_its_first_bytes() {
    for yes in [
        SMALL.as_bytes(),
        as_array(SMALL).as_bytes(),
        &zipped(SMALL.as_bytes())[..300],
        b" {\"format\" : \"gatelint/capture@9\"",
    ] {
        assert!(is_capture(yes), "{}", String::from_utf8_lossy(yes));
    }
    for no in [
        "",
        "{}",
        "[]",
        "Resources: {}",
        "{\"Description\":\"of gatelint/capture@1\"}",
        "format: gatelint/capture@1",
        "\u{1f}\u{8b}",
    ] {
        assert!(!is_capture(no.as_bytes()), "{no}");
    }
}

#[test]
fn a_fragment_needs_no_header_and_proves_no_absence() {
    let text = r#"
        {"record": "restUnit", "facts": {
            "api": {"id": "a1"},
            "draft": {"resources": [{"path": "/", "resourceMethods": {"GET": {"httpMethod": "GET"}}}]},
            "deployed": [{"deploymentId": "d1"}, {"deploymentId": "d2", "content": {"authorizers": []}}]
        }}
        {"record": "role", "facts": {"Arn": "arn:aws:iam::111122223333:role/r"}}
        {"record": "apiUnit", "account": "444455556666", "facts": {"Api": {"ApiId": "b2"}}}
        {"record": "function", "facts": {"FunctionArn": "f"}, "gaps": {"/Policy": {"kind": "runtime", "what": "it"}}}"#;
    let capture = fragment(text).unwrap();
    let home = Scope::new("aws", "111122223333", "us-east-1");
    assert_eq!(capture.shared.roles[0].scope, home.global());
    assert_eq!(capture.shared.functions[0].scope, home);
    assert_eq!(capture.shared.functions[0].facts.policy, Seen::Unknown(Gap::Runtime { what: "it".into() }));
    assert!(capture.shared.functions[0].facts.timeout.is_unset(), "left out of a record is unset");
    let asked = Ref::new(Kind::Function, home, "other");
    assert!(capture.coverage.absence(&asked).is_err());
    assert_eq!(capture.directory.iter().map(|entry| &*entry.id).collect::<Vec<_>>(), ["a1", "b2"]);

    let whole = Whole::of(capture);
    let missing = |what: &str| Gap::not_readable(format!("the list of {what} is not in this fragment"));
    let ApiUnit::Rest(rest) = &whole.units[0] else { panic!("a REST API") };
    assert_eq!(rest.facts.stages, Seen::Unknown(missing("stages")));
    assert_eq!(rest.facts.draft.authorizers, Seen::Unknown(missing("authorizers")));
    let method = &rest.facts.draft.resources.set().unwrap()[0].resource_methods["GET"];
    assert!(method.method_integration.is_unset());
    assert!(rest.facts.deployed[0].content.gap().is_some());
    let content = rest.facts.deployed[1].content.set().unwrap();
    assert_eq!((content.resources.gap(), &content.authorizers), (Some(&missing("resources")), &Seen::Set(vec![])));
    let ApiUnit::V2(v2) = &whole.units[1] else { panic!("an HTTP API") };
    assert_eq!(v2.facts.deployments, Seen::Unknown(missing("deployments")));
    assert_eq!(v2.facts.draft.routes, Seen::Unknown(missing("routes")));

    let array = format!("[{}]", text.trim().replace("}}\n", "}},\n").replacen("]\n        }},", "]}},", 1));
    assert_eq!(Whole::of(fragment(&array).unwrap()), whole);
    assert_eq!(fragment("").unwrap().units.count(), 0);
}
