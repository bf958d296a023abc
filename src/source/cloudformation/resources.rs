//! Resources of a template as the facts that a scan of the deployed stack would read.
//!
//! | file | holds |
//! |---|---|
//! | `fields.rs` | properties in the types that AWS gives them, and where each was written |
//! | `lambda.rs`, `iam.rs` | functions and their permissions, roles and their policies |
//! | `rest.rs`, `v2.rs`, `body.rs`, `base_path.rs` | APIs: resource by resource, and as an OpenAPI body |
//! | `balancer.rs`, `targets.rs`, `tasks.rs` | load balancers, target groups, and who is behind them |
//! | `groups.rs`, `network.rs` | security groups; VPCs with subnets, network ACLs and routes |

mod balancer;
mod base_path;
pub(in crate::source) mod body;
pub(in crate::source) mod fields;
mod groups;
mod iam;
mod lambda;
mod network;
mod rest;
mod targets;
mod tasks;
#[cfg(test)]
mod tests;
mod v2;

use crate::capture::Shared;
use crate::model::elb::Listener;
use crate::model::unit::{RestUnit, V2Unit};
use crate::model::{ApiUnit, Gap, Scope, Seen, Str, Text};
use crate::source::cloudformation::Value;
use crate::source::tree::Span;
use fields::{Fields, Ledger};
use std::collections::{BTreeMap, BTreeSet};

/// A resource that a deployment makes, or may make.
pub(in crate::source) struct Declared {
    pub(in crate::source) logical_id: Str,
    pub(in crate::source) kind: Str,
    pub(in crate::source) at: Span,
    pub(in crate::source) properties: Value,
    /// What `Ref` gives.
    pub(in crate::source) reference: Text,
    /// The path of the CDK's construct.
    pub(in crate::source) construct: Option<Str>,
    /// Under which condition it is made.
    pub(in crate::source) condition: Option<Str>,
    /// Why it is not known whether it will exist.
    pub(in crate::source) undecided: Option<Gap>,
    /// What `Fn::GetAtt` gives, where facts are made of it.
    pub(in crate::source) attributes: BTreeMap<&'static str, Text>,
}

/// One template with all that its expressions need.
pub(in crate::source) struct Stack<'t> {
    pub(in crate::source) scope: Scope,
    pub(in crate::source) name: Option<Str>,
    pub(in crate::source) resources: Vec<Declared>,
    pub(in crate::source) unseen: Unseen,
    pub(in crate::source) ledger: &'t Ledger,
}

/// What is deployed with a template and does not stand in it.
#[derive(Default)]
pub(in crate::source) struct Unseen {
    /// What may change anything of the template: a macro, a module, a type that is not known.
    pub(in crate::source) inside: Option<Gap>,
    /// What stands beside it, such as a stack whose template is elsewhere: it reaches only what it can name.
    pub(in crate::source) beside: Option<Gap>,
    /// The generated names that the template tells to others.
    pub(in crate::source) told: BTreeSet<Str>,
}

impl Unseen {
    pub(in crate::source) fn any(&self) -> Option<&Gap> {
        self.inside.as_ref().or(self.beside.as_ref())
    }
}

impl Declared {
    fn if_made<T>(&self, value: T) -> Seen<T> {
        self.undecided.clone().map_or_else(|| Seen::Set(value), Seen::Unknown)
    }
}

impl<'t> Stack<'t> {
    fn of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Declared> {
        self.resources.iter().filter(move |it| &*it.kind == kind)
    }

    fn attribute(&self, declared: &Declared, name: &str) -> Text {
        declared.attributes.get(name).cloned().unwrap_or_default()
    }

    /// The properties of a resource whose facts are known by this id.
    fn fields<'s>(&'s self, declared: &'s Declared, id: &Text) -> Fields<'s> {
        self.named(declared, id.label())
    }

    /// The same, where places name the resource in another way.
    fn named<'s>(&'s self, declared: &'s Declared, resource: String) -> Fields<'s> {
        self.ledger.note(&resource, "", declared.at);
        self.ledger.name(resource.clone(), &declared.logical_id);
        if let Some(path) = &declared.construct {
            self.ledger.path(resource.clone(), path);
        }
        if let Some(condition) = &declared.condition {
            self.ledger.condition(resource.clone(), condition);
        }
        Fields::new(&declared.properties, self.ledger, resource)
    }

    /// The tags that CloudFormation puts on what it makes, where the stack's name is known.
    fn tags(&self, declared: &Declared) -> BTreeMap<Str, Str> {
        let Some(stack) = &self.name else { return BTreeMap::new() };
        let tags = [("aws:cloudformation:stack-name", stack), ("aws:cloudformation:logical-id", &declared.logical_id)];
        tags.into_iter().map(|(key, value)| (key.into(), value.clone())).collect()
    }

    /// What is not seen and may add to a thing of this kind and name: from inside its own template to any, from
    /// elsewhere to those whose names are known there, because people chose them or a template tells them. A name that
    /// CloudFormation makes, and that no template tells, only its own template can use.
    fn unseen_of<'s>(&'s self, kind: &'s str, told: &'s BTreeSet<Str>) -> impl Fn(&Text) -> Option<&'s Gap> {
        let own: BTreeSet<&Text> = self.of(kind).map(|it| &it.reference).collect();
        let known = |name: &Text| name.holes().all(|hole| hole.family.is_none() || told.contains(&hole.id));
        move |name| self.unseen.any().filter(|_| known(name) || (self.unseen.inside.is_some() && own.contains(name)))
    }

    /// The things that stand for themselves.
    pub(in crate::source) fn things(&self, into: &mut Facts) {
        into.told.extend(self.unseen.told.iter().cloned());
        lambda::things(self, into);
        iam::things(self, into);
        rest::things(self, into);
        v2::things(self, into);
        balancer::things(self, into);
        targets::things(self, into);
        groups::things(self, into);
        network::things(self, into);
    }

    /// What belongs to a thing, which may be another stack's: a grant, a policy, a route.
    pub(in crate::source) fn parts(&self, of: &mut Facts) {
        lambda::parts(self, of);
        iam::parts(self, of);
        rest::parts(self, of);
        v2::parts(self, of);
        balancer::parts(self, of);
        tasks::parts(self, of);
        targets::parts(self, of);
        groups::parts(self, of);
        network::parts(self, of);
    }
}

/// What all stacks of a run say together.
#[derive(Default)]
pub(in crate::source) struct Facts {
    pub(in crate::source) shared: Shared,
    rest: Vec<RestUnit>,
    v2: Vec<V2Unit>,
    paths: rest::Paths,
    listeners: Vec<Listener>,
    vpcs: network::Vpcs,
    /// The generated names that some template tells to others.
    told: BTreeSet<Str>,
}

impl Facts {
    pub(in crate::source) fn finish(mut self) -> (Shared, Vec<ApiUnit>) {
        balancer::finish(&mut self);
        targets::finish(&mut self);
        network::finish(&mut self);
        let rest = self.rest.into_iter().map(ApiUnit::Rest);
        (self.shared, rest.chain(self.v2.into_iter().map(ApiUnit::V2)).collect())
    }
}
