//! What is deployed with a template and cannot be read: inside it, or beside it.

use super::stacks::NESTED;
use crate::model::Gap;
use crate::model::excerpt::harmless;
use crate::source::cloudformation::resources::Unseen;
use crate::source::cloudformation::{Evaluator, Resource, Template, TemplateError, sam, types};
use crate::source::tree::Node;

/// What the template does not show. `is_read` says of which nested stacks the templates are.
pub(super) fn of(evaluator: &Evaluator<'_>, is_read: impl Fn(&str) -> bool) -> Result<Unseen, TemplateError> {
    let template = evaluator.template();
    let inside = template.may_have_more().then(|| more(template));
    let beside = |it: &Resource| match &*it.kind {
        NESTED if is_read(&it.logical_id) => None,
        NESTED | "AWS::Serverless::Application" => Some(elsewhere("stack", it)),
        _ => None,
    };
    Ok(Unseen {
        inside: inside.or_else(|| template.resources.iter().find_map(unknown)),
        beside: template.resources.iter().find_map(beside),
        told: evaluator.told()?,
    })
}

/// What may add resources that nobody sees.
fn more(template: &Template) -> Gap {
    match template.macros().next() {
        Some(name) => Gap::not_readable(format!("what the macro {name} makes of the template")),
        None => Gap::not_readable("what the template includes from elsewhere"),
    }
}

/// A resource that becomes nobody knows what.
fn unknown(it: &Resource) -> Option<Gap> {
    let (id, kind) = (&it.logical_id, &*it.kind);
    if kind.ends_with("::MODULE") {
        return Some(elsewhere("module", it));
    }
    if let Some(meant) = types::meant(kind) {
        return Some(Gap::not_readable(format!("what {id} is: there is no type {kind}, did you mean {meant}?")));
    }
    let is_later = kind.starts_with("AWS::Serverless::") && kind != "AWS::Serverless::Application";
    (is_later && !sam::BESIDE_THE_WAY.contains(&kind))
        .then(|| Gap::not_readable(format!("what SAM makes of {id}, a {kind}")))
}

fn elsewhere(what: &str, it: &Resource) -> Gap {
    let url = it.properties.get("TemplateURL").and_then(Node::as_text).filter(|url| !url.contains("://"));
    let named = url.map(|url| format!(" {}", harmless(url))).unwrap_or_default();
    Gap::not_readable(format!("the {what} {}, whose template{named} is not on this disk", it.logical_id))
}
