//! What a network ACL stops, and the least that would let it through.

use super::proof::{Direction, Proof, Spot};
use crate::model::{Kind, Text};
use ipnet::IpNet;

/// A network ACL stops packets of a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Denial {
    pub acl: Text,
    /// The entry that stops them and its number; `None` where none lets them through.
    pub entry: Option<(i64, Spot)>,
    /// First and last.
    pub ports: (u16, u16),
    /// They are replies: to ports that the connecting side chooses.
    pub reply: bool,
    /// To be added; empty where no small entry would help.
    pub entries: Vec<Entry>,
}

/// An entry that would let packets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub acl: Text,
    pub direction: Direction,
    /// Free, and ahead of whatever stops the packets now.
    pub number: i64,
    /// First and last.
    pub ports: (u16, u16),
    pub net: IpNet,
}

impl Denial {
    pub(super) fn spot(&self) -> Spot {
        let list = || Spot { kind: Kind::NetworkAcl, id: self.acl.clone(), pointer: "/Entries".into() };
        self.entry.as_ref().map_or_else(list, |(_, spot)| spot.clone())
    }

    pub(super) fn sentence(&self, proof: &Proof) -> String {
        let Proof { direction, own, peer, port, .. } = proof;
        let adjective = direction.adjective();
        let what = match (self.reply, direction) {
            (false, Direction::Egress) => format!("TCP port {port} out to {peer}"),
            (false, Direction::Ingress) => format!("TCP port {port} in from {peer}"),
            (true, Direction::Egress) => format!("replies out to {peer}, TCP {}", range(self.ports)),
            (true, Direction::Ingress) => format!("replies in from {peer}, TCP {}", range(self.ports)),
        };
        let acl = &self.acl;
        match &self.entry {
            Some((number, _)) => {
                format!("the {adjective} entry {number} of {acl}, the network ACL of {own}, stops {what}")
            }
            None => format!("no {adjective} entry of {acl}, the network ACL of {own}, lets {what}"),
        }
    }
}

impl Entry {
    /// What to add where, as an imperative.
    pub fn sentence(&self) -> String {
        let Entry { acl, direction, number, ports, net } = self;
        let way = match direction {
            Direction::Egress => "to",
            Direction::Ingress => "from",
        };
        let adjective = direction.adjective();
        format!("add to {acl} the {adjective} entry {number}: allow TCP {} {way} {net}", range(*ports))
    }
}

fn range((first, last): (u16, u16)) -> String {
    if first == last { format!("port {first}") } else { format!("ports {first} to {last}") }
}
