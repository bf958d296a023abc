//! The network ACLs' stage: each side's list against the other side's addresses, for the
//! connection itself and, since a network ACL remembers nothing, for its replies.

use super::Flow;
use super::World;
use super::answer::Answer;
use super::cidr::{Family, pieces};
use super::denial::{Denial, Entry};
use super::endpoint::{Addresses, Endpoint, spoken};
use super::entries::{Line, Outcome, Ports, free, lines, opener, walk};
use super::proof::{At, Because, Direction, Proof, Spot};
use super::same::same;
use super::side::Side;
use crate::analysis::Tri;
use crate::model::ec2::{NetworkAcl, SubnetAssociation};
use crate::model::{Gap, Seen, Text};
use ipnet::IpNet;
use std::net::IpAddr;

/// Where replies go: what AWS documents for load balancers. For VPC links it documents
/// nothing.
const REPLIES: Ports = (1024, 65535);

/// Less than one port of so many is not told.
const FEW: u32 = 1000;

pub(super) fn judge(world: &dyn World, flow: &Flow<'_>) -> Answer {
    let Flow { from, to, port } = *flow;
    let family = spoken(from, to);
    let source = Side { direction: Direction::Egress, own: from, peer: to, port };
    let crossed = match (from.subnet_id(), to.subnet_id()) {
        (Ok(a), Ok(b)) => same(a, b),
        (a, b) => Tri::Unknown(a.err().into_iter().chain(b.err()).collect()),
    };
    if crossed.is_yes() {
        return Answer::Open(source.proof(Because::SameSubnet));
    }
    let target = Side { direction: Direction::Ingress, own: to, peer: from, port };
    let answer = both(judge_side(world, &source, family), judge_side(world, &target, family));
    match (crossed, answer) {
        (_, Answer::Open(proof)) => Answer::Open(proof),
        // Within one subnet nothing of this would count.
        (Tri::Unknown(gaps), Answer::Unknown(more)) => Answer::Unknown(gaps).and([Answer::Unknown(more)]),
        (Tri::Unknown(gaps), _) => Answer::Unknown(gaps),
        (_, answer) => answer,
    }
}

fn both(a: Answer, b: Answer) -> Answer {
    match (a, b) {
        (Answer::Open(mut a), Answer::Open(b)) => {
            if let (Because::Entries(spots), Because::Entries(more)) = (&mut a.because, b.because) {
                spots.extend(more);
            }
            Answer::Open(a)
        }
        (a, b) => a.and([b]),
    }
}

/// What one side's network ACL says of its peer at any of the peer's addresses.
pub(super) fn judge_side(world: &dyn World, side: &Side<'_>, family: Family) -> Answer {
    let acl = match acl_of(world, side.own) {
        Ok(acl) => acl,
        Err(gaps) => return Answer::Unknown(gaps),
    };
    let id = acl.network_acl_id.clone();
    if let Some(openers) = openers(acl, &id, side, family) {
        return Answer::Open(side.proof(Because::Entries(openers.iter().map(At::spot).collect())));
    }
    Listed::read(acl, &id, side, family).map_or_else(Answer::unknown, |listed| listed.judge(side, family))
}

/// For a peer with one known address: the entries, where one lets the connection and one
/// all of its replies through.
fn openers<'w>(acl: &'w NetworkAcl, id: &'w Text, side: &Side<'_>, family: Family) -> Option<[At<'w>; 2]> {
    let Some(Addresses::Ip(ip)) = side.peer.sole(family) else { return None };
    let first = |direction, ports| opener(acl, id, direction, ports, family, *ip);
    Some([first(side.direction, (side.port, side.port))?, first(side.direction.other(), REPLIES)?])
}

/// Do both lists surely let everything through? Quicker than [`judge`], for it proves nothing.
pub(super) fn is_open(world: &dyn World, flow: &Flow<'_>) -> bool {
    let Flow { from, to, port } = *flow;
    let family = spoken(from, to);
    let open = |direction, own: &Endpoint, peer| {
        acl_of(world, own).is_ok_and(|acl| {
            let side = Side { direction, own, peer, port };
            openers(acl, &acl.network_acl_id, &side, family).is_some()
        })
    };
    open(Direction::Egress, from, to) && open(Direction::Ingress, to, from)
}

/// The one that is associated with the subnet: every subnet has one.
fn acl_of<'w>(world: &'w dyn World, end: &Endpoint) -> Result<&'w NetworkAcl, Vec<Gap>> {
    let id = end.subnet_id().map_err(|gap| vec![gap])?;
    let all = world.network_acls(end.vpc_id().map_err(|gap| vec![gap])?);
    let (own, mut gaps) = associated(&all.seen, id, |acl| &acl.associations)?;
    own.ok_or_else(|| {
        gaps.extend(all.hidden);
        if gaps.is_empty() {
            gaps.push(Gap::not_readable(format!("the network ACL of {id}")));
        }
        gaps
    })
}

/// The one that is associated with the subnet, and what hides whether one is.
pub(super) fn associated<'w, T>(
    all: &[&'w T],
    subnet: &Text,
    associations: impl Fn(&T) -> &Seen<Vec<SubnetAssociation>>,
) -> Result<(Option<&'w T>, Vec<Gap>), Vec<Gap>> {
    let (mut own, mut gaps) = (None, Vec::new());
    for one in all {
        match associations(one).list() {
            Err(gap) => gaps.push(gap),
            Ok(list) => match Tri::any(list.iter().map(|one| is(&one.subnet_id, subnet)), ()) {
                Tri::Yes(()) if own.is_some() => {
                    // Of two recordings, one is out of date.
                    return Err(vec![Gap::not_readable(format!("which of two associations {subnet} has"))]);
                }
                Tri::Yes(()) => own = Some(*one),
                Tri::Unknown(more) => gaps.extend(more),
                Tri::No(()) => {}
            },
        }
    }
    Ok((own, gaps))
}

/// Is the association with this subnet?
pub(super) fn is(text: &Seen<Text>, id: &Text) -> Tri<()> {
    match text.known() {
        Err(gap) => Tri::unknown(gap),
        Ok(None) => Tri::No(()),
        Ok(Some(text)) => same(text, id),
    }
}

/// A network ACL's two lists, each for the packets that it has to let through: those of
/// the connection, and its replies the other way.
struct Listed<'w> {
    acl: &'w NetworkAcl,
    id: &'w Text,
    passages: [Passage<'w>; 2],
}

struct Passage<'w> {
    direction: Direction,
    ports: Ports,
    reply: bool,
    lines: Vec<Line<'w>>,
}

/// What becomes of a connection with one address.
enum Fate {
    Open,
    Partly(Vec<Gap>),
    Blocked,
    Unknown(Vec<Gap>),
}

impl<'w> Listed<'w> {
    fn read(acl: &'w NetworkAcl, id: &'w Text, side: &Side<'_>, family: Family) -> Result<Self, Gap> {
        let asked = (side.port, side.port);
        let passage = |direction: Direction| {
            let reply = direction != side.direction;
            let ports = if reply { REPLIES } else { asked };
            lines(acl, id, direction, ports, family).map(|lines| Passage { direction, ports, reply, lines })
        };
        Ok(Listed { acl, id, passages: [passage(side.direction)?, passage(side.direction.other())?] })
    }

    fn judge(&self, side: &Side<'_>, family: Family) -> Answer {
        let candidates = side.peer.candidates(family);
        let mut sum = Sum::default();
        for candidate in &candidates {
            match self.addresses(candidate) {
                Some(addresses) => addresses.into_iter().for_each(|ip| self.add(ip, &mut sum)),
                None => {
                    sum.unknown.push(Gap::not_modelled("a network ACL with entries for very many parts of a subnet"))
                }
            }
        }
        let unsure = side.peer.unsure(&candidates);
        match (sum.open, sum.partly.is_some(), sum.blocked.is_some(), sum.unknown.is_empty()) {
            (true, false, false, true) => Answer::Open(side.proof(Because::Entries(sum.spots))),
            (false, false, true, true) => Answer::Blocked(self.denied(side, &sum.blocked, &sum, &candidates)),
            (false, true, false, true) => Answer::Partly(self.denied(side, &sum.partly, &sum, &candidates), sum.hidden),
            (false, true, true, true) => {
                let proof = self.denied(side, &sum.partly, &sum, &candidates);
                Answer::Partly(proof, [sum.hidden, unsure].concat())
            }
            (open, partly, blocked, known) => {
                let mixed = [open, partly, blocked, !known].iter().filter(|it| **it).count() > 1;
                let unsure = if mixed { unsure } else { Vec::new() };
                Answer::Unknown([unsure, sum.unknown, sum.hidden].concat()).and([])
            }
        }
    }

    fn addresses(&self, candidate: &Addresses) -> Option<Vec<IpAddr>> {
        match candidate {
            Addresses::Ip(ip) => Some(vec![*ip]),
            Addresses::Any { .. } => {
                let lines = self.passages.iter().flat_map(|passage| &passage.lines);
                pieces(&candidate.block(), lines.filter_map(|line| line.net.as_ref().ok()))
            }
        }
    }

    fn add(&self, ip: IpAddr, sum: &mut Sum) {
        let [asked, reply] = self.passages.each_ref().map(|passage| walk(&passage.lines, ip, passage.ports));
        for (least, outcome) in sum.least.iter_mut().zip([&asked, &reply]) {
            *least = [*least, outcome.denied.map(|(number, _)| number)].into_iter().flatten().min();
        }
        match fate(&asked, &reply) {
            Fate::Open => {
                sum.open = true;
                for (passage, outcome) in self.passages.iter().zip([asked, reply]) {
                    if let Some(line) = outcome.allowed.and_then(|at| passage.lines.get(at)) {
                        let spot = line.at.spot();
                        if !sum.spots.contains(&spot) {
                            sum.spots.push(spot);
                        }
                    }
                }
            }
            Fate::Unknown(gaps) => sum.unknown.extend(gaps),
            Fate::Partly(gaps) => {
                sum.hidden.extend(gaps);
                sum.partly.get_or_insert(self.culprit(1, &reply));
            }
            Fate::Blocked => {
                let first = usize::from(asked.denied.is_none());
                sum.blocked.get_or_insert(self.culprit(first, if first == 0 { &asked } else { &reply }));
            }
        }
    }

    fn culprit(&self, passage: usize, outcome: &Outcome) -> Culprit {
        let line = outcome.denied.and_then(|(_, at)| self.passages.get(passage)?.lines.get(at?));
        Culprit {
            passage,
            entry: line.map(|line| (line.number, line.at.spot())),
            ports: outcome.stopped.map(|(ports, _)| ports),
        }
    }

    fn denied(&self, side: &Side<'_>, culprit: &Option<Culprit>, sum: &Sum, candidates: &[Addresses]) -> Proof {
        let (n, entry, ports) = culprit.as_ref().map_or((0, None, None), |it| (it.passage, it.entry.clone(), it.ports));
        let acl = self.id.clone();
        let [asked, reply] = &self.passages;
        let passage = if n == 0 { asked } else { reply };
        let entries = self.passages.iter().zip(sum.least).filter_map(|(passage, least)| Some((passage, least?)));
        let entries = entries.flat_map(|(other, least)| {
            let ports = ports.filter(|_| other.direction == passage.direction).unwrap_or(other.ports);
            self.opening(other.direction, ports, least, candidates)
        });
        let entries = entries.collect();
        Proof {
            direction: passage.direction,
            ..side.proof(Because::Denied(Denial {
                acl,
                entry,
                ports: ports.unwrap_or(passage.ports),
                reply: passage.reply,
                entries,
            }))
        }
    }

    /// The least that would have to be added, ahead of the entry with the number `least`.
    fn opening(&self, direction: Direction, ports: Ports, least: i64, candidates: &[Addresses]) -> Vec<Entry> {
        let mut nets: Vec<IpNet> = candidates.iter().map(Addresses::block).collect();
        nets.sort();
        nets.dedup();
        // To open it to everyone is no least entry.
        if nets.iter().any(|net| net.prefix_len() == 0) {
            return Vec::new();
        }
        let numbers = free(self.acl, direction, least, nets.len());
        let entry = |(net, number)| Entry { acl: self.id.clone(), direction, number, ports, net };
        nets.into_iter().zip(numbers).map(entry).collect()
    }
}

/// What stops packets: an entry with its number, or that there is none for them.
struct Culprit {
    passage: usize,
    entry: Option<(i64, Spot)>,
    /// The first and the last that is stopped.
    ports: Option<Ports>,
}

/// Over every address that the peer may have.
#[derive(Default)]
struct Sum {
    open: bool,
    partly: Option<Culprit>,
    blocked: Option<Culprit>,
    unknown: Vec<Gap>,
    /// What hides whether the partly blocked are blocked altogether.
    hidden: Vec<Gap>,
    /// Of the entries that let through.
    spots: Vec<Spot>,
    /// The lowest number of an entry that stops something, for each passage.
    least: [Option<i64>; 2],
}

fn span((first, last): Ports) -> u32 {
    u32::from(last) - u32::from(first) + 1
}

fn fate(asked: &Outcome, reply: &Outcome) -> Fate {
    let stopped = |outcome: &Outcome| outcome.denied.is_some() && outcome.allowed.is_none() && outcome.gaps.is_empty();
    if stopped(asked) || stopped(reply) {
        return Fate::Blocked;
    }
    // A port or a few of them, such as a deny of 3389 that everyone has, is nothing to wake somebody for.
    let few = reply.stopped.is_none_or(|(_, count)| count * FEW < span(REPLIES));
    if reply.denied.is_some() && reply.allowed.is_some() && !few {
        return Fate::Partly(asked.gaps.clone());
    }
    let gaps: Vec<Gap> = asked.gaps.iter().chain(&reply.gaps).cloned().collect();
    if gaps.is_empty() { Fate::Open } else { Fate::Unknown(gaps) }
}
