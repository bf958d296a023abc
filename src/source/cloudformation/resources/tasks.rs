//! Tasks of ECS services as targets: with a network configuration each has an interface of its own in one of the
//! service's subnets, and is registered by address with the port of its container. How many there are, and in which
//! of the subnets, only the account knows.
//!
//! Sources, under <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/>: `task-networking-awsvpc.html`,
//! `alb.html`.

use super::fields::Fields;
use super::targets::fill;
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::ec2::{Attachment, GroupIdentifier, NetworkInterface};
use crate::model::elb::{TargetDescription, TargetHealthDescription, TargetType};
use crate::model::{Gap, Seen, Text};

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    for declared in stack.of("AWS::ECS::Service") {
        let fields = stack.named(declared, declared.logical_id.to_string());
        match fields.objects("LoadBalancers", "LoadBalancers") {
            Seen::Set(all) => {
                let tasks = tasks(declared, &fields);
                all.iter().for_each(|one| register(stack, declared, one, tasks.as_deref(), of));
            }
            Seen::Unknown(gap) => fill(declared, &Seen::Unknown(gap), &mut of.shared.target_groups),
            Seen::Unset => {}
        }
    }
}

/// An interface in each of the service's subnets, where its tasks have their own. If nobody knows the subnets, one
/// stands for all: their security groups are the same.
fn tasks(declared: &Declared, fields: &Fields<'_>) -> Option<Vec<NetworkInterface>> {
    if declared.undecided.is_some()
        || !matches!(fields.int("DesiredCount", "DesiredCount"), Seen::Unset | Seen::Set(1..))
    {
        return None;
    }
    let network = fields.object("NetworkConfiguration", "NetworkConfiguration").set()?.clone();
    let network = network.object("AwsvpcConfiguration", "AwsvpcConfiguration").set()?.clone();
    let hidden = |what: &str| Gap::not_readable(format!("{what} the tasks of {} get", declared.logical_id));
    let of_group = |id| GroupIdentifier { group_id: Seen::Set(id) };
    let groups = match network.texts("SecurityGroups", "SecurityGroups") {
        Seen::Unset => Seen::Unknown(hidden("which security groups")),
        ids => ids.map(|ids| ids.into_iter().map(of_group).collect()),
    };
    let one = |name: String, subnet_id: Seen<Text>| NetworkInterface {
        network_interface_id: name.as_str().into(),
        subnet_id,
        groups: groups.clone(),
        private_ip_addresses: Seen::Unknown(hidden("which addresses")),
        attachment: Seen::Set(Attachment { instance_id: Seen::Set(Text::new(name)), device_index: Seen::Unset }),
        ..NetworkInterface::default()
    };
    let service = &declared.logical_id;
    match network.texts("Subnets", "Subnets") {
        Seen::Set(subnets) => {
            let each = |subnet: Text| one(format!("{service} in {}", subnet.label()), Seen::Set(subnet));
            Some(subnets.into_iter().map(each).collect())
        }
        Seen::Unknown(gap) => Some(vec![one(service.to_string(), Seen::Unknown(gap))]),
        Seen::Unset => None,
    }
}

fn register(
    stack: &Stack<'_>,
    declared: &Declared,
    one: &Fields<'_>,
    tasks: Option<&[NetworkInterface]>,
    of: &mut Facts,
) {
    let (shared, arn) = (&mut of.shared, one.text("TargetGroupArn", "TargetGroupArn"));
    let named = |arn: &Text| shared.target_groups.iter().position(|held| held.facts.target_group_arn == *arn);
    let group = arn.set().and_then(named).and_then(|at| shared.target_groups.get_mut(at));
    let by_address = group.filter(|held| held.facts.target_type.set() == Some(&TargetType::Ip));
    let (Some(group), Some(tasks)) = (by_address, tasks) else {
        return fill(declared, &arn, &mut shared.target_groups);
    };
    for task in tasks {
        let target = TargetDescription {
            id: task.network_interface_id.clone(),
            port: one.int("ContainerPort", "ContainerPort"),
            availability_zone: Seen::Unset,
        };
        let target = TargetHealthDescription { target, ..TargetHealthDescription::default() };
        super::rest::add(&mut group.facts.targets, target, &None);
        let known =
            shared.network_interfaces.iter().any(|it| it.facts.network_interface_id == task.network_interface_id);
        if !known {
            shared.network_interfaces.push(Held { scope: stack.scope.clone(), facts: task.clone() });
        }
    }
}
