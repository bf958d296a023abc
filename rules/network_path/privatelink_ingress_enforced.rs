use super::UNREACHABLE;
use crate::analysis::net::{Admission, private_link};
use crate::follow::{Ctx, NetworkPathHop};
use crate::model::{Evidence, Kind, Place, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "privatelink-ingress-enforced",
    covers: &["R-J11", "V-C11"],
    check: Check::NetworkPath(check),
    symptoms: UNREACHABLE,
    needs: &[Kind::VpcLinkV1, Kind::LoadBalancer, Kind::SecurityGroup],
    page: include_str!("privatelink_ingress_enforced.md"),
};

const FIELD: &str = "/EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let (lb, front, port) = hop.privatelink(ctx)?;
    let (it, world) = (&lb.facts, ctx.graph.network(&lb.scope));
    let flag = &it.enforce_security_group_inbound_rules_on_private_link_traffic;
    let (proof, likely) = match private_link(&world, &front, flag, port) {
        Admission::Yes(proof) => return passes(proof.sentence()),
        Admission::Unknown(gaps) => return Err(gaps.into()),
        Admission::LikelyNot(proof) => (proof, true),
        Admission::No(proof) => (proof, false),
    };
    let name = &it.load_balancer_name;
    let subject = Subject::of(it, &lb.scope).with(format!("port {port}"));
    let fault = match likely {
        false => {
            let says = format!("{name} applies its inbound rules to VPC links and lets none of them in on port {port}");
            Fault::new("blocked", subject, says)
        }
        true => {
            let says =
                format!("{name} applies its inbound rules to VPC links and lets only some addresses in on port {port}");
            Fault::new("narrow", subject, says)
                .when("the addresses of API Gateway, which AWS does not document, are not among these")
        }
    };
    let groups: Vec<String> = it.security_groups.set().into_iter().flatten().map(ToString::to_string).collect();
    let arn = it.load_balancer_arn.to_string();
    let mut off = vec!["aws", "elbv2", "set-security-groups", "--load-balancer-arn", &arn];
    off.extend(["--enforce-security-group-inbound-rules-on-private-link-traffic", "off", "--security-groups"]);
    off.extend(groups.iter().map(String::as_str));
    let flag = Evidence::read(Place::of(it, FIELD), "unless this is off, inbound rules hold for VPC links too");
    Err(ctx
        .proven(fault.because([flag]), &lb.scope, &[&proof])
        .help("Turn the inbound rules off for PrivateLink traffic: no rule can name API Gateway's addresses.")
        .cli(&off)
        .cloudformation(
            "AWS::ElasticLoadBalancingV2::LoadBalancer EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: off",
        )
        .terraform("aws_lb.enforce_security_group_inbound_rules_on_private_link_traffic = \"off\"")
        .into())
}
