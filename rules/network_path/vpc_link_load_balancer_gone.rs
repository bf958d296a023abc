use super::{CREATE_V1, NO_BALANCER};
use crate::capture::Held;
use crate::follow::{Ctx, Field, NetworkPathHop, View, VpcLink};
use crate::graph::Link;
use crate::model::elb::{LoadBalancerState, LoadBalancerType};
use crate::model::{Evidence, Gap, Kind, Place, Ref, Subject, elb};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Reach, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-load-balancer-gone",
    covers: &["R-J4", "R-J13", "V-C13"],
    check: Check::NetworkPath(check),
    symptoms: NO_BALANCER,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2, Kind::LoadBalancer],
    page: include_str!("vpc_link_load_balancer_gone.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    match hop.find_balancer(ctx)? {
        Link::To(id) => {
            let lb = ctx.graph.get(id);
            all([kind(hop, ctx, lb), state(hop, lb)])
        }
        Link::Dangling { of, proof } => Err(gone(hop, ctx, &of, proof).into()),
        Link::Unknown(gap) => Err(gap.into()),
    }
}

fn gone(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, of: &Ref, proof: String) -> Fault {
    let id = of.id.to_string();
    let name = id.rsplit('/').nth(1).unwrap_or(&id).to_owned();
    let missing = Evidence::missing(format!("load balancer {id}"), proof);
    if let Ok(VpcLink::V1(link)) = hop.link(ctx) {
        let it = &link.facts;
        let subject = Subject::of(it, &link.scope);
        return Fault::new(
            "v1-target-gone",
            subject,
            format!("the load balancer {name} of VPC link {} is gone", it.id),
        )
        .because([Evidence::read(Place::of(it, "/targetArns/0"), "the link leads here"), missing])
        .help("Create a VPC link on a network load balancer that exists, give its id to the integrations, and deploy.")
        .cli(CREATE_V1);
    }
    let subject = Subject { name: Some(name.clone()), ..Subject::named("load balancer", id, &of.scope) };
    Fault::new("gone", subject, format!("load balancer {name} is gone"))
        .because([Evidence::read(hop.call.place(Field::Target), "the integration leads here"), missing])
        .help("Create the load balancer again, let the integrations name the new one, and deploy.")
        .cli(&[
            "aws",
            "elbv2",
            "create-load-balancer",
            "--name",
            "NAME",
            "--type",
            "TYPE",
            "--scheme",
            "internal",
            "--subnets",
            "SUBNETS",
        ])
        .cloudformation("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .terraform("aws_lb")
}

fn kind(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>, lb: &Held<elb::LoadBalancer>) -> Verdict {
    let it = &lb.facts;
    let v1 = matches!(hop.link(ctx), Ok(VpcLink::V1(_)));
    let kind = it.kind.known()?.ok_or_else(|| Gap::not_readable(format!("the type of {}", it.load_balancer_name)))?;
    let takes = if v1 {
        "VPC links of version 1 lead to network load balancers only"
    } else {
        "VPC links do not lead to gateway load balancers"
    };
    match kind {
        LoadBalancerType::Network => passes("the load balancer is a network load balancer"),
        LoadBalancerType::Application if !v1 => passes("the load balancer is an application load balancer"),
        LoadBalancerType::Other(kind) => Err(Gap::not_modelled(format!("a load balancer of type {kind}")).into()),
        LoadBalancerType::Application | LoadBalancerType::Gateway => {
            let says = format!("{} is of type {kind}: {takes}", it.load_balancer_name);
            Err(Fault::new("type", Subject::of(it, &lb.scope), says)
                .because([Evidence::read(Place::of(it, "/Type"), takes)])
                .help("Put a network load balancer in front, or use a VPC link of version 2 if this is an application load balancer.")
                .into())
        }
    }
}

fn state(hop: &NetworkPathHop<'_>, lb: &Held<elb::LoadBalancer>) -> Verdict {
    let (it, name) = (&lb.facts, &lb.facts.load_balancer_name);
    let unread = Gap::not_readable(format!("the state of {name}"));
    let Some(code) = it.state.known()?.and_then(|state| state.code.known().transpose()).transpose()? else {
        let planned = hop.call.serving.view == View::Planned;
        return if planned { passes("the load balancer is made by the template") } else { Err(unread.into()) };
    };
    let fault = |reason, says: String| {
        let evidence = Evidence::read(Place::of(it, "/State/Code"), "the state that AWS reports for the load balancer");
        Fault::new(reason, Subject::of(it, &lb.scope), says).because([evidence])
    };
    Err(match code {
        LoadBalancerState::Active => return passes(format!("load balancer {name} is active")),
        LoadBalancerState::Failed => fault("failed", format!("load balancer {name} could not be set up"))
            .help("Create the load balancer again.")
            .into(),
        LoadBalancerState::Provisioning => fault("provisioning", format!("load balancer {name} is still being set up"))
            .when("they come before it is active")
            .help("Wait until the load balancer is active.")
            .into(),
        LoadBalancerState::ActiveImpaired => {
            fault("impaired", format!("load balancer {name} cannot grow as it needs to"))
                .reach(Reach::UnderLoad)
                .help("Give its subnets free addresses.")
                .into()
        }
        LoadBalancerState::Other(code) => Gap::not_modelled(format!("a load balancer whose state is {code}")).into(),
    })
}
