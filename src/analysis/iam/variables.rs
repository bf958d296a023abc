//! Policy variables: `${aws:PrincipalAccount}`, `${aws:userid, 'anonymous'}`, `${*}`.

use super::context::{Carried, Context};
use crate::model::{Charset, Gap, Hole, Part, Text};

/// A piece of a value in a policy, variables replaced.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// As written: `*` and `?` mean what the operator says.
    Written(String),
    /// From the call or from `${*}`: every character stands for itself.
    Exact(String),
    /// Not known. A hole that was written could turn out to hold wildcards.
    Hole { hole: Hole, written: bool },
}

/// A value in a policy that is ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Pieces(Vec<Piece>),
    /// It names a key without default that the call does not carry. Such a value matches
    /// nothing, and it may invalidate its whole statement.
    Unresolved(Gap),
}

impl Value {
    /// Without variables, as policies before Version 2012-10-17 are read.
    pub(super) fn written(text: &Text) -> Value {
        Value::Pieces(text.parts().into_iter().map(piece).collect())
    }

    pub(super) fn expanded(text: &Text, context: &Context) -> Value {
        let mut pieces = Vec::new();
        let mut unresolved = None;
        for part in text.parts() {
            match part {
                Part::Lit(lit) => unresolved = unresolved.or(expand(&lit, context, &mut pieces)),
                hole => pieces.push(piece(hole)),
            }
        }
        unresolved.map_or(Value::Pieces(pieces), Value::Unresolved)
    }
}

/// Can this value hold a variable at all?
pub(super) fn has_variable(text: &Text) -> bool {
    text.parts().iter().any(|part| matches!(part, Part::Lit(lit) if lit.contains("${")))
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
    let hole =
        Hole { id: format!("iam:{}", name.to_ascii_lowercase()).into(), family: None, charset: Charset::Any, gap };
    Piece::Hole { hole, written: false }
}
