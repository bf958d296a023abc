//! The capture's shared part with its indexes. An edge is a function that resolves what
//! the configuration says; nothing is linked in advance.

mod arena;
mod entity;
mod network;
mod role;
mod vpcs;

pub use arena::{Arena, Id};
pub use entity::Entity;
pub use network::Node;
pub use role::Policies;

use crate::capture::{Coverage, Held, Shared};
use crate::model::{ApiEntry, Gap, Kind, Ref, ec2, elb, iam, lambda, rest, v2};
use vpcs::Vpcs;

/// What several APIs may share, in typed arenas, with the proof of what is absent.
pub struct Graph {
    pub coverage: Coverage,
    pub directory: Vec<ApiEntry>,
    functions: Arena<lambda::Function>,
    roles: Arena<iam::Role>,
    managed_policies: Arena<iam::ManagedPolicy>,
    vpc_links_v1: Arena<rest::VpcLink>,
    vpc_links_v2: Arena<v2::VpcLink>,
    load_balancers: Arena<elb::LoadBalancer>,
    target_groups: Arena<elb::TargetGroup>,
    network_interfaces: Arena<ec2::NetworkInterface>,
    security_groups: Arena<ec2::SecurityGroup>,
    subnets: Arena<ec2::Subnet>,
    prefix_lists: Arena<ec2::PrefixList>,
    network_acls: Vpcs<ec2::NetworkAcl>,
    route_tables: Vpcs<ec2::RouteTable>,
}

/// What the graph found for a reference.
#[derive(Debug, Clone, PartialEq)]
pub enum Link<T> {
    To(Id<T>),
    /// Proven absent, and this is the proof.
    Dangling {
        of: Ref,
        proof: String,
    },
    /// Not seen, which proves nothing.
    Unknown(Gap),
}

impl Graph {
    pub fn new(shared: Shared, coverage: Coverage, directory: Vec<ApiEntry>) -> Graph {
        Graph {
            functions: Arena::new(shared.functions),
            roles: Arena::new(shared.roles),
            managed_policies: Arena::new(shared.managed_policies),
            vpc_links_v1: Arena::new(shared.vpc_links_v1),
            vpc_links_v2: Arena::new(shared.vpc_links_v2),
            load_balancers: Arena::new(shared.load_balancers),
            target_groups: Arena::new(shared.target_groups),
            network_interfaces: Arena::new(shared.network_interfaces),
            security_groups: Arena::new(shared.security_groups),
            subnets: Arena::new(shared.subnets),
            prefix_lists: Arena::new(shared.prefix_lists),
            network_acls: Vpcs::new(shared.network_acls),
            route_tables: Vpcs::new(shared.route_tables),
            coverage,
            directory,
        }
    }

    /// Resolves a reference; only here may something be called absent.
    pub fn find<T: Entity>(&self, of: &Ref) -> Link<T> {
        if let Some(id) = T::arena(self).id(of) {
            return Link::To(id);
        }
        match self.coverage.absence(of) {
            Ok(proof) => Link::Dangling { of: of.clone(), proof },
            Err(gap) => Link::Unknown(self.unmade(of).or_else(|| self.only_named::<T>(of)).unwrap_or(gap)),
        }
    }

    /// Where nothing has the name, an account or a region that is not known hides nothing.
    fn only_named<T: Entity>(&self, of: &Ref) -> Option<Gap> {
        let open = of.id.lit().is_some() && of.gap().is_some() && !T::arena(self).has_name(&of.id);
        open.then(|| Coverage::not_read(of))
    }

    /// Of an alias or version of a function that is here, that nobody asked for: who else makes it.
    fn unmade(&self, of: &Ref) -> Option<Gap> {
        let (name, qualifier) = of.id.rsplit_once(':').filter(|_| of.kind == Kind::Function)?;
        let function = Ref { id: name, ..of.clone() };
        let here = self.functions.id(&function).is_some() && !self.coverage.was_asked(of);
        let expr = format!("the alias or version {qualifier} of {}", function.id.called());
        here.then(|| Gap::Computed { expr, at: String::new() })
    }

    pub fn get<T: Entity>(&self, id: Id<T>) -> &Held<T> {
        T::arena(self).get(id)
    }

    /// The facts where there are any, `None` where they are proven absent.
    ///
    /// # Errors
    /// The gap that hides them.
    pub fn look_up<T: Entity>(&self, of: &Ref) -> Result<Option<&Held<T>>, Gap> {
        match self.find(of) {
            Link::To(id) => Ok(Some(self.get(id))),
            Link::Dangling { .. } => Ok(None),
            Link::Unknown(gap) => Err(gap),
        }
    }
}
