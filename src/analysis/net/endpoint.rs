//! The two sides of a connection.

use super::cidr::{Family, every, parse};
use super::same::same;
use crate::analysis::Tri;
use crate::model::ec2::{GroupIdentifier, NetworkInterface, Subnet};
use crate::model::{Gap, Seen, Text};
use ipnet::IpNet;
use std::net::IpAddr;

/// One side of a connection: a network interface, or one whose address is not known.
///
/// What a target of a network load balancer sees of a client whose address is preserved
/// is an endpoint too: [`Endpoint::through`].
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// As a sentence names it: `VPC link abc123`, `target i-0f…`.
    pub label: String,
    pub vpc: Seen<Text>,
    /// Whose network ACL and route table hold for it.
    pub subnet: Seen<Text>,
    /// It connects from, or listens on, one of these.
    pub addresses: Vec<Addresses>,
    pub groups: Groups,
    /// Set where the interface belongs to an account that was not read (a shared
    /// subnet): a group of its that is not found is then hidden, not absent.
    pub foreign: Option<Gap>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addresses {
    Ip(IpAddr),
    /// One address of this block, and what hides which.
    Any {
        block: IpNet,
        gap: Gap,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Groups {
    /// A network load balancer without groups, or a machine outside of AWS: it lets
    /// everything through, and no rule can name it by a group.
    None,
    /// Every other interface has at least one, so an empty list says that none was seen.
    Known(Vec<Text>),
    Unknown(Gap),
}

impl Addresses {
    /// Some IPv4 address.
    pub fn unknown(gap: Gap) -> Self {
        Addresses::Any { block: every(Family::V4), gap }
    }

    /// The least block that holds the address.
    pub fn block(&self) -> IpNet {
        match self {
            Addresses::Ip(ip) => IpNet::from(*ip),
            Addresses::Any { block, .. } => block.trunc(),
        }
    }
}

impl Endpoint {
    /// A network interface of `account`'s or, in a shared subnet, of someone else's.
    ///
    /// It is known by its primary address; give it another where it listens on another.
    /// A network load balancer's node whose balancer has no groups is [`Groups::None`],
    /// which the interface itself cannot say.
    pub fn interface(label: impl Into<String>, eni: &NetworkInterface, account: &Text) -> Endpoint {
        let id = |group: &GroupIdentifier| {
            let nameless = || Gap::not_readable(format!("a security group of {}", eni.network_interface_id));
            group.group_id.known()?.cloned().ok_or_else(nameless)
        };
        let groups = eni.groups.list().and_then(|groups| groups.iter().map(id).collect());
        let foreign = match eni.owner_id.known() {
            Err(gap) => Some(gap),
            Ok(None) => None,
            Ok(Some(owner)) => match same(owner, account) {
                Tri::Yes(()) => None,
                Tri::No(()) => Some(Gap::Elsewhere { account: owner.to_string() }),
                Tri::Unknown(gaps) => gaps.into_iter().next(),
            },
        };
        Endpoint {
            label: label.into(),
            vpc: eni.vpc_id.clone(),
            subnet: eni.subnet_id.clone(),
            addresses: addresses(eni),
            groups: groups.map_or_else(Groups::Unknown, Groups::Known),
            foreign,
        }
    }

    /// An interface somewhere in the subnet; `gap` is what hides its address.
    pub fn somewhere_in(label: impl Into<String>, subnet: &Subnet, groups: Groups, gap: Gap) -> Endpoint {
        let block = |text: &Seen<Text>, family| match literal(text, "block", &subnet.subnet_id.label(), parse) {
            Ok(block) => Addresses::Any { block, gap: gap.clone() },
            Err(gap) => Addresses::Any { block: every(family), gap },
        };
        let v4 = Some(&subnet.cidr_block).filter(|text| !text.is_unset());
        let mut addresses: Vec<Addresses> = v4.into_iter().map(|text| block(text, Family::V4)).collect();
        match subnet.ipv6_cidr_block_association_set.list() {
            Err(gap) if addresses.is_empty() => addresses.push(Addresses::Any { block: every(Family::V6), gap }),
            Err(_) => {}
            Ok(list) => addresses.extend(list.iter().map(|one| block(&one.ipv6_cidr_block, Family::V6))),
        }
        let (vpc, own) = (subnet.vpc_id.clone(), Seen::Set(subnet.subnet_id.clone()));
        Endpoint { label: label.into(), vpc, subnet: own, addresses, groups, foreign: None }
    }

    /// An interface of this VPC; `gap` is what hides its subnet and its address.
    pub fn somewhere(label: impl Into<String>, vpc: Seen<Text>, groups: Groups, gap: Gap) -> Endpoint {
        let (subnet, addresses) = (Seen::Unknown(gap.clone()), vec![Addresses::unknown(gap)]);
        Endpoint { label: label.into(), vpc, subnet, addresses, groups, foreign: None }
    }

    /// The same end of a connection that is known to be made over IPv6.
    #[must_use]
    pub fn over_ipv6(mut self) -> Endpoint {
        self.addresses = self.candidates(Family::V6);
        self
    }

    /// What a target sees of this client through a network load balancer that preserves
    /// the client's address: the address is the client's, but only the balancer's groups
    /// can be named by a rule.
    #[must_use]
    pub fn through(&self, balancer: &Endpoint) -> Endpoint {
        Endpoint {
            label: format!("{} through {}", self.label, balancer.label),
            addresses: self.addresses.clone(),
            ..balancer.clone()
        }
    }

    /// Its address of this family where it has only one of it.
    pub(super) fn sole(&self, family: Family) -> Option<&Addresses> {
        let mut own = self.addresses.iter().filter(|address| Family::of(&address.block()) == family);
        own.next().filter(|_| own.next().is_none())
    }

    /// Every block of this family that it can be in, each with what hides where.
    pub(super) fn candidates(&self, family: Family) -> Vec<Addresses> {
        let of_family = |address: &&Addresses| Family::of(&address.block()) == family;
        let found: Vec<_> = self.addresses.iter().filter(of_family).cloned().collect();
        if found.is_empty() {
            let gap = Gap::not_readable(format!("the {family} address of {}", self.label));
            return vec![Addresses::Any { block: every(family), gap }];
        }
        found
    }

    pub(super) fn vpc_id(&self) -> Result<&Text, Gap> {
        self.vpc.known()?.ok_or_else(|| Gap::not_readable(format!("the VPC of {}", self.label)))
    }

    pub(super) fn subnet_id(&self) -> Result<&Text, Gap> {
        self.subnet.known()?.ok_or_else(|| Gap::not_readable(format!("the subnet of {}", self.label)))
    }

    /// What hides which of these it is.
    pub(super) fn unsure(&self, candidates: &[Addresses]) -> Vec<Gap> {
        let hidden = candidates.iter().filter_map(|candidate| match candidate {
            Addresses::Any { gap, .. } => Some(gap.clone()),
            Addresses::Ip(_) => None,
        });
        hidden.chain((candidates.len() > 1).then(|| self.which_address())).collect()
    }

    pub(super) fn which_address(&self) -> Gap {
        Gap::Runtime { what: format!("which of its addresses {} has here", self.label) }
    }

    pub(super) fn no_group(&self) -> Gap {
        Gap::not_readable(format!("the security groups of {}", self.label))
    }

    fn may_have(&self, family: Family) -> bool {
        self.addresses.is_empty() || self.addresses.iter().any(|address| Family::of(&address.block()) == family)
    }
}

/// The family that the two speak: IPv4 if both can, and in doubt the listening side's.
pub(super) fn spoken(from: &Endpoint, to: &Endpoint) -> Family {
    let both = |family| from.may_have(family) && to.may_have(family);
    if both(Family::V4) || (!both(Family::V6) && to.may_have(Family::V4)) { Family::V4 } else { Family::V6 }
}

/// The primary private address, all private ones where none is marked, else the IPv6 ones.
fn addresses(eni: &NetworkInterface) -> Vec<Addresses> {
    let address =
        |text: &Seen<Text>, family| match literal(text, "address", &eni.network_interface_id, |lit| lit.parse().ok()) {
            Ok(ip) => Addresses::Ip(ip),
            Err(gap) => Addresses::Any { block: every(family), gap },
        };
    let private = match eni.private_ip_addresses.list() {
        Err(gap) => return vec![Addresses::unknown(gap)],
        Ok(list) => list,
    };
    let primary = private.iter().find(|one| one.primary.set() == Some(&true));
    let chosen = primary.map_or(private, std::slice::from_ref);
    let v4 = chosen.iter().map(|one| address(&one.private_ip_address, Family::V4));
    let v6 = match eni.ipv6_addresses.list() {
        Err(gap) if private.is_empty() => vec![Addresses::Any { block: every(Family::V6), gap }],
        Err(_) => Vec::new(),
        Ok(list) => list.iter().map(|one| address(&one.ipv6_address, Family::V6)).collect(),
    };
    v4.chain(v6).collect()
}

fn literal<T>(text: &Seen<Text>, what: &str, of: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Gap> {
    let lit = text.known()?.map_or(Ok(""), Text::known)?;
    read(lit).ok_or_else(|| Gap::not_readable(format!("the {what} \"{lit}\" of {of}")))
}
