//! Roles, and the policies on them wherever in the template they stand.

use super::fields::Fields;
use super::lambda::could_be;
use super::{Declared, Facts, Stack};
use crate::capture::Held;
use crate::model::iam::{AttachedPolicy, InlinePolicy, ManagedPolicy, PermissionsBoundary, Role};
use crate::model::{Gap, Seen, Text};
use std::collections::BTreeSet;

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let roles = stack.of("AWS::IAM::Role").map(|it| role(stack, it));
    into.shared.roles.extend(roles.map(|facts| Held { scope: stack.scope.global(), facts }));
    let policies = stack.of("AWS::IAM::ManagedPolicy").map(|it| managed(stack, it));
    into.shared.managed_policies.extend(policies.map(|facts| Held { scope: stack.scope.global(), facts }));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let Facts { shared, told, .. } = of;
    let roles = &mut shared.roles;
    for kind in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy"] {
        for declared in stack.of(kind) {
            inline(stack, declared, roles);
        }
    }
    for declared in stack.of("AWS::IAM::ManagedPolicy") {
        attach(stack, declared, roles);
    }
    let unseen = stack.unseen_of("AWS::IAM::Role", told);
    for role in roles.iter_mut().map(|held| &mut held.facts) {
        if let Some(gap) = unseen(&role.role_name) {
            hide(role, gap);
        }
    }
}

fn role(stack: &Stack<'_>, declared: &Declared) -> Role {
    let arn = stack.attribute(declared, "Arn");
    let fields = stack.fields(declared, &arn);
    let inline = fields.objects("Policies", "RolePolicyList").map(|all| {
        let one = |one: &Fields<'_>| InlinePolicy {
            policy_name: one.text("PolicyName", "PolicyName").set().map(Text::label).unwrap_or_default().into(),
            policy_document: one.document("PolicyDocument", "PolicyDocument"),
        };
        all.iter().map(one).collect::<Vec<_>>()
    });
    let attached = fields.texts("ManagedPolicyArns", "AttachedManagedPolicies").map(|arns| {
        let one = |arn| AttachedPolicy { policy_name: Seen::Unset, policy_arn: Seen::Set(arn) };
        arns.into_iter().map(one).collect::<Vec<_>>()
    });
    let boundary = |arn| PermissionsBoundary { permissions_boundary_arn: Seen::Set(arn) };
    Role {
        role_name: declared.reference.clone(),
        assume_role_policy_document: fields.document("AssumeRolePolicyDocument", "AssumeRolePolicyDocument"),
        permissions_boundary: fields.text("PermissionsBoundary", "PermissionsBoundary").map(boundary),
        // A list read to its end, if only of what these templates say.
        role_policy_list: or_empty(inline),
        attached_managed_policies: or_empty(attached),
        tags: stack.tags(declared),
        arn,
    }
}

fn or_empty<T>(list: Seen<Vec<T>>) -> Seen<Vec<T>> {
    match list {
        Seen::Unset => Seen::Set(Vec::new()),
        list => list,
    }
}

/// A policy of its own resource, put on roles by their names.
fn inline(stack: &Stack<'_>, declared: &Declared, roles: &mut [Held<Role>]) {
    for role in of_roles(stack, declared, roles) {
        let resource = role.arn.to_string();
        let list = &mut role.role_policy_list;
        match (list, &declared.undecided) {
            (Seen::Unknown(_), _) => {}
            (list, Some(gap)) => *list = Seen::Unknown(gap.clone()),
            (list, None) => {
                let mut policies = list.set().cloned().unwrap_or_default();
                let pointer = format!("/RolePolicyList/{}", policies.len());
                stack.ledger.note(&resource, &pointer, declared.at);
                let fields = Fields::new(&declared.properties, stack.ledger, resource.as_str()).at(&pointer);
                policies.push(InlinePolicy {
                    policy_name: fields
                        .text("PolicyName", "PolicyName")
                        .set()
                        .map(Text::label)
                        .unwrap_or_default()
                        .into(),
                    policy_document: fields.document("PolicyDocument", "PolicyDocument"),
                });
                *list = Seen::Set(policies);
            }
        }
    }
}

fn managed(stack: &Stack<'_>, declared: &Declared) -> ManagedPolicy {
    let fields = stack.fields(declared, &declared.reference);
    let name = fields.text("ManagedPolicyName", "PolicyName").set().map(Text::label);
    ManagedPolicy {
        policy_name: name.unwrap_or_else(|| declared.logical_id.to_string()).into(),
        arn: declared.reference.clone(),
        default_version_id: Seen::Unset,
        document: fields.document("PolicyDocument", "Document"),
    }
}

fn attach(stack: &Stack<'_>, declared: &Declared, roles: &mut [Held<Role>]) {
    for role in of_roles(stack, declared, roles) {
        match (&mut role.attached_managed_policies, &declared.undecided) {
            (Seen::Unknown(_), _) => {}
            (list, Some(gap)) => *list = Seen::Unknown(gap.clone()),
            (list, None) => {
                let mut attached = list.set().cloned().unwrap_or_default();
                let policy_arn = Seen::Set(declared.reference.clone());
                attached.push(AttachedPolicy { policy_name: Seen::Unset, policy_arn });
                *list = Seen::Set(attached);
            }
        }
    }
}

/// The roles that a policy names. If the list itself is not known, it may be any of them.
fn of_roles<'r>(stack: &Stack<'_>, declared: &Declared, roles: &'r mut [Held<Role>]) -> Vec<&'r mut Role> {
    let fields = stack.fields(declared, &declared.reference);
    let names = match (fields.texts("Roles", "Roles"), fields.text("RoleName", "RoleName")) {
        (Seen::Unset, Seen::Set(name)) => Ok(vec![name]),
        (names, _) => names.list().map(<[Text]>::to_vec),
    };
    match names {
        Ok(names) => {
            let account = &stack.scope.account;
            let is_meant = |held: &Held<Role>| held.scope.account == *account && names.contains(&held.facts.role_name);
            let met: BTreeSet<Text> =
                roles.iter().filter(|held| is_meant(held)).map(|held| held.facts.role_name.clone()).collect();
            let mut of = Vec::new();
            for held in roles.iter_mut() {
                if is_meant(held) {
                    of.push(&mut held.facts);
                    continue;
                }
                // A name, or an account, that is given from outside may be any that is given.
                let maybe = |(a, b): (&Text, &Text)| a == b || could_be(a, b);
                let open = names
                    .iter()
                    .filter(|name| !met.contains(*name))
                    .find(|name| maybe((name, &held.facts.role_name)) && maybe((account, &held.scope.account)));
                if let Some(gap) = open.and_then(|name| name.gaps().into_iter().chain(account.gaps()).next()) {
                    hide(&mut held.facts, &gap);
                }
            }
            of
        }
        Err(gap) => {
            roles.iter_mut().for_each(|role| hide(&mut role.facts, &gap));
            Vec::new()
        }
    }
}

/// A policy that is not seen may be on the role. It takes nothing away from those that are, unless it denies.
fn hide(role: &mut Role, gap: &Gap) {
    if let Seen::Set(policies) = &mut role.role_policy_list {
        let policy_document = Seen::Unknown(gap.clone());
        policies.push(InlinePolicy { policy_name: "a policy that is not seen".into(), policy_document });
    }
}
