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
        openings.iter().take(SHOWN).fold(fault, allowing)
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

/// The command that adds the rule.
fn allowing(fault: Fault, opening: &Opening) -> Fault {
    let verb = match opening.direction {
        Direction::Egress => "authorize-security-group-egress",
        Direction::Ingress => "authorize-security-group-ingress",
    };
    let peer = match &opening.source {
        Source::Group(id) => format!("UserIdGroupPairs=[{{GroupId={id}}}]"),
        Source::Blocks(nets) => {
            let list = |v4: bool, key: &str| -> String {
                let nets = nets.iter().filter(|net| net.addr().is_ipv4() == v4);
                nets.map(|net| format!("{{{key}={net}}}")).collect::<Vec<_>>().join(",")
            };
            match (list(true, "CidrIp"), list(false, "CidrIpv6")) {
                (v4, v6) if v6.is_empty() => format!("IpRanges=[{v4}]"),
                (v4, v6) if v4.is_empty() => format!("Ipv6Ranges=[{v6}]"),
                (v4, v6) => format!("IpRanges=[{v4}],Ipv6Ranges=[{v6}]"),
            }
        }
    };
    let Opening { group, port, .. } = opening;
    let permission = format!("IpProtocol=tcp,FromPort={port},ToPort={port},{peer}");
    fault.cli(&["aws", "ec2", verb, "--group-id", &group.to_string(), "--ip-permissions", &permission])
}
