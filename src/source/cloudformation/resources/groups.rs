//! Security groups, with the rules that stand in them and those that are resources of their own.
//!
//! A group that is made without outbound rules gets rules that let everything out, over IPv4 and IPv6. Whether it keeps
//! them where its only outbound rules are resources of their own is not documented: it may.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html>

use super::fields::Fields;
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::ec2::{IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroup, Tag, UserIdGroupPair};
use crate::model::{Gap, Seen, Text};

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let groups = stack.of("AWS::EC2::SecurityGroup").map(|it| group(stack, it));
    into.shared.security_groups.extend(groups.map(|facts| Held { scope: stack.scope.clone(), facts }));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    for way in [&INGRESS, &EGRESS] {
        for declared in stack.of(way.kind) {
            rule(stack, declared, way, &mut of.shared.security_groups);
        }
        if let Some(gap) = stack.unseen.any() {
            let any = IpPermission {
                ip_protocol: Seen::Unknown(gap.clone()),
                ip_ranges: Seen::Unknown(gap.clone()),
                ipv6_ranges: Seen::Unknown(gap.clone()),
                user_id_group_pairs: Seen::Unknown(gap.clone()),
                ..IpPermission::default()
            };
            of.shared.security_groups.iter_mut().for_each(|held| (way.add)(&mut held.facts, any.clone()));
        }
    }
}

/// One of the two directions.
struct Way {
    kind: &'static str,
    property: &'static str,
    fact: &'static str,
    /// How properties call the other side.
    peer: &'static str,
    rules: fn(&SecurityGroup) -> &Seen<Vec<IpPermission>>,
    add: fn(&mut SecurityGroup, IpPermission),
}

const INGRESS: Way = Way {
    kind: "AWS::EC2::SecurityGroupIngress",
    property: "SecurityGroupIngress",
    fact: "IpPermissions",
    peer: "Source",
    rules: |group| &group.ip_permissions,
    add: |group, rule| super::rest::add(&mut group.ip_permissions, rule, &None),
};

const EGRESS: Way = Way {
    kind: "AWS::EC2::SecurityGroupEgress",
    property: "SecurityGroupEgress",
    fact: "IpPermissionsEgress",
    peer: "Destination",
    rules: |group| &group.ip_permissions_egress,
    add: |group, rule| {
        if let Seen::Set(rules) = &mut group.ip_permissions_egress {
            let what = "whether a group keeps its default outbound rules beside AWS::EC2::SecurityGroupEgress";
            let made = everything();
            rules
                .iter_mut()
                .filter(|rule| **rule == made)
                .for_each(|rule| rule.ip_protocol = Seen::Unknown(Gap::not_modelled(what)));
        }
        super::rest::add(&mut group.ip_permissions_egress, rule, &None);
    },
};

fn group(stack: &Stack<'_>, declared: &Declared) -> SecurityGroup {
    let id = stack.attribute(declared, "GroupId");
    let fields = stack.fields(declared, &id);
    let egress = match inline(&fields, &EGRESS) {
        Seen::Set(rules) if rules.is_empty() => Seen::Set(vec![everything()]),
        Seen::Unset => Seen::Set(vec![everything()]),
        rules => rules,
    };
    SecurityGroup {
        group_id: id,
        group_name: fields.text("GroupName", "GroupName"),
        vpc_id: fields.text("VpcId", "VpcId"),
        owner_id: Seen::Unset,
        ip_permissions: inline(&fields, &INGRESS),
        ip_permissions_egress: egress,
        tags: stack.tags(declared).into_iter().map(|(key, value)| Tag { key, value }).collect(),
    }
}

fn inline(fields: &Fields<'_>, way: &Way) -> Seen<Vec<IpPermission>> {
    let rules = fields.objects(way.property, way.fact);
    rules.map(|rules| rules.iter().map(|rule| permission(rule, way)).collect())
}

fn everything() -> IpPermission {
    IpPermission {
        ip_protocol: Seen::Set("-1".into()),
        ip_ranges: Seen::Set(vec![IpRange { cidr_ip: Seen::Set("0.0.0.0/0".into()) }]),
        ipv6_ranges: Seen::Set(vec![Ipv6Range { cidr_ipv6: Seen::Set("::/0".into()) }]),
        ..IpPermission::default()
    }
}

fn permission(fields: &Fields<'_>, way: &Way) -> IpPermission {
    let of_peer = |what: &str, fact: &str| fields.text(&format!("{}{what}", way.peer), fact);
    let group = match (of_peer("SecurityGroupId", "UserIdGroupPairs"), of_peer("SecurityGroupName", "UserIdGroupPairs"))
    {
        (Seen::Unset, Seen::Set(name)) => Some(Seen::Unknown(called(&name))),
        (Seen::Unset, Seen::Unset) => None,
        (Seen::Unset, id) | (id, _) => Some(id),
    };
    let pair = |group_id| vec![UserIdGroupPair { group_id, ..UserIdGroupPair::default() }];
    IpPermission {
        ip_protocol: fields.text("IpProtocol", "IpProtocol"),
        from_port: fields.int("FromPort", "FromPort"),
        to_port: fields.int("ToPort", "ToPort"),
        ip_ranges: one(fields.text("CidrIp", "IpRanges"), |cidr_ip| IpRange { cidr_ip }),
        ipv6_ranges: one(fields.text("CidrIpv6", "Ipv6Ranges"), |cidr_ipv6| Ipv6Range { cidr_ipv6 }),
        prefix_list_ids: one(of_peer("PrefixListId", "PrefixListIds"), |prefix_list_id| PrefixListId {
            prefix_list_id,
        }),
        user_id_group_pairs: group.map(pair).into(),
    }
}

/// CloudFormation has one source a rule, where EC2 has lists.
fn one<T>(text: Seen<Text>, as_item: impl Fn(Seen<Text>) -> T) -> Seen<Vec<T>> {
    text.map(|text| vec![as_item(Seen::Set(text))])
}

fn called(name: &Text) -> Gap {
    Gap::not_readable(format!("which security group is called {}", name.label()))
}

/// A rule of its own resource. Where it is not known of which group it is, it may be of any.
fn rule(stack: &Stack<'_>, declared: &Declared, way: &Way, groups: &mut [Held<SecurityGroup>]) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let rule = permission(&fields, way);
    let maybe = |gap: &Gap| IpPermission { ip_protocol: Seen::Unknown(gap.clone()), ..rule.clone() };
    let of = match (fields.text("GroupId", "GroupId"), fields.text("GroupName", "GroupName")) {
        (Seen::Unset, Seen::Set(name)) => Seen::Unknown(called(&name)),
        (id, _) => id,
    };
    for group in groups.iter_mut().map(|held| &mut held.facts) {
        let rule = match (&of, &declared.undecided) {
            (Seen::Set(id), None) if *id == group.group_id => rule.clone(),
            (Seen::Set(id), Some(gap)) if *id == group.group_id => maybe(gap),
            (Seen::Unknown(gap), _) => maybe(gap),
            _ => continue,
        };
        (way.add)(group, rule);
        if let Some(last) = (way.rules)(group).set().and_then(|rules| rules.len().checked_sub(1)) {
            let group = group.group_id.label();
            stack.ledger.note(&group, format!("/{}/{last}", way.fact), declared.at);
            // Of a group that has none in itself, this is where they are.
            if last == 0 {
                stack.ledger.note(&group, format!("/{}", way.fact), declared.at);
            }
        }
    }
}
