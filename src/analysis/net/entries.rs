//! The ordered entries of a network ACL: the first that matches decides.

use super::cidr::Family;
use super::permission::{Protocol, bound, protocol, range_of};
use super::proof::{At, Direction};
use crate::model::ec2::{NetworkAcl, NetworkAclEntry, RuleAction};
use crate::model::{Gap, Kind, Seen, Text};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// First and last.
pub(super) type Ports = (u16, u16);

/// The number that EC2 gives to its own entry for all that is left.
const LAST: i64 = 32767;

/// AWS allows 40 in a direction. Ten times that is nothing that AWS has answered.
const MOST: usize = 400;

/// An entry that is about TCP to some of the ports that are asked for.
pub(super) struct Line<'w> {
    pub(super) at: At<'w>,
    pub(super) number: i64,
    pub(super) net: Result<IpNet, Gap>,
    ports: Ports,
    allow: Result<bool, Gap>,
    /// What hides whether it is about these packets at all.
    doubt: Option<Gap>,
}

/// The entries of one direction in their order, as far as they are about `ports`.
pub(super) fn lines<'w>(
    acl: &NetworkAcl,
    id: &'w Text,
    direction: Direction,
    ports: Ports,
    family: Family,
) -> Result<Vec<Line<'w>>, Gap> {
    let entries = acl.entries.list()?;
    if entries.is_empty() {
        // AWS always has an entry for all that is left.
        return Err(Gap::not_readable(format!("the entries of {id}")));
    }
    if entries.len() > 4 * MOST {
        return Err(Gap::not_readable(format!("{id}, which has more entries than AWS allows")));
    }
    let read =
        |(n, entry)| line(At { kind: Kind::NetworkAcl, id, list: "/Entries", n }, entry, direction, family, None);
    let mut lines: Vec<Line<'_>> = Vec::with_capacity(entries.len());
    lines.extend(entries.iter().enumerate().filter_map(read).filter(|line| line.touches(ports)));
    // Numbers are unique in a direction: a doubtful one that is taken is of the other.
    lines.sort_by_key(|line| (line.number, line.doubt.is_some()));
    Ok(lines)
}

/// The entry that lets packets to all of these ports through, where it surely is the first
/// about any of them: what most answers rest on, found without a list. `None` says nothing.
pub(super) fn opener<'w>(
    acl: &NetworkAcl,
    id: &'w Text,
    direction: Direction,
    ports: Ports,
    family: Family,
    ip: IpAddr,
) -> Option<At<'w>> {
    let entries = acl.entries.set().filter(|entries| entries.len() <= 4 * MOST)?;
    let mut first: Option<(i64, Option<At<'w>>)> = None;
    for (n, entry) in entries.iter().enumerate() {
        let number = entry.rule_number.set();
        if first.is_some_and(|(least, _)| number.is_some_and(|number| least <= *number)) {
            continue;
        }
        let at = At { kind: Kind::NetworkAcl, id, list: "/Entries", n };
        let Some(line) = line(at, entry, direction, family, Some(ip)).filter(|line| line.touches(ports)) else {
            continue;
        };
        match &line.net {
            Ok(_) if line.doubt.is_none() => {
                let whole = line.ports.0 <= ports.0 && ports.1 <= line.ports.1;
                first = Some((line.number, Some(at).filter(|_| whole && line.allow == Ok(true))));
            }
            _ => return None,
        }
    }
    first?.1
}

impl Line<'_> {
    fn touches(&self, ports: Ports) -> bool {
        self.ports.0 <= ports.1 && ports.0 <= self.ports.1
    }
}

/// `None` where it is surely about something else, or about other addresses than `ip`.
fn line<'w>(
    at: At<'w>,
    entry: &NetworkAclEntry,
    direction: Direction,
    family: Family,
    ip: Option<IpAddr>,
) -> Option<Line<'w>> {
    let mut doubt = None;
    match required(&entry.egress, at, "direction") {
        Ok(egress) if *egress != (direction == Direction::Egress) => return None,
        Ok(_) => {}
        Err(gap) => doubt = Some(gap),
    }
    let (own, other) = match family {
        Family::V4 => (&entry.cidr_block, &entry.ipv6_cidr_block),
        Family::V6 => (&entry.ipv6_cidr_block, &entry.cidr_block),
    };
    if own.is_unset() && !other.is_unset() {
        return None;
    }
    let net = range_of(family, own, at);
    if let (Ok(net), Some(ip)) = (&net, ip)
        && !net.contains(&ip)
    {
        return None;
    }
    let ports = match protocol(&entry.protocol, at) {
        Ok(Protocol::Other) => return None,
        Ok(Protocol::All) => Ok((0, u16::MAX)),
        Ok(Protocol::Tcp) => range(entry, at),
        Err(gap) => Err(gap),
    };
    let ports = ports.unwrap_or_else(|gap| {
        doubt = Some(gap);
        (0, u16::MAX)
    });
    // An entry with an unknown number may stand before all others, and then decides or not.
    let number = required(&entry.rule_number, at, "number").copied().unwrap_or_else(|gap| {
        doubt = Some(gap);
        i64::MIN
    });
    let allow = required(&entry.rule_action, at, "action").and_then(|action| match action {
        RuleAction::Allow => Ok(true),
        RuleAction::Deny => Ok(false),
        RuleAction::Other(other) => Err(at.unreadable("action", other)),
    });
    Some(Line { at, number, net, ports, allow, doubt })
}

fn range(entry: &NetworkAclEntry, at: At<'_>) -> Result<Ports, Gap> {
    match entry.port_range.known()? {
        None => Ok((0, u16::MAX)),
        Some(range) => Ok((bound(&range.from, "first port", at)?, bound(&range.to, "last port", at)?)),
    }
}

fn required<'a, T>(field: &'a Seen<T>, at: At<'_>, what: &str) -> Result<&'a T, Gap> {
    field.known()?.ok_or_else(|| at.unreadable(what, ""))
}

/// What becomes of packets with one address to the ports that were asked for. Of those
/// that are let through, stopped, or not known there may be some each.
#[derive(Default)]
pub(super) struct Outcome {
    /// The first line that lets some through.
    pub(super) allowed: Option<usize>,
    /// The lowest number that stops some, and its line; without one it is EC2's own last.
    pub(super) denied: Option<(i64, Option<usize>)>,
    /// The first and the last port that is stopped, and how many are.
    pub(super) stopped: Option<(Ports, u32)>,
    pub(super) gaps: Vec<Gap>,
}

/// Ports that nothing has decided yet. A line that may be about them says `maybe`.
struct Part {
    ports: Ports,
    maybe: Option<Maybe>,
}

/// What lines that may decide would all decide, and the lowest of their numbers.
#[derive(Clone, Copy)]
struct Maybe {
    allow: bool,
    number: i64,
}

/// Subtracts, line by line, the ports that it decides.
pub(super) fn walk(lines: &[Line<'_>], ip: IpAddr, ports: Ports) -> Outcome {
    let mut out = Outcome::default();
    let mut left = vec![Part { ports, maybe: None }];
    let (mut hints, mut blurred) = (Vec::new(), false);
    for (n, line) in lines.iter().enumerate() {
        let certain = match &line.net {
            Ok(net) if !net.contains(&ip) => continue,
            net => net.is_ok() && line.doubt.is_none(),
        };
        let doubts = [line.net.as_ref().err(), line.doubt.as_ref(), line.allow.as_ref().err()];
        hints.extend(doubts.into_iter().flatten().cloned());
        for Part { ports, maybe } in std::mem::take(&mut left) {
            let (low, high) = (ports.0.max(line.ports.0), ports.1.min(line.ports.1));
            if low > high {
                left.push(Part { ports, maybe });
                continue;
            }
            if ports.0 < low {
                left.push(Part { ports: (ports.0, low - 1), maybe });
            }
            if high < ports.1 {
                left.push(Part { ports: (high + 1, ports.1), maybe });
            }
            match &line.allow {
                Ok(allow) if maybe.is_none_or(|maybe| maybe.allow == *allow) => {
                    let number = maybe.map_or(line.number, |maybe| maybe.number.min(line.number));
                    if certain {
                        out.decide(*allow, number, Some(n), (low, high));
                    } else {
                        let maybe = Some(Maybe { allow: *allow, number });
                        left.push(Part { ports: (low, high), maybe });
                    }
                }
                _ => blurred = true,
            }
        }
        if left.is_empty() {
            break;
        }
    }
    for Part { maybe, ports } in left {
        match maybe {
            Some(Maybe { allow: true, .. }) => blurred = true,
            Some(Maybe { number, .. }) => out.decide(false, number, None, ports),
            None => out.decide(false, LAST, None, ports),
        }
    }
    if blurred {
        out.gaps = hints;
    }
    out
}

impl Outcome {
    fn decide(&mut self, allow: bool, number: i64, line: Option<usize>, ports: Ports) {
        if allow {
            self.allowed = self.allowed.or(line);
            return;
        }
        if self.denied.is_none_or(|(least, _)| number < least) {
            self.denied = Some((number, line));
        }
        let more = u32::from(ports.1) - u32::from(ports.0) + 1;
        self.stopped = Some(match self.stopped {
            None => (ports, more),
            Some(((first, last), count)) => ((first.min(ports.0), last.max(ports.1)), count + more),
        });
    }
}

/// `want` numbers that no entry of the direction has, all before `before`: with room
/// between them behind the last that stands there if that is EC2's own, else close to it.
pub(super) fn free(acl: &NetworkAcl, direction: Direction, before: i64, want: usize) -> Vec<i64> {
    let entries = acl.entries.set().into_iter().flatten();
    let of = |entry: &&NetworkAclEntry| entry.egress.set() == Some(&(direction == Direction::Egress));
    let taken: BTreeSet<i64> = entries.filter(of).filter_map(|entry| entry.rule_number.set().copied()).collect();
    let last = taken.range(1..LAST.min(before.max(1))).next_back().copied().unwrap_or(0);
    let spaced: Vec<i64> = (1..).map(|n| last + 10 * n).take(want).collect();
    if before >= LAST && spaced.iter().all(|number| *number < LAST) {
        return spaced;
    }
    (1..before.min(LAST)).rev().filter(|number| !taken.contains(number)).take(want).collect()
}
