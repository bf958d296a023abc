//! One connection through every stage, and how the work grows with rules, entries and
//! routes: to the last of them, which is the worst.

#![expect(clippy::expect_used, reason = "a bench that cannot run should say so and stop")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use gatelint::analysis::net::{Addresses, Answer, Endpoint, Flow, Groups, OfVpc, World, acl, egress, reach, routes};
use gatelint::model::ec2::{
    IpPermission, IpRange, NetworkAcl, NetworkAclEntry, PortRange, PrefixList, Route, RouteState, RouteTable,
    RuleAction, SecurityGroup, SubnetAssociation,
};
use gatelint::model::{Gap, Seen, Text};
use std::hint::black_box;

/// Two subnets of one VPC, each with a group, a network ACL and a route table of its own.
struct Account {
    groups: [SecurityGroup; 2],
    acls: [NetworkAcl; 2],
    tables: [RouteTable; 2],
}

impl World for Account {
    fn security_group(&self, id: &Text) -> Result<Option<&SecurityGroup>, Gap> {
        Ok(self.groups.iter().find(|group| group.group_id == *id))
    }

    fn prefix_list(&self, _: &Text) -> Result<Option<&PrefixList>, Gap> {
        Ok(None)
    }

    fn network_acls(&self, _: &Text) -> OfVpc<'_, NetworkAcl> {
        OfVpc { seen: self.acls.iter().collect(), hidden: None }
    }

    fn route_tables(&self, _: &Text) -> OfVpc<'_, RouteTable> {
        OfVpc { seen: self.tables.iter().collect(), hidden: None }
    }
}

fn text(text: impl Into<String>) -> Seen<Text> {
    Seen::Set(Text::new(text.into()))
}

/// Somewhere that nobody in these accounts is.
fn elsewhere(n: usize) -> String {
    format!("172.{}.{}.0/24", 16 + n / 256 % 16, n % 256)
}

/// `size` rules a direction, entries (half of them a direction) and routes, of which the
/// last lets through.
fn account(size: usize) -> Account {
    let block = |n: usize| if n + 1 == size { "10.0.0.0/16".to_owned() } else { elsewhere(n) };
    let rules: Vec<IpPermission> = (0..size)
        .map(|n| IpPermission {
            ip_protocol: text("tcp"),
            from_port: Seen::Set(443),
            to_port: Seen::Set(443),
            ip_ranges: Seen::Set(vec![IpRange { cidr_ip: text(block(n)) }]),
            ..IpPermission::default()
        })
        .collect();
    let entries = [true, false].into_iter().flat_map(|egress| {
        (size / 2..size).map(move |n| NetworkAclEntry {
            rule_number: Seen::Set(i64::try_from(n + 1).expect("a number")),
            egress: Seen::Set(egress),
            protocol: text("6"),
            rule_action: Seen::Set(RuleAction::Allow),
            cidr_block: text(block(n)),
            port_range: Seen::Set(PortRange { from: Seen::Set(0), to: Seen::Set(65535) }),
            ..NetworkAclEntry::default()
        })
    });
    let entries: Vec<NetworkAclEntry> = entries.collect();
    let routes: Vec<Route> = (0..size)
        .map(|n| Route {
            destination_cidr_block: text(block(n)),
            gateway_id: if n + 1 == size { text("local") } else { text("vgw-1") },
            origin: text("CreateRoute"),
            state: Seen::Set(RouteState::Active),
            ..Route::default()
        })
        .collect();
    let of = |n: usize| {
        let subnet_id = text(format!("subnet-{n}"));
        Seen::Set(vec![SubnetAssociation { subnet_id, main: Seen::Set(false) }])
    };
    Account {
        groups: [1, 2].map(|n| SecurityGroup {
            group_id: format!("sg-{n}").into(),
            ip_permissions: Seen::Set(rules.clone()),
            ip_permissions_egress: Seen::Set(rules.clone()),
            ..SecurityGroup::default()
        }),
        acls: [1, 2].map(|n| NetworkAcl {
            network_acl_id: format!("acl-{n}").into(),
            vpc_id: text("vpc-1"),
            associations: of(n),
            entries: Seen::Set(entries.clone()),
            ..NetworkAcl::default()
        }),
        tables: [1, 2].map(|n| RouteTable {
            route_table_id: format!("rtb-{n}").into(),
            vpc_id: text("vpc-1"),
            associations: of(n),
            routes: Seen::Set(routes.clone()),
        }),
    }
}

fn endpoint(n: u8) -> Endpoint {
    Endpoint {
        label: format!("end {n}"),
        vpc: text("vpc-1"),
        subnet: text(format!("subnet-{n}")),
        addresses: vec![Addresses::Ip([10, 0, n, 7].into())],
        groups: Groups::Known(vec![Text::new(format!("sg-{n}"))]),
        foreign: None,
    }
}

fn benches(criterion: &mut Criterion) {
    let (from, to) = (endpoint(1), endpoint(2));
    let flow = Flow { from: &from, to: &to, port: 443 };
    let ten = account(10);
    assert!(matches!(reach(&ten, &flow), Answer::Open(_)), "{:?}", reach(&ten, &flow));
    criterion.bench_function("leg/ten of each", |bench| bench.iter(|| reach(black_box(&ten), black_box(&flow))));
    criterion.bench_function("egress/ten rules", |bench| bench.iter(|| egress(black_box(&ten), black_box(&flow))));
    criterion.bench_function("acl/ten entries", |bench| bench.iter(|| acl(black_box(&ten), black_box(&flow))));
    criterion.bench_function("routes/ten routes", |bench| bench.iter(|| routes(black_box(&ten), black_box(&flow))));
    let mut growth = criterion.benchmark_group("growth");
    for size in [10, 40, 160, 640] {
        let account = account(size);
        growth.bench_with_input(BenchmarkId::new("leg", size), &account, |bench, account| {
            bench.iter(|| reach(black_box(account), black_box(&flow)));
        });
    }
    growth.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
