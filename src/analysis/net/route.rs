//! The routes' stage: from the connecting side's subnet there, and from the listening
//! side's back.

use super::acl::{associated, is};
use super::cidr::{Family, pieces};
use super::endpoint::{Addresses, Endpoint, spoken};
use super::permission::same_vpc;
use super::proof::{Because, Direction, Proof, Spot};
use super::same::same;
use super::side::Side;
use super::table::{Table, Way};
use super::{Flow, World};
use crate::analysis::Tri;
use crate::model::ec2::RouteTable;
use crate::model::{Gap, Kind, Seen, Text};

/// Packets of one direction are dropped where they start.
#[derive(Debug, Clone, PartialEq)]
pub struct Unrouted {
    pub table: Text,
    /// The route that takes them, and its place; `None` where there is none.
    pub route: Option<(Drop, Spot)>,
    /// They are replies.
    pub reply: bool,
}

/// Why a route leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// Its target is gone.
    Blackhole,
    /// Its target is an internet gateway, and the address is private.
    Internet,
    /// It keeps packets in a VPC that the other side is not in.
    OtherVpc,
}

pub(super) fn judge(world: &dyn World, flow: &Flow<'_>) -> Tri<Proof> {
    let Flow { from, to, port } = *flow;
    let family = spoken(from, to);
    let there = Side { direction: Direction::Egress, own: from, peer: to, port };
    let back = Side { direction: Direction::Egress, own: to, peer: from, port };
    let ways = (Led::of(world, &there, family), Led::of(world, &back, family));
    for (led, side, reply) in [(&ways.0, &there, false), (&ways.1, &back, true)] {
        if let Led::Nowhere { table, route } = led {
            let unrouted = Unrouted { table: table.clone(), route: route.clone(), reply };
            return Tri::No(side.proof(Because::Unrouted(unrouted)));
        }
    }
    match ways {
        (Led::Unknown(gaps), Led::Unknown(more)) => Tri::Unknown(sorted([gaps, more].concat())),
        (Led::Unknown(gaps), _) | (_, Led::Unknown(gaps)) => Tri::Unknown(sorted(gaps)),
        (Led::To(way, spots), Led::To(back, more)) => {
            let alike = match (&way, &back) {
                (Way::Local, Way::Local) => Tri::Yes(()),
                (Way::Peering(a), Way::Peering(b)) => same(a, b),
                _ => Tri::No(()),
            };
            match alike {
                Tri::Yes(()) => Tri::Yes(there.proof(Because::Routed([spots, more].concat()))),
                Tri::No(()) => Tri::unknown(Gap::not_modelled("replies that come back another way")),
                Tri::Unknown(gaps) => Tri::Unknown(gaps),
            }
        }
        // Said above.
        (Led::Nowhere { .. }, _) | (_, Led::Nowhere { .. }) => Tri::unknown(Gap::not_modelled("a route")),
    }
}

fn sorted(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort();
    gaps.dedup();
    gaps
}

/// Where one side's table leads packets to the other side, whatever its address is.
enum Led {
    To(Way, Vec<Spot>),
    Nowhere { table: Text, route: Option<(Drop, Spot)> },
    Unknown(Vec<Gap>),
}

impl Led {
    fn of(world: &dyn World, side: &Side<'_>, family: Family) -> Led {
        let found = match table_of(world, side.own) {
            Ok(found) => found,
            Err(gaps) => return Led::Unknown(gaps),
        };
        let id = found.route_table_id.clone();
        let table = match Table::read(world, found, &id, family) {
            Ok(table) => table,
            Err(gaps) => return Led::Unknown(gaps),
        };
        let candidates = side.peer.candidates(family);
        let mut sum = Sum { ways: Vec::new(), dropped: None, spots: Vec::new(), gaps: Vec::new() };
        for candidate in &candidates {
            let addresses = match candidate {
                Addresses::Ip(ip) => Some(vec![*ip]),
                Addresses::Any { .. } => pieces(&candidate.block(), table.nets()),
            };
            match addresses {
                Some(addresses) => addresses.into_iter().for_each(|ip| sum.add(table.way(ip), side, &id)),
                None => sum.gaps.push(Gap::not_modelled("routes to very many parts of a subnet")),
            }
        }
        match (sum.ways.as_slice(), sum.dropped) {
            ([], Some(route)) if sum.gaps.is_empty() => Led::Nowhere { table: id, route },
            ([way], None) if sum.gaps.is_empty() => Led::To(way.clone(), sum.spots),
            (ways, dropped) => {
                let mixed = ways.len() + usize::from(dropped.is_some()) + usize::from(!sum.gaps.is_empty()) > 1;
                let unsure = if mixed { side.peer.unsure(&candidates) } else { Vec::new() };
                Led::Unknown(sorted([unsure, sum.gaps].concat()))
            }
        }
    }
}

/// Over every address that the other side may have.
struct Sum {
    ways: Vec<Way>,
    dropped: Option<Option<(Drop, Spot)>>,
    spots: Vec<Spot>,
    gaps: Vec<Gap>,
}

impl Sum {
    fn add(&mut self, found: Result<Option<(Way, usize)>, Vec<Gap>>, side: &Side<'_>, table: &Text) {
        let (way, n) = match found {
            Err(gaps) => return self.gaps.extend(gaps),
            Ok(None) => {
                self.dropped.get_or_insert(None);
                return;
            }
            Ok(Some(found)) => found,
        };
        let spot = || Spot { kind: Kind::RouteTable, id: table.clone(), pointer: format!("/Routes/{n}") };
        let drop = match (&way, same_vpc(side.own, side.peer)) {
            (Way::Nowhere(drop), _) => *drop,
            (Way::Local, Tri::No(())) => Drop::OtherVpc,
            (Way::Local, Tri::Yes(())) | (Way::Peering(_), Tri::No(())) => {
                if !self.ways.contains(&way) {
                    self.ways.push(way);
                    self.spots.push(spot());
                }
                return;
            }
            (Way::Peering(_), Tri::Yes(())) => {
                let what = "a peering connection between two addresses of one VPC";
                return self.gaps.push(Gap::not_modelled(what));
            }
            (_, Tri::Unknown(gaps)) => return self.gaps.extend(gaps),
        };
        self.dropped.get_or_insert_with(|| Some((drop, spot())));
    }
}

/// The table that is associated with the subnet, else the VPC's main one.
fn table_of<'w>(world: &'w dyn World, end: &Endpoint) -> Result<&'w RouteTable, Vec<Gap>> {
    let id = end.subnet_id().map_err(|gap| vec![gap])?;
    let vpc = end.vpc_id().map_err(|gap| vec![gap])?;
    let all = world.route_tables(vpc);
    let (own, mut gaps) = associated(&all.seen, id, |table| &table.associations)?;
    if let Some(own) = own {
        return Ok(own);
    }
    gaps.extend(all.hidden);
    let main = |table: &&&RouteTable| {
        let marked = table.associations.set().into_iter().flatten().any(|one| one.main == Seen::Set(true));
        marked && is(&table.vpc_id, vpc).is_yes()
    };
    let main = all.seen.iter().find(main).copied();
    if main.is_none() && gaps.is_empty() {
        gaps.push(Gap::not_readable(format!("the route table of {id}")));
    }
    main.filter(|_| gaps.is_empty()).ok_or_else(|| sorted(gaps))
}

impl Unrouted {
    pub(super) fn spot(&self) -> Spot {
        let list = || Spot { kind: Kind::RouteTable, id: self.table.clone(), pointer: "/Routes".into() };
        self.route.as_ref().map_or_else(list, |(_, spot)| spot.clone())
    }

    pub(super) fn sentence(&self, Proof { own, peer, .. }: &Proof) -> String {
        let table = &self.table;
        let what = if self.reply { "replies" } else { "packets" };
        match &self.route {
            None => format!("no route of {table}, the route table of {own}, leads {what} to {peer}"),
            Some((drop, spot)) => {
                let why = match drop {
                    Drop::Blackhole => "whose target is gone",
                    Drop::Internet => "to an internet gateway, where private addresses lead nowhere",
                    Drop::OtherVpc => "which stays in a VPC that it is not in",
                };
                format!("the route table of {own} sends {what} to {peer} by {spot}, {why}")
            }
        }
    }

    /// What to change, as an imperative.
    pub fn help(&self, Proof { peer, .. }: &Proof) -> String {
        match &self.route {
            Some((Drop::Blackhole, spot)) => format!("delete or replace the route {spot}, whose target is gone"),
            _ => format!("add to {} a route to the addresses of {peer}", self.table),
        }
    }
}
