//! Stage variables in configuration.

use crate::model::{Gap, Hole, Part, Seen, Str, Text};
use std::collections::BTreeMap;

/// The variables in force for one (deployment, variables) pair of a stage.
pub type Vars = Seen<BTreeMap<Str, Text>>;

/// Replaces `${stageVariables.NAME}`.
///
/// AWS renders an undefined variable as nothing; what then becomes of the request is a
/// question of its own, so here it is a hole that says so.
pub fn substitute(text: &Text, vars: &Vars) -> Text {
    const OPEN: &str = "${stageVariables.";
    let mut parts = Vec::new();
    for part in text.parts() {
        let Part::Lit(lit) = &part else {
            parts.push(part);
            continue;
        };
        let mut rest: &str = lit;
        while let Some(start) = rest.find(OPEN) {
            let after = &rest[start + OPEN.len()..];
            let Some(end) = after.find('}') else { break };
            let (before, name) = (&rest[..start], &after[..end]);
            parts.push(Part::Lit(before.into()));
            parts.extend(value(name, vars).parts());
            rest = &after[end + 1..];
        }
        parts.push(Part::Lit(rest.into()));
    }
    Text::from_parts(parts)
}

fn value(name: &str, vars: &Vars) -> Text {
    let gap = match vars.known() {
        Err(gap) => gap,
        Ok(vars) => match vars.and_then(|vars| vars.get(name)) {
            Some(value) => return value.clone(),
            None => Gap::not_modelled(format!("stage variable {name} is used but not defined")),
        },
    };
    Text::hole(Hole { id: format!("stageVariables.{name}").into(), family: None, charset: Default::default(), gap })
}
