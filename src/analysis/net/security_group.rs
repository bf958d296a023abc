//! The security groups' stage: all rules of all groups of one side are one set.

use super::World;
use super::cidr::{Family, parse, touch};
use super::endpoint::{Addresses, Endpoint, Groups};
use super::permission::{blocks, carries, refers, same_vpc};
use super::proof::{At, Because, Direction, Opening, Proof, Searched, Source, Spot};
use super::side::Side;
use crate::analysis::Tri;
use crate::model::ec2::{IpPermission, SecurityGroup};
use crate::model::{Gap, Kind, Seen, Text};
use ipnet::IpNet;

/// Does the group set of `own` let the connection through?
pub(super) fn judge(world: &dyn World, side: &Side<'_>) -> Tri<Proof> {
    if side.own.groups == Groups::None {
        return Tri::Yes(side.proof(Because::NoGroups));
    }
    let lists = rule_lists(world, side.own, side.direction);
    let mut gaps = lists.gaps.clone();
    for (at, rule) in lists.places().filter(|(_, rule)| !rule.user_id_group_pairs.is_unset()) {
        match Tri::all([carries(rule, side.port, at), refers(rule, side, at)], ()) {
            Tri::Yes(()) => return Tri::Yes(side.proof(Because::Rules(vec![at.spot()]))),
            Tri::Unknown(more) => gaps.extend(more),
            Tri::No(()) => {}
        }
    }
    let family = side.family();
    if let Some(at) = lists.opener(side, family) {
        return Tri::Yes(side.proof(Because::Rules(vec![at.spot()])));
    }
    let candidates = side.peer.candidates(family);
    let near = |net: &IpNet| candidates.iter().any(|candidate| touch(net, &candidate.block()));
    let Listed { open, gaps: more } = lists.listed(world, side.port, family, near);
    gaps.extend(more);
    match covered(&candidates, &open) {
        Cover::Whole(spots) => return Tri::Yes(side.proof(Because::Rules(spots))),
        Cover::Part(more) => gaps.extend(more),
        Cover::Nothing => {}
    }
    if candidates.len() > 1 && !open.is_empty() {
        gaps.push(side.peer.which_address());
    }
    if !gaps.is_empty() {
        gaps.sort();
        gaps.dedup();
        return Tri::Unknown(gaps);
    }
    let opening = opening(side, &lists, &candidates);
    Tri::No(side.proof(Because::NoRule { searched: lists.searched(), opening }))
}

/// Does it surely? Quicker than [`judge`], for it proves nothing.
pub(super) fn is_open(world: &dyn World, side: &Side<'_>) -> bool {
    rule_lists(world, side.own, side.direction).opener(side, side.family()).is_some()
}

enum Cover {
    /// By these rules.
    Whole(Vec<Spot>),
    /// What hides whether an address is in the part.
    Part(Vec<Gap>),
    Nothing,
}

/// Neighbouring blocks may cover together what none of them covers alone.
fn covered(candidates: &[Addresses], open: &[(IpNet, Spot)]) -> Cover {
    let merged = IpNet::aggregate(&open.iter().map(|(net, _)| *net).collect());
    let whole = |block: &IpNet| merged.iter().any(|net| net.contains(block));
    if candidates.iter().all(|candidate| whole(&candidate.block())) {
        let mut spots: Vec<Spot> = candidates.iter().flat_map(|candidate| cover(candidate, open)).collect();
        spots.sort();
        spots.dedup();
        return Cover::Whole(spots);
    }
    if open.is_empty() {
        return Cover::Nothing;
    }
    Cover::Part(
        candidates
            .iter()
            .filter_map(|candidate| match candidate {
                Addresses::Any { block, gap } if !whole(&block.trunc()) => Some(gap.clone()),
                _ => None,
            })
            .collect(),
    )
}

/// The first rule that covers the candidate alone, else all that cover it together.
fn cover(candidate: &Addresses, open: &[(IpNet, Spot)]) -> Vec<Spot> {
    let block = candidate.block();
    match open.iter().find(|(net, _)| net.contains(&block)) {
        Some((_, spot)) => vec![spot.clone()],
        None => open.iter().filter(|(net, _)| touch(net, &block)).map(|(_, spot)| spot.clone()).collect(),
    }
}

/// The least that would have to be added.
fn opening(side: &Side<'_>, lists: &RuleLists<'_>, candidates: &[Addresses]) -> Option<Opening> {
    let group = lists.first_group()?;
    let named = match &side.peer.groups {
        Groups::Known(ids) if side.peer.foreign.is_none() && same_vpc(side.own, side.peer).is_yes() => ids.first(),
        _ => None,
    };
    let mut nets: Vec<IpNet> = candidates.iter().map(Addresses::block).collect();
    nets.sort();
    nets.dedup();
    let source = match named {
        Some(id) => Source::Group(id.clone()),
        // To open it to everyone is no least rule.
        None if nets.iter().any(|net| net.prefix_len() == 0) => return None,
        None => Source::Blocks(nets),
    };
    Some(Opening { group, direction: side.direction, port: side.port, source })
}

/// The rules of one direction of every group of an endpoint, and what hides some of them.
pub(super) struct RuleLists<'w> {
    direction: Direction,
    lists: Vec<(Searched, &'w [IpPermission])>,
    pub(super) gaps: Vec<Gap>,
}

/// The blocks that rules let through, each with its rule, and what hides others.
pub(super) struct Listed {
    pub(super) open: Vec<(IpNet, Spot)>,
    pub(super) gaps: Vec<Gap>,
}

impl<'w> RuleLists<'w> {
    fn places(&self) -> impl Iterator<Item = (At<'_>, &'w IpPermission)> {
        self.lists.iter().flat_map(move |(searched, rules)| {
            let at = move |n| At { kind: Kind::SecurityGroup, id: &searched.group, list: self.direction.pointer(), n };
            rules.iter().enumerate().map(move |(n, rule)| (at(n), rule))
        })
    }

    /// The first rule that surely lets the whole block through by a range of its own: what
    /// most answers rest on, found without a list of all that is open.
    fn opener(&self, side: &Side<'_>, family: Family) -> Option<At<'_>> {
        let block = side.peer.sole(family)?.block();
        let whole = |text: &Seen<Text>| {
            let net = text.set().and_then(Text::lit).and_then(parse);
            net.is_some_and(|net| Family::of(&net) == family && net.contains(&block))
        };
        let opens = |(at, rule): &(At<'_>, &IpPermission)| {
            let named = match family {
                Family::V4 => rule.ip_ranges.set().into_iter().flatten().any(|it| whole(&it.cidr_ip)),
                Family::V6 => rule.ipv6_ranges.set().into_iter().flatten().any(|it| whole(&it.cidr_ipv6)),
            };
            named && carries(rule, side.port, *at).is_yes()
        };
        self.places().find(opens).map(|(at, _)| at)
    }

    /// Every block of the family that carries the port and is `near` enough to matter.
    pub(super) fn listed(&self, world: &dyn World, port: u16, family: Family, near: impl Fn(&IpNet) -> bool) -> Listed {
        let mut found = Listed { open: Vec::new(), gaps: Vec::new() };
        for (at, rule) in self.places() {
            let carried = carries(rule, port, at);
            if carried.is_no() {
                continue;
            }
            let blocks = blocks(world, rule, family, at);
            found.gaps.extend(blocks.gaps);
            for net in blocks.nets.into_iter().filter(&near) {
                match &carried {
                    Tri::Unknown(more) => found.gaps.extend(more.iter().cloned()),
                    _ => found.open.push((net, at.spot())),
                }
            }
        }
        found
    }

    pub(super) fn searched(self) -> Vec<Searched> {
        self.lists.into_iter().map(|(searched, _)| searched).collect()
    }

    /// The first that exists: a rule can be added to it.
    pub(super) fn first_group(&self) -> Option<Text> {
        let first = self.lists.iter().find(|(searched, _)| searched.rules.is_some());
        first.map(|(searched, _)| searched.group.clone())
    }
}

pub(super) fn rule_lists<'w>(world: &'w dyn World, own: &Endpoint, direction: Direction) -> RuleLists<'w> {
    let mut found = RuleLists { direction, lists: Vec::new(), gaps: Vec::new() };
    let ids = match &own.groups {
        Groups::None => return found,
        Groups::Known(ids) => ids,
        Groups::Unknown(gap) => {
            found.gaps.push(gap.clone());
            return found;
        }
    };
    if ids.is_empty() {
        found.gaps.push(own.no_group());
    }
    for id in ids {
        let group = match (world.security_group(id), &own.foreign) {
            (Err(gap), _) => Err(gap),
            (Ok(None), Some(gap)) => Err(gap.clone()),
            (Ok(group), _) => Ok(group),
        };
        match group.and_then(|group| group.map(|group| rules(group, direction)).transpose()) {
            Err(gap) => found.gaps.push(gap),
            Ok(rules) => {
                let searched = Searched { group: id.clone(), rules: rules.map(<[_]>::len) };
                found.lists.push((searched, rules.unwrap_or_default()));
            }
        }
    }
    found
}

fn rules(group: &SecurityGroup, direction: Direction) -> Result<&[IpPermission], Gap> {
    match direction {
        Direction::Egress => group.ip_permissions_egress.list(),
        Direction::Ingress => group.ip_permissions.list(),
    }
}
