//! Does a network load balancer let a VPC link of the first version in?
//!
//! Such a link comes over PrivateLink. Where the balancer has security groups and applies
//! them to PrivateLink traffic, the rules are held against the private addresses of
//! clients in a VPC of API Gateway's: AWS does not document those and says not to rely on
//! them. So only a rule for every address is a certain yes. No rule can name the client by
//! a group. A narrower block may or may not hold the client: most likely it does not.
//!
//! Applying the rules is the default of a balancer with groups.
//!
//! Sources, under <https://docs.aws.amazon.com/>:
//! `apigateway/latest/developerguide/set-up-nlb-for-vpclink-using-console.html`,
//! `elasticloadbalancing/latest/network/load-balancer-security-groups.html`.

use super::World;
use super::acl::judge_side;
use super::answer::Answer;
use super::cidr::{Family, every};
use super::endpoint::{Addresses, Endpoint, Groups};
use super::proof::{Because, Direction, Opening, Proof, Source, Spot};
use super::security_group::rule_lists;
use super::side::Side;
use crate::analysis::Tri;
use crate::model::{Gap, Seen, Text};
use ipnet::IpNet;

/// Whether API Gateway gets in.
#[derive(Debug, Clone, PartialEq)]
pub enum Admission {
    Yes(Proof),
    /// Only certain blocks get in, and the client is most likely in none of them.
    LikelyNot(Proof),
    No(Proof),
    /// What hides the answer. Never empty.
    Unknown(Vec<Gap>),
}

/// Do `balancer`'s groups let a VPC link of the first version in on its listener's port?
///
/// `enforced` is the balancer's `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
pub fn private_link(world: &dyn World, balancer: &Endpoint, enforced: &Seen<Text>, port: u16) -> Admission {
    let proof = |because| Proof {
        direction: Direction::Ingress,
        own: balancer.label.clone(),
        peer: "API Gateway over PrivateLink".into(),
        port,
        because,
    };
    if balancer.groups == Groups::None {
        return Admission::Yes(proof(Because::NoGroups));
    }
    let enforced = enforcement(enforced, balancer);
    if enforced.is_no() {
        return Admission::Yes(proof(Because::NotEnforced));
    }
    let lists = rule_lists(world, balancer, Direction::Ingress);
    let mut gaps = lists.gaps.clone();
    let mut open: Vec<(IpNet, Spot)> = Vec::new();
    for family in [Family::V4, Family::V6] {
        let listed = lists.listed(world, port, family, |_| true);
        open.extend(listed.open);
        gaps.extend(listed.gaps);
    }
    let merged = IpNet::aggregate(&open.iter().map(|(net, _)| *net).collect());
    let whole = merged.contains(&every(Family::V4));
    let mut spots: Vec<Spot> = if whole { everyone(&open) } else { open.into_iter().map(|(_, spot)| spot).collect() };
    spots.sort();
    spots.dedup();
    if whole {
        return Admission::Yes(proof(Because::Rules(spots)));
    }
    if let Tri::Unknown(more) = enforced {
        gaps.extend(more);
    }
    if !gaps.is_empty() {
        gaps.sort();
        gaps.dedup();
        return Admission::Unknown(gaps);
    }
    if !spots.is_empty() {
        return Admission::LikelyNot(proof(Because::SomeAddresses(spots)));
    }
    let direction = Direction::Ingress;
    let source = Source::Blocks(vec![every(Family::V4)]);
    let opening = lists.first_group().map(|group| Opening { group, direction, port, source });
    Admission::No(proof(Because::NoRule { searched: lists.searched(), opening }))
}

/// Do the network ACLs of the subnet of a balancer's node let a VPC link of the first
/// version in?
///
/// Whether they are asked at all about PrivateLink traffic is not documented: a network
/// ACL that lets every address in and replies out is a yes, and nothing is a no.
pub fn private_link_acl(world: &dyn World, node: &Endpoint, port: u16) -> Tri<Proof> {
    let gap = Gap::not_modelled("whether network ACLs hold for PrivateLink traffic");
    let client = Endpoint {
        label: "API Gateway over PrivateLink".into(),
        vpc: Seen::Unset,
        subnet: Seen::Unset,
        addresses: vec![Addresses::unknown(gap.clone())],
        groups: Groups::None,
        foreign: None,
    };
    let side = Side { direction: Direction::Ingress, own: node, peer: &client, port };
    match judge_side(world, &side, Family::V4) {
        Answer::Open(proof) => Tri::Yes(proof),
        Answer::Unknown(gaps) => Tri::Unknown(gaps),
        Answer::Partly(..) | Answer::Blocked(_) => Tri::unknown(gap),
    }
}

/// The rule for every IPv4 address, or those that are it together.
fn everyone(open: &[(IpNet, Spot)]) -> Vec<Spot> {
    match open.iter().find(|(net, _)| *net == every(Family::V4)) {
        Some((_, spot)) => vec![spot.clone()],
        None => open.iter().filter(|(net, _)| Family::of(net) == Family::V4).map(|(_, spot)| spot.clone()).collect(),
    }
}

fn enforcement(flag: &Seen<Text>, balancer: &Endpoint) -> Tri<()> {
    let text = match flag.known().and_then(|flag| flag.map(Text::known).transpose()) {
        Err(gap) => return Tri::unknown(gap),
        Ok(text) => text.unwrap_or("on"),
    };
    match text.to_ascii_lowercase().as_str() {
        "on" => Tri::Yes(()),
        "off" => Tri::No(()),
        other => {
            let what = format!("\"{other}\", by which {} applies its rules to PrivateLink traffic", balancer.label);
            Tri::unknown(Gap::not_readable(what))
        }
    }
}
