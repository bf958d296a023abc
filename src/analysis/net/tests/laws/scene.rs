//! Accounts of a few groups over sixteen addresses, and how parts of them get hidden.

use super::super::account::{Account, Peers, all, denied, hole, rule, set};
use super::paths;
use crate::analysis::net::{Addresses, Direction, Endpoint, Flow, Groups, Opening, Spot};
use crate::model::ec2::{IpPermission, PrefixList, SecurityGroup};
use crate::model::{Kind, Seen, Text};
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) account: Account,
    pub(super) from: Endpoint,
    pub(super) to: Endpoint,
    pub(super) port: u16,
}

pub(super) fn cidr() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0_u8..16, 28_u8..=32).prop_map(|(n, length)| format!("10.0.0.{n}/{length}")),
        1 => Just("10.0.0.16/28".to_owned()),
        1 => Just("0.0.0.0/0".to_owned()),
    ]
}

/// The last group and the last list do not exist.
fn group_id() -> impl Strategy<Value = String> {
    (0_u8..4).prop_map(|n| format!("sg-{n}"))
}

fn permission() -> impl Strategy<Value = IpPermission> {
    let protocol = prop_oneof![Just("tcp"), Just("6"), Just("udp"), Just("-1")];
    let heads = (protocol, 0_i64..5, 0_i64..3).prop_map(|(protocol, from, more)| match protocol {
        "-1" => all(),
        other => rule(other, Some((from, from + more))),
    });
    let cidrs = prop::collection::vec(cidr(), 0..3);
    let lists = prop::collection::vec((0_u8..3).prop_map(|n| format!("pl-{n}")), 0..2);
    let pairs = prop::collection::vec((group_id(), any::<bool>()), 0..2);
    (heads, cidrs, lists, pairs).prop_map(|(rule, cidrs, lists, pairs)| {
        let rule = cidrs.iter().fold(rule, |rule, cidr| rule.cidr(cidr));
        let rule = lists.iter().fold(rule, |rule, list| rule.list(list));
        pairs.iter().fold(rule, |rule, (id, active)| rule.peered(id, if *active { "active" } else { "deleted" }))
    })
}

fn permissions() -> impl Strategy<Value = Vec<IpPermission>> {
    prop::collection::vec(permission(), 0..4)
}

fn account() -> impl Strategy<Value = Account> {
    (grouped(), paths::acls(), paths::tables()).prop_map(|(account, acls, tables)| Account { acls, tables, ..account })
}

fn grouped() -> impl Strategy<Value = Account> {
    let groups = prop::collection::vec((permissions(), permissions()), 3);
    let lists = prop::collection::vec(prop::collection::vec(cidr(), 0..3), 2);
    (groups, lists).prop_map(|(groups, lists)| {
        let account = groups.into_iter().enumerate().fold(Account::default(), |account, (n, (inbound, outbound))| {
            account.group(&format!("sg-{n}"), inbound, outbound)
        });
        lists.iter().enumerate().fold(account, |account, (n, cidrs)| {
            account.list(&format!("pl-{n}"), &cidrs.iter().map(String::as_str).collect::<Vec<_>>())
        })
    })
}

fn endpoint(label: &'static str) -> impl Strategy<Value = Endpoint> {
    let address = prop_oneof![
        (0_u8..16).prop_map(|n| Addresses::Ip([10, 0, 0, n].into())),
        (0_u8..16, 28_u8..=32).prop_map(|(n, length)| Addresses::Any {
            block: format!("10.0.0.{n}/{length}").parse().unwrap(),
            gap: denied("interfaces"),
        }),
    ];
    let groups = prop_oneof![
        1 => Just(Groups::None),
        9 => prop::collection::vec(group_id().prop_map(Text::from), 1..3).prop_map(Groups::Known),
    ];
    let vpc = prop_oneof![3 => Just("vpc-1"), 1 => Just("vpc-2")];
    let subnet = prop_oneof![Just("a"), Just("b")];
    (prop::collection::vec(address, 1..3), groups, vpc, subnet).prop_map(move |(addresses, groups, vpc, subnet)| {
        Endpoint {
            label: label.into(),
            vpc: set(vpc),
            subnet: set(&format!("{vpc}-{subnet}")),
            addresses,
            groups,
            foreign: None,
        }
    })
}

pub(super) fn scene() -> impl Strategy<Value = Scene> {
    (account(), endpoint("from"), endpoint("to"), 0_u16..6).prop_map(|(account, from, to, port)| Scene {
        account,
        from,
        to,
        port,
    })
}

/// Whether the next thing is hidden.
pub(super) fn hides() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(prop::bool::weighted(0.1), 97)
}

pub(super) struct Hider<'a> {
    hides: std::iter::Cycle<std::slice::Iter<'a, bool>>,
    /// Holes of one id have one value, so every hidden text gets its own.
    holes: usize,
}

impl Hider<'_> {
    pub(super) fn next(&mut self) -> bool {
        self.hides.next().copied().unwrap_or_default()
    }

    fn hole(&mut self) -> Text {
        self.holes += 1;
        hole(&format!("Hole{}", self.holes))
    }

    pub(super) fn field<T>(&mut self, field: &mut Seen<T>) {
        if self.next() {
            *field = Seen::Unknown(denied("field"));
        }
    }

    pub(super) fn text(&mut self, field: &mut Seen<Text>) {
        self.field(field);
        if self.next() && matches!(field, Seen::Set(_)) {
            *field = Seen::Set(self.hole());
        }
    }

    fn rules(&mut self, rules: &mut Seen<Vec<IpPermission>>) {
        for rule in each(rules) {
            self.text(&mut rule.ip_protocol);
            self.field(&mut rule.from_port);
            self.field(&mut rule.to_port);
            each(&mut rule.ip_ranges).for_each(|range| self.text(&mut range.cidr_ip));
            each(&mut rule.prefix_list_ids).for_each(|list| self.text(&mut list.prefix_list_id));
            for pair in each(&mut rule.user_id_group_pairs) {
                self.text(&mut pair.group_id);
                self.text(&mut pair.vpc_peering_connection_id);
                self.text(&mut pair.peering_status);
            }
            self.field(&mut rule.ip_ranges);
            self.field(&mut rule.prefix_list_ids);
            self.field(&mut rule.user_id_group_pairs);
        }
        self.field(rules);
    }

    fn endpoint(&mut self, endpoint: &mut Endpoint) {
        for address in &mut endpoint.addresses {
            if self.next() {
                let block = address.block();
                let wider = block.supernet().filter(|_| self.next()).unwrap_or_default();
                *address = Addresses::Any { block: wider, gap: denied("addresses") };
            }
        }
        if self.next() {
            endpoint.addresses.push(Addresses::Ip([10, 0, 0, 3].into()));
        }
        self.text(&mut endpoint.vpc);
        self.text(&mut endpoint.subnet);
        if let Groups::Known(ids) = &mut endpoint.groups {
            for id in ids {
                if self.next() {
                    *id = self.hole();
                }
            }
        }
        if self.next() {
            endpoint.groups = Groups::Unknown(denied("groups"));
        }
    }
}

pub(super) fn each<T>(list: &mut Seen<Vec<T>>) -> impl Iterator<Item = &mut T> {
    let list = match list {
        Seen::Set(list) => Some(list),
        _ => None,
    };
    list.into_iter().flatten()
}

impl Scene {
    pub(super) fn flow(&self) -> Flow<'_> {
        Flow { from: &self.from, to: &self.to, port: self.port }
    }

    /// The same account to someone who may see less of it.
    pub(super) fn hide(&self, hides: &[bool], already: usize) -> Scene {
        let mut scene = self.clone();
        let mut hider = Hider { hides: hides.iter().cycle(), holes: already };
        for n in 0..4 {
            let id = format!("sg-{n}");
            if let Some(Ok(SecurityGroup { ip_permissions, ip_permissions_egress, .. })) =
                scene.account.groups.get_mut(&id)
            {
                hider.rules(ip_permissions);
                hider.rules(ip_permissions_egress);
            }
            if hider.next() {
                scene.account.groups.insert(id.clone(), Err(denied(&id)));
            }
        }
        for n in 0..3 {
            let id = format!("pl-{n}");
            if let Some(Ok(PrefixList { entries, .. })) = scene.account.lists.get_mut(&id) {
                each(entries).for_each(|entry| hider.text(&mut entry.cidr));
                hider.field(entries);
            }
            if hider.next() {
                scene.account.lists.insert(id.clone(), Err(denied(&id)));
            }
        }
        paths::hide(&mut scene.account, &mut hider);
        hider.endpoint(&mut scene.from);
        hider.endpoint(&mut scene.to);
        scene
    }

    fn rules(&mut self, id: &Text, direction: Direction) -> &mut Seen<Vec<IpPermission>> {
        let group = self.account.groups.get_mut(id.lit().unwrap()).unwrap().as_mut().unwrap();
        match direction {
            Direction::Egress => &mut group.ip_permissions_egress,
            Direction::Ingress => &mut group.ip_permissions,
        }
    }

    pub(super) fn with(&self, opening: &Opening, direction: Direction) -> Scene {
        let mut scene = self.clone();
        match scene.rules(&opening.group, direction) {
            Seen::Set(rules) => rules.push(opening.permission()),
            other => *other = Seen::Set(vec![opening.permission()]),
        }
        scene
    }

    /// With no rules but these.
    pub(super) fn only(&self, spots: &[Spot], direction: Direction) -> Scene {
        let mut scene = self.clone();
        for (id, group) in &mut scene.account.groups {
            let group = group.as_mut().unwrap();
            let rules = match direction {
                Direction::Egress => &mut group.ip_permissions_egress,
                Direction::Ingress => &mut group.ip_permissions,
            };
            let pointer = |n| format!("{}/{n}", direction.pointer());
            let named = |n| {
                spots.contains(&Spot { kind: Kind::SecurityGroup, id: Text::from(id.as_str()), pointer: pointer(n) })
            };
            let kept = rules.list().unwrap().iter().enumerate().filter(|(n, _)| named(*n));
            *rules = Seen::Set(kept.map(|(_, rule)| rule.clone()).collect());
        }
        scene
    }

    /// Everything in the other order.
    pub(super) fn turned(&self) -> Scene {
        let mut scene = self.clone();
        for group in scene.account.groups.values_mut().filter_map(|group| group.as_mut().ok()) {
            for rules in [&mut group.ip_permissions, &mut group.ip_permissions_egress] {
                for rule in each(rules) {
                    turn(&mut rule.ip_ranges);
                    turn(&mut rule.prefix_list_ids);
                    turn(&mut rule.user_id_group_pairs);
                }
                turn(rules);
            }
        }
        paths::turn_all(&mut scene.account);
        for endpoint in [&mut scene.from, &mut scene.to] {
            endpoint.addresses.reverse();
            if let Groups::Known(ids) = &mut endpoint.groups {
                ids.reverse();
            }
        }
        scene
    }
}

pub(super) fn turn<T>(list: &mut Seen<Vec<T>>) {
    if let Seen::Set(list) = list {
        list.reverse();
    }
}
