//! Network ACLs and route tables: nothing names them, they say of which subnets they are.

use crate::capture::Held;
use crate::model::ec2::{NetworkAcl, RouteTable};
use crate::model::{Kind, Scope, Seen, Text};
use std::collections::HashMap;

/// Things of one kind by their VPC.
pub(super) struct Vpcs<T> {
    things: Vec<Held<T>>,
    /// Without a VPC: those of which it is not known.
    by_vpc: HashMap<(Scope, Option<Text>), Vec<usize>>,
    by_id: HashMap<(Scope, Text), usize>,
}

pub(super) trait InVpc {
    const KIND: Kind;
    fn id(&self) -> Text;
    fn vpc(&self) -> &Seen<Text>;
}

impl InVpc for NetworkAcl {
    const KIND: Kind = Kind::NetworkAcl;
    fn id(&self) -> Text {
        self.network_acl_id.clone()
    }
    fn vpc(&self) -> &Seen<Text> {
        &self.vpc_id
    }
}

impl InVpc for RouteTable {
    const KIND: Kind = Kind::RouteTable;
    fn id(&self) -> Text {
        self.route_table_id.clone()
    }
    fn vpc(&self) -> &Seen<Text> {
        &self.vpc_id
    }
}

impl<T: InVpc> Vpcs<T> {
    pub(super) fn new(things: Vec<Held<T>>) -> Self {
        let (mut by_vpc, mut by_id) = (HashMap::new(), HashMap::new());
        for (n, held) in things.iter().enumerate() {
            let vpc = held.facts.vpc().set().filter(|vpc| vpc.lit().is_some()).cloned();
            by_vpc.entry((held.scope.clone(), vpc)).or_insert_with(Vec::new).push(n);
            by_id.insert((held.scope.clone(), held.facts.id()), n);
        }
        Vpcs { things, by_vpc, by_id }
    }

    /// Those of the VPC, and those of which nobody knows whose they are.
    pub(super) fn of(&self, scope: &Scope, vpc: &Text) -> Vec<&T> {
        let some = |vpc| self.by_vpc.get(&(scope.clone(), vpc)).into_iter().flatten();
        let found = some(Some(vpc.clone())).chain(some(None));
        found.filter_map(|n| self.things.get(*n)).map(|held| &held.facts).collect()
    }

    pub(super) fn by_id(&self, scope: &Scope, id: &Text) -> Option<&T> {
        self.things.get(*self.by_id.get(&(scope.clone(), id.clone()))?).map(|held| &held.facts)
    }
}
