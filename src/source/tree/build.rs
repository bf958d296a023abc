//! A tree grows from what its reader meets, on a stack of its own: the depth of a file is not the depth of calls.

use super::error::Fault;
use super::{DEEPEST, Is, MOST, Member, Node, Span};
use crate::model::Str;

/// A fault and its places, before there is a file to show.
pub(super) type Broken = (Fault, Vec<Span>);

/// A subtree and what it costs to have it once more.
#[derive(Clone)]
pub(super) struct Grown {
    pub(super) node: Node,
    /// How deep it goes: 0 for a scalar.
    pub(super) height: usize,
    /// How many values it holds, with itself.
    pub(super) count: usize,
}

impl Grown {
    pub(super) fn leaf(at: Span, is: Is) -> Grown {
        Grown { node: Node { at, is }, height: 0, count: 1 }
    }
}

/// A list or an object that is not closed yet. `T` is what its reader wants to remember.
struct Open<T> {
    start: Span,
    is: Is,
    /// The key whose value comes next.
    key: Option<(Str, Span)>,
    height: usize,
    count: usize,
    note: T,
}

pub(super) struct Builder<T> {
    open: Vec<Open<T>>,
    count: usize,
}

impl<T> Builder<T> {
    pub(super) fn new() -> Builder<T> {
        Builder { open: Vec::new(), count: 0 }
    }

    /// Begins a list or an object.
    pub(super) fn open(&mut self, start: Span, is: Is, note: T) -> Result<(), Broken> {
        if self.open.len() >= DEEPEST {
            return Err((Fault::TooDeep, vec![start]));
        }
        self.open.push(Open { start, is, key: None, height: 0, count: 1, note });
        Ok(())
    }

    /// The next thing is a key.
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.is, Is::Map(_)) && open.key.is_none())
    }

    /// The last key that has no value yet.
    pub(super) fn key(&self) -> Option<Span> {
        self.open.last()?.key.as_ref().map(|(_, at)| *at)
    }

    pub(super) fn set_key(&mut self, key: Str, at: Span) {
        if let Some(open) = self.open.last_mut() {
            open.key = Some((key, at));
        }
    }

    /// Ends the innermost list or object; without an `end` of its own it ends where its last value does.
    pub(super) fn close(&mut self, end: Option<u32>) -> Option<(Grown, T)> {
        let Open { start, is, height, count, note, .. } = self.open.pop()?;
        let last = match &is {
            Is::List(items) => items.last().map(|item| item.at.end),
            Is::Map(members) => members.last().map(|member| member.value.at.end.max(member.key_at.end)),
            _ => None,
        };
        let at = Span { end: end.or(last).unwrap_or(start.end).max(start.start), ..start };
        Some((Grown { node: Node { at, is }, height: height + 1, count }, note))
    }

    /// Puts a finished value where it belongs; the root is given back.
    pub(super) fn put(&mut self, grown: Grown) -> Result<Option<Grown>, Broken> {
        self.spend(grown.node.at, 1)?;
        if self.open.len() + grown.height > DEEPEST {
            return Err((Fault::TooDeep, vec![grown.node.at]));
        }
        let Some(open) = self.open.last_mut() else { return Ok(Some(grown)) };
        open.height = open.height.max(grown.height);
        open.count += grown.count;
        match &mut open.is {
            Is::List(items) => items.push(grown.node),
            Is::Map(members) => {
                if let Some((key, key_at)) = open.key.take() {
                    members.push(Member { key, key_at, value: grown.node });
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// Takes from what all values of a file may be.
    pub(super) fn spend(&mut self, at: Span, count: usize) -> Result<(), Broken> {
        self.count += count;
        if self.count > MOST { Err((Fault::TooMany, vec![at])) } else { Ok(()) }
    }

    /// Where the innermost open thing begins.
    pub(super) fn innermost(&self) -> Option<Span> {
        self.open.last().map(|open| open.start)
    }

    pub(super) fn in_map(&self) -> Option<bool> {
        self.open.last().map(|open| matches!(open.is, Is::Map(_)))
    }

    pub(super) fn note(&mut self) -> Option<&mut T> {
        self.open.last_mut().map(|open| &mut open.note)
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = (&T, Span)> {
        self.open.iter().map(|open| (&open.note, open.start))
    }
}

/// An object has each key once.
pub(super) fn distinct(members: &[Member]) -> Result<(), Broken> {
    let mut sorted: Vec<&Member> = members.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key).then(a.key_at.cmp(&b.key_at)));
    let twice = sorted.windows(2).filter_map(|pair| match pair {
        [first, again] if first.key == again.key => Some((first, again)),
        _ => None,
    });
    match twice.min_by_key(|(_, again)| again.key_at) {
        Some((first, again)) => Err((Fault::Duplicate(quoted(&again.key)), vec![again.key_at, first.key_at])),
        None => Ok(()),
    }
}

/// A name in a message, cut to a bearable length and with its control characters escaped.
pub(super) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    format!("{short:?}{}", if short.len() < name.len() { "…" } else { "" })
}
