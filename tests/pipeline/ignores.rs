//! Ignores beside what people wrote.

use super::{gatelint, json};
use serde_json::{Value, json};
use std::fs;

const SHOP: &str = "\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::111122223333:role/orders
      Code: {S3Bucket: code, S3Key: orders.zip}
  OrdersVersion:
    Type: AWS::Lambda::Version
    Properties: {FunctionName: !Ref Orders}
  OrdersLive:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Orders, FunctionVersion: !GetAtt OrdersVersion.Version, Name: live}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: orders}
  Path:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: orders}
  GetOrders:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Path
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${OrdersLive}/invocations
  PostOrders:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Path
      HttpMethod: POST
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}:live/invocations
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Orders
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/orders
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: [GetOrders, PostOrders]
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod}
";

const QUEUE: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: src/
      Timeout: 30
      Events:
        Get:
          Type: HttpApi
          Properties:
            Method: GET
            Path: /orders
            TimeoutInMillis: 3000
        Post:
          Type: HttpApi
          Properties:
            Method: POST
            Path: /orders
            TimeoutInMillis: 3000
";

fn routes(finding: &Value) -> Vec<String> {
    finding["requests"].as_array().unwrap().iter().map(|it| it["route"].as_str().unwrap().to_owned()).collect()
}

/// Routes that are still told, that are ignored, and how often an ignore is told to be of no use.
fn split(report: &Value) -> (Vec<String>, Vec<String>, usize) {
    super::keeps_reports_schema(report);
    let told = report["findings"].as_array().unwrap().iter().flat_map(routes).collect();
    let ignored = report["suppressed"].as_array().unwrap().iter().flat_map(|it| routes(&it["finding"])).collect();
    (told, ignored, report["warnings"].as_array().unwrap().len())
}

/// With the ignore at the end of the first line that begins so.
fn ignored(template: &str, rule: &str, at: &str) -> Value {
    let note = format!(" # gatelint: ignore {rule} -- accepted");
    let folder = tempfile::tempdir().unwrap();
    let (mut text, mut lines) = (String::new(), 0);
    for line in template.lines() {
        let here = line.trim_start().starts_with(at) && lines == 0;
        lines += usize::from(here);
        text += &format!("{line}{}\n", if here { &*note } else { "" });
    }
    assert_eq!(lines, 1, "{at}");
    fs::write(folder.path().join("template.yaml"), text).unwrap();
    json(&gatelint(folder.path(), &["check", "template.yaml", "--format", "json"]))
}

const GET: &str = "GET /orders";
const POST: &str = "POST /orders";

#[test]
fn a_comment_takes_the_requests_whose_own_evidence_stands_there() {
    for (at, told, taken) in [
        ("Orders:", &[][..], &[GET, POST][..]),
        ("OrdersLive:", &[], &[GET, POST]),
        ("Permission:", &[], &[GET, POST]),
        ("GetOrders:", &[POST], &[GET]),
        ("PostOrders:", &[GET], &[POST]),
        ("Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${OrdersLive}", &[POST], &[GET]),
        ("Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.", &[GET], &[POST]),
        ("HttpMethod: GET", &[GET, POST], &[]),
        ("Api:", &[GET, POST], &[]),
        ("Path:", &[GET, POST], &[]),
        ("Deployment:", &[GET, POST], &[]),
    ] {
        let report = ignored(SHOP, "lambda-invoke-denied", at);
        let (still, ignored, notices) = split(&report);
        assert_eq!((still, ignored), (owned(told), owned(taken)), "{at}");
        assert_eq!(notices, usize::from(taken.is_empty()), "{at}");
    }
}

fn owned(routes: &[&str]) -> Vec<String> {
    routes.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn what_is_still_told_is_underlined_where_it_stands() {
    let called = |finding: &Value| -> Vec<String> {
        let evidence = finding["evidence"].as_array().unwrap().iter();
        evidence.filter(|it| it["pointer"] == "/uri").map(|it| it["resource"].as_str().unwrap().to_owned()).collect()
    };
    for (at, other) in [("GetOrders", "PostOrders"), ("PostOrders", "GetOrders")] {
        let report = ignored(SHOP, "lambda-invoke-denied", at);
        assert_eq!(called(&report["findings"][0]), [other]);
        assert_eq!(called(&report["suppressed"][0]["finding"]), [at]);
    }
}

/// However it is deployed, one of two methods answers; a line of one says nothing of the other.
#[test]
fn a_request_still_dies_where_it_is_written_elsewhere() {
    let (before, rest) = SHOP.split_once("  GetOrders:\n").unwrap();
    let (get, after) = rest.split_once("  PostOrders:\n").unwrap();
    let conditions =
        "Parameters: {Env: {Type: String}}\nConditions:\n  A: !Equals [!Ref Env, a]\n  B: !Not [!Condition A]\n";
    let either = format!("  GetA:\n    Condition: A\n{get}  GetB:\n    Condition: B\n{get}");
    let after = after.replace("DependsOn: [GetOrders, PostOrders]", "DependsOn: PostOrders");
    let shop = format!("{conditions}{before}{either}  PostOrders:\n{after}");
    for at in ["GetA:", "GetB:"] {
        let report = ignored(&shop, "lambda-invoke-denied", at);
        assert_eq!(split(&report), (owned(&[GET, POST]), owned(&[GET]), 0), "{at}");
        assert_eq!(report["summary"]["dying"], 2);
    }
    let note = "GetB: # gatelint: ignore lambda-invoke-denied -- accepted too";
    let report = ignored(&shop.replace("GetB:", note), "lambda-invoke-denied", "GetA:");
    assert_eq!(split(&report), (owned(&[POST]), owned(&[GET, GET]), 0));
}

#[test]
fn what_is_asked_once_still_stands_in_two_places() {
    let split = |at| split(&ignored(QUEUE, "lambda-timeout-exceeds-integration", at));
    assert_eq!(split("Timeout: 30"), (vec![], owned(&[GET, POST]), 0));
    assert_eq!(split("TimeoutInMillis"), (owned(&[POST]), owned(&[GET]), 0));
    assert_eq!(split("Post:"), (owned(&[GET]), owned(&[POST]), 0), "the event makes the route");
    assert_eq!(split("Handler:"), (owned(&[GET, POST]), vec![], 1));
}

#[test]
fn metadata_of_a_constructs_resource_does_the_same() {
    let cdk = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/rest-lambda-proxy/cdk.out");
    let shop = fs::read_to_string(cdk.join("Shop.template.json")).unwrap();
    let split = |resource: &str| {
        let folder = tempfile::tempdir().unwrap();
        let mut shop: Value = serde_json::from_str(&shop).unwrap();
        let resources = shop["Resources"].as_object_mut().unwrap();
        resources.retain(|_, resource| resource["Type"] != "AWS::Lambda::Permission");
        let ask = json!({ "rule": "lambda-invoke-denied", "because": "granted by hand" });
        resources[resource]["Metadata"]["gatelint"] = json!({ "ignore": [ask] });
        fs::write(folder.path().join("Shop.template.json"), shop.to_string()).unwrap();
        fs::copy(cdk.join("manifest.json"), folder.path().join("manifest.json")).unwrap();
        split(&json(&gatelint(folder.path(), &["check", ".", "--format", "json"])))
    };
    let all = [GET, "GET /orders/{id}", POST];
    assert_eq!(split("OrdersA9B65338"), (vec![], owned(&all), 0));
    assert_eq!(split("ApiordersPOSTC4B92180"), (owned(&[GET, "GET /orders/{id}"]), owned(&[POST]), 0));
    assert_eq!(split("Stage"), (owned(&all), vec![], 1));
}

#[test]
fn a_comment_on_an_operation_of_a_body_takes_that_operation() {
    let folder = tempfile::tempdir().unwrap();
    let operation = |path: &str, comment: &str| {
        format!(
            "          {path}:
            get: {comment}
              x-amazon-apigateway-integration: {{type: aws_proxy, httpMethod: GET, uri: !Sub 'arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{F.Arn}}/invocations'}}
"
        )
    };
    let ignored = "# gatelint: ignore lambda-integration-not-post -- moves next week";
    let template = format!(
        "Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: 'arn:aws:iam::111122223333:role/x'}}}}
  P: {{Type: AWS::Lambda::Permission, Properties: {{Action: lambda:InvokeFunction, FunctionName: !Ref F, Principal: apigateway.amazonaws.com}}}}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        openapi: 3.0.1
        info: {{title: orders, version: '1'}}
        paths:
{}{}  Deployment: {{Type: AWS::ApiGateway::Deployment, Properties: {{RestApiId: !Ref Api, StageName: prod}}}}
",
        operation("/a", ignored),
        operation("/b", "")
    );
    fs::write(folder.path().join("t.yaml"), template).unwrap();
    let report = json(&gatelint(folder.path(), &["check", "t.yaml", "--format", "json"]));
    let routes =
        |of: &Value| of["requests"].as_array().unwrap().iter().map(|it| it["route"].clone()).collect::<Vec<_>>();
    let told: Vec<Value> = report["findings"].as_array().unwrap().iter().flat_map(routes).collect();
    assert_eq!(told, ["GET /b"], "{report:#}");
    assert_eq!(report["summary"]["suppressed"], 1);
}
