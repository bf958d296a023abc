//! Would AWS allow this call? All policies that have a say against one call, three-valued.
//!
//! [`may`] is the door. It answers from documents alone: Yes and No carry the statement that
//! decides, or the one that comes closest and where it misses; whatever configuration cannot
//! tell is Unknown with the reason. What is decided, and the pages of the *AWS Identity and
//! Access Management User Guide* (and others, where named) that say so:
//!
//! | file | decides | pages |
//! |---|---|---|
//! | `decide` | an explicit deny anywhere; SCPs at every level; within one account the role's policies or the resource's, across accounts both; what a boundary limits; services by the resource's policy alone | *Policy evaluation for requests within a single account*, *Cross-account policy evaluation logic*, *Permissions boundaries for IAM entities*; *SCP evaluation*, *RCP evaluation* (Organizations User Guide) |
//! | `evaluate` | the statements of some policies together | *How AWS enforcement code logic evaluates requests* |
//! | `statement` | every element must match; `Action` without regard to case, `Effect` with it; what is no valid policy has no meaning | *Grammar of the IAM JSON policy language*, *IAM JSON policy elements: Action*, *NotAction*, *Effect*, *Resource*, *NotResource* |
//! | `principal` | who is named, and whether as its account, as itself or past its boundary; a wildcard matches no part of a name | *AWS JSON policy elements: Principal*, *NotPrincipal* |
//! | `pattern` | wildcards in an ARN stay within their part; in `Resource`, a `*` at the end of a segment crosses the colon | *IAM JSON policy elements: Condition operators* (ARN), *IAM JSON policy elements: Resource* |
//! | `condition`, `operator` | operators are all needed, values are alternatives, negated ones want none; a missing key fails a positive operator and satisfies a negated one | *IAM JSON policy elements: Condition operators*, *Conditions with multiple context keys or values*, *Single-valued vs. multivalued context keys* |
//! | `variables` | `${key, 'default'}`, `${*}`; only in Version 2012-10-17, in `Resource` and in string and ARN conditions | *IAM policy elements: Variables and tags*, *IAM JSON policy elements: Version* |
//! | `context` | what API Gateway's calls carry | *AWS global condition context keys*; *Control access to Lambda function URLs* (Lambda Developer Guide), *Actions, resources, and condition keys for AWS Lambda* (Service Authorization Reference) |
//! | `miss`, `nearest` | which part of an ARN, and which segment of API Gateway's, parts ways | – |
//!
//! Left Unknown because AWS does not say, or says "might":
//!
//! - what a service principal carries of `aws:PrincipalOrgID`, `aws:PrincipalAccount` and
//!   their like; whether `{"AWS": "*"}` includes services;
//! - a boundary beside a grant to everyone without a condition on `aws:PrincipalArn`;
//! - `NotPrincipal` that names only some of a role, its account and its session;
//! - RCPs that deny a call to a service outside the list that was first documented;
//! - a wildcard in the middle of a segment of a `Resource` across a colon; a `Resource` with
//!   fewer than six parts; an ARN condition whose value is no ARN; a variable before the
//!   fifth colon of a `Resource`;
//! - a variable that has no value and no default, where it decides; variables with `Bool`,
//!   of which two pages say opposite things;
//! - several values of a key without `ForAllValues` or `ForAnyValue`; `ForAnyValue` with a
//!   negated operator on a missing key;
//! - all that a policy says which AWS would not have taken.
//!
//! KMS key policies, which have rules of their own, and session policies are not covered.
//!
//! # Proof
//!
//! `tests` hold it to a naive evaluator written from these pages alone, over generated
//! policies of all kinds, and to the laws: knowledge turns Unknown into an answer and never
//! flips one. `tests/oracles` replays @cloud-copilot/iam-simulate 0.1.173 over 4,000 generated
//! cases: gatelint answers 3,880 and leaves 120 open, for eleven documented reasons; the two
//! agree on allowed or denied in 3,848 and differ in 32. Of what both deny, 34 are denied
//! explicitly by one only. `tests/oracles/iam/explained.rs` lists every one of these cases
//! under its reason:
//!
//! - the tool replaces variables whatever the policy's Version, and not their defaults, nor
//!   those in an ARN condition, which it cuts at the colons of their names;
//! - it reads `0.0.0.0/0` as no address and no date in seconds since 1970;
//! - it drops a `NotResource`, and an organisation policy's `Resource`, that lacks parts;
//! - it lets `ForAnyValue` fail on a missing key in spite of `IfExists`;
//! - where nothing allows a call, gatelint calls no denial explicit that it leaves open.
//!
//! # Cost
//!
//! `cargo bench --no-default-features --bench iam` on two cores of a virtual machine that did nothing
//! else: a check on a policy of ten statements takes 0.46 µs if the first allows the call, 1.8 to 2.1 µs
//! if the last does, and 1.7 µs if none does: what a denial says is written when it is asked for. They
//! are 4,900, 18,300 and 19,100 instructions. `*a*a…*b*` with 64 stars takes 2.7 µs against 256
//! characters and 3.9 µs against 2,048; a text with a hole every sixteen characters 85 µs at 256 and
//! 692 µs at 2,048 (both beside other work): linear in its length.

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
pub use nearest::{Element, Nearest};
pub use proof::{Proof, StatementRef};

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
pub fn may(policies: &Policies<'_>, call: &Call) -> Tri<Proof> {
    decide::decide(policies, call)
}
