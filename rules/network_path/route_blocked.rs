use super::CUT_OFF;
use crate::analysis::net::routes;
use crate::capture::Held;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, all};

pub(super) static RULE: Rule = Rule {
    id: "route-blocked",
    covers: &["V-C39", "V-C5"],
    check: Check::NetworkPath(check),
    symptoms: CUT_OFF,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup, Kind::NetworkInterface, Kind::Subnet, Kind::RouteTable],
    page: include_str!("route_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    all([to_balancer(hop, ctx), hop.each_group(ctx, |group| to_targets(hop, ctx, group))])
}

fn to_balancer(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let (link, leg) = hop.first_leg(ctx)?;
    let (id, name) = (&link.facts.vpc_link_id, &hop.balancer(ctx)?.facts.load_balancer_name);
    let subject = Subject::of(&link.facts, &link.scope).with(format!("routes to {name}"));
    leg.judge(ctx, routes, |whole| match whole {
        true => {
            let says = format!("no route leads from VPC link {id} to {name} and back");
            Fault::new("blocked-link", subject, says)
        }
        false => {
            let says = format!("from some subnets no route leads from VPC link {id} to {name} and back");
            Fault::new("partly-blocked-link", subject, says)
                .when("it goes between subnets that have no routes to each other")
        }
    })
}

fn to_targets(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let lb = &hop.balancer(ctx)?.facts.load_balancer_name;
    let targets = &group.facts.target_group_name;
    let subject = Subject::of(&group.facts, &group.scope).with(format!("routes from {lb}"));
    hop.across(ctx, group)?.judge(ctx, routes, |whole| match whole {
        true => {
            let says = format!("no route leads from {lb} to the targets of {targets} and back");
            Fault::new("blocked-targets", subject, says)
        }
        false => {
            let says = format!("no route leads from {lb} to some targets of {targets} and back");
            Fault::new("partly-blocked-targets", subject, says)
                .when("it goes between subnets that have no routes to each other")
        }
    })
}
