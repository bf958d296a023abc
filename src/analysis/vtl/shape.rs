//! Is the output JSON?

use super::ast::Span;
use super::run::Output;
use crate::analysis::Tri;
use crate::model::Gap;

/// Whether what a template writes is one JSON value (RFC 8259), for every request that it renders for.
///
/// A fact for callers, not a verdict: API Gateway does not check its templates' output. Loops are taken to stay within
/// the quota of 1,000 iterations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Always,
    /// Whatever is sent. This is where it stops to be JSON if values that are not known are harmless; the template's
    /// end if something is left open.
    Never(Span),
    /// This is the first place where a request can make the difference, as far as can be told.
    Depends(Span),
}

impl Shape {
    /// Is it always JSON? The proof is where the template shows it: the span of [`Shape::Never`], or all of it.
    pub fn always(self, whole: Span) -> Tri<Span> {
        match self {
            Shape::Always => Tri::Yes(whole),
            Shape::Never(span) => Tri::No(span),
            Shape::Depends(_) => Tri::unknown(Gap::Runtime { what: "whether the template's output is JSON".into() }),
        }
    }
}

pub(super) fn shape(out: &Output, given_up: bool, whole: Span) -> Shape {
    let end = Span::new(whole.end, whole.end);
    let mut accepted = out.readings.iter().filter(|reading| reading.whole && reading.strict);
    let died = match (out.outside, out.inside) {
        (Some(a), Some(b)) => Some(if a.start <= b.start { a } else { b }),
        (a, b) => a.or(b),
    };
    if given_up {
        return Shape::Depends(whole);
    }
    if accepted.next().is_none() {
        return Shape::Never(out.slip.or(out.killed).unwrap_or(end));
    }
    let all = died.is_none() && out.readings.iter().all(|reading| reading.whole && reading.strict && !reading.open);
    if all { Shape::Always } else { Shape::Depends(died.unwrap_or(end)) }
}
