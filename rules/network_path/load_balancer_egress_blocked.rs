use super::NO_WAY_TO_TARGET;
use crate::analysis::net::egress;
use crate::capture::Held;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "load-balancer-egress-blocked",
    covers: &["V-C29"],
    check: Check::NetworkPath(check),
    symptoms: NO_WAY_TO_TARGET,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup, Kind::NetworkInterface, Kind::SecurityGroup, Kind::Subnet],
    page: include_str!("load_balancer_egress_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let lb = hop.balancer(ctx)?;
    hop.each_group(ctx, |group| let_out(hop, ctx, lb, group))
}

fn let_out(
    hop: &NetworkPathHop<'_>,
    ctx: &Ctx<'_>,
    lb: &Held<elb::LoadBalancer>,
    group: &Held<elb::TargetGroup>,
) -> Verdict {
    let (name, targets) = (&lb.facts.load_balancer_name, &group.facts.target_group_name);
    let subject = Subject::of(&lb.facts, &lb.scope).with(format!("to {targets}"));
    hop.to_targets(ctx, group)?.judge(ctx, egress, |whole| match whole {
        true => {
            let says = format!("the security groups of {name} let nothing out to the targets of {targets}");
            Fault::new("blocked", subject, says)
        }
        false => {
            let says = format!("the security groups of {name} let nothing out to some targets of {targets}");
            Fault::new("partly-blocked", subject, says).when("the load balancer picks a target that is blocked")
        }
    })
}
