use super::UNREACHABLE;
use crate::analysis::net::ingress;
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Kind, Subject, v2};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict};

pub(super) static RULE: Rule = Rule {
    id: "load-balancer-ingress-blocked",
    covers: &["V-C9", "R-J14"],
    check: Check::NetworkPath(check),
    symptoms: UNREACHABLE,
    needs: &[Kind::VpcLinkV2, Kind::LoadBalancer, Kind::NetworkInterface, Kind::SecurityGroup, Kind::Subnet],
    page: include_str!("load_balancer_ingress_blocked.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let (link, leg) = hop.first_leg(ctx)?;
    let (lb, listener) = hop.listener(ctx)?;
    let port = listener.port.known()?.copied().unwrap_or_default();
    let (id, name) = (&link.facts.vpc_link_id, &lb.facts.load_balancer_name);
    let subject = Subject::of(&lb.facts, &lb.scope).with(format!("port {port} from {}", link_name(&link.facts)));
    leg.judge(ctx, ingress, |whole| match whole {
        true => {
            let says = format!("the security groups of {name} let nothing in from VPC link {id} on port {port}");
            Fault::new("blocked", subject, says)
        }
        false => {
            let says =
                format!("the security groups of {name} let VPC link {id} in on port {port} from some addresses only");
            Fault::new("partly-blocked", subject, says).when("they come from a link interface that is not let in")
        }
    })
}

/// What of the link survives its being made again.
fn link_name(link: &v2::VpcLink) -> String {
    link.name.set().map_or_else(|| link.vpc_link_id.to_string(), ToString::to_string)
}
