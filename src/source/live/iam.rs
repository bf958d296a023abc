//! Roles and policies: iam 2010-05-08.

use super::facts::{encoded_policy, text};
use super::session::{Refusal, Region, Session, pages};
use crate::model::iam::{AttachedPolicy, InlinePolicy, ManagedPolicy, PermissionsBoundary, Role};
use crate::model::refs::role_name;
use crate::model::{Gap, Seen};
use crate::source::calls::Call;
use aws_sdk_iam::types as sdk;
use futures_util::future;

/// The role of this ARN: who may assume it and all that its policies say.
pub(super) async fn role(session: &Session, region: &Region, arn: &str) -> Result<Role, Refusal> {
    let Some(name) = role_name(arn) else {
        return Err(Refusal::Gap(Gap::not_modelled(format!("a role named {arn}"))));
    };
    let request = region.iam.get_role().role_name(name);
    let answer = session.call(region, Call::GetRole, arn, || request.clone().send()).await?;
    let Some(found) = answer.role else {
        return Err(Refusal::Gap(Gap::Failed {
            action: Call::GetRole.row().name.into(),
            code: "an answer without a role".into(),
        }));
    };
    // Names are unique whatever the path, so another path names no role at all.
    if !found.arn.eq_ignore_ascii_case(arn) {
        let code = format!("another path for that name: {}", found.arn);
        return Err(Refusal::Absent { action: Call::GetRole.row().name, code });
    }
    let mut role = described(found);
    (role.role_policy_list, role.attached_managed_policies) =
        future::join(inline(session, region, name, arn), attached(session, region, name, arn)).await;
    Ok(role)
}

async fn inline(session: &Session, region: &Region, role: &str, arn: &str) -> Seen<Vec<InlinePolicy>> {
    let names = pages(Call::ListRolePolicies, async |marker| {
        let request = region.iam.list_role_policies().role_name(role).set_marker(marker);
        let page = session.call(region, Call::ListRolePolicies, arn, || request.clone().send()).await?;
        Ok((page.policy_names, page.marker.filter(|_| page.is_truncated)))
    })
    .await;
    let mut names = match names {
        Ok(names) => names,
        Err(refusal) => return Seen::Unknown(refusal.gap()),
    };
    names.sort();
    let policies = names.into_iter().map(|name| async move {
        let request = region.iam.get_role_policy().role_name(role).policy_name(&name);
        let document = match session.call(region, Call::GetRolePolicy, arn, || request.clone().send()).await {
            Ok(answer) => encoded_policy(&answer.policy_document, &format!("the inline policy {name}")),
            Err(refusal) => Seen::Unknown(refusal.gap()),
        };
        InlinePolicy { policy_name: name.into(), policy_document: document }
    });
    Seen::Set(future::join_all(policies).await)
}

async fn attached(session: &Session, region: &Region, role: &str, arn: &str) -> Seen<Vec<AttachedPolicy>> {
    let attached = pages(Call::ListAttachedRolePolicies, async |marker| {
        let request = region.iam.list_attached_role_policies().role_name(role).set_marker(marker);
        let page = session.call(region, Call::ListAttachedRolePolicies, arn, || request.clone().send()).await?;
        Ok((page.attached_policies.unwrap_or_default(), page.marker.filter(|_| page.is_truncated)))
    })
    .await;
    match attached {
        Ok(mut attached) => {
            attached.sort_by(|a, b| a.policy_arn.cmp(&b.policy_arn));
            let attached = attached.into_iter();
            Seen::Set(
                attached
                    .map(|it| AttachedPolicy { policy_name: text(it.policy_name), policy_arn: text(it.policy_arn) })
                    .collect(),
            )
        }
        Err(refusal) => Seen::Unknown(refusal.gap()),
    }
}

/// A managed policy in the version that is in force.
pub(super) async fn managed_policy(session: &Session, region: &Region, arn: &str) -> Result<ManagedPolicy, Refusal> {
    let request = region.iam.get_policy().policy_arn(arn);
    let answer = session.call(region, Call::GetManagedPolicy, arn, || request.clone().send()).await?;
    let found = answer.policy.unwrap_or_else(|| sdk::Policy::builder().build());
    let document = match &found.default_version_id {
        Some(version) => {
            let request = region.iam.get_policy_version().policy_arn(arn).version_id(version);
            match session.call(region, Call::GetPolicyVersion, arn, || request.clone().send()).await {
                Ok(answer) => match answer.policy_version.and_then(|version| version.document) {
                    Some(document) => encoded_policy(&document, arn),
                    None => Seen::Unknown(Gap::not_readable(format!("the policy document of {arn}: none came"))),
                },
                Err(refusal) => Seen::Unknown(refusal.gap()),
            }
        }
        None => Seen::Unknown(Gap::not_readable(format!("which version of {arn} is in force"))),
    };
    let name = found.policy_name.as_deref().or_else(|| arn.rsplit('/').next()).unwrap_or_default();
    Ok(ManagedPolicy {
        policy_name: name.into(),
        arn: arn.into(),
        default_version_id: text(found.default_version_id),
        document,
    })
}

fn described(role: sdk::Role) -> Role {
    let trust = role.assume_role_policy_document;
    Role {
        assume_role_policy_document: match trust {
            Some(document) => encoded_policy(&document, &format!("the trust policy of {}", role.arn)),
            None => Seen::Unset,
        },
        role_name: role.role_name.into(),
        arn: role.arn.into(),
        permissions_boundary: role
            .permissions_boundary
            .map(|boundary| PermissionsBoundary { permissions_boundary_arn: text(boundary.permissions_boundary_arn) })
            .into(),
        role_policy_list: Seen::Unset,
        attached_managed_policies: Seen::Unset,
        tags: role.tags.into_iter().flatten().map(|tag| (tag.key.into(), tag.value.into())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_with_its_trust_and_boundary() {
        let boundary =
            sdk::AttachedPermissionsBoundary::builder().permissions_boundary_arn("arn:aws:iam::1:policy/b").build();
        let role = sdk::Role::builder()
            .path("/")
            .role_name("r")
            .role_id("AROA")
            .arn("arn:aws:iam::1:role/r")
            .create_date(aws_smithy_types::DateTime::from_secs(0))
            .assume_role_policy_document("%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%7D%5D%7D")
            .permissions_boundary(boundary)
            .build()
            .unwrap();
        let role = described(role);
        assert_eq!(role.assume_role_policy_document.set().unwrap().statement.as_slice().len(), 1);
        assert!(role.permissions_boundary.set().is_some());
    }
}
