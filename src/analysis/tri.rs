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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn tri() -> impl Strategy<Value = Tri<()>> {
        prop_oneof![Just(Tri::Yes(())), Just(Tri::No(())), Just(Tri::unknown(Gap::not_modelled("it")))]
    }

    /// 0 no, 1 unknown, 2 yes: Kleene's `and` is the minimum, `or` the maximum.
    fn rank(answer: &Tri<()>) -> u8 {
        if answer.is_yes() { 2 } else { u8::from(answer.is_unknown()) }
    }

    proptest! {
        #[test]
        fn all_is_the_least_and_any_the_greatest(answers in vec(tri(), 0..5)) {
            let ranks: Vec<u8> = answers.iter().map(rank).collect();
            prop_assert_eq!(rank(&Tri::all(answers.clone(), ())), ranks.iter().copied().min().unwrap_or(2));
            prop_assert_eq!(rank(&Tri::any(answers, ())), ranks.iter().copied().max().unwrap_or(0));
        }

        #[test]
        fn negation_turns_one_into_the_other(answers in vec(tri(), 0..5)) {
            let negated = answers.iter().cloned().map(Tri::negate);
            prop_assert_eq!(rank(&Tri::any(negated, ())), rank(&Tri::all(answers.clone(), ()).negate()));
            for answer in answers {
                prop_assert_eq!(answer.clone().negate().negate(), answer);
            }
        }

        #[test]
        fn to_learn_one_never_flips_the_rest(answers in vec(tri(), 1..5), at in 0..5usize, learnt in tri()) {
            let mut known = answers.clone();
            let at = at % known.len();
            if known[at].is_unknown() {
                known[at] = learnt;
            }
            for ask in [Tri::all, Tri::any] {
                let (before, after) = (ask(answers.clone(), ()), ask(known.clone(), ()));
                prop_assert!(before.is_unknown() || rank(&before) == rank(&after));
            }
        }
    }
}
