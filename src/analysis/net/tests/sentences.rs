//! What a proof says and where it points.

use super::account::*;
use crate::analysis::Tri;
use crate::analysis::net::*;
use crate::model::{Kind, Seen, Text};

fn link() -> Endpoint {
    Endpoint { label: "VPC link abc".into(), ..at("10.0.1.5", &["sg-link"]) }
}

fn alb(groups: &[&str]) -> Endpoint {
    Endpoint { label: "load balancer orders".into(), ..at("10.0.2.7", groups) }
}

fn account() -> Account {
    Account::default()
        .group("sg-link", vec![], vec![])
        .group("sg-ssh", vec![tcp(22).cidr("0.0.0.0/0")], vec![])
        .group("sg-web", vec![tcp(80).cidr("0.0.0.0/0")], vec![])
        .group("sg-half", vec![tcp(22).cidr("0.0.0.0/0"), tcp(443).cidr("10.0.1.0/25")], vec![])
        .group("sg-rest", vec![tcp(443).cidr("10.0.1.128/25")], vec![])
}

fn spot(group: &str, pointer: &str) -> Spot {
    Spot { kind: Kind::SecurityGroup, id: group.into(), pointer: pointer.into() }
}

fn blocked(answer: Tri<Proof>) -> Proof {
    let Tri::No(proof) = answer else { panic!("{answer:?}") };
    proof
}

fn open(answer: Tri<Proof>) -> Proof {
    let Tri::Yes(proof) = answer else { panic!("{answer:?}") };
    proof
}

#[test]
fn a_no_names_every_list_that_was_searched_and_what_is_missing() {
    let (from, to) = (link(), alb(&["sg-ssh", "sg-web"]));
    let proof = blocked(ingress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(
        proof.sentence(),
        "no inbound rule of the security groups sg-ssh and sg-web of load balancer orders \
         lets TCP port 443 in from VPC link abc"
    );
    assert_eq!(proof.spots(), [spot("sg-ssh", "/IpPermissions"), spot("sg-web", "/IpPermissions")]);
    let opening = proof.opening().unwrap();
    assert_eq!(opening.sentence(), "add to sg-ssh an inbound rule: TCP port 443 from sg-link");
    assert_eq!(opening.permission(), tcp(443).named("sg-link"));
}

#[test]
fn a_no_of_the_side_that_connects() {
    let (from, to) = (link(), alb(&["sg-web"]));
    let proof = blocked(egress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(
        proof.sentence(),
        "no outbound rule of the security group sg-link of VPC link abc \
         lets TCP port 443 out to load balancer orders: there are no such rules at all"
    );
    assert_eq!(proof.spots(), [spot("sg-link", "/IpPermissionsEgress")]);
    assert_eq!(
        proof.opening().map(Opening::sentence).as_deref(),
        Some("add to sg-link an outbound rule: TCP port 443 to sg-web")
    );
}

#[test]
fn groups_that_do_not_exist() {
    let from = link();
    let to = alb(&["sg-gone", "sg-web"]);
    let proof = blocked(ingress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(
        proof.sentence(),
        "no inbound rule of the security group sg-web of load balancer orders \
         lets TCP port 443 in from VPC link abc; sg-gone does not exist"
    );
    assert_eq!(proof.opening().map(|opening| opening.group.clone()), Some(Text::from("sg-web")));
    let to = alb(&["sg-gone", "sg-lost"]);
    let proof = blocked(ingress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(
        proof.sentence(),
        "the security groups sg-gone and sg-lost of load balancer orders do not exist, \
         so nothing lets TCP port 443 in from VPC link abc"
    );
    assert_eq!(proof.opening(), None, "there is no group to add a rule to");
    assert!(proof.spots().is_empty());
}

#[test]
fn the_smallest_rule_names_addresses_where_a_group_does_not_count() {
    let to = alb(&["sg-web"]);
    let opening = |from: &Endpoint| {
        let proof = blocked(ingress(&account(), &Flow { from, to: &to, port: 443 }));
        proof.opening().map(|opening| opening.permission())
    };
    assert_eq!(opening(&link().of_vpc("vpc-2")), Some(tcp(443).cidr("10.0.1.5/32")));
    assert_eq!(opening(&Endpoint { vpc: Seen::Unset, ..link() }), Some(tcp(443).cidr("10.0.1.5/32")));
    assert_eq!(opening(&link().with(Groups::None)), Some(tcp(443).cidr("10.0.1.5/32")));
    assert_eq!(opening(&link().with(Groups::None).anywhere_in("10.0.1.0/24")), Some(tcp(443).cidr("10.0.1.0/24")));
    assert_eq!(opening(&link().with(Groups::None).anywhere_in("0.0.0.0/0")), None, "that is no small rule");
}

#[test]
fn a_yes_points_at_the_rules_that_decide() {
    let (from, to) = (link(), alb(&["sg-half", "sg-rest"]));
    let proof = open(ingress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(proof.spots(), [spot("sg-half", "/IpPermissions/1")]);
    assert_eq!(
        proof.sentence(),
        "the inbound rule sg-half/IpPermissions/1 of load balancer orders lets TCP port 443 in from VPC link abc"
    );
    let from = link().anywhere_in("10.0.1.0/24");
    let proof = open(ingress(&account(), &Flow { from: &from, to: &to, port: 443 }));
    assert_eq!(proof.spots(), [spot("sg-half", "/IpPermissions/1"), spot("sg-rest", "/IpPermissions/0")]);
    assert_eq!(
        proof.sentence(),
        "the inbound rules sg-half/IpPermissions/1 and sg-rest/IpPermissions/0 of load balancer orders \
         together let TCP port 443 in from VPC link abc"
    );
    let bare = alb(&[]).with(Groups::None);
    let proof = open(ingress(&account(), &Flow { from: &from, to: &bare, port: 443 }));
    assert_eq!(
        proof.sentence(),
        "load balancer orders has no security group, which lets TCP port 443 in from VPC link abc"
    );
}
