//! What was looked at, to its end or not. Absence needs proof, and this is the proof.

use crate::model::{Gap, Kind, Ref, Scope};
use std::collections::BTreeMap;

/// Two forms: a collection read to its end, and one thing asked for by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    listed: BTreeMap<(Kind, Scope), Option<Gap>>,
    asked: BTreeMap<Ref, Answer>,
}

/// What AWS said when asked for one thing by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Found,
    /// The service's own NotFound code, or a filtered listing read to its end without it.
    Absent {
        action: String,
        code: String,
    },
    Gap(Gap),
}

impl Coverage {
    /// The collection was read to its end.
    pub fn complete(&mut self, kind: Kind, scope: Scope) {
        self.listed.entry((kind, scope)).or_insert(None);
    }

    /// The collection could not be read, or not to its end. A gap once told stays.
    pub fn partial(&mut self, kind: Kind, scope: Scope, gap: Gap) {
        self.listed.insert((kind, scope), Some(gap));
    }

    pub fn answer(&mut self, asked: Ref, answer: Answer) {
        self.asked.insert(asked, answer);
    }

    /// The gap that stands in the way of an answer to this question.
    pub fn gap(&self, of: &Ref) -> Option<&Gap> {
        match self.asked.get(of) {
            Some(Answer::Gap(gap)) => Some(gap),
            _ => None,
        }
    }

    /// What hides some of the things that answer this question; `None` if all were read.
    pub fn unread(&self, of: &Ref) -> Option<Gap> {
        match (self.asked.get(of), self.listed.get(&(of.kind, of.scope.clone()))) {
            (Some(Answer::Found), _) | (None, Some(None)) => None,
            (Some(_), _) => self.absence(of).err(),
            (None, _) => Some(self.absence(of).err().unwrap_or_else(|| self.never_asked(of))),
        }
    }

    /// Is this thing, which no record holds, proven absent?
    ///
    /// # Errors
    /// The gap that stands in the way of a proof.
    pub fn absence(&self, of: &Ref) -> Result<String, Gap> {
        match self.asked.get(of) {
            Some(Answer::Absent { action, code }) if proves(code) => return Ok(format!("{action} answered {code}")),
            Some(Answer::Absent { action, code }) => {
                return Err(Gap::Failed { action: action.clone(), code: code.clone() });
            }
            Some(Answer::Gap(gap)) => return Err(gap.clone()),
            Some(Answer::Found) => {
                return Err(Gap::not_readable(format!(
                    "{} was found, but its facts are not in this capture",
                    of.label()
                )));
            }
            None => {}
        }
        if let Some(gap) = of.gap() {
            return Err(gap);
        }
        match self.listed.get(&(of.kind, of.scope.clone())) {
            // A list of functions shows neither aliases nor versions.
            Some(None) if of.kind != Kind::Function => {
                Ok(format!("the list of every {} in {} was read to its end", of.kind.noun(), of.scope.region))
            }
            Some(Some(gap)) => Err(gap.clone()),
            _ => Err(self.never_asked(of)),
        }
    }

    /// Nobody asked for it.
    pub fn not_read(of: &Ref) -> Gap {
        Gap::not_readable(format!("{} is not among what was read", of.label()))
    }

    fn never_asked(&self, of: &Ref) -> Gap {
        let seen = |account| self.listed.keys().any(|(_, scope)| scope.account == account);
        if self.listed.is_empty() || seen(of.scope.account.clone()) {
            Coverage::not_read(of)
        } else {
            Gap::Elsewhere { account: of.scope.account.to_string() }
        }
    }

    pub fn listed(&self) -> impl Iterator<Item = (Kind, &Scope, Option<&Gap>)> {
        self.listed.iter().map(|((kind, scope), gap)| (*kind, scope, gap.as_ref()))
    }

    pub fn was_asked(&self, of: &Ref) -> bool {
        self.asked.contains_key(of)
    }

    pub fn asked(&self) -> impl Iterator<Item = (&Ref, &Answer)> {
        self.asked.iter()
    }

    /// What of both was seen.
    pub fn merge(&mut self, other: Coverage) {
        for ((kind, scope), gap) in other.listed {
            match gap {
                None => self.complete(kind, scope),
                Some(gap) => self.partial(kind, scope, gap),
            }
        }
        self.asked.extend(other.asked);
    }
}

/// The code of an absence that a filtered list, read to its end, has proven.
pub const EMPTY_ANSWER: &str = "an empty answer";

/// Only a service's own word for absence, or a list read to its end, is proof of it.
fn proves(code: &str) -> bool {
    ["NotFound", "NoSuchEntity", EMPTY_ANSWER].iter().any(|word| code.contains(word))
}
