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
        let answers: Vec<Tri<Proof>> = self.pairs.iter().map(|pair| pair.answer(&world, stage)).collect();
        // Where all answers agree, it does not matter which of the ways requests take.
        let agreed = self.gaps.is_empty() && (answers.iter().all(Tri::is_yes) || answers.iter().all(Tri::is_no));
        let seen = self.pairs.iter().zip(answers).map(|(pair, answer)| match (&pair.doubt, answer) {
            (Some(doubt), Tri::Unknown(gaps)) => ((), Tri::Unknown([gaps, vec![doubt.clone()]].concat())),
            (Some(doubt), _) if !agreed => ((), Tri::unknown(doubt.clone())),
            (_, answer) => ((), answer),
        });
        let unseen = self.gaps.iter().map(|gap| ((), Tri::unknown(gap.clone())));
        let extent = over(seen.chain(unseen)).ok_or(Stop::NotApplicable)?;
        if let Extent::None { open } = &extent {
            return passes(open.first().map_or_else(String::new, |(_, proof)| proof.sentence()));
        }
        let whole = matches!(extent, Extent::All { .. });
        let proofs: Vec<&Proof> = extent.blocked().iter().map(|(_, proof)| proof).collect();
        let faults = (!proofs.is_empty()).then(|| mended(ctx.proven(fault(whole), self.scope, &proofs), &proofs));
        Err(Stop::Not { faults: faults.into_iter().collect(), gaps: extent.gaps().to_vec() })
    }
}

impl Ctx<'_> {
    /// The fault with what the engine found.
    #[must_use]
    pub fn proven(&self, fault: Fault, scope: &Scope, blocked: &[&Proof]) -> Fault {
        let mut sentences: Vec<String> = Vec::new();
        let mut evidence = Vec::new();
        for proof in blocked {
            let sentence = proof.sentence();
            if sentences.len() < SHOWN && !sentences.contains(&sentence) {
                evidence.push(Evidence::because(sentence.clone(), self.spots(scope, proof)));
                sentences.push(sentence);
            }
        }
        fault.because(evidence).decided_by(groups(blocked))
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

/// The fault with the smallest rules that mend it.
fn mended(fault: Fault, blocked: &[&Proof]) -> Fault {
    let mut openings: Vec<&Opening> = Vec::new();
    for opening in blocked.iter().filter_map(|proof| proof.opening()) {
        if openings.len() < SHOWN && !openings.contains(&opening) {
            openings.push(opening);
        }
    }
    if openings.is_empty() {
        return fault.help("Add a rule that lets the connection through.");
    }
    let help: Vec<String> = openings.iter().map(|opening| capital(&opening.sentence())).collect();
    openings
        .iter()
        .fold(fault.help(help.join(" ")), |fault, opening| fault.cli(&command(opening).each_ref().map(String::as_str)))
}

fn command(opening: &Opening) -> [String; 7] {
    let Opening { group, direction, port, source } = opening;
    let verb = match direction {
        Direction::Egress => "authorize-security-group-egress",
        Direction::Ingress => "authorize-security-group-ingress",
    };
    let peers = match source {
        Source::Group(id) => vec![("UserIdGroupPairs", format!("{{GroupId={id}}}"))],
        Source::Blocks(nets) => {
            let list = |key: &str, v4: bool| -> Vec<String> {
                let nets = nets.iter().filter(|net| net.addr().is_ipv4() == v4);
                nets.map(|net| format!("{{{key}={net}}}")).collect()
            };
            vec![("IpRanges", list("CidrIp", true).join(",")), ("Ipv6Ranges", list("CidrIpv6", false).join(","))]
        }
    };
    let mut rule = format!("IpProtocol=tcp,FromPort={port},ToPort={port}");
    for (key, list) in peers.iter().filter(|(_, list)| !list.is_empty()) {
        rule += &format!(",{key}=[{list}]");
    }
    ["aws", "ec2", verb, "--group-id", &group.to_string(), "--ip-permissions", &rule].map(str::to_owned)
}
