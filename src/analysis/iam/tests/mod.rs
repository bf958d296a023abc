mod conditions;
mod laws;
mod misses;
mod naive;
mod patterns;
mod policies;
mod whole;

use super::{Call, Caller, Context, Identity, Labelled, Policies, Proof, Resource, may};
use crate::analysis::Tri;
use crate::model::policy::Policy;
use crate::model::{Charset, Gap, Hole, Part, Seen, Text};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:orders";
pub(super) const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/gateway";

pub(super) const SESSION_ARN: &str = "arn:aws:sts::111122223333:assumed-role/gateway/call";

pub(super) fn policy(json: &str) -> Policy {
    Policy::parse(json).unwrap()
}

pub(super) fn source(rest: &str) -> Text {
    format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:{rest}").into()
}

/// API Gateway invoking the function for `abc/prod/GET/orders`.
pub(super) fn invoke() -> Call {
    invoke_from(source("abc/prod/GET/orders"))
}

pub(super) fn invoke_from(source: Text) -> Call {
    Call {
        principal: service(),
        action: "lambda:InvokeFunction".into(),
        resource: FUNCTION.into(),
        context: Context::apigateway(source, ACCOUNT.into()),
    }
}

pub(super) fn service() -> Caller {
    Caller::Service { name: "apigateway.amazonaws.com", account: ACCOUNT.into() }
}

pub(super) fn role() -> Caller {
    Caller::role(ROLE.into(), ACCOUNT.into())
}

/// The policy on the function alone: all that counts for a service, and of a call from
/// another account the resource's half.
pub(super) fn resource_policy(policy: &Policy, label: &str, call: &Call) -> Tri<Proof> {
    let document = Seen::Set(policy.clone());
    let resource = Some(Resource::Policy(Labelled { label, document: &document }));
    may(&Policies { resource, ..Policies::default() }, call)
}

/// A role's own policies and boundary, where nothing stands on the function.
pub(super) fn identity_policies(policies: &[Labelled<'_>], boundary: Option<Labelled<'_>>, call: &Call) -> Tri<Proof> {
    let resource = Some(Resource::Policy(Labelled { label: "none", document: &Seen::Unset }));
    may(&Policies { identity: Some(Identity { policies, boundary }), resource, ..Policies::default() }, call)
}

pub(super) fn trust(policy: &Policy, call: &Call) -> Tri<Proof> {
    let document = Seen::Set(policy.clone());
    let resource = Some(Resource::Trust(Labelled { label: "the trust policy", document: &document }));
    may(&Policies { resource, ..Policies::default() }, call)
}

pub(super) fn hole(id: &str, family: Option<&str>, charset: Charset) -> Part {
    let gap = Gap::Computed { expr: id.to_owned(), at: String::new() };
    Part::Hole(Hole { id: id.into(), family: family.map(Into::into), charset, gap }.into())
}

pub(super) fn lit(text: &str) -> Part {
    Part::Lit(text.into())
}

/// `y`, `n` or `?`.
pub(super) fn mark<P>(answer: &Tri<P>) -> char {
    match answer {
        Tri::Yes(_) => 'y',
        Tri::No(_) => 'n',
        Tri::Unknown(gaps) => {
            assert!(!gaps.is_empty(), "an Unknown says why");
            '?'
        }
    }
}
