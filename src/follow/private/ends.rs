//! The ends of connections: links' interfaces, load balancers' nodes, targets.

use crate::analysis::net::{Addresses, Endpoint, Groups};
use crate::capture::Held;
use crate::follow::Ctx;
use crate::graph::Node;
use crate::model::elb::{LoadBalancer, LoadBalancerType, TargetGroup};
use crate::model::{Gap, Kind, Ref, Scope, Seen, Text, ec2, v2};
use std::net::IpAddr;

/// One side of a connection as far as it was seen: ends, or doors.
pub(super) struct Ends<E = Endpoint> {
    pub(super) seen: Vec<E>,
    pub(super) gaps: Vec<Gap>,
}

pub(super) fn instance(ctx: &Ctx<'_>, group: &Held<TargetGroup>, id: &str) -> Result<Endpoint, Gap> {
    let found = ctx.graph.interfaces(Node::Instance(id), &group.scope)?;
    match found.as_slice() {
        [only] => {
            let end = Endpoint::interface(format!("target {id}"), &only.facts, &group.scope.account);
            let within = only.facts.subnet_id.set().and_then(|id| subnet(ctx, &group.scope, id).ok());
            Ok(match (only.facts.private_ip_addresses.gap(), within) {
                // One that is only planned has no address yet.
                (Some(gap), Some(subnet)) => Endpoint::somewhere_in(end.label, subnet, end.groups, gap.clone()),
                _ => end,
            })
        }
        _ => Err(Gap::not_readable(format!("the primary network interface of {id}"))),
    }
}

/// Private addresses repeat from VPC to VPC, so only the group's own VPC decides.
pub(super) fn address(ctx: &Ctx<'_>, group: &Held<TargetGroup>, ip: &str) -> Result<Endpoint, Gap> {
    // What is only planned has a name and no address.
    if ip.parse::<IpAddr>().is_err() {
        return instance(ctx, group, ip);
    }
    let vpc = group.facts.vpc_id.known()?;
    let mut found = ctx.graph.interfaces(Node::Address(ip), &group.scope)?;
    found.retain(|eni| eni.facts.vpc_id.set() == vpc);
    let (Some(eni), Ok(parsed)) = (found.first(), ip.parse()) else {
        let what = format!("who has the address {ip}: no interface in the VPC of {}", group.facts.target_group_name);
        return Err(Gap::not_readable(what));
    };
    let end = Endpoint::interface(format!("target {ip}"), &eni.facts, &group.scope.account);
    Ok(Endpoint { addresses: vec![Addresses::Ip(parsed)], ..end })
}

pub(super) fn groups_of_balancer(lb: &LoadBalancer) -> Groups {
    match lb.security_groups.list() {
        Err(gap) => Groups::Unknown(gap),
        Ok([]) if lb.kind.set() == Some(&LoadBalancerType::Network) => Groups::None,
        Ok(list) => Groups::Known(list.to_vec()),
    }
}

pub(super) fn ends_of_balancer(ctx: &Ctx<'_>, lb: &Held<LoadBalancer>) -> Ends {
    let label = format!("load balancer {}", lb.facts.load_balancer_name);
    let subnets = lb.facts.availability_zones.list().and_then(|zones| {
        let nameless = || Gap::not_readable(format!("a subnet of {label}"));
        zones.iter().map(|zone| zone.subnet_id.known()?.ok_or_else(nameless)).collect()
    });
    ends(ctx, Node::LoadBalancer(&lb.facts), &lb.scope, &label, groups_of_balancer(&lb.facts), subnets)
}

pub(super) fn ends_of_link(ctx: &Ctx<'_>, link: &Held<v2::VpcLink>) -> Ends {
    let label = format!("VPC link {}", link.facts.vpc_link_id.label());
    let groups = match link.facts.security_group_ids.list() {
        Err(gap) => Groups::Unknown(gap),
        Ok([]) => Groups::Unknown(Gap::not_readable(format!("the security groups of {label}, which names none"))),
        Ok(list) => Groups::Known(list.to_vec()),
    };
    let subnets = link.facts.subnet_ids.list().map(|list| list.iter().collect());
    ends(ctx, Node::VpcLink(&link.facts), &link.scope, &label, groups, subnets)
}

/// The interfaces, or where they are not seen, somewhere in each of the subnets. All have the same groups, so even
/// where the subnets are not known there is a question about groups left.
fn ends(
    ctx: &Ctx<'_>,
    node: Node<'_>,
    scope: &Scope,
    label: &str,
    groups: Groups,
    subnets: Result<Vec<&Text>, Gap>,
) -> Ends {
    let unseen = match ctx.graph.interfaces(node, scope) {
        Ok(found) if found.is_empty() => Gap::not_readable(format!("the network interfaces of {label}")),
        Ok(found) => {
            let end = |eni: &&Held<ec2::NetworkInterface>| Endpoint {
                groups: groups.clone(),
                ..Endpoint::interface(label, &eni.facts, &scope.account)
            };
            return Ends { seen: found.iter().map(end).collect(), gaps: Vec::new() };
        }
        Err(gap) => gap,
    };
    let somewhere = |gap| Endpoint::somewhere(label, vpc_of(ctx, scope, &groups), groups.clone(), gap);
    let seen = match subnets {
        Err(gap) => vec![somewhere(gap)],
        Ok(ids) if ids.is_empty() => return Ends { seen: Vec::new(), gaps: vec![unseen] },
        Ok(ids) => {
            let end = |id: &Text| match subnet(ctx, scope, id) {
                Ok(subnet) => {
                    let label = format!("{label} in {}", id.label());
                    Endpoint::somewhere_in(label, subnet, groups.clone(), unseen.clone())
                }
                // Whose groups are not seen, they are hidden.
                Err(gap @ Gap::Elsewhere { .. }) => Endpoint { foreign: Some(gap.clone()), ..somewhere(gap) },
                Err(gap) => somewhere(gap),
            };
            ids.into_iter().map(end).collect()
        }
    };
    Ends { seen, gaps: Vec::new() }
}

/// An interface's groups are of its VPC. Were one lent to another VPC, routes, which are unknown here, would tell.
fn vpc_of(ctx: &Ctx<'_>, scope: &Scope, groups: &Groups) -> Seen<Text> {
    let Groups::Known(ids) = groups else { return Seen::Unset };
    let of = |id: &Text| Ref::new(Kind::SecurityGroup, scope.clone(), id.clone());
    let group = ids.iter().find_map(|id| ctx.graph.look_up::<ec2::SecurityGroup>(&of(id)).ok().flatten());
    group.map_or(Seen::Unset, |held| held.facts.vpc_id.clone())
}

/// A subnet of this account's: of one that another account shares, too little is seen.
fn subnet<'c>(ctx: &Ctx<'c>, scope: &Scope, id: &Text) -> Result<&'c ec2::Subnet, Gap> {
    let of = Ref::new(Kind::Subnet, scope.clone(), id.clone());
    let held = ctx.graph.look_up::<ec2::Subnet>(&of)?.ok_or_else(|| Gap::not_readable(of.label()))?;
    match held.facts.owner_id.known()? {
        Some(owner) if *owner != scope.account => Err(Gap::Elsewhere { account: owner.to_string() }),
        _ => Ok(&held.facts),
    }
}
