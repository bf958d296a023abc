//! Can a TCP connection from here reach there on this port?
//!
//! Four stages, each a question of its own, and [`reach`] for all of them: does the group
//! set of the side that connects let it [out](egress), does the group set of the side that
//! listens let it [in](ingress), do both subnets' [network ACLs](acl) let it and its replies
//! through, and do both subnets' [route tables](routes) lead there and back. A connection
//! is blocked as soon as one stage blocks it, whatever is unknown of the others.
//!
//! What AWS documents and this engine follows, of security groups:
//!
//! - Rules only ever allow, the rules of all groups of an interface are one set, and a
//!   group without rules of a direction lets nothing through in it. Groups are stateful:
//!   replies need no rule.
//! - Protocol `-1` is all traffic and then ports are ignored. Only `tcp`, which is `6`,
//!   carries a request.
//! - A CIDR speaks for its own family alone: `0.0.0.0/0` says nothing about IPv6.
//! - A prefix list stands for its entries.
//! - A rule that names a group means the private addresses of the interfaces that have
//!   it; a group naming itself admits its members, not its whole subnet.
//! - A group of another VPC matches over an active peering connection. Group ids are
//!   unique across accounts, so the account that a reference names never decides.
//! - A network load balancer may have no groups, and then lets everything through.
//!
//! Of network ACLs:
//!
//! - Entries are tried by number, the first match decides, what none matches is denied.
//! - They remember nothing: the replies need entries too, to ports that the connecting
//!   side chooses. Where only some of the ports 1024 to 65535 get replies, the answer is
//!   [`Answer::Partly`].
//! - They hold where packets enter or leave a subnet, not within one.
//!
//! Of routes:
//!
//! - The subnet's own table counts, else the VPC's main one.
//! - The longest prefix decides, then static before prefix list before propagated; a
//!   propagated route never overrides the local one.
//! - A blackhole drops packets; so does having no route, and an internet gateway where
//!   the address is private. A route over a peering connection is active while the
//!   connection is.
//!
//! Where AWS says nothing, or leaves it open:
//!
//! - Which address family API Gateway speaks to a load balancer is not documented. IPv4
//!   is judged where both sides have it, and IPv6 rules are then not looked at.
//! - Of an interface with several addresses of that family, any one may be the one
//!   used: all of them have to be let through for a yes, none of them for a no. The same
//!   holds for an address that is only known to lie in a subnet.
//! - References across VPCs without a peering connection (through a transit gateway, or
//!   a group shared by several VPCs) stay unknown.
//! - Which ports a VPC link takes for replies is not documented. The range is that of load
//!   balancers, which is, and therefore some ports are no more than a warning.
//! - What lies behind a transit gateway, a virtual private gateway, a NAT gateway, a network
//!   interface or a Gateway Load Balancer endpoint stays unknown, and so do replies that take
//!   another way back, and which of two prefix lists takes a packet: AWS picks one.
//! - Whether network ACLs are asked about PrivateLink traffic is not documented:
//!   [`private_link_acl`] never says no.
//! - Two sides that each let some replies through, and together none, are told as some.
//!
//! Groups are judged for private addresses. A connection to a load balancer's public
//! addresses leaves through other interfaces and is no [`Flow`] between these two.
//!
//! On two shared cores, the question of `benches/net.rs` in a plain loop while little ran
//! beside it: a connection through all stages takes 4.3 µs where the last of ten rules a
//! direction, ten entries and ten routes lets it through, under the 5 µs that are wanted;
//! with other work beside it, 7.6 µs. More than a third of the instructions read blocks.
//! Before the last changes, `cargo bench --no-default-features --bench net` said 39 µs with
//! 40 of each, 110 µs with 160 and 506 µs with 640: linear.
//!
//! Sources, under <https://docs.aws.amazon.com/>:
//! `vpc/latest/userguide/vpc-security-groups.html`,
//! `vpc/latest/userguide/security-group-rules.html`,
//! `vpc/latest/userguide/vpc-network-acls.html`,
//! `vpc/latest/userguide/nacl-ephemeral-ports.html`,
//! `vpc/latest/userguide/route-tables-priority.html`,
//! `vpn/latest/s2svpn/vpn-route-priority.html`,
//! `vpc/latest/peering/vpc-peering-security-groups.html`,
//! `AWSEC2/latest/APIReference/API_IpPermission.html`,
//! `AWSEC2/latest/APIReference/API_UserIdGroupPair.html`,
//! `AWSEC2/latest/APIReference/API_Route.html`,
//! `elasticloadbalancing/latest/network/load-balancer-security-groups.html`.

mod acl;
mod answer;
mod cidr;
mod denial;
mod endpoint;
mod entries;
mod extent;
mod permission;
mod privatelink;
mod proof;
mod route;
mod same;
mod security_group;
mod side;
mod table;
#[cfg(test)]
mod tests;

pub use answer::Answer;
pub use denial::{Denial, Entry};
pub use endpoint::{Addresses, Endpoint, Groups};
pub use extent::{Extent, over};
pub use privatelink::{Admission, private_link, private_link_acl};
pub use proof::{Because, Direction, Opening, Proof, Searched, Source, Spot};
pub use route::{Drop, Unrouted};

use super::Tri;
use crate::model::ec2::{NetworkAcl, PrefixList, RouteTable, SecurityGroup};
use crate::model::{Gap, Text};
use side::Side;

/// What the engine may look up.
pub trait World {
    /// The group of that id; `None` where it is proven not to exist.
    ///
    /// # Errors
    /// What hides it. A group of an account that was not read is hidden, not absent.
    fn security_group(&self, id: &Text) -> Result<Option<&SecurityGroup>, Gap>;

    /// The prefix list of that id; `None` where it is proven not to exist.
    ///
    /// # Errors
    /// What hides it.
    fn prefix_list(&self, id: &Text) -> Result<Option<&PrefixList>, Gap>;

    /// The network ACLs of that VPC, and those of which nobody knows whose they are.
    fn network_acls(&self, vpc: &Text) -> OfVpc<'_, NetworkAcl>;

    /// The route tables of that VPC, and those of which nobody knows whose they are.
    fn route_tables(&self, vpc: &Text) -> OfVpc<'_, RouteTable>;
}

/// Things of a VPC.
#[derive(Debug, Clone)]
pub struct OfVpc<'w, T> {
    pub seen: Vec<&'w T>,
    /// Set unless these are all.
    pub hidden: Option<Gap>,
}

/// A TCP connection that `from` opens to `port` of `to`.
#[derive(Debug, Clone, Copy)]
pub struct Flow<'a> {
    pub from: &'a Endpoint,
    pub to: &'a Endpoint,
    pub port: u16,
}

/// Does `from`'s group set let the connection out?
pub fn egress(world: &dyn World, flow: &Flow<'_>) -> Tri<Proof> {
    security_group::judge(world, &Side::of(flow, Direction::Egress))
}

/// Does `to`'s group set let the connection in?
pub fn ingress(world: &dyn World, flow: &Flow<'_>) -> Tri<Proof> {
    security_group::judge(world, &Side::of(flow, Direction::Ingress))
}

/// Do the network ACLs of both subnets let the connection and its replies through?
pub fn acl(world: &dyn World, flow: &Flow<'_>) -> Answer {
    acl::judge(world, flow)
}

/// Do the route tables of both subnets lead there and back?
pub fn routes(world: &dyn World, flow: &Flow<'_>) -> Tri<Proof> {
    route::judge(world, flow)
}

/// Does the connection come about? Every stage has to let it through, and one that
/// blocks it decides, whatever is unknown beside it.
pub fn reach(world: &dyn World, flow: &Flow<'_>) -> Answer {
    // Of open stages only the last one's proof is told.
    let groups = [Direction::Egress, Direction::Ingress].map(|direction| Side::of(flow, direction));
    let mut closed = Vec::new();
    for side in groups.iter().filter(|side| !security_group::is_open(world, side)) {
        closed.push(Answer::from(security_group::judge(world, side)));
    }
    if !acl::is_open(world, flow) {
        closed.push(acl(world, flow));
    }
    Answer::all(closed.into_iter().chain([routes(world, flow).into()]))
}
