use super::NO_WAY_TO_TARGET;
use crate::analysis::net::reach;
use crate::capture::Held;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "health-check-port-blocked",
    covers: &["V-C30"],
    check: Check::NetworkPath(check),
    symptoms: NO_WAY_TO_TARGET,
    needs: &[
        Kind::LoadBalancer,
        Kind::TargetGroup,
        Kind::NetworkInterface,
        Kind::SecurityGroup,
        Kind::Subnet,
        Kind::NetworkAcl,
        Kind::RouteTable,
    ],
    page: include_str!("health_check_port_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    hop.each_group(ctx, |group| checks(hop, ctx, group))
}

fn checks(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let targets = &group.facts.target_group_name;
    let Some(leg) = hop.health_checks(ctx, group)? else {
        return passes(format!("the targets of {targets} that are checked on another way pass their checks"));
    };
    let lb = &hop.balancer(ctx)?.facts.load_balancer_name;
    let subject = Subject::of(&group.facts, &group.scope).with(format!("health checks from {lb}"));
    let unhealthy = if hop.unasked(&group.facts) { "" } else { "unhealthy " };
    leg.judge(ctx, reach, |whole| match whole {
        true => {
            let says = format!("the health checks of {lb} cannot reach the {unhealthy}targets of {targets}");
            Fault::new("blocked", subject, says).when("the load balancer leaves the targets out that it cannot check")
        }
        false => {
            let says = format!("some health checks of {lb} cannot reach the {unhealthy}targets of {targets}");
            Fault::new("partly-blocked", subject, says)
                .when("the load balancer leaves the targets out that it cannot check")
        }
    })
}
