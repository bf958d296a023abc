//! Route tables, route by route.

use super::account::*;
use crate::analysis::Tri;
use crate::analysis::net::*;
use crate::model::ec2::SubnetAssociation;
use crate::model::{Gap, Seen};

fn link() -> Endpoint {
    Endpoint { label: "link".into(), ..at("10.1.0.5", &[]) }
}

fn node() -> Endpoint {
    Endpoint { label: "node".into(), ..at("10.2.0.7", &[]).of_vpc("vpc-2") }
}

fn account(a: &[&str], b: &[&str]) -> Account {
    let table = |subnet, vpc, routes: &[&str]| table_of(subnet, vpc, routes.iter().map(|text| route(text)).collect());
    Account { tables: vec![table("subnet-1", "vpc-1", a), table("subnet-2", "vpc-2", b)], ..Account::default() }
}

fn ask(a: &[&str], b: &[&str]) -> Tri<Proof> {
    routes(&account(a, b), &Flow { from: &link(), to: &node(), port: 443 })
}

fn says(answer: Tri<Proof>) -> String {
    let Tri::No(proof) = answer else { panic!("{answer:?}") };
    proof.sentence()
}

const HERE: &str = "10.1.0.0/16 local";
const THERE: &str = "10.2.0.0/16 local";

#[test]
fn within_a_vpc_everything_is_local() {
    let to = Endpoint { label: "node".into(), subnet: set("subnet-1"), ..at("10.1.3.7", &[]) };
    let answer = routes(&account(&[HERE], &[THERE]), &Flow { from: &link(), to: &to, port: 443 });
    assert!(answer.is_yes(), "{answer:?}");
}

#[test]
fn a_peering_connection_needs_routes_both_ways() {
    assert!(ask(&[HERE, "10.2.0.0/16 pcx-1"], &[THERE, "10.1.0.0/16 pcx-1"]).is_yes());
    assert_eq!(
        says(ask(&[HERE, "10.2.0.0/16 pcx-1"], &[THERE])),
        "no route of rtb-2, the route table of node, leads replies to link"
    );
    assert_eq!(says(ask(&[HERE], &[THERE])), "no route of rtb-1, the route table of link, leads packets to node");
    assert_eq!(
        says(ask(&[HERE, "10.2.0.0/16 pcx-1 blackhole"], &[THERE])),
        "the route table of link sends packets to node by rtb-1/Routes/1, whose target is gone"
    );
    let apart = ask(&[HERE, "10.2.0.0/16 pcx-1"], &[THERE, "10.1.0.0/16 pcx-2"]);
    assert_eq!(apart, Tri::unknown(Gap::not_modelled("replies that come back another way")));
}

#[test]
fn the_longest_prefix_decides() {
    let back = [THERE, "0.0.0.0/0 pcx-1"];
    assert!(ask(&[HERE, "0.0.0.0/0 igw-1", "10.2.0.0/24 pcx-1"], &back).is_yes());
    assert!(says(ask(&[HERE, "0.0.0.0/0 pcx-1", "10.2.0.0/24 igw-1"], &back)).contains("an internet gateway"));
    assert!(says(ask(&["10.0.0.0/8 local", "0.0.0.0/0 pcx-1"], &back)).contains("stays in a VPC"));
}

#[test]
fn what_lies_behind_other_targets_is_unknown() {
    for target in ["tgw-1", "vgw-1", "eni-1", "nat-1", "vpce-1"] {
        let answer = ask(&[HERE, &format!("0.0.0.0/0 {target}")], &[THERE, "10.1.0.0/16 pcx-1"]);
        assert!(matches!(&answer, Tri::Unknown(gaps) if gaps[0].kind() == "notModelled"), "{target}: {answer:?}");
    }
}

#[test]
fn static_routes_beat_lists_and_those_beat_propagated_ones() {
    let back = [THERE, "10.1.0.0/16 pcx-1"];
    let ask = |a: &[&str]| {
        let world = account(a, &back).list("pl-1", &["10.2.0.0/24"]).list("pl-2", &["10.2.0.0/16"]);
        routes(&world, &Flow { from: &link(), to: &node(), port: 443 })
    };
    assert!(ask(&[HERE, "10.2.0.0/24 pcx-1", "pl-1 tgw-1", "10.2.0.0/24 vgw-1 propagated"]).is_yes());
    assert!(ask(&[HERE, "pl-1 pcx-1", "10.2.0.0/24 vgw-1 propagated"]).is_yes());
    let either = ask(&[HERE, "pl-1 pcx-1", "pl-2 pcx-2"]);
    assert!(matches!(&either, Tri::Unknown(gaps) if gaps[0].kind() == "runtime"), "AWS picks one: {either:?}");
    assert!(ask(&[HERE, "pl-9 tgw-1", "10.2.0.0/24 pcx-1"]).is_yes(), "a list that does not exist is nobody's");
    let hidden = account(&[HERE, "pl-1 tgw-1", "10.2.0.0/24 pcx-1"], &back).hidden("pl-1");
    let answer = routes(&hidden, &Flow { from: &link(), to: &node(), port: 443 });
    assert_eq!(answer, Tri::unknown(denied("pl-1")));
}

#[test]
fn a_propagated_route_never_overrides_the_local_one() {
    let to = Endpoint { subnet: set("subnet-1"), ..at("10.1.3.7", &[]) };
    let world = account(&[HERE, "10.1.3.0/24 vgw-1 propagated"], &[THERE]);
    assert!(routes(&world, &Flow { from: &link(), to: &to, port: 443 }).is_yes());
    let world = account(&[HERE, "10.1.3.0/24 eni-1"], &[THERE]);
    assert!(routes(&world, &Flow { from: &link(), to: &to, port: 443 }).is_unknown(), "a middlebox");
}

#[test]
fn a_subnet_without_a_table_has_the_main_one_if_all_were_seen() {
    let main = SubnetAssociation { subnet_id: Seen::Unset, main: Seen::Set(true) };
    let mut world = account(&[HERE], &[THERE]);
    world.tables[0].associations = Seen::Set(vec![main]);
    let to = Endpoint { subnet: set("subnet-9"), ..at("10.1.3.7", &[]) };
    let flow = Flow { from: &link(), to: &to, port: 443 };
    assert!(routes(&world, &flow).is_yes());
    world.rest = Some(denied("tables"));
    assert_eq!(routes(&world, &flow), Tri::unknown(denied("tables")), "one that was not seen may be the subnet's own");
}

#[test]
fn a_table_without_a_local_route_was_not_read() {
    let answer = ask(&["10.2.0.0/16 pcx-1"], &[THERE, "10.1.0.0/16 pcx-1"]);
    assert_eq!(answer, Tri::unknown(Gap::not_readable("the routes of rtb-1")));
}

#[test]
fn one_stage_in_the_way_decides_whatever_is_unknown_beside_it() {
    let world = account(&[HERE], &[THERE]);
    let answer = reach(&world, &Flow { from: &link(), to: &node(), port: 443 });
    let Answer::Blocked(proof) = answer else { panic!("{answer:?}") };
    assert!(matches!(proof.because, Because::Unrouted(_)));
}
