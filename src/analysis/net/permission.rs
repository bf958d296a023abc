//! What one permission of a security group says.

use super::World;
use super::cidr::{Family, parse};
use super::endpoint::{Endpoint, Groups};
use super::proof::At;
use super::same::same;
use super::side::Side;
use crate::analysis::Tri;
use crate::model::ec2::{IpPermission, PrefixListEntry, UserIdGroupPair};
use crate::model::{Gap, Kind, Seen, Text};
use ipnet::IpNet;

/// Is TCP to this port among the traffic that the permission is about?
pub(super) fn carries(rule: &IpPermission, port: u16, at: At<'_>) -> Tri<()> {
    match protocol(&rule.ip_protocol, at) {
        Err(gap) => Tri::unknown(gap),
        Ok(Protocol::All) => Tri::Yes(()),
        Ok(Protocol::Other) => Tri::No(()),
        Ok(Protocol::Tcp) => {
            let lower = bound(&rule.from_port, "first port", at).map(|from| from <= port);
            let upper = bound(&rule.to_port, "last port", at).map(|to| port <= to);
            let answer = |bound: Result<bool, Gap>| bound.map_or_else(Tri::unknown, |holds| Tri::of(holds, ()));
            Tri::all([answer(lower), answer(upper)], ())
        }
    }
}

/// What a rule's or an entry's protocol is to a request.
pub(super) enum Protocol {
    /// Ports are then ignored.
    All,
    Tcp,
    Other,
}

pub(super) fn protocol(text: &Seen<Text>, at: At<'_>) -> Result<Protocol, Gap> {
    let lit = literal(text, "protocol", at)?;
    let is = |name: &str| lit.eq_ignore_ascii_case(name);
    match lit {
        "-1" => Ok(Protocol::All),
        "6" => Ok(Protocol::Tcp),
        _ if is("tcp") => Ok(Protocol::Tcp),
        _ if is("udp") || is("icmp") || is("icmpv6") || lit.parse::<u8>().is_ok() => Ok(Protocol::Other),
        other => Err(at.unreadable("protocol", other)),
    }
}

/// Does it name a group that the other side has, and does the name count between the two?
pub(super) fn refers(rule: &IpPermission, side: &Side<'_>, at: At<'_>) -> Tri<()> {
    if side.peer.groups == Groups::None {
        return Tri::No(());
    }
    match rule.user_id_group_pairs.list() {
        Err(gap) => Tri::unknown(gap),
        Ok(pairs) => {
            let counts = |pair| Tri::all([has(side.peer, pair, at), reaches(pair, side)], ());
            Tri::any(pairs.iter().map(counts), ())
        }
    }
}

fn has(peer: &Endpoint, pair: &UserIdGroupPair, at: At<'_>) -> Tri<()> {
    let named = match pair.group_id.known() {
        Err(gap) => return Tri::unknown(gap),
        Ok(None) => return Tri::unknown(at.unreadable("group reference", "")),
        Ok(Some(id)) => id,
    };
    match &peer.groups {
        Groups::None => Tri::No(()),
        Groups::Unknown(gap) => Tri::unknown(gap.clone()),
        Groups::Known(ids) if ids.is_empty() => Tri::unknown(peer.no_group()),
        Groups::Known(ids) => Tri::any(ids.iter().map(|id| same(id, named)), ()),
    }
}

/// A name counts inside one VPC, and from one to another over an active peering.
fn reaches(pair: &UserIdGroupPair, side: &Side<'_>) -> Tri<()> {
    match (same_vpc(side.own, side.peer), peered(pair)) {
        (Tri::No(()), peered) => peered,
        (Tri::Unknown(_), Tri::Yes(())) => Tri::Yes(()),
        (same, _) => same,
    }
}

pub(super) fn same_vpc(a: &Endpoint, b: &Endpoint) -> Tri<()> {
    match (a.vpc_id(), b.vpc_id()) {
        (Ok(a), Ok(b)) => same(a, b),
        (a, b) => Tri::Unknown(a.err().into_iter().chain(b.err()).collect()),
    }
}

fn peered(pair: &UserIdGroupPair) -> Tri<()> {
    if pair.vpc_peering_connection_id.is_unset() {
        let what = "references to security groups across VPCs without a peering connection";
        return Tri::unknown(Gap::not_modelled(what));
    }
    let known = |text: &Seen<Text>| {
        let text = text.known()?.ok_or_else(|| Gap::not_readable("the status of a peering connection"))?;
        text.known().map(str::to_owned)
    };
    match (known(&pair.vpc_peering_connection_id), known(&pair.peering_status)) {
        (_, Ok(status)) if status != "active" => Tri::No(()),
        (Ok(_), Ok(_)) => Tri::Yes(()),
        (Err(gap), _) | (_, Err(gap)) => Tri::unknown(gap),
    }
}

/// The addresses that a permission lists, as far as they can be read.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) nets: Vec<IpNet>,
    pub(super) gaps: Vec<Gap>,
}

pub(super) fn blocks(world: &dyn World, rule: &IpPermission, family: Family, at: At<'_>) -> Blocks {
    let mut found = Blocks::default();
    match family {
        Family::V4 => match rule.ip_ranges.list() {
            Ok(list) => list.iter().for_each(|range| found.add(range_of(family, &range.cidr_ip, at))),
            Err(gap) => found.gaps.push(gap),
        },
        Family::V6 => match rule.ipv6_ranges.list() {
            Ok(list) => list.iter().for_each(|range| found.add(range_of(family, &range.cidr_ipv6, at))),
            Err(gap) => found.gaps.push(gap),
        },
    }
    match rule.prefix_list_ids.list() {
        Ok(lists) => lists.iter().for_each(|list| found.prefix_list(world, &list.prefix_list_id, family, at)),
        Err(gap) => found.gaps.push(gap),
    }
    found
}

impl Blocks {
    fn add(&mut self, net: Result<IpNet, Gap>) {
        match net {
            Ok(net) => self.nets.push(net),
            Err(gap) => self.gaps.push(gap),
        }
    }

    fn prefix_list(&mut self, world: &dyn World, id: &Seen<Text>, family: Family, at: At<'_>) {
        match entries(world, id, family, at) {
            Err(gap) => self.gaps.push(gap),
            Ok(nets) => nets.for_each(|net| self.add(net)),
        }
    }
}

/// The blocks of one family that a prefix list holds.
pub(super) fn entries<'w>(
    world: &'w dyn World,
    id: &'w Seen<Text>,
    family: Family,
    at: At<'_>,
) -> Result<impl Iterator<Item = Result<IpNet, Gap>> + use<'w>, Gap> {
    let id = id.known()?.ok_or_else(|| at.unreadable("prefix list", ""))?;
    let list = world.prefix_list(id)?.map_or(Ok([].as_slice()), |list| list.entries.list())?;
    let net = move |(n, entry): (usize, &'w PrefixListEntry)| {
        cidr(&entry.cidr, At { kind: Kind::PrefixList, id, list: "/Entries", n })
    };
    let others = move |net: &Result<IpNet, Gap>| net.as_ref().is_ok_and(|net| Family::of(net) != family);
    Ok(list.iter().enumerate().map(net).filter(move |net| !others(net)))
}

fn cidr(text: &Seen<Text>, at: At<'_>) -> Result<IpNet, Gap> {
    let lit = literal(text, "CIDR", at)?;
    parse(lit).ok_or_else(|| at.unreadable("CIDR", lit))
}

pub(super) fn range_of(family: Family, text: &Seen<Text>, at: At<'_>) -> Result<IpNet, Gap> {
    let net = cidr(text, at)?;
    if Family::of(&net) == family { Ok(net) } else { Err(at.unreadable(&format!("{family} CIDR"), &net.to_string())) }
}

pub(super) fn bound(number: &Seen<i64>, what: &str, at: At<'_>) -> Result<u16, Gap> {
    let number = number.known()?.ok_or_else(|| at.unreadable(what, ""))?;
    u16::try_from(*number).map_err(|_| at.unreadable(what, &number.to_string()))
}

pub(super) fn literal<'a>(text: &'a Seen<Text>, what: &str, at: At<'_>) -> Result<&'a str, Gap> {
    text.known()?.ok_or_else(|| at.unreadable(what, ""))?.known()
}
