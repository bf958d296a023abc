//! Listeners, their rules, and targets.

use super::{Template, WAY, open, passes};

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
fn tasks_with_interfaces_of_their_own_are_targets() {
    let service = "
  Service:
    Type: AWS::ECS::Service
    Properties:
      LoadBalancers: [{ContainerName: app, ContainerPort: 8080, TargetGroupArn: !Ref Targets}]
      NetworkConfiguration:
        AwsvpcConfiguration: {Subnets: [!Ref SubnetA, !Ref SubnetB], SecurityGroups: [!Ref TargetGroup]}
";
    let by_address = || Template::http().with("Targets: [{Id: !Ref Instance}]", "TargetType: ip");
    passes(&by_address().and(service), &WAY);
    let other = service.replace("ContainerPort: 8080", "ContainerPort: 3000");
    assert_eq!(by_address().and(&other).findings(), ["target-ingress-blocked blocked"]);
    let none = service.replace("      LoadBalancers", "      DesiredCount: 0\n      LoadBalancers");
    open(&by_address().and(&none), "target-group-empty", "which targets Service registers");
}

#[test]
fn an_address_belongs_to_whom_the_account_says() {
    let ip = Template::http().with("[{Id: !Ref Instance}]", "[{Id: 10.0.2.9}], TargetType: ip");
    open(&ip, "target-ingress-blocked", "10.0.2.9");
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

#[test]
fn a_network_load_balancer_stays_in_its_zones_unless_told() {
    let set = |range: &str, attributes: &str| {
        Template::rest()
            .with("SourceSecurityGroupId: !GetAtt BalancerGroup.GroupId", &format!("CidrIp: {range}"))
            .with("Scheme: internal", &format!("Scheme: internal\n      LoadBalancerAttributes: [{attributes}]"))
    };
    let crossing = |value: &str| format!("{{Key: load_balancing.cross_zone.enabled, Value: {value}}}");
    let (same, other) = ("10.0.2.0/24", "10.0.1.0/24");
    for off in [String::new(), crossing("'false'")] {
        passes(&set(same, &off), &["target-ingress-blocked"]);
        assert_eq!(set(other, &off).findings(), ["target-ingress-blocked blocked"]);
    }
    let told = [crossing("'true'"), crossing("!Ref Given"), "{Key: !Ref Given, Value: 'true'}".to_owned()];
    for perhaps in told {
        for range in [same, other] {
            // One way is open and one is blocked: which counts, only the running target says.
            open(&set(range, &perhaps), "target-ingress-blocked", "the state of target Instance");
        }
    }
}
