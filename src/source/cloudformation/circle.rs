//! Resources that wait for each other, which CloudFormation refuses.
//!
//! Only what is sure to be evaluated counts: an undecided `Fn::If` may take its other branch.

use super::Evaluator;
use super::error::{Result, TemplateError, quoted};
use crate::model::Seen;
use crate::source::tree::{Is, Node, Span};
use std::collections::BTreeMap;

pub(super) fn check(evaluator: &Evaluator<'_>) -> Result<()> {
    let resources = &evaluator.template().resources;
    let exists = |at: &usize| resources.get(*at).is_some_and(|it| evaluator.exists(it) == Seen::Set(true));
    let there = (0..resources.len()).filter(exists);
    let index: BTreeMap<&str, usize> = there.filter_map(|at| Some((&*resources.get(at)?.logical_id, at))).collect();
    let mut edges: Vec<Vec<(usize, Span)>> = vec![Vec::new(); resources.len()];
    for (at, resource) in resources.iter().enumerate().filter(|(at, _)| exists(at)) {
        let mut names = Vec::new();
        names.extend(resource.depends_on.iter().map(|name| (&**name, resource.at)));
        gather(evaluator, &resource.properties, &mut names)?;
        let to = names.into_iter().filter_map(|(name, span)| Some((*index.get(name)?, span)));
        if let Some(out) = edges.get_mut(at) {
            out.extend(to);
        }
    }
    match circle(&edges) {
        None => Ok(()),
        Some(steps) => {
            let name = |at: usize| resources.get(at).map_or_else(String::new, |it| quoted(&it.logical_id));
            let mut places = steps.iter().map(|(to, span)| (*span, format!("waits for {}", name(*to))));
            let (at, label) = places.next().unwrap_or_default();
            let names: Vec<String> = steps.iter().map(|(to, _)| name(*to)).take(8).collect();
            let error = TemplateError::new(at, format!("resources wait for each other: {}", names.join(", ")));
            Err(places.take(7).fold(error.label(label), |error, (at, label)| error.also(at, label)))
        }
    }
}

/// The names that a value is sure to need.
fn gather<'n>(evaluator: &Evaluator<'_>, node: &'n Node, to: &mut Vec<(&'n str, Span)>) -> Result<()> {
    evaluator.deeper(node.at, || {
        let children: Vec<&Node> = match (&node.is, node.only()) {
            (Is::Map(_), Some(only)) => match (&*only.key, &only.value.is) {
                ("Ref", Is::Text(name)) => {
                    to.push((name, node.at));
                    return Ok(());
                }
                ("Fn::GetAtt", Is::Text(path)) => {
                    to.push((path.split('.').next().unwrap_or_default(), node.at));
                    return Ok(());
                }
                ("Fn::GetAtt", Is::List(items)) => {
                    to.extend(items.first().and_then(Node::as_text).map(|name| (name, node.at)));
                    return Ok(());
                }
                ("Fn::If", Is::List(items)) => match items.as_slice() {
                    [name, yes, no] => match name.as_text().map(|name| evaluator.holds(Some(name))) {
                        Some(Seen::Set(truth)) => vec![if truth { yes } else { no }],
                        _ => return Ok(()),
                    },
                    _ => return Ok(()),
                },
                ("Fn::Sub", argument) => {
                    let (text, own) = match argument {
                        Is::List(items) => (items.first(), items.get(1)),
                        _ => (Some(&only.value), None),
                    };
                    let free = |name: &&str| own.is_none_or(|own| own.get(name).is_none());
                    let names =
                        text.and_then(Node::as_text).into_iter().flat_map(super::strings::variables).filter(free);
                    to.extend(names.map(|name| (name.split('.').next().unwrap_or_default().trim(), node.at)));
                    own.and_then(Node::as_map).unwrap_or_default().iter().map(|member| &member.value).collect()
                }
                _ => vec![&only.value],
            },
            (Is::Map(members), None) => members.iter().map(|member| &member.value).collect(),
            (Is::List(items), _) => items.iter().collect(),
            _ => return Ok(()),
        };
        children.into_iter().try_for_each(|child| gather(evaluator, child, to))
    })
}

/// The first circle that is found, as steps: to whom, and where it is written.
fn circle(edges: &[Vec<(usize, Span)>]) -> Option<Vec<(usize, Span)>> {
    let mut done = vec![false; edges.len()];
    let mut on_path = vec![false; edges.len()];
    for start in 0..edges.len() {
        // Each entry: a resource, which of its edges comes next, and how it was reached.
        let mut path = vec![(start, 0, Span::default())];
        while let Some((at, next, _)) = path.last_mut() {
            let at = *at;
            if *next == 0 {
                if *done.get(at)? {
                    path.pop();
                    continue;
                }
                *on_path.get_mut(at)? = true;
            }
            let Some((to, span)) = edges.get(at)?.get(*next).copied() else {
                *done.get_mut(at)? = true;
                *on_path.get_mut(at)? = false;
                path.pop();
                continue;
            };
            *next += 1;
            if *on_path.get(to)? {
                let from = path.iter().position(|(it, ..)| *it == to)?;
                let steps = path.get(from + 1..)?.iter().map(|(it, _, span)| (*it, *span));
                return Some(steps.chain([(to, span)]).collect());
            }
            path.push((to, 0, span));
        }
    }
    None
}
