//! Pages and rates.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Boto, array, text};
use crate::bed::Bed;

/// Reads a list page by page: how long each page was, and what was in them.
fn pages(read: impl Fn(Option<&Value>) -> Value, list: &str, token: &str, id: &str) -> (Vec<usize>, BTreeSet<String>) {
    let (mut sizes, mut ids) = (Vec::new(), BTreeSet::new());
    let mut next: Option<Value> = None;
    for _ in 0..20 {
        let page = read(next.as_ref());
        sizes.push(array(&page[list]).len());
        ids.extend(array(&page[list]).iter().map(|item| text(&item[id])));
        next = page.get(token).cloned();
        if next.is_none() {
            return (sizes, ids);
        }
    }
    panic!("{list} never ends: {sizes:?}");
}

#[test]
fn lists_that_moto_answers_whole_come_in_pages() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let mut http = String::new();
    for number in 0..5 {
        boto.call("apigateway", "create_rest_api", json!({"name": format!("rest {number}")}));
        let api = json!({"Name": format!("http {number}"), "ProtocolType": "HTTP"});
        http = text(&boto.call("apigatewayv2", "create_api", api)["ApiId"]);
    }
    for number in 0..3 {
        let integration = json!({
            "ApiId": http, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET",
            "IntegrationUri": "https://example.com", "PayloadFormatVersion": "1.0",
        });
        let integration = boto.call("apigatewayv2", "create_integration", integration)["IntegrationId"].clone();
        let target = format!("integrations/{}", text(&integration));
        let route = json!({"ApiId": http, "RouteKey": format!("GET /{number}"), "Target": target});
        boto.call("apigatewayv2", "create_route", route);
    }
    let vpc = text(&boto.call("ec2", "create_vpc", json!({"CidrBlock": "10.1.0.0/16"}))["Vpc"]["VpcId"]);
    for number in 0..4 {
        let name = format!("group-{number}");
        boto.call("ec2", "create_security_group", json!({"GroupName": name, "Description": name, "VpcId": vpc}));
    }
    for number in 0..3 {
        boto.function(&format!("function-{number}"));
        let group = json!({"Name": format!("target-{number}"), "Protocol": "HTTP", "Port": 80, "VpcId": vpc});
        boto.call("elbv2", "create_target_group", group);
    }
    bed.page_size(2);

    let paged = |service: &'static str, operation: &'static str, params: Value, token: &'static str| {
        let boto = Boto(&bed);
        move |next: Option<&Value>| {
            let mut params = params.clone();
            if let Some(next) = next {
                params[token] = next.clone();
            }
            boto.call(service, operation, params)
        }
    };
    let rest = pages(paged("apigateway", "get_rest_apis", json!({}), "position"), "items", "position", "id");
    assert_eq!((rest.0, rest.1.len()), (vec![2, 2, 1], 5));
    let apis = pages(paged("apigatewayv2", "get_apis", json!({}), "NextToken"), "Items", "NextToken", "ApiId");
    assert_eq!((apis.0, apis.1.len()), (vec![2, 2, 1], 5));
    for (operation, id) in [("get_routes", "RouteId"), ("get_integrations", "IntegrationId")] {
        let read = paged("apigatewayv2", operation, json!({"ApiId": http}), "NextToken");
        let list = pages(read, "Items", "NextToken", id);
        assert_eq!((list.0, list.1.len()), (vec![2, 1], 3), "{operation}");
    }
    let filters = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]});
    let read = paged("ec2", "describe_security_groups", filters, "NextToken");
    let groups = pages(read, "SecurityGroups", "NextToken", "GroupId");
    assert_eq!((groups.0, groups.1.len()), (vec![2, 2, 1], 5), "four and the default one");
    let roles = pages(paged("iam", "list_roles", json!({}), "Marker"), "Roles", "Marker", "RoleName");
    assert_eq!((roles.0, roles.1.len()), (vec![2, 1], 3));
    let functions = paged("lambda", "list_functions", json!({}), "Marker");
    let functions = pages(functions, "Functions", "NextMarker", "FunctionName");
    assert_eq!((functions.0, functions.1.len()), (vec![2, 1], 3));
    let read = paged("elbv2", "describe_target_groups", json!({}), "Marker");
    let groups = pages(read, "TargetGroups", "NextMarker", "TargetGroupName");
    assert_eq!((groups.0, groups.1.len()), (vec![2, 1], 3));
}

#[test]
fn a_rest_list_has_25_items_unless_its_limit_says_otherwise() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    for number in 0..27 {
        boto.call("apigateway", "create_rest_api", json!({"name": format!("rest {number}")}));
    }
    let size = |params: Value| array(&boto.call("apigateway", "get_rest_apis", params)["items"]).len();
    assert_eq!(size(json!({})), 25);
    assert_eq!(size(json!({"limit": 500})), 27);
    assert_eq!(size(json!({"limit": 3})), 3);
}

/// What a client sees of a quota; how large each one is, the quotas' own tests say without a clock.
#[test]
fn calls_beyond_the_rate_are_refused_and_counted() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    // Only a fast answer outruns the refill on a busy machine, so moto is not asked.
    bed.override_json(json!({"service": "apigateway", "operation": "GetResources", "body": {"item": []}}));
    bed.enforce_quotas();
    let start = Instant::now();
    let mut passed = 0.0;
    let mut refused = 0;
    for _ in 0..60 {
        let answer = boto.try_call("apigateway", "get_resources", json!({"restApiId": "any"}));
        if answer["ok"] == true {
            passed += 1.0;
        } else {
            assert_eq!((&answer["code"], &answer["status"]), (&json!("TooManyRequestsException"), &json!(429)));
            refused += 1;
        }
    }
    let most = 5.0 + 2.5 * start.elapsed().as_secs_f64();
    assert!((5.0..=most).contains(&passed), "{passed} passed, where {most} could have");
    assert_eq!(bed.throttled(), refused);
    assert_eq!(bed.calls()["apigateway:GetResources"], 60);
    assert_eq!(bed.constructed()["apigateway:GetResources"], 60);
}
