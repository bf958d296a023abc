//! Policy variables: `${aws:PrincipalAccount}`, `${aws:userid, 'anonymous'}`, `${*}`.

use super::context::{Carried, Context};
use crate::analysis::Tri;
use crate::model::{Charset, Gap, Hole, Part, Text};
use std::borrow::Cow;
use std::sync::Arc;

/// A piece of a value in a policy, variables replaced.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// As written: `*` and `?` mean what the operator says.
    Written(String),
    /// From the call or from `${*}`: every character stands for itself.
    Exact(String),
    /// Not known. A hole that was written could turn out to hold wildcards.
    Hole { hole: Arc<Hole>, written: bool },
}

/// A value in a policy that is ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// It has no variables, or its policy's Version does not know them.
    Plain(&'a Text),
    Expanded(Vec<Piece>),
    /// It names a key without default that the call does not carry. Such a value matches
    /// nothing, and it may invalidate its whole statement.
    Unresolved(Gap),
}

impl<'a> Value<'a> {
    /// The context is `None` where variables have no meaning.
    pub(super) fn read(text: &'a Text, context: Option<&Context>) -> Self {
        match context {
            Some(context) if has_variable(text) => Value::expanded(text, context),
            _ => Value::Plain(text),
        }
    }

    fn expanded(text: &Text, context: &Context) -> Self {
        let mut pieces = Vec::new();
        let mut unresolved = None;
        for part in text.parts() {
            match part {
                Part::Lit(lit) => unresolved = unresolved.or(expand(&lit, context, &mut pieces)),
                Part::Hole(hole) => pieces.push(Piece::Hole { hole, written: true }),
            }
        }
        unresolved.map_or(Value::Expanded(pieces), Value::Unresolved)
    }

    pub(super) fn pieces(&self) -> Vec<Piece> {
        match self {
            Value::Plain(text) => text.parts().into_iter().map(piece).collect(),
            Value::Expanded(pieces) => pieces.clone(),
            Value::Unresolved(_) => Vec::new(),
        }
    }
}

/// Values of a policy are alternatives; a negated element or operator wants none of them.
///
/// An unresolved value matches nothing, and may take its statement with it: so it can
/// never let a match stand.
pub(super) fn one_of<'a>(
    values: impl Iterator<Item = Cow<'a, Text>>,
    context: Option<&Context>,
    negated: bool,
    test: impl Fn(&Text, &Value<'_>) -> Tri<()>,
) -> Tri<()> {
    let (mut unresolved, mut open, mut found) = (Vec::new(), Vec::new(), false);
    // All of them, not only up to the first match: an unresolved one may follow it.
    for text in values {
        match Value::read(&text, context) {
            Value::Unresolved(gap) => unresolved.push(gap),
            _ if found => {}
            value => match test(&text, &value) {
                Tri::Yes(()) => found = true,
                Tri::No(()) => {}
                Tri::Unknown(gaps) => open.extend(gaps),
            },
        }
    }
    match (found, open.is_empty()) {
        (false, false) => Tri::Unknown(open),
        (found, _) if found != negated && !unresolved.is_empty() => Tri::Unknown(unresolved),
        (found, _) => Tri::of(found != negated, ()),
    }
}

/// Does a variable stand before the fifth colon?
pub(super) fn varies_before_resource(text: &Text) -> bool {
    let mut colons = 0;
    for part in text.parts() {
        let Part::Lit(lit) = part else { continue };
        let mut depth = 0;
        for (at, c) in lit.char_indices() {
            match c {
                '$' if lit[at..].starts_with("${") && colons < 5 => return true,
                '{' => depth += 1,
                '}' => depth -= 1,
                ':' if depth <= 0 => colons += 1,
                _ => {}
            }
        }
    }
    false
}

/// Can this value hold a variable at all?
fn has_variable(text: &Text) -> bool {
    let begins = |lit: &str| memchr::memchr(b'$', lit.as_bytes()).is_some_and(|at| lit[at..].contains("${"));
    match text.lit() {
        Some(lit) => begins(lit),
        None => text.parts().iter().any(|part| matches!(part, Part::Lit(lit) if begins(lit))),
    }
}

fn piece(part: Part) -> Piece {
    match part {
        Part::Lit(lit) => Piece::Written(lit.to_string()),
        Part::Hole(hole) => Piece::Hole { hole, written: true },
    }
}

fn expand(lit: &str, context: &Context, pieces: &mut Vec<Piece>) -> Option<Gap> {
    let mut unresolved = None;
    let mut rest = lit;
    while let Some((before, after)) = rest.split_once("${") {
        pieces.push(Piece::Written(before.to_owned()));
        let Some((name, tail)) = after.split_once('}') else {
            // The name may go on in a hole that follows.
            pieces.push(unknown(after, Gap::not_modelled("a policy variable whose name is not known")));
            return unresolved;
        };
        match replacement(name, context) {
            Ok(replaced) => pieces.extend(replaced),
            Err(gap) => unresolved = unresolved.or(Some(gap)),
        }
        rest = tail;
    }
    pieces.push(Piece::Written(rest.to_owned()));
    unresolved
}

fn replacement(name: &str, context: &Context) -> Result<Vec<Piece>, Gap> {
    if matches!(name, "*" | "?" | "$") {
        return Ok(vec![Piece::Exact(name.to_owned())]);
    }
    let (key, default) = match name.split_once(',') {
        Some((key, default)) => (key.trim(), Some(default.trim())),
        None => (name.trim(), None),
    };
    match context.get(key) {
        Carried::Present([value]) => Ok(value.parts().into_iter().map(exact).collect()),
        Carried::Present(_) => {
            Ok(vec![unknown(key, Gap::not_modelled(format!("{key} as a policy variable with several values")))])
        }
        Carried::Perhaps(_) | Carried::Unknown => Ok(vec![unknown(key, Gap::Runtime { what: key.to_owned() })]),
        Carried::Absent => match default {
            None => Err(Gap::not_modelled(format!("the policy variable ${{{key}}}, which this call does not carry"))),
            Some(default) => match default.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
                Some(default) => Ok(vec![Piece::Exact(default.to_owned())]),
                None => Ok(vec![unknown(name, Gap::not_modelled(format!("the policy variable ${{{name}}}")))]),
            },
        },
    }
}

fn exact(part: Part) -> Piece {
    match part {
        Part::Lit(lit) => Piece::Exact(lit.to_string()),
        Part::Hole(hole) => Piece::Hole { hole, written: false },
    }
}

fn unknown(name: &str, gap: Gap) -> Piece {
    let id = format!("iam:{}", name.to_ascii_lowercase()).into();
    let hole = Hole { id, family: None, charset: Charset::Any, gap };
    Piece::Hole { hole: hole.into(), written: false }
}
