//! Why a stage lets a connection through, or does not.

use super::denial::{Denial, Entry};
use super::route::Unrouted;
use crate::model::ec2::{IpPermission, IpRange, Ipv6Range, UserIdGroupPair};
use crate::model::{Gap, Kind, Seen, Text};
use ipnet::IpNet;

/// From the side whose groups, network ACL or route table is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Egress,
    Ingress,
}

impl Direction {
    /// Where a security group keeps its rules of this direction.
    pub fn pointer(self) -> &'static str {
        match self {
            Direction::Egress => "/IpPermissionsEgress",
            Direction::Ingress => "/IpPermissions",
        }
    }

    pub(super) fn other(self) -> Direction {
        match self {
            Direction::Egress => Direction::Ingress,
            Direction::Ingress => Direction::Egress,
        }
    }

    pub(super) fn adjective(self) -> &'static str {
        match self {
            Direction::Egress => "outbound",
            Direction::Ingress => "inbound",
        }
    }
}

/// What was judged, and what decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    pub direction: Direction,
    /// The label of the endpoint whose groups, network ACL or route table decided.
    pub own: String,
    /// The label of the other end.
    pub peer: String,
    pub port: u16,
    pub because: Because,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    /// It has no security groups.
    NoGroups,
    /// Its inbound rules are not applied to traffic that comes over PrivateLink.
    NotEnforced,
    /// These rules let it through: one, or several that cover the address together.
    Rules(Vec<Spot>),
    /// These rules let some of PrivateLink's addresses in, and nobody can say which those are.
    SomeAddresses(Vec<Spot>),
    /// All of these were searched and nothing lets it through.
    NoRule {
        searched: Vec<Searched>,
        /// `None` where no small rule would help: there is no group to add it to, or
        /// nothing is known of the other side's address.
        opening: Option<Opening>,
    },
    /// Within one subnet no network ACL is asked.
    SameSubnet,
    /// These entries of network ACLs let the connection and its replies through.
    Entries(Vec<Spot>),
    /// A network ACL stops all of it, or replies to some ports.
    Denied(Denial),
    /// These routes lead there and back.
    Routed(Vec<Spot>),
    /// Packets of one direction are dropped.
    Unrouted(Unrouted),
}

/// A place in a security group, network ACL or route table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub kind: Kind,
    /// The id, of a group as the interface names it.
    pub id: Text,
    /// JSON pointer into it.
    pub pointer: String,
}

/// A place that is only written out where somebody wants to know it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) kind: Kind,
    pub(super) id: &'a Text,
    pub(super) list: &'static str,
    pub(super) n: usize,
}

impl At<'_> {
    pub(super) fn spot(&self) -> Spot {
        Spot { kind: self.kind, id: self.id.clone(), pointer: [self.list, "/", &self.n.to_string()].concat() }
    }

    pub(super) fn unreadable(&self, what: &str, text: &str) -> Gap {
        Gap::not_readable(format!("the {what} \"{text}\" in {}", self.spot()))
    }
}

/// The rules of one group, read to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    pub group: Text,
    /// How many rules it has of the direction; `None` where the group does not exist.
    pub rules: Option<usize>,
}

/// The smallest rule that would let the connection through.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The group to add it to.
    pub group: Text,
    pub direction: Direction,
    pub port: u16,
    pub source: Source,
}

/// The other side as a rule names it; of an outbound rule it is the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Group(Text),
    Blocks(Vec<IpNet>),
}

impl Opening {
    /// The rule as EC2 writes it.
    pub fn permission(&self) -> IpPermission {
        let port = Seen::Set(i64::from(self.port));
        let mut rule = IpPermission {
            ip_protocol: Seen::Set("tcp".into()),
            from_port: port.clone(),
            to_port: port,
            ..IpPermission::default()
        };
        match &self.source {
            Source::Group(id) => {
                let pair = UserIdGroupPair { group_id: Seen::Set(id.clone()), ..UserIdGroupPair::default() };
                rule.user_id_group_pairs = Seen::Set(vec![pair]);
            }
            Source::Blocks(nets) => {
                let text = |net: &IpNet| Seen::Set(Text::new(net.to_string()));
                let (v4, v6): (Vec<&IpNet>, Vec<&IpNet>) = nets.iter().partition(|net| net.addr().is_ipv4());
                let v4: Vec<_> = v4.into_iter().map(|net| IpRange { cidr_ip: text(net) }).collect();
                let v6: Vec<_> = v6.into_iter().map(|net| Ipv6Range { cidr_ipv6: text(net) }).collect();
                rule.ip_ranges = Some(v4).filter(|list| !list.is_empty()).into();
                rule.ipv6_ranges = Some(v6).filter(|list| !list.is_empty()).into();
            }
        }
        rule
    }

    /// What to add where, as an imperative.
    pub fn sentence(&self) -> String {
        let source = match &self.source {
            Source::Group(id) => id.to_string(),
            Source::Blocks(nets) => and(nets),
        };
        let way = match self.direction {
            Direction::Egress => "to",
            Direction::Ingress => "from",
        };
        format!("add to {} an {} rule: TCP port {} {way} {source}", self.group, self.direction.adjective(), self.port)
    }
}

impl Proof {
    /// What a report underlines: the deciding rules, or every list that was searched.
    pub fn spots(&self) -> Vec<Spot> {
        match &self.because {
            Because::NoGroups | Because::NotEnforced | Because::SameSubnet => Vec::new(),
            Because::Rules(spots)
            | Because::SomeAddresses(spots)
            | Because::Entries(spots)
            | Because::Routed(spots) => spots.clone(),
            Because::NoRule { searched, .. } => {
                let existing = searched.iter().filter(|list| list.rules.is_some());
                let spot = |list: &Searched| Spot {
                    kind: Kind::SecurityGroup,
                    id: list.group.clone(),
                    pointer: self.direction.pointer().into(),
                };
                existing.map(spot).collect()
            }
            Because::Denied(denial) => vec![denial.spot()],
            Because::Unrouted(unrouted) => vec![unrouted.spot()],
        }
    }

    /// The smallest rule that would turn a no into a yes.
    pub fn opening(&self) -> Option<&Opening> {
        match &self.because {
            Because::NoRule { opening, .. } => opening.as_ref(),
            _ => None,
        }
    }

    /// The smallest entries of a network ACL that would let it through.
    pub fn entries(&self) -> &[Entry] {
        match &self.because {
            Because::Denied(denial) => &denial.entries,
            _ => &[],
        }
    }

    /// What was found, for a person who knows AWS.
    pub fn sentence(&self) -> String {
        let Proof { direction, own, peer, port, because } = self;
        let adjective = direction.adjective();
        let passage = match direction {
            Direction::Egress => format!("TCP port {port} out to {peer}"),
            Direction::Ingress => format!("TCP port {port} in from {peer}"),
        };
        match because {
            Because::NoGroups => format!("{own} has no security group, which lets {passage}"),
            Because::NotEnforced => {
                format!("{own} does not apply its inbound rules to PrivateLink traffic, which lets {passage}")
            }
            Because::Rules(spots) => {
                let (rules, let_) = if spots.len() == 1 { ("rule", "lets") } else { ("rules", "together let") };
                format!("the {adjective} {rules} {} of {own} {let_} {passage}", and(spots))
            }
            Because::SomeAddresses(spots) => {
                let (rules, let_) = if spots.len() == 1 { ("rule", "lets") } else { ("rules", "let") };
                let narrow = format!("the {adjective} {rules} {} of {own} {let_}", and(spots));
                format!("{narrow} only some addresses in, and the addresses of {peer} are not documented")
            }
            Because::NoRule { searched, .. } => no_rule(own, searched, adjective, &passage),
            Because::SameSubnet => format!("{own} and {peer} are in one subnet, within which no network ACL is asked"),
            Because::Entries(spots) => {
                format!("the network ACL entries {} let TCP port {port} and its replies pass", and(spots))
            }
            Because::Denied(denial) => denial.sentence(self),
            Because::Routed(spots) => format!("{} lead from {own} to {peer} and back", and(spots)),
            Because::Unrouted(unrouted) => unrouted.sentence(self),
        }
    }
}

fn no_rule(own: &str, searched: &[Searched], adjective: &str, passage: &str) -> String {
    let (there, gone): (Vec<&Searched>, Vec<&Searched>) = searched.iter().partition(|list| list.rules.is_some());
    let names = |lists: &[&Searched]| and(&lists.iter().map(|list| &list.group).collect::<Vec<_>>());
    let group = |lists: &[&Searched]| if lists.len() == 1 { "security group" } else { "security groups" };
    let exist = if gone.len() == 1 { "does not exist" } else { "do not exist" };
    if there.is_empty() {
        return format!("the {} {} of {own} {exist}, so nothing lets {passage}", group(&gone), names(&gone));
    }
    let mut sentence =
        format!("no {adjective} rule of the {} {} of {own} lets {passage}", group(&there), names(&there));
    if there.iter().all(|list| list.rules == Some(0)) {
        sentence.push_str(": there are no such rules at all");
    }
    if !gone.is_empty() {
        sentence.push_str(&format!("; {} {exist}", names(&gone)));
    }
    sentence
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.id, self.pointer)
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and<T: ToString>(list: &[T]) -> String {
    let names: Vec<String> = list.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
