//! Tables of what AWS documents.

use super::account::*;
use crate::analysis::Tri;
use crate::analysis::net::*;
use crate::model::ec2::{IpPermission, IpRange, PrefixListId, UserIdGroupPair};
use crate::model::{Gap, Seen};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Open,
    Blocked,
    Unknown,
}
use Says::{Blocked, Open, Unknown};

fn says<P>(answer: &Tri<P>) -> Says {
    match answer {
        Tri::Yes(_) => Open,
        Tri::No(_) => Blocked,
        Tri::Unknown(gaps) => {
            assert!(!gaps.is_empty(), "an unknown says what hides it");
            Unknown
        }
    }
}

/// 10.0.1.5 with sg-link asks 10.0.2.7 with sg-lb on port 443; this is sg-lb's one rule.
fn one_inbound(rule: IpPermission) -> Tri<Proof> {
    let account = Account::default()
        .group("sg-lb", vec![rule], vec![])
        .list("pl-near", &["192.0.2.0/24", "10.0.1.0/24"])
        .list("pl-far", &["192.0.2.0/24", "2001:db8::/32"])
        .list("pl-empty", &[])
        .list("pl-bad", &["10.0.1.0/33"])
        .hidden("pl-hidden");
    ingress(&account, &Flow { from: &at("10.0.1.5", &["sg-link"]), to: &at("10.0.2.7", &["sg-lb"]), port: 443 })
}

fn unreadable(rule: IpPermission) {
    let answer = one_inbound(rule.clone());
    let Tri::Unknown(gaps) = &answer else { panic!("{rule:?} was judged: {answer:?}") };
    assert!(gaps.iter().all(|gap| matches!(gap, Gap::NotReadable { .. })), "{gaps:?}");
}

#[test]
fn protocols_and_ports() {
    let any = "0.0.0.0/0";
    let table = [
        (rule("-1", None), Open),
        // With all traffic the ports are ignored, whatever they say.
        (rule("-1", Some((22, 22))), Open),
        (rule("-1", Some((-1, -1))), Open),
        (rule("tcp", Some((443, 443))), Open),
        (rule("TCP", Some((443, 443))), Open),
        (rule("6", Some((443, 443))), Open),
        (rule("tcp", Some((0, 65535))), Open),
        (rule("tcp", Some((443, 500))), Open),
        (rule("tcp", Some((400, 443))), Open),
        (rule("tcp", Some((444, 500))), Blocked),
        (rule("tcp", Some((0, 442))), Blocked),
        (rule("tcp", Some((80, 80))), Blocked),
        (rule("udp", Some((443, 443))), Blocked),
        (rule("17", Some((443, 443))), Blocked),
        (rule("icmp", Some((-1, -1))), Blocked),
        (rule("icmpv6", Some((-1, -1))), Blocked),
        (rule("50", None), Blocked),
    ];
    for (rule, expected) in table {
        assert_eq!(says(&one_inbound(rule.clone().cidr(any))), expected, "{rule:?}");
    }
}

#[test]
fn addresses_and_families() {
    let table = [
        (tcp(443).cidr("0.0.0.0/0"), Open),
        (tcp(443).cidr("10.0.1.0/24"), Open),
        (tcp(443).cidr("10.0.1.5/32"), Open),
        // Host bits are cleared, as EC2 does.
        (tcp(443).cidr("10.0.1.77/24"), Open),
        (tcp(443).cidr("10.0.1.4/32"), Blocked),
        (tcp(443).cidr("10.0.2.0/24"), Blocked),
        (tcp(443).cidr("10.0.2.0/24").cidr("10.0.1.5/32"), Open),
        (tcp(443).cidr6("::/0"), Blocked),
        (tcp(443), Blocked),
        (tcp(443).list("pl-near"), Open),
        (tcp(443).list("pl-far"), Blocked),
        (tcp(443).list("pl-empty"), Blocked),
        (tcp(443).list("pl-gone"), Blocked),
        (tcp(443).list("pl-hidden"), Unknown),
        (tcp(443).list("pl-hidden").cidr("10.0.0.0/8"), Open),
        (tcp(80).list("pl-hidden"), Blocked),
    ];
    for (rule, expected) in table {
        assert_eq!(says(&one_inbound(rule.clone())), expected, "{rule:?}");
    }
}

#[test]
fn what_cannot_be_read_neither_matches_nor_misses() {
    unreadable(tcp(443).cidr("10.0.1.0/33"));
    unreadable(tcp(443).cidr("10.0.1.5"));
    unreadable(tcp(443).cidr("010.0.1.0/24"));
    unreadable(tcp(443).cidr(" 10.0.1.0/24"));
    unreadable(tcp(443).cidr("::/0"));
    unreadable(tcp(443).cidr(""));
    unreadable(tcp(443).list("pl-bad"));
    unreadable(rule("any", Some((443, 443))).cidr("0.0.0.0/0"));
    unreadable(rule("tcp", None).cidr("0.0.0.0/0"));
    unreadable(rule("tcp", Some((-1, -1))).cidr("0.0.0.0/0"));
    unreadable(rule("tcp", Some((443, 65536))).cidr("0.0.0.0/0"));
    unreadable(IpPermission { ip_protocol: Seen::Unset, ..tcp(443).cidr("0.0.0.0/0") });
    unreadable(tcp(443).pair(UserIdGroupPair::default()));
    unreadable(IpPermission { prefix_list_ids: Seen::Set(vec![PrefixListId::default()]), ..tcp(443) });
    unreadable(IpPermission { ip_ranges: Seen::Set(vec![IpRange::default()]), ..tcp(443) });
    // A family that is not spoken is not read.
    assert_eq!(says(&one_inbound(tcp(443).cidr6("nonsense"))), Blocked);
    // Something else decides.
    assert_eq!(says(&one_inbound(tcp(443).cidr("nonsense").cidr("0.0.0.0/0"))), Open);
    assert_eq!(says(&one_inbound(tcp(80).cidr("nonsense"))), Blocked);
    assert_eq!(says(&one_inbound(rule("any", None).cidr("192.0.2.0/24"))), Blocked);
}

#[test]
fn hidden_parts_of_a_rule() {
    fn hidden<T>() -> Seen<T> {
        Seen::Unknown(denied("field"))
    }
    let open = || tcp(443).cidr("0.0.0.0/0");
    let table = [
        (IpPermission { ip_protocol: hidden(), ..open() }, Unknown),
        (IpPermission { ip_protocol: Seen::Set(hole("Protocol")), ..open() }, Unknown),
        (IpPermission { from_port: hidden(), ..open() }, Unknown),
        (IpPermission { to_port: hidden(), ..open() }, Unknown),
        // One end of the range is enough to rule the port out.
        (IpPermission { from_port: hidden(), ..tcp(80).cidr("0.0.0.0/0") }, Blocked),
        (IpPermission { to_port: hidden(), ..tcp(444).cidr("0.0.0.0/0") }, Blocked),
        (IpPermission { ip_ranges: hidden(), ..tcp(443) }, Unknown),
        (IpPermission { ip_ranges: hidden(), ..tcp(80) }, Blocked),
        (IpPermission { ip_ranges: hidden(), ..tcp(443).named("sg-link") }, Open),
        (IpPermission { ipv6_ranges: hidden(), ..tcp(443) }, Blocked),
        (IpPermission { prefix_list_ids: hidden(), ..tcp(443) }, Unknown),
        (IpPermission { user_id_group_pairs: hidden(), ..tcp(443) }, Unknown),
        (IpPermission { user_id_group_pairs: hidden(), ..open() }, Open),
        (IpPermission { ip_ranges: Seen::Set(vec![IpRange { cidr_ip: hidden() }]), ..tcp(443) }, Unknown),
        (
            IpPermission { ip_ranges: Seen::Set(vec![IpRange { cidr_ip: Seen::Set(hole("Cidr")) }]), ..tcp(443) },
            Unknown,
        ),
        (tcp(443).named(hole("Group")), Unknown),
        (tcp(443).pair(UserIdGroupPair { group_id: hidden(), ..UserIdGroupPair::default() }), Unknown),
    ];
    for (rule, expected) in table {
        assert_eq!(says(&one_inbound(rule.clone())), expected, "{rule:?}");
    }
}

#[test]
fn the_rules_of_all_groups_are_one_set() {
    let account = Account::default()
        .group("sg-ssh", vec![tcp(22).cidr("0.0.0.0/0")], vec![])
        .group("sg-web", vec![tcp(80).cidr("0.0.0.0/0"), tcp(443).cidr("10.0.1.0/24")], vec![all().cidr("0.0.0.0/0")])
        .group("sg-none", vec![], vec![])
        .hidden("sg-hidden");
    let table: [(&[&str], Says); 9] = [
        (&["sg-web"], Open),
        (&["sg-ssh"], Blocked),
        (&["sg-none"], Blocked),
        (&["sg-ssh", "sg-web"], Open),
        (&["sg-ssh", "sg-gone"], Blocked),
        (&["sg-gone"], Blocked),
        (&["sg-ssh", "sg-hidden"], Unknown),
        (&["sg-hidden", "sg-web"], Open),
        // An interface always has a group: none listed means that none was seen.
        (&[], Unknown),
    ];
    let from = at("10.0.1.5", &[]);
    for (groups, expected) in table {
        let to = at("10.0.2.7", groups);
        assert_eq!(says(&ingress(&account, &Flow { from: &from, to: &to, port: 443 })), expected, "{groups:?}");
    }
    for (groups, expected) in [(Groups::None, Open), (Groups::Unknown(denied("groups")), Unknown)] {
        let to = at("10.0.2.7", &[]).with(groups.clone());
        assert_eq!(says(&ingress(&account, &Flow { from: &from, to: &to, port: 443 })), expected, "{groups:?}");
    }
}

#[test]
fn outbound_rules_are_the_sources_own_and_name_the_destination() {
    let account = Account::default()
        .group("sg-default", vec![], vec![all().cidr("0.0.0.0/0")])
        .group("sg-strict", vec![all().cidr("0.0.0.0/0")], vec![tcp(443).named("sg-lb"), tcp(8080).cidr("10.0.2.0/24")])
        .group("sg-bare", vec![all().cidr("0.0.0.0/0")], vec![]);
    let table = [
        ("sg-default", 443, "sg-lb", Open),
        ("sg-strict", 443, "sg-lb", Open),
        ("sg-strict", 443, "sg-other", Blocked),
        ("sg-strict", 8080, "sg-other", Open),
        ("sg-strict", 80, "sg-lb", Blocked),
        ("sg-bare", 443, "sg-lb", Blocked),
    ];
    for (own, port, other, expected) in table {
        let (from, to) = (at("10.0.1.5", &[own]), at("10.0.2.7", &[other]));
        assert_eq!(says(&egress(&account, &Flow { from: &from, to: &to, port })), expected, "{own} {port} {other}");
    }
}

#[test]
fn a_group_by_name() {
    let near = || at("10.0.1.5", &["sg-link", "sg-more"]);
    let far = || near().of_vpc("vpc-2");
    let hidden_vpc = || Endpoint { vpc: Seen::Unknown(denied("vpc")), ..near() };
    let hidden_names = || IpPermission { user_id_group_pairs: Seen::Unknown(denied("names")), ..tcp(443) };
    let hidden_groups = || near().with(Groups::Unknown(denied("groups")));
    let table = [
        (tcp(443).named("sg-link"), near(), Open),
        (tcp(443).named("sg-more"), near(), Open),
        (tcp(443).named("sg-gone"), near(), Blocked),
        // A group that names itself admits its members, not its subnet.
        (tcp(443).named("sg-lb"), near(), Blocked),
        (tcp(443).named("sg-lb"), at("10.0.2.8", &["sg-lb"]), Open),
        // Nobody has a group of a client without groups, or through a balancer without.
        (tcp(443).named("sg-link"), near().with(Groups::None), Blocked),
        (hidden_names(), near().with(Groups::None), Blocked),
        (hidden_names(), near(), Unknown),
        (tcp(443).named("sg-link"), hidden_groups(), Unknown),
        (tcp(443).named("sg-link").cidr("10.0.1.0/24"), hidden_groups(), Open),
        (tcp(80).named("sg-link"), hidden_groups(), Blocked),
        (tcp(443).named("sg-link"), near().with(Groups::Known(vec![])), Unknown),
        (tcp(443).named("sg-link"), hidden_vpc(), Unknown),
        (tcp(443).named("sg-other"), hidden_vpc(), Blocked),
        (tcp(443).peered("sg-link", "active"), far(), Open),
        (tcp(443).peered("sg-link", "active"), hidden_vpc(), Open),
        (tcp(443).peered("sg-link", "deleted"), far(), Blocked),
        (tcp(443).peered("sg-link", "pending-acceptance"), far(), Blocked),
        (tcp(443).peered("sg-other", "active"), far(), Blocked),
        // A transit gateway may carry references too; that it does not is not proven.
        (tcp(443).named("sg-link"), far(), Unknown),
        (tcp(443).named("sg-other"), far(), Blocked),
        // Two resources of a template are two groups, and the same one is itself.
        (tcp(443).named(generated("A")), near().with(Groups::Known(vec![generated("A")])), Open),
        (tcp(443).named(generated("A")), near().with(Groups::Known(vec![generated("B")])), Blocked),
        (tcp(443).named(generated("A")), near(), Unknown),
        (tcp(443).named(generated("A")), near().with(Groups::Known(vec!["SG UPPER".into()])), Blocked),
    ];
    for (rule, from, expected) in table {
        let account = Account::default().group("sg-lb", vec![rule.clone()], vec![]);
        let to = at("10.0.2.7", &["sg-lb"]);
        let answer = ingress(&account, &Flow { from: &from, to: &to, port: 443 });
        assert_eq!(says(&answer), expected, "{rule:?} from {from:?}");
    }
}

#[test]
fn addresses_that_are_only_known_by_their_block() {
    let table: [(&[&str], &str, Says); 9] = [
        (&["10.0.0.0/8"], "10.0.1.0/24", Open),
        (&["10.0.1.0/24"], "10.0.1.0/24", Open),
        (&["10.0.2.0/24"], "10.0.1.0/24", Blocked),
        (&["10.0.1.0/25"], "10.0.1.0/24", Unknown),
        (&["10.0.1.7/32"], "10.0.1.0/24", Unknown),
        // Two halves are the whole.
        (&["10.0.1.0/25", "10.0.1.128/25"], "10.0.1.0/24", Open),
        (&["10.0.1.0/25", "10.0.1.128/26"], "10.0.1.0/24", Unknown),
        (&["0.0.0.0/0"], "0.0.0.0/0", Open),
        (&["10.0.0.0/8"], "0.0.0.0/0", Unknown),
    ];
    for (cidrs, block, expected) in table {
        let rules = cidrs.iter().map(|cidr| tcp(443).cidr(cidr)).collect();
        let account = Account::default().group("sg-lb", rules, vec![]);
        let (from, to) = (at("10.0.1.5", &["sg-link"]).anywhere_in(block), at("10.0.2.7", &["sg-lb"]));
        let answer = ingress(&account, &Flow { from: &from, to: &to, port: 443 });
        assert_eq!(says(&answer), expected, "{cidrs:?} {block}");
        if let Tri::Unknown(gaps) = answer {
            assert_eq!(gaps, [denied("interfaces")], "what hides the address is what to ask for");
        }
    }
}

#[test]
fn several_addresses_and_both_families() {
    let v4 = || at("10.0.1.5", &["sg-link"]);
    let v6 = || at("2001:db8::5", &["sg-link"]);
    let both = || v4().or_at("2001:db8::5");
    let nowhere = || Endpoint { addresses: vec![], ..v4() };
    let four = tcp(443).cidr("10.0.1.0/24");
    let six = tcp(443).cidr6("2001:db8::/32");
    let table = [
        (&four, both(), both(), Open),
        (&six, both(), both(), Blocked),
        (&six, both(), v6(), Open),
        (&four, both(), v6(), Blocked),
        (&six, v6(), both(), Open),
        (&four, both(), v4(), Open),
        // It listens on IPv6 only, so the client comes from an IPv6 address nobody saw.
        (&four, v4(), v6(), Blocked),
        (&six, v4(), v6(), Unknown),
        (&six, v6(), v4(), Blocked),
        (&four, v6(), v4(), Unknown),
        (&four, v4().or_at("10.0.1.6"), v4(), Open),
        (&four, v4().or_at("10.0.9.6"), v4(), Unknown),
        (&four, at("10.0.9.5", &["sg-link"]).or_at("10.0.9.6"), v4(), Blocked),
        (&four, nowhere(), v4(), Unknown),
        (&six, nowhere(), v6(), Unknown),
        (&six, nowhere(), v4(), Blocked),
    ];
    for (rule, from, to, expected) in table {
        let account = Account::default().group("sg-lb", vec![rule.clone()], vec![]);
        let to = to.with(Groups::Known(vec!["sg-lb".into()]));
        let answer = ingress(&account, &Flow { from: &from, to: &to, port: 443 });
        assert_eq!(says(&answer), expected, "{rule:?} from {:?} to {:?}", from.addresses, to.addresses);
    }
}

#[test]
fn a_group_of_an_account_that_was_not_read_is_hidden_not_absent() {
    let elsewhere = Gap::Elsewhere { account: "222222222222".into() };
    let to = Endpoint { foreign: Some(elsewhere.clone()), ..at("10.0.2.7", &["sg-theirs"]) };
    let from = at("10.0.1.5", &["sg-link"]);
    let flow = Flow { from: &from, to: &to, port: 443 };
    assert_eq!(ingress(&Account::default(), &flow), Tri::unknown(elsewhere));
    let read = Account::default().group("sg-theirs", vec![tcp(80).cidr("0.0.0.0/0")], vec![]);
    assert_eq!(says(&ingress(&read, &flow)), Blocked);
    // Its id can be named all the same.
    let account = Account::default().group("sg-ours", vec![tcp(443).named("sg-theirs")], vec![]);
    let ours = at("10.0.1.5", &["sg-ours"]);
    assert_eq!(says(&ingress(&account, &Flow { from: &to, to: &ours, port: 443 })), Open);
}

#[test]
fn a_balancer_that_preserves_the_clients_address() {
    let link = at("10.0.1.5", &["sg-link"]);
    let balancer = at("10.0.3.3", &["sg-nlb"]);
    let target = at("10.0.2.7", &["sg-target"]);
    let table = [
        // Naming the client's own group does not work through a network load balancer.
        (tcp(80).named("sg-link"), Blocked),
        (tcp(80).named("sg-nlb"), Open),
        (tcp(80).cidr("10.0.1.0/24"), Open),
        (tcp(80).cidr("10.0.3.0/24"), Blocked),
    ];
    for (rule, expected) in table {
        let account = Account::default().group("sg-target", vec![rule.clone()], vec![]);
        let seen = link.through(&balancer);
        let answer = ingress(&account, &Flow { from: &seen, to: &target, port: 80 });
        assert_eq!(says(&answer), expected, "{rule:?}");
    }
    let bare = link.through(&balancer.with(Groups::None));
    let account = Account::default().group("sg-target", vec![tcp(80).named("sg-link").named("sg-nlb")], vec![]);
    assert_eq!(says(&ingress(&account, &Flow { from: &bare, to: &target, port: 80 })), Blocked);
}

#[test]
fn gaps_are_told_once() {
    let account = Account::default().hidden("sg-a").hidden("sg-b");
    let (from, to) = (at("10.0.1.5", &[]), at("10.0.2.7", &["sg-b", "sg-a", "sg-b"]));
    let answer = ingress(&account, &Flow { from: &from, to: &to, port: 443 });
    assert_eq!(answer, Tri::Unknown(vec![denied("sg-a"), denied("sg-b")]));
}
