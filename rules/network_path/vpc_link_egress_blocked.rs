use super::UNREACHABLE;
use crate::analysis::net::egress;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-egress-blocked",
    covers: &["V-C8", "R-J14"],
    check: Check::NetworkPath(check),
    symptoms: UNREACHABLE,
    needs: &[Kind::VpcLinkV2, Kind::LoadBalancer, Kind::NetworkInterface, Kind::SecurityGroup, Kind::Subnet],
    page: include_str!("vpc_link_egress_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let (link, leg) = hop.first_leg(ctx)?;
    let (lb, listener) = hop.listener(ctx)?;
    let port = listener.port.known()?.copied().unwrap_or_default();
    let (id, name) = (&link.facts.vpc_link_id, &lb.facts.load_balancer_name);
    // A link that may not send to one listener may well send to another.
    let subject = Subject::of(&link.facts, &link.scope).with(format!("{name} port {port}"));
    leg.judge(ctx, egress, |whole| match whole {
        true => {
            let says = format!("the security groups of VPC link {id} let nothing out to {name} on port {port}");
            Fault::new("blocked", subject, says)
        }
        false => {
            let says =
                format!("the security groups of VPC link {id} let only some connections out to {name} on port {port}");
            Fault::new("partly-blocked", subject, says).when("they go to a load balancer node that is blocked")
        }
    })
}
