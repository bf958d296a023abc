use super::NO_TARGET;
use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, NetworkPathHop};
use crate::model::{Evidence, Gap, Kind, Place, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "target-group-empty",
    covers: &["V-C23", "R-J9"],
    check: Check::Backend(check),
    symptoms: NO_TARGET,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup],
    page: include_str!("target_group_empty.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let path = hop.path.as_ref().ok_or(Stop::NotApplicable)?;
    path.each_group(ctx, |group| filled(path, group))
}

fn filled(path: &NetworkPathHop<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let it = &group.facts;
    let name = &it.target_group_name;
    let registered = path.registered(it)?;
    if registered.is_empty() {
        let leaving = it.targets.list()?.len();
        let (reason, says) = match leaving {
            0 => ("empty", format!("target group {name} has no targets")),
            _ => ("draining", format!("target group {name} has no targets but those on their way out")),
        };
        return Err(Fault::new(reason, Subject::of(it, &group.scope), says)
            .because([Evidence::read(Place::of(it, "/Targets"), "no target is there to take requests")])
            .help("Register targets, or let what registers them run: an Auto Scaling group, or a service with 0 tasks.")
            .cli(&[
                "aws",
                "elbv2",
                "register-targets",
                "--target-group-arn",
                &it.target_group_arn.to_string(),
                "--targets",
                "Id=TARGET",
            ])
            .cloudformation("AWS::ElasticLoadBalancingV2::TargetGroup Targets")
            .terraform("aws_lb_target_group_attachment")
            .into());
    }
    if path.unasked(it) {
        return passes(format!("the template gives {name} its targets"));
    }
    // A target whose state is not known may be one that is leaving.
    let gaps: Vec<Gap> = registered.iter().filter_map(|target| target.state().err()).collect();
    if gaps.len() == registered.len() {
        return Err(gaps.into());
    }
    passes(format!("target group {name} has {} targets", registered.len()))
}
