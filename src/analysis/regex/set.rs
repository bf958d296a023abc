//! Which characters a part of a pattern takes.

use super::property::Property;

/// A set of code points, as far as it is known.
#[derive(Debug, Clone)]
pub(super) enum Set {
    Range {
        from: u32,
        to: u32,
        fold: Fold,
    },
    Property(Property),
    Not(Box<Set>),
    Or(Vec<Set>),
    And(Box<Set>, Box<Set>),
    /// Where we do not follow Java.
    Unknown,
}

/// Whether case counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fold {
    No,
    Ascii,
    Unicode,
}

impl Set {
    pub(super) fn one(c: u32, fold: Fold) -> Set {
        Set::Range { from: c, to: c, fold }
    }

    pub(super) fn any_of(chars: &[char]) -> Set {
        Set::Or(chars.iter().map(|c| Set::one(u32::from(*c), Fold::No)).collect())
    }

    pub(super) fn negate(self, really: bool) -> Set {
        if really { Set::Not(Box::new(self)) } else { self }
    }

    /// How many parts are asked for one character.
    pub(super) fn size(&self) -> usize {
        match self {
            Set::Range { .. } | Set::Property(_) | Set::Unknown => 1,
            Set::Not(set) => 1 + set.size(),
            Set::Or(sets) => 1 + sets.iter().map(Set::size).sum::<usize>(),
            Set::And(a, b) => 1 + a.size() + b.size(),
        }
    }

    pub(super) fn has(&self, c: char) -> Option<bool> {
        match self {
            Set::Range { from, to, fold } => in_range(c, *from, *to, *fold),
            Set::Property(property) => property.has(c),
            Set::Not(set) => set.has(c).map(|has| !has),
            Set::Or(sets) => sets
                .iter()
                .try_fold(Some(false), |any, set| match set.has(c) {
                    Some(true) => None,
                    Some(false) => Some(any),
                    None => Some(None),
                })
                .unwrap_or(Some(true)),
            Set::And(a, b) => match (a.has(c), b.has(c)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Set::Unknown => None,
        }
    }
}

fn in_range(c: char, from: u32, to: u32, fold: Fold) -> Option<bool> {
    let within = |c: char| (from..=to).contains(&u32::from(c));
    match fold {
        Fold::No => Some(within(c)),
        Fold::Ascii if c.is_ascii() => {
            Some(within(c) || within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()))
        }
        Fold::Ascii => Some(within(c)),
        // Two characters beyond ASCII fold to one of it: the dotless i with its kin, and
        // the signs of Kelvin and of long s.
        Fold::Unicode if c.is_ascii() && !"iIkKsS".contains(c) => in_range(c, from, to, Fold::Ascii),
        Fold::Unicode if within(c) => Some(true),
        Fold::Unicode if c.is_ascii() && to < 128 => in_range(c, from, to, Fold::Ascii),
        Fold::Unicode => None,
    }
}
