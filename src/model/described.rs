//! How each resource is called.

use super::{Described, Str, Text, ec2, elb, iam, lambda, rest, v2};
use std::collections::BTreeMap;

macro_rules! described {
    ($($type:ty: $noun:literal, $id:expr, $name:expr $(, $tags:expr)?;)+) => {$(
        impl Described for $type {
            fn noun(&self) -> &'static str { $noun }
            fn id(&self) -> String {
                let id: fn(&$type) -> String = $id;
                id(self)
            }
            fn name(&self) -> Option<String> {
                let name: fn(&$type) -> Option<Text> = $name;
                name(self).map(|name| name.called())
            }
            fn is_named(&self) -> bool {
                let name: fn(&$type) -> Option<Text> = $name;
                name(self).is_some_and(|name| name.lit().is_some())
            }
            $(fn tags(&self) -> BTreeMap<Str, Str> {
                let tags: fn(&$type) -> BTreeMap<Str, Str> = $tags;
                tags(self)
            })?
        }
    )+};
}

fn text(text: &super::Seen<Text>) -> Option<Text> {
    text.set().cloned()
}

described! {
    rest::RestApi: "REST API", |api| api.id.label(), |api| text(&api.name), |api| api.tags.clone();
    rest::Stage: "stage", |stage| stage.stage_name.label(), |stage| Some(stage.stage_name.label().into()), |stage| stage.tags.clone();
    rest::Authorizer: "authorizer", |it| it.id.label(), |it| text(&it.name);
    rest::VpcLink: "VPC link", |link| link.id.label(), |link| text(&link.name), |link| link.tags.clone();
    v2::Api: "API", |api| api.api_id.label(), |api| text(&api.name), |api| api.tags.clone();
    v2::Stage: "stage", |stage| stage.stage_name.label(), |stage| Some(stage.stage_name.label().into()), |stage| stage.tags.clone();
    v2::Authorizer: "authorizer", |it| it.authorizer_id.label(), |it| text(&it.name);
    v2::VpcLink: "VPC link", |link| link.vpc_link_id.label(), |link| text(&link.name), |link| link.tags.clone();
    lambda::Function: "Lambda function", |it| it.function_arn.label(), |it| Some(super::refs::qualified(&it.function_name, it.qualifier.as_ref()));
    iam::Role: "role", |role| role.arn.label(), |role| Some(role.role_name.clone()), |role| role.tags.clone();
    iam::ManagedPolicy: "managed policy", |it| it.arn.label(), |it| Some(Text::from(&it.policy_name));
    elb::LoadBalancer: "load balancer", |lb| lb.load_balancer_arn.label(), |lb| Some(lb.load_balancer_name.clone());
    elb::Listener: "listener", |it| it.listener_arn.label(), |it| it.port.set().map(|port| port.to_string().into());
    elb::TargetGroup: "target group", |it| it.target_group_arn.label(), |it| Some(it.target_group_name.clone());
    ec2::SecurityGroup: "security group", |it| it.group_id.label(), |it| text(&it.group_name), |it| it.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    ec2::NetworkInterface: "network interface", |it| it.network_interface_id.to_string(), |_| None;
    ec2::NetworkAcl: "network ACL", |it| it.network_acl_id.label(), |_| None;
    ec2::RouteTable: "route table", |it| it.route_table_id.label(), |_| None;
    ec2::Subnet: "subnet", |it| it.subnet_id.label(), |_| None;
}
