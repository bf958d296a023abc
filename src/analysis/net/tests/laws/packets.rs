//! Network ACLs and routes answered by sending every packet, for accounts without gaps.

use super::brute::{list, passes, text, tried, within};
use super::paths::REPLIES;
use super::scene::Scene;
use crate::analysis::net::{Direction, Endpoint};
use crate::model::Seen;
use crate::model::ec2::{NetworkAclEntry, Route, RouteState, RuleAction};

/// What becomes of one connection, or of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    Partly,
    Blocked,
    Unknown,
}

/// What is so of one of them may not be so of the others.
pub(super) fn any_of(fates: &[Fate]) -> Fate {
    let only = |allowed: &[Fate]| fates.iter().all(|fate| allowed.contains(fate));
    match () {
        () if only(&[Fate::Open]) => Fate::Open,
        () if only(&[Fate::Blocked]) => Fate::Blocked,
        () if only(&[Fate::Partly, Fate::Blocked]) => Fate::Partly,
        () => Fate::Unknown,
    }
}

fn every(scene: &Scene, one: impl Fn(u32, u32) -> Fate) -> Vec<Fate> {
    let (sources, targets) = (tried(&scene.from), tried(&scene.to));
    sources.iter().flat_map(|source| targets.iter().map(|target| one(*source, *target)).collect::<Vec<_>>()).collect()
}

pub(super) fn acl(scene: &Scene) -> Fate {
    any_of(&every(scene, |source, target| acl_one(scene, source, target)))
}

pub(super) fn routes(scene: &Scene) -> Fate {
    any_of(&every(scene, |source, target| routes_one(scene, source, target)))
}

/// All stages together.
pub(super) fn reach(scene: &Scene) -> Vec<Fate> {
    every(scene, |source, target| {
        let out = passes(scene, Direction::Egress, &scene.from, &scene.to, target);
        let inward = passes(scene, Direction::Ingress, &scene.to, &scene.from, source);
        let fates = [acl_one(scene, source, target), routes_one(scene, source, target)];
        match () {
            () if !out || !inward || fates.contains(&Fate::Blocked) => Fate::Blocked,
            () if fates.contains(&Fate::Partly) => Fate::Partly,
            () if fates.contains(&Fate::Unknown) => Fate::Unknown,
            () => Fate::Open,
        }
    })
}

fn acl_one(scene: &Scene, source: u32, target: u32) -> Fate {
    if scene.from.subnet == scene.to.subnet {
        return Fate::Open;
    }
    let crosses = |end: &Endpoint, egress: bool, address: u32, port: u16| {
        let id = text(&end.subnet);
        let named = |acl: &&crate::model::ec2::NetworkAcl| text(&list(&acl.associations)[0].subnet_id) == id;
        let acl = scene.account.acls.iter().find(named).unwrap();
        let mut entries: Vec<&NetworkAclEntry> = list(&acl.entries).iter().collect();
        entries.sort_by_key(|entry| *entry.rule_number.set().unwrap());
        let matches = |entry: &&&NetworkAclEntry| {
            let range = entry.port_range.set().unwrap();
            let ports = *range.from.set().unwrap()..=*range.to.set().unwrap();
            let protocol = text(&entry.protocol);
            entry.egress == Seen::Set(egress)
                && (protocol == "-1" || (protocol == "6" && ports.contains(&i64::from(port))))
                && within(address, text(&entry.cidr_block))
        };
        entries.iter().find(matches).is_some_and(|entry| entry.rule_action == Seen::Set(RuleAction::Allow))
    };
    let asks = crosses(&scene.from, true, target, scene.port) && crosses(&scene.to, false, source, scene.port);
    let answers = |port: &&u16| crosses(&scene.to, true, source, **port) && crosses(&scene.from, false, target, **port);
    match REPLIES.iter().filter(answers).count() {
        _ if !asks => Fate::Blocked,
        0 => Fate::Blocked,
        some if some < REPLIES.len() => Fate::Partly,
        _ => Fate::Open,
    }
}

#[derive(Clone, PartialEq)]
enum Hop {
    Here,
    Peer(String),
    Dropped,
    Unclear,
}

fn routes_one(scene: &Scene, source: u32, target: u32) -> Fate {
    match (hop(scene, &scene.from, target), hop(scene, &scene.to, source)) {
        (Hop::Dropped, _) | (_, Hop::Dropped) => Fate::Blocked,
        (Hop::Unclear, _) | (_, Hop::Unclear) => Fate::Unknown,
        (there, back) if there == back => Fate::Open,
        _ => Fate::Unknown,
    }
}

fn hop(scene: &Scene, end: &Endpoint, address: u32) -> Hop {
    let named = |table: &&crate::model::ec2::RouteTable| list(&table.associations)[0].subnet_id == end.subnet;
    let table = scene.account.tables.iter().find(named).unwrap();
    // Length, then kind: 3 static, 2 prefix list, 1 propagated.
    let mut found: Vec<(u32, u32, &Route)> = Vec::new();
    for route in list(&table.routes) {
        let propagated = text(&route.origin) == "EnableVgwRoutePropagation";
        let (kind, blocks): (u32, Vec<&str>) = match route.destination_prefix_list_id.set() {
            None => (if propagated { 1 } else { 3 }, vec![text(&route.destination_cidr_block)]),
            Some(id) => {
                let of = scene.account.lists[id.lit().unwrap()].as_ref().unwrap();
                (2, list(&of.entries).iter().map(|entry| text(&entry.cidr)).collect())
            }
        };
        for block in blocks.into_iter().filter(|block| within(address, block)) {
            found.push((block.split_once('/').unwrap().1.parse().unwrap(), kind, route));
        }
    }
    if found.iter().any(|(_, _, route)| is_local(route)) {
        found.retain(|(_, kind, _)| *kind != 1);
    }
    let Some(best) = found.iter().map(|(length, kind, _)| (*length, *kind)).max() else { return Hop::Dropped };
    let listed = |kind: u32| best.1 == 2 && kind == 2;
    let rivals = found.iter().filter(|(length, kind, _)| (*length, *kind) == best || listed(*kind));
    let hops: Vec<Hop> = rivals.map(|(_, _, route)| leads(scene, route)).collect();
    if hops.iter().all(|hop| *hop == hops[0]) { hops[0].clone() } else { Hop::Unclear }
}

fn is_local(route: &Route) -> bool {
    route.gateway_id.set().is_some_and(|id| id.lit() == Some("local"))
}

fn leads(scene: &Scene, route: &Route) -> Hop {
    let apart = scene.from.vpc != scene.to.vpc;
    if route.state == Seen::Set(RouteState::Blackhole) {
        return Hop::Dropped;
    }
    match (route.gateway_id.set().and_then(|id| id.lit()), route.vpc_peering_connection_id.set()) {
        (Some("local"), _) if apart => Hop::Dropped,
        (Some("local"), _) => Hop::Here,
        (Some("igw-1"), _) => Hop::Dropped,
        (None, Some(id)) if apart => Hop::Peer(id.to_string()),
        _ => Hop::Unclear,
    }
}
