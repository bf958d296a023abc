//! The same questions answered by trying every address, for accounts without gaps.

use super::scene::Scene;
use crate::analysis::net::{Addresses, Direction, Endpoint, Groups};
use crate::model::ec2::{IpPermission, SecurityGroup};
use crate::model::{Seen, Text};

/// -1 if no address gets through, 1 if all do, else 0.
pub(super) fn answer(scene: &Scene, direction: Direction) -> i8 {
    let (own, peer) = match direction {
        Direction::Egress => (&scene.from, &scene.to),
        Direction::Ingress => (&scene.to, &scene.from),
    };
    let through: Vec<bool> =
        tried(peer).into_iter().map(|address| passes(scene, direction, own, peer, address)).collect();
    match (through.contains(&true), through.contains(&false)) {
        (true, false) => 1,
        (false, true) => -1,
        _ => 0,
    }
}

/// 3 if every address there is gets in, 2 if some do, 1 if none does.
pub(super) fn admission(scene: &Scene, enforced: bool) -> u8 {
    if !enforced {
        return 3;
    }
    // Blocks of these accounts are all of IPv4, or lie in the first 32 addresses of 10.0.0.0.
    let nobody = Endpoint { groups: Groups::None, ..scene.from.clone() };
    let gets_in = |address| passes(scene, Direction::Ingress, &scene.to, &nobody, address);
    let outside = u32::from_be_bytes([203, 0, 113, 1]);
    if gets_in(outside) {
        3
    } else if (0..32).any(|n| gets_in(u32::from_be_bytes([10, 0, 0, n]))) {
        2
    } else {
        1
    }
}

pub(super) fn tried(peer: &Endpoint) -> Vec<u32> {
    let all = (0..16).map(|n| u32::from_be_bytes([10, 0, 0, n]));
    all.filter(|address| {
        peer.addresses.iter().any(|addresses| match addresses {
            Addresses::Ip(ip) => within(*address, &format!("{ip}/32")),
            Addresses::Any { block, .. } => within(*address, &block.to_string()),
        })
    })
    .collect()
}

pub(super) fn within(address: u32, cidr: &str) -> bool {
    let (start, length) = cidr.split_once('/').unwrap();
    let octets = start.split('.').map(|octet| octet.parse::<u32>().unwrap());
    let start = octets.fold(0, |sum, octet| sum * 256 + octet);
    let size = 1_u64 << (32 - length.parse::<u32>().unwrap());
    u64::from(address) / size == u64::from(start) / size
}

pub(super) fn passes(scene: &Scene, direction: Direction, own: &Endpoint, peer: &Endpoint, address: u32) -> bool {
    let Groups::Known(ids) = &own.groups else { return true };
    let groups = ids.iter().filter_map(|id| scene.account.groups.get(id.lit().unwrap()));
    groups.map(|group| group.as_ref().unwrap()).any(|group: &SecurityGroup| {
        let rules = match direction {
            Direction::Egress => &group.ip_permissions_egress,
            Direction::Ingress => &group.ip_permissions,
        };
        list(rules).iter().any(|rule| carries(rule, scene.port) && admits(scene, rule, own, peer, address))
    })
}

fn carries(rule: &IpPermission, port: u16) -> bool {
    let tcp = ["tcp", "6"].contains(&text(&rule.ip_protocol));
    let ports = || *rule.from_port.set().unwrap()..=*rule.to_port.set().unwrap();
    text(&rule.ip_protocol) == "-1" || (tcp && ports().contains(&i64::from(port)))
}

fn admits(scene: &Scene, rule: &IpPermission, own: &Endpoint, peer: &Endpoint, address: u32) -> bool {
    let named = list(&rule.user_id_group_pairs).iter().any(|pair| {
        let member = matches!(&peer.groups, Groups::Known(ids) if ids.contains(pair.group_id.set().unwrap()));
        member && (own.vpc == peer.vpc || text(&pair.peering_status) == "active")
    });
    let listed = list(&rule.prefix_list_ids).iter().any(|id| {
        let found = scene.account.lists.get(text(&id.prefix_list_id));
        found.is_some_and(|list_of| {
            list(&list_of.as_ref().unwrap().entries).iter().any(|entry| within(address, text(&entry.cidr)))
        })
    });
    named || listed || list(&rule.ip_ranges).iter().any(|range| within(address, text(&range.cidr_ip)))
}

pub(super) fn list<T>(seen: &Seen<Vec<T>>) -> &[T] {
    seen.list().unwrap()
}

pub(super) fn text(seen: &Seen<Text>) -> &str {
    seen.set().unwrap().lit().unwrap()
}
