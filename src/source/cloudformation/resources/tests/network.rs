//! Network ACLs and routes.

use super::{Template, WAY, open, passes};

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
