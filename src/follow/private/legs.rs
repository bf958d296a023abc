//! The two legs of a private path, as the network engine sees them: from the VPC link's
//! interfaces to the load balancer's nodes, and from there to the targets.

use super::{NetworkPathHop, VpcLink};
use crate::analysis::Tri;
use crate::analysis::net::{Addresses, Endpoint, Flow, Groups, Proof, World};
use crate::capture::Held;
use crate::follow::Ctx;
use crate::graph::Node;
use crate::model::elb::{LoadBalancer, LoadBalancerScheme, LoadBalancerType, TargetGroup, TargetType};
use crate::model::{Gap, Kind, Ref, Scope, Seen, Text, ec2, v2};
use crate::verdict::Stop;

/// Every connection that a request may take, each on its own.
pub struct Leg<'c> {
    /// Where the security groups are.
    pub scope: &'c Scope,
    pub pairs: Vec<Pair>,
    /// Of ends that were not seen.
    pub gaps: Vec<Gap>,
}

#[derive(Clone)]
pub struct Pair {
    /// One of these, and where there are several, `which` hides which.
    pub from: Vec<Endpoint>,
    pub which: Option<Gap>,
    pub to: Endpoint,
    pub port: u16,
    /// Leaves open whether any request goes this way.
    pub doubt: Option<Gap>,
}

/// Where a connection ends.
struct Door {
    end: Endpoint,
    port: u16,
    doubt: Option<Gap>,
}

/// One side of a connection as far as it was seen: ends, or doors.
struct Ends<E = Endpoint> {
    seen: Vec<E>,
    gaps: Vec<Gap>,
}

impl Pair {
    fn new(from: &Endpoint, door: &Door) -> Pair {
        let Door { end, port, doubt } = door;
        Pair { from: vec![from.clone()], which: None, to: end.clone(), port: *port, doubt: doubt.clone() }
    }

    /// What the engine says of every end that it may come from.
    pub(super) fn answer(&self, world: &dyn World, stage: Stage) -> Tri<Proof> {
        let flow = |from| Flow { from, to: &self.to, port: self.port };
        let mut answers: Vec<Tri<Proof>> = self.from.iter().map(|from| stage(world, &flow(from))).collect();
        let agreed = answers.iter().all(Tri::is_yes) || answers.iter().all(Tri::is_no);
        match &self.which {
            Some(which) if !agreed => {
                let gaps = answers.into_iter().filter_map(|answer| match answer {
                    Tri::Unknown(gaps) => Some(gaps),
                    Tri::Yes(_) | Tri::No(_) => None,
                });
                Tri::Unknown(gaps.flatten().chain([which.clone()]).collect())
            }
            _ => answers.pop().unwrap_or(Tri::Unknown(Vec::new())),
        }
    }
}

/// A question to the engine about one connection.
pub(super) type Stage = fn(&dyn World, &Flow<'_>) -> Tri<Proof>;

impl NetworkPathHop<'_> {
    /// From the interfaces of a v2 link to the listener.
    ///
    /// # Errors
    /// `NotApplicable` for a v1 link, which has no interfaces of yours, or the gaps.
    pub fn first_leg<'c>(&self, ctx: &Ctx<'c>) -> Result<(&'c Held<v2::VpcLink>, Leg<'c>), Stop> {
        let VpcLink::V2(link) = self.link(ctx)? else { return Err(Stop::NotApplicable) };
        let (lb, listener) = self.listener(ctx)?;
        let name = &lb.facts.load_balancer_name;
        match lb.facts.scheme.known()? {
            Some(LoadBalancerScheme::Internal) => {}
            Some(_) => {
                return Err(Gap::not_modelled(format!("a VPC link to {name}, whose addresses are public")).into());
            }
            None => return Err(Gap::not_readable(format!("whether {name} is internal")).into()),
        }
        let port = port_of(&listener.port, "the listener's port")?;
        let (from, to) = (ends_of_link(ctx, link), ends_of_balancer(ctx, lb));
        let doors: Vec<_> = to.seen.into_iter().map(|end| Door { end, port, doubt: None }).collect();
        let pairs = from.seen.iter().flat_map(|from| doors.iter().map(|to| Pair::new(from, to))).collect();
        Ok((link, Leg { scope: &lb.scope, pairs, gaps: [from.gaps, to.gaps].concat() }))
    }

    /// The load balancer as a v1 link meets it.
    ///
    /// # Errors
    /// `NotApplicable` for a v2 link, or the gaps.
    pub fn privatelink<'c>(&self, ctx: &Ctx<'c>) -> Result<(&'c Held<LoadBalancer>, Endpoint, u16), Stop> {
        let VpcLink::V1(_) = self.link(ctx)? else { return Err(Stop::NotApplicable) };
        let (lb, listener) = self.listener(ctx)?;
        let (label, vpc) = (format!("load balancer {}", lb.facts.load_balancer_name), lb.facts.vpc_id.clone());
        let front =
            Endpoint { label, vpc, addresses: Vec::new(), groups: groups_of_balancer(&lb.facts), foreign: None };
        Ok((lb, front, port_of(&listener.port, "the listener's port")?))
    }

    /// From the load balancer's nodes to the targets in service, each on its own port.
    ///
    /// # Errors
    /// `NotApplicable` where there are none or they are functions, or the gaps.
    pub fn to_targets<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Leg<'c>, Stop> {
        let (lb, targets) = (self.balancer(ctx)?, self.ends_of_targets(ctx, group)?);
        let nodes = ends_of_balancer(ctx, lb);
        let pairs = nodes.seen.iter().flat_map(|from| targets.seen.iter().map(|to| Pair::new(from, to))).collect();
        Ok(Leg { scope: &group.scope, pairs, gaps: [nodes.gaps, targets.gaps].concat() })
    }

    /// The same connections as the targets see them. A network load balancer that
    /// preserves the client's address shows them the VPC link's, but not over PrivateLink.
    ///
    /// # Errors
    /// As [`Self::to_targets`].
    pub fn at_targets<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Leg<'c>, Stop> {
        let lb = self.balancer(ctx)?;
        let direct = self.to_targets(ctx, group)?;
        let network = match lb.facts.kind.known()? {
            Some(LoadBalancerType::Application) => return Ok(direct),
            Some(LoadBalancerType::Network) => self.link(ctx)?,
            _ => return Err(Gap::not_readable(format!("the type of {}", lb.facts.load_balancer_name)).into()),
        };
        let VpcLink::V2(link) = network else { return Ok(direct) };
        let preserved = preserves_client_ip(&group.facts);
        if preserved == Ok(false) {
            return Ok(direct);
        }
        let clients = ends_of_link(ctx, link);
        let shown = |pair: Pair| -> Vec<Pair> {
            let through = |client: &Endpoint| -> Vec<Endpoint> {
                let direct = if preserved.is_err() { pair.from.as_slice() } else { &[] };
                pair.from.iter().map(|node| client.through(node)).chain(direct.iter().cloned()).collect()
            };
            let one = |client| Pair { from: through(client), which: preserved.clone().err(), ..pair.clone() };
            clients.seen.iter().map(one).collect()
        };
        let pairs = direct.pairs.into_iter().flat_map(shown).collect();
        Ok(Leg { pairs, gaps: [direct.gaps, clients.gaps].concat(), ..direct })
    }

    fn ends_of_targets(&self, ctx: &Ctx<'_>, group: &Held<TargetGroup>) -> Result<Ends<Door>, Stop> {
        let it = &group.facts;
        let find = match it.target_type.known()? {
            Some(TargetType::Instance) => instance,
            Some(TargetType::Ip) => address,
            Some(TargetType::Lambda) => return Err(Gap::not_modelled("a function behind a load balancer").into()),
            Some(kind) => return Err(Gap::not_modelled(format!("targets of type {kind}")).into()),
            None => return Err(Gap::not_readable(format!("the target type of {}", it.target_group_name)).into()),
        };
        if it.ip_address_type.known()?.and_then(Text::lit) == Some("ipv6") {
            return Err(Gap::not_modelled("a target group that is reached over IPv6").into());
        }
        let targets = TargetGroup::in_service(&self.registered(it)?);
        if targets.is_empty() {
            return Err(Stop::NotApplicable);
        }
        let mut ends = Ends { seen: Vec::new(), gaps: Vec::new() };
        for (target, doubt) in targets {
            let port = if target.target.port.is_unset() { &it.port } else { &target.target.port };
            let port = port_of(port, "a target's port");
            match port.and_then(|port| find(ctx, group, &target.target.id).map(|end| Door { end, port, doubt })) {
                Ok(end) => ends.seen.push(end),
                Err(gap) => ends.gaps.push(gap),
            }
        }
        Ok(ends)
    }
}

fn port_of(port: &Seen<i64>, what: &str) -> Result<u16, Gap> {
    port.known()?.and_then(|port| u16::try_from(*port).ok()).ok_or_else(|| Gap::not_readable(what))
}

fn instance(ctx: &Ctx<'_>, group: &Held<TargetGroup>, id: &str) -> Result<Endpoint, Gap> {
    let found = ctx.graph.interfaces(Node::Instance(id), &group.scope)?;
    match found.as_slice() {
        [only] => Ok(Endpoint::interface(format!("target {id}"), &only.facts, &group.scope.account)),
        _ => Err(Gap::not_readable(format!("the primary network interface of {id}"))),
    }
}

/// Private addresses repeat from VPC to VPC, so only the group's own VPC decides.
fn address(ctx: &Ctx<'_>, group: &Held<TargetGroup>, ip: &str) -> Result<Endpoint, Gap> {
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

/// Unless it is set: yes, but not for addresses that are reached over TCP or TLS.
fn preserves_client_ip(group: &TargetGroup) -> Result<bool, Gap> {
    let name = &group.target_group_name;
    match (group.preserve_client_ip.known()?, group.target_type.known()?) {
        (Some(preserves), _) => Ok(*preserves),
        (None, Some(TargetType::Ip)) => match group.protocol.known()?.map(Text::known).transpose()? {
            Some(protocol) => Ok(!matches!(protocol, "TCP" | "TLS")),
            None => Err(Gap::not_readable(format!("the protocol of {name}"))),
        },
        (None, _) => Ok(true),
    }
}

fn groups_of_balancer(lb: &LoadBalancer) -> Groups {
    match lb.security_groups.list() {
        Err(gap) => Groups::Unknown(gap),
        Ok([]) if lb.kind.set() == Some(&LoadBalancerType::Network) => Groups::None,
        Ok(list) => Groups::Known(list.to_vec()),
    }
}

fn ends_of_balancer(ctx: &Ctx<'_>, lb: &Held<LoadBalancer>) -> Ends {
    let label = format!("load balancer {}", lb.facts.load_balancer_name);
    let subnets = lb.facts.availability_zones.list().and_then(|zones| {
        let nameless = || Gap::not_readable(format!("a subnet of {label}"));
        zones.iter().map(|zone| zone.subnet_id.known()?.ok_or_else(nameless)).collect()
    });
    ends(ctx, Node::LoadBalancer(&lb.facts), &lb.scope, &label, groups_of_balancer(&lb.facts), subnets)
}

fn ends_of_link(ctx: &Ctx<'_>, link: &Held<v2::VpcLink>) -> Ends {
    let label = format!("VPC link {}", link.facts.vpc_link_id);
    let groups = match link.facts.security_group_ids.list() {
        Err(gap) => Groups::Unknown(gap),
        Ok([]) => Groups::Unknown(Gap::not_readable(format!("the security groups of {label}, which names none"))),
        Ok(list) => Groups::Known(list.to_vec()),
    };
    let subnets = link.facts.subnet_ids.list().map(|list| list.iter().collect());
    ends(ctx, Node::VpcLink(&link.facts), &link.scope, &label, groups, subnets)
}

/// The interfaces, or where they are not seen, somewhere in each of the subnets.
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
    let mut ends = Ends { seen: Vec::new(), gaps: Vec::new() };
    match subnets {
        Err(gap) => ends.gaps.push(gap),
        Ok(ids) if ids.is_empty() => ends.gaps.push(unseen),
        Ok(ids) => {
            for id in ids {
                match subnet(ctx, scope, id) {
                    Ok(subnet) => {
                        let label = format!("{label} in {id}");
                        ends.seen.push(Endpoint::somewhere_in(label, subnet, groups.clone(), unseen.clone()));
                    }
                    Err(gap) => ends.gaps.push(gap),
                }
            }
        }
    }
    ends
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
