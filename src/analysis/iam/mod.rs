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
mod decide;
mod evaluate;
mod miss;
mod nearest;
mod operator;
mod pattern;
mod principal;
mod proof;
mod statement;
mod variables;

#[cfg(test)]
mod tests;

pub use context::Context;
pub use miss::{ArnPart, Miss, Segment};
pub use proof::{Element, Nearest, Proof, StatementRef};

use crate::analysis::Tri;
use crate::model::policy::Policy;
use crate::model::{Charset, Hole, Seen, Text};

/// One call to an AWS service.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub principal: Caller,
    /// `lambda:InvokeFunction`
    pub action: Text,
    /// ARN of what is called, with the qualifier if it has one.
    pub resource: Text,
    pub context: Context,
}

/// Who makes a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Caller {
    /// A service under its own name, on behalf of an account.
    Service {
        name: &'static str,
        account: Text,
    },
    /// Somebody with the credentials of a role, in a session of this name.
    Role {
        arn: Text,
        account: Text,
        session: Text,
    },
    User {
        arn: Text,
        account: Text,
    },
}

impl Caller {
    /// A service that has assumed a role. What it calls its session is not documented.
    pub fn role(arn: Text, account: Text) -> Self {
        let (id, charset, gap) = ("iam:session".into(), Charset::Segment, principal::session_name());
        let session = Text::hole(Hole { id, family: None, charset, gap });
        Caller::Role { arn, account, session }
    }
}

/// Everything that has a say about a call.
///
/// A role or user in one account and a resource in another are judged in each of them:
/// there, a side that is `None` is left to another question, and the answer is the other
/// side's alone. Within one account what is `None` is not known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Policies<'a> {
    /// Not looked at for a service.
    pub identity: Option<Identity<'a>>,
    pub resource: Option<Resource<'a>>,
    /// SCPs by level, for the caller's account; the organisation's management account has
    /// none. `None`: they were not read and are assumed to allow the call.
    pub service_control: Option<&'a [Level<'a>]>,
    /// RCPs by level, for the resource's account. `None`: as for SCPs.
    pub resource_control: Option<&'a [Level<'a>]>,
}

/// What stands on a role or user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identity<'a> {
    pub policies: &'a [Labelled<'a>],
    /// `None`, or an unset document, if there is none.
    pub boundary: Option<Labelled<'a>>,
}

/// The policy on what is called. A document that is unset: there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resource<'a> {
    /// For Lambda: the policy of exactly the qualifier that is called.
    Policy(Labelled<'a>),
    /// A role's trust policy. The call's action is `sts:AssumeRole`, its resource the role.
    Trust(Labelled<'a>),
}

/// What is attached to the root, an organizational unit, or the account itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level<'a> {
    pub label: &'a str,
    pub policies: &'a [Labelled<'a>],
}

/// A policy document that may not have been read, and what to call it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled<'a> {
    pub label: &'a str,
    pub document: &'a Seen<Policy>,
}

/// May this call be made? The whole evaluation logic; the proof of a Yes is the statement
/// that allows it, that of a No the statement that denies it or comes closest.
///
/// KMS key policies, which have rules of their own, and session policies are not covered.
pub fn may(policies: &Policies<'_>, call: &Call) -> Tri<Proof> {
    decide::decide(policies, call)
}
