//! Which versions a call of a Lambda function can reach: an alias may split its calls.

use super::{Ctx, Invocation};
use crate::graph::Link;
use crate::model::refs::qualified;
use crate::model::{Evidence, Gap, Kind, Place, Ref, Str, lambda};
use crate::verdict::{Fault, Reach, Stop};
use std::collections::BTreeMap;

/// A name of the function, and how its alias comes to choose it.
pub struct Share {
    pub function: Ref,
    pub link: Link<lambda::Function>,
    split: Option<Split>,
}

/// Only some of the calls get there.
struct Split {
    alias: String,
    when: String,
    /// The weight, where the alias names this version beside its main one.
    weight: Option<Evidence>,
}

impl Invocation<'_> {
    /// What a call can reach: the function as it is called, which shows an alias's main
    /// version, and each version to which the alias sends a part of its calls.
    ///
    /// # Errors
    /// `NotApplicable` if no function is called, or one that is proven absent; or the gap
    /// that hides it, or how its alias splits the calls: it may send all of them to
    /// another version than the main one.
    pub fn shares(&self, ctx: &Ctx<'_>) -> Result<Vec<Share>, Stop> {
        let called = self.function()?;
        let held = self.function_facts(ctx)?;
        let alias = called.id.to_string();
        let share = |function: Ref, link, split| Share { function, link, split };
        let main = |when: Option<String>| {
            let split = when.map(|when| Split { alias: alias.clone(), when, weight: None });
            share(called.clone(), ctx.graph.find(called), split)
        };
        let weights = held.facts.weights()?;
        let weighted = weights.into_iter().flatten().filter(|(_, weight)| **weight > 0.0);
        let others: Vec<Share> = weighted
            .map(|(version, weight)| {
                let name = qualified(&held.facts.function_name, Some(&version.into()));
                let function = Ref::new(Kind::Function, held.scope.clone(), name);
                let pointer = format!("/Alias/RoutingConfig/AdditionalVersionWeights/{version}");
                let says = format!("{alias} sends this part of its calls to version {version}");
                let when = format!("{alias} picks version {version}, with a weight of {weight}");
                let weight = Some(Evidence::read(Place::of(&held.facts, pointer), says));
                let link = ctx.graph.find(&function);
                share(function, link, Some(Split { alias: alias.clone(), when, weight }))
            })
            .collect();
        let rest = 1.0 - weights.into_iter().flatten().map(|(_, weight)| weight).sum::<f64>();
        let mut all = Vec::with_capacity(others.len() + 1);
        match (others.is_empty(), rest > f64::EPSILON) {
            (true, _) => all.push(main(None)),
            (false, true) => {
                all.push(main(Some(format!("{alias} picks its main version, with the rest of the weight"))))
            }
            // The other versions get everything.
            (false, false) => {}
        }
        all.extend(others);
        Ok(all)
    }
}

impl Share {
    /// A fault of this version is one of only those calls that reach it.
    pub fn blamed(&self, fault: Fault) -> Fault {
        let Some(split) = &self.split else { return fault };
        let when = match &fault.reach {
            Reach::SomeRequests { when } => format!("{when}, and {}", split.when),
            _ => split.when.clone(),
        };
        let detail = [fault.subject.detail.as_str(), split.alias.as_str()].join(" ");
        let subject = fault.subject.clone().with(detail.trim_start());
        Fault { subject, ..fault }.when(when).because(split.weight.clone())
    }
}

impl lambda::Function {
    /// The versions beside the main one that get a part of the alias's calls.
    fn weights(&self) -> Result<Option<&BTreeMap<Str, f64>>, Gap> {
        let Some(alias) = self.alias.known()? else { return Ok(None) };
        Ok(alias.routing_config.known()?.map(|config| &config.additional_version_weights))
    }
}
