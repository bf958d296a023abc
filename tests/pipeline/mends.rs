//! What is to be added to a template fits into it: with it, the request gets past.

use super::{gatelint, json, stdout};
use serde_json::{Value, json};
use std::fs;

fn check(name: &str, template: &str) -> (String, Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), template).unwrap();
    let here = ["check", name, "--account", "111122223333", "--region", "eu-west-1"];
    let report = json(&gatelint(folder.path(), &[&here[..], &["--format", "json"]].concat()));
    let mends: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().map(|it| &it["fix"]["cloudformation"]).collect();
    assert!(mends.len() < 2, "{report:#}");
    let human = stdout(&gatelint(folder.path(), &here));
    (human, mends.first().map(|it| it.as_str().unwrap().to_owned()))
}

/// A mend as people see it.
fn shown(mend: &str) -> String {
    format!("mend in the template:\n  {}\n", mend.replace('\n', "\n  "))
}

const FUNCTION: &str = r#"
  Function:
    Type: AWS::Lambda::Function
    Properties: {Runtime: nodejs22.x, Handler: a.b, Role: "arn:aws:iam::111122223333:role/x", Code: {ZipFile: x}}
"#;

fn template(api: &str, rest: &str) -> String {
    format!(
        "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {{Name: h, ProtocolType: HTTP, Target: {api}}}\n{FUNCTION}{rest}"
    )
}

/// With one condition on the function, with another on the API too, and with names that are taken.
#[test]
fn a_yaml_template_with_its_mend_is_clean() {
    const CONDITIONS: &str = "Parameters: {Stage: {Type: String}}\nConditions:\n  Prod: !Equals [!Ref Stage, prod]\n  Eu: !Equals [!Ref AWS::Region, eu-west-1]\n";
    let plain = template("!GetAtt Function.Arn", "");
    let conditional = |name: &str, text: &str, condition: &str| {
        text.replace(&format!("\n  {name}:\n"), &format!("\n  {name}:\n    Condition: {condition}\n"))
    };
    let one = CONDITIONS.to_owned() + &conditional("Function", &plain, "Prod");
    let both = conditional("Api", &one, "Eu");
    let taken = "Parameters: {ApiInvokesFunction: {Type: String, Default: x}}\n".to_owned() + &plain;
    let alias = template(
        "!Ref Live",
        "  Number: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function}}\n  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, FunctionVersion: !GetAtt Number.Version, Name: live}}\n",
    );
    let named = plain.replace("{Runtime", "{FunctionName: orders-prod, Runtime");
    for (text, says) in [
        (&plain, "ApiInvokesFunction:\n  Type: AWS::Lambda::Permission\n  Properties:"),
        (&one, "ApiInvokesFunction:\n  Type: AWS::Lambda::Permission\n  Condition: Prod\n"),
        (&both, "Conditions:\n  EuAndProd: !And [!Condition Eu, !Condition Prod]\nResources:\n  ApiInvokesFunction:\n"),
        (&taken, "ApiInvokesFunction2:\n"),
        (&alias, "ApiInvokesLive:\n"),
        (&named, "FunctionName: !Ref Function\n"),
    ] {
        let (human, mend) = check("t.yaml", text);
        let mend = mend.unwrap_or_else(|| panic!("clean: {text}"));
        assert!(mend.contains(says), "{mend}");
        assert!(human.contains(&shown(&mend)), "{human}");
        let mended = match mend.strip_prefix("Conditions:\n") {
            Some(rest) => {
                let (condition, resource) = rest.split_once("Resources:\n").unwrap();
                text.replace("Conditions:\n", &format!("Conditions:\n{condition}")) + resource
            }
            None => format!("{text}  {}", mend.replace('\n', "\n  ")),
        };
        assert_eq!(check("t.yaml", &mended).1, None, "{mended}");
    }
}

#[test]
fn a_json_template_is_mended_in_json_where_people_wrote_it() {
    let permissionless = json!({
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, "Eu": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Resources": {
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Condition": "Eu", "Properties": {"Name": "h", "ProtocolType": "HTTP", "Target": {"Fn::GetAtt": ["Function", "Arn"]}}},
            "Function": {"Type": "AWS::Lambda::Function", "Condition": "Prod", "Properties": {
                "Runtime": "nodejs22.x", "Handler": "a.b", "Role": "arn:aws:iam::111122223333:role/x", "Code": {"ZipFile": "x"}}},
        },
    });
    let (human, mend) = check("t.json", &format!("{permissionless:#}"));
    let mend = mend.unwrap();
    assert!(human.contains(&shown(&mend)), "{human}");
    let added: Value = serde_json::from_str(&format!("{{{mend}}}")).unwrap();
    assert_eq!(added["Resources"]["ApiInvokesFunction"]["Condition"], "EuAndProd");
    let mut mended = permissionless.clone();
    for section in ["Conditions", "Resources"] {
        mended[section].as_object_mut().unwrap().extend(added[section].as_object().unwrap().clone());
    }
    assert_eq!(check("t.json", &format!("{mended:#}")).1, None, "{mended:#}");

    let mut made = permissionless.clone();
    made["Resources"]["Api"]["Metadata"] = json!({"aws:cdk:path": "Shop/Api"});
    for generated in [format!("{made:#}"), permissionless.to_string()] {
        let (human, mend) = check("t.json", &generated);
        assert!(mend.is_some() && !human.contains("mend in the template"), "{human}");
    }
}

#[test]
fn an_authorizers_grant_has_a_name_of_its_own() {
    let text = r#"
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: r}}
  Guard:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Name: g
      Type: TOKEN
      IdentitySource: method.request.header.Authorization
      AuthorizerUri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: CUSTOM
      AuthorizerId: !Ref Guard
      Integration: {Type: HTTP_PROXY, IntegrationHttpMethod: GET, Uri: "https://example.com"}
  Deployment: {Type: AWS::ApiGateway::Deployment, DependsOn: Get, Properties: {RestApiId: !Ref Api, StageName: prod}}
"#
    .to_owned()
        + FUNCTION;
    let mend = check("t.yaml", &text).1.unwrap();
    assert!(mend.starts_with("GuardInvokesFunction:\n") && mend.ends_with("${Api}/authorizers/${Guard}"), "{mend}");
    assert_eq!(check("t.yaml", &format!("{text}  {}\n", mend.replace('\n', "\n  "))).1, None);
}

#[test]
fn a_function_of_another_template_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (api, function) =
        (template("arn:aws:lambda:eu-west-1:111122223333:function:orders-prod", ""), template("x", ""));
    let api = api.split("\n\n").next().unwrap();
    let function = format!("Resources:\n{}", function.split_once("\n\n").unwrap().1);
    fs::write(folder.path().join("api.yaml"), api).unwrap();
    fs::write(folder.path().join("f.yaml"), function.replace("{Runtime", "{FunctionName: orders-prod, Runtime"))
        .unwrap();
    let here = ["check", ".", "--account", "111122223333", "--region", "eu-west-1", "--format", "json"];
    let report = json(&gatelint(folder.path(), &here));
    let mend = report["findings"][0]["fix"]["cloudformation"].as_str().unwrap();
    assert!(mend.starts_with("ApiInvokesordersprod:\n") && mend.contains("FunctionName: orders-prod\n"), "{mend}");
}
