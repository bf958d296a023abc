//! Several templates at once: whose is what.

use super::{code, gatelint, json, stderr, stdout};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// An API of an explicit name whose function never runs in production, and which calls what a parameter says.
fn template(function: &str) -> String {
    format!(
        r#"Parameters:
  Env: {{Type: String}}
  Fn: {{Type: String}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {{Name: orders, ProtocolType: HTTP}}
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: {function}
      Handler: index.handler
      Runtime: nodejs22.x
      Role: arn:aws:iam::111122223333:role/x
      Code: {{ZipFile: x}}
      ReservedConcurrentExecutions: !If [IsProd, 0, 5]
  Call:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      PayloadFormatVersion: "2.0"
      IntegrationUri: !GetAtt Orders.Arn
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub "integrations/${{Call}}"}}
  Other:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {{ApiId: !Ref Api, IntegrationType: AWS_PROXY, PayloadFormatVersion: "2.0", IntegrationUri: !Ref Fn}}
  OtherRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: GET /other, Target: !Sub "integrations/${{Other}}"}}
"#
    )
}

const NAMES: [&str; 3] = ["a.yaml", "b.yaml", "c.yaml"];
/// Where `Other` and `OtherRoute` call what nobody knows.
const OPEN: usize = 29;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in NAMES {
        fs::write(folder.path().join(name), template("orders")).unwrap();
    }
    folder
}

fn checked(folder: &Path, format: &str) -> String {
    let output = gatelint(folder, &["check", "a.yaml", "b.yaml", "c.yaml", "--format", format]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    stdout(&output)
}

fn value(folder: &Path, format: &str) -> Value {
    serde_json::from_str(&checked(folder, format)).unwrap()
}

#[test]
fn every_format_says_in_which_world_a_finding_holds_and_why() {
    let folder = folder();
    let world = "(where Env of b is prod)";
    let because = "because: orders has no resource policy: no AWS::Lambda::Permission is for it";
    let texts = |report: &Value| -> Vec<String> {
        let found = report.as_array().unwrap().iter();
        found.map(|it| it["message"]["text"].as_str().or(it["description"].as_str()).unwrap().to_owned()).collect()
    };
    let github: Vec<String> = checked(folder.path(), "github").lines().map(str::to_owned).collect();
    let sarif = texts(&value(folder.path(), "sarif")["runs"][0]["results"]);
    let gitlab = texts(&value(folder.path(), "gitlab"));
    let junit: Vec<String> = checked(folder.path(), "junit").split("<testcase").map(str::to_owned).collect();
    for messages in [github, sarif, gitlab, junit] {
        let of_b: Vec<&String> = messages.iter().filter(|text| text.contains(world)).collect();
        assert_eq!(of_b.len(), 1, "{messages:#?}");
        assert!(of_b[0].contains("throttles every call"), "{of_b:?}");
        assert_eq!(messages.iter().filter(|text| text.contains(because)).count(), 3, "{messages:#?}");
    }
    let human = checked(folder.path(), "human");
    assert!(human.contains("\n  so it is where Env of b is prod\n"), "{human}");
    let findings = value(folder.path(), "json")["findings"].clone();
    let says = |it: &Value| it["evidence"].as_array().unwrap().last().unwrap()["says"].clone();
    let worlds: Vec<Value> = findings.as_array().unwrap().iter().map(says).collect();
    assert_eq!(worlds.iter().filter(|says| **says == "so it is where Env of b is prod").count(), 1, "{worlds:?}");
}

#[test]
fn findings_of_one_name_are_told_apart_and_keep_their_own_fingerprint() {
    let folder = folder();
    let prints = |report: Value, at: &str| -> Vec<Value> {
        report.as_array().unwrap().iter().map(|it| it.pointer(at).unwrap().clone()).collect()
    };
    let own = prints(value(folder.path(), "json")["findings"].clone(), "/fingerprint");
    let distinct = |mut prints: Vec<Value>| {
        prints.sort_by_key(Value::to_string);
        prints.dedup();
        prints.len()
    };
    assert!(distinct(own.clone()) < own.len(), "the functions have one name: {own:?}");
    let gitlab = prints(value(folder.path(), "gitlab"), "/fingerprint");
    assert_eq!(distinct(gitlab.clone()), gitlab.len());
    let results = value(folder.path(), "sarif")["runs"][0]["results"].clone();
    let github = prints(results.clone(), "/partialFingerprints/primaryLocationLineHash");
    assert_eq!(distinct(github.clone()), github.len());
    assert_eq!(prints(results, "/partialFingerprints/gatelint~1v1"), own);
    assert_eq!(gitlab[..own.len()], github[..]);
    assert!(own.iter().all(|print| gitlab.contains(print)), "one of each keeps its own");
}

#[test]
fn a_question_has_the_place_of_what_it_is_about() {
    let folder = folder();
    for name in NAMES {
        let lines = template("orders");
        assert_eq!(lines.lines().nth(OPEN - 1).unwrap().trim(), "Other:");
        let place = json!({ "path": name, "lines": { "begin": OPEN } });
        let issues = value(folder.path(), "gitlab");
        let asks = |it: &&Value| it["check_name"] == "not-known" && it["location"] == place;
        assert_eq!(issues.as_array().unwrap().iter().filter(asks).count(), 1, "{issues:#}");
        let log = value(folder.path(), "sarif");
        super::formats::keeps_sarifs_schema(&log);
        let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().clone();
        let uri = |it: &Value| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
        assert!(told.iter().any(|it| uri(it) == name), "{told:?}");
        let github = checked(folder.path(), "github");
        assert!(github.contains(&format!("::notice file={name},line={OPEN},")), "{github}");
        let junit = checked(folder.path(), "junit");
        let skipped = junit.split("<testcase").filter(|case| case.contains("<skipped"));
        assert!(skipped.clone().any(|case| case.contains(&format!(r#"file="{name}" line="{OPEN}""#))), "{junit}");
        let report = value(folder.path(), "json");
        super::keeps_reports_schema(&report);
        let unknown = report["unknown"].as_array().unwrap();
        assert!(unknown.iter().any(|row| row["file"] == name && row["line"] == OPEN), "{unknown:#?}");
    }
    let human = checked(folder.path(), "human");
    assert!(human.contains("? give the parameter: --parameter Fn=VALUE\n"), "{human}");
    assert!(human.contains("      in: a.yaml, b.yaml, c.yaml\n"), "{human}");
    let alone = stdout(&gatelint(folder.path(), &["check", "a.yaml"]));
    assert!(!alone.contains(" in: "), "of one file nobody asks which: {alone}");
    assert!(alone.contains("\n2 requests: 1 dies, 0 may or will die, 1 not known, 0 get past"), "{alone}");
}

#[test]
fn a_hook_does_not_tell_ignores_that_may_be_for_other_files() {
    let folder = folder();
    let ignore = |until: &str| {
        format!("[[ignore]]\nrule = \"listener-missing\"\nwhere = \"elsewhere\"\nbecause = \"so\"\n{until}")
    };
    let told = |more: &[&str]| stdout(&gatelint(folder.path(), &[&["check", "a.yaml"], more].concat()));
    fs::write(folder.path().join("gatelint.toml"), ignore("")).unwrap();
    assert!(told(&[]).contains("ignores nothing"));
    assert!(!told(&["--if-any"]).contains("an ignore of"));
    fs::write(folder.path().join("gatelint.toml"), ignore("until = 2020-01-31\n")).unwrap();
    assert!(told(&[]).contains("ended on 2020-01-31; nothing would need it"));
    let hook = told(&["--if-any"]);
    assert!(hook.contains("ended on 2020-01-31 (gatelint.toml"), "{hook}");
    // What stands in a file that is looked at is for nothing else.
    let comment = template("orders").replace("0, 5]", "0, 5] # gatelint: ignore listener-missing -- so");
    fs::write(folder.path().join("a.yaml"), comment).unwrap();
    assert!(told(&["--if-any"]).contains("ignores nothing"));
}

#[test]
fn a_definition_is_mended_where_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let call = "{type: aws_proxy, httpMethod: GET, uri: 'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders/invocations'}";
    let operation = format!("/orders: {{get: {{x-amazon-apigateway-integration: {call}}}}}");
    let document = format!("openapi: 3.0.1\ninfo: {{title: orders, version: '1'}}\npaths:\n  {operation}\n");
    fs::write(folder.path().join("api.yaml"), document).unwrap();
    let body = format!("{{openapi: 3.0.1, paths: {{{operation}}}}}");
    let inside = format!("Resources:\n  Api:\n    Type: AWS::ApiGateway::RestApi\n    Properties: {{Body: {body}}}\n");
    fs::write(folder.path().join("body.yaml"), inside).unwrap();
    for name in ["api.yaml", "body.yaml"] {
        let report = json(&gatelint(folder.path(), &["check", name, "--format", "json"]));
        let found = report["findings"].as_array().unwrap();
        let finding = found.iter().find(|it| it["rule"] == "lambda-integration-not-post").unwrap();
        assert_eq!(finding["fix"]["cloudformation"], "x-amazon-apigateway-integration httpMethod", "{name}");
    }
}

#[test]
fn a_parameter_of_a_path_is_called_as_everybody_calls_it() {
    let folder = tempfile::tempdir().unwrap();
    let uri = "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations'";
    let text = format!(
        r#"Resources:
  Fn: {{Type: AWS::Lambda::Function, Properties: {{Role: 'arn:aws:iam::111122223333:role/r', Code: {{ZipFile: x}}}}}}
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: orders}}}}
  Rest: {{Type: AWS::ApiGateway::Resource, Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: '{{id}}'}}}}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Rest
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: {uri}
  Grant:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Fn
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/*/POST/orders'
  Deployment: {{Type: AWS::ApiGateway::Deployment, DependsOn: Get, Properties: {{RestApiId: !Ref Api}}}}
  Stage: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod}}}}
"#
    );
    fs::write(folder.path().join("t.yaml"), text).unwrap();
    let output = gatelint(folder.path(), &["check", "t.yaml", "--format", "github"]);
    assert_eq!(code(&output), 1, "{}{}", stdout(&output), stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("/prod/GET/{id}`") && !text.contains("${{"), "{text}");
}

/// A grant for one route in production and for the other elsewhere.
const EACH_IN_ITS_WORLD: &str = r#"Parameters:
  Env: {Type: String, AllowedValues: [prod, dev]}
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: i.h, Role: 'arn:aws:iam::111122223333:role/r', Code: {ZipFile: x}, Timeout: 5}
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: orders, ProtocolType: HTTP}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, PayloadFormatVersion: '2.0'}
  R1:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /one, Target: !Sub 'integrations/${I}'}
  R2:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /two, Target: !Sub 'integrations/${I}'}
  S:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}
  P1:
    Type: AWS::Lambda::Permission
    Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref F, Principal: apigateway.amazonaws.com, SourceArn: !If [Prod, !Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/one', !Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/two']}
"#;

#[test]
fn a_request_dies_only_in_the_worlds_that_are_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.yaml"), EACH_IN_ITS_WORLD).unwrap();
    let told = |args: &[&str]| -> Vec<(String, Vec<String>)> {
        let report = json(&gatelint(folder.path(), &[&["check", "t.yaml", "--format", "json"], args].concat()));
        let routes = |finding: &Value| {
            let requests = finding["requests"].as_array().unwrap().iter();
            requests.map(|it| it["route"].as_str().unwrap().to_owned()).collect()
        };
        let world = |finding: &Value| {
            let says = finding["evidence"].as_array().unwrap().iter().filter_map(|it| it["says"].as_str());
            says.filter(|it| it.contains("where Env")).collect::<String>()
        };
        report["findings"].as_array().unwrap().iter().map(|it| (world(it), routes(it))).collect()
    };
    let both = told(&[]);
    assert_eq!(both.len(), 2, "{both:?}");
    let prod = both.iter().find(|(world, _)| world.contains("Env is prod")).unwrap();
    assert_eq!(prod.1, ["GET /two"]);
    assert!(both.iter().all(|(world, routes)| !world.is_empty() && routes.len() == 1), "{both:?}");
    assert_eq!(told(&["--parameter", "Env=prod"])[0].1, ["GET /two"]);
    assert_eq!(told(&["--parameter", "Env=dev"])[0].1, ["GET /one"]);
}

#[test]
fn what_stands_beside_a_template_changes_no_fingerprint_and_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let case = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/fargate-subnets-parameter.yaml"));
    fs::write(folder.path().join("shop.yaml"), case.unwrap()).unwrap();
    fs::write(folder.path().join("b.yaml"), EACH_IN_ITS_WORLD).unwrap();
    let found = |files: &[&str]| {
        let run = gatelint(folder.path(), &[&["check", "--format", "json", "--parameter", "Env=prod"], files].concat());
        let report = json(&run);
        let blocked = |it: &&Value| it["rule"] == "target-ingress-blocked";
        let finding = report["findings"].as_array().unwrap().iter().find(blocked).unwrap().clone();
        assert!(
            !finding["message"].to_string().contains('#') && !finding["help"].to_string().contains('#'),
            "{finding}"
        );
        finding["fingerprint"].clone()
    };
    let alone = json(&gatelint(folder.path(), &["check", "--format", "json", "shop.yaml"]));
    let alone = alone["findings"][0]["fingerprint"].clone();
    assert_eq!([found(&["b.yaml", "shop.yaml"]), found(&["shop.yaml", "b.yaml"])], [alone.clone(), alone]);
}
