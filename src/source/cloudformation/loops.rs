//! `Fn::ForEach`: loops over resources, conditions, outputs and properties, unrolled before the template is read.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html>

use super::error::{Result, TemplateError};
use super::template::section;
use super::{Evaluator, Given, Known, Template, World};
use crate::model::{Gap, Str};
use crate::source::tree::{Is, Member, Node, Span};
use std::cell::Cell;
use std::sync::Arc;

/// How many nodes, and quarters of a KiB of text, all loops together may make.
const MOST: usize = 250_000;
const KEY: &str = "Fn::ForEach::";

#[derive(Default)]
pub(super) struct Unrolled {
    pub(super) conditions: Vec<Member>,
    pub(super) resources: Vec<Member>,
    pub(super) outputs: Vec<Member>,
    pub(super) unseen: Vec<(Span, Gap)>,
}

/// `template` has the parameters and mappings so far: all that a loop's list can be made of.
pub(super) fn unroll(template: &Template, given: &Given, root: &Node) -> Result<Unrolled> {
    let evaluator = Evaluator::begun(template, Arc::new(given.clone()), World::new());
    let unroller = Unroller { evaluator, made: Cell::new(0) };
    let mut unrolled = Unrolled::default();
    let mut read = |name| -> Result<Vec<Member>> {
        let mut made = Vec::new();
        for member in section(root, name)? {
            unroller.member(member, &mut made)?;
        }
        let (unseen, made): (Vec<_>, Vec<_>) = made.into_iter().partition(|member| member.key.starts_with("Fn::"));
        unrolled
            .unseen
            .extend(unseen.iter().map(|member| (member.key_at, unroller.evaluator.gap(member.key_at, &member.key))));
        Ok(made)
    };
    let (conditions, resources, outputs) = (read("Conditions")?, read("Resources")?, read("Outputs")?);
    Ok(Unrolled { conditions, resources, outputs, ..unrolled })
}

struct Unroller<'t> {
    evaluator: Evaluator<'t>,
    made: Cell<usize>,
}

impl Unroller<'_> {
    /// What a member becomes. A loop whose list is not known stays as it is.
    fn member(&self, member: &Member, to: &mut Vec<Member>) -> Result<()> {
        if !member.key.starts_with(KEY) {
            let key = member.key.clone();
            to.push(Member { key, key_at: member.key_at, value: self.node(&member.value)? });
            return Ok(());
        }
        let wrong = |at| TemplateError::new(at, "Fn::ForEach takes an identifier, a list of texts, and an object");
        let Some([identifier, list, body]) = member.value.as_list() else { return Err(wrong(member.value.at)) };
        let identifier = identifier.as_text().ok_or_else(|| wrong(identifier.at))?;
        let body = body.as_map().ok_or_else(|| wrong(body.at))?;
        let Some(items) = self.items(list)? else {
            to.push(member.clone());
            return Ok(());
        };
        for item in &items {
            self.count(member.key_at, 1)?;
            let filling = Filling::new(identifier, item);
            for inner in body {
                let filled = filling.member(inner, &|nodes| self.count(member.key_at, nodes))?;
                self.evaluator.deeper(member.key_at, || self.member(&filled, to))?;
            }
        }
        Ok(())
    }

    fn node(&self, node: &Node) -> Result<Node> {
        if !has_loop(node) {
            return Ok(node.clone());
        }
        let is = match &node.is {
            Is::List(items) => Is::List(items.iter().map(|item| self.node(item)).collect::<Result<_>>()?),
            Is::Map(members) => {
                let mut made = Vec::new();
                members.iter().try_for_each(|member| self.member(member, &mut made))?;
                Is::Map(made)
            }
            other => other.clone(),
        };
        Ok(Node { at: node.at, is })
    }

    fn items(&self, list: &Node) -> Result<Option<Vec<Str>>> {
        let Known::List(values) = self.evaluator.value(list)?.is else { return Ok(None) };
        Ok(values
            .into_iter()
            .map(|value| match value.is {
                Known::Text(text) => text.lit().map(Str::from),
                Known::Number(number) => Some(number),
                Known::Bool(is) => Some(is.to_string().into()),
                _ => None,
            })
            .collect())
    }

    fn count(&self, at: Span, nodes: usize) -> Result<()> {
        self.made.set(self.made.get() + nodes);
        if self.made.get() <= MOST {
            return Ok(());
        }
        Err(TemplateError::new(at, format!("the loops of the template make more than {MOST} values")))
    }
}

pub(super) fn has_loop(node: &Node) -> bool {
    match &node.is {
        Is::List(items) => items.iter().any(has_loop),
        Is::Map(members) => members.iter().any(|member| member.key.starts_with(KEY) || has_loop(&member.value)),
        _ => false,
    }
}

type Count<'a> = &'a dyn Fn(usize) -> Result<()>;

/// One item of a loop's list in the place of its identifier.
struct Filling<'a> {
    identifier: &'a str,
    item: &'a Str,
    dollar: String,
    ampersand: String,
    letters: String,
}

impl<'a> Filling<'a> {
    fn new(identifier: &'a str, item: &'a Str) -> Self {
        Filling {
            identifier,
            item,
            dollar: format!("${{{identifier}}}"),
            ampersand: format!("&{{{identifier}}}"),
            letters: item.chars().filter(char::is_ascii_alphanumeric).collect(),
        }
    }

    fn text(&self, text: &Str) -> Str {
        if !text.contains(&self.dollar) && !text.contains(&self.ampersand) {
            return text.clone();
        }
        text.replace(&self.dollar, self.item).replace(&self.ampersand, &self.letters).into()
    }

    fn member(&self, member: &Member, count: Count<'_>) -> Result<Member> {
        Ok(Member { key: self.text(&member.key), key_at: member.key_at, value: self.node(&member.value, count)? })
    }

    fn node(&self, node: &Node, count: Count<'_>) -> Result<Node> {
        count(1)?;
        let names_it = |member: &Member| &*member.key == "Ref" && member.value.as_text() == Some(self.identifier);
        let is = match &node.is {
            Is::Text(text) => {
                let text = self.text(text);
                count(text.len() / 256)?;
                Is::Text(text)
            }
            Is::List(items) => Is::List(items.iter().map(|item| self.node(item, count)).collect::<Result<_>>()?),
            Is::Map(_) if node.only().is_some_and(names_it) => Is::Text(self.item.clone()),
            Is::Map(members) => {
                Is::Map(members.iter().map(|member| self.member(member, count)).collect::<Result<_>>()?)
            }
            other => other.clone(),
        };
        Ok(Node { at: node.at, is })
    }
}
