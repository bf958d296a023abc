//! Network ACLs, entry by entry.

use super::account::*;
use crate::analysis::Tri;
use crate::analysis::net::*;
use crate::model::{Gap, Seen};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const OPEN: [&str; 2] = ["100 in allow -1 - 0.0.0.0/0", "100 out allow -1 - 0.0.0.0/0"];

fn link() -> Endpoint {
    Endpoint { label: "link".into(), subnet: set("subnet-a"), ..at("10.0.1.5", &[]) }
}

fn node() -> Endpoint {
    Endpoint { label: "node".into(), subnet: set("subnet-b"), ..at("10.0.2.7", &[]) }
}

fn account(a: &[&str], b: &[&str]) -> Account {
    let acl = |subnet, entries: &[&str]| acl_of(subnet, "vpc-1", entries.iter().map(|text| entry(text)).collect());
    Account { acls: vec![acl("subnet-a", a), acl("subnet-b", b)], ..Account::default() }
}

fn ask(a: &[&str], b: &[&str]) -> Answer {
    acl(&account(a, b), &Flow { from: &link(), to: &node(), port: 443 })
}

fn blocked(answer: Answer) -> Proof {
    let Answer::Blocked(proof) = answer else { panic!("{answer:?}") };
    proof
}

#[test]
fn a_default_network_acl_lets_everything_pass() {
    let Answer::Open(proof) = ask(&OPEN, &OPEN) else { panic!() };
    assert_eq!(proof.spots().len(), 4, "two entries a side: {:?}", proof.spots());
}

#[test]
fn the_lowest_number_decides_and_what_is_left_is_denied() {
    let first = ["200 in allow -1 - 0.0.0.0/0", "100 in deny 6 443-443 10.0.1.0/24", OPEN[1]];
    let proof = blocked(ask(&OPEN, &first));
    assert_eq!(
        proof.sentence(),
        "the inbound entry 100 of acl-b, the network ACL of node, stops TCP port 443 in from link"
    );
    let sentences: Vec<String> = proof.entries().iter().map(Entry::sentence).collect();
    assert_eq!(sentences, ["add to acl-b the inbound entry 99: allow TCP port 443 from 10.0.1.5/32"]);
    let narrow = ["100 out allow 6 80-80 0.0.0.0/0", OPEN[0]];
    let proof = blocked(ask(&narrow, &OPEN));
    assert_eq!(proof.sentence(), "no outbound entry of acl-a, the network ACL of link, lets TCP port 443 out to node");
    let sentences: Vec<String> = proof.entries().iter().map(Entry::sentence).collect();
    assert_eq!(sentences, ["add to acl-a the outbound entry 110: allow TCP port 443 to 10.0.2.7/32"]);
}

#[test]
fn replies_need_entries_of_their_own() {
    let none = [OPEN[0], "100 out allow 6 443-443 0.0.0.0/0"];
    let proof = blocked(ask(&OPEN, &none));
    assert_eq!(
        proof.sentence(),
        "no outbound entry of acl-b, the network ACL of node, lets replies out to link, TCP ports 1024 to 65535"
    );
    let some = [OPEN[0], "100 out allow 6 32768-65535 0.0.0.0/0"];
    let Answer::Partly(proof, gaps) = ask(&OPEN, &some) else { panic!() };
    assert!(gaps.is_empty());
    assert_eq!(proof.entries().len(), 1);
    let pieces = [OPEN[0], "100 out allow 6 0-40000 0.0.0.0/0", "101 out allow 6 40001-65535 10.0.0.0/16"];
    assert!(matches!(ask(&OPEN, &pieces), Answer::Open(_)), "two entries cover the range together");
    let back = ["100 out allow -1 - 0.0.0.0/0", "100 in allow 6 443-443 0.0.0.0/0"];
    assert_eq!(blocked(ask(&back, &OPEN)).direction, Direction::Ingress, "replies come in to the link");
}

#[test]
fn within_one_subnet_nothing_is_asked() {
    let from = Endpoint { subnet: set("subnet-b"), ..link() };
    let world = account(&OPEN, &["100 in deny -1 - 0.0.0.0/0"]);
    let answer = acl(&world, &Flow { from: &from, to: &node(), port: 443 });
    assert!(matches!(answer, Answer::Open(Proof { because: Because::SameSubnet, .. })), "{answer:?}");
    let unsure = Endpoint { subnet: Seen::Unknown(denied("subnet")), ..link() };
    let answer = acl(&world, &Flow { from: &unsure, to: &node(), port: 443 });
    assert_eq!(answer, Answer::Unknown(vec![denied("subnet")]), "it may be the same subnet");
}

#[test]
fn families_do_not_cross() {
    let six = ["100 in allow -1 - ::/0", "100 out allow -1 - ::/0"];
    blocked(ask(&six, &six));
    let (from, to) = (
        Endpoint { addresses: at("2001:db8::5", &[]).addresses, ..link() },
        Endpoint { addresses: at("2001:db8:1::7", &[]).addresses, ..node() },
    );
    let flow = Flow { from: &from, to: &to, port: 443 };
    assert!(matches!(acl(&account(&six, &six), &flow), Answer::Open(_)));
    blocked(acl(&account(&OPEN, &OPEN), &flow));
}

#[test]
fn part_of_a_subnet_is_nobody_knows_whose() {
    let half = ["100 in allow -1 - 10.0.1.0/25", OPEN[1]];
    let from = link().anywhere_in("10.0.1.0/24");
    let answer = acl(&account(&OPEN, &half), &Flow { from: &from, to: &node(), port: 443 });
    assert_eq!(answer, Answer::Unknown(vec![denied("interfaces")]));
    let halves = ["100 in allow -1 - 10.0.1.0/25", "110 in allow -1 - 10.0.1.128/25", OPEN[1]];
    assert!(matches!(acl(&account(&OPEN, &halves), &Flow { from: &from, to: &node(), port: 443 }), Answer::Open(_)));
}

#[test]
fn what_was_not_seen_is_not_absent() {
    let hidden = Account { rest: Some(denied("acls")), ..Account::default() };
    assert_eq!(acl(&hidden, &Flow { from: &link(), to: &node(), port: 443 }), Answer::Unknown(vec![denied("acls")]));
    let empty = account(&[], &OPEN);
    let answer = acl(&empty, &Flow { from: &link(), to: &node(), port: 443 });
    assert_eq!(answer, Answer::unknown(Gap::not_readable("the entries of acl-a")), "AWS always has some");
    let twice = account(&OPEN, &OPEN);
    let twice = Account { acls: [twice.acls.clone(), twice.acls].concat(), ..Account::default() };
    assert!(matches!(acl(&twice, &Flow { from: &link(), to: &node(), port: 443 }), Answer::Unknown(_)));
}

#[test]
fn very_many_entries_are_no_work() {
    let many: Vec<String> = (1..20_000).map(|n| format!("{n} in deny 6 {n}-{n} 10.0.{}.0/24", n % 256)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(ask(&OPEN, &many), Answer::Unknown(_)));
}

#[test]
fn over_privatelink_nothing_is_a_no() {
    let world = |entries: &[&str]| account(&OPEN, entries);
    assert!(private_link_acl(&world(&OPEN), &node(), 443).is_yes());
    let answer = private_link_acl(&world(&["100 in deny -1 - 0.0.0.0/0", OPEN[1]]), &node(), 443);
    assert_eq!(answer, Tri::unknown(Gap::not_modelled("whether network ACLs hold for PrivateLink traffic")));
}

fn any_entry() -> impl Strategy<Value = String> {
    let way = select(vec!["in", "out"]);
    let action = select(vec!["allow", "allow", "deny"]);
    let traffic = select(vec!["-1 -", "6 443-443", "6 0-65535", "6 1024-65535", "6 2000-3000", "17 0-65535"]);
    let block = select(vec!["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.7/32"]);
    (1..9, way, action, traffic, block)
        .prop_map(|(number, way, action, traffic, block)| format!("{number} {way} {action} {traffic} {block}"))
}

proptest! {
    /// Of one known address the deciding entries are found without a list, of two with one.
    #[test]
    fn the_short_way_leads_where_the_long_one_does(a in vec(any_entry(), 1..8), b in vec(any_entry(), 1..8)) {
        let texts = |list: &[String]| list.iter().map(|text| entry(text)).collect();
        let acls = vec![acl_of("subnet-a", "vpc-1", texts(&a)), acl_of("subnet-b", "vpc-1", texts(&b))];
        let account = Account { acls, ..Account::default() };
        let short = acl(&account, &Flow { from: &link(), to: &node(), port: 443 });
        let (from, to) = (link().or_at("10.0.1.5"), node().or_at("10.0.2.7"));
        prop_assert_eq!(short, acl(&account, &Flow { from: &from, to: &to, port: 443 }));
    }
}
