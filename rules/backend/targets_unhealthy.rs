use super::NO_TARGET;
use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, NetworkPathHop};
use crate::model::elb::{TargetHealthDescription, TargetState};
use crate::model::{Evidence, Gap, Kind, Place, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "targets-unhealthy",
    covers: &["V-C24", "R-J9"],
    check: Check::Backend(check),
    symptoms: NO_TARGET,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup],
    page: include_str!("targets_unhealthy.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let path = hop.path.as_ref().ok_or(Stop::NotApplicable)?;
    path.each_group(ctx, |group| healthy(path, group))
}

/// How many targets are in which state; those that the balancer leaves out are not counted.
#[derive(Default)]
struct Count {
    good: usize,
    unhealthy: usize,
    initial: usize,
    gaps: Vec<Gap>,
}

fn healthy(path: &NetworkPathHop<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let (it, name) = (&group.facts, &group.facts.target_group_name);
    if path.unasked(it) {
        return Err(Stop::NotApplicable);
    }
    let mut count = Count::default();
    for target in path.registered(it)? {
        match target.state() {
            Ok(TargetState::Healthy | TargetState::Unavailable) => count.good += 1,
            Ok(TargetState::Unhealthy | TargetState::UnhealthyDraining) => count.unhealthy += 1,
            Ok(TargetState::Initial) => count.initial += 1,
            Ok(TargetState::Unused | TargetState::Draining) => {}
            Ok(TargetState::Other(state)) => {
                count.gaps.push(Gap::not_modelled(format!("a target whose state is {state}")));
            }
            Err(gap) => count.gaps.push(gap),
        }
    }
    let Count { good, unhealthy, initial, gaps } = count;
    if good > 0 {
        return passes(match unhealthy {
            0 => format!("{good} targets of {name} are healthy"),
            n => format!("{good} targets of {name} are healthy; {n} are not, and get no requests"),
        });
    }
    if !gaps.is_empty() {
        return Err(gaps.into());
    }
    let subject = Subject::of(it, &group.scope);
    let fault = match (unhealthy, initial) {
        (0, 0) => return Err(Stop::NotApplicable),
        (_, 0) => Fault::new("all-unhealthy", subject, format!("every target of {name} fails its health checks"))
            .when("the targets are as broken as their health checks say; the load balancer sends it to them all the same")
            .help("See the reason of each target. Let the health check ask for what the backend answers, or mend the backend."),
        _ => Fault::new("not-yet", subject, format!("no target of {name} has passed its health checks yet"))
            .when("it comes before a target has passed its first health checks")
            .help("Wait for the health checks of the new targets."),
    };
    let shown = it.targets.set().into_iter().flatten().enumerate().filter_map(|(n, target)| evidence(it, n, target));
    let describe = ["aws", "elbv2", "describe-target-health", "--target-group-arn", &it.target_group_arn.to_string()];
    Err(fault.because(shown).cli(&describe).into())
}

fn evidence(it: &elb::TargetGroup, n: usize, target: &TargetHealthDescription) -> Option<Evidence> {
    let health = &target.target_health;
    let means = match health.reason.set().and_then(|reason| reason.lit()) {
        _ if matches!(health.state.set(), Some(TargetState::Unused | TargetState::Draining)) => return None,
        Some("Target.FailedHealthChecks") => "the connection fails, or the answer is malformed",
        Some("Target.Timeout") => "no answer comes in time: look at security groups and at the backend's speed",
        Some("Target.ResponseCodeMismatch") => {
            "it answers with another status than the health check expects, so requests likely work"
        }
        Some("Elb.InternalError") => "the load balancer itself has a problem",
        Some("Elb.RegistrationInProgress" | "Elb.InitialHealthChecking") => "its first health checks are under way",
        _ => "AWS gives no other reason",
    };
    let place = Place::of(it, format!("/Targets/{n}/TargetHealth/State"));
    Some(Evidence::read(place, format!("{}: {means}", target.target.id)))
}
