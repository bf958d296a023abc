//! From the network engine's answers about single connections to a verdict.

use super::legs::{Leg, Stage, agree};
use super::mend::mended;
use crate::analysis::net::{Answer, Direction, Extent, Proof, Spot, over};
use crate::follow::Ctx;
use crate::model::{Evidence, Kind, Scope};
use crate::verdict::{Fault, Stop, Verdict, passes};

/// Of many alike, a report needs to see some.
pub(super) const SHOWN: usize = 4;

impl Leg<'_> {
    /// Is the leg open at this stage? `fault` is asked whether all of it is blocked.
    pub fn judge<A: Into<Answer>>(&self, ctx: &Ctx<'_>, stage: Stage<A>, fault: impl FnOnce(bool) -> Fault) -> Verdict {
        let world = ctx.graph.network(self.scope);
        let answers: Vec<Answer> = self.pairs.iter().map(|pair| pair.answer(&world, stage)).collect();
        let agreed = self.gaps.is_empty() && agree(&answers);
        let seen = self.pairs.iter().zip(answers).map(|(pair, answer)| match (&pair.doubt, answer) {
            (Some(doubt), Answer::Unknown(gaps)) => ((), Answer::Unknown([gaps, vec![doubt.clone()]].concat())),
            (Some(doubt), _) if !agreed => ((), Answer::unknown(doubt.clone())),
            (_, answer) => ((), answer),
        });
        let unseen = self.gaps.iter().map(|gap| ((), Answer::unknown(gap.clone())));
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
        fault.because(evidence).decided_by(deciders(blocked))
    }

    fn spots(&self, scope: &Scope, proof: &Proof) -> Vec<Evidence> {
        let read = |spot: &Spot| {
            let says = match (spot.kind, proof.direction) {
                (Kind::SecurityGroup, Direction::Egress) => "all outbound rules of the group",
                (Kind::SecurityGroup, Direction::Ingress) => "all inbound rules of the group",
                (Kind::NetworkAcl, ..) => "this decides",
                _ => "this is where packets go",
            };
            Some(Evidence::read(self.graph.place(spot, scope)?, says))
        };
        proof.spots().iter().filter_map(read).collect()
    }
}

/// What decided, in its own order.
fn deciders(blocked: &[&Proof]) -> String {
    let mut ids: Vec<String> = blocked.iter().flat_map(|proof| proof.spots()).map(|spot| spot.id.to_string()).collect();
    ids.sort();
    ids.dedup();
    ids.join(" ")
}
