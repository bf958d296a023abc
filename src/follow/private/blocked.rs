//! From the network engine's answers about single connections to a verdict.

use super::legs::{Leg, Stage};
use crate::analysis::Tri;
use crate::analysis::net::{Direction, Extent, Opening, Proof, Source, Spot, over};
use crate::follow::Ctx;
use crate::model::{Evidence, Kind, Place, Ref, Scope, ec2};
use crate::verdict::{Fault, Stop, Verdict, passes};

/// Of many alike, a report needs to see some.
const SHOWN: usize = 4;

impl Leg<'_> {
    /// Is the leg open at this stage? `fault` is asked whether all of it is blocked.
    pub fn judge(&self, ctx: &Ctx<'_>, stage: Stage, fault: impl FnOnce(bool) -> Fault) -> Verdict {
        let world = ctx.graph.network(self.scope);
        let seen = self.pairs.iter().map(|pair| ((), pair.answer(&world, stage)));
        let unseen = self.gaps.iter().map(|gap| ((), Tri::unknown(gap.clone())));
        let extent = over(seen.chain(unseen)).ok_or(Stop::NotApplicable)?;
        if let Extent::None { open } = &extent {
            return passes(open.first().map_or_else(String::new, |(_, proof)| proof.sentence()));
        }
        let whole = matches!(extent, Extent::All { .. });
        let proofs: Vec<&Proof> = extent.blocked().iter().map(|(_, proof)| proof).collect();
        let faults = (!proofs.is_empty()).then(|| ctx.explained(fault(whole), self.scope, &proofs));
        Err(Stop::Not { faults: faults.into_iter().collect(), gaps: extent.gaps().to_vec() })
    }
}

impl Ctx<'_> {
    /// The fault with what the engine found, and the smallest rules that mend it.
    #[must_use]
    pub fn explained(&self, fault: Fault, scope: &Scope, blocked: &[&Proof]) -> Fault {
        let mut sentences: Vec<String> = Vec::new();
        let mut openings: Vec<Opening> = Vec::new();
        let mut evidence = Vec::new();
        for proof in blocked {
            let sentence = proof.sentence();
            if !sentences.contains(&sentence) {
                if sentences.len() < SHOWN {
                    evidence.push(Evidence::because(sentence.clone(), self.spots(scope, proof)));
                }
                sentences.push(sentence);
            }
            openings.extend(proof.opening().filter(|opening| !openings.contains(opening)).cloned());
        }
        let mut hints: Vec<String> = openings.iter().take(SHOWN).map(|opening| capital(&opening.sentence())).collect();
        let decided_by = groups(blocked);
        if hints.is_empty() {
            hints.push("Add a rule that lets the connection through.".into());
        }
        let fault = fault.because(evidence).decided_by(decided_by).help(hints.join(" "));
        match openings.split_first() {
            None => fault,
            Some((first, more)) => fault.cli(&command(first, more).each_ref().map(String::as_str)),
        }
    }

    fn spots(&self, scope: &Scope, proof: &Proof) -> Vec<Evidence> {
        let read = |spot: &Spot| {
            let of = Ref::new(Kind::SecurityGroup, scope.clone(), spot.group.clone());
            let group = self.graph.look_up::<ec2::SecurityGroup>(&of).ok().flatten()?;
            let says = match proof.direction {
                Direction::Egress => "all outbound rules of the group",
                Direction::Ingress => "all inbound rules of the group",
            };
            Some(Evidence::read(Place::of(&group.facts, spot.pointer.clone()), says))
        };
        proof.spots().iter().filter_map(read).collect()
    }
}

/// The groups whose rules decided, in their own order.
fn groups(blocked: &[&Proof]) -> String {
    let mut ids: Vec<String> =
        blocked.iter().flat_map(|proof| proof.spots()).map(|spot| spot.group.to_string()).collect();
    ids.sort();
    ids.dedup();
    ids.join(" ")
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// Adds the first rule, for all sources whose rule would otherwise be the same.
fn command(first: &Opening, more: &[Opening]) -> [String; 7] {
    let Opening { group, direction, port, .. } = first;
    let verb = match direction {
        Direction::Egress => "egress",
        Direction::Ingress => "ingress",
    };
    let same = |it: &&Opening| (&it.group, it.direction, it.port) == (group, *direction, *port);
    let (mut groups, mut v4, mut v6) = (Vec::new(), Vec::new(), Vec::new());
    for opening in [first].into_iter().chain(more.iter().filter(same)) {
        match &opening.source {
            Source::Group(id) => groups.push(format!("{{GroupId={id}}}")),
            Source::Blocks(nets) => nets.iter().for_each(|net| match net.addr().is_ipv4() {
                true => v4.push(format!("{{CidrIp={net}}}")),
                false => v6.push(format!("{{CidrIpv6={net}}}")),
            }),
        }
    }
    let peers = [("UserIdGroupPairs", groups), ("IpRanges", v4), ("Ipv6Ranges", v6)];
    let mut rule = format!("IpProtocol=tcp,FromPort={port},ToPort={port}");
    for (key, list) in peers.iter().filter(|(_, list)| !list.is_empty()) {
        rule += &format!(",{key}=[{}]", list.join(","));
    }
    let (verb, group) = (format!("authorize-security-group-{verb}"), group.to_string());
    ["aws".into(), "ec2".into(), verb, "--group-id".into(), group, "--ip-permissions".into(), rule]
}
