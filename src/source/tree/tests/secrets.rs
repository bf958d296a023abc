use super::*;
use crate::model::redact::{masked, merged};

fn shown(text: &str) -> String {
    let document = read(0, "template.yaml", text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    masked(text, 0..text.len(), &merged(secrets::secrets(&document, text))).into_owned()
}

#[test]
fn secrets_are_told_by_where_they_stand() {
    for (text, expected) in [
        ("P: {NoEcho: true, Default: hunter2, MinLength: 3}", "P: {NoEcho: true, Default: *******, MinLength: 3}"),
        (
            "P: {NoEcho: 'true', Default: 12, AllowedValues: [a, b]}",
            "P: {NoEcho: 'true', Default: **, AllowedValues: [*, *]}",
        ),
        ("P: {NoEcho: false, Default: x}", "P: {NoEcho: false, Default: x}"),
        ("DbPassword: {Type: String, Default: x}", "DbPassword: {Type: String, Default: *}"),
        ("Environment: {Variables: {A: x, B: !Ref Y, C: 3}}", "Environment: {Variables: {A: *, B: !Ref Y, C: *}}"),
        ("Environment: {Variables: {A: !Sub 'x${Y}'}}", "Environment: {Variables: {A: !Sub '*${Y}'}}"),
        (
            "Environment: {Variables: {A: !Sub ['${p}', {p: x}]}}",
            "Environment: {Variables: {A: !Sub ['${p}', {p: *}]}}",
        ),
        ("Environment: [{Name: A, Value: x}]", "Environment: [{Name: A, Value: *}]"),
        ("Environment: {Type: String, Default: prod}", "Environment: {Type: String, Default: prod}"),
        ("Tags: [{Key: token, Value: x}, {Key: a, Value: y}]", "Tags: [{Key: token, Value: *}, {Key: a, Value: y}]"),
        ("MasterUserPassword: x\nMasterUsername: y", "MasterUserPassword: *\nMasterUsername: y"),
        ("Password: !Join ['', [x, !Ref Y]]", "Password: !Join ['', [*, !Ref Y]]"),
        ("Auth: {Type: NONE, ApiKeyRequired: true}", "Auth: {Type: NONE, ApiKeyRequired: true}"),
        ("D: postgres://u:p@h/db # pw token: x", "D: postgres://***@h/db # pw token: *"),
        ("a: &x hunter2\nPassword: *x", "a: &x *******\nPassword: *x"),
        (r#"{"t": "{\"password\": \"x\"}\n"}"#, r#"{"t": *************************}"#),
        ("t: |\n  {\"password\": \"S3\",\n   #if($x\n", "t: |\n  {\"password\": \"**\",\n   #if($x\n"),
        ("StringEquals: {'aws:Referer': x}", "StringEquals: {'aws:Referer': *}"),
        (
            "K: {Type: AWS::ApiGateway::ApiKey, Properties: {Name: n, Value: x}}",
            "K: {Type: AWS::ApiGateway::ApiKey, Properties: {Name: n, Value: *}}",
        ),
        (
            "K: {Type: AWS::SSM::Parameter, Properties: {Name: n, Value: x}}",
            "K: {Type: AWS::SSM::Parameter, Properties: {Name: n, Value: x}}",
        ),
        (
            "a: [{Destination: 'append:header.x-token', Source: abc}, {Destination: 'append:header.x', Source: abc}]",
            "a: [{Destination: 'append:header.x-token', Source: ***}, {Destination: 'append:header.x', Source: abc}]",
        ),
        (
            "a: [{Destination: 'append:header.x-token', Source: $response.header.x}]",
            "a: [{Destination: 'append:header.x-token', Source: $response.header.x}]",
        ),
        ("a: {HttpHeaderName: X-Api-Key, Values: [x, 'y']}", "a: {HttpHeaderName: X-Api-Key, Values: [*, '*']}"),
        ("a: {HeaderName: Cookie, HeaderValue: x}", "a: {HeaderName: Cookie, HeaderValue: *}"),
        ("identityValidationExpression: abc", "identityValidationExpression: ***"),
        ("SelectionPattern: '5\\d{2}'", "SelectionPattern: '5\\d{2}'"),
        ("\u{feff}Password: é", "\u{feff}Password: *"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn an_alias_costs_nothing_to_look_through() {
    let long = "=".repeat(1_000_000);
    let text = format!("a: &a '{long}'\nb: [{}]\n", vec!["*a"; 20_000].join(", "));
    let begun = std::time::Instant::now();
    assert_eq!(shown(&text), text);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn a_tag_that_may_be_a_password_is_not_repeated() {
    let error = read(0, "t", b"Password: !hunter2\n").unwrap_err();
    assert_eq!(error.to_string(), "the tag !*** is none of CloudFormation's");
}
