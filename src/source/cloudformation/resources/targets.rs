//! Target groups, who registers with them, and instances as targets.
//!
//! A template names only targets that it knows. Services and Auto Scaling groups register theirs while they run, and so
//! may anyone with a group that names none: such a group is never empty, only not known.

use super::balancer::or;
use super::fields::Fields;
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::ec2::{Attachment, GroupIdentifier, NetworkInterface, PrivateIpAddress};
use crate::model::elb::{TargetDescription, TargetGroup, TargetHealth, TargetHealthDescription, TargetType};
use crate::model::{Gap, Seen, Text};

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let groups = stack.of("AWS::ElasticLoadBalancingV2::TargetGroup").map(|it| group(stack, it));
    into.shared.target_groups.extend(groups.map(|facts| Held { scope: stack.scope.clone(), facts }));
    let interfaces = stack.of("AWS::EC2::Instance").filter_map(|it| interface(stack, it));
    into.shared.network_interfaces.extend(interfaces.map(|facts| Held { scope: stack.scope.clone(), facts }));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let groups = &mut of.shared.target_groups;
    for declared in stack.of("AWS::ECS::TaskSet") {
        registers(stack, declared, "LoadBalancers", |one| one.text("TargetGroupArn", "TargetGroupArn"), groups);
    }
    for declared in stack.of("AWS::AutoScaling::AutoScalingGroup") {
        registers(stack, declared, "TrafficSources", |one| one.text("Identifier", "Identifier"), groups);
        let fields = stack.named(declared, declared.logical_id.to_string());
        match fields.texts("TargetGroupARNs", "TargetGroupARNs") {
            Seen::Set(arns) => arns.into_iter().for_each(|arn| fill(declared, &Seen::Set(arn), groups)),
            Seen::Unknown(gap) => fill(declared, &Seen::Unknown(gap), groups),
            Seen::Unset => {}
        }
    }
    if let Some(gap) = stack.unseen.any() {
        groups.iter_mut().for_each(|held| held.facts.targets = Seen::Unknown(gap.clone()));
    }
}

/// An interface is in the VPC of its subnet, and so are its groups.
pub(super) fn finish(facts: &mut Facts) {
    let shared = &mut facts.shared;
    for eni in shared.network_interfaces.iter_mut().map(|held| &mut held.facts) {
        let subnet = shared.subnets.iter().find(|held| eni.subnet_id.set() == Some(&held.facts.subnet_id));
        let own: Vec<_> = eni.groups.set().into_iter().flatten().filter_map(|it| it.group_id.set()).collect();
        let group = || shared.security_groups.iter().find(|held| own.contains(&&held.facts.group_id));
        let vpc = subnet.map(|held| &held.facts.vpc_id).or_else(|| group().map(|held| &held.facts.vpc_id));
        eni.vpc_id = vpc.cloned().unwrap_or(Seen::Unset);
    }
    for group in shared.target_groups.iter_mut().map(|held| &mut held.facts).filter(|it| it.targets.is_unset()) {
        let what = format!("what will register with {}", group.target_group_name);
        group.targets = Seen::Unknown(Gap::not_readable(what));
    }
}

/// The one interface of an instance that describes none.
fn interface(stack: &Stack<'_>, declared: &Declared) -> Option<NetworkInterface> {
    let fields = stack.fields(declared, &declared.reference);
    if !fields.get("NetworkInterfaces", "NetworkInterfaces").is_unset() {
        return None;
    }
    let hidden = |what: &str| Gap::not_readable(format!("{what} {} gets", declared.logical_id));
    let of_group = |id| GroupIdentifier { group_id: Seen::Set(id) };
    let groups = match fields.texts("SecurityGroupIds", "Groups") {
        Seen::Unset => Seen::Unknown(hidden("which security groups")),
        ids => ids.map(|ids| ids.into_iter().map(of_group).collect()),
    };
    let address = match fields.text("PrivateIpAddress", "PrivateIpAddresses") {
        Seen::Unset => Seen::Unknown(hidden("which address")),
        address => address,
    };
    Some(NetworkInterface {
        network_interface_id: format!("{}.NetworkInterface", declared.reference.label()).into(),
        interface_type: Seen::Set("interface".into()),
        subnet_id: fields.text("SubnetId", "SubnetId"),
        groups,
        private_ip_addresses: address
            .map(|ip| vec![PrivateIpAddress { private_ip_address: Seen::Set(ip), primary: Seen::Set(true) }]),
        attachment: Seen::Set(Attachment {
            instance_id: Seen::Set(Text::new(declared.reference.label())),
            device_index: Seen::Set(0),
        }),
        ..NetworkInterface::default()
    })
}

fn registers(
    stack: &Stack<'_>,
    declared: &Declared,
    list: &str,
    arn: impl Fn(&Fields<'_>) -> Seen<Text>,
    groups: &mut [Held<TargetGroup>],
) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    match fields.objects(list, list) {
        Seen::Set(all) => all.iter().for_each(|one| fill(declared, &arn(one), groups)),
        Seen::Unknown(gap) => fill(declared, &Seen::Unknown(gap), groups),
        Seen::Unset => {}
    }
}

/// Besides the targets that a group names come those of `declared`.
pub(super) fn fill(declared: &Declared, arn: &Seen<Text>, groups: &mut [Held<TargetGroup>]) {
    for group in groups.iter_mut().map(|held| &mut held.facts) {
        match arn {
            Seen::Set(arn) if *arn == group.target_group_arn => {
                let name = group.target_group_name.label();
                let what = format!("which targets {} registers with {name}", declared.logical_id);
                group.targets = Seen::Unknown(declared.undecided.clone().unwrap_or_else(|| Gap::not_readable(what)));
            }
            Seen::Unknown(gap) => group.targets = Seen::Unknown(gap.clone()),
            _ => {}
        }
    }
}

fn group(stack: &Stack<'_>, declared: &Declared) -> TargetGroup {
    let fields = stack.fields(declared, &declared.reference);
    let said = |key, fact| attribute(&fields, "TargetGroupAttributes", key, fact);
    let preserves = match said("preserve_client_ip.enabled", "PreserveClientIp") {
        Seen::Set(said) => match said.known() {
            Ok("true") => Seen::Set(true),
            Ok("false") => Seen::Set(false),
            Ok(other) => Seen::Unknown(Gap::not_readable(format!("preserve_client_ip.enabled \"{other}\""))),
            Err(gap) => Seen::Unknown(gap),
        },
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    TargetGroup {
        target_group_arn: declared.reference.clone(),
        target_group_name: stack.attribute(declared, "TargetGroupName"),
        protocol: fields.text("Protocol", "Protocol"),
        port: fields.int("Port", "Port"),
        vpc_id: fields.text("VpcId", "VpcId"),
        target_type: or(fields.word("TargetType", "TargetType"), TargetType::Instance),
        ip_address_type: or(fields.text("IpAddressType", "IpAddressType"), "ipv4".into()),
        health_check_port: or(fields.text("HealthCheckPort", "HealthCheckPort"), "traffic-port".into()),
        health_check_protocol: fields.text("HealthCheckProtocol", "HealthCheckProtocol"),
        load_balancer_arns: Seen::Unset,
        targets: targets(&fields),
        preserve_client_ip: preserves,
        load_balancing_cross_zone_enabled: said(CROSS_ZONE, "LoadBalancingCrossZoneEnabled"),
    }
}

pub(super) const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// Of a list of keys and values, the value of one key.
pub(super) fn attribute(fields: &Fields<'_>, list: &str, key: &str, fact: &str) -> Seen<Text> {
    let all = match fields.objects(list, fact) {
        Seen::Set(all) => all,
        Seen::Unset => return Seen::Unset,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let mut hidden = None;
    for one in all {
        match one.text("Key", "Key") {
            Seen::Set(it) if it.lit() == Some(key) => return one.text("Value", "Value"),
            Seen::Set(it) => hidden = hidden.or(it.known().err()),
            Seen::Unknown(gap) => hidden = Some(gap),
            Seen::Unset => {}
        }
    }
    hidden.map_or(Seen::Unset, Seen::Unknown)
}

/// Unset where it names none: an empty list would say that none ever comes. Who else registers some comes after.
fn targets(fields: &Fields<'_>) -> Seen<Vec<TargetHealthDescription>> {
    let all = match fields.objects("Targets", "Targets") {
        Seen::Set(all) if !all.is_empty() => all,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
        _ => return Seen::Unset,
    };
    let mut targets = Vec::with_capacity(all.len());
    for one in all {
        let id = match one.text("Id", "Target") {
            Seen::Set(id) => id,
            Seen::Unknown(gap) => return Seen::Unknown(gap),
            Seen::Unset => return Seen::Unknown(Gap::not_readable("the id of a target: it is required")),
        };
        targets.push(TargetHealthDescription {
            target: TargetDescription {
                id: id.label().into(),
                port: one.int("Port", "Target"),
                availability_zone: one.text("AvailabilityZone", "Target"),
            },
            health_check_port: Seen::Unset,
            // Only what runs has a health.
            target_health: TargetHealth::default(),
        });
    }
    Seen::Set(targets)
}
