//! A question about one end of a connection.

use super::Flow;
use super::cidr::Family;
use super::endpoint::{Endpoint, spoken};
use super::proof::{Because, Direction, Proof};

/// One end of a connection with its groups, and who is at the other end.
pub(super) struct Side<'a> {
    pub(super) direction: Direction,
    pub(super) own: &'a Endpoint,
    pub(super) peer: &'a Endpoint,
    pub(super) port: u16,
}

impl<'a> Side<'a> {
    /// The end whose groups let the connection out, or in.
    pub(super) fn of(flow: &Flow<'a>, direction: Direction) -> Self {
        let Flow { from, to, port } = *flow;
        let (own, peer) = if direction == Direction::Egress { (from, to) } else { (to, from) };
        Side { direction, own, peer, port }
    }

    pub(super) fn family(&self) -> Family {
        match self.direction {
            Direction::Egress => spoken(self.own, self.peer),
            Direction::Ingress => spoken(self.peer, self.own),
        }
    }

    pub(super) fn proof(&self, because: Because) -> Proof {
        Proof {
            direction: self.direction,
            own: self.own.label.clone(),
            peer: self.peer.label.clone(),
            port: self.port,
            because,
        }
    }
}
