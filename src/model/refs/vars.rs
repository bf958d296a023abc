//! Stage variables in configuration.

use crate::model::{Gap, Hole, Part, Seen, Str, Text};
use std::collections::BTreeMap;

/// The variables in force for one (deployment, variables) pair of a stage.
pub type Vars = Seen<BTreeMap<Str, Text>>;

const OPEN: &str = "${stageVariables.";

/// Replaces `${stageVariables.NAME}`.
///
/// AWS renders an undefined variable as nothing; what then becomes of the request is a
/// question of its own, so here it is a hole that says so.
pub fn substitute(text: &Text, vars: &Vars) -> Text {
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

/// The first variable that `text` uses and that is known to be undefined.
pub fn undefined<'t>(text: &'t Text, vars: &Vars) -> Option<&'t str> {
    let vars = vars.known().ok()?;
    let mut rest = text.lit()?;
    loop {
        let (name, after) = rest.split_once(OPEN)?.1.split_once('}')?;
        if vars.is_none_or(|vars| !vars.contains_key(name)) {
            return Some(name);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::{substitute, undefined};
    use crate::model::{Gap, Seen, Text};

    #[test]
    fn variables_are_replaced_and_missed() {
        let vars = Seen::Set([("fn".into(), Text::new("orders:live")), ("v".into(), Text::new("2"))].into());
        let text = Text::new("${stageVariables.fn}-${stageVariables.v}/${other}");
        assert_eq!(substitute(&text, &vars).lit(), Some("orders:live-2/${other}"));
        assert_eq!(undefined(&text, &vars), None);
        let text = Text::new("x${stageVariables.fn}${stageVariables.gone}");
        assert_eq!(undefined(&text, &vars), Some("gone"));
        assert_eq!(undefined(&text, &Seen::Unset), Some("fn"));
        let nested = Text::new("${stageVariables.a${stageVariables.fn}");
        assert_eq!(undefined(&nested, &vars), Some("a${stageVariables.fn"));
        assert!(substitute(&text, &vars).lit().is_none());
        assert_eq!(undefined(&text, &Seen::Unknown(Gap::not_readable("the stages"))), None);
    }
}
