//! Whole templates, judged: the path through a VPC link to a load balancer and its targets.

use crate::run::{Options, Run, judge};
use crate::source::files::{Deployment, Project, Worlds};
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
        let project = Project::read(&[path], &deployment).unwrap_or_else(|error| panic!("{error:?}\n{}", self.0));
        let (capture, _) = project
            .capture(&deployment, &Worlds::new(), jiff::Timestamp::UNIX_EPOCH)
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
    assert!(origin.file.text[..origin.at.end].contains("Balancer:\n"), "{:?}", origin.at);
    assert!(!origin.file.text[..origin.at.start].contains("Listener:\n"), "{:?}", origin.at);
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
fn nobody_knows_who_registers() {
    let none = Template::http().with(", Targets: [{Id: !Ref Instance}]", "");
    open(&none, "target-group-empty", "what will register");
    open(&none, "target-ingress-blocked", "what will register");
    let service = "
  Service:
    Type: AWS::ECS::Service
    Properties: {LoadBalancers: [{ContainerName: app, ContainerPort: 8080, TargetGroupArn: !Ref Targets}]}
";
    open(&none.and(service), "target-group-empty", "which targets Service registers");
    open(&Template::http().and(service), "target-ingress-blocked", "which targets Service registers");
    let fleet = "
  Fleet:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {MinSize: '1', MaxSize: '1', TargetGroupARNs: [!Ref Targets]}
";
    open(&Template::http().and(fleet), "target-group-empty", "which targets Fleet registers");
}

#[test]
fn an_address_belongs_to_whom_the_account_says() {
    let ip = Template::http().with("[{Id: !Ref Instance}]", "[{Id: 10.0.2.9}], TargetType: ip");
    open(&ip, "target-ingress-blocked", "10.0.2.9");
}

const ACL: &str = "
  Acl: {Type: AWS::EC2::NetworkAcl, Properties: {VpcId: !Ref Vpc}}
  OfLink:
    Type: AWS::EC2::SubnetNetworkAclAssociation
    Properties: {NetworkAclId: !Ref Acl, SubnetId: !Ref SubnetOfLink}
  In:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0}
  Out:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref Acl
      RuleNumber: 100
      Egress: true
      Protocol: -1
      RuleAction: allow
      CidrBlock: 0.0.0.0/0
";

const DENY: &str = "
  Deny:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref Acl
      RuleNumber: 90
      Egress: true
      Protocol: 6
      RuleAction: deny
      CidrBlock: 10.0.0.0/16
      PortRange: {From: 80, To: 80}
";

#[test]
fn a_network_acl_holds_for_the_subnets_that_have_it() {
    passes(&Template::http().and(ACL), &WAY);
    assert_eq!(Template::http().and(ACL).and(DENY).findings(), ["network-acl-blocked blocked-link"]);
    let maybe = DENY.replace("    Properties", "    Condition: Asked\n    Properties");
    open(&Template::http().and(ACL).and(&maybe), "network-acl-blocked", "Asked");
    let unused = ACL.replace("SubnetId: !Ref SubnetOfLink", "SubnetId: subnet-0f00d");
    passes(&Template::http().and(&unused).and(DENY), &WAY);
    let doubtful = ACL.replace("SubnetId: !Ref SubnetOfLink", "SubnetId: !If [Asked, !Ref SubnetOfLink, subnet-1]");
    open(&Template::http().and(&doubtful).and(DENY), "network-acl-blocked", "Asked");
}

#[test]
fn a_vpc_that_is_not_of_the_template_tells_no_defaults() {
    let given = "  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n";
    let template = Template::http().with(given, "").with("!GetAtt Vpc.CidrBlock", "10.0.0.0/16");
    let template = Template(template.0.replace("!Ref Vpc", "!Ref Given"));
    open(&template, "network-acl-blocked", "");
    open(&template, "route-blocked", "");
    passes(&template, &["vpc-link-egress-blocked", "load-balancer-ingress-blocked", "target-ingress-blocked"]);
}

/// The link in a VPC of its own, whose way to the other one is `!Ref Gateway`.
fn apart() -> Template {
    Template::http()
        .with("{VpcId: !Ref Vpc, CidrBlock: 10.0.3.0/24", "{VpcId: !Ref Other, CidrBlock: 10.1.3.0/24")
        .with("of the link\n      VpcId: !Ref Vpc", "of the link\n      VpcId: !Ref Other")
        .with("SourceSecurityGroupId: !Ref LinkGroup", "CidrIp: 10.1.0.0/16")
        .and(
            "
  Other: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Other}}
  OfLink:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Table, SubnetId: !Ref SubnetOfLink}
",
        )
}

#[test]
fn a_way_between_vpcs_needs_routes() {
    assert_eq!(apart().findings(), ["route-blocked blocked-link"], "local routes alone");
    let internet = apart().and(
        "
  Gateway: {Type: AWS::EC2::InternetGateway}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
",
    );
    assert_eq!(internet.findings(), ["route-blocked blocked-link"], "private addresses over the internet");
    let peered = apart().and(
        "
  Peering: {Type: AWS::EC2::VPCPeeringConnection, Properties: {VpcId: !Ref Other, PeerVpcId: !Ref Vpc}}
  There:
    Type: AWS::EC2::Route
    Properties:
      RouteTableId: !Ref Table
      DestinationCidrBlock: !GetAtt Vpc.CidrBlock
      VpcPeeringConnectionId: !Ref Peering
",
    );
    open(&peered, "route-blocked", "the main route table of Vpc");
    let back = peered.and(
        "
  Back: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  OfA: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Back, SubnetId: !Ref SubnetA}}
  OfB: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {RouteTableId: !Ref Back, SubnetId: !Ref SubnetB}}
  BackToLink:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Back, DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: !Ref Peering}
",
    );
    passes(&back, &["route-blocked"]);
}

#[test]
fn a_v1_link_meets_the_rules_that_are_enforced() {
    let closed = || Template::rest().with("CidrIp: 0.0.0.0/0", "SourceSecurityGroupId: !Ref LinkGroup");
    assert_eq!(closed().findings(), ["privatelink-ingress-enforced blocked"]);
    let off = "Type: network\n      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off'";
    passes(&closed().with("Type: network", off), &["privatelink-ingress-enforced"]);
    let narrow = Template::rest().with("CidrIp: 0.0.0.0/0", "CidrIp: 10.0.0.0/8");
    assert_eq!(narrow.findings(), ["privatelink-ingress-enforced narrow"]);
    let bare = Template::rest().with("      SecurityGroups: [!Ref BalancerGroup]\n", "");
    assert_eq!(bare.run().tally["privatelink-ingress-enforced"].passed, 1);
}

#[test]
fn a_port_without_a_listener_is_missed() {
    let other = Template::rest().with("${Balancer.DNSName}'", "${Balancer.DNSName}:8443/x'");
    assert_eq!(other.findings(), ["listener-missing missing"]);
    let second = "
  Second:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Condition: Asked
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 8443
      Protocol: TCP
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Targets}]
";
    open(&other.and(second), "listener-missing", "Asked");
}

#[test]
fn a_rule_of_its_own_takes_some_requests() {
    let second = "
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 1
      Conditions: [{Field: path-pattern, Values: [/x]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Others}]
  Others:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {VpcId: !Ref Vpc, Port: 9090, Protocol: HTTP, Targets: [{Id: !Ref Instance}]}
";
    let run = Template::http().and(second).run();
    let found: Vec<_> = run.findings.iter().map(|it| (it.rule.id, it.severity().as_str())).collect();
    assert_eq!(found, [("target-ingress-blocked", "warning")]);
}
