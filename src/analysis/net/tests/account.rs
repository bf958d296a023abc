//! What the tests build their accounts from.

use crate::analysis::net::{Addresses, Endpoint, Groups, OfVpc, World};
use crate::model::ec2::{
    IpPermission, IpRange, Ipv6Range, NetworkAcl, NetworkAclEntry, PortRange, PrefixList, PrefixListEntry,
    PrefixListId, Route, RouteState, RouteTable, RuleAction, SecurityGroup, SubnetAssociation, UserIdGroupPair,
};
use crate::model::{Charset, Gap, Hole, Seen, Text};
use std::collections::BTreeMap;

/// Everything that was read, everything that is hidden; what is in neither does not exist.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) groups: BTreeMap<String, Result<SecurityGroup, Gap>>,
    pub(super) lists: BTreeMap<String, Result<PrefixList, Gap>>,
    pub(super) acls: Vec<NetworkAcl>,
    pub(super) tables: Vec<RouteTable>,
    /// What hides more network ACLs and route tables.
    pub(super) rest: Option<Gap>,
}

impl World for Account {
    fn security_group(&self, id: &Text) -> Result<Option<&SecurityGroup>, Gap> {
        self.groups.get(id.known()?).map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    fn prefix_list(&self, id: &Text) -> Result<Option<&PrefixList>, Gap> {
        self.lists.get(id.known()?).map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    fn network_acls(&self, vpc: &Text) -> OfVpc<'_, NetworkAcl> {
        let of = |acl: &&NetworkAcl| acl.vpc_id.set().is_none_or(|id| id == vpc || id.lit().is_none());
        OfVpc { seen: self.acls.iter().filter(of).collect(), hidden: self.rest.clone() }
    }

    fn route_tables(&self, vpc: &Text) -> OfVpc<'_, RouteTable> {
        let of = |table: &&RouteTable| table.vpc_id.set().is_none_or(|id| id == vpc || id.lit().is_none());
        OfVpc { seen: self.tables.iter().filter(of).collect(), hidden: self.rest.clone() }
    }
}

impl Account {
    pub(super) fn group(mut self, id: &str, inbound: Vec<IpPermission>, outbound: Vec<IpPermission>) -> Self {
        let group = SecurityGroup {
            group_id: id.into(),
            ip_permissions: Seen::Set(inbound),
            ip_permissions_egress: Seen::Set(outbound),
            ..SecurityGroup::default()
        };
        self.groups.insert(id.into(), Ok(group));
        self
    }

    pub(super) fn hidden(mut self, id: &str) -> Self {
        self.groups.insert(id.into(), Err(denied(id)));
        self.lists.insert(id.into(), Err(denied(id)));
        self
    }

    pub(super) fn list(mut self, id: &str, cidrs: &[&str]) -> Self {
        let entries = cidrs.iter().map(|cidr| PrefixListEntry { cidr: set(cidr) }).collect();
        self.lists.insert(id.into(), Ok(PrefixList { prefix_list_id: id.into(), entries: Seen::Set(entries) }));
        self
    }
}

/// The id of the one subnet of a VPC of these tests.
pub(super) fn subnet_of(vpc: &str) -> String {
    vpc.replace("vpc", "subnet")
}

fn association(subnet: &str) -> Seen<Vec<SubnetAssociation>> {
    Seen::Set(vec![SubnetAssociation { subnet_id: set(subnet), main: Seen::Set(false) }])
}

pub(super) fn acl_of(subnet: &str, vpc: &str, entries: Vec<NetworkAclEntry>) -> NetworkAcl {
    NetworkAcl {
        network_acl_id: subnet.replace("subnet", "acl").into(),
        vpc_id: set(vpc),
        entries: Seen::Set(entries),
        associations: association(subnet),
        ..NetworkAcl::default()
    }
}

pub(super) fn table_of(subnet: &str, vpc: &str, routes: Vec<Route>) -> RouteTable {
    RouteTable {
        route_table_id: subnet.replace("subnet", "rtb").into(),
        vpc_id: set(vpc),
        associations: association(subnet),
        routes: Seen::Set(routes),
    }
}

/// As `100 out allow 6 80-80 10.0.0.0/24` says it.
pub(super) fn entry(text: &str) -> NetworkAclEntry {
    let words: Vec<&str> = text.split(' ').collect();
    let [number, way, action, protocol, ports, cidr] = words.as_slice() else { panic!("{text}") };
    let v4 = !cidr.contains(':');
    NetworkAclEntry {
        rule_number: Seen::Set(number.parse().unwrap()),
        egress: Seen::Set(*way == "out"),
        protocol: set(protocol),
        rule_action: Seen::Set(RuleAction::from(*action)),
        cidr_block: Some(Text::from(*cidr)).filter(|_| v4).into(),
        ipv6_cidr_block: Some(Text::from(*cidr)).filter(|_| !v4).into(),
        port_range: ports
            .split_once('-')
            .filter(|(from, _)| !from.is_empty())
            .map(|(from, to)| PortRange { from: Seen::Set(from.parse().unwrap()), to: Seen::Set(to.parse().unwrap()) })
            .into(),
    }
}

/// As `10.0.0.0/24 local`, `pl-1 pcx-1`, `0.0.0.0/0 tgw-1 blackhole` or `… propagated` say it.
pub(super) fn route(text: &str) -> Route {
    let words: Vec<&str> = text.split(' ').collect();
    let [to, target, more @ ..] = words.as_slice() else { panic!("{text}") };
    let origin = if more.contains(&"propagated") { "EnableVgwRoutePropagation" } else { "CreateRoute" };
    let mut route = Route {
        origin: set(origin),
        state: Seen::Set(RouteState::from(if more.contains(&"blackhole") { "blackhole" } else { "active" })),
        ..Route::default()
    };
    *match to {
        to if to.starts_with("pl-") => &mut route.destination_prefix_list_id,
        to if to.contains(':') => &mut route.destination_ipv6_cidr_block,
        _ => &mut route.destination_cidr_block,
    } = set(to);
    *match target.split('-').next().unwrap() {
        "pcx" => &mut route.vpc_peering_connection_id,
        "tgw" => &mut route.transit_gateway_id,
        "nat" => &mut route.nat_gateway_id,
        "eni" => &mut route.network_interface_id,
        _ => &mut route.gateway_id,
    } = set(target);
    route
}

pub(super) fn denied(what: &str) -> Gap {
    Gap::Denied { action: format!("ec2:Describe {what}"), on: String::new() }
}

pub(super) fn set(text: &str) -> Seen<Text> {
    Seen::Set(text.into())
}

pub(super) fn hole(id: &str) -> Text {
    Text::hole(Hole { id: id.into(), family: None, charset: Charset::Any, gap: denied(id) })
}

/// A generated id of a template, of which there is one a resource.
pub(super) fn generated(id: &str) -> Text {
    Text::hole(Hole { id: id.into(), family: Some("group".into()), charset: Charset::Slug, gap: denied(id) })
}

pub(super) fn rule(protocol: &str, ports: Option<(i64, i64)>) -> IpPermission {
    IpPermission {
        ip_protocol: set(protocol),
        from_port: ports.map(|(from, _)| from).into(),
        to_port: ports.map(|(_, to)| to).into(),
        ..IpPermission::default()
    }
}

/// TCP to one port.
pub(super) fn tcp(port: i64) -> IpPermission {
    rule("tcp", Some((port, port)))
}

/// All traffic.
pub(super) fn all() -> IpPermission {
    rule("-1", None)
}

fn and<T>(list: &mut Seen<Vec<T>>, more: T) {
    match list {
        Seen::Set(list) => list.push(more),
        other => *other = Seen::Set(vec![more]),
    }
}

/// What a rule lets through, said as in a sentence.
pub(super) trait Peers: Sized {
    fn cidr(self, cidr: &str) -> Self;
    fn cidr6(self, cidr: &str) -> Self;
    fn list(self, id: &str) -> Self;
    fn pair(self, pair: UserIdGroupPair) -> Self;

    fn named(self, id: impl Into<Text>) -> Self {
        self.pair(UserIdGroupPair { group_id: Seen::Set(id.into()), ..UserIdGroupPair::default() })
    }

    fn peered(self, id: &str, status: &str) -> Self {
        self.pair(UserIdGroupPair {
            group_id: set(id),
            user_id: set("222222222222"),
            vpc_id: set("vpc-2"),
            vpc_peering_connection_id: set("pcx-1"),
            peering_status: set(status),
        })
    }
}

impl Peers for IpPermission {
    fn cidr(mut self, cidr: &str) -> Self {
        and(&mut self.ip_ranges, IpRange { cidr_ip: set(cidr) });
        self
    }

    fn cidr6(mut self, cidr: &str) -> Self {
        and(&mut self.ipv6_ranges, Ipv6Range { cidr_ipv6: set(cidr) });
        self
    }

    fn list(mut self, id: &str) -> Self {
        and(&mut self.prefix_list_ids, PrefixListId { prefix_list_id: set(id) });
        self
    }

    fn pair(mut self, pair: UserIdGroupPair) -> Self {
        and(&mut self.user_id_group_pairs, pair);
        self
    }
}

/// In vpc-1, with these groups.
pub(super) fn at(ip: &str, groups: &[&str]) -> Endpoint {
    Endpoint {
        label: ip.into(),
        vpc: set("vpc-1"),
        subnet: set("subnet-1"),
        addresses: vec![Addresses::Ip(ip.parse().unwrap())],
        groups: Groups::Known(groups.iter().map(|id| Text::from(*id)).collect()),
        foreign: None,
    }
}

impl Endpoint {
    pub(super) fn or_at(mut self, ip: &str) -> Self {
        self.addresses.push(Addresses::Ip(ip.parse().unwrap()));
        self
    }

    pub(super) fn anywhere_in(mut self, cidr: &str) -> Self {
        self.addresses = vec![Addresses::Any { block: cidr.parse().unwrap(), gap: denied("interfaces") }];
        self
    }

    pub(super) fn of_vpc(mut self, vpc: &str) -> Self {
        self.vpc = set(vpc);
        self.subnet = set(&subnet_of(vpc));
        self
    }

    pub(super) fn with(mut self, groups: Groups) -> Self {
        self.groups = groups;
        self
    }
}
