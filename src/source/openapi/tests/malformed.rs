use super::rest::method;
use super::{http, not_told, rest};
use crate::model::Seen;
use crate::source::openapi::{OpenApiError, http_export, rest_export};
use proptest::prelude::*;

fn rest_error(json: &str) -> OpenApiError {
    rest_export(json).unwrap_err()
}

#[test]
fn what_is_no_document_says_why() {
    assert_eq!(rest_error(""), OpenApiError::NotJson { line: 1, column: 0 });
    assert!(matches!(rest_error("openapi: 3.0.1\npaths: {}\n"), OpenApiError::NotJson { line: 1, .. }));
    assert!(matches!(rest_error("[]"), OpenApiError::WrongType { .. }));
    assert_eq!(rest_error("[]").to_string(), "the document should be one object with each part once");
    // What a service answers instead of an export.
    let answer = r#"{ "message" : "Forbidden" }"#;
    assert_eq!(rest_error(answer), OpenApiError::NotOpenApi { missing: "the version" });
    assert_eq!(http_export(answer).unwrap_err(), OpenApiError::NotOpenApi { missing: "the version" });
    assert_eq!(rest_error(r#"{ "openapi" : "3.0.1" }"#), OpenApiError::NotOpenApi { missing: "paths" });
}

#[test]
fn a_part_that_everything_hangs_on_is_an_error_with_its_place() {
    let at = |json: &str| match rest_error(json) {
        OpenApiError::WrongType { pointer, .. } | OpenApiError::Reference { pointer } => pointer,
        other => panic!("{other}"),
    };
    assert_eq!(at(r#"{ "openapi" : "3.0.1", "paths" : [] }"#), "/paths");
    assert_eq!(at(r#"{ "openapi" : "3.0.1", "paths" : { "/a~b" : 1 } }"#), "/paths/~1a~0b");
    assert_eq!(at(r#"{ "swagger" : "2.0", "paths" : {}, "securityDefinitions" : 7 }"#), "/securityDefinitions");
    assert_eq!(
        at(r#"{ "openapi" : "3.0.1", "paths" : {}, "components" : { "securitySchemes" : "no" } }"#),
        "/components/securitySchemes"
    );
    let circle = r##"{ "openapi" : "3.0.1", "paths" : { "/a" : { "$ref" : "#/paths/~1b" }, "/b" : { "$ref" : "#/paths/~1a" } } }"##;
    assert_eq!(at(circle), "/paths/~1a");
    assert_eq!(at(r#"{ "openapi" : "3.0.1", "paths" : { "/a" : { "$ref" : "other.json#/a" } } }"#), "/paths/~1a");
}

#[test]
fn a_wrong_type_costs_one_operation() {
    let broken = rest::OAS30.replace("15000", r#""soon""#);
    let content = rest_export(&broken).unwrap();
    let place = "/paths/~1/get/x-amazon-apigateway-integration";
    assert!(not_told(&method(&content, "/", "GET").method_integration).contains(place));
    assert!(method(&content, "/orders", "ANY").method_integration.set().is_some());
    // The operation's other parts are still there.
    assert!(method(&content, "/", "GET").authorizer_name.set().is_some());
}

#[test]
fn an_operation_that_is_no_object_keeps_its_place() {
    let content = rest_export(r#"{ "openapi" : "3.0.1", "paths" : { "/" : { "get" : true, "put" : {} } } }"#).unwrap();
    let get = method(&content, "/", "GET");
    assert!(not_told(&get.method_integration).contains("/paths/~1/get"));
    assert!(not_told(&get.authorization_type).contains("/paths/~1/get"));
    assert!(method(&content, "/", "PUT").authorization_type.set().is_some());
}

#[test]
fn a_broken_scheme_hides_what_names_it_and_nothing_else() {
    let content = rest_export(&rest::OAS30.replace(r#""type" : "token""#, r#""type" : {}"#)).unwrap();
    assert!(not_told(&method(&content, "/", "GET").authorization_type).contains("gatekeeper"));
    assert!(method(&content, "/orders", "ANY").authorization_type.set().is_some());
    let authorizers = content.authorizers.list().unwrap();
    assert_eq!(authorizers.len(), 3);
    assert!(not_told(&authorizers[0].authorizer_uri).contains("gatekeeper"));
}

#[test]
fn messages_carry_no_values() {
    let secret = "AKIA-not-for-logs";
    let broken = rest::OAS30.replace("15000", &format!(r#""{secret}""#));
    assert!(!format!("{:?}", rest_export(&broken).unwrap()).contains(secret));
    let broken = format!(r#"{{ "openapi" : "3.0.1", "paths" : "{secret}" }}"#);
    assert!(!format!("{:?}", rest_error(&broken)).contains(secret));
}

#[test]
fn depth_is_no_danger() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    assert!(rest_export(&deep("[", "]")).is_err());
    let ignored = format!(r#"{{ "openapi" : "3.0.1", "paths" : {{}}, "x" : {} }}"#, deep("[", "]"));
    assert!(rest_export(&ignored).is_ok());
    let member = deep(r#"{"a":"#, "}").replace(":}", ":0}");
    let needed = rest::OAS30.replace("15000", &member);
    assert!(not_told(&method(&rest_export(&needed).unwrap(), "/", "GET").method_integration).contains("/get/"));
}

#[test]
fn references_to_something_large_cannot_multiply_it() {
    let large = format!(r#"{{ "summary" : "{}" }}"#, "x".repeat(1 << 20));
    let paths: Vec<String> =
        (0..1000).map(|n| format!(r##""/{n}" : {{ "$ref" : "#/components/pathItems/large" }}"##)).collect();
    let document = format!(
        r#"{{ "openapi" : "3.0.1", "paths" : {{ {} }}, "components" : {{ "pathItems" : {{ "large" : {large} }} }} }}"#,
        paths.join(",")
    );
    assert!(matches!(rest_error(&document), OpenApiError::Reference { .. }));
}

#[test]
fn half_a_document_is_none() {
    for document in [rest::OAS30, http::OAS30] {
        for end in (0..document.len()).filter(|end| document.is_char_boundary(*end)) {
            assert!(matches!(rest_error(&document[..end]), OpenApiError::NotJson { .. }));
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(at in 0..rest::OAS30.len(), with in "[\\[\\]{}:,\"0-9a-z$]{0,4}", http in any::<bool>()) {
        let mut document = if http { http::OAS30 } else { rest::OAS30 }.to_owned();
        let at = at.min(document.len() - 1);
        document.replace_range(at..=at, &with);
        if let Ok(content) = rest_export(&document) {
            prop_assert!(matches!(content.resources, Seen::Set(_)));
        }
        if let Ok(content) = http_export(&document) {
            prop_assert!(matches!(content.routes, Seen::Set(_)));
        }
    }
}
