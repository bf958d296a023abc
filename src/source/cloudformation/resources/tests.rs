//! Whole templates, judged: the path through a VPC link to a load balancer and its targets, and APIs as documents.

mod balancer;
mod base_path;
mod body;
mod network;

use crate::run::{Options, Run, judge};
use crate::source::cloudformation::World;
use crate::source::files::{Deployment, Meant, Project};
use std::collections::BTreeSet;

/// A VPC, a load balancer in two subnets of it, one instance behind it, and a third subnet for a VPC link.
const BACKEND: &str = r"
Parameters:
  Given: {Type: String}
Conditions:
  Asked: !Equals [!Ref Given, please]
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  SubnetA:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1a}
  SubnetB:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: us-east-1b}
  SubnetOfLink:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.3.0/24, AvailabilityZone: us-east-1a}
  LinkGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: of the link
      VpcId: !Ref Vpc
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: !GetAtt Vpc.CidrBlock}]
  BalancerGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: of the load balancer
      VpcId: !Ref Vpc
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref LinkGroup}]
  TargetGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: of the targets
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !GetAtt BalancerGroup.GroupId}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Type: application
      Scheme: internal
      Subnets: [!Ref SubnetA, !Ref SubnetB]
      SecurityGroups: [!Ref BalancerGroup]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
  Targets:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {VpcId: !Ref Vpc, Port: 8080, Protocol: HTTP, Targets: [{Id: !Ref Instance}]}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {ImageId: ami-1, SubnetId: !Ref SubnetB, SecurityGroupIds: [!Ref TargetGroup]}
";

const HTTP: &str = r"
  Link:
    Type: AWS::ApiGatewayV2::VpcLink
    Properties: {Name: orders, SubnetIds: [!Ref SubnetOfLink], SecurityGroupIds: [!GetAtt LinkGroup.GroupId]}
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: orders, ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: HTTP_PROXY
      IntegrationMethod: ANY
      IntegrationUri: !Ref Listener
      ConnectionType: VPC_LINK
      ConnectionId: !Ref Link
      PayloadFormatVersion: '1.0'
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub 'integrations/${Integration}'}
";

const REST: &str = r"
  Link: {Type: AWS::ApiGateway::VpcLink, Properties: {Name: orders, TargetArns: [!Ref Balancer]}}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: orders}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: HTTP_PROXY
        IntegrationHttpMethod: GET
        Uri: !Sub 'http://${Balancer.DNSName}'
        ConnectionType: VPC_LINK
        ConnectionId: !Ref Link
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}, DependsOn: Method}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, StageName: live, DeploymentId: !Ref Deployment}
";

/// Every rule about the way from an HTTP API to its targets.
const WAY: [&str; 9] = [
    "vpc-link-missing",
    "vpc-link-load-balancer-gone",
    "listener-missing",
    "vpc-link-egress-blocked",
    "load-balancer-ingress-blocked",
    "load-balancer-egress-blocked",
    "target-ingress-blocked",
    "network-acl-blocked",
    "target-group-empty",
];

struct Template(String);

impl Template {
    fn http() -> Template {
        Template(format!("{BACKEND}{HTTP}"))
    }

    /// A network load balancer that lets everyone in.
    fn rest() -> Template {
        Template(format!("{BACKEND}{REST}"))
            .with("Type: application", "Type: network")
            .with("Protocol: HTTP\n      DefaultActions", "Protocol: TCP\n      DefaultActions")
            .with("Protocol: HTTP, Targets", "Protocol: TCP, Targets")
            .with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 0.0.0.0/0")
    }

    fn with(self, old: &str, new: &str) -> Template {
        assert_eq!(self.0.matches(old).count(), 1, "{old}");
        Template(self.0.replace(old, new))
    }

    fn and(self, resources: &str) -> Template {
        Template(self.0 + resources)
    }

    fn run(&self) -> Run {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("template.yaml");
        std::fs::write(&path, &self.0).expect("a file");
        let deployment = Deployment::default();
        let project =
            Project::read(&[path], Meant::All, &deployment).unwrap_or_else(|error| panic!("{error:?}\n{}", self.0));
        let (capture, _) = project
            .capture(&deployment, &World::new(), jiff::Timestamp::UNIX_EPOCH)
            .unwrap_or_else(|error| panic!("{error:?}\n{}", self.0));
        judge(capture, &Options::default()).expect("a run")
    }

    /// The findings, each as its rule and its reason.
    fn findings(&self) -> Vec<String> {
        self.run().findings.iter().map(|it| format!("{} {}", it.rule.id, it.fault.reason)).collect()
    }
}

/// The rules that could not be answered, and why.
fn unknown(run: &Run) -> BTreeSet<(&'static str, String)> {
    let rows = run.unknown.iter().filter_map(|row| Some((row.rule?.id, row)));
    rows.flat_map(|(id, row)| row.gaps.iter().map(move |gap| (id, gap.remedy()))).collect()
}

/// Nothing is found, this rule does not know, and its reason says so.
fn open(template: &Template, rule: &str, why: &str) {
    let run = template.run();
    let findings: Vec<&str> = run.findings.iter().map(|it| &*it.fault.says).collect();
    assert!(findings.is_empty(), "{findings:?}");
    let rows = unknown(&run);
    assert!(rows.iter().any(|(id, says)| *id == rule && says.contains(why)), "{rule}: {rows:?}");
}

fn passes(template: &Template, rules: &[&str]) {
    let run = template.run();
    let findings: Vec<&str> = run.findings.iter().map(|it| &*it.fault.says).collect();
    assert!(findings.is_empty(), "{findings:?}");
    for rule in rules {
        let tally = run.tally[rule];
        assert_eq!((tally.asked, tally.passed), (1, 1), "{rule}: {tally:?} {:?}", unknown(&run));
    }
}

#[test]
fn a_path_that_fits_is_open() {
    passes(&Template::http(), &WAY);
    passes(&Template::http(), &["route-blocked"]);
    let rest = ["listener-missing", "privatelink-ingress-enforced", "target-ingress-blocked", "network-acl-blocked"];
    passes(&Template::rest(), &rest);
}

#[test]
fn what_only_runs_has_no_state() {
    let run = Template::http().run();
    for rule in ["vpc-link-not-available", "targets-unhealthy", "targets-unusable", "health-check-port-blocked"] {
        assert_eq!((run.tally[rule].asked, run.tally[rule].not_applicable), (1, 1), "{rule}");
    }
}

#[test]
fn each_side_has_to_let_it_through() {
    let egress = Template::http().with("FromPort: 80, ToPort: 80, CidrIp: !", "FromPort: 81, ToPort: 89, CidrIp: !");
    assert_eq!(egress.findings(), ["vpc-link-egress-blocked blocked"]);
    let ingress = Template::http().with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 10.0.9.0/24");
    assert_eq!(ingress.findings(), ["load-balancer-ingress-blocked blocked"]);
    let only = "      SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 10.0.9.0/24}]\n";
    let onward = Template::http().with("of the load balancer\n", &format!("of the load balancer\n{only}"));
    assert_eq!(onward.findings(), ["load-balancer-egress-blocked blocked"]);
    let target = Template::http().with("FromPort: 8080, ToPort: 8080", "FromPort: 8000, ToPort: 8079");
    assert_eq!(target.findings(), ["target-ingress-blocked blocked"]);
}

#[test]
fn a_finding_stands_where_it_was_written() {
    let template = Template::http().with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 10.0.9.0/24");
    let run = template.run();
    let origin = run.findings[0].origin.as_ref().expect("an origin");
    assert_eq!(&origin.file.text[origin.at.clone()], "Balancer");
}

#[test]
fn rules_of_their_own_belong_to_their_group() {
    let none = Template::http().with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 10.0.9.0/24");
    let ingress = "
  LetIn:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref BalancerGroup, IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.3.0/24}
";
    passes(&Template(none.0.clone()).and(ingress), &WAY);
    let maybe = ingress.replace("    Properties", "    Condition: Asked\n    Properties");
    open(&Template(none.0.clone()).and(&maybe), "load-balancer-ingress-blocked", "Asked");
    let elsewhere = ingress.replace("!Ref BalancerGroup", "!Ref TargetGroup");
    assert_eq!(Template(none.0).and(&elsewhere).findings(), ["load-balancer-ingress-blocked blocked"]);
}

#[test]
fn default_outbound_rules_may_be_gone_beside_others() {
    let out = |port: u16| {
        format!(
            "
  LetOut:
    Type: AWS::EC2::SecurityGroupEgress
    Properties:
      GroupId: !Ref BalancerGroup
      IpProtocol: tcp
      FromPort: {port}
      ToPort: {port}
      DestinationSecurityGroupId: !Ref TargetGroup
"
        )
    };
    passes(&Template::http().and(&out(8080)), &WAY);
    open(&Template::http().and(&out(9090)), "load-balancer-egress-blocked", "keeps its default outbound rules");
}

#[test]
fn a_macro_may_open_what_is_closed() {
    let closed = Template::http().with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 10.0.9.0/24");
    assert_eq!(closed.findings(), ["load-balancer-ingress-blocked blocked"]);
    let closed = closed.and("Transform: Ours\n");
    open(&closed, "load-balancer-ingress-blocked", "the macro Ours");
    open(&closed, "network-acl-blocked", "the macro Ours");
    open(&closed, "target-group-empty", "the macro Ours");
    passes(&closed, &["vpc-link-egress-blocked"]);
}
