//! The answer about one connection.

use super::proof::Proof;
use crate::analysis::Tri;
use crate::model::Gap;

#[derive(Debug, Clone, PartialEq)]
pub enum Answer<P = Proof> {
    Open(P),
    /// Some connections are proven to fail. The gaps hide whether all of them do.
    Partly(P, Vec<Gap>),
    Blocked(P),
    /// What hides the answer. Never empty.
    Unknown(Vec<Gap>),
}

impl<P> From<Tri<P>> for Answer<P> {
    fn from(answer: Tri<P>) -> Self {
        match answer {
            Tri::Yes(proof) => Answer::Open(proof),
            Tri::No(proof) => Answer::Blocked(proof),
            Tri::Unknown(gaps) => Answer::Unknown(gaps),
        }
    }
}

impl<P> Answer<P> {
    pub fn unknown(gap: Gap) -> Self {
        Answer::Unknown(vec![gap])
    }

    /// One connection that has to pass every stage: the first that blocks it decides,
    /// whatever is unknown beside it. `first` is the answer of one of them.
    #[must_use]
    pub fn and(self, more: impl IntoIterator<Item = Answer<P>>) -> Answer<P> {
        Answer::all(std::iter::once(self).chain(more))
    }

    /// The same of all of them. There has to be one.
    pub(super) fn all(answers: impl IntoIterator<Item = Answer<P>>) -> Answer<P> {
        let (mut open, mut partly, mut hidden) = (None, None, Vec::new());
        for answer in answers {
            match answer {
                Answer::Blocked(proof) => return Answer::Blocked(proof),
                Answer::Partly(proof, gaps) => {
                    partly.get_or_insert(proof);
                    hidden.extend(gaps);
                }
                Answer::Unknown(gaps) => hidden.extend(gaps),
                Answer::Open(proof) => open = Some(proof),
            }
        }
        hidden.sort();
        hidden.dedup();
        match (partly, open) {
            (Some(proof), _) => Answer::Partly(proof, hidden),
            (None, Some(proof)) if hidden.is_empty() => Answer::Open(proof),
            _ => Answer::Unknown(hidden),
        }
    }
}
