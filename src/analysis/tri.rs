//! Three-valued answers (Kleene's strong logic) that carry their proof.

use crate::model::Gap;

#[derive(Debug, Clone, PartialEq)]
pub enum Tri<P> {
    Yes(P),
    No(P),
    /// What hides the answer. Never empty.
    Unknown(Vec<Gap>),
}

impl<P> Tri<P> {
    pub fn of(truth: bool, proof: P) -> Self {
        if truth { Tri::Yes(proof) } else { Tri::No(proof) }
    }

    pub fn unknown(gap: Gap) -> Self {
        Tri::Unknown(vec![gap])
    }

    pub fn is_yes(&self) -> bool {
        matches!(self, Tri::Yes(_))
    }

    pub fn is_no(&self) -> bool {
        matches!(self, Tri::No(_))
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Tri::Unknown(_))
    }

    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Tri::Yes(proof) => Tri::No(proof),
            Tri::No(proof) => Tri::Yes(proof),
            unknown => unknown,
        }
    }

    pub fn map<Q>(self, f: impl FnOnce(P) -> Q) -> Tri<Q> {
        match self {
            Tri::Yes(proof) => Tri::Yes(f(proof)),
            Tri::No(proof) => Tri::No(f(proof)),
            Tri::Unknown(gaps) => Tri::Unknown(gaps),
        }
    }

    /// Yes only if all are: the first No decides, whatever is unknown beside it.
    pub fn all(answers: impl IntoIterator<Item = Tri<P>>, empty: P) -> Tri<P> {
        let mut gaps = Vec::new();
        let mut last = empty;
        for answer in answers {
            match answer {
                Tri::No(proof) => return Tri::No(proof),
                Tri::Yes(proof) => last = proof,
                Tri::Unknown(more) => gaps.extend(more),
            }
        }
        if gaps.is_empty() { Tri::Yes(last) } else { Tri::Unknown(gaps) }
    }

    /// No only if all are: the first Yes decides, whatever is unknown beside it.
    pub fn any(answers: impl IntoIterator<Item = Tri<P>>, empty: P) -> Tri<P> {
        Tri::all(answers.into_iter().map(Tri::negate), empty).negate()
    }
}
