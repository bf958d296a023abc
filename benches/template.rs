//! What reading a template costs: 500 resources in YAML and the same in JSON.

#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gatelint::source::tree::{self, Is, Node};
use std::fmt::Write as _;
use std::hint::black_box;

/// One function, its permission, method and resource for each fourth.
fn yaml(resources: usize) -> String {
    let mut text = "AWSTemplateFormatVersion: 2010-09-09\nDescription: Bestellübersicht\nResources:\n".to_owned();
    for n in 0..resources.div_ceil(4) {
        write!(
            text,
            "  Function{n}:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Timeout: 30
      Environment:
        Variables: {{STAGE: !Ref Stage, TABLE: !Sub '${{AWS::StackName}}-orders'}}
      Code:
        ZipFile: |
          def handler(event, context):
              return {{'statusCode': 200}}
  Permission{n}: # for the method below
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Function{n}
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/*/GET/orders{n}
  Resource{n}:
    Type: AWS::ApiGateway::Resource
    Properties:
      RestApiId: !Ref Api
      ParentId: !GetAtt Api.RootResourceId
      PathPart: orders{n}
  Method{n}:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Resource{n}
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        Uri: !Sub
          - arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{Arn}}/invocations
          - Arn: !GetAtt Function{n}.Arn
"
        )
        .unwrap();
    }
    text
}

fn json(node: &Node) -> serde_json::Value {
    match &node.is {
        Is::Null => serde_json::Value::Null,
        Is::Bool(value) => (*value).into(),
        Is::Number(number) => serde_json::from_str(number).unwrap(),
        Is::Text(text) => (&**text).into(),
        Is::List(items) => items.iter().map(json).collect(),
        Is::Map(members) => members.iter().map(|member| (member.key.to_string(), json(&member.value))).collect(),
    }
}

fn reading(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("template");
    for resources in [500, 5_000] {
        let yaml = yaml(resources);
        let json = serde_json::to_string_pretty(&json(&tree::read(0, "", yaml.as_bytes()).unwrap().root)).unwrap();
        for (name, text) in [("yaml", yaml), ("json", json)] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_function(format!("{name} of {resources} resources"), |bench| {
                bench.iter(|| tree::read(0, "", black_box(text.as_bytes())).unwrap());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
