//! Patterns against texts with holes, by walking all positions of the pattern at once.
//!
//! [`always`] answers true only if every filling of the holes matches, [`never`] only if
//! none does. The work is the product of the two lengths, whatever the wildcards.

use crate::model::{Charset, Hole};

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Char(char),
    /// `?`
    One {
        colon: bool,
    },
    /// `*`
    Many {
        colon: bool,
    },
    /// The first character of a hole that has at least one.
    First(&'a Hole),
    /// What remains of a hole, perhaps nothing.
    Rest(&'a Hole),
}

/// The steps that an unknown part of a string takes.
pub(super) fn hole_tokens(hole: &Hole) -> impl Iterator<Item = Token<'_>> {
    let first = (!hole.charset.may_be_empty()).then_some(Token::First(hole));
    first.into_iter().chain([Token::Rest(hole)])
}

/// Where both begin alike, what comes behind decides: a hole has one value, wherever it stands.
fn behind<'s, 't>(pattern: &'s [Token<'t>], text: &'s [Token<'t>]) -> (&'s [Token<'t>], &'s [Token<'t>]) {
    let same = |(a, b): &(&Token<'_>, &Token<'_>)| match (a, b) {
        (Token::Char(a), Token::Char(b)) => a == b,
        (Token::First(a), Token::First(b)) | (Token::Rest(a), Token::Rest(b)) => a.id == b.id,
        _ => false,
    };
    let alike = pattern.iter().zip(text).take_while(same).count();
    (pattern.get(alike..).unwrap_or_default(), text.get(alike..).unwrap_or_default())
}

/// Does every filling of the holes match? `text` consists of characters and holes only.
pub(super) fn always(pattern: &[Token<'_>], text: &[Token<'_>]) -> bool {
    let (pattern, text) = behind(pattern, text);
    let skip = |at: &mut Vec<bool>| {
        for (i, token) in pattern.iter().enumerate() {
            at[i + 1] |= at[i] && matches!(token, Token::Many { .. });
        }
    };
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    skip(&mut at);
    for symbol in text {
        let mut next = vec![false; pattern.len() + 1];
        for (i, token) in pattern.iter().enumerate().filter(|(i, _)| at[*i]) {
            match (token, symbol) {
                (Token::Char(a), Token::Char(b)) => next[i + 1] |= a == b,
                (Token::First(a), Token::First(b)) | (Token::Rest(a), Token::Rest(b)) => next[i + 1] |= a.id == b.id,
                (Token::One { .. }, Token::Rest(_)) => {}
                (Token::One { colon }, symbol) => next[i + 1] |= *colon || !may_be_colon(symbol),
                (Token::Many { colon }, symbol) => next[i] |= *colon || !may_be_colon(symbol),
                _ => {}
            }
        }
        skip(&mut next);
        at = next;
    }
    at[pattern.len()]
}

fn may_be_colon(symbol: &Token<'_>) -> bool {
    match symbol {
        Token::Char(c) => *c == ':',
        Token::First(hole) | Token::Rest(hole) => hole.charset.allows(':'),
        Token::One { .. } | Token::Many { .. } => true,
    }
}

/// Does no filling of the holes match?
pub(super) fn never(pattern: &[Token<'_>], text: &[Token<'_>], fold: bool) -> bool {
    let (pattern, text) = behind(pattern, text);
    let walk = Walk { pattern, fold };
    let mut at = walk.from(0);
    let mut symbols = text.iter();
    while let Some(symbol) = symbols.next() {
        at = match symbol {
            Token::First(hole) => {
                symbols.next();
                walk.hole(&at, hole)
            }
            Token::Rest(hole) => walk.hole(&at, hole),
            Token::Char(c) => walk.step(&at, Class::Char(*c)),
            Token::One { .. } | Token::Many { .. } => return false,
        };
        if at.is_empty() {
            return true;
        }
    }
    !at.free[pattern.len()]
}

/// One character of the text: a known one, or any of a hole's.
#[derive(Clone, Copy)]
enum Class {
    Char(char),
    Of(Charset),
}

/// Where in the pattern a match could be.
#[derive(Clone)]
struct Positions {
    free: Vec<bool>,
    /// Inside a hole of the pattern that must go on for at least one more character.
    hungry: Vec<bool>,
}

impl Positions {
    fn none(len: usize) -> Self {
        Positions { free: vec![false; len], hungry: vec![false; len] }
    }

    fn is_empty(&self) -> bool {
        !self.free.contains(&true) && !self.hungry.contains(&true)
    }

    fn add(&mut self, other: &Positions) {
        let free = self.free.iter_mut().zip(&other.free);
        let hungry = self.hungry.iter_mut().zip(&other.hungry);
        free.chain(hungry).for_each(|(mine, theirs)| *mine |= *theirs);
    }
}

struct Walk<'a> {
    pattern: &'a [Token<'a>],
    /// Both sides are in lower case.
    fold: bool,
}

impl Walk<'_> {
    fn none(&self) -> Positions {
        Positions::none(self.pattern.len() + 1)
    }

    fn from(&self, position: usize) -> Positions {
        let mut at = self.none();
        at.free[position] = true;
        self.skip(&mut at);
        at
    }

    /// Wildcards and what remains of holes can be empty.
    fn skip(&self, at: &mut Positions) {
        for (i, token) in self.pattern.iter().enumerate() {
            at.free[i + 1] |= at.free[i] && matches!(token, Token::Many { .. } | Token::Rest(_));
        }
    }

    fn step(&self, at: &Positions, class: Class) -> Positions {
        let mut next = self.none();
        for (i, token) in self.pattern.iter().enumerate() {
            if !(at.free[i] || at.hungry[i]) || !self.meets(token, class) {
                continue;
            }
            match token {
                Token::Many { .. } | Token::Rest(_) => next.free[i] = true,
                Token::Char(_) | Token::One { .. } | Token::First(_) => next.free[i + 1] = true,
            }
        }
        self.skip(&mut next);
        next
    }

    fn meets(&self, token: &Token<'_>, class: Class) -> bool {
        match (token, class) {
            (Token::Char(a), Class::Char(b)) => *a == b,
            (Token::One { colon } | Token::Many { colon }, Class::Char(c)) => *colon || c != ':',
            (Token::First(hole) | Token::Rest(hole), Class::Char(c)) => self.allows(hole.charset, c),
            (Token::Char(c), Class::Of(charset)) => self.allows(charset, *c),
            // All charsets have the digits in common.
            (_, Class::Of(_)) => true,
        }
    }

    fn allows(&self, charset: Charset, c: char) -> bool {
        charset.allows(c) || (self.fold && charset.allows(c.to_ascii_uppercase()))
    }

    /// All positions after a hole of the text.
    fn hole(&self, at: &Positions, hole: &Hole) -> Positions {
        let mut others = at.clone();
        let mut after = self.none();
        for start in 0..self.pattern.len() {
            let Some((theirs, length)) = self.hole_at(start).filter(|_| at.free[start]) else { continue };
            if theirs.id == hole.id {
                // Equal strings that start together end together.
                others.free[start] = false;
                after.add(&self.from(start + length));
            } else if self.differ(theirs, hole) {
                others.free[start] = false;
                after.add(&self.unequal(start, hole));
            }
        }
        after.add(&self.span(others, hole));
        after
    }

    /// A hole of the pattern that starts here, and its number of tokens.
    fn hole_at(&self, start: usize) -> Option<(&Hole, usize)> {
        match self.pattern.get(start)? {
            Token::First(hole) => Some((hole, 2)),
            Token::Rest(hole) if !matches!(self.pattern.get(start.wrapping_sub(1)), Some(Token::First(_))) => {
                Some((hole, 1))
            }
            _ => None,
        }
    }

    fn differ(&self, a: &Hole, b: &Hole) -> bool {
        let full = !a.charset.may_be_empty() && !b.charset.may_be_empty();
        full && !self.fold && a.family.is_some() && a.family == b.family && a.id != b.id
    }

    /// Two different strings that start together cannot end together: either the
    /// pattern's goes on, or it ended before and what follows it has eaten the rest.
    fn unequal(&self, start: usize, hole: &Hole) -> Positions {
        let ended = self.step(&self.from(start + 2), Class::Of(hole.charset));
        let mut after = self.more(ended, hole);
        after.hungry[start + 1] = true;
        after
    }

    fn span(&self, at: Positions, hole: &Hole) -> Positions {
        let begun = if hole.charset.may_be_empty() { at } else { self.step(&at, Class::Of(hole.charset)) };
        self.more(begun, hole)
    }

    /// Any number of further characters of the hole. A character moves a position by at
    /// most one, so one pass from the left finds all that can be reached.
    fn more(&self, mut at: Positions, hole: &Hole) -> Positions {
        for (i, token) in self.pattern.iter().enumerate() {
            let meets = self.meets(token, Class::Of(hole.charset));
            at.free[i] |= at.hungry[i] && meets;
            let passes = meets || matches!(token, Token::Many { .. } | Token::Rest(_));
            at.free[i + 1] |= at.free[i] && passes;
        }
        at
    }
}
