//! The role that SAM makes for a function or a state machine that names none.

use super::Resource;
use super::make::{Props, node};
use super::policies::Policies;
use crate::source::tree::{Node, Span};

/// Lets a service take the role.
pub(super) fn trust(at: Span, service: &str) -> Node {
    node!(at; {
        "Version": "2012-10-17",
        "Statement": [{
            "Action": ["sts:AssumeRole"],
            "Effect": "Allow",
            "Principal": {"Service": [(service)]}
        }]
    })
}

pub(super) fn role(owner: &Resource, service: &str, policies: Policies, tags: Option<Node>) -> Node {
    let (at, properties) = (owner.at, &owner.properties);
    let trusted = properties.get("AssumeRolePolicyDocument").cloned().unwrap_or_else(|| trust(at, service));
    let list = |items: Vec<Node>| (!items.is_empty()).then(|| Node::list(at, items));
    let made = Props::new(at)
        .with("AssumeRolePolicyDocument", trusted)
        .maybe("ManagedPolicyArns", list(policies.managed))
        .maybe("Policies", list(policies.inline))
        .copy(properties, &["PermissionsBoundary"])
        .rename(properties, "RolePath", "Path")
        .maybe("Tags", tags);
    owner.make(at, "AWS::IAM::Role", made)
}

/// A role with which a service may do one thing, such as start a state machine.
pub(super) fn starter(owner: &Resource, at: Span, id: &str, service: &str, action: &str, resource: Node) -> Node {
    let name = format!("{id}StartExecutionPolicy");
    let made = Props::new(at).with("AssumeRolePolicyDocument", trust(at, service)).with(
        "Policies",
        node!(at; [{
            "PolicyName": (name),
            "PolicyDocument": {"Statement": [{"Action": (action), "Effect": "Allow", "Resource": (resource)}]}
        }]),
    );
    owner.make(at, "AWS::IAM::Role", made)
}
