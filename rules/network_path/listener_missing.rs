use super::NO_BALANCER;
use crate::capture::Held;
use crate::follow::{By, Ctx, Field, FoundListener, NetworkPathHop};
use crate::model::elb::{Listener, LoadBalancer};
use crate::model::refs::Backend;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Kind, Place, Seen, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "listener-missing",
    covers: &["R-J6", "V-C14"],
    check: Check::NetworkPath(check),
    symptoms: NO_BALANCER,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2, Kind::LoadBalancer],
    page: include_str!("listener_missing.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    judged(hop)?;
    match hop.find_listener(ctx)? {
        FoundListener::Listener(_, listener) if unusual(listener) => Err(Gap::not_modelled(format!(
            "a listener of protocol {}",
            listener.protocol.set().cloned().unwrap_or_default()
        ))
        .into()),
        FoundListener::Listener(_, listener) => passes(format!("listener {} exists", listener.listener_arn)),
        FoundListener::Missing { of: lb, what, by } => {
            let it = &lb.facts;
            let help = if by == Field::Uri {
                "Add a listener on this port, or write the port of one that exists into the integration's URI and deploy."
            } else {
                "A listener that is made again has a new ARN: give it to the integrations and deploy."
            };
            let says = format!("load balancer {} has no {what}", it.load_balancer_name);
            Err(Fault::new("missing", Subject::of(it, &lb.scope).with(listener_of(hop)), says)
                .decided_by(what.clone())
                .because([
                    Evidence::read(hop.call.place(by), "the integration leads here"),
                    Evidence::read(Place::of(it, "/Listeners"), "these are all listeners of the load balancer"),
                    Evidence::missing(what, format!("it has {}, and no more", listed(&it.listeners))),
                ])
                .help(help)
                .cli(&mend(hop, lb).iter().map(String::as_str).collect::<Vec<_>>())
                .cloudformation("AWS::ElasticLoadBalancingV2::Listener")
                .terraform("aws_lb_listener")
                .into())
        }
    }
}

/// Every private integration is asked about here, so what no rule of the path can judge
/// is called unknown here, once.
fn judged(hop: &NetworkPathHop<'_>) -> Result<(), Gap> {
    let unread = |what: &str| Gap::not_modelled(format!("a private integration {what}"));
    match (hop.call.protocol(), &hop.call.backend) {
        (_, Some(Backend::CloudMap(_))) => Err(unread("with a Cloud Map service")),
        (Protocol::Http, Some(Backend::Listener(_))) | (_, Some(Backend::Unknown(_))) => Ok(()),
        (Protocol::Rest | Protocol::WebSocket, Some(Backend::Http { .. })) => Ok(()),
        (_, None) => Err(unread("without a URI")),
        _ => Err(unread("whose URI names no load balancer")),
    }
}

/// What tells one missing listener from another without an id that AWS makes.
fn listener_of(hop: &NetworkPathHop<'_>) -> String {
    match &hop.call.backend {
        Some(Backend::Http { port, .. }) => format!("listener on port {port}"),
        _ => "listener".into(),
    }
}

/// A listener that takes no TCP connection.
fn unusual(listener: &Listener) -> bool {
    let protocol = listener.protocol.set().and_then(|protocol| protocol.lit());
    matches!(protocol, Some("UDP" | "QUIC" | "TCP_QUIC" | "GENEVE"))
}

/// The listeners that there are, as one would choose among them.
fn listed(listeners: &Seen<Vec<Listener>>) -> String {
    let one = |it: &Listener| {
        let protocol = it.protocol.set().map_or_else(String::new, |protocol| format!("{protocol} "));
        let port = it.port.set().map_or_else(String::new, i64::to_string);
        format!("{protocol}{port} ({})", it.listener_arn)
    };
    let listed: Vec<String> = listeners.set().into_iter().flatten().map(one).collect();
    if listed.is_empty() { "no listener".into() } else { listed.join(", ") }
}

/// An HTTP API names its listener; the others find it by its port.
fn mend(hop: &NetworkPathHop<'_>, lb: &Held<LoadBalancer>) -> Vec<String> {
    let (api, arn) = (hop.call.api().id().to_string(), lb.facts.load_balancer_arn.to_string());
    let integration;
    let words: Vec<&str> = match hop.call.by {
        By::V2(it) if hop.call.protocol() == Protocol::Http => {
            integration = it.integration_id.to_string();
            vec![
                "apigatewayv2",
                "update-integration",
                "--api-id",
                &api,
                "--integration-id",
                &integration,
                "--integration-uri",
                "LISTENER_ARN",
            ]
        }
        _ => vec![
            "elbv2",
            "create-listener",
            "--load-balancer-arn",
            &arn,
            "--protocol",
            "TCP",
            "--port",
            "PORT",
            "--default-actions",
            "Type=forward,TargetGroupArn=TARGET_GROUP_ARN",
        ],
    };
    std::iter::once("aws").chain(words).map(str::to_owned).collect()
}
