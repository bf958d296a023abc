//! What each stage of an API serves, in each view.

use super::View;
use crate::model::refs::Vars;
use crate::model::unit::{RestContent, RestUnit, V2Content, V2Unit};
use crate::model::{ApiUnit, Gap, Seen, Str, Text, v2};

/// One (deployment, variables) pair: a stage, or a canary's share of it, in one view.
#[derive(Debug, Clone)]
pub struct Serving<'g> {
    pub unit: &'g ApiUnit,
    pub stage: Option<&'g Text>,
    pub canary: bool,
    pub view: View,
    /// The draft judged at full severity, because the deployed view cannot be read.
    pub stands_in: bool,
    pub vars: Vars,
    pub content: Content<'g>,
}

#[derive(Debug, Clone, Copy)]
pub enum Content<'g> {
    Rest(&'g RestContent),
    V2(&'g V2Content),
}

/// A stage whose deployed view could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unread {
    pub stage: Str,
    pub gap: Gap,
}

/// Everything an API serves or would serve, and the stages whose deployment is unread.
pub fn servings(unit: &ApiUnit) -> (Vec<Serving<'_>>, Vec<Unread>) {
    match unit {
        ApiUnit::Rest(rest) => rest_servings(unit, rest),
        ApiUnit::V2(v2) => v2_servings(unit, v2),
    }
}

fn rest_servings<'g>(unit: &'g ApiUnit, rest: &'g RestUnit) -> (Vec<Serving<'g>>, Vec<Unread>) {
    let (mut servings, mut unread) = (Vec::new(), Vec::new());
    let facts = &rest.facts;
    let draft = |stage, canary, vars, stands_in| Serving {
        unit,
        stage,
        canary,
        view: if rest.planned { View::Planned } else { View::Draft },
        stands_in,
        vars,
        content: Content::Rest(&facts.draft),
    };
    let stages = facts.stages.set().map_or(&[][..], Vec::as_slice);
    if stages.is_empty() {
        servings.push(draft(None, false, no_stage(&facts.stages), true));
    }
    for stage in stages {
        let name = Some(&stage.stage_name);
        let base = (&stage.deployment_id, stage.variables.clone(), false);
        let canary = stage.canary_vars().zip(stage.canary_settings.set());
        // A share of nothing is no request, and a share that is left out is nothing.
        let share = canary.as_ref().and_then(|(_, settings)| settings.percent_traffic.known().ok());
        let share = share.map(|share| share.copied().unwrap_or_default());
        let base = Some(base).filter(|_| share.is_none_or(|share| share < 100.0));
        let canary = canary.filter(|_| share.is_none_or(|share| share > 0.0));
        let canary = canary.map(|(vars, settings)| (&settings.deployment_id, vars, true));
        for (deployment, vars, canary) in [base, canary].into_iter().flatten() {
            if rest.planned {
                servings.push(draft(name, canary, vars, false));
                continue;
            }
            let content = match deployment {
                Seen::Set(id) => facts
                    .deployed
                    .iter()
                    .find(|deployed| deployed.deployment_id == *id)
                    .map_or_else(|| Err(Gap::not_readable("the stage's deployment")), |it| deployed(&it.content)),
                Seen::Unknown(gap) => Err(gap.clone()),
                Seen::Unset => Err(Gap::not_readable("a deployment: the stage has none")),
            };
            match content {
                Ok(content) => {
                    let (view, content) = (View::Deployed, Content::Rest(content));
                    servings.push(Serving {
                        unit,
                        stage: name,
                        canary,
                        view,
                        stands_in: false,
                        vars: vars.clone(),
                        content,
                    });
                    servings.push(draft(name, canary, vars, false));
                }
                Err(gap) => {
                    unread.push(Unread { stage: stage.stage_name.called().into(), gap });
                    servings.push(draft(name, canary, vars, true));
                }
            }
        }
    }
    (servings, unread)
}

/// The variables of an API without a stage: none, or hidden with the stages.
fn no_stage<T>(stages: &Seen<T>) -> Vars {
    stages.gap().map_or(Seen::Unset, |gap| Seen::Unknown(gap.clone()))
}

fn deployed<T>(content: &Seen<T>) -> Result<&T, Gap> {
    content.known()?.ok_or_else(|| Gap::not_readable("the deployment's content"))
}

fn v2_servings<'g>(unit: &'g ApiUnit, v2: &'g V2Unit) -> (Vec<Serving<'g>>, Vec<Unread>) {
    let (mut servings, mut unread) = (Vec::new(), Vec::new());
    let facts = &v2.facts;
    let serve = |stage, view, stands_in, vars, content| Serving {
        unit,
        stage,
        canary: false,
        view,
        stands_in,
        vars,
        content: Content::V2(content),
    };
    let stages = facts.stages.set().map_or(&[][..], Vec::as_slice);
    if stages.is_empty() {
        let view = if v2.planned { View::Planned } else { View::Draft };
        servings.push(serve(None, view, true, no_stage(&facts.stages), &facts.draft));
    }
    for stage in stages {
        let (name, vars) = (Some(&stage.stage_name), stage.stage_variables.clone());
        if v2.planned {
            servings.push(serve(name, View::Planned, false, vars, &facts.draft));
            continue;
        }
        match v2_deployed(stage, v2) {
            // Automatic deployment has made the draft what the stage serves.
            Ok(None) => servings.push(serve(name, View::Deployed, false, vars, &facts.draft)),
            Ok(Some(content)) => {
                servings.push(serve(name, View::Deployed, false, vars.clone(), content));
                servings.push(serve(name, View::Draft, false, vars, &facts.draft));
            }
            Err(gap) => {
                unread.push(Unread { stage: stage.stage_name.called().into(), gap });
                servings.push(serve(name, View::Draft, true, vars, &facts.draft));
            }
        }
    }
    (servings, unread)
}

fn v2_deployed<'g>(stage: &v2::Stage, unit: &'g V2Unit) -> Result<Option<&'g V2Content>, Gap> {
    if stage.serves_draft(&unit.facts.deployments) {
        return Ok(None);
    }
    let id = stage.deployment_id.known()?.ok_or_else(|| Gap::not_readable("a deployment: the stage has none"))?;
    let found = unit.facts.deployed.iter().find(|deployed| deployed.deployment_id == *id);
    found.map_or_else(|| Err(Gap::not_readable("the stage's deployment")), |it| deployed(&it.content)).map(Some)
}
