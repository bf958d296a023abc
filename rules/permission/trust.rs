//! What the commands that mend a role are made of.

use crate::model::iam::Role;
use crate::model::policy::{Many, Policy, Principal, Statement};
use crate::model::{Charset, Gap, Hole, Text};

/// AWS does not say which source the call carries, only whose it is can be known.
pub(super) fn undocumented_source(account: &Text) -> Text {
    let part = |id: &str| {
        let gap = Gap::not_readable("the source of API Gateway's call to assume a role");
        Text::hole(Hole { id: id.into(), family: None, charset: Charset::Any, gap })
    };
    let parts = [part("partition"), part("service"), part("region"), account.clone(), part("resource")];
    parts.iter().fold(Text::new("arn"), |arn, part| arn.join(&Text::new(":")).join(part))
}

/// The trust policy as it is, and a statement for API Gateway: the command replaces the
/// whole document, and the role may have other users.
pub(super) fn with_gateway(trust: &Policy) -> String {
    let statement = Statement {
        effect: Some("Allow".into()),
        principal: Some(Principal::ByType([("Service".into(), Many::One("apigateway.amazonaws.com".into()))].into())),
        action: Some(Many::One("sts:AssumeRole".into())),
        ..Statement::default()
    };
    let statements = trust.statement.iter().cloned().chain([statement]).collect();
    let wider = Policy { statement: Many::List(statements), ..trust.clone() };
    serde_json::to_string(&wider).unwrap_or_default()
}

/// `put-role-policy` replaces a policy of the same name.
pub(super) fn unused_name(role: &Role) -> String {
    let taken = |name: &str| role.role_policy_list.set().into_iter().flatten().any(|it| &*it.policy_name == name);
    let numbered = (1..).map(|n| format!("invoke-{n}"));
    ["invoke".to_owned()].into_iter().chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}
