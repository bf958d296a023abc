//! Overrides, and policies that moto would merge.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Boto, array, text};
use crate::bed::Bed;

#[test]
fn an_error_speaks_the_protocol_of_its_service() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    for call in [
        "ec2:DescribeSecurityGroups",
        "elasticloadbalancing:DescribeListeners",
        "iam:GetRole",
        "apigateway:GetRestApis",
        "apigatewayv2:GetApis",
        "lambda:GetPolicy",
        "acm:ListCertificates",
    ] {
        bed.deny(call);
    }
    bed.override_json(json!({
        "service": "ec2", "operation": "DescribeVpcs", "error": {"code": "Made.Up", "status": 418, "message": "not <you>"},
    }));
    let seen = [
        boto.error("ec2", "describe_security_groups", json!({})),
        boto.error("elbv2", "describe_listeners", json!({"LoadBalancerArn": "x"})),
        boto.error("iam", "get_role", json!({"RoleName": "x"})),
        boto.error("apigateway", "get_rest_apis", json!({})),
        boto.error("apigatewayv2", "get_apis", json!({})),
        boto.error("lambda", "get_policy", json!({"FunctionName": "x"})),
        boto.error("acm", "list_certificates", json!({})),
        boto.error("ec2", "describe_vpcs", json!({})),
    ];
    let want = [
        ("UnauthorizedOperation", 403),
        ("AccessDenied", 403),
        ("AccessDenied", 403),
        ("AccessDeniedException", 403),
        ("AccessDeniedException", 403),
        ("AccessDeniedException", 403),
        ("AccessDeniedException", 400),
        ("Made.Up", 418),
    ];
    assert_eq!(seen, want.map(|(code, status)| (code.to_owned(), status)));
    assert_eq!(bed.constructed().values().sum::<usize>(), 8);
    assert!(bed.unused_overrides().is_empty());
}

#[test]
fn an_override_edits_replaces_delays_and_runs_out() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    for name in ["one", "two"] {
        boto.call("apigateway", "create_rest_api", json!({"name": name}));
    }
    let read = || boto.try_call("apigateway", "get_rest_apis", json!({}));
    let names = |answer: &Value| -> Vec<String> {
        array(&answer["value"]["items"]).iter().map(|api| text(&api["name"])).collect()
    };
    let plain = read();
    assert_eq!((names(&plain), &plain["constructed"]), (vec!["one".into(), "two".into()], &json!(false)));

    let on = |rule: Value| {
        let mut full = json!({"service": "apigateway", "operation": "GetRestApis"});
        full.as_object_mut().expect("an object").extend(rule.as_object().expect("an object").clone());
        bed.override_json(full);
    };
    on(json!({"replace": [["\"two\"", "\"2\""]], "times": 1}));
    let edited = read();
    assert_eq!((names(&edited), &edited["constructed"]), (vec!["one".into(), "2".into()], &json!(true)));
    assert_eq!(read(), plain, "the override was for one call");

    on(json!({"merge": {"position": "more"}, "times": 1}));
    assert_eq!(read()["value"]["position"], "more");
    on(json!({"body": {"item": [{"name": "made up"}]}, "times": 1}));
    assert_eq!(names(&read()), ["made up"]);
    on(json!({"delayMs": 300, "times": 1}));
    let start = Instant::now();
    assert_eq!(read(), plain);
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert!(bed.unused_overrides().is_empty());

    on(json!({"contains": "limit=7", "error": {"code": "X", "status": 400}}));
    on(json!({"replace": [["nowhere in it", ""]]}));
    assert_eq!(read(), plain);
    assert_eq!(bed.unused_overrides().len(), 2, "neither has changed anything");
    assert_eq!(boto.error("apigateway", "get_rest_apis", json!({"limit": 7})), ("X".into(), 400));
    bed.clear_overrides();
    assert_eq!(read(), plain);
}

#[test]
fn each_qualifier_has_a_policy_of_its_own() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let arn = boto.function("hello");
    let version = boto.call("lambda", "publish_version", json!({"FunctionName": "hello"}))["Version"].clone();
    let alias = json!({"FunctionName": "hello", "Name": "live", "FunctionVersion": version});
    boto.call("lambda", "create_alias", alias);

    let missing = ("ResourceNotFoundException".to_owned(), 404);
    let add = |qualifier: Option<&str>| {
        let mut params = json!({
            "FunctionName": "hello", "StatementId": "gateway", "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com", "SourceArn": "arn:aws:execute-api:us-east-1:1:api/*",
        });
        if let Some(qualifier) = qualifier {
            params["Qualifier"] = json!(qualifier);
        }
        boto.try_call("lambda", "add_permission", params)
    };
    let resources = |function: &str| -> Vec<String> {
        let answer = boto.call("lambda", "get_policy", json!({"FunctionName": function}));
        let policy: Value = serde_json::from_str(&text(&answer["Policy"])).expect("a policy is JSON");
        array(&policy["Statement"]).iter().map(|statement| text(&statement["Resource"])).collect()
    };
    assert_eq!(boto.error("lambda", "get_policy", json!({"FunctionName": "hello"})), missing);
    assert_eq!(add(Some("live"))["ok"], true);
    assert_eq!(boto.error("lambda", "get_policy", json!({"FunctionName": "hello"})), missing);
    assert_eq!(boto.error("lambda", "get_policy", json!({"FunctionName": "hello", "Qualifier": "1"})), missing);
    assert_eq!(boto.error("lambda", "get_policy", json!({"FunctionName": "nobody"})), missing);
    assert_eq!(resources("hello:live"), [format!("{arn}:live")]);
    assert_eq!(resources(&format!("{arn}:live")), [format!("{arn}:live")]);
    assert_eq!(add(None)["ok"], true, "the same statement id, in another policy");
    assert_eq!(add(None)["code"], "ResourceConflictException");
    assert_eq!(resources("hello"), [arn.as_str()]);

    let remove = json!({"FunctionName": "hello", "StatementId": "gateway"});
    boto.call("lambda", "remove_permission", remove);
    assert_eq!(boto.error("lambda", "get_policy", json!({"FunctionName": "hello"})), missing);
    assert_eq!(resources("hello:live"), [format!("{arn}:live")]);

    let read = json!({"FunctionName": "hello", "Qualifier": "live"});
    let configuration = boto.call("lambda", "get_function_configuration", read);
    assert_eq!(configuration["FunctionArn"], format!("{arn}:live"));
}
