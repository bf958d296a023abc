//! Network interfaces are found by what they belong to, never by their own id. Security
//! groups and prefix lists are looked up for the network engine.

use super::Graph;
use super::vpcs::{InVpc, Vpcs};
use crate::analysis::net::{OfVpc, Spot, World};
use crate::capture::Held;
use crate::model::ec2::{NetworkAcl, NetworkInterface, PrefixList, RouteTable, SecurityGroup};
use crate::model::refs::network_interfaces as queries;
use crate::model::{Gap, Kind, Place, Ref, Scope, Text, elb, v2};
use std::collections::BTreeSet;

/// What an interface belongs to.
#[derive(Clone, Copy)]
pub enum Node<'a> {
    Instance(&'a str),
    Address(&'a str),
    VpcLink(&'a v2::VpcLink),
    LoadBalancer(&'a elb::LoadBalancer),
}

/// What one account has in one region, for the network engine.
struct Region<'g> {
    graph: &'g Graph,
    scope: &'g Scope,
}

impl World for Region<'_> {
    fn security_group(&self, id: &Text) -> Result<Option<&SecurityGroup>, Gap> {
        let of = Ref::new(Kind::SecurityGroup, self.scope.clone(), id.clone());
        Ok(self.graph.look_up::<SecurityGroup>(&of)?.map(|held| &held.facts))
    }

    fn prefix_list(&self, id: &Text) -> Result<Option<&PrefixList>, Gap> {
        let of = Ref::new(Kind::PrefixList, self.scope.clone(), id.clone());
        match self.graph.look_up::<PrefixList>(&of)? {
            Some(held) => Ok(Some(&held.facts)),
            // AWS deletes no list that a rule names: it is hidden, or no longer shared.
            None => Err(Gap::not_readable(format!("{}, which a rule or a route names", of.label()))),
        }
    }

    fn network_acls(&self, vpc: &Text) -> OfVpc<'_, NetworkAcl> {
        self.of(&self.graph.network_acls, vpc)
    }

    fn route_tables(&self, vpc: &Text) -> OfVpc<'_, RouteTable> {
        self.of(&self.graph.route_tables, vpc)
    }
}

impl<'g> Region<'g> {
    fn of<T: InVpc>(&self, all: &'g Vpcs<T>, vpc: &Text) -> OfVpc<'g, T> {
        let query = Ref::new(T::KIND, self.scope.clone(), vpc.clone());
        OfVpc { seen: all.of(self.scope, vpc), hidden: self.graph.coverage.unread(&query) }
    }
}

impl Graph {
    /// What the network engine may look up in one account and region.
    pub fn network<'g>(&'g self, scope: &'g Scope) -> impl World + 'g {
        Region { graph: self, scope }
    }

    /// Where the engine's proof points, if that is in this capture.
    pub fn place(&self, spot: &Spot, scope: &Scope) -> Option<Place> {
        let Spot { kind, id, pointer } = spot;
        match kind {
            Kind::NetworkAcl => Some(Place::of(self.network_acls.by_id(scope, id)?, pointer)),
            Kind::RouteTable => Some(Place::of(self.route_tables.by_id(scope, id)?, pointer)),
            _ => {
                let of = Ref::new(*kind, scope.clone(), id.clone());
                let group = self.look_up::<SecurityGroup>(&of).ok().flatten()?;
                Some(Place::of(&group.facts, pointer))
            }
        }
    }

    /// The interfaces of `node`; none only where that is proven.
    ///
    /// # Errors
    /// The gap that hides them.
    pub fn interfaces(&self, node: Node<'_>, scope: &Scope) -> Result<Vec<&Held<NetworkInterface>>, Gap> {
        let found: Vec<_> =
            self.network_interfaces.iter().filter(|held| held.scope == *scope && node.owns(&held.facts)).collect();
        let query = Ref::new(Kind::NetworkInterface, scope.clone(), node.query());
        // Some of them may have come with another question: they are not all.
        if let Some(gap) = self.coverage.gap(&query) {
            return Err(gap.clone());
        }
        if !found.is_empty() {
            return Ok(found);
        }
        match self.coverage.absence(&query) {
            Ok(_) => Ok(Vec::new()),
            // Of an account without a name, a value for the name would tell no interface.
            Err(_) if query.gap().is_some() => {
                Err(Gap::not_readable(format!("{}, which only the account has", query.label())))
            }
            Err(gap) => Err(gap),
        }
    }
}

impl Node<'_> {
    fn query(self) -> String {
        match self {
            Node::Instance(id) => queries::of_instance(id),
            Node::Address(ip) => queries::of_address(ip),
            Node::VpcLink(link) => queries::of_vpc_link(&link.vpc_link_id.label()),
            Node::LoadBalancer(lb) => queries::of_load_balancer(&lb.load_balancer_arn.to_string()).unwrap_or_default(),
        }
    }

    fn owns(self, eni: &NetworkInterface) -> bool {
        let is = |text: &crate::model::Seen<Text>, wanted: &str| text.set().and_then(Text::lit) == Some(wanted);
        match self {
            // A target registered by instance id gets its traffic on the primary interface.
            Node::Instance(id) => eni
                .attachment
                .set()
                .is_some_and(|at| is(&at.instance_id, id) && at.device_index.set().is_none_or(|index| *index == 0)),
            Node::Address(ip) => {
                let v4 = eni.private_ip_addresses.set().into_iter().flatten();
                let v6 = eni.ipv6_addresses.set().into_iter().flatten();
                v4.map(|it| &it.private_ip_address).chain(v6.map(|it| &it.ipv6_address)).any(|it| is(it, ip))
            }
            // Nothing says whose link an interface serves. One in a link's subnet, with just
            // the link's groups, is as good as its own.
            Node::VpcLink(link) => {
                let subnets = link.subnet_ids.set().into_iter().flatten();
                let groups: BTreeSet<&Text> = link.security_group_ids.set().into_iter().flatten().collect();
                let own = eni.groups.set().into_iter().flatten().filter_map(|group| group.group_id.set());
                is(&eni.interface_type, "api_gateway_managed")
                    && subnets.into_iter().any(|subnet| eni.subnet_id.set() == Some(subnet))
                    && !groups.is_empty()
                    && groups == own.collect()
            }
            Node::LoadBalancer(lb) => {
                let arn = lb.load_balancer_arn.lit().unwrap_or_default();
                let name = arn.split_once(":loadbalancer/").map_or("", |(_, name)| name);
                is(&eni.description, &format!("ELB {name}"))
            }
        }
    }
}
