//! The two legs of a private path, as the network engine sees them: from the VPC link's
//! interfaces to the load balancer's nodes, and from there to the targets.
//!
//! A network load balancer may keep the client's address. Security groups are documented
//! to see the client's then. Of network ACLs and routes nothing is said: theirs is the
//! answer that holds for the client, for the node, and for the client's address coming
//! from the node alike. To which targets a node sends, [`super::zones`] tells.

use super::ends::{Ends, address, ends_of_balancer, ends_of_link, groups_of_balancer, instance};
use super::zones::CrossZone;
use super::{NetworkPathHop, VpcLink};
use crate::analysis::Tri;
use crate::analysis::net::{Answer, Endpoint, Flow, World};
use crate::capture::Held;
use crate::follow::Ctx;
use crate::model::elb::{
    LoadBalancer, LoadBalancerScheme, LoadBalancerType, TargetGroup, TargetHealthDescription, TargetType,
};
use crate::model::{Gap, Scope, Seen, Text, v2};
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

/// Where a connection to a target ends.
pub(super) struct Door {
    pub(super) end: Endpoint,
    port: u16,
    /// The Availability Zone that it is registered with.
    pub(super) zone: Seen<Text>,
    doubt: Option<Gap>,
}

impl Pair {
    fn new(from: &Endpoint, to: &Endpoint, port: u16) -> Pair {
        Pair { from: vec![from.clone()], which: None, to: to.clone(), port, doubt: None }
    }

    /// `None` where the node sends nothing to this target.
    fn to_target(node: &Endpoint, door: &Door, sends: Tri<()>) -> Option<Pair> {
        let sends = match sends {
            Tri::No(()) => return None,
            Tri::Yes(()) => None,
            Tri::Unknown(gaps) => gaps.into_iter().next(),
        };
        let doubt = door.doubt.clone().or(sends);
        Some(Pair { doubt, ..Pair::new(node, &door.end, door.port) })
    }

    /// What the engine says of every end that it may come from.
    pub(super) fn answer<A: Into<Answer>>(&self, world: &dyn World, stage: Stage<A>) -> Answer {
        let flow = |from| Flow { from, to: &self.to, port: self.port };
        let mut answers: Vec<Answer> = self.from.iter().map(|from| stage(world, &flow(from)).into()).collect();
        match &self.which {
            Some(which) if !agree(&answers) => {
                let gaps = answers.into_iter().filter_map(|answer| match answer {
                    Answer::Unknown(gaps) => Some(gaps),
                    _ => None,
                });
                Answer::Unknown(gaps.flatten().chain([which.clone()]).collect())
            }
            _ => answers.pop().unwrap_or(Answer::Unknown(Vec::new())),
        }
    }
}

/// A question to the engine about one connection.
pub(super) type Stage<A> = fn(&dyn World, &Flow<'_>) -> A;

/// Where all answers agree, it does not matter which of the ways requests take.
pub(super) fn agree(answers: &[Answer]) -> bool {
    let all = |is: fn(&Answer) -> bool| answers.iter().all(is);
    all(|answer| matches!(answer, Answer::Open(_)))
        || all(|answer| matches!(answer, Answer::Blocked(_)))
        || all(|answer| matches!(answer, Answer::Partly(..)))
}

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
        let pairs = from.seen.iter().flat_map(|from| to.seen.iter().map(move |to| Pair::new(from, to, port))).collect();
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
        let front = Endpoint {
            label,
            vpc,
            subnet: Seen::Unset,
            addresses: Vec::new(),
            groups: groups_of_balancer(&lb.facts),
            foreign: None,
        };
        Ok((lb, front, port_of(&listener.port, "the listener's port")?))
    }

    /// The nodes of a network load balancer, each with the listener's port, as a v1 link
    /// meets them.
    ///
    /// # Errors
    /// As [`Self::privatelink`].
    pub fn privatelink_nodes<'c>(&self, ctx: &Ctx<'c>) -> Result<(&'c Held<LoadBalancer>, Leg<'c>), Stop> {
        let (lb, _, port) = self.privatelink(ctx)?;
        let Ends { seen, gaps } = ends_of_balancer(ctx, lb);
        let pairs = seen.iter().map(|node| Pair::new(node, node, port)).collect();
        Ok((lb, Leg { scope: &lb.scope, pairs, gaps }))
    }

    /// From the load balancer's nodes to the targets in service, each on its own port.
    ///
    /// # Errors
    /// `NotApplicable` where there are none or they are functions, or the gaps.
    pub fn to_targets<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Leg<'c>, Stop> {
        let doors = |target: &TargetHealthDescription| {
            let port = if target.target.port.is_unset() { &group.facts.port } else { &target.target.port };
            port_of(port, "a target's port")
        };
        let targets = TargetGroup::in_service(&self.registered(&group.facts)?);
        self.nodes_to(ctx, group, &CrossZone::of(group, self.balancer(ctx)?), targets, doors)
    }

    /// From the load balancer's nodes to these targets, each on the port that `door` names.
    pub(super) fn nodes_to<'c>(
        &self,
        ctx: &Ctx<'c>,
        group: &'c Held<TargetGroup>,
        crossing: &CrossZone,
        targets: Vec<(&TargetHealthDescription, Option<Gap>)>,
        door: impl Fn(&TargetHealthDescription) -> Result<u16, Gap>,
    ) -> Result<Leg<'c>, Stop> {
        let (lb, targets) = (self.balancer(ctx)?, ends_of_targets(ctx, group, targets, door)?);
        let mut nodes = ends_of_balancer(ctx, lb);
        if over_ipv6(&group.facts)? {
            nodes.seen = nodes.seen.into_iter().map(Endpoint::over_ipv6).collect();
        }
        let ways = nodes.seen.iter().flat_map(|node| targets.seen.iter().map(move |target| (node, target)));
        let pair = |(node, target)| Pair::to_target(node, target, crossing.sends(ctx, lb, node, target));
        let pairs: Vec<Pair> = ways.filter_map(pair).collect();
        let gaps = [nodes.gaps, targets.gaps].concat();
        if pairs.is_empty() && gaps.is_empty() {
            let name = &lb.facts.load_balancer_name;
            return Err(
                Gap::not_modelled(format!("{name}, which has no target in any of its Availability Zones")).into()
            );
        }
        Ok(Leg { scope: &group.scope, pairs, gaps })
    }

    /// The same connections as the targets' security groups see them. A network load
    /// balancer that preserves the client's address shows them the VPC link's, but not
    /// over PrivateLink.
    ///
    /// # Errors
    /// As [`Self::to_targets`].
    pub fn at_targets<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Leg<'c>, Stop> {
        let direct = self.to_targets(ctx, group)?;
        let (preserved, link) = match self.kept(ctx, group)? {
            Kept::Node => return Ok(direct),
            Kept::Client(link) => (None, link),
            Kept::Unknown(link, gap) => (Some(gap), link),
        };
        let seen = |client: &Endpoint, node: &Endpoint| match &preserved {
            None => vec![client.through(node)],
            Some(_) => vec![client.through(node), node.clone()],
        };
        Ok(shown(direct, ends_of_link(ctx, link), preserved.as_ref(), seen))
    }

    /// The same connections as network ACLs and route tables may see them.
    ///
    /// # Errors
    /// As [`Self::to_targets`].
    pub fn across<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Leg<'c>, Stop> {
        let direct = self.to_targets(ctx, group)?;
        let (which, link) = match self.kept(ctx, group)? {
            Kept::Node => return Ok(direct),
            Kept::Unknown(link, gap) => (gap, link),
            Kept::Client(link) => {
                (Gap::not_modelled("network ACLs and routes where a client's address is preserved"), link)
            }
        };
        let views = |client: &Endpoint, node: &Endpoint| vec![client.through(node), client.clone(), node.clone()];
        Ok(shown(direct, ends_of_link(ctx, link), Some(&which), views))
    }

    /// Whose address the targets see.
    pub(super) fn kept<'c>(&self, ctx: &Ctx<'c>, group: &Held<TargetGroup>) -> Result<Kept<'c>, Stop> {
        let lb = self.balancer(ctx)?;
        match lb.facts.kind.known()? {
            Some(LoadBalancerType::Application) => return Ok(Kept::Node),
            Some(LoadBalancerType::Network) => {}
            _ => return Err(Gap::not_readable(format!("the type of {}", lb.facts.load_balancer_name)).into()),
        }
        let VpcLink::V2(link) = self.link(ctx)? else { return Ok(Kept::Node) };
        Ok(match preserves_client_ip(&group.facts) {
            Ok(false) => Kept::Node,
            // A client over IPv4 is then shown with the node's address.
            Ok(true) if over_ipv6(&group.facts)? => {
                Kept::Unknown(link, Gap::not_modelled("which address family a VPC link speaks"))
            }
            Ok(true) => Kept::Client(link),
            Err(gap) => Kept::Unknown(link, gap),
        })
    }
}

/// Whose address targets see.
pub(super) enum Kept<'c> {
    /// The load balancer node's.
    Node,
    /// That of the link's interface.
    Client(&'c Held<v2::VpcLink>),
    Unknown(&'c Held<v2::VpcLink>, Gap),
}

/// The pairs once for each client, coming from all that the client may look like.
fn shown<'c>(
    direct: Leg<'c>,
    clients: Ends,
    which: Option<&Gap>,
    views: impl Fn(&Endpoint, &Endpoint) -> Vec<Endpoint>,
) -> Leg<'c> {
    let one = |pair: &Pair, client: &Endpoint| Pair {
        from: pair.from.iter().flat_map(|node| views(client, node)).collect(),
        which: which.cloned(),
        ..pair.clone()
    };
    let pairs = direct.pairs.iter().flat_map(|pair| clients.seen.iter().map(move |client| one(pair, client)));
    Leg { pairs: pairs.collect(), gaps: [direct.gaps, clients.gaps].concat(), scope: direct.scope }
}

fn over_ipv6(group: &TargetGroup) -> Result<bool, Gap> {
    Ok(group.ip_address_type.known()?.map(Text::known).transpose()? == Some("ipv6"))
}

fn ends_of_targets(
    ctx: &Ctx<'_>,
    group: &Held<TargetGroup>,
    targets: Vec<(&TargetHealthDescription, Option<Gap>)>,
    door: impl Fn(&TargetHealthDescription) -> Result<u16, Gap>,
) -> Result<Ends<Door>, Stop> {
    let it = &group.facts;
    let find = match it.target_type.known()? {
        Some(TargetType::Instance) => instance,
        Some(TargetType::Ip) => address,
        Some(TargetType::Lambda) => return Err(Gap::not_modelled("a function behind a load balancer").into()),
        Some(kind) => return Err(Gap::not_modelled(format!("targets of type {kind}")).into()),
        None => return Err(Gap::not_readable(format!("the target type of {}", it.target_group_name)).into()),
    };
    if targets.is_empty() {
        return Err(Stop::NotApplicable);
    }
    let ipv6 = over_ipv6(it)?;
    let mut ends = Ends { seen: Vec::new(), gaps: Vec::new() };
    for (target, doubt) in targets {
        match door(target).and_then(|port| Ok((port, find(ctx, group, &target.target.id)?))) {
            Ok((port, end)) => {
                let end = if ipv6 { end.over_ipv6() } else { end };
                ends.seen.push(Door { end, port, zone: target.target.availability_zone.clone(), doubt });
            }
            Err(gap) => ends.gaps.push(gap),
        }
    }
    Ok(ends)
}

pub(super) fn port_of(port: &Seen<i64>, what: &str) -> Result<u16, Gap> {
    port.known()?.and_then(|port| u16::try_from(*port).ok()).ok_or_else(|| Gap::not_readable(what))
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
