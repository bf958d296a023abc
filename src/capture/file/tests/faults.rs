//! Every fault, with its line.

use super::*;

/// `SMALL` with one line replaced.
fn with(line: usize, text: &str) -> String {
    let mut lines: Vec<&str> = SMALL.lines().collect();
    lines[line - 1] = text;
    lines.join("\n") + "\n"
}

#[track_caller]
fn assert_fault(bytes: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(fault(bytes).to_string(), expected);
}

const FUNCTION: &str = r#"{"record":"function","account":"1","region":"r","facts":{"FunctionArn":"f"}"#;

#[test]
fn the_header() {
    assert_fault("", "test.jsonl: is no capture: a header with \"format\": \"gatelint/capture@1\" is missing");
    assert_fault(
        SMALL.replace("capture@1", "capture@2"),
        "test.jsonl:1: the format is \"gatelint/capture@2\", and this gatelint reads gatelint/capture@1",
    );
    assert_fault(with(2, HEADER), "test.jsonl:2: a second record of the header");
    let headless = SMALL.split_once('\n').unwrap().1;
    assert_eq!(fault(headless).fault, Fault::NoHeader);
    assert_fault(HEADER, "test.jsonl: the directory of APIs is missing: the file was cut off, or is not complete yet");
}

#[test]
fn what_is_no_record() {
    assert_fault(with(4, "3"), "test.jsonl:4: expected a record: a JSON object");
    assert_fault(with(4, "{]"), "test.jsonl:4:2: is not JSON: key must be a string");
    assert_fault(with(4, "{}"), "test.jsonl:4: expected a \"record\" that says what this is");
    assert_fault(
        with(4, r#"{"record":"lambdaLayer","facts":{}}"#),
        "test.jsonl:4: a record of the unknown kind \"lambdaLayer\"; the file was written by gatelint 0.1.0",
    );
    assert_fault(
        with(9, r#"{"x":1,"record":"lambdaLayer"}"#),
        "test.jsonl:9: a record of the unknown kind \"lambdaLayer\"; the file was written by gatelint 0.1.0",
    );
    assert_fault(with(4, r#"{"record":"calls""#), "test.jsonl:4:17: is not JSON: EOF while parsing an object");
    let mut bytes = SMALL.as_bytes().to_vec();
    bytes[SMALL.find("orders:live").unwrap()] = 0xff;
    assert_fault(bytes, "test.jsonl:5: is not text in UTF-8");
}

#[test]
fn what_lacks_its_name() {
    let missing = |record: &str, what: &str| {
        assert_fault(with(7, record), &format!("test.jsonl:7: {what}"));
    };
    missing(
        r#"{"record":"function","account":"1","region":"r","facts":{"FunctionName":"f"}}"#,
        "Lambda function: the record lacks its FunctionArn",
    );
    missing(r#"{"record":"role","account":"1","facts":{}}"#, "role: the record lacks its Arn");
    missing(
        r#"{"record":"vpcLinkV1","account":"1","region":"r","facts":{"id":""}}"#,
        "VPC link (v1): the record lacks its id",
    );
    missing(
        r#"{"record":"function","region":"r","facts":{"FunctionArn":"f"}}"#,
        "Lambda function: the record lacks its account",
    );
    missing(
        r#"{"record":"function","account":"1","facts":{"FunctionArn":"f"}}"#,
        "Lambda function: the record lacks its region",
    );
    missing(r#"{"record":"asked","kind":"role","account":"1","id":"","found":true}"#, "asked: the record lacks its id");
    missing(
        r#"{"record":"directory","apis":[{"id":"","account":"1","region":"r","protocol":"REST"}]}"#,
        "directory: the record lacks its id",
    );
    assert_fault(
        with(9, r#"{"record":"restUnit","account":"1","region":"r","facts":{"api":{}}}"#),
        "test.jsonl:9: REST API: the record lacks its api.id",
    );
    assert_fault(
        with(10, r#"{"record":"apiUnit","account":"1","region":"r","facts":{"Api":{}}}"#),
        "test.jsonl:10: HTTP or WebSocket API: the record lacks its Api.ApiId",
    );
}

#[test]
fn what_is_told_twice() {
    let line = |number: usize| SMALL.lines().nth(number - 1).unwrap();
    assert_fault(with(3, line(2)), "test.jsonl:3: a second record of the listing of every REST API there");
    assert_fault(with(4, line(5)), "test.jsonl:5: a second record of the question for \"Lambda function orders:live\"");
    assert_fault(
        with(6, line(7)),
        "test.jsonl:7: a second record of the Lambda function \"arn:aws:lambda:eu-west-1:111122223333:function:orders:live\"",
    );
    assert_fault(with(7, line(6)), "test.jsonl:7: a second record of the calls");
    assert_fault(with(7, line(8)), "test.jsonl:8: a second record of the directory");
    assert_fault(with(10, line(9)), "test.jsonl:10: a second record of the API \"abc123\"");
    let twice = line(8).replace("def456", "abc123");
    assert_fault(with(8, &twice), "test.jsonl:8: a second record of the API \"abc123\" in the directory");
    assert_eq!(fragment(&format!("{}\n{}", line(9), line(9))).err().unwrap().line, 2);
}

#[test]
fn what_does_not_fit_the_directory() {
    let line = |number: usize| SMALL.lines().nth(number - 1).unwrap();
    assert_fault(
        with(10, &line(10).replace("def456", "xyz")),
        "test.jsonl:10: the API \"xyz\" is not in the directory",
    );
    assert_fault(
        with(10, ""),
        "test.jsonl:11:1: the file ends before 1 of the APIs in its directory, the first of them \"def456\": it was cut off",
    );
    assert_fault(
        SMALL.to_owned() + line(6),
        "test.jsonl:11: a record of the kind calls after the first API, in a file whose directory stands before its APIs",
    );
    let mut lines: Vec<&str> = SMALL.lines().collect();
    lines.swap(7, 8);
    lines.pop();
    assert!(matches!(fault(lines.join("\n")).fault, Fault::Short { count: 1, .. }));
}

#[test]
fn what_was_cut_off() {
    let cut = &SMALL[..SMALL.len() - 20];
    assert_eq!((fault(cut).line, fault(cut).fault), (10, Fault::Cut));
    let zipped = zipped(SMALL.as_bytes());
    assert_eq!(fault(&zipped[..zipped.len() - 3]).fault, Fault::Cut);
    let array = format!("[{HEADER}");
    assert_eq!(fault(&array).fault, Fault::Cut);
    assert_eq!(fault(format!("{array},")).fault, Fault::Cut);
    assert_eq!(fault(&array[..20]).fault, Fault::Cut);
    let mut wrong = zipped.clone();
    wrong[20] ^= 0x55;
    assert!(matches!(fault(wrong).fault, Fault::Io(_) | Fault::Cut | Fault::Encoding | Fault::Json(_)));
}

#[test]
fn arrays() {
    assert_fault(format!("[{HEADER} {HEADER}]"), "test.jsonl:1:96: expected a comma, or the array's end");
    assert_fault(format!("[{HEADER},]"), "test.jsonl:1:96: expected a record: a JSON object");
    assert_fault(format!("[\n  {HEADER}]\n[]"), "test.jsonl:3:1: expected nothing after the array's end");
    let late = format!("[{HEADER},\n  {{\n    \"record\": \"calls\",\n    \"calls\": 3}}]");
    assert_fault(late, "test.jsonl:4:14: invalid type: integer, expected a map");
    let indented = format!("[{HEADER},\n   {{\"record\": \"calls\", \"calls\": 3}}]");
    assert_fault(indented, "test.jsonl:2:33: invalid type: integer, expected a map");
    assert_fault(
        format!("[{HEADER},\n   {{\"record\": \"asked\", \"kind\": \"role\", \"account\": \"1\", \"id\": \"r\"}}]"),
        "test.jsonl:2:4: expected exactly one of \"found\": true, \"absent\" and \"gap\"",
    );
}

#[test]
fn misplaced_gaps() {
    let gap = |pointer: &str, why: &str| {
        let record = format!(r#"{FUNCTION},"gaps":{{"{pointer}":{{"kind":"runtime","what":"it"}}}}}}"#);
        assert_fault(with(7, &record), &format!("test.jsonl:7: the gap at {pointer:?} is misplaced: {why}"));
    };
    gap("Policy", "a JSON pointer begins with a slash");
    gap("", "a JSON pointer begins with a slash");
    gap("/Policy~2", "a tilde in a JSON pointer is ~0, and a slash ~1");
    gap("/policy", "no field there can be unknown");
    gap("/FunctionArn", "the record gives a value there");
    gap("/FunctionArn/x", "it leads through a value that has no fields");
    let list = r#"{"record":"role","account":"1","facts":{"Arn":"r","RolePolicyList":[{}]},"gaps":{"/RolePolicyList/1/PolicyDocument":{"kind":"runtime","what":"it"}}}"#;
    assert_fault(
        with(7, list),
        "test.jsonl:7: the gap at \"/RolePolicyList/1/PolicyDocument\" is misplaced: the list has no such item",
    );
    let inside = r#"{"record":"restUnit","account":"1","region":"r","facts":{"api":{"id":"a"},"draft":{"$gap":{"kind":"runtime","what":"it"}}}}"#;
    assert_fault(with(9, inside), "test.jsonl:9: expected gaps to stand in the record's \"gaps\", not among its facts");
    let nested = format!(
        r#"{FUNCTION},"gaps":{{"/Alias":{{"kind":"runtime","what":"it"}},"/Alias/RoutingConfig":{{"kind":"runtime","what":"it"}}}}}}"#
    );
    assert_fault(
        with(7, &nested),
        "test.jsonl:7: the gap at \"/Alias/RoutingConfig\" is misplaced: another gap hides it",
    );
    let lost = r#"{"record":"restUnit","account":"1","region":"r","facts":{"api":{"id":"a"}},"gaps":{"/draft":{"kind":"runtime","what":"it"},"/stages":{"kind":"runtime","what":"it"}}}"#;
    assert_fault(with(9, lost), "test.jsonl:9: the gap at \"/draft\" is misplaced: no field there can be unknown");
    let typed = r#"{"record":"function","account":"1","region":"r","facts":{"FunctionArn":"f","Timeout":"x"},"gaps":{"/Policy":{"kind":"runtime","what":"it"}}}"#;
    assert_fault(with(7, typed), "test.jsonl:7:88: invalid type: string, expected i64");
    let misspelt = format!(r#"{FUNCTION},"gap":{{}}}}"#);
    assert_fault(with(7, &misspelt), "test.jsonl:7:81: unknown field \"gap\"");
}

#[test]
fn a_gap_makes_the_objects_on_its_way() {
    let record = r#"{"record":"function","facts":{"FunctionArn":"f"},"gaps":{"/Alias/RoutingConfig":{"kind":"runtime","what":"it"}}}"#;
    let capture = fragment(record).unwrap();
    assert!(capture.shared.functions[0].facts.alias.set().unwrap().routing_config.gap().is_some());
}

#[test]
fn values_are_never_repeated() {
    let secret = "hunter2, expected nothing";
    for record in [
        format!(
            r#"{{"record":"function","account":"1","region":"r","facts":{{"FunctionArn":"f","Timeout":"{secret}"}}}}"#
        ),
        format!(r#"{{"record":"listed","kind":"{secret}","account":"1"}}"#),
        format!(
            r#"{{"record":"function","account":"1","region":"r","facts":{{"FunctionArn":"f","Policy":"{secret}"}}}}"#
        ),
        format!(r#"{{"record":"calls","calls":"{secret}"}}"#),
    ] {
        let error = fault(with(7, &record));
        assert!(!format!("{error}{error:?}").contains("hunter2"), "{error}");
        assert_eq!(error.line, 7);
    }
    let header = HEADER.replace("2026-05-01T10:00:00Z", secret);
    assert_fault(with(1, &header), "test.jsonl:1:84: a value that this field cannot have");
}

#[test]
fn a_line_has_an_end() {
    let mut pieces = super::super::pieces::Pieces::limited("{\"a\":1}\n{\"aaaaaaaaaaaaaa\":1}\n", 10).unwrap();
    assert!(pieces.advance().unwrap());
    assert_eq!(pieces.advance().unwrap_err().to_string(), "limited:2:1: a record is longer than 10 bytes");
    let mut pieces = super::super::pieces::Pieces::limited("[{\"aaaaaaaaaaaaaa\":1}]", 10).unwrap();
    assert!(matches!(pieces.advance().unwrap_err().fault, Fault::TooLong { limit: 10 }));
}
