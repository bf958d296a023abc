//! The bed proves itself before anything is proved with it: boto3 sees what AWS would say.

mod faults;
mod http_api;
mod network;
mod rates;
mod rest;

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::driver;

/// A boto3 client of one bed.
struct Boto<'a>(&'a Bed);

impl Boto<'_> {
    fn try_call(&self, service: &str, operation: &str, params: Value) -> Value {
        driver::boto(&self.0.endpoint(), service, operation, &params)
    }

    fn call(&self, service: &str, operation: &str, params: Value) -> Value {
        let answer = self.try_call(service, operation, params);
        assert_eq!(answer["ok"], true, "{service} {operation}: {answer}");
        answer["value"].clone()
    }

    /// The error code and the status of a call that must fail.
    fn error(&self, service: &str, operation: &str, params: Value) -> (String, u64) {
        let answer = self.try_call(service, operation, params);
        assert_eq!(answer["ok"], false, "{service} {operation} should have failed: {answer}");
        (text(&answer["code"]), answer["status"].as_u64().expect("a status is a number"))
    }

    fn function(&self, name: &str) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
        let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust});
        let role = self.call("iam", "create_role", role)["Role"]["Arn"].clone();
        let function = json!({"FunctionName": name, "Runtime": "python3.12", "Handler": "index.handler", "Role": role});
        text(&self.call("lambda", "create_function", function)["FunctionArn"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a string")).to_owned()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list"))
}

#[test]
fn two_beds_are_two_accounts() {
    let (one, two) = (Bed::new(), Bed::new());
    let (in_one, in_two) = (Boto(&one), Boto(&two));
    for (bed, boto) in [(&one, &in_one), (&two, &in_two)] {
        let identity = boto.call("sts", "get_caller_identity", json!({}));
        assert_eq!(identity["Account"], bed.account());
    }
    // Query, EC2 and both REST services each keep them apart.
    let arn = in_one.function("hello");
    assert!(arn.contains(one.account()), "{arn}");
    in_one.call("apigateway", "create_rest_api", json!({"name": "one"}));
    in_one.call("apigatewayv2", "create_api", json!({"Name": "one", "ProtocolType": "HTTP"}));
    let vpc = in_one.call("ec2", "create_vpc", json!({"CidrBlock": "10.1.0.0/16"}))["Vpc"]["VpcId"].clone();
    let count = |boto: &Boto, service: &str, operation: &str, list: &str| {
        array(&boto.call(service, operation, json!({}))[list]).len()
    };
    for (service, operation, list) in [
        ("iam", "list_roles", "Roles"),
        ("lambda", "list_functions", "Functions"),
        ("apigateway", "get_rest_apis", "items"),
        ("apigatewayv2", "get_apis", "Items"),
    ] {
        assert_eq!(count(&in_one, service, operation, list), 1, "{service}");
        assert_eq!(count(&in_two, service, operation, list), 0, "{service}");
    }
    assert_eq!(in_two.error("ec2", "describe_vpcs", json!({"VpcIds": [vpc]})), ("InvalidVpcID.NotFound".into(), 400));
}

#[test]
fn every_call_is_counted_by_operation_and_by_parameters() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    boto.function("hello");
    let api = text(&boto.call("apigateway", "create_rest_api", json!({"name": "x"}))["id"]);
    bed.reset_calls();
    boto.call("apigateway", "get_resources", json!({"restApiId": api, "embed": ["methods"]}));
    boto.call("apigateway", "get_resources", json!({"restApiId": api}));
    boto.error("apigatewayv2", "get_routes", json!({"ApiId": "nowhere"}));
    boto.call("lambda", "get_function_configuration", json!({"FunctionName": "hello"}));
    boto.error("lambda", "get_alias", json!({"FunctionName": "hello", "Name": "live"}));
    boto.call("lambda", "get_function_concurrency", json!({"FunctionName": "hello"}));
    boto.call("ec2", "describe_vpcs", json!({}));
    boto.call("iam", "get_role", json!({"RoleName": "hello"}));
    let calls: Vec<(String, usize)> = bed.calls().into_iter().collect();
    let want = [
        ("apigateway:GetResources", 2),
        ("apigatewayv2:GetRoutes", 1),
        ("ec2:DescribeVpcs", 1),
        ("iam:GetRole", 1),
        ("lambda:GetAlias", 1),
        ("lambda:GetFunctionConcurrency", 1),
        ("lambda:GetFunctionConfiguration", 1),
    ];
    assert_eq!(calls, want.map(|(name, times)| (name.to_owned(), times)));
    let keys = bed.call_keys();
    assert_eq!(keys[&format!("apigateway:GetResources GET /restapis/{api}/resources?embed=methods")], 1, "{keys:?}");
    assert_eq!(keys["iam:GetRole RoleName=hello"], 1, "{keys:?}");
    assert_eq!(bed.constructed(), [].into(), "moto's own answers are not marked");
}
