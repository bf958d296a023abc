//! Are two texts the same, where parts of them may not be known?

use super::{Part, Text};

impl Text {
    /// Is it the same text whatever fills the holes? Holes of one id have one value, wherever they stand and whatever
    /// hides them there.
    pub fn is_surely(&self, other: &Text) -> bool {
        let (a, b) = (self.parts(), other.parts());
        let part = |(a, b): (&Part, &Part)| match (a, b) {
            (Part::Hole(a), Part::Hole(b)) => a.id == b.id,
            (a, b) => a == b,
        };
        a.len() == b.len() && a.iter().zip(&b).all(part)
    }

    /// Is it another text whatever fills the holes?
    pub fn is_surely_not(&self, other: &Text) -> bool {
        if let (Some(a), Some(b)) = (self.lit(), other.lit()) {
            return a != b;
        }
        let (left, right) = (self.parts(), other.parts());
        match (left.as_slice(), right.as_slice()) {
            ([Part::Hole(a)], [Part::Hole(b)]) => a.id != b.id && a.family.is_some() && a.family == b.family,
            ([Part::Hole(hole)], [Part::Lit(lit)]) | ([Part::Lit(lit)], [Part::Hole(hole)]) => {
                lit.chars().any(|c| !hole.charset.allows(c)) || (lit.is_empty() && !hole.charset.may_be_empty())
            }
            (a, b) => {
                let begin = ends(a.first(), b.first(), |a, b| a.bytes().zip(b.bytes()).any(|(a, b)| a != b));
                let end = ends(a.last(), b.last(), |a, b| a.bytes().rev().zip(b.bytes().rev()).any(|(a, b)| a != b));
                begin || end || too_short(a, b) || too_short(b, a)
            }
        }
    }
}

fn ends(a: Option<&Part>, b: Option<&Part>, apart: impl Fn(&str, &str) -> bool) -> bool {
    matches!((a, b), (Some(Part::Lit(a)), Some(Part::Lit(b))) if apart(a, b))
}

/// A literal that is shorter than what the other has for sure.
fn too_short(a: &[Part], b: &[Part]) -> bool {
    let least = |part: &Part| match part {
        Part::Lit(lit) => lit.chars().count(),
        Part::Hole(hole) => usize::from(!hole.charset.may_be_empty()),
    };
    let whole = match a {
        [] => 0,
        [Part::Lit(lit)] => lit.chars().count(),
        _ => return false,
    };
    whole < b.iter().map(least).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Charset, Gap, Hole};

    fn hole(id: &str, family: Option<&str>, charset: Charset) -> Part {
        let hole = Hole { id: id.into(), family: family.map(Into::into), charset, gap: Gap::not_readable(id) };
        Part::Hole(hole.into())
    }

    fn lit(text: &str) -> Part {
        Part::Lit(text.into())
    }

    fn answer(a: &[&Part], b: &[&Part]) -> Option<bool> {
        let text = |parts: &[&Part]| Text::from_parts(parts.iter().map(|part| (*part).clone()));
        let (a, b) = (text(a), text(b));
        let answers = |a: &Text, b: &Text| (a.is_surely(b), a.is_surely_not(b));
        assert_eq!(answers(&a, &b), answers(&b, &a), "both ways");
        match answers(&a, &b) {
            (true, true) => panic!("{a} is and is not {b}"),
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    #[test]
    fn holes_are_the_same_different_or_open() {
        let (api, other) = (hole("Api", Some("api"), Charset::Id), hole("Other", Some("api"), Charset::Id));
        let (name, digits) = (hole("Name", None, Charset::Any), hole("Account", None, Charset::Digits));
        assert_eq!(answer(&[&api], &[&api]), Some(true));
        assert_eq!(answer(&[&api], &[&other]), Some(false), "two that are made");
        assert_eq!(answer(&[&api], &[&name]), None);
        assert_eq!(answer(&[&api], &[&lit("abc")]), None);
        assert_eq!(answer(&[&api], &[&lit("a-c")]), Some(false), "no id holds a hyphen");
        assert_eq!(answer(&[&digits], &[&lit("")]), Some(false));
        assert_eq!(answer(&[&lit("a-"), &name], &[&lit("b-"), &name]), Some(false));
        assert_eq!(answer(&[&name, &lit("-a")], &[&name, &lit("-b")]), Some(false));
        assert_eq!(answer(&[&lit("sg-12")], &[&lit("sg-123"), &name]), Some(false), "too short");
        assert_eq!(answer(&[&lit("sg-12")], &[&lit("sg-1"), &api]), None);
        assert_eq!(answer(&[&lit("sg-1")], &[&lit("sg-1"), &api]), Some(false), "an id is not empty");
        assert_eq!(answer(&[&lit("sg-1")], &[&lit("sg-1"), &name]), None, "this may be");
    }
}
