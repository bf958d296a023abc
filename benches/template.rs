//! What a template costs: read as YAML and as JSON, checked in this process, and checked by the whole command beside
//! other tools for templates, where they are on the PATH (`pip install cfn-lint==1.51.0 checkov`,
//! `cargo install cfn-guard`).
//!
//! Every fifth resource has a fault: 100 findings in 500 resources.
//!
//! The whole command, a release build without `live`, on two cores of a virtual machine whose speed changes by half: 10
//! resources 3 ms of CPU time, 500 resources 31 ms in its good hours and 37 in worse ones, 2,500 resources 174 ms; 11, 15 and
//! 31 MB. cfn-lint 1.51 beside it takes 7.6 s in good hours and 9.8 s in bad ones for the 500, and 172 MB.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a bench fails by panicking, and says what is missing")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gatelint::report::{Json, Reporter};
use gatelint::run::{Options, judge};
use gatelint::source::cloudformation::World;
use gatelint::source::files::{Deployment, Project};
use gatelint::source::tree::{self, Is, Node};
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;

const HEAD: &str = "AWSTemplateFormatVersion: 2010-09-09
Description: Bestellübersicht
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: orders}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties: {RestApiId: !Ref Api}
";

/// One function, its permission, method and resource for each fourth.
fn yaml(resources: usize) -> String {
    let mut text = HEAD.to_owned();
    // Of four, four in five have a grant for another verb.
    for n in 0..resources.saturating_sub(4) / 4 {
        let verb = if n % 5 == 4 { "GET" } else { "POST" };
        write!(
            text,
            "  Function{n}:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      Timeout: 20
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
      SourceArn: !Sub arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/*/{verb}/orders{n}
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

/// From the text to the report.
fn checked(text: &str) -> (usize, Vec<u8>) {
    let deployment = Deployment::default();
    let project = Project::of_text("template.yaml", text, &deployment).unwrap();
    let (capture, _) = project.capture(&deployment, &World::new(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    let run = judge(capture, &Options::default()).unwrap();
    let mut report = Vec::new();
    Json.report(&run, &mut report).unwrap();
    (run.findings.len(), report)
}

fn checking(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("check");
    group.sample_size(20);
    for resources in [10, 500, 2_500] {
        let text = yaml(resources);
        let faults = (0..(resources - 4) / 4).filter(|n| n % 5 != 4).count();
        assert_eq!(checked(&text).0, faults);
        group.bench_function(format!("{resources} resources"), |bench| bench.iter(|| checked(black_box(&text))));
    }
    group.finish();
}

fn whole_commands(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = bench.benchmark_group("command");
    group.sample_size(10);
    for resources in [10, 500] {
        let file = folder.path().join(format!("{resources}.yaml"));
        std::fs::write(&file, yaml(resources)).unwrap();
        let file = file.to_str().unwrap();
        let rules = folder.path().join("rules.guard");
        std::fs::write(&rules, GUARD).unwrap();
        let commands: [(&str, &[&str]); 4] = [
            (env!("CARGO_BIN_EXE_gatelint"), &["check", file]),
            ("cfn-lint", &[file]),
            ("checkov", &["--quiet", "--compact", "-f", file]),
            ("cfn-guard", &["validate", "-d", file, "-r", rules.to_str().unwrap()]),
        ];
        for (command, args) in commands {
            let name = command.rsplit('/').next().unwrap_or(command);
            let run = || Command::new(command).args(args).env("LC_ALL", "C.UTF-8").output();
            // What is on the PATH may still be a stub that only says what it would be.
            match run() {
                Ok(output) if output.status.code().is_some_and(|code| code < 100) => {
                    group.bench_function(format!("{name}, {resources} resources"), |bench| bench.iter(run));
                }
                _ => eprintln!("{name} does not run here"),
            }
        }
    }
    group.finish();
}

/// One rule that every function fails.
const GUARD: &str = "let functions = Resources.*[ Type == 'AWS::Lambda::Function' ]
rule timeouts when %functions !empty { %functions.Properties.Timeout < 30 }
";

criterion_group!(benches, reading, checking, whole_commands);
criterion_main!(benches);
