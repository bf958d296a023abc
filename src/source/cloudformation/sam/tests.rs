use super::{Include, SamError, transform};
use crate::source::tree::{self, Node};
use std::collections::BTreeMap;

/// Files by their name.
struct Files(BTreeMap<&'static str, &'static str>);

impl Include for Files {
    fn read(&self, location: &Node) -> Result<Option<Node>, SamError> {
        let Some(name) = location.as_text().filter(|name| !name.starts_with("s3://")) else { return Ok(None) };
        let text = self.0.get(name).ok_or_else(|| SamError::new(location.at, "no such file"))?;
        Ok(Some(tree::read(1, name, text.as_bytes()).unwrap().root))
    }
}

fn read(text: &str) -> Node {
    tree::read(0, "template", text.as_bytes()).unwrap().root
}

fn made(text: &str) -> Result<Node, SamError> {
    let files = [
        ("api.yaml", "openapi: 3.0.1\npaths: {/file: {get: {x-amazon-apigateway-integration: {type: mock}}}}\n"),
        ("paths.yaml", "/part: {get: {}}\n"),
    ];
    transform(&read(text), &Files(files.into()))
}

fn at<'a>(node: &'a Node, path: &[&str]) -> &'a Node {
    path.iter().fold(node, |node, key| node.get(key).unwrap_or_else(|| panic!("no {key} of {path:?} in {node:?}")))
}

fn written<'a>(text: &'a str, node: &Node) -> &'a str {
    &text[node.at.range()]
}

const FUNCTION: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 17
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      Policies:
        - SQSPollerPolicy: {QueueName: orders}
      Events:
        List:
          Type: Api
          Properties:
            Path: /orders
            Method: get
            TimeoutInMillis: 3000
";

#[test]
fn what_is_made_points_to_what_was_written() {
    let made = made(FUNCTION).unwrap();
    let resources = at(&made, &["Resources"]);
    assert_eq!(written(FUNCTION, at(resources, &["OrdersListPermissionProd"])), "List");
    assert_eq!(written(FUNCTION, at(resources, &["ServerlessRestApi"])), "List");
    assert_eq!(written(FUNCTION, at(resources, &["Orders", "Properties", "Timeout"])), "17");
    assert_eq!(written(FUNCTION, at(resources, &["OrdersRole"])), "Orders");
    let operation = at(resources, &["ServerlessRestApi", "Properties", "Body", "paths", "/orders", "get"]);
    let integration = at(operation, &["x-amazon-apigateway-integration"]);
    assert_eq!(written(FUNCTION, at(integration, &["uri"])), "List");
    assert_eq!(written(FUNCTION, at(integration, &["timeoutInMillis"])), "3000");
    let policy = &at(resources, &["OrdersRole", "Properties", "Policies"]).as_list().unwrap()[0];
    let statement = &at(policy, &["PolicyDocument", "Statement"]).as_list().unwrap()[0];
    assert_eq!(written(FUNCTION, statement), "SQSPollerPolicy");
}

#[test]
fn a_plain_template_stays_as_it_is() {
    let plain = read("Resources:\n  Orders: {Type: AWS::Serverless::Function}\n");
    assert_eq!(transform(&plain, &Files(BTreeMap::new())), Ok(plain));
}

#[test]
fn other_transforms_and_unknown_types_stay() {
    let made = made("Transform: [Mine, AWS::Serverless-2016-10-31]\nResources:\n  A: {Type: AWS::Serverless::Later}\n")
        .unwrap();
    assert_eq!(at(&made, &["Resources", "A", "Type"]).as_text(), Some("AWS::Serverless::Later"));
    let transforms = at(&made, &["Transform"]).as_list().unwrap();
    assert_eq!(transforms.iter().map(Node::as_text).collect::<Vec<_>>(), [Some("Mine")]);
}

#[test]
fn files_beside_the_template_are_read() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Uri: {Type: AWS::Serverless::Api, Properties: {StageName: a, DefinitionUri: api.yaml}}
  Http: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: api.yaml}}
  Whole:
    Type: AWS::Serverless::Api
    Properties:
      StageName: a
      Auth: {DefaultAuthorizer: AWS_IAM}
      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.yaml}}}
  Part:
    Type: AWS::Serverless::Api
    Properties:
      StageName: a
      DefinitionBody:
        swagger: '2.0'
        paths:
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: paths.yaml}}
  Away:
    Type: AWS::Serverless::Api
    Properties:
      StageName: a
      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://bucket/key}}}
";
    let made = made(text).unwrap();
    let body = |id| at(&made, &["Resources", id, "Properties", "Body"]);
    for id in ["Uri", "Http"] {
        assert_eq!(at(body(id), &["paths", "/file"]).at.file, 1, "{id}");
    }
    assert!(at(body("Whole"), &["paths", "/file", "get", "security"]).as_list().is_some());
    assert_eq!(at(body("Part"), &["paths", "/part", "get"]).at.file, 1);
    assert!(body("Away").get("Fn::Transform").is_some());
}

#[test]
fn what_is_wrong_is_told_at_its_place() {
    let function = |rest: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: a, Runtime: b, {rest}}}}}\n"
        )
    };
    let api = |rest: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  A: {{Type: AWS::Serverless::Api, Properties: {{StageName: a, {rest}}}}}\n"
        )
    };
    let cases = [
        (function("Events: {E: {Type: Nope}}"), "Nope"),
        (function("Events: {E: {Type: Api, Properties: {Method: get}}}"), "E"),
        (function("Events: {E: {Type: Api, Properties: {Path: [a], Method: get}}}"), "[a]"),
        (function("Events: [a]"), "[a]"),
        (function("Policies: [{NoSuchPolicy: {}}]"), "NoSuchPolicy"),
        (function("AutoPublishAlias: !Ref Gone"), "!Ref Gone"),
        (api("Auth: {DefaultAuthorizer: Gone}"), "Gone"),
        (api("Auth: [b]"), "[b]"),
        (api("Cors: 3"), "3"),
        (api("DefinitionUri: nowhere.yaml"), "nowhere.yaml"),
        (api("DefinitionUri: api.yaml, DefinitionBody: {swagger: '2.0'}"), "api.yaml"),
        (api("Domain: {DomainName: a}"), "{DomainName: a}"),
    ];
    for (text, place) in cases {
        let error = made(&text).unwrap_err();
        assert_eq!(&text[error.at.range()], place, "{text}: {}", error.message);
    }
}

#[test]
fn what_would_grow_without_bound_is_refused() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let globals = format!(
        "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Tags:\n{}Resources:\n{}",
        many(2000, &|index| format!("      t{index}: a\n")),
        many(2000, &|index| format!("  F{index}: {{Type: AWS::Serverless::Function}}\n"))
    );
    assert!(made(&globals).unwrap_err().message.contains("too large"));
    let policy = format!(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: a\n      \
         Auth: {{ResourcePolicy: {{IpRangeWhitelist: [{}]}}}}\n      DefinitionBody:\n        swagger: '2.0'\n        paths:\n{}",
        many(500, &|_| "10.0.0.0/8, ".to_owned()),
        many(1000, &|index| format!("          /{index}: {{get: {{}}}}\n"))
    );
    assert!(made(&policy).unwrap_err().message.contains("too large"));
}
