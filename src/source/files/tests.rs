//! Several files as one deployment.

use super::{Deployment, Meant, Project};
use crate::run::{Options, Run, judge};
use crate::source::cloudformation::World;
use std::collections::BTreeSet;

/// A request, its function, and the grant that it needs.
const ORDERS: &str = r"
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: orders, ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Function.Arn
      PayloadFormatVersion: '2.0'
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub 'integrations/${Integration}'}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::111122223333:role/orders
      Code: {ZipFile: x}
";

const GRANT: &str = r"
  Grant:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/orders'
";

/// A request for which a role calls, which may do only what its policy says.
const ROLE: &str = r"
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: orders, ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Function.Arn
      CredentialsArn: !GetAtt Role.Arn
      PayloadFormatVersion: '2.0'
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub 'integrations/${Integration}'}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::111122223333:role/orders
      Code: {ZipFile: x}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: caller
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: apigateway.amazonaws.com}, Action: sts:AssumeRole}]
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: call
      Roles: [!Ref Role]
      PolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Action: lambda:InvokeFunction, Resource: '*'}]
";

/// Nowhere in particular, and somewhere.
fn deployments() -> [Deployment; 2] {
    let given =
        Deployment { account: Some("111122223333".into()), region: Some("us-east-1".into()), ..Deployment::default() };
    [Deployment::default(), given]
}

fn run(files: &[(&str, &str)], deployment: &Deployment) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path
        })
        .collect();
    let project = Project::read(&paths, Meant::All, deployment).expect("a project");
    let (capture, _) =
        project.capture(deployment, &World::new(), jiff::Timestamp::UNIX_EPOCH).unwrap_or_else(|e| panic!("{e:?}"));
    judge(capture, &Options::default()).expect("a run")
}

/// Each finding as its rule and the file in which it stands.
fn findings(run: &Run) -> Vec<String> {
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let found = run.findings.iter().map(|it| (it.rule.id, it.origin.as_ref().expect("an origin")));
    let mut found: Vec<_> = found.map(|(rule, origin)| format!("{} {rule}", file(&origin.file.name))).collect();
    found.sort();
    found
}

fn unknown(run: &Run) -> BTreeSet<&'static str> {
    run.unknown.iter().filter_map(|row| Some(row.rule?.id)).collect()
}

/// Both files say together what each says alone; where they would be in one place, the run says why they are not.
fn apart(eu: &str, us: &str, noun: &str) {
    for deployment in deployments() {
        let (eu, us) = (("eu.yaml", eu), ("us.yaml", us));
        let (first, second) = (run(&[eu], &deployment), run(&[us], &deployment));
        let alone = [findings(&first), findings(&second)].concat();
        assert_eq!(alone.len(), 1, "{alone:?}");
        for files in [[eu, us], [us, eu]] {
            let both = run(&files, &deployment);
            assert_eq!(findings(&both), alone);
            assert_eq!(unknown(&both), &unknown(&first) | &unknown(&second));
            let [first, second] = files.map(|(name, _)| name);
            let says = format!("{second} makes the {noun} too, so it goes elsewhere than ");
            let said = |it: &String| it.contains(&says) && it.ends_with(first);
            let one_place = deployment.account.is_some() || us.1.contains("ImportValue");
            assert_eq!(both.assumptions.iter().any(said), one_place, "{:?}", both.assumptions);
        }
    }
}

#[test]
fn functions_of_one_name_are_each_their_own_templates() {
    let good = format!("{ORDERS}{GRANT}");
    let bad = good.replace("/*/*/orders", "/*/*/order");
    apart(&good, &bad, "function orders");
    apart(&bad, &good, "function orders");
    apart(ORDERS, &good, "function orders");
    // What imports goes where the export is.
    apart(&good, &format!("{bad}# Fn::ImportValue\n"), "function orders");
}

#[test]
fn roles_of_one_name_are_each_their_own_templates() {
    apart(ROLE, &ROLE.replace("Action: lambda:InvokeFunction", "Action: lambda:GetFunction"), "role caller");
}

#[test]
fn templates_of_different_names_stay_together() {
    let good = format!("{ORDERS}{GRANT}");
    let other = good.replace("FunctionName: orders", "FunctionName: other");
    for deployment in deployments() {
        let both = run(&[("a.yaml", &good), ("b.yaml", &other)], &deployment);
        assert!(findings(&both).is_empty() && unknown(&both).is_empty(), "{:?}", unknown(&both));
        assert!(both.assumptions.iter().all(|it| !it.contains("elsewhere")), "{:?}", both.assumptions);
    }
}

#[test]
fn a_name_that_two_templates_make_says_nothing_to_a_third() {
    let good = format!("{ORDERS}{GRANT}");
    let third = ORDERS
        .replace("!GetAtt Function.Arn", "!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:orders'")
        .split("  Function:")
        .next()
        .expect("a template")
        .to_owned();
    for deployment in deployments() {
        let run = run(&[("eu.yaml", ORDERS), ("us.yaml", &good), ("third.yaml", &third)], &deployment);
        assert_eq!(findings(&run), ["eu.yaml lambda-invoke-denied"]);
        assert!(unknown(&run).contains("lambda-invoke-denied"), "{:?}", unknown(&run));
    }
}

#[test]
fn an_arn_of_the_named_account_may_be_either_templates() {
    let arn = "arn:aws:lambda:us-east-1:111122223333:function:orders";
    let good = format!("{ORDERS}{GRANT}");
    let [_, deployment] = deployments();
    for (eu, us) in [(good.as_str(), ORDERS), (ORDERS, good.as_str())] {
        let us = us.replace("!GetAtt Function.Arn", arn);
        let run = run(&[("eu.yaml", eu), ("us.yaml", &us)], &deployment);
        assert!(findings(&run).iter().all(|it| it.starts_with("eu.yaml")), "{:?}", findings(&run));
        assert!(unknown(&run).contains("lambda-invoke-denied"), "{:?}", unknown(&run));
    }
}

/// A function whose name CloudFormation makes, without a grant.
fn unnamed() -> String {
    ORDERS.replace("      FunctionName: orders\n", "")
}

const ELSEWHERE: &str = "
  Elsewhere:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://s3.amazonaws.com/bucket/grants.yaml, Parameters: {Api: !Ref Api}}
";

fn dies(template: &str) {
    let run = run(&[("a.yaml", template)], &Deployment::default());
    assert_eq!(findings(&run), ["a.yaml lambda-invoke-denied"], "{template}");
}

fn open(template: &str) {
    let run = run(&[("a.yaml", template)], &Deployment::default());
    assert!(findings(&run).is_empty(), "{template}: {:?}", findings(&run));
    assert!(unknown(&run).contains("lambda-invoke-denied"), "{template}: {:?}", unknown(&run));
}

#[test]
fn what_stands_beside_grants_nothing_to_a_function_that_it_cannot_name() {
    dies(&unnamed());
    dies(&(unnamed() + ELSEWHERE));
    // A log group keeps the name to itself.
    let logs = "  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${Function}'}}\n";
    dies(&(unnamed() + ELSEWHERE + logs));
    dies(&(unnamed() + ELSEWHERE + "Outputs: {Url: {Value: !GetAtt Api.ApiEndpoint}}\n"));
}

#[test]
fn what_stands_beside_may_grant_to_a_function_that_it_can_name() {
    open(&(ORDERS.to_owned() + ELSEWHERE));
    open(&(ORDERS.replace("FunctionName: orders", "FunctionName: !Sub '${AWS::StackName}-orders'") + ELSEWHERE));
    let told = [
        "Outputs: {Name: {Value: !Ref Function}}\n",
        "Outputs: {Name: {Value: !If [Some, !GetAtt Function.Arn, none]}}\nConditions: {Some: !Equals [!Ref AWS::Region, x]}\n",
        "  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, FunctionVersion: '1', Name: live}}\nOutputs: {Live: {Value: !Ref Live}}\n",
        "  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${Function}'}}\nOutputs: {Logs: {Value: !Ref Logs}}\n",
        "  Name: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Join ['', [!Ref Function]]}}\n",
        "Outputs: {Name: {Value: {'Fn::Transform': {Name: Ours, Parameters: {}}}}}\n",
        "  Custom: {Type: 'Custom::Grant', Properties: {ServiceToken: 'arn:aws:sns:us-east-1:111122223333:x', Of: !GetAtt [Function, Arn]}}\n",
    ];
    for told in told {
        dies(&(unnamed() + told));
        open(&(unnamed() + ELSEWHERE + told));
    }
    open(&(unnamed() + &ELSEWHERE.replace("Api: !Ref Api", "Name: !Sub 'x-${Function}'")));
}

#[test]
fn what_stands_inside_may_grant_to_every_function_of_its_template() {
    let module = "  Module: {Type: 'Org::Svc::Thing::MODULE', Properties: {}}\n";
    open(&(unnamed() + module));
    open(&(unnamed() + "Transform: Ours\n"));
    let only = "Transform: Ours\nResources: {Queue: {Type: AWS::SQS::Queue}}\n";
    for (other, is_open) in [(unnamed(), false), (ORDERS.to_owned(), true)] {
        let run = run(&[("a.yaml", &other), ("b.yaml", only)], &Deployment::default());
        assert_eq!(findings(&run).is_empty(), is_open, "{other}");
    }
}

#[test]
fn a_broken_file_beside_hides_only_what_it_can_name() {
    for (template, is_open) in [(unnamed(), false), (ORDERS.to_owned(), true)] {
        let run = run(&[("a.yaml", &template), ("b.yaml", "Resources: {A: {Type: 1")], &Deployment::default());
        assert_eq!(findings(&run).is_empty(), is_open, "{template}");
    }
}

#[test]
fn a_role_that_nobody_beside_can_name_has_only_the_policies_that_are_seen() {
    let denied = ROLE.replace("Action: lambda:InvokeFunction", "Action: lambda:GetFunction");
    let unnamed = denied.replace("      RoleName: caller\n", "");
    for (template, is_open) in [(unnamed, false), (denied, true)] {
        let run = run(&[("a.yaml", &(template + ELSEWHERE))], &Deployment::default());
        assert_eq!(findings(&run).is_empty(), is_open, "{:?}", findings(&run));
    }
}

#[test]
fn what_a_quickly_created_api_has_can_be_overridden() {
    let quick = ORDERS
        .replace("ProtocolType: HTTP}", "ProtocolType: HTTP, Target: !GetAtt Function.Arn}")
        .replace("FunctionName: orders", "Timeout: 10");
    let head = quick.split("  Stage:").next().expect("an API").to_owned();
    let function = quick.split_once("  Function:").expect("a function").1;
    let grant = GRANT.replace("/*/*/orders", "/*");
    let says = "
  Over:
    Type: AWS::ApiGatewayV2::ApiGatewayManagedOverrides
    Properties: {ApiId: !Ref Api, Integration: {TimeoutInMillis: 5000}}
";
    let template = |over: &str| format!("{head}  Function:{function}{grant}{over}");
    let found = |over: &str| run(&[("a.yaml", &template(over))], &Deployment::default());
    assert!(findings(&found("")).is_empty() && unknown(&found("")).is_empty());
    assert_eq!(findings(&found(says)), ["a.yaml lambda-timeout-exceeds-integration"]);
    let maybe = says.replace("    Properties", "    Condition: Some\n    Properties")
        + "Parameters: {Given: {Type: String}}\nConditions: {Some: !Equals [!Ref Given, x]}\n";
    let run = found(&maybe);
    assert!(findings(&run).is_empty(), "{:?}", findings(&run));
    assert!(unknown(&run).contains("lambda-timeout-exceeds-integration"), "{:?}", unknown(&run));
}
