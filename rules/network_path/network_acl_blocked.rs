use super::CUT_OFF;
use crate::analysis::net::{acl, private_link_acl};
use crate::capture::Held;
use crate::follow::{Ctx, NetworkPathHop, VpcLink};
use crate::model::{Kind, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, all};

pub(super) static RULE: Rule = Rule {
    id: "network-acl-blocked",
    covers: &["V-C38"],
    check: Check::NetworkPath(check),
    symptoms: CUT_OFF,
    needs: &[Kind::LoadBalancer, Kind::TargetGroup, Kind::NetworkInterface, Kind::Subnet, Kind::NetworkAcl],
    page: include_str!("network_acl_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    all([to_balancer(hop, ctx), hop.each_group(ctx, |group| to_targets(hop, ctx, group))])
}

fn to_balancer(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    if let VpcLink::V1(_) = hop.link(ctx)? {
        let (lb, leg) = hop.privatelink_nodes(ctx)?;
        let name = &lb.facts.load_balancer_name;
        let subject = Subject::of(&lb.facts, &lb.scope).with("network ACLs from PrivateLink");
        return leg.judge(
            ctx,
            |world, flow| private_link_acl(world, flow.to, flow.port),
            |_| Fault::new("blocked-link", subject, format!("network ACLs do not let PrivateLink in to {name}")),
        );
    }
    let (link, leg) = hop.first_leg(ctx)?;
    let (id, name) = (&link.facts.vpc_link_id, &hop.balancer(ctx)?.facts.load_balancer_name);
    let subject = Subject::of(&link.facts, &link.scope).with(format!("network ACLs to {name}"));
    leg.judge(ctx, acl, |whole| match whole {
        true => {
            let says = format!("network ACLs stop every connection from VPC link {id} to {name}, or its replies");
            Fault::new("blocked-link", subject, says)
        }
        false => {
            let says = format!("network ACLs stop some connections from VPC link {id} to {name}, or their replies");
            Fault::new("partly-blocked-link", subject, says)
                .when("it takes a node of the load balancer, or a port for replies, that is blocked")
        }
    })
}

fn to_targets(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, group: &Held<elb::TargetGroup>) -> Verdict {
    let lb = &hop.balancer(ctx)?.facts.load_balancer_name;
    let targets = &group.facts.target_group_name;
    let subject = Subject::of(&group.facts, &group.scope).with(format!("network ACLs from {lb}"));
    hop.across(ctx, group)?.judge(ctx, acl, |whole| match whole {
        true => {
            let says =
                format!("network ACLs stop every connection from {lb} to the targets of {targets}, or its replies");
            Fault::new("blocked-targets", subject, says)
        }
        false => {
            let says =
                format!("network ACLs stop some connections from {lb} to the targets of {targets}, or their replies");
            Fault::new("partly-blocked-targets", subject, says)
                .when("it takes a target, or a port for replies, that is blocked")
        }
    })
}
