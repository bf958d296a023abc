//! The built program: commands, exit codes, and the contracts of what it prints.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

fn gatelint(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatelint")).args(args).env_clear().output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {}", stderr(output)))
}

fn demo_file() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/shop.jsonl").to_string_lossy().into_owned()
}

fn file(content: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

fn check(content: &str, args: &[&str]) -> Output {
    let file = file(content);
    let path = file.path().to_string_lossy().into_owned();
    gatelint(&[&["check", path.as_str()], args].concat())
}

const HEADER: &str = r#"{"format":"gatelint/capture@1","version":"0.1.0","taken":"2026-11-20T08:00:00Z","sources":[{"kind":"capture","name":"test","account":"111122223333","region":"us-east-1"}]}"#;
const LISTED: &str = r#"{"record":"listed","kind":"restApi","account":"111122223333","region":"us-east-1"}
{"record":"listed","kind":"api","account":"111122223333","region":"us-east-1"}"#;

const NO_APIS: &str = r#"{"record":"directory","apis":[]}"#;

/// An account with one HTTP API and one function, made of the function's facts.
fn account(name: &str, function: &str) -> String {
    let api = r#"{"record":"apiUnit","account":"111122223333","region":"us-east-1","facts":{"Api":{"ApiId":"a1b2c3d4e5","Name":NAME,"ProtocolType":"HTTP"},"Stages":[{"StageName":"$default","AutoDeploy":true}],"Draft":{"Routes":[{"RouteId":"r1","RouteKey":"GET /orders","Target":"integrations/i1"}],"Integrations":[{"IntegrationId":"i1","IntegrationType":"AWS_PROXY","IntegrationUri":"arn:aws:lambda:us-east-1:111122223333:function:orders"}],"Authorizers":[]}}}"#;
    let directory = r#"{"record":"directory","apis":[{"id":"a1b2c3d4e5","account":"111122223333","region":"us-east-1","name":NAME,"protocol":"HTTP","stages":["$default"]}]}"#;
    let name = serde_json::to_string(name).unwrap();
    let function = format!(
        r#"{{"record":"function","account":"111122223333","region":"us-east-1","facts":{{"FunctionName":"orders","FunctionArn":"arn:aws:lambda:us-east-1:111122223333:function:orders","State":"Active","Timeout":3{function}}}}}"#
    );
    [HEADER, LISTED, &function, &directory.replace("NAME", &name), &api.replace("NAME", &name)].join("\n")
}

const GRANT: &str = r#","Policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:111122223333:function:orders"}]}"#;

#[test]
fn the_demo_shows_what_it_promises() {
    let demo = gatelint(&["demo", "--format", "json"]);
    assert_eq!(code(&demo), 1, "{}", stderr(&demo));
    let report: Value = serde_json::from_str(&stdout(&demo)).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    rules.sort_unstable();
    rules.dedup();
    assert!(rules.len() >= 8, "only {rules:?}");
    let requests = report["summary"]["requests"].as_u64().unwrap();
    let dying = report["summary"]["dying"].as_u64().unwrap();
    let unknown = report["summary"]["unknown"].as_u64().unwrap();
    assert!(unknown >= 1 && requests > dying + unknown, "healthy routes and an unknown one stand beside: {report}");
}

#[test]
fn the_report_keeps_its_schema() {
    let schema = gatelint(&["schema", "report"]);
    assert_eq!(code(&schema), 0);
    let schema: Value = serde_json::from_str(&stdout(&schema)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let denied = account("shop", r#""#).replace(
        r#""Timeout":3}}"#,
        r#""Timeout":3},"gaps":{"/Policy":{"kind":"denied","action":"lambda:GetPolicy","on":"orders"}}}"#,
    );
    let partial = [
        HEADER,
        &LISTED.replace(
            r#""region":"us-east-1"}"#,
            r#""region":"us-east-1","gap":{"kind":"disabled","region":"us-east-1"}}"#,
        ),
        NO_APIS,
    ]
    .join("\n");
    let captures = [
        stdout(&gatelint(&["demo", "--format", "json"])),
        stdout(&check(&denied, &["--format", "json"])),
        stdout(&check(&partial, &["--format", "json"])),
    ];
    for report in captures {
        let report: Value = serde_json::from_str(&report).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        let mut worse = report.clone();
        worse["summary"]["requests"] = Value::from(-1);
        assert!(!validator.is_valid(&worse), "the schema lets everything through");
    }
}

#[test]
fn checking_the_demos_capture_is_the_demo() {
    let demo = gatelint(&["demo", "--format", "json"]);
    let checked = gatelint(&["check", &demo_file(), "--format", "json"]);
    assert_eq!(stdout(&demo), stdout(&checked));
    assert_eq!((code(&checked), stderr(&checked).as_str()), (1, ""), "a job hears of nothing but what went wrong");
}

#[test]
fn exit_codes_mean_one_thing_each() {
    let clean = check(&account("shop", GRANT), &[]);
    assert_eq!(code(&clean), 0, "{}{}", stdout(&clean), stderr(&clean));
    let broken = account("shop", "");
    assert_eq!(code(&check(&broken, &[])), 1);
    assert_eq!(code(&check(&broken, &["--fail-on", "never"])), 0);
    assert_eq!(code(&check(&[HEADER, LISTED, NO_APIS].join("\n"), &[])), 3, "an account without APIs");
    let unknown = account("shop", "").replace(
        r#""Timeout":3}}"#,
        r#""Timeout":3},"gaps":{"/Policy":{"kind":"denied","action":"lambda:GetPolicy","on":"orders"}}}"#,
    );
    assert_eq!(code(&check(&unknown, &[])), 0);
    let strict = check(&unknown, &["--strict"]);
    assert_eq!(code(&strict), 4);
    assert!(stdout(&strict).contains("grant lambda:GetPolicy"), "{}", stdout(&strict));
    let missing = gatelint(&["check", "/nowhere/at/all.jsonl"]);
    assert_eq!(code(&missing), 2);
    assert!(stderr(&missing).contains("/nowhere/at/all.jsonl"), "{}", stderr(&missing));
    assert_eq!(code(&check("{\"format\":\"gatelint/capture@9\"}", &[])), 2);
    assert_eq!(code(&check("not json", &[])), 2);
    assert_eq!(code(&gatelint(&["check"])), 2, "usage");
    assert_eq!(code(&gatelint(&["explain", "no-such-rule"])), 2);
}

#[test]
fn a_stage_that_is_not_there_is_told_with_those_that_are() {
    let none = gatelint(&["demo", "--stage", "prd"]);
    let says = "nothing to check: there is no stage prd; there are $default and prod (did you mean prod?)";
    assert!(code(&none) == 3 && stderr(&none).contains(says), "{}", stderr(&none));
    let mut template = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    template.write_all(OPEN_STAGE.as_bytes()).unwrap();
    let check = |args: &[&str]| {
        let output = gatelint(&[&["check", "--format", "json", template.path().to_str().unwrap()], args].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (code(&output), report["summary"]["requests"].as_u64().unwrap(), stderr(&output))
    };
    let (code, requests, _) = check(&["--stage", "prod"]);
    assert!(requests == 1 && code != 3, "a stage of which nobody knows the name may be this one");
    let (code, requests, says) = check(&["--stage", "prod", "--parameter", "Stage=dev"]);
    assert!(requests == 0 && code == 3 && says.contains("there is no stage prod; there is only dev"), "{says}");
}

const OPEN_STAGE: &str = "
Parameters: {Stage: {Type: String}}
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: x, ProtocolType: HTTP}}
  Route: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /a, Target: !Sub 'integrations/${To}'}}
  To: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY,
    IntegrationUri: 'arn:aws:lambda:us-east-1:111122223333:function:orders', PayloadFormatVersion: '2.0'}}
  On: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: !Ref Stage, AutoDeploy: true}}
";

#[test]
fn a_denied_listing_is_never_silence() {
    let listed = LISTED.replacen(
        r#""region":"us-east-1"}"#,
        r#""region":"us-east-1","gap":{"kind":"denied","action":"apigateway:GET","on":"/restapis"}}"#,
        1,
    );
    let output = check(&[HEADER, &listed, NO_APIS].join("\n"), &["--strict"]);
    assert_eq!(code(&output), 4, "{}", stdout(&output));
    assert!(stdout(&output).contains("grant apigateway:GET on /restapis"), "{}", stdout(&output));
}

#[test]
fn hostile_names_steer_neither_terminal_nor_shell() {
    let name = "shop\u{1b}[2J\u{202e}\u{9b}31m$(id)'`x`";
    let output = check(&account(name, ""), &["--color", "never"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let text = stdout(&output);
    for steering in ['\u{1b}', '\u{9b}', '\u{202e}'] {
        assert!(!text.contains(steering), "{steering:?} got through");
    }
    assert!(text.contains("\\u001b[2J"), "the name is still told:\n{text}");
    let function = account("shop", "").replace(r#""FunctionName":"orders""#, r#""FunctionName":"o'; rm -rf $HOME #""#);
    let text =
        stdout(&check(&function.replace(":function:orders", ":function:o'; rm -rf $HOME #"), &["--format", "json"]));
    let report: Value = serde_json::from_str(&text).unwrap();
    let command = report["findings"][0]["fix"]["cli"].as_str().unwrap();
    assert!(command.contains(r"--function-name 'o'\''; rm -rf $HOME #'"), "{command}");
}

#[test]
fn reports_go_to_their_own_files() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.json");
    let format = format!("json={}", json.display());
    let output = gatelint(&["demo", "--format", "human", "--format", &format]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("requests:"));
    let written = std::fs::read_to_string(&json).unwrap();
    assert_eq!(written, stdout(&gatelint(&["demo", "--format", "json"])));
    let nowhere = gatelint(&["demo", "--format", "json=/nowhere/report.json"]);
    assert_eq!(code(&nowhere), 2);
    assert!(stderr(&nowhere).contains("/nowhere/report.json"));
}

#[test]
fn pages_and_policies_are_at_hand() {
    let page = gatelint(&["explain", "R-G14"]);
    assert!(stdout(&page).starts_with("# Reserved concurrency is 0"), "{}", stdout(&page));
    let wrong = gatelint(&["explain", "lambda-concurrency"]);
    assert!(stderr(&wrong).contains("did you mean lambda-"), "{}", stderr(&wrong));
    let policy: Value = serde_json::from_str(&stdout(&gatelint(&["permissions"]))).unwrap();
    let actions = policy["Statement"].to_string();
    for action in ["apigateway:GET", "lambda:GetPolicy", "iam:GetRole", "ec2:DescribeSecurityGroups"] {
        assert!(actions.contains(action), "{action} is not in {actions}");
    }
    for verb in ["Create", "Delete", "Put", "Update", "Modify", "Attach"] {
        assert!(!actions.contains(&format!(":{verb}")), "a reader needs no {verb}: {actions}");
    }
    let rules: Value = serde_json::from_str(&stdout(&gatelint(&["rules", "--format", "json"]))).unwrap();
    assert_eq!(rules.as_array().unwrap().len(), gatelint::rules::all().count());
}

/// One rule, two lines of the log: a role that cannot be assumed, and one that may not make the call. Only where an
/// alias is called does the help speak of aliases.
#[test]
fn a_fault_looks_as_its_reason_does() {
    let method = |name: &str, function: &str, role: &str| {
        format!(
            r#"
  {name}: {{Type: AWS::ApiGateway::Method, Properties: {{RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId,
    HttpMethod: {name}, AuthorizationType: NONE, Integration: {{Type: AWS_PROXY, IntegrationHttpMethod: POST, Credentials: !GetAtt {role}.Arn,
    Uri: !Sub "arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{function}/invocations"}}}}}}"#
        )
    };
    let role = |name: &str, trusted: &str, may_call: &str| {
        format!(
            r#"
  {name}: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Version: "2012-10-17", Statement: [
    {{Effect: Allow, Principal: {{Service: {trusted}.amazonaws.com}}, Action: "sts:AssumeRole"}}]}}, Policies: [{{PolicyName: p,
      PolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: "lambda:Invoke*", Resource: "{may_call}"}}]}}}}]}}}}"#
        )
    };
    let template = [
        "Resources:\n  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}".to_owned(),
        method("GET", "${Fn.Arn}", "Powerless"),
        method("PUT", "${Live}", "Powerless"),
        method("POST", "${Fn.Arn}", "Execution"),
        role("Powerless", "apigateway", "arn:aws:s3:::a-bucket"),
        role("Execution", "lambda", "*"),
        r#"
  Fn: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: i.h, Role: "arn:aws:iam::111122223333:role/x", Code: {ZipFile: x}}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Fn, FunctionVersion: !GetAtt Version.Version}}
"#
        .to_owned(),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    std::fs::write(&path, template.concat()).unwrap();
    let output = gatelint(&["check", "--format", "json", &path.to_string_lossy()]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let mut seen: Vec<(String, bool, bool, bool)> = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        assert_eq!(finding["rule"], "credentials-role-unusable");
        let logs = finding["symptoms"].to_string();
        let has = |it: &str| logs.contains(it);
        seen.push((
            finding["message"].as_str().unwrap().to_owned(),
            has("assume the provided role"),
            has("Invalid permissions on Lambda function"),
            finding["help"].as_str().unwrap().contains("alias"),
        ));
    }
    seen.sort();
    let line = |says: &str, assume, invoke, alias| (says.to_owned(), assume, invoke, alias);
    assert_eq!(
        seen,
        [
            line("API Gateway may not assume the role ${Execution}", true, false, false),
            line("the role ${Powerless} may not invoke ${Fn}", false, true, false),
            line("the role ${Powerless} may not invoke ${Fn}:live", false, true, true),
        ]
    );
}

/// The handshake is refused, a message is answered with a frame, and who has left sees nothing.
#[test]
fn each_route_of_a_websocket_shows_its_client_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    let seen = |route: &str| {
        let template = r#"Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: i.h, Role: "arn:aws:iam::111122223333:role/x", Code: {ZipFile: x}}}
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}}
  Route: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: ROUTE, Target: !Sub "integrations/${To}"}}
  To: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY,
    IntegrationUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"}}
"#;
        std::fs::write(&path, template.replace("ROUTE", route)).unwrap();
        let output = gatelint(&["check", "--format", "json", &path.to_string_lossy()]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
        let [finding] = report["findings"].as_array().unwrap().as_slice() else { panic!("one finding of {route}") };
        assert_eq!(finding["rule"], "lambda-invoke-denied");
        let [symptom] = finding["symptoms"].as_array().unwrap().as_slice() else { panic!("one symptom of {route}") };
        assert!(symptom["log"].as_str().unwrap().ends_with("Invalid permissions on Lambda function"));
        (symptom["status"].as_str().unwrap().to_owned(), symptom["body"].as_str().unwrap().to_owned())
    };
    let shows = |status: &str, body: &str| (status.to_owned(), body.to_owned());
    assert_eq!(seen("$connect"), shows("handshake 500", ""));
    assert_eq!(seen("$default"), shows("frame", r#"{"message": "Internal server error"}"#));
    assert_eq!(seen("send"), shows("frame", r#"{"message": "Internal server error"}"#));
    assert_eq!(seen("$disconnect"), shows("nothing", ""));
}
