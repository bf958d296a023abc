//! Templates that make things of the same name cannot go to one account and region, so they are for different ones.
//!
//! Each of them gets an account of its own, of which nothing is known: what it makes and calls by name is its own, and
//! what another template calls by that name may be either's. An account that the run names may be that of one of them,
//! or of all if their regions differ: it is not known to be theirs, and not known to be another.

use super::stacks::Source;
use crate::model::{Charset, Scope, Text};
use crate::source::cloudformation::{Given, Resource, TemplateError, World};
use std::collections::{BTreeMap, BTreeSet};

/// What a place has only one of, and the property by which people name it.
const NAMED: [(&str, &str, &str); 3] = [
    ("AWS::Lambda::Function", "function", "FunctionName"),
    ("AWS::IAM::Role", "role", "RoleName"),
    ("AWS::IAM::ManagedPolicy", "managed policy", "ManagedPolicyName"),
];

#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Once {
    noun: &'static str,
    scope: Scope,
    name: Text,
}

impl Once {
    /// Is this a thing that people name, and by which property?
    pub(super) fn property(it: &Resource) -> Option<(&'static str, &'static str)> {
        NAMED.iter().find(|(kind, ..)| *kind == &*it.kind).map(|(_, noun, property)| (*noun, *property))
    }

    pub(super) fn new(noun: &'static str, scope: Scope, name: Text) -> Once {
        // Only functions have regions.
        let scope = if noun == "function" { scope } else { scope.global() };
        Once { noun, scope, name }
    }
}

/// What is given to each template, and why some get an account of their own; `name` is that of a file.
pub(super) fn of(
    sources: &[Source],
    world: &World,
    name: impl Fn(u32) -> String,
) -> Result<(Vec<Given>, Vec<String>), TemplateError> {
    let mut given: Vec<Given> = sources.iter().map(|source| source.given.clone()).collect();
    let mut makers: BTreeMap<Once, Vec<usize>> = BTreeMap::new();
    // One template alone is where it is.
    for (n, source) in sources.iter().enumerate().filter(|_| sources.len() > 1) {
        let mut made = BTreeSet::new();
        source.once(source.given.clone(), world, &mut made)?;
        made.into_iter().for_each(|once| makers.entry(once).or_default().push(n));
    }
    let mut apart = BTreeMap::new();
    for (once, makers) in &makers {
        for pair in makers.windows(2) {
            apart.entry(pair).or_insert(once);
        }
    }
    let file = |n: &usize| sources.get(*n).map_or_else(String::new, |source| name(source.file));
    let mut assumed = Vec::new();
    for (pair, Once { noun, name, .. }) in apart {
        if let [first, other] = pair {
            assumed.push(format!(
                "{1} makes the {noun} {name} too, so it goes elsewhere than {0}",
                file(first),
                file(other)
            ));
        }
        for n in pair {
            let Some(given) = given.get_mut(*n) else { continue };
            let id = format!("{}AWS::AccountId", given.prefix);
            given.account = Some(Text::computed(id, Charset::Digits, format!("which account {} goes to", file(n))));
        }
    }
    Ok((given, assumed))
}
