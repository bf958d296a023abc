//! The policies that say what a role may do.

use super::{Graph, Link};
use crate::analysis::Tri;
use crate::analysis::iam::{self, Call, Labelled, Proof};
use crate::capture::Held;
use crate::model::iam::{ManagedPolicy, Role};
use crate::model::policy::Policy;
use crate::model::{Gap, Kind, Ref, Seen, Text};

/// A role's own policies by label, and its boundary; unread ones stay unknown.
pub struct Policies {
    own: Vec<(String, Seen<Policy>)>,
    boundary: Option<(String, Seen<Policy>)>,
}

impl Graph {
    /// The managed policy that a proof about the role calls by its ARN.
    pub fn managed_policy(&self, role: &Held<Role>, name: &str) -> Option<&Held<ManagedPolicy>> {
        let attached = role.facts.attached_managed_policies.set().into_iter().flatten().map(|it| &it.policy_arn);
        let boundary = role.facts.permissions_boundary.set().map(|it| &it.permissions_boundary_arn);
        let named = attached.chain(boundary).filter_map(Seen::set).find(|arn| arn.to_string() == name)?;
        self.look_up(&Ref::new(Kind::ManagedPolicy, role.scope.clone(), named.clone())).ok().flatten()
    }

    pub fn policies_of(&self, role: &Held<Role>) -> Policies {
        let facts = &role.facts;
        let mut own = Vec::new();
        match facts.role_policy_list.list() {
            Ok(list) => own.extend(list.iter().map(|it| (it.policy_name.to_string(), it.policy_document.clone()))),
            Err(gap) => own.push(("the inline policies".into(), Seen::Unknown(gap))),
        }
        match facts.attached_managed_policies.list() {
            Ok(list) => own.extend(list.iter().map(|it| self.managed(&it.policy_arn, role))),
            Err(gap) => own.push(("the attached policies".into(), Seen::Unknown(gap))),
        }
        let boundary = match facts.permissions_boundary.known() {
            Ok(boundary) => boundary.map(|it| self.managed(&it.permissions_boundary_arn, role)),
            Err(gap) => Some(("the permissions boundary".into(), Seen::Unknown(gap))),
        };
        Policies { own, boundary }
    }

    fn managed(&self, arn: &Seen<Text>, role: &Held<Role>) -> (String, Seen<Policy>) {
        let named = match arn {
            Seen::Set(arn) => arn.clone(),
            Seen::Unknown(gap) => return ("a managed policy".into(), Seen::Unknown(gap.clone())),
            Seen::Unset => return ("a managed policy".into(), Seen::Unknown(Gap::not_readable("a policy's ARN"))),
        };
        let label = named.to_string();
        let of = Ref::new(Kind::ManagedPolicy, role.scope.clone(), named);
        let document = match self.find::<ManagedPolicy>(&of) {
            Link::To(id) => self.get(id).facts.document.clone(),
            // IAM detaches a policy before it deletes it: an attached one that is gone
            // has changed between two calls.
            Link::Dangling { .. } => {
                Seen::Unknown(Gap::not_readable(format!("{label}, which vanished while it was read")))
            }
            Link::Unknown(gap) => Seen::Unknown(gap),
        };
        (label, document)
    }
}

impl Policies {
    /// Do they allow the call, together with the policy on what is called? `None`: that
    /// is in another account, and another question.
    pub fn allow(&self, resource: Option<iam::Resource<'_>>, call: &Call) -> Tri<Proof> {
        let own: Vec<_> = self.own.iter().map(|(label, document)| Labelled { label, document }).collect();
        let boundary = self.boundary.as_ref().map(|(label, document)| Labelled { label, document });
        let identity = Some(iam::Identity { policies: &own, boundary });
        iam::may(&iam::Policies { identity, resource, ..Default::default() }, call)
    }
}
