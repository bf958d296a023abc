//! Load balancers with their listeners and rules.

use super::fields::Fields;
use super::rest::add;
use super::targets::{CROSS_ZONE, attribute};
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::elb::{
    Action, AvailabilityZone, ForwardConfig, Listener, LoadBalancer, LoadBalancerScheme, LoadBalancerType, Rule,
    TargetGroupTuple,
};
use crate::model::{Gap, Seen, Text};

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let balancers = stack.of("AWS::ElasticLoadBalancingV2::LoadBalancer").map(|it| balancer(stack, it));
    into.shared.load_balancers.extend(balancers.map(|facts| Held { scope: stack.scope.clone(), facts }));
    into.listeners.extend(stack.of("AWS::ElasticLoadBalancingV2::Listener").map(|it| listener(stack, it)));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    for declared in stack.of("AWS::ElasticLoadBalancingV2::ListenerRule") {
        rule(stack, declared, &mut of.listeners);
    }
    if let Some(gap) = stack.unseen.any() {
        let any = Rule { actions: Seen::Unknown(gap.clone()), ..Rule::default() };
        of.listeners.iter_mut().for_each(|listener| add(&mut listener.rules, any.clone(), &None));
        // One of which nothing is known, not even whose it is.
        of.listeners.push(Listener {
            load_balancer_arn: Seen::Unknown(gap.clone()),
            port: Seen::Unknown(gap.clone()),
            ..Listener::default()
        });
    }
}

/// Every listener with its load balancer. Where it is not known whose one is, it may be anyone's.
pub(super) fn finish(facts: &mut Facts) {
    let listeners = std::mem::take(&mut facts.listeners);
    for balancer in facts.shared.load_balancers.iter_mut().map(|held| &mut held.facts) {
        for listener in &listeners {
            match &listener.load_balancer_arn {
                Seen::Set(arn) if *arn == balancer.load_balancer_arn => {
                    add(&mut balancer.listeners, listener.clone(), &None);
                }
                Seen::Unknown(gap) => {
                    let any = Listener { port: Seen::Unknown(gap.clone()), ..listener.clone() };
                    add(&mut balancer.listeners, any, &None);
                }
                _ => {}
            }
        }
    }
}

fn balancer(stack: &Stack<'_>, declared: &Declared) -> LoadBalancer {
    const ENFORCE: &str = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let fields = stack.fields(declared, &declared.reference);
    let zone = |subnet_id| AvailabilityZone { zone_name: Seen::Unset, subnet_id };
    let mapped = |all: Vec<Fields<'_>>| all.iter().map(|one| zone(one.text("SubnetId", "SubnetId"))).collect();
    let zones = match fields.texts("Subnets", "AvailabilityZones") {
        Seen::Unset => fields.objects("SubnetMappings", "AvailabilityZones").map(mapped),
        subnets => subnets.map(|ids| ids.into_iter().map(|id| zone(Seen::Set(id))).collect()),
    };
    let kind = or(fields.word("Type", "Type"), LoadBalancerType::Application);
    let crossing = attribute(&fields, "LoadBalancerAttributes", CROSS_ZONE, "LoadBalancingCrossZoneEnabled");
    LoadBalancer {
        load_balancer_arn: declared.reference.clone(),
        load_balancer_name: stack.attribute(declared, "LoadBalancerName"),
        dns_name: Seen::Set(stack.attribute(declared, "DNSName")),
        scheme: or(fields.word("Scheme", "Scheme"), LoadBalancerScheme::InternetFacing),
        vpc_id: Seen::Unset,
        state: Seen::Unset,
        load_balancing_cross_zone_enabled: match kind {
            Seen::Set(LoadBalancerType::Network) => or(crossing, "false".into()),
            _ => crossing,
        },
        kind,
        availability_zones: zones,
        security_groups: fields.texts("SecurityGroups", "SecurityGroups"),
        ip_address_type: or(fields.text("IpAddressType", "IpAddressType"), "ipv4".into()),
        enforce_security_group_inbound_rules_on_private_link_traffic: fields.text(ENFORCE, ENFORCE),
        listeners: Seen::Set(Vec::new()),
    }
}

pub(super) fn or<T>(said: Seen<T>, default: T) -> Seen<T> {
    if said.is_unset() { Seen::Set(default) } else { said }
}

fn listener(stack: &Stack<'_>, declared: &Declared) -> Listener {
    let fields = stack.fields(declared, &declared.reference);
    let load_balancer_arn = fields.text("LoadBalancerArn", "LoadBalancerArn");
    if let Seen::Set(arn) = &load_balancer_arn {
        stack.ledger.note(&arn.label(), "/Listeners", declared.at);
    }
    let default_actions = actions(&fields, "DefaultActions");
    // DescribeRules shows the default action as a rule too.
    let default = Rule {
        rule_arn: format!("{}/default", declared.reference.label()).into(),
        priority: Seen::Set("default".into()),
        is_default: Seen::Set(true),
        actions: default_actions.clone(),
    };
    let port = fields.int("Port", "Port");
    Listener {
        listener_arn: declared.reference.clone(),
        load_balancer_arn,
        port: declared.undecided.clone().map_or(port, Seen::Unknown),
        protocol: fields.text("Protocol", "Protocol"),
        default_actions,
        rules: Seen::Set(vec![default]),
    }
}

fn actions(fields: &Fields<'_>, property: &str) -> Seen<Vec<Action>> {
    let tuple = |one: &Fields<'_>| TargetGroupTuple {
        target_group_arn: one.text("TargetGroupArn", "TargetGroupArn"),
        weight: one.int("Weight", "Weight"),
    };
    let tuples = |all: Vec<Fields<'_>>| all.iter().map(tuple).collect::<Vec<_>>();
    let action = |one: &Fields<'_>| Action {
        kind: one.word("Type", "Type"),
        target_group_arn: one.text("TargetGroupArn", "TargetGroupArn"),
        forward_config: one
            .object("ForwardConfig", "ForwardConfig")
            .map(|it| ForwardConfig { target_groups: it.objects("TargetGroups", "TargetGroups").map(tuples) }),
    };
    fields.objects(property, property).map(|all| all.iter().map(action).collect())
}

fn rule(stack: &Stack<'_>, declared: &Declared, listeners: &mut [Listener]) {
    let fields = stack.fields(declared, &declared.reference);
    let rule = Rule {
        rule_arn: declared.reference.label().into(),
        priority: fields.text("Priority", "Priority"),
        is_default: Seen::Set(false),
        actions: actions(&fields, "Actions"),
    };
    let maybe = |gap: &Gap| Rule { actions: Seen::Unknown(gap.clone()), ..rule.clone() };
    let of: Seen<Text> = fields.text("ListenerArn", "ListenerArn");
    for listener in listeners {
        let rule = match (&of, &declared.undecided) {
            (Seen::Set(arn), None) if *arn == listener.listener_arn => rule.clone(),
            (Seen::Set(arn), Some(gap)) if *arn == listener.listener_arn => maybe(gap),
            (Seen::Unknown(gap), _) => maybe(gap),
            _ => continue,
        };
        add(&mut listener.rules, rule, &None);
    }
}
