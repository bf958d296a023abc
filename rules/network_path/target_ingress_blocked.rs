use super::NO_WAY_TO_TARGET;
use crate::analysis::net::ingress;
use crate::capture::Held;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "target-ingress-blocked",
    covers: &["V-C28", "V-C36", "R-J12"],
    check: Check::NetworkPath(check),
    symptoms: NO_WAY_TO_TARGET,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup, Kind::NetworkInterface, Kind::SecurityGroup, Kind::Subnet],
    page: include_str!("target_ingress_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    hop.each_group(ctx, |group| let_in(hop, ctx, group))
}

fn let_in(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let lb = &hop.balancer(ctx)?.facts.load_balancer_name;
    let targets = &group.facts.target_group_name;
    let subject = Subject::of(&group.facts, &group.scope).with(format!("from {lb}"));
    hop.at_targets(ctx, group)?.judge(ctx, ingress, |whole| match whole {
        true => {
            let says = format!("the security groups of the targets of {targets} let nothing in from {lb}");
            Fault::new("blocked", subject, says)
        }
        false => {
            let says = format!("the security groups of some targets of {targets} do not let all of {lb} in");
            Fault::new("partly-blocked", subject, says).when("they reach a target by a way that is blocked")
        }
    })
}
