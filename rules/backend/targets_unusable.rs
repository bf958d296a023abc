use super::NO_TARGET;
use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, NetworkPathHop};
use crate::model::elb::{TargetHealthDescription, TargetState};
use crate::model::{Evidence, Gap, Kind, Place, Subject, elb};
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
    path.each_group(ctx, |group| used(path, group))
}

fn used(path: &NetworkPathHop<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let name = &group.facts.target_group_name;
    if path.unasked(&group.facts) {
        return Err(Stop::NotApplicable);
    }
    let registered = path.registered(&group.facts)?;
    if registered.is_empty() {
        return Err(Stop::NotApplicable);
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
    let faults = (!unused.is_empty()).then(|| match unused.len() == registered.len() {
        true => fault(group, &unused, format!("no target of {name} can be used")),
        false => {
            let says = format!("{} of {} targets of {name} cannot be used", unused.len(), registered.len());
            fault(group, &unused, says).reach(Reach::UnderLoad)
        }
    });
    Err(Stop::Not { faults: faults.into_iter().collect(), gaps })
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

fn fault(group: &Held<elb::TargetGroup>, unused: &[&TargetHealthDescription], says: String) -> Fault {
    let it = &group.facts;
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
        .cli(cli)
}
