//! VPCs, their subnets, network ACLs and route tables.
//!
//! What AWS makes with a VPC stands in no template and is known all the same: a local route for each of its blocks in
//! every table, a network ACL that lets everything through, and a main route table that begins with local routes. Of
//! the main table no more than that is told: what else it holds stays unknown.
//!
//! Sources, under <https://docs.aws.amazon.com/vpc/latest/userguide/>: `default-network-acl.html`,
//! `custom-network-acl.html`, `VPC_Route_Tables.html`.

use super::fields::Fields;
use super::rest::add;
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::ec2::{
    Ipv6Block, NetworkAcl, NetworkAclEntry, PortRange, Route, RouteState, RouteTable, RuleAction, Subnet,
    SubnetAssociation,
};
use crate::model::{Gap, Scope, Seen, Text};

/// What only all stacks together tell.
#[derive(Default)]
pub(super) struct Vpcs {
    all: Vec<Vpc>,
    /// Subnets with a network ACL, or with a route table, that is named.
    with_acl: Vec<Seen<Text>>,
    with_table: Vec<Seen<Text>>,
}

struct Vpc {
    scope: Scope,
    id: Text,
    /// A local route for each block.
    local: Vec<Route>,
    acl: Text,
    table: Text,
}

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    into.vpcs.all.extend(stack.of("AWS::EC2::VPC").map(|it| vpc(stack, it)));
    let subnets = stack.of("AWS::EC2::Subnet").map(|it| subnet(stack, it));
    into.shared.subnets.extend(subnets.map(|facts| Held { scope: stack.scope.clone(), facts }));
    let made = stack.of("AWS::EC2::VPC").map(|it| default_acl(stack, it));
    let acls = stack.of("AWS::EC2::NetworkAcl").map(|it| acl(stack, it)).chain(made);
    into.shared.network_acls.extend(acls.map(|facts| Held { scope: stack.scope.clone(), facts }));
    let tables = stack.of("AWS::EC2::RouteTable").map(|it| table(stack, it));
    into.shared.route_tables.extend(tables.map(|facts| Held { scope: stack.scope.clone(), facts }));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let (acls, tables, vpcs) = (&mut of.shared.network_acls, &mut of.shared.route_tables, &mut of.vpcs);
    for declared in stack.of("AWS::EC2::VPCCidrBlock") {
        block(stack, declared, &mut vpcs.all);
    }
    for declared in stack.of("AWS::EC2::NetworkAclEntry") {
        entry(stack, declared, acls);
    }
    for declared in stack.of("AWS::EC2::SubnetNetworkAclAssociation") {
        let (of, with) = association(stack, declared, "NetworkAclId");
        let lists = acls.iter_mut().map(|held| (&held.facts.network_acl_id, &mut held.facts.associations));
        associate(lists, &of, &with);
        vpcs.with_acl.push(with.subnet_id);
    }
    for declared in stack.of("AWS::EC2::Route") {
        route(stack, declared, tables);
    }
    for declared in stack.of("AWS::EC2::VPNGatewayRoutePropagation") {
        propagation(stack, declared, tables);
    }
    for declared in stack.of("AWS::EC2::SubnetRouteTableAssociation") {
        let (of, with) = association(stack, declared, "RouteTableId");
        let lists = tables.iter_mut().map(|held| (&held.facts.route_table_id, &mut held.facts.associations));
        associate(lists, &of, &with);
        vpcs.with_table.push(with.subnet_id);
    }
    if let Some(gap) = stack.unseen.any() {
        acls.iter_mut().for_each(|held| held.facts.entries = Seen::Unknown(gap.clone()));
        tables.iter_mut().for_each(|held| held.facts.routes = Seen::Unknown(gap.clone()));
        vpcs.with_acl.push(Seen::Unknown(gap.clone()));
        vpcs.with_table.push(Seen::Unknown(gap.clone()));
    }
}

/// What AWS adds by itself.
pub(super) fn finish(facts: &mut Facts) {
    let (vpcs, shared) = (&facts.vpcs, &mut facts.shared);
    for vpc in &vpcs.all {
        let own: Vec<&Text> = shared
            .subnets
            .iter()
            .filter(|held| held.facts.vpc_id.set() == Some(&vpc.id))
            .map(|held| &held.facts.subnet_id)
            .collect();
        let left = |named: &[Seen<Text>]| -> Vec<Seen<Text>> {
            let hidden = named.iter().find_map(Seen::gap);
            let left = own.iter().filter(|id| !named.iter().any(|it| it.set() == Some(**id)));
            left.map(|id| hidden.map_or_else(|| Seen::Set((*id).clone()), |gap| Seen::Unknown(gap.clone()))).collect()
        };
        let with = |subnet_id, main| SubnetAssociation { subnet_id, main };
        for acl in shared.network_acls.iter_mut().filter(|held| held.facts.network_acl_id == vpc.acl) {
            let left = left(&vpcs.with_acl);
            acl.facts.associations = Seen::Set(left.into_iter().map(|id| with(id, Seen::Unset)).collect());
        }
        let left = left(&vpcs.with_table);
        let main = RouteTable {
            route_table_id: vpc.table.clone(),
            vpc_id: Seen::Set(vpc.id.clone()),
            associations: Seen::Set(left.into_iter().map(|id| with(id, Seen::Set(true))).collect()),
            routes: Seen::Set(vec![unseen(Gap::not_readable(format!(
                "what the main route table of {} holds besides local routes",
                vpc.id.label()
            )))]),
        };
        shared.route_tables.push(Held { scope: vpc.scope.clone(), facts: main });
    }
    for table in shared.route_tables.iter_mut().map(|held| &mut held.facts) {
        let vpc = vpcs.all.iter().find(|vpc| table.vpc_id.set() == Some(&vpc.id));
        let local = vpc.map_or_else(|| vec![local_of_unknown(&table.vpc_id)], |vpc| vpc.local.clone());
        local.into_iter().for_each(|route| add(&mut table.routes, route, &None));
    }
}

fn vpc(stack: &Stack<'_>, declared: &Declared) -> Vpc {
    let id = declared.reference.clone();
    let fields = stack.fields(declared, &id);
    let of_pool = || Gap::not_readable(format!("the block that a pool gives to {}", declared.logical_id));
    let first = match fields.text("CidrBlock", "CidrBlock") {
        Seen::Unset => Seen::Unknown(of_pool()),
        block => block,
    };
    let table = fields.hole("MainRouteTable", Gap::not_readable("a route table that AWS makes"));
    Vpc {
        scope: stack.scope.clone(),
        local: vec![local(first, Seen::Unset)],
        acl: stack.attribute(declared, "DefaultNetworkAcl"),
        table,
        id,
    }
}

fn local(destination_cidr_block: Seen<Text>, destination_ipv6_cidr_block: Seen<Text>) -> Route {
    Route {
        destination_cidr_block,
        destination_ipv6_cidr_block,
        gateway_id: Seen::Set("local".into()),
        origin: Seen::Set("CreateRouteTable".into()),
        state: Seen::Set(RouteState::Active),
        ..Route::default()
    }
}

fn local_of_unknown(vpc: &Seen<Text>) -> Route {
    let gap = match vpc {
        Seen::Unknown(gap) => gap.clone(),
        Seen::Set(id) => Gap::not_readable(format!("the blocks of the VPC {}", id.label())),
        Seen::Unset => Gap::not_readable("the VPC of a route table: it is required"),
    };
    local(Seen::Unknown(gap.clone()), Seen::Unknown(gap))
}

/// Takes what nothing narrower takes, nobody knows where to.
fn unseen(gap: Gap) -> Route {
    Route {
        destination_cidr_block: Seen::Set("0.0.0.0/0".into()),
        destination_ipv6_cidr_block: Seen::Set("::/0".into()),
        state: Seen::Unknown(gap),
        origin: Seen::Set("CreateRoute".into()),
        ..Route::default()
    }
}

/// Another block of a VPC.
fn block(stack: &Stack<'_>, declared: &Declared, vpcs: &mut [Vpc]) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let given = || Seen::Unknown(Gap::not_readable(format!("the block that {} gets", declared.logical_id)));
    let (v4, v6) = (fields.text("CidrBlock", "CidrBlock"), fields.text("Ipv6CidrBlock", "Ipv6CidrBlock"));
    let is_v4 = !fields.get("Ipv4IpamPoolId", "Ipv4IpamPoolId").is_unset();
    let route = match (&declared.undecided, v4, v6) {
        (Some(gap), ..) => local(Seen::Unknown(gap.clone()), Seen::Unknown(gap.clone())),
        (None, Seen::Unset, Seen::Unset) if is_v4 => local(given(), Seen::Unset),
        (None, Seen::Unset, Seen::Unset) => local(Seen::Unset, given()),
        (None, v4, v6) => local(v4, v6),
    };
    match fields.text("VpcId", "VpcId") {
        Seen::Set(id) => {
            vpcs.iter_mut().filter(|vpc| vpc.id == id).for_each(|vpc| vpc.local.push(route.clone()));
        }
        Seen::Unknown(gap) => {
            let any = local(Seen::Unknown(gap.clone()), Seen::Unknown(gap));
            vpcs.iter_mut().for_each(|vpc| vpc.local.push(any.clone()));
        }
        Seen::Unset => {}
    }
}

fn subnet(stack: &Stack<'_>, declared: &Declared) -> Subnet {
    let fields = stack.fields(declared, &declared.reference);
    let v6 = fields.text("Ipv6CidrBlock", "Ipv6CidrBlockAssociationSet");
    Subnet {
        subnet_id: declared.reference.clone(),
        vpc_id: fields.text("VpcId", "VpcId"),
        owner_id: Seen::Unset,
        cidr_block: fields.text("CidrBlock", "CidrBlock"),
        availability_zone: fields.text("AvailabilityZone", "AvailabilityZone"),
        availability_zone_id: fields.text("AvailabilityZoneId", "AvailabilityZoneId"),
        ipv6_cidr_block_association_set: v6.map(|block| vec![Ipv6Block { ipv6_cidr_block: Seen::Set(block) }]),
    }
}

fn acl(stack: &Stack<'_>, declared: &Declared) -> NetworkAcl {
    let fields = stack.fields(declared, &declared.reference);
    NetworkAcl {
        network_acl_id: declared.reference.clone(),
        vpc_id: fields.text("VpcId", "VpcId"),
        is_default: Seen::Set(false),
        entries: Seen::Set(both_ways(LAST, RuleAction::Deny)),
        associations: Seen::Set(Vec::new()),
    }
}

fn default_acl(stack: &Stack<'_>, declared: &Declared) -> NetworkAcl {
    let entries = [both_ways(FIRST, RuleAction::Allow), both_ways(LAST, RuleAction::Deny)].concat();
    NetworkAcl {
        network_acl_id: stack.attribute(declared, "DefaultNetworkAcl"),
        vpc_id: Seen::Set(declared.reference.clone()),
        is_default: Seen::Set(true),
        entries: Seen::Set(entries),
        associations: Seen::Set(Vec::new()),
    }
}

/// The numbers that EC2 gives to its own entries for IPv4; those for IPv6 have the next.
const FIRST: i64 = 100;
const LAST: i64 = 32767;

fn both_ways(number: i64, action: RuleAction) -> Vec<NetworkAclEntry> {
    let entry = |egress| NetworkAclEntry {
        egress: Seen::Set(egress),
        protocol: Seen::Set("-1".into()),
        rule_action: Seen::Set(action.clone()),
        ..NetworkAclEntry::default()
    };
    let of_family = |egress| {
        let (v4, v6) = (Seen::Set("0.0.0.0/0".into()), Seen::Set("::/0".into()));
        [
            NetworkAclEntry { cidr_block: v4, rule_number: Seen::Set(number), ..entry(egress) },
            NetworkAclEntry { ipv6_cidr_block: v6, rule_number: Seen::Set(number + 1), ..entry(egress) },
        ]
    };
    [false, true].into_iter().flat_map(of_family).collect()
}

fn entry(stack: &Stack<'_>, declared: &Declared, acls: &mut [Held<NetworkAcl>]) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let range = |range: Fields<'_>| PortRange { from: range.int("From", "From"), to: range.int("To", "To") };
    let entry = NetworkAclEntry {
        rule_number: fields.int("RuleNumber", "RuleNumber"),
        egress: match fields.bool("Egress", "Egress") {
            Seen::Unset => Seen::Set(false),
            egress => egress,
        },
        protocol: fields.text("Protocol", "Protocol"),
        rule_action: fields.word("RuleAction", "RuleAction"),
        cidr_block: fields.text("CidrBlock", "CidrBlock"),
        ipv6_cidr_block: fields.text("Ipv6CidrBlock", "Ipv6CidrBlock"),
        port_range: fields.object("PortRange", "PortRange").map(range),
    };
    let of = fields.text("NetworkAclId", "NetworkAclId");
    for acl in acls.iter_mut().map(|held| &mut held.facts) {
        // An entry that may be there may decide, whatever its number is.
        let Some(doubt) = belongs(&of, &acl.network_acl_id, declared) else { continue };
        let number = doubt.map_or_else(|| entry.rule_number.clone(), Seen::Unknown);
        let at = acl.entries.set().map_or(0, Vec::len);
        stack.ledger.note(&acl.network_acl_id.label(), format!("/Entries/{at}"), declared.at);
        add(&mut acl.entries, NetworkAclEntry { rule_number: number, ..entry.clone() }, &None);
    }
}

/// Does a part belong to this thing? With what leaves it open.
fn belongs(of: &Seen<Text>, thing: &Text, declared: &Declared) -> Option<Option<Gap>> {
    match of {
        Seen::Set(of) if of == thing => Some(declared.undecided.clone()),
        Seen::Unknown(gap) => Some(Some(gap.clone())),
        _ => None,
    }
}

fn table(stack: &Stack<'_>, declared: &Declared) -> RouteTable {
    let fields = stack.fields(declared, &declared.reference);
    RouteTable {
        route_table_id: declared.reference.clone(),
        vpc_id: fields.text("VpcId", "VpcId"),
        associations: Seen::Set(Vec::new()),
        routes: Seen::Set(Vec::new()),
    }
}

fn route(stack: &Stack<'_>, declared: &Declared, tables: &mut [Held<RouteTable>]) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let peering = fields.text("VpcPeeringConnectionId", "VpcPeeringConnectionId");
    // With another account or region somebody has to accept it.
    let own = |it: &&Declared| ["PeerOwnerId", "PeerRegion"].iter().all(|name| it.properties.get(name).is_none());
    let made = |id: &Text| stack.of("AWS::EC2::VPCPeeringConnection").filter(own).any(|it| it.reference == *id);
    let state = match &peering {
        Seen::Set(id) if !made(id) => {
            Seen::Unknown(Gap::not_readable(format!("whether the peering connection {} is active", id.label())))
        }
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        // No route is made to what is not there.
        _ => Seen::Set(RouteState::Active),
    };
    let route = Route {
        destination_cidr_block: fields.text("DestinationCidrBlock", "DestinationCidrBlock"),
        destination_ipv6_cidr_block: fields.text("DestinationIpv6CidrBlock", "DestinationIpv6CidrBlock"),
        destination_prefix_list_id: fields.text("DestinationPrefixListId", "DestinationPrefixListId"),
        gateway_id: fields.text("GatewayId", "GatewayId"),
        nat_gateway_id: fields.text("NatGatewayId", "NatGatewayId"),
        transit_gateway_id: fields.text("TransitGatewayId", "TransitGatewayId"),
        vpc_peering_connection_id: peering,
        network_interface_id: fields.text("NetworkInterfaceId", "NetworkInterfaceId"),
        origin: Seen::Set("CreateRoute".into()),
        state,
    };
    let of = fields.text("RouteTableId", "RouteTableId");
    for table in tables.iter_mut().map(|held| &mut held.facts) {
        let Some(doubt) = belongs(&of, &table.route_table_id, declared) else { continue };
        let state = doubt.map_or_else(|| route.state.clone(), Seen::Unknown);
        let at = table.routes.set().map_or(0, Vec::len);
        stack.ledger.note(&table.route_table_id.label(), format!("/Routes/{at}"), declared.at);
        add(&mut table.routes, Route { state, ..route.clone() }, &None);
    }
}

/// Routes that a gateway learns may be to anywhere.
fn propagation(stack: &Stack<'_>, declared: &Declared, tables: &mut [Held<RouteTable>]) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let learned = Gap::not_readable(format!("the routes that {} propagates", declared.logical_id));
    let of = fields.texts("RouteTableIds", "RouteTableIds");
    for table in tables.iter_mut().map(|held| &mut held.facts) {
        match &of {
            Seen::Set(ids) if ids.contains(&table.route_table_id) => table.routes = Seen::Unknown(learned.clone()),
            Seen::Unknown(gap) => table.routes = Seen::Unknown(gap.clone()),
            _ => {}
        }
    }
}

/// Of what an association is, and with which subnet.
fn association(stack: &Stack<'_>, declared: &Declared, of: &str) -> (Seen<Text>, SubnetAssociation) {
    let fields = stack.named(declared, declared.logical_id.to_string());
    let subnet = fields.text("SubnetId", "SubnetId");
    let subnet_id = declared.undecided.clone().map_or(subnet, Seen::Unknown);
    (fields.text(of, of), SubnetAssociation { subnet_id, main: Seen::Unset })
}

fn associate<'f>(
    lists: impl Iterator<Item = (&'f Text, &'f mut Seen<Vec<SubnetAssociation>>)>,
    of: &Seen<Text>,
    with: &SubnetAssociation,
) {
    for (id, list) in lists {
        match of {
            Seen::Set(of) if of == id => add(list, with.clone(), &None),
            Seen::Unknown(gap) => {
                let any = SubnetAssociation { subnet_id: Seen::Unknown(gap.clone()), main: Seen::Unset };
                add(list, any, &None);
            }
            _ => {}
        }
    }
}
