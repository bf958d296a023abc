//! Load balancers: elasticloadbalancingv2 2015-12-01.

use super::{Seen, Str, Text, aws_enum, facts};

aws_enum! {
    pub enum LoadBalancerType { Application = "application", Network = "network", Gateway = "gateway", }
    pub enum LoadBalancerScheme { Internal = "internal", InternetFacing = "internet-facing", }
    pub enum LoadBalancerState {
        Active = "active",
        Provisioning = "provisioning",
        ActiveImpaired = "active_impaired",
        Failed = "failed",
    }
    pub enum TargetType { Instance = "instance", Ip = "ip", Lambda = "lambda", Alb = "alb", }
    pub enum TargetState {
        Initial = "initial",
        Healthy = "healthy",
        Unhealthy = "unhealthy",
        UnhealthyDraining = "unhealthy.draining",
        Unused = "unused",
        Draining = "draining",
        Unavailable = "unavailable",
    }
    pub enum ActionType {
        Forward = "forward",
        FixedResponse = "fixed-response",
        Redirect = "redirect",
        AuthenticateOidc = "authenticate-oidc",
        AuthenticateCognito = "authenticate-cognito",
    }
}

facts! { "PascalCase";
    pub struct LoadBalancer {
        pub load_balancer_arn: Text,
        pub load_balancer_name: Text,
        #[serde(rename = "DNSName")]
        pub dns_name: Seen<Text>,
        pub scheme: Seen<LoadBalancerScheme>,
        pub vpc_id: Seen<Text>,
        pub state: Seen<State>,
        #[serde(rename = "Type")]
        pub kind: Seen<LoadBalancerType>,
        pub availability_zones: Seen<Vec<AvailabilityZone>>,
        /// Unset or empty on a network load balancer: it lets everything in.
        pub security_groups: Seen<Vec<Text>>,
        pub ip_address_type: Seen<Text>,
        /// `on` or `off`; only for network load balancers with security groups.
        pub enforce_security_group_inbound_rules_on_private_link_traffic: Seen<Text>,
        /// From DescribeLoadBalancerAttributes, network load balancers only:
        /// `load_balancing.cross_zone.enabled`, `true` or `false`.
        pub load_balancing_cross_zone_enabled: Seen<Text>,
        /// From DescribeListeners: a collection of its own, read to its end.
        pub listeners: Seen<Vec<Listener>>,
    }

    pub struct State {
        pub code: Seen<LoadBalancerState>,
        pub reason: Seen<Text>,
    }

    pub struct AvailabilityZone {
        pub zone_name: Seen<Text>,
        pub subnet_id: Seen<Text>,
    }

    pub struct Listener {
        pub listener_arn: Text,
        pub load_balancer_arn: Seen<Text>,
        pub port: Seen<i64>,
        pub protocol: Seen<Text>,
        pub default_actions: Seen<Vec<Action>>,
        /// From DescribeRules, application load balancers only; the default rule is one of them.
        pub rules: Seen<Vec<Rule>>,
    }

    pub struct Rule {
        pub rule_arn: Str,
        /// A number, or `default`.
        pub priority: Seen<Text>,
        pub is_default: Seen<bool>,
        pub actions: Seen<Vec<Action>>,
    }

    pub struct Action {
        #[serde(rename = "Type")]
        pub kind: Seen<ActionType>,
        pub target_group_arn: Seen<Text>,
        pub forward_config: Seen<ForwardConfig>,
    }

    pub struct ForwardConfig {
        pub target_groups: Seen<Vec<TargetGroupTuple>>,
    }

    pub struct TargetGroupTuple {
        pub target_group_arn: Seen<Text>,
        /// 0 to 999.
        pub weight: Seen<i64>,
    }

    pub struct TargetGroup {
        pub target_group_arn: Text,
        pub target_group_name: Text,
        pub protocol: Seen<Text>,
        pub port: Seen<i64>,
        pub vpc_id: Seen<Text>,
        pub target_type: Seen<TargetType>,
        /// `ipv4` or `ipv6`: the family in which targets are reached.
        pub ip_address_type: Seen<Text>,
        /// `traffic-port` or a number.
        pub health_check_port: Seen<Text>,
        pub health_check_protocol: Seen<Text>,
        pub load_balancer_arns: Seen<Vec<Text>>,
        /// From DescribeTargetHealth: a collection of its own.
        pub targets: Seen<Vec<TargetHealthDescription>>,
        /// From DescribeTargetGroupAttributes, network load balancers only:
        /// `preserve_client_ip.enabled`.
        pub preserve_client_ip: Seen<bool>,
        /// From there too, `load_balancing.cross_zone.enabled`: `true`, `false` or
        /// `use_load_balancer_configuration`.
        pub load_balancing_cross_zone_enabled: Seen<Text>,
    }

    pub struct TargetHealthDescription {
        pub target: TargetDescription,
        pub health_check_port: Seen<Text>,
        pub target_health: TargetHealth,
    }
}

facts! { "PascalCase";
    pub struct TargetDescription {
        /// An instance id, an IP address, a Lambda or load balancer ARN.
        pub id: Str,
        pub port: Seen<i64>,
        pub availability_zone: Seen<Text>,
    }

    pub struct TargetHealth {
        pub state: Seen<TargetState>,
        pub reason: Seen<Text>,
        pub description: Seen<Text>,
    }
}

impl super::Blank for TargetDescription {
    fn is_blank(&self) -> bool {
        false
    }
}

impl super::Blank for TargetHealth {
    fn is_blank(&self) -> bool {
        self.state.is_unset()
    }
}
