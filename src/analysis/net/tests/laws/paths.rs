//! Network ACLs and route tables for four subnets of two VPCs over the same addresses.

use super::super::account::{Account, acl_of, entry, route, table_of};
use super::scene::{Hider, cidr, each, turn};
use crate::model::ec2::{NetworkAcl, NetworkAclEntry, Route, RouteTable};
use proptest::prelude::*;
use std::collections::BTreeSet;

pub(super) const SUBNETS: [(&str, &str); 4] =
    [("vpc-1", "vpc-1-a"), ("vpc-1", "vpc-1-b"), ("vpc-2", "vpc-2-a"), ("vpc-2", "vpc-2-b")];

/// One port of each part that ports of replies can be told apart into.
pub(super) const REPLIES: [u16; 6] = [1024, 29999, 30000, 49999, 50000, 65535];

/// Mostly wide, so that something gets through.
fn wide() -> impl Strategy<Value = String> {
    prop_oneof![2 => Just("0.0.0.0/0".to_owned()), 2 => Just("10.0.0.0/28".to_owned()), 3 => cidr()]
}

fn entries(way: &'static str) -> impl Strategy<Value = Vec<NetworkAclEntry>> {
    let ports = prop_oneof![
        3 => Just("0-65535"), 1 => Just("1024-65535"), 1 => Just("1024-29999"), 1 => Just("30000-65535"),
        1 => Just("30000-49999"), 1 => Just("0-2"), 1 => Just("2-5"), 1 => Just("50000-65535"),
    ];
    let action = prop_oneof![3 => Just("allow"), 1 => Just("deny")];
    let protocol = prop_oneof![4 => Just("6"), 3 => Just("-1"), 1 => Just("17")];
    let numbered = prop::collection::vec((action, protocol, ports, wide()), 1..5);
    (numbered, any::<bool>()).prop_map(move |(list, upward)| {
        let number = |n: usize| if upward { 10 * (n + 1) } else { 100 - 10 * n };
        let text =
            |(n, (action, protocol, ports, cidr))| format!("{} {way} {action} {protocol} {ports} {cidr}", number(n));
        list.into_iter().enumerate().map(text).map(|text| entry(&text)).collect()
    })
}

pub(super) fn acls() -> impl Strategy<Value = Vec<NetworkAcl>> {
    prop::collection::vec((entries("in"), entries("out")), 4).prop_map(|lists| {
        let acl = |((vpc, subnet), (inward, outward)): ((&str, &str), (Vec<_>, Vec<_>))| {
            acl_of(subnet, vpc, [inward, outward].concat())
        };
        SUBNETS.into_iter().zip(lists).map(acl).collect()
    })
}

fn routes() -> impl Strategy<Value = Vec<Route>> {
    let to = prop_oneof![6 => wide(), 1 => Just("pl-0".to_owned()), 1 => Just("pl-1".to_owned())];
    let target = prop_oneof![
        2 => Just("pcx-1"), 1 => Just("pcx-2"), 1 => Just("tgw-1"), 1 => Just("igw-1"), 1 => Just("vgw-1 propagated"),
        1 => Just("pcx-1 blackhole"), 1 => Just("eni-1"),
    ];
    let local =
        prop_oneof![3 => Just("10.0.0.0/27 local".to_owned()), 1 => cidr().prop_map(|cidr| format!("{cidr} local"))];
    let more = prop::collection::vec((to, target).prop_map(|(to, target)| format!("{to} {target}")), 0..4);
    (local, more).prop_map(|(local, more)| {
        // AWS takes no two static routes to one block.
        let mut taken = BTreeSet::new();
        let block =
            |text: &str| text.split(' ').next().and_then(|to| to.parse::<ipnet::IpNet>().ok()).map(|net| net.trunc());
        let all = std::iter::once(local).chain(more);
        let fresh = |text: &String| text.ends_with("propagated") || block(text).is_none_or(|net| taken.insert(net));
        all.filter(fresh).map(|text| route(&text)).collect()
    })
}

pub(super) fn tables() -> impl Strategy<Value = Vec<RouteTable>> {
    prop::collection::vec(routes(), 4).prop_map(|all| {
        SUBNETS.into_iter().zip(all).map(|((vpc, subnet), routes)| table_of(subnet, vpc, routes)).collect()
    })
}

pub(super) fn hide(account: &mut Account, hider: &mut Hider<'_>) {
    for acl in &mut account.acls {
        for entry in each(&mut acl.entries) {
            hider.field(&mut entry.rule_number);
            hider.field(&mut entry.egress);
            hider.text(&mut entry.protocol);
            hider.field(&mut entry.rule_action);
            hider.text(&mut entry.cidr_block);
            hider.field(&mut entry.port_range);
        }
        if hider.next() {
            hider.field(&mut acl.entries);
        }
        each(&mut acl.associations).for_each(|one| hider.text(&mut one.subnet_id));
    }
    for table in &mut account.tables {
        for route in each(&mut table.routes) {
            for text in [&mut route.gateway_id, &mut route.vpc_peering_connection_id, &mut route.origin] {
                hider.text(text);
            }
            if route.destination_prefix_list_id.is_unset() {
                hider.text(&mut route.destination_cidr_block);
            } else {
                hider.text(&mut route.destination_prefix_list_id);
            }
            hider.field(&mut route.state);
        }
        each(&mut table.associations).for_each(|one| hider.text(&mut one.subnet_id));
    }
    if hider.next() {
        account.acls.pop();
        account.tables.pop();
        account.rest = Some(super::super::account::denied("rest"));
    }
}

pub(super) fn turn_all(account: &mut Account) {
    account.acls.iter_mut().for_each(|acl| turn(&mut acl.entries));
    account.tables.iter_mut().for_each(|table| turn(&mut table.routes));
    account.acls.reverse();
    account.tables.reverse();
}
