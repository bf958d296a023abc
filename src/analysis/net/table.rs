//! One route table: which route takes a packet.

use super::World;
use super::cidr::Family;
use super::permission::{entries, range_of};
use super::proof::At;
use super::route::Drop;
use crate::model::ec2::{Route, RouteState, RouteTable};
use crate::model::{Gap, Kind, Seen, Text};
use ipnet::IpNet;
use std::net::IpAddr;

/// Where a route leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Within the VPC.
    Local,
    /// Over this peering connection, which is active while the route is.
    Peering(Text),
    Nowhere(Drop),
}

/// What counts among routes to equal blocks, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Propagated,
    PrefixList,
    Static,
}

/// One block that a route is for. A prefix list makes several.
struct Line<'w> {
    net: IpNet,
    n: usize,
    route: &'w Route,
    of_prefix_list: bool,
}

pub(super) struct Table<'w> {
    id: &'w Text,
    lines: Vec<Line<'w>>,
}

impl<'w> Table<'w> {
    /// The routes of one family.
    ///
    /// # Errors
    /// What hides a route: it might take any packet.
    pub(super) fn read(
        world: &'w dyn World,
        table: &'w RouteTable,
        id: &'w Text,
        family: Family,
    ) -> Result<Self, Vec<Gap>> {
        let routes = table.routes.list().map_err(|gap| vec![gap])?;
        let (mut lines, mut gaps) = (Vec::with_capacity(routes.len()), Vec::new());
        for (n, route) in routes.iter().enumerate() {
            let at = At { kind: Kind::RouteTable, id, list: "/Routes", n };
            let (own, other) = match family {
                Family::V4 => (&route.destination_cidr_block, &route.destination_ipv6_cidr_block),
                Family::V6 => (&route.destination_ipv6_cidr_block, &route.destination_cidr_block),
            };
            if own.is_unset() && route.destination_prefix_list_id.is_unset() && !other.is_unset() {
                continue;
            }
            if own.is_unset() && !route.destination_prefix_list_id.is_unset() {
                match entries(world, &route.destination_prefix_list_id, family, at) {
                    Err(gap) => gaps.push(gap),
                    Ok(nets) => {
                        for net in nets {
                            match net {
                                Ok(net) => lines.push(Line { net, n, route, of_prefix_list: true }),
                                Err(gap) => gaps.push(gap),
                            }
                        }
                    }
                }
                continue;
            }
            match range_of(family, own, at) {
                Ok(net) => lines.push(Line { net, n, route, of_prefix_list: false }),
                Err(gap) => gaps.push(gap),
            }
        }
        if !routes.iter().any(is_local) {
            // AWS lets no table be without one: the routes were not read.
            gaps.push(Gap::not_readable(format!("the routes of {id}")));
        }
        if gaps.is_empty() { Ok(Table { id, lines }) } else { Err(gaps) }
    }

    pub(super) fn nets(&self) -> impl Iterator<Item = &IpNet> {
        self.lines.iter().map(|line| &line.net)
    }

    /// Where a packet is led to and by which route; `None` where there is none for it.
    pub(super) fn way(&self, ip: IpAddr) -> Result<Option<(Way, usize)>, Vec<Gap>> {
        let matching = self.lines.iter().filter(|line| line.net.contains(&ip));
        let matching: Vec<(&Line<'_>, Result<Rank, Gap>)> = matching.map(|line| (line, self.rank(line))).collect();
        // A propagated route never overrides the local one, however narrow it is.
        let local = matching.iter().any(|(line, rank)| is_local(line.route) && *rank == Ok(Rank::Static));
        let counts = || matching.iter().filter(|(_, rank)| !local || *rank != Ok(Rank::Propagated));
        let key = |(line, rank): &&(&Line<'_>, Result<Rank, Gap>)| {
            (line.net.prefix_len(), *rank.as_ref().unwrap_or(&Rank::Static))
        };
        let Some(winner) = counts().max_by_key(key) else { return Ok(None) };
        let (best, best_rank) = winner;
        let way = self.led(best, ip);
        for rival in counts().filter(|(rival, _)| rival.n != best.n) {
            let (line, rank) = rival;
            // AWS picks one of several prefix lists as it likes.
            let lists = *best_rank == Ok(Rank::PrefixList) && *rank == Ok(Rank::PrefixList);
            let equal = key(&rival) == key(&winner);
            let unsure = best_rank.as_ref().err().or(rank.as_ref().err());
            if (lists || equal || unsure.is_some()) && !alike(&self.led(line, ip), &way) {
                let random = || Gap::Runtime { what: format!("which of two equal routes of {} takes {ip}", self.id) };
                return Err(vec![unsure.cloned().unwrap_or_else(random)]);
            }
        }
        way.map(|way| Some((way, best.n)))
    }

    fn led(&self, line: &Line<'_>, ip: IpAddr) -> Result<Way, Vec<Gap>> {
        led(line.route, self.at(line), ip).map_err(|gap| vec![gap])
    }

    /// What hides it where it may be propagated or not.
    fn rank(&self, line: &Line<'_>) -> Result<Rank, Gap> {
        if line.of_prefix_list { Ok(Rank::PrefixList) } else { rank(line.route, self.at(line)) }
    }

    fn at(&self, line: &Line<'_>) -> At<'_> {
        At { kind: Kind::RouteTable, id: self.id, list: "/Routes", n: line.n }
    }
}

/// Nowhere is nowhere, for whatever reason.
fn alike(a: &Result<Way, Vec<Gap>>, b: &Result<Way, Vec<Gap>>) -> bool {
    matches!((a, b), (Ok(Way::Nowhere(_)), Ok(Way::Nowhere(_)))) || a == b
}

fn is_local(route: &Route) -> bool {
    route.gateway_id.set().and_then(Text::lit) == Some("local")
}

fn rank(route: &Route, at: At<'_>) -> Result<Rank, Gap> {
    match route.origin.known()?.ok_or_else(|| at.unreadable("origin", ""))?.known()? {
        "EnableVgwRoutePropagation" => Ok(Rank::Propagated),
        "CreateRoute" | "CreateRouteTable" => Ok(Rank::Static),
        other => Err(at.unreadable("origin", other)),
    }
}

fn led(route: &Route, at: At<'_>, ip: IpAddr) -> Result<Way, Gap> {
    match route.state.known()?.ok_or_else(|| at.unreadable("state", ""))? {
        RouteState::Active => {}
        RouteState::Blackhole => return Ok(Way::Nowhere(Drop::Blackhole)),
        other => return Err(Gap::not_modelled(format!("a route whose state is {other}"))),
    }
    match route.gateway_id.known()? {
        Some(gateway) if gateway.lit() == Some("local") => return Ok(Way::Local),
        Some(gateway) if gateway.strip_prefix("igw-").is_some() && is_private(ip) => {
            return Ok(Way::Nowhere(Drop::Internet));
        }
        Some(gateway) => {
            let gateway = gateway.known()?;
            return Err(Gap::not_modelled(format!("what lies behind {gateway}, to which a route leads")));
        }
        None => {}
    }
    if let Some(peering) = route.vpc_peering_connection_id.known()? {
        return Ok(Way::Peering(peering.clone()));
    }
    let others = [&route.transit_gateway_id, &route.network_interface_id, &route.nat_gateway_id];
    let target = others.into_iter().find_map(|target: &Seen<Text>| target.set());
    let target = target.map_or_else(|| "the target".to_owned(), ToString::to_string);
    Err(Gap::not_modelled(format!("what lies behind {target} of {}, to which a route leads", at.spot())))
}

/// No such address is anywhere on the internet: RFC 1918 and RFC 4193.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    }
}
