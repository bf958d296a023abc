//! Endpoints from what EC2 answers.

use super::account::*;
use crate::analysis::net::*;
use crate::model::ec2::{GroupIdentifier, Ipv6Address, Ipv6Block, NetworkInterface, PrivateIpAddress, Subnet};
use crate::model::{Gap, Seen, Text};

fn private(ip: &str, primary: bool) -> PrivateIpAddress {
    PrivateIpAddress { private_ip_address: set(ip), primary: Seen::Set(primary) }
}

fn eni() -> NetworkInterface {
    NetworkInterface {
        network_interface_id: "eni-1".into(),
        vpc_id: set("vpc-1"),
        owner_id: set("111111111111"),
        groups: Seen::Set(vec![GroupIdentifier { group_id: set("sg-1") }, GroupIdentifier { group_id: set("sg-2") }]),
        private_ip_addresses: Seen::Set(vec![private("10.0.0.9", false), private("10.0.0.4", true)]),
        ..NetworkInterface::default()
    }
}

fn endpoint(eni: &NetworkInterface) -> Endpoint {
    Endpoint::interface("node", eni, &Text::from("111111111111"))
}

fn ip(text: &str) -> Addresses {
    Addresses::Ip(text.parse().unwrap())
}

fn any(block: &str, gap: Gap) -> Addresses {
    Addresses::Any { block: block.parse().unwrap(), gap }
}

#[test]
fn an_interface_is_known_by_its_primary_address() {
    let found = endpoint(&eni());
    assert_eq!(found.addresses, [ip("10.0.0.4")]);
    assert_eq!(found.groups, Groups::Known(vec!["sg-1".into(), "sg-2".into()]));
    assert_eq!(found.vpc, set("vpc-1"));
    assert_eq!(found.foreign, None);

    let unmarked = Seen::Set(vec![private("10.0.0.9", false), private("10.0.0.4", false)]);
    assert_eq!(
        endpoint(&NetworkInterface { private_ip_addresses: unmarked, ..eni() }).addresses,
        [ip("10.0.0.9"), ip("10.0.0.4")]
    );
    let v6 = Seen::Set(vec![Ipv6Address { ipv6_address: set("2001:db8::4") }]);
    assert_eq!(
        endpoint(&NetworkInterface { ipv6_addresses: v6, ..eni() }).addresses,
        [ip("10.0.0.4"), ip("2001:db8::4")]
    );
}

#[test]
fn what_an_interface_hides() {
    let gap = denied("interfaces");
    let hidden = NetworkInterface {
        groups: Seen::Unknown(gap.clone()),
        private_ip_addresses: Seen::Unknown(gap.clone()),
        ..eni()
    };
    let found = endpoint(&hidden);
    assert_eq!(found.groups, Groups::Unknown(gap.clone()));
    assert_eq!(found.addresses, [Addresses::unknown(gap.clone())]);

    let half = NetworkInterface {
        groups: Seen::Set(vec![GroupIdentifier { group_id: set("sg-1") }, GroupIdentifier::default()]),
        private_ip_addresses: Seen::Set(vec![private("10.0.0", true)]),
        ..eni()
    };
    let found = endpoint(&half);
    assert!(matches!(found.groups, Groups::Unknown(Gap::NotReadable { .. })));
    assert_eq!(
        found.addresses,
        [any("0.0.0.0/0", Gap::not_readable("the address \"10.0.0\" of eni-1"))],
        "a malformed address is no address"
    );
}

#[test]
fn an_interface_of_another_account() {
    let theirs = NetworkInterface { owner_id: set("222222222222"), ..eni() };
    assert_eq!(endpoint(&theirs).foreign, Some(Gap::Elsewhere { account: "222222222222".into() }));
    let unknown = NetworkInterface { owner_id: Seen::Unknown(denied("owner")), ..eni() };
    assert_eq!(endpoint(&unknown).foreign, Some(denied("owner")));
    let unsaid = NetworkInterface { owner_id: Seen::Unset, ..eni() };
    assert_eq!(endpoint(&unsaid).foreign, None);
}

#[test]
fn somewhere_in_a_subnet() {
    let gap = denied("interfaces");
    let subnet = Subnet { subnet_id: "subnet-1".into(), vpc_id: set("vpc-1"), ..Subnet::default() };
    let addresses = |subnet: &Subnet| Endpoint::somewhere_in("link", subnet, Groups::None, gap.clone()).addresses;

    let v4 = Subnet { cidr_block: set("10.0.1.0/24"), ..subnet.clone() };
    assert_eq!(addresses(&v4), [any("10.0.1.0/24", gap.clone())]);
    let v6 = Seen::Set(vec![Ipv6Block { ipv6_cidr_block: set("2001:db8::/64") }]);
    assert_eq!(
        addresses(&Subnet { ipv6_cidr_block_association_set: v6.clone(), ..v4 }),
        [any("10.0.1.0/24", gap.clone()), any("2001:db8::/64", gap.clone())]
    );
    assert_eq!(
        addresses(&Subnet { ipv6_cidr_block_association_set: v6, ..subnet.clone() }),
        [any("2001:db8::/64", gap.clone())]
    );
    let templated = Subnet { cidr_block: Seen::Set(hole("Cidr")), ..subnet.clone() };
    assert_eq!(addresses(&templated), [any("0.0.0.0/0", denied("Cidr"))]);
    let malformed = Subnet { cidr_block: set("10.0.1.0/240"), ..subnet };
    assert_eq!(addresses(&malformed), [any("0.0.0.0/0", Gap::not_readable("the block \"10.0.1.0/240\" of subnet-1"))]);
}
