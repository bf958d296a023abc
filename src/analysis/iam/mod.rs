//! Would AWS allow this call? Policies against one call, three-valued.
//!
//! The engine answers from documents alone: Yes and No carry the statement that decides,
//! and whatever configuration cannot tell is Unknown with the reason. What is decided, and
//! the pages of the *AWS Identity and Access Management User Guide* that say so:
//!
//! | file | decides | pages |
//! |---|---|---|
//! | `evaluate` | an explicit deny wins, an allow is needed; a permissions boundary and the role's own policies must both allow | *Policy evaluation logic*, *Permissions boundaries for IAM entities* |
//! | `statement` | every element must match; `Action` without regard to case, `Effect` with it | *IAM JSON policy elements: Action*, *NotAction*, *Effect*, *Resource*, *NotResource* |
//! | `principal` | who is named; an account's number and its root's ARN mean the same; a wildcard matches no part of a name | *AWS JSON policy elements: Principal*, *NotPrincipal* |
//! | `pattern` | wildcards in an ARN stay within their part; in `Resource`, a `*` at the end of a segment crosses the colon | *IAM JSON policy elements: Condition operators* (ARN), *IAM JSON policy elements: Resource* |
//! | `condition`, `operator` | operators are all needed, values are alternatives, negated ones want none; a missing key fails a positive operator and satisfies a negated one | *IAM JSON policy elements: Condition operators*, *Conditions with multiple context keys or values*, *Single-valued vs. multivalued context keys* |
//! | `variables` | `${key, 'default'}`, `${*}`; only in Version 2012-10-17 | *IAM policy elements: Variables and tags*, *IAM JSON policy elements: Version* |
//! | `context` | what API Gateway's calls carry | *AWS global condition context keys*; *Control access to Lambda function URLs* (Lambda Developer Guide), *Actions, resources, and condition keys for AWS Lambda* (Service Authorization Reference) |
//!
//! Left Unknown because AWS does not say: what a service principal carries of
//! `aws:PrincipalOrgID`, `aws:PrincipalAccount` and their like; whether
//! `{"AWS": "*"}` includes services; a wildcard in the middle of a segment of a `Resource`
//! across a colon; a `Resource` with fewer than six parts; an ARN condition whose value is
//! no ARN; a `NotPrincipal` that names a role without its account; several values of a key
//! without `ForAllValues` or `ForAnyValue`; `ForAnyValue` with a negated operator on a
//! missing key. Organisation policies and session policies are not looked at.

mod automaton;
mod condition;
mod context;
mod evaluate;
mod operator;
mod pattern;
mod principal;
mod proof;
mod statement;
mod variables;

#[cfg(test)]
mod tests;

pub use context::Context;
pub use proof::{Element, Nearest, Proof, StatementRef};

use crate::analysis::Tri;
use crate::model::policy::Policy;
use crate::model::{Seen, Text};
use evaluate::{Tally, within};
use statement::Kind;
use std::borrow::Cow;

/// One call to an AWS service.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub principal: Caller,
    /// `lambda:InvokeFunction`
    pub action: Cow<'static, str>,
    /// ARN of what is called, with the qualifier if it has one.
    pub resource: Text,
    pub context: Context,
}

/// Who makes a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Caller {
    /// A service under its own name, on behalf of an account.
    Service { name: &'static str, account: Text },
    /// A service with the credentials of a role.
    Role { arn: Text, account: Text },
}

/// A policy document that may not have been read, and what to call it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled<'a> {
    pub label: &'a str,
    pub document: &'a Seen<Policy>,
}

/// Does the policy on a resource allow the call? For Lambda: the policy of exactly the
/// qualifier that is called.
pub fn resource_policy(policy: &Policy, label: &str, call: &Call) -> Tri<Proof> {
    alone(policy, label, Kind::Resource, call)
}

/// Does a role's trust policy let the caller assume it? The call's action is
/// `sts:AssumeRole`; its resource is not compared.
pub fn trust(policy: &Policy, call: &Call) -> Tri<Proof> {
    alone(policy, "the trust policy", Kind::Trust, call)
}

/// Do the policies of a role, within its boundary, allow the call? Whether that is enough
/// is the caller's question: a resource in another account must allow it too.
pub fn identity_policies(policies: &[Labelled<'_>], boundary: Option<Labelled<'_>>, call: &Call) -> Tri<Proof> {
    let mut own = Tally::default();
    policies.iter().for_each(|policy| own.add_seen(policy, Kind::Identity, call));
    match boundary {
        None => own.verdict(),
        Some(policy) => {
            let mut bounds = Tally::default();
            bounds.add_seen(&policy, Kind::Identity, call);
            within(own.verdict(), bounds.verdict(), policy.label)
        }
    }
}

fn alone(policy: &Policy, label: &str, kind: Kind, call: &Call) -> Tri<Proof> {
    let mut tally = Tally::default();
    tally.add(policy, label, kind, call);
    tally.verdict()
}
