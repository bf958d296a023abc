//! All the places where the output so far may stand, and where readings of it died.

use super::json::{Mode, State, Step};
use super::value::{Const, Lang};
use crate::analysis::vtl::ast::Span;
use std::sync::LazyLock;

/// More places than this are no longer told apart.
const MOST: usize = 96;

static ANYWHERE: LazyLock<Vec<State>> = LazyLock::new(|| {
    let mut all: Vec<State> = State::anywhere().collect();
    all.sort_unstable();
    all
});

/// Never smaller than what can happen: a place in it may be out of reach, a place out of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set {
    /// Sorted, each once.
    pub live: Vec<State>,
    /// The first death before any bracket was opened.
    pub outside: Option<Span>,
    /// The first death after that.
    pub inside: Option<Span>,
    /// Where the last reading died, once none is left.
    pub killed: Option<Span>,
    /// The reading that whoever wrote the template had in mind: text that is not known keeps within its string, or is
    /// a value. No proof rests on it.
    likely: Option<State>,
    /// Where that one died.
    pub slip: Option<Span>,
}

/// Where written text comes from.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub span: Span,
    /// The text is the source under the span, byte for byte.
    pub verbatim: bool,
}

impl Place {
    fn at(self, offset: usize) -> Span {
        let start = self.span.start + offset;
        if self.verbatim { Span::new(start, start + 1) } else { self.span }
    }
}

/// What is left of the effort that a template's size allows.
pub(super) struct Work {
    pub left: usize,
}

impl Work {
    pub(super) fn spend(&mut self, units: usize) {
        self.left = self.left.saturating_sub(units);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }
}

impl Set {
    pub(super) fn start() -> Set {
        let likely = Some(State::START);
        Set { live: vec![State::START], outside: None, inside: None, killed: None, likely, slip: None }
    }

    /// After text that could be anything.
    fn anything(&self, place: Place) -> Set {
        if self.live.is_empty() {
            return self.clone();
        }
        let inside = self.inside.or(Some(place.span));
        Set { live: ANYWHERE.clone(), inside, killed: None, likely: self.likely.map(likely), ..self.empty() }
    }

    fn settle(mut self, before: &Set, place: Place, last: Option<Span>) -> Set {
        self.live.sort_unstable();
        self.live.dedup();
        if self.live.len() > MOST {
            return self.anything(place);
        }
        if self.live.is_empty() && !before.live.is_empty() {
            self.killed = last;
        }
        self
    }

    fn empty(&self) -> Set {
        let live = Vec::with_capacity(self.live.len());
        Set { live, outside: self.outside, inside: self.inside, killed: self.killed, likely: None, slip: self.slip }
    }

    fn dies(&mut self, state: &State, span: Span, unsure: bool) {
        let mark = if state.is_outside() && state.mode != Mode::After && !unsure {
            &mut self.outside
        } else {
            &mut self.inside
        };
        if mark.is_none_or(|first| span.start < first.start) {
            *mark = Some(span);
        }
    }

    /// After `text`.
    pub(super) fn text(&self, text: &str, place: Place, work: &mut Work) -> Set {
        let bytes = text.as_bytes();
        let mut after = self.empty();
        let mut furthest = None;
        let mut open: Vec<(State, usize)> = self.live.iter().map(|state| (*state, 0)).collect();
        let listed = self.likely.is_none_or(|likely| self.live.contains(&likely));
        open.extend(self.likely.filter(|_| !listed).map(|likely| (likely, 0)));
        while let Some((mut state, start)) = open.pop() {
            let likely = start == 0 && self.likely == Some(state);
            let mut at = start;
            let died = loop {
                at += state.stays(bytes.get(at..).unwrap_or_default());
                let Some(byte) = bytes.get(at) else { break false };
                match state.step(*byte) {
                    Step::To(next) => state = next,
                    Step::Either(next, other) => {
                        state = next;
                        open.push((other, at + 1));
                    }
                    Step::Dead => break true,
                }
                at += 1;
            };
            work.spend(1 + at - start);
            if likely && died {
                after.slip = Some(place.at(at));
            } else if likely {
                after.likely = Some(state);
            }
            if likely && !listed {
                continue;
            }
            if died {
                // A comment, which some readers of JSON skip.
                let comment = matches!(bytes.get(at), Some(b'/' | b'#'));
                after.dies(&state, place.at(at), comment);
                furthest = furthest.max(Some(at));
            } else {
                after.live.push(state);
            }
        }
        after.settle(self, place, furthest.map(|at| place.at(at)))
    }

    /// After one of the words of `lang`.
    pub(super) fn write(&self, lang: &Lang, place: Place, work: &mut Work) -> Set {
        work.spend(1 + self.live.len());
        match lang {
            Lang::Any => self.anything(place),
            Lang::Words(words) => {
                let mut after: Option<Set> = None;
                for word in words {
                    let next = match word {
                        Const::Str(text) => self.text(text, place, work),
                        other => self.text(&other.text(), place, work),
                    };
                    match &mut after {
                        None => after = Some(next),
                        Some(after) => after.join(&next),
                    }
                }
                after.unwrap_or_else(|| self.clone())
            }
            Lang::Integer { .. } => self.each(place, |state| match state {
                _ if state.in_string() => Known::Stays,
                _ if state.wants_value() => Known::Value(&[Mode::Zero, Mode::Digits]),
                _ => Known::Nothing,
            }),
            Lang::Json => self.each(place, |state| match state {
                _ if state.wants_value() => {
                    Known::Value(&[Mode::After, Mode::Zero, Mode::Digits, Mode::Fraction, Mode::ExponentDigits])
                }
                _ => Known::Nothing,
            }),
            Lang::Plain => self.each(place, |state| if state.in_string() { Known::Stays } else { Known::Nothing }),
            Lang::Script => {
                self.each(place, |state| if state.in_string() { Known::StaysOrDies } else { Known::Nothing })
            }
        }
    }

    fn each(&self, place: Place, know: impl Fn(&State) -> Known) -> Set {
        let mut after = Set { likely: self.likely.map(likely), ..self.empty() };
        for state in &self.live {
            match know(state) {
                Known::Stays => after.live.push(state.after_plain()),
                Known::StaysOrDies => {
                    after.live.push(state.after_plain());
                    after.dies(state, place.span, true);
                }
                Known::Value(modes) => after.live.extend(state.after_value(modes)),
                Known::Nothing => return self.anything(place),
            }
        }
        after.settle(self, place, Some(place.span))
    }

    pub(super) fn join(&mut self, other: &Set) {
        let first = |a: Option<Span>, b: Option<Span>| match (a, b) {
            (Some(a), Some(b)) => Some(if a.start <= b.start { a } else { b }),
            (a, b) => a.or(b),
        };
        self.outside = first(self.outside, other.outside);
        self.inside = first(self.inside, other.inside);
        self.likely = self.likely.or(other.likely);
        self.slip = if self.likely.is_some() { None } else { first(self.slip, other.slip) };
        if self.live != other.live {
            self.live.extend_from_slice(&other.live);
            self.live.sort_unstable();
            self.live.dedup();
        }
        self.killed = match (self.killed, other.killed) {
            _ if !self.live.is_empty() => None,
            (Some(a), Some(b)) => Some(if a.start >= b.start { a } else { b }),
            (a, b) => a.or(b),
        };
        if self.live.len() > MOST {
            self.live.clone_from(&ANYWHERE);
            let here = Span::default();
            self.inside = self.inside.or(Some(here));
        }
    }
}

fn likely(state: State) -> State {
    if state.wants_value() { state.at(Mode::After) } else { state }
}

/// What is known of a piece of text, read at one place.
enum Known {
    Stays,
    StaysOrDies,
    Value(&'static [Mode]),
    Nothing,
}
