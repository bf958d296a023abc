//! Character classes: `[a-z]`, `[^…]`, unions `[a[b]]`, intersections `[a&&b]`.

use super::PatternError;
use super::escape::Escaped;
use super::parse::Parser;
use super::set::Set;

impl Parser {
    /// A class, from its bracket to the one that closes it.
    pub(super) fn class(&mut self) -> Result<Set, PatternError> {
        let open = self.at;
        self.at += 1;
        let set = self.within(open, |parser| parser.members(open, open + 1))?;
        self.at += 1;
        Ok(set)
    }

    /// What stands before the closing bracket, which stays. A `^` that is `first` negates.
    fn members(&mut self, open: usize, first: usize) -> Result<Set, PatternError> {
        let (mut found, mut negated, mut intersected) = (Vec::new(), false, false);
        loop {
            let Some(next) = self.peek() else { return Err(self.error(open, "this character class is not closed")) };
            match next {
                '^' if self.at == first => {
                    self.at += 1;
                    negated = true;
                    continue;
                }
                '[' => found.push(self.class()?),
                ']' if !found.is_empty() => return Ok(Set::Or(found).negate(negated)),
                '&' if self.intersects() => {
                    let right = self.operand(open)?;
                    let left = match (found.is_empty(), right) {
                        (true, None) => return Err(self.error(self.at, "an intersection of nothing")),
                        (true, Some(right)) => right,
                        (false, Some(right)) => Set::And(Box::new(Set::Or(found)), Box::new(right)),
                        (false, None) => Set::Unknown,
                    };
                    (found, intersected) = (vec![left], true);
                    continue;
                }
                _ => found.push(self.member()?),
            }
            if intersected {
                // What Java makes of more members after an intersection is an accident.
                found = vec![Set::Unknown];
            }
        }
    }

    /// Takes `&&` if it stands here.
    fn intersects(&mut self) -> bool {
        let start = self.at;
        self.at += 1;
        if self.peek() == Some('&') {
            self.at += 1;
            return true;
        }
        self.at = start;
        false
    }

    /// What stands between `&&` and the next `&` or the end.
    fn operand(&mut self, open: usize) -> Result<Option<Set>, PatternError> {
        let mut found = Vec::new();
        loop {
            match self.peek() {
                None => return Err(self.error(open, "this character class is not closed")),
                Some(']' | '&') => return Ok((!found.is_empty()).then_some(Set::Or(found))),
                Some('[') => found.push(self.class()?),
                Some(_) => found.push(self.within(open, |parser| parser.members(open, open))?),
            }
        }
    }

    /// A character, a range or a set of its own.
    fn member(&mut self) -> Result<Set, PatternError> {
        let start = self.at;
        let from = if self.peek() == Some('\\') {
            let dashed = self.items.get(self.at + 2).is_some_and(|item| item.c == '-');
            match self.escape(true, dashed)? {
                Escaped::Char(c) => c,
                Escaped::Set(set) => return Ok(set),
                _ => return Err(self.error(start, "this escape has no meaning in a character class")),
            }
        } else {
            self.take()
        };
        if self.peek() != Some('-')
            || self.items.get(self.at + 1).is_none_or(|item| !item.quoted && matches!(item.c, ']' | '['))
        {
            if self.peek() == Some('-') && self.items.get(self.at + 1).is_none() {
                return Err(self.error(start, "this range has no end"));
            }
            return Ok(Set::one(from, self.fold()));
        }
        self.at += 1;
        let to = match self.peek() {
            None => None,
            Some('\\') => match self.escape(true, true)? {
                Escaped::Char(c) => Some(c),
                _ => None,
            },
            Some(_) => Some(self.take()),
        };
        match to {
            Some(to) if to >= from => Ok(Set::Range { from, to, fold: self.fold() }),
            _ => Err(self.error(start, "this range ends before it begins")),
        }
    }
}
