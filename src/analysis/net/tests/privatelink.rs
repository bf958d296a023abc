//! A VPC link of the first version in front of a balancer with groups.

use super::account::*;
use crate::analysis::net::*;
use crate::model::ec2::IpPermission;
use crate::model::{Gap, Kind, Seen, Text};

fn nlb() -> Endpoint {
    at("10.0.3.3", &["sg-nlb"])
}

fn account(rules: Vec<IpPermission>) -> Account {
    let account = Account::default().group("sg-nlb", rules, vec![]).hidden("pl-hidden");
    account.list("pl-own", &["10.0.0.0/16"]).list("pl-every", &["0.0.0.0/0"]).list("pl-empty", &[])
}

fn name(answer: &Admission) -> &'static str {
    match answer {
        Admission::Yes(_) => "yes",
        Admission::LikelyNot(_) => "likely not",
        Admission::No(_) => "no",
        Admission::Unknown(gaps) => {
            assert!(!gaps.is_empty());
            "unknown"
        }
    }
}

fn admission(rules: Vec<IpPermission>) -> &'static str {
    name(&private_link(&account(rules), &nlb(), &set("on"), 443))
}

#[test]
fn what_the_rules_say_of_clients_that_nobody_knows() {
    let table = [
        (vec![tcp(443).cidr("0.0.0.0/0")], "yes"),
        (vec![all().cidr("0.0.0.0/0")], "yes"),
        (vec![tcp(443).cidr("0.0.0.0/1").cidr("128.0.0.0/1")], "yes"),
        (vec![tcp(443).cidr("10.0.0.0/0")], "yes"),
        (vec![tcp(443).list("pl-every")], "yes"),
        (vec![], "no"),
        (vec![tcp(80).cidr("0.0.0.0/0")], "no"),
        (vec![rule("udp", Some((443, 443))).cidr("0.0.0.0/0")], "no"),
        // The client is a member of none of the account's groups.
        (vec![tcp(443).named("sg-link").named("sg-nlb")], "no"),
        (vec![tcp(443).named(hole("Group"))], "no"),
        (vec![tcp(443).list("pl-empty")], "no"),
        // No block is proven not to hold an address that nobody knows.
        (vec![tcp(443).cidr("10.0.0.0/16")], "likely not"),
        (vec![tcp(443).cidr("10.0.0.0/8").named("sg-link")], "likely not"),
        (vec![tcp(443).list("pl-own")], "likely not"),
        (vec![tcp(443).cidr6("::/0")], "likely not"),
        (vec![tcp(443).list("pl-hidden")], "unknown"),
        (vec![tcp(443).cidr("nonsense")], "unknown"),
        (vec![tcp(443).list("pl-hidden").cidr("10.0.0.0/8")], "unknown"),
        (vec![tcp(443).list("pl-hidden").cidr("0.0.0.0/0")], "yes"),
        (vec![tcp(80).list("pl-hidden")], "no"),
        (vec![rule("tcp", None).cidr("0.0.0.0/0")], "unknown"),
        (vec![rule("tcp", None).named("sg-link")], "no"),
    ];
    for (rules, expected) in table {
        assert_eq!(admission(rules.clone()), expected, "{rules:?}");
    }
}

#[test]
fn whether_the_rules_are_applied() {
    let narrow = account(vec![tcp(443).cidr("10.0.0.0/8")]);
    let every = account(vec![tcp(443).cidr("0.0.0.0/0")]);
    let hidden = Seen::Unknown(denied("balancer"));
    let table = [
        (&narrow, set("on"), "likely not"),
        (&narrow, set("ON"), "likely not"),
        // Applying them is the default.
        (&narrow, Seen::Unset, "likely not"),
        (&narrow, set("off"), "yes"),
        (&narrow, set("Off"), "yes"),
        (&narrow, hidden.clone(), "unknown"),
        (&narrow, Seen::Set(hole("Enforce")), "unknown"),
        (&narrow, set("maybe"), "unknown"),
        (&every, hidden, "yes"),
    ];
    for (account, enforced, expected) in table {
        assert_eq!(name(&private_link(account, &nlb(), &enforced, 443)), expected, "{enforced:?}");
    }
}

#[test]
fn groups_that_are_none_gone_or_hidden() {
    let every = Account::default().group("sg-every", vec![tcp(443).cidr("0.0.0.0/0")], vec![]).hidden("sg-hidden");
    let known = |ids: &[&str]| Groups::Known(ids.iter().map(|id| Text::from(*id)).collect());
    let table = [
        (Groups::None, "yes"),
        (known(&["sg-every"]), "yes"),
        (known(&["sg-hidden", "sg-every"]), "yes"),
        (known(&["sg-hidden"]), "unknown"),
        (known(&["sg-gone"]), "no"),
        (known(&[]), "unknown"),
        (Groups::Unknown(denied("groups")), "unknown"),
    ];
    for (groups, expected) in table {
        let answer = private_link(&every, &nlb().with(groups.clone()), &set("on"), 443);
        assert_eq!(name(&answer), expected, "{groups:?}");
    }
    let foreign = Endpoint { foreign: Some(Gap::Elsewhere { account: "222222222222".into() }), ..nlb() };
    assert_eq!(name(&private_link(&Account::default(), &foreign, &set("on"), 443)), "unknown");
}

#[test]
fn proofs() {
    let Admission::No(proof) = private_link(&account(vec![tcp(443).named("sg-link")]), &nlb(), &set("on"), 443) else {
        panic!("a group reference admits nobody");
    };
    assert_eq!(
        proof.sentence(),
        "no inbound rule of the security group sg-nlb of 10.0.3.3 lets TCP port 443 in from API Gateway over PrivateLink"
    );
    assert_eq!(
        proof.opening().map(Opening::sentence).as_deref(),
        Some("add to sg-nlb an inbound rule: TCP port 443 from 0.0.0.0/0")
    );
    let rules = vec![tcp(80).cidr("0.0.0.0/0"), tcp(443).cidr("10.0.0.0/8")];
    let Admission::LikelyNot(proof) = private_link(&account(rules), &nlb(), &set("on"), 443) else {
        panic!("a narrow block is no proof");
    };
    assert_eq!(
        proof.spots(),
        [Spot { kind: Kind::SecurityGroup, id: "sg-nlb".into(), pointer: "/IpPermissions/1".into() }]
    );
    assert_eq!(
        proof.sentence(),
        "the inbound rule sg-nlb/IpPermissions/1 of 10.0.3.3 lets only some addresses in, \
         and the addresses of API Gateway over PrivateLink are not documented"
    );
    let Admission::Yes(proof) = private_link(&account(vec![]), &nlb(), &set("off"), 443) else {
        panic!("rules that are not applied keep nobody out");
    };
    assert_eq!(proof.because, Because::NotEnforced);
}
