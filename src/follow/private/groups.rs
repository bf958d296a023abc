//! The target groups behind a listener, and which of their targets get requests.

use super::NetworkPathHop;
use crate::capture::Held;
use crate::follow::{Ctx, View};
use crate::graph::Link;
use crate::model::elb::{Action, ActionType, LoadBalancerType, TargetGroup, TargetHealthDescription, TargetState};
use crate::model::{Gap, Kind, Ref, Seen, Text, elb};
use crate::verdict::{Reach, Stop, Verdict, all};

/// Where a listener sends what it takes.
pub struct Forwards {
    pub groups: Vec<Ref>,
    /// Every request that the listener takes goes to one of these groups.
    pub exhaustive: bool,
    pub gaps: Vec<Gap>,
}

impl NetworkPathHop<'_> {
    /// Where the listener sends what it takes.
    ///
    /// # Errors
    /// As [`NetworkPathHop::listener`].
    pub fn forwards(&self, ctx: &Ctx<'_>) -> Result<Forwards, Stop> {
        let (lb, listener) = self.listener(ctx)?;
        let mut gaps = Vec::new();
        let actions = actions(lb, listener, &mut gaps);
        let mut arns: Vec<&Text> = actions.iter().flat_map(|action| action.live_groups(&mut gaps)).collect();
        if arns.is_empty() && gaps.is_empty() {
            gaps.push(Gap::not_modelled("a listener that forwards to no target group"));
        }
        let forward = |action: &&Action| action.kind.set() == Some(&ActionType::Forward);
        let exhaustive = gaps.is_empty() && !actions.is_empty() && actions.iter().all(forward);
        arns.sort();
        arns.dedup();
        let groups = arns.into_iter().map(|arn| Ref::new(Kind::TargetGroup, lb.scope.clone(), arn.clone())).collect();
        Ok(Forwards { groups, exhaustive, gaps })
    }

    /// Asks about every group that the listener can send the request to. Where another
    /// group may take it, or something else than a group, what is wrong with one is the
    /// end of some requests only.
    pub fn each_group<'c>(&self, ctx: &Ctx<'c>, ask: impl Fn(&'c Held<TargetGroup>) -> Verdict) -> Verdict {
        let forwards = self.forwards(ctx)?;
        let ask = |of: &Ref| match ctx.graph.find::<TargetGroup>(of) {
            Link::To(id) => ask(ctx.graph.get(id)),
            // AWS deletes no group that a listener forwards to.
            Link::Dangling { of, .. } => {
                Err(Gap::not_readable(format!("{}, which a listener names", of.label())).into())
            }
            Link::Unknown(gap) => Err(gap.into()),
        };
        let answers: Vec<(&Ref, Verdict)> = forwards.groups.iter().map(|of| (of, ask(of))).collect();
        let certain = forwards.exhaustive && answers.iter().all(|(_, answer)| dies(answer));
        let told = |(of, answer)| if certain { answer } else { sometimes(of, answer) };
        let gaps = forwards.gaps.iter().map(|gap| Err(gap.clone().into()));
        all(answers.into_iter().map(told).chain(gaps))
    }

    /// The targets that are registered and not on their way out.
    ///
    /// # Errors
    /// The gap that hides them.
    pub fn registered<'c>(&self, group: &'c TargetGroup) -> Result<Vec<&'c TargetHealthDescription>, Gap> {
        let staying =
            |target: &&TargetHealthDescription| target.target_health.state.set() != Some(&TargetState::Draining);
        Ok(group.targets.list()?.iter().filter(staying).collect())
    }

    /// Has nobody asked yet how its targets are, because a template makes them?
    pub fn unasked(&self, group: &TargetGroup) -> bool {
        let mut targets = group.targets.set().into_iter().flatten();
        self.call.serving.view == View::Planned && targets.all(|target| target.target_health.state.is_unset())
    }
}

fn dies(answer: &Verdict) -> bool {
    let certain = |faults: &[crate::verdict::Fault]| faults.iter().any(|fault| fault.reach == Reach::EveryRequest);
    matches!(answer, Err(Stop::Not { faults, .. }) if certain(faults))
}

fn sometimes(group: &Ref, answer: Verdict) -> Verdict {
    let Err(Stop::Not { mut faults, gaps }) = answer else { return answer };
    let arn = group.id.to_string();
    let name = arn.rsplit('/').nth(1).unwrap_or("this one");
    for fault in faults.iter_mut().filter(|fault| fault.reach == Reach::EveryRequest) {
        fault.reach = Reach::SomeRequests { when: format!("the listener sends it to target group {name}") };
    }
    Err(Stop::Not { faults, gaps })
}

/// What the default action and every rule do. Only application load balancers have rules.
fn actions<'c>(lb: &Held<elb::LoadBalancer>, listener: &'c elb::Listener, gaps: &mut Vec<Gap>) -> Vec<&'c Action> {
    let mut lists: Vec<&Seen<Vec<Action>>> = vec![&listener.default_actions];
    if lb.facts.kind.set() != Some(&LoadBalancerType::Network) {
        match listener.rules.list() {
            Ok(rules) => lists.extend(rules.iter().map(|rule| &rule.actions)),
            Err(gap) => gaps.push(gap),
        }
    }
    let mut actions = Vec::new();
    for list in lists {
        match list.list() {
            Ok(list) => actions.extend(list),
            Err(gap) => gaps.push(gap),
        }
    }
    actions
}

/// A target group's ARN and its weight.
type Weighted<'a> = (&'a Seen<Text>, &'a Seen<i64>);

impl Action {
    /// The groups that certainly get traffic: a weight of 0 takes a group out where another
    /// has more, and a weight that is not known may be 0.
    fn live_groups(&self, gaps: &mut Vec<Gap>) -> Vec<&Text> {
        let named = self.forwards_to().unwrap_or_else(|gap| {
            gaps.push(gap);
            Vec::new()
        });
        let only = named.len() == 1;
        let all_idle = named.iter().all(|(_, weight)| weight.set() == Some(&0));
        let mut live = Vec::new();
        for (arn, weight) in named {
            match (arn.known(), weight) {
                (_, Seen::Set(0)) if !all_idle => {}
                (_, Seen::Unknown(gap)) if !only => gaps.push(gap.clone()),
                (Ok(Some(arn)), _) => live.push(arn),
                (Ok(None), _) => gaps.push(Gap::not_readable("the target group of a listener's action")),
                (Err(gap), _) => gaps.push(gap),
            }
        }
        live
    }

    fn forwards_to(&self) -> Result<Vec<Weighted<'_>>, Gap> {
        if !matches!(self.kind.known()?, None | Some(ActionType::Forward)) {
            return Ok(Vec::new());
        }
        let tuples = match self.forward_config.known()? {
            Some(config) => config.target_groups.list()?,
            None => &[],
        };
        if tuples.is_empty() {
            return Ok(vec![(&self.target_group_arn, &Seen::Unset)]);
        }
        Ok(tuples.iter().map(|tuple| (&tuple.target_group_arn, &tuple.weight)).collect())
    }
}

impl TargetHealthDescription {
    /// # Errors
    /// The gap that hides its state; AWS has one for every target.
    pub fn state(&self) -> Result<&TargetState, Gap> {
        let stateless = || Gap::not_readable(format!("the state of target {}", self.target.id));
        self.target_health.state.known()?.ok_or_else(stateless)
    }
}

impl TargetGroup {
    /// Of these targets, the ones that the balancer sends requests to: those that are
    /// healthy or not checked, and if there are none, all: both kinds of balancer fail
    /// open. With each comes the gap that leaves open whether it is one of them.
    pub fn in_service<'c>(
        registered: &[&'c TargetHealthDescription],
    ) -> Vec<(&'c TargetHealthDescription, Option<Gap>)> {
        use TargetState::{Healthy, Other, Unavailable, Unused};
        let serves = |target: &TargetHealthDescription| matches!(target.state(), Ok(Healthy | Unavailable));
        let some_serve = registered.iter().any(|target| serves(target));
        let unknown = |target: &TargetHealthDescription| match target.state() {
            Ok(Other(state)) => Some(Gap::not_modelled(format!("a target whose state is {state}"))),
            Ok(_) => None,
            Err(gap) => Some(gap),
        };
        let may_serve = registered.iter().find_map(|target| unknown(target));
        let judged = |target: &'c TargetHealthDescription| match (target.state(), unknown(target)) {
            (_, Some(gap)) => Some((target, Some(gap))),
            (Ok(Unused), _) => None,
            _ if serves(target) => Some((target, None)),
            _ if some_serve => None,
            _ => Some((target, may_serve.clone())),
        };
        registered.iter().filter_map(|target| judged(target)).collect()
    }
}
