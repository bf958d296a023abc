//! To which targets a load balancer's node sends: with cross-zone load balancing to all,
//! without it to those of its own Availability Zone.
//!
//! The target group's attribute decides. Where that leaves it to the load balancer, an
//! application load balancer's is always on, and a network load balancer has an attribute
//! of the same name. Where that was not seen, a way into another zone is one that requests
//! may or may not take. So is one between zones that are not known.
//!
//! A target outside the VPC is registered with a zone, or with `all`: it gets requests
//! from the nodes of every zone. Whether nodes also check targets to which they send
//! nothing is not documented.
//!
//! Sources, under <https://docs.aws.amazon.com/elasticloadbalancing/latest/>:
//! `network/target-group-cross-zone.html`, `application/disable-cross-zone.html`,
//! `APIReference/API_LoadBalancerAttribute.html`, `APIReference/API_TargetDescription.html`.

use super::NetworkPathHop;
use super::ends::instance;
use super::legs::Door;
use crate::analysis::Tri;
use crate::analysis::net::Endpoint;
use crate::capture::Held;
use crate::follow::Ctx;
use crate::model::elb::{LoadBalancer, LoadBalancerType, TargetGroup, TargetHealthDescription};
use crate::model::{Gap, Kind, Ref, Scope, Seen, Text, ec2, elb};
use crate::verdict::Stop;

/// Does a node send to targets of other Availability Zones?
pub(super) enum CrossZone {
    On,
    Off,
    Unknown(Gap),
}

impl CrossZone {
    pub(super) fn of(group: &Held<TargetGroup>, lb: &Held<LoadBalancer>) -> CrossZone {
        CrossZone::set(&group.facts, &lb.facts).unwrap_or_else(CrossZone::Unknown)
    }

    fn set(group: &TargetGroup, lb: &LoadBalancer) -> Result<CrossZone, Gap> {
        let said = match value(&group.load_balancing_cross_zone_enabled)? {
            None | Some("use_load_balancer_configuration") => match lb.kind.known()? {
                Some(LoadBalancerType::Application) => Some("true"),
                _ => value(&lb.load_balancing_cross_zone_enabled)?,
            },
            said => said,
        };
        match said {
            Some("true") => Ok(CrossZone::On),
            Some("false") => Ok(CrossZone::Off),
            Some(other) => Err(Gap::not_modelled(format!("cross-zone load balancing \"{other}\""))),
            None => Err(Gap::not_readable(format!("the cross-zone setting of {}", lb.load_balancer_name))),
        }
    }

    /// The same for the nodes' own checks.
    pub(super) fn of_checks(self) -> CrossZone {
        match self {
            CrossZone::Off => {
                CrossZone::Unknown(Gap::not_modelled("health checks from one Availability Zone to another"))
            }
            same => same,
        }
    }

    /// Does this node send anything to this target?
    pub(super) fn sends(&self, ctx: &Ctx<'_>, lb: &Held<LoadBalancer>, node: &Endpoint, target: &Door) -> Tri<()> {
        if matches!(self, CrossZone::On) {
            return Tri::Yes(());
        }
        match (one_zone(ctx, lb, node, target), self) {
            (Ok(false), CrossZone::Unknown(gap)) => Tri::unknown(gap.clone()),
            (Ok(one), _) => Tri::of(one, ()),
            (Err(gap), _) => Tri::unknown(gap),
        }
    }
}

fn value(attribute: &Seen<Text>) -> Result<Option<&str>, Gap> {
    attribute.known()?.map(Text::known).transpose()
}

fn one_zone(ctx: &Ctx<'_>, lb: &Held<LoadBalancer>, node: &Endpoint, target: &Door) -> Result<bool, Gap> {
    let registered = value(&target.zone)?;
    let one_subnet = || node.subnet.set().is_some() && node.subnet == target.end.subnet;
    if registered == Some("all") || (registered.is_none() && one_subnet()) {
        return Ok(true);
    }
    let listed = lb.facts.availability_zones.set().into_iter().flatten();
    let here = |zone: &&elb::AvailabilityZone| zone.subnet_id.set().is_some_and(|id| node.subnet.set() == Some(id));
    let own = listed.filter(here).find_map(|zone| zone.zone_name.set());
    let zone_of = |end: &Endpoint| zone_of(ctx, &lb.scope, &end.subnet, &end.label)?.known();
    let home = own.map_or_else(|| zone_of(node), Text::known)?;
    Ok(home == registered.map_or_else(|| zone_of(&target.end), Ok)?)
}

/// Of a subnet, and what is in it.
fn zone_of<'c>(ctx: &Ctx<'c>, scope: &Scope, subnet: &Seen<Text>, what: &str) -> Result<&'c Text, Gap> {
    let hidden = || Gap::not_readable(format!("the Availability Zone of {what}"));
    let id = subnet.known()?.ok_or_else(hidden)?;
    let subnet = ctx.graph.look_up::<ec2::Subnet>(&Ref::new(Kind::Subnet, scope.clone(), id.clone()))?;
    subnet.ok_or_else(hidden)?.facts.availability_zone.known()?.ok_or_else(hidden)
}

/// Where a load balancer has nodes, and which targets stand elsewhere.
pub struct Unserved<'c> {
    pub balancer: &'c LoadBalancer,
    pub served: Vec<Text>,
    /// Each with its zone.
    pub targets: Vec<(&'c TargetHealthDescription, Text)>,
}

impl NetworkPathHop<'_> {
    /// The targets in an Availability Zone that the load balancer does not serve: they get nothing from it. Those of
    /// which it is not known are none of them.
    ///
    /// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html>
    ///
    /// # Errors
    /// As [`NetworkPathHop::balancer`], or the gap that hides the load balancer's zones.
    pub fn unserved<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Unserved<'c>, Stop> {
        let lb = self.balancer(ctx)?;
        let own = |zone: &elb::AvailabilityZone| match &zone.zone_name {
            Seen::Set(name) => Ok(name.clone()),
            _ => zone_of(ctx, &lb.scope, &zone.subnet_id, "a node").cloned(),
        };
        let served: Vec<Text> = lb.facts.availability_zones.list()?.iter().map(own).collect::<Result<_, Gap>>()?;
        let home = |target: &elb::TargetDescription| match target.availability_zone.known() {
            Ok(None) => zone_of(ctx, &group.scope, &instance(ctx, group, &target.id)?.subnet, &target.id).cloned(),
            Ok(Some(zone)) => Ok(zone.clone()),
            Err(gap) => Err(gap),
        };
        let elsewhere = |zone: &Text| {
            zone.lit() != Some("all") && !served.is_empty() && served.iter().all(|own| own.is_surely_not(zone))
        };
        let zoned = |it: &'c TargetHealthDescription| Some((it, home(&it.target).ok().filter(elsewhere)?));
        let targets = self.registered(&group.facts)?.into_iter().filter_map(zoned).collect();
        Ok(Unserved { balancer: &lb.facts, served, targets })
    }
}

#[cfg(test)]
mod tests {
    use crate::capture::file::fragment;
    use crate::run::{Options, judge};
    use serde_json::{Value, json};

    const ARN: &str = "arn:aws:elasticloadbalancing:us-east-1:111122223333";

    /// Nodes in the zones a and b, and a target that lets in those of a alone.
    struct Account {
        kind: &'static str,
        /// The load balancer's own.
        own: Value,
        /// The target group's.
        setting: Value,
        /// Of the target's subnet.
        zone: Value,
        registered: Value,
    }

    const NLB: Account =
        Account { kind: "network", own: Value::Null, setting: Value::Null, zone: Value::Null, registered: Value::Null };

    impl Account {
        /// What is found, or else the kinds of what hides it.
        fn answer(&self) -> Vec<String> {
            let Account { kind, own, setting, zone, registered } = self;
            let (short, protocol) = if *kind == "network" { ("net", "TCP") } else { ("app", "HTTP") };
            let subnet = |id: &str, block: &str, zone: &Value| {
                let facts = json!({"SubnetId": id, "VpcId": "vpc-1", "CidrBlock": block, "AvailabilityZone": zone});
                json!({"record": "subnet", "facts": facts})
            };
            let group = json!({"TargetGroupArn": format!("{ARN}:targetgroup/orders/2"), "TargetGroupName": "orders",
                "Protocol": protocol, "Port": 8080, "VpcId": "vpc-1", "TargetType": "ip",
                "LoadBalancingCrossZoneEnabled": setting,
                "Targets": [{"Target": {"Id": "10.0.3.7", "Port": 8080, "AvailabilityZone": registered},
                    "TargetHealth": {"State": "healthy"}}]});
            let records = json!([
                {"record": "apiUnit", "facts": {"Api": {"ApiId": "a1", "Name": "orders", "ProtocolType": "HTTP"},
                    "Stages": [{"StageName": "$default", "AutoDeploy": true}],
                    "Draft": {"Routes": [{"RouteId": "rt1", "RouteKey": "GET /orders", "Target": "integrations/in1"}],
                        "Integrations": [{"IntegrationId": "in1", "IntegrationType": "HTTP_PROXY",
                            "IntegrationMethod": "ANY", "IntegrationUri": format!("{ARN}:listener/{short}/orders/1/9"),
                            "ConnectionType": "VPC_LINK", "ConnectionId": "l1nk02"}]}}},
                {"record": "vpcLinkV2", "facts": {"VpcLinkId": "l1nk02", "Name": "orders", "VpcLinkStatus": "AVAILABLE",
                    "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
                {"record": "loadBalancer", "facts": {"LoadBalancerArn": format!("{ARN}:loadbalancer/{short}/orders/1"),
                    "LoadBalancerName": "orders", "Type": kind, "Scheme": "internal", "VpcId": "vpc-1",
                    "SecurityGroups": ["sg-2"], "LoadBalancingCrossZoneEnabled": own,
                    "AvailabilityZones": [{"ZoneName": "us-east-1a", "SubnetId": "subnet-2"},
                        {"SubnetId": "subnet-5"}],
                    "Listeners": [{"ListenerArn": format!("{ARN}:listener/{short}/orders/1/9"), "Port": 80,
                        "Protocol": protocol, "DefaultActions": [{"Type": "forward",
                            "TargetGroupArn": format!("{ARN}:targetgroup/orders/2")}]}]}},
                subnet("subnet-2", "10.0.2.0/24", &Value::Null),
                subnet("subnet-5", "10.0.5.0/24", &json!("us-east-1b")),
                subnet("subnet-3", "10.0.3.0/24", zone),
                {"record": "targetGroup", "facts": group},
                {"record": "networkInterface", "facts": {"NetworkInterfaceId": "eni-3", "SubnetId": "subnet-3",
                    "VpcId": "vpc-1", "OwnerId": "111122223333", "Groups": [{"GroupId": "sg-3"}],
                    "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.3.7", "Primary": true}]}},
                {"record": "securityGroup", "facts": {"GroupId": "sg-3", "GroupName": "sg-3", "VpcId": "vpc-1",
                    "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
                        "IpRanges": [{"CidrIp": "10.0.2.0/24"}]}]}},
            ]);
            let rules = crate::rules::all().filter(|rule| rule.id == "target-ingress-blocked").collect();
            let capture = fragment(&records.to_string()).expect("a capture");
            let run = judge(capture, &Options { rules, ..Options::default() }).expect("a run");
            assert_eq!(run.tally["target-ingress-blocked"].not_applicable, 0);
            let found: Vec<String> = run.findings.iter().map(|it| it.severity().as_str().to_owned()).collect();
            let asked = run.unknown.iter().filter(|row| row.rule.is_some());
            let hidden: Vec<String> = asked.flat_map(|row| &row.gaps).map(|gap| gap.kind().to_owned()).collect();
            if found.is_empty() { hidden } else { found }
        }
    }

    #[test]
    fn the_groups_setting_decides() {
        let with = |kind, setting: &str| Account { kind, setting: json!(setting), zone: json!("us-east-1a"), ..NLB };
        for kind in ["network", "application"] {
            assert!(with(kind, "false").answer().is_empty(), "{kind}");
            assert_eq!(with(kind, "true").answer(), ["warning"], "{kind}");
            assert_eq!(with(kind, "sometimes").answer(), ["notModelled"], "{kind}");
        }
        assert_eq!(with("network", "use_load_balancer_configuration").answer(), ["notReadable"]);
        assert_eq!(with("application", "use_load_balancer_configuration").answer(), ["warning"]);
    }

    #[test]
    fn without_it_the_load_balancers_decides() {
        let with = |kind, own, setting| Account { kind, own, setting, zone: json!("us-east-1a"), ..NLB };
        for setting in [Value::Null, json!("use_load_balancer_configuration")] {
            assert!(with("network", json!("false"), setting.clone()).answer().is_empty());
            assert_eq!(with("network", json!("true"), setting.clone()).answer(), ["warning"]);
            assert_eq!(with("network", json!("sometimes"), setting.clone()).answer(), ["notModelled"]);
            assert_eq!(with("network", Value::Null, setting.clone()).answer(), ["notReadable"]);
            assert_eq!(with("application", Value::Null, setting).answer(), ["warning"]);
        }
        assert_eq!(with("network", json!("false"), json!("true")).answer(), ["warning"], "the group outweighs it");
        assert!(with("network", json!("true"), json!("false")).answer().is_empty(), "the group outweighs it");
    }

    #[test]
    fn a_way_within_a_zone_is_certain() {
        let with = |setting| Account { setting, zone: json!("us-east-1b"), ..NLB };
        // From b alone, where all is blocked.
        assert_eq!(with(json!("false")).answer(), ["error"]);
        assert_eq!(with(Value::Null).answer(), ["warning"]);
    }

    #[test]
    fn a_zone_that_is_not_known_leaves_it_open() {
        let off = Account { setting: json!("false"), ..NLB };
        assert_eq!(off.answer(), ["notReadable"]);
        assert!(Account { registered: json!("us-east-1a"), ..off }.answer().is_empty());
    }

    #[test]
    fn targets_that_no_node_sends_to_are_not_clean() {
        let far = Account { setting: json!("false"), zone: json!("us-east-1c"), ..NLB };
        assert_eq!(far.answer(), ["notModelled"]);
    }

    #[test]
    fn a_target_of_all_zones_gets_requests_from_all() {
        let all = Account { setting: json!("false"), zone: json!("us-east-1a"), registered: json!("all"), ..NLB };
        assert_eq!(all.answer(), ["warning"]);
    }
}
