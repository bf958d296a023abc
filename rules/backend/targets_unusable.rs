use super::NO_TARGET;
use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, NetworkPathHop, Unserved};
use crate::model::elb::{TargetHealthDescription, TargetState};
use crate::model::{Evidence, Gap, Kind, Place, Subject, Text, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Reach, Stop, Verdict, passes};
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    id: "targets-unusable",
    covers: &["V-C24", "V-C25", "R-J9"],
    check: Check::Backend(check),
    symptoms: NO_TARGET,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup],
    page: include_str!("targets_unusable.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let path = hop.path.as_ref().ok_or(Stop::NotApplicable)?;
    path.each_group(ctx, |group| used(path, ctx, group))
}

fn used(path: &NetworkPathHop<'_>, ctx: &Ctx<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let name = &group.facts.target_group_name;
    let registered = path.registered(&group.facts)?;
    if registered.is_empty() {
        return Err(Stop::NotApplicable);
    }
    if path.unasked(&group.facts) {
        return elsewhere(path.unserved(ctx, group), group, registered.len());
    }
    let mut unused: Vec<&TargetHealthDescription> = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    for target in &registered {
        match target.state() {
            Err(gap) => gaps.push(gap),
            Ok(TargetState::Unused) => unused.push(target),
            Ok(_) => {}
        }
    }
    if unused.is_empty() && gaps.is_empty() {
        return passes(format!("every target of {name} can be used"));
    }
    // With one reason, the finding is about it; all targets count together.
    let faults = (!unused.is_empty()).then(|| fault(group, &unused, registered.len()));
    Err(Stop::Not { faults: faults.into_iter().collect(), gaps })
}

/// What is only planned has no state, but a place.
fn elsewhere(unserved: Result<Unserved<'_>, Stop>, group: &Held<elb::TargetGroup>, registered: usize) -> Verdict {
    let Unserved { balancer, served, targets } = unserved.map_err(|_| Stop::NotApplicable)?;
    if targets.is_empty() {
        return Err(Stop::NotApplicable);
    }
    let unused: Vec<_> = targets.iter().map(|(target, _)| *target).collect();
    let at = |target| group.facts.targets.set().into_iter().flatten().position(|it| std::ptr::eq(it, target));
    let there = targets.iter().map(|(target, zone)| {
        let place = Place::of(&group.facts, format!("/Targets/{}", at(*target).unwrap_or_default()));
        Evidence::read(place, format!("{} is in {zone}", target.target.id))
    });
    let zones: Vec<String> = served.iter().map(Text::to_string).collect();
    let here =
        Evidence::read(Place::of(balancer, "/AvailabilityZones"), format!("its subnets are in {}", zones.join(", ")));
    Err(Fault { evidence: there.chain([here]).collect(), ..fault(group, &unused, registered) }.into())
}

/// The reasons that AWS gives for a target that is not used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    NotInUse,
    InvalidState,
    IpUnusable,
    Other,
}

fn why(target: &TargetHealthDescription) -> Why {
    match target.target_health.reason.set().and_then(|reason| reason.lit()) {
        None if target.target_health.state.is_unset() => Why::NotInUse,
        Some("Target.NotInUse") => Why::NotInUse,
        Some("Target.InvalidState") => Why::InvalidState,
        Some("Target.IpUnusable") => Why::IpUnusable,
        _ => Why::Other,
    }
}

impl Why {
    fn because(self) -> &'static str {
        match self {
            Why::NotInUse => "in an Availability Zone that the load balancer does not serve",
            Why::InvalidState => "stopped or terminated",
            Why::IpUnusable => "an address that a load balancer uses itself",
            Why::Other => "left out by the load balancer",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Why::NotInUse => "Enable the targets' Availability Zones on the load balancer by adding a subnet of each.",
            Why::InvalidState => "Start the instances, or register others in their place.",
            Why::IpUnusable => "Register the address of the backend, not a load balancer's.",
            Why::Other => "See the reason that AWS gives for each target.",
        }
    }
}

fn fault(group: &Held<elb::TargetGroup>, unused: &[&TargetHealthDescription], registered: usize) -> Fault {
    let (it, name) = (&group.facts, &group.facts.target_group_name);
    let (says, reach) = match unused.len() == registered {
        true => (format!("no target of {name} can be used"), Reach::EveryRequest),
        false => (format!("{} of {registered} targets of {name} cannot be used", unused.len()), Reach::UnderLoad),
    };
    let reasons: BTreeSet<Why> = unused.iter().map(|target| why(target)).collect();
    let describe = ["aws", "elbv2", "describe-target-health", "--target-group-arn", &it.target_group_arn.to_string()];
    let (reason, cli): (_, &[&str]) = match reasons.iter().next().filter(|_| reasons.len() == 1) {
        Some(Why::NotInUse) => (
            "not-in-use",
            &["aws", "elbv2", "set-subnets", "--load-balancer-arn", "LOAD_BALANCER_ARN", "--subnets", "SUBNETS"],
        ),
        Some(Why::InvalidState) => ("invalid-state", &["aws", "ec2", "start-instances", "--instance-ids", "INSTANCES"]),
        Some(Why::IpUnusable) => ("ip-unusable", &describe),
        Some(Why::Other) | None => ("unused", &describe),
    };
    let because: Vec<&str> = reasons.iter().map(|why| why.because()).collect();
    let help: Vec<&str> = reasons.iter().map(|why| why.help()).collect();
    let all = it.targets.set().into_iter().flatten().enumerate();
    let evidence = all.filter(|(_, target)| unused.contains(target)).map(|(n, target)| {
        let place = Place::of(it, format!("/Targets/{n}/TargetHealth/State"));
        Evidence::read(place, format!("{}: {}", target.target.id, why(target).because()))
    });
    Fault::new(reason, Subject::of(it, &group.scope), format!("{says}: {}", because.join("; ")))
        .because(evidence)
        .help(help.join(" "))
        .reach(reach)
        .cli(cli)
}
