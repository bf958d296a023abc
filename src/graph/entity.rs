//! Which kind each thing is, and by what reference it is found.

use super::{Arena, Graph};
use crate::capture::Held;
use crate::model::refs::qualified;
use crate::model::{Kind, Ref, Text, ec2, elb, iam, lambda, rest, v2};

/// A thing that references can name.
pub trait Entity: Sized {
    const KIND: Kind;
    /// Its name in its scope, as [`Ref::id`] writes it.
    fn key(&self) -> Text;
    fn arena(graph: &Graph) -> &Arena<Self>;

    fn reference(held: &Held<Self>) -> Ref {
        Ref::new(Self::KIND, held.scope.clone(), held.facts.key())
    }
}

macro_rules! entities {
    ($($type:ty = $kind:ident in $arena:ident by |$it:ident| $key:expr;)+) => {$(
        impl Entity for $type {
            const KIND: Kind = Kind::$kind;
            fn key(&self) -> Text {
                let $it = self;
                Text::from($key)
            }
            fn arena(graph: &Graph) -> &Arena<Self> {
                &graph.$arena
            }
        }
    )+};
}

entities! {
    lambda::Function = Function in functions by |it| qualified(&it.function_name, it.qualifier.as_ref());
    iam::Role = Role in roles by |it| &it.arn;
    iam::ManagedPolicy = ManagedPolicy in managed_policies by |it| &it.arn;
    rest::VpcLink = VpcLinkV1 in vpc_links_v1 by |it| &it.id;
    v2::VpcLink = VpcLinkV2 in vpc_links_v2 by |it| &it.vpc_link_id;
    elb::LoadBalancer = LoadBalancer in load_balancers by |it| &it.load_balancer_arn;
    elb::TargetGroup = TargetGroup in target_groups by |it| &it.target_group_arn;
    ec2::NetworkInterface = NetworkInterface in network_interfaces by |it| &it.network_interface_id;
    ec2::SecurityGroup = SecurityGroup in security_groups by |it| &it.group_id;
    ec2::Subnet = Subnet in subnets by |it| &it.subnet_id;
    ec2::PrefixList = PrefixList in prefix_lists by |it| &it.prefix_list_id;
}
