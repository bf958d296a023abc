//! Load balancers: elasticloadbalancingv2 2015-12-01.

use super::facts::{id, list, number, text, texts, word};
use super::session::{Refusal, Region, Session, pages};
use crate::model::{Seen, Text, elb};
use crate::source::calls::Call;
use aws_sdk_elasticloadbalancingv2::types as sdk;
use futures_util::future;
use std::collections::BTreeMap;

/// The most ARNs that DescribeLoadBalancers takes; a listing's page holds up to 400.
pub(super) const BATCH: usize = 20;
const PAGE: i32 = 400;
const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// What a load balancer or a target group is set to, by key.
type Attributes = Seen<BTreeMap<String, String>>;

/// Balancers by ARN with their listeners and rules. One that does not exist fails all.
pub(super) async fn load_balancers(
    session: &Session,
    region: &Region,
    arns: Vec<String>,
) -> Result<Vec<elb::LoadBalancer>, Refusal> {
    let on = if arns.len() == 1 { arns[0].clone() } else { "*".into() };
    let request = region.elb.describe_load_balancers().set_load_balancer_arns(Some(arns));
    let found = pages(Call::DescribeLoadBalancers, async |marker| {
        let request = request.clone().set_marker(marker);
        let page = session.call(region, Call::DescribeLoadBalancers, &on, || request.clone().send()).await?;
        Ok((page.load_balancers.unwrap_or_default(), page.next_marker))
    })
    .await?;
    let balancers = found.into_iter().map(|found| async {
        let mut balancer = load_balancer(found);
        let of_balancer = async {
            if crosses_by_choice(&balancer) { crossing(session, region, &balancer).await } else { Seen::Unset }
        };
        let (listeners, crossing) = future::join(listeners(session, region, &balancer), of_balancer).await;
        balancer.listeners = listeners;
        balancer.load_balancing_cross_zone_enabled = crossing;
        balancer
    });
    Ok(future::join_all(balancers).await)
}

async fn crossing(session: &Session, region: &Region, of: &elb::LoadBalancer) -> Seen<Text> {
    let arn = of.load_balancer_arn.to_string();
    let request = region.elb.describe_load_balancer_attributes().load_balancer_arn(&arn);
    let answer = session.call(region, Call::DescribeLoadBalancerAttributes, &arn, || request.clone().send()).await;
    let all = answer.map(|answer| answer.attributes.unwrap_or_default().into_iter().map(|it| (it.key, it.value)));
    attribute(&by_key(all), CROSS_ZONE)
}

async fn listeners(session: &Session, region: &Region, of: &elb::LoadBalancer) -> Seen<Vec<elb::Listener>> {
    let arn = of.load_balancer_arn.to_string();
    let found = pages(Call::DescribeListeners, async |marker| {
        let request = region.elb.describe_listeners().load_balancer_arn(&arn);
        let request = request.page_size(PAGE).set_marker(marker);
        let page = session.call(region, Call::DescribeListeners, &arn, || request.clone().send()).await?;
        Ok((page.listeners.unwrap_or_default(), page.next_marker))
    })
    .await;
    let mut found = match found {
        Ok(found) => found,
        Err(refusal) => return Seen::Unknown(refusal.gap()),
    };
    found.sort_by(|a, b| a.listener_arn.cmp(&b.listener_arn));
    let has_rules = of.kind.set() == Some(&elb::LoadBalancerType::Application);
    let listeners = found.into_iter().map(|found| async {
        let mut listener = listener(found);
        if has_rules {
            listener.rules = rules(session, region, &listener.listener_arn.to_string()).await;
        }
        listener
    });
    Seen::Set(future::join_all(listeners).await)
}

async fn rules(session: &Session, region: &Region, listener: &str) -> Seen<Vec<elb::Rule>> {
    let rules = pages(Call::DescribeRules, async |marker| {
        let request = region.elb.describe_rules().listener_arn(listener).page_size(PAGE).set_marker(marker);
        let page = session.call(region, Call::DescribeRules, listener, || request.clone().send()).await?;
        Ok((page.rules.unwrap_or_default().into_iter().map(rule).collect::<Vec<_>>(), page.next_marker))
    })
    .await;
    super::apigateway::sorted(rules, |rule: &elb::Rule| rule.rule_arn.clone())
}

/// Target groups by ARN with their targets. One that does not exist fails all.
pub(super) async fn target_groups(
    session: &Session,
    region: &Region,
    arns: Vec<String>,
) -> Result<Vec<elb::TargetGroup>, Refusal> {
    let on = if arns.len() == 1 { arns[0].clone() } else { "*".into() };
    let request = region.elb.describe_target_groups().set_target_group_arns(Some(arns));
    let found = pages(Call::DescribeTargetGroups, async |marker| {
        let request = request.clone().set_marker(marker);
        let page = session.call(region, Call::DescribeTargetGroups, &on, || request.clone().send()).await?;
        Ok((page.target_groups.unwrap_or_default(), page.next_marker))
    })
    .await?;
    let groups = found.into_iter().map(|found| async {
        let mut group = target_group(found);
        let arn = group.target_group_arn.to_string();
        let asked =
            async { if has_attributes(&group) { attributes(session, region, &arn).await } else { Seen::Unset } };
        let (targets, attributes) = future::join(targets(session, region, &arn), asked).await;
        group.targets = targets;
        let preserves = attribute(&attributes, "preserve_client_ip.enabled");
        group.preserve_client_ip = preserves.map(|value| value.lit() == Some("true"));
        group.load_balancing_cross_zone_enabled = attribute(&attributes, CROSS_ZONE);
        group
    });
    Ok(future::join_all(groups).await)
}

/// Not paged: all targets come at once.
async fn targets(session: &Session, region: &Region, group: &str) -> Seen<Vec<elb::TargetHealthDescription>> {
    let request = region.elb.describe_target_health().target_group_arn(group);
    let answer = session.call(region, Call::DescribeTargetHealth, group, || request.clone().send()).await;
    let targets = answer.map(|answer| {
        answer.target_health_descriptions.unwrap_or_default().into_iter().map(target).collect::<Vec<_>>()
    });
    super::apigateway::sorted(targets, |it: &elb::TargetHealthDescription| {
        (it.target.id.clone(), it.target.port.set().copied())
    })
}

async fn attributes(session: &Session, region: &Region, group: &str) -> Attributes {
    let request = region.elb.describe_target_group_attributes().target_group_arn(group);
    let answer = session.call(region, Call::DescribeTargetGroupAttributes, group, || request.clone().send()).await;
    by_key(answer.map(|answer| answer.attributes.unwrap_or_default().into_iter().map(|it| (it.key, it.value))))
}

fn by_key(all: Result<impl Iterator<Item = (Option<String>, Option<String>)>, Refusal>) -> Attributes {
    match all {
        Ok(all) => Seen::Set(all.filter_map(|(key, value)| key.zip(value)).collect()),
        Err(refusal) => Seen::Unknown(refusal.gap()),
    }
}

fn attribute(all: &Attributes, key: &str) -> Seen<Text> {
    match all {
        Seen::Set(all) => all.get(key).map(|value| Text::from(value.as_str())).into(),
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    }
}

/// An application load balancer always sends to the targets of all zones, unless their group says otherwise.
fn crosses_by_choice(balancer: &elb::LoadBalancer) -> bool {
    balancer.kind.set() == Some(&elb::LoadBalancerType::Network)
}

/// Of a function's group, which has no protocol, and of a gateway balancer's none counts.
fn has_attributes(group: &elb::TargetGroup) -> bool {
    let protocol = group.protocol.set().and_then(|protocol| protocol.lit());
    protocol.is_some_and(|protocol| protocol != "GENEVE")
}

fn load_balancer(lb: sdk::LoadBalancer) -> elb::LoadBalancer {
    elb::LoadBalancer {
        load_balancer_arn: id(lb.load_balancer_arn),
        load_balancer_name: id(lb.load_balancer_name),
        dns_name: text(lb.dns_name),
        scheme: word(lb.scheme.as_ref().map(sdk::LoadBalancerSchemeEnum::as_str)),
        vpc_id: text(lb.vpc_id),
        state: lb
            .state
            .map(|state| elb::State {
                code: word(state.code.as_ref().map(sdk::LoadBalancerStateEnum::as_str)),
                reason: text(state.reason),
            })
            .into(),
        kind: word(lb.r#type.as_ref().map(sdk::LoadBalancerTypeEnum::as_str)),
        availability_zones: list(lb.availability_zones, |zone| elb::AvailabilityZone {
            zone_name: text(zone.zone_name),
            subnet_id: text(zone.subnet_id),
        }),
        security_groups: texts(lb.security_groups),
        ip_address_type: text(lb.ip_address_type.map(|kind| kind.as_str().to_owned())),
        enforce_security_group_inbound_rules_on_private_link_traffic: text(
            lb.enforce_security_group_inbound_rules_on_private_link_traffic,
        ),
        load_balancing_cross_zone_enabled: Seen::Unset,
        listeners: Seen::Unset,
    }
}

fn listener(listener: sdk::Listener) -> elb::Listener {
    elb::Listener {
        listener_arn: id(listener.listener_arn),
        load_balancer_arn: text(listener.load_balancer_arn),
        port: number(listener.port),
        protocol: text(listener.protocol.map(|protocol| protocol.as_str().to_owned())),
        default_actions: list(listener.default_actions, action),
        rules: Seen::Unset,
    }
}

fn rule(rule: sdk::Rule) -> elb::Rule {
    elb::Rule {
        rule_arn: id(rule.rule_arn),
        priority: text(rule.priority),
        is_default: rule.is_default.into(),
        actions: list(rule.actions, action),
    }
}

fn action(action: sdk::Action) -> elb::Action {
    elb::Action {
        kind: word(action.r#type.as_ref().map(sdk::ActionTypeEnum::as_str)),
        target_group_arn: text(action.target_group_arn),
        forward_config: action
            .forward_config
            .map(|config| elb::ForwardConfig {
                target_groups: list(config.target_groups, |group| elb::TargetGroupTuple {
                    target_group_arn: text(group.target_group_arn),
                    weight: number(group.weight),
                }),
            })
            .into(),
    }
}

fn target_group(group: sdk::TargetGroup) -> elb::TargetGroup {
    elb::TargetGroup {
        target_group_arn: id(group.target_group_arn),
        target_group_name: id(group.target_group_name),
        protocol: text(group.protocol.map(|protocol| protocol.as_str().to_owned())),
        port: number(group.port),
        vpc_id: text(group.vpc_id),
        target_type: word(group.target_type.as_ref().map(sdk::TargetTypeEnum::as_str)),
        ip_address_type: text(group.ip_address_type.map(|family| family.as_str().to_owned())),
        health_check_port: text(group.health_check_port),
        health_check_protocol: text(group.health_check_protocol.map(|protocol| protocol.as_str().to_owned())),
        load_balancer_arns: texts(group.load_balancer_arns),
        targets: Seen::Unset,
        preserve_client_ip: Seen::Unset,
        load_balancing_cross_zone_enabled: Seen::Unset,
    }
}

fn target(found: sdk::TargetHealthDescription) -> elb::TargetHealthDescription {
    let target = found.target;
    let (target_id, port, zone) =
        target.map(|target| (target.id, target.port, target.availability_zone)).unwrap_or_default();
    let health = found.target_health;
    elb::TargetHealthDescription {
        target: elb::TargetDescription { id: id(target_id), port: number(port), availability_zone: text(zone) },
        health_check_port: text(found.health_check_port),
        target_health: elb::TargetHealth {
            state: word(health.as_ref().and_then(|it| it.state.as_ref()).map(sdk::TargetHealthStateEnum::as_str)),
            reason: text(health.as_ref().and_then(|it| it.reason.as_ref()).map(|reason| reason.as_str().to_owned())),
            description: text(health.and_then(|it| it.description)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_with_its_health() {
        let health = sdk::TargetHealth::builder()
            .state(sdk::TargetHealthStateEnum::UnhealthyDraining)
            .reason(sdk::TargetHealthReasonEnum::FailedHealthChecks)
            .build();
        let found = sdk::TargetHealthDescription::builder()
            .target(sdk::TargetDescription::builder().id("i-1").port(80).build())
            .target_health(health)
            .build();
        let found = target(found);
        assert_eq!(&*found.target.id, "i-1");
        assert_eq!(found.target_health.state, Seen::Set(elb::TargetState::UnhealthyDraining));
        assert_eq!(found.target_health.reason, Seen::Set("Target.FailedHealthChecks".into()));
    }

    #[test]
    fn which_groups_have_attributes_that_count() {
        let with = |protocol: sdk::ProtocolEnum| {
            has_attributes(&target_group(sdk::TargetGroup::builder().protocol(protocol).build()))
        };
        assert!(with(sdk::ProtocolEnum::Tcp) && with(sdk::ProtocolEnum::TcpUdp) && with(sdk::ProtocolEnum::Http));
        assert!(!with(sdk::ProtocolEnum::Geneve));
        assert!(!has_attributes(&target_group(sdk::TargetGroup::builder().build())));
    }

    #[test]
    fn an_attribute_by_its_key() {
        let one = |key: &str, value: Option<&str>| (Some(key.to_owned()), value.map(str::to_owned));
        let all = by_key(Ok([
            one("preserve_client_ip.enabled", Some("true")),
            one("stickiness.type", None),
            one("load_balancing.cross_zone.enabled", Some("use_load_balancer_configuration")),
        ]
        .into_iter()));
        assert_eq!(attribute(&all, CROSS_ZONE), Seen::Set("use_load_balancer_configuration".into()));
        assert_eq!(attribute(&all, "stickiness.type"), Seen::Unset);
        assert_eq!(attribute(&all, "stickiness.enabled"), Seen::Unset);
    }
}
