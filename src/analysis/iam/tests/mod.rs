mod conditions;
mod laws;
mod naive;
mod patterns;
mod policies;

use super::{Call, Caller, Context};
use crate::analysis::Tri;
use crate::model::policy::Policy;
use crate::model::{Charset, Gap, Hole, Part, Text};

pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:orders";
pub(super) const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/gateway";

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
    Caller::Role { arn: ROLE.into(), account: ACCOUNT.into() }
}

pub(super) fn hole(id: &str, family: Option<&str>, charset: Charset) -> Part {
    let gap = Gap::Computed { expr: id.to_owned(), at: String::new() };
    Part::Hole(Hole { id: id.into(), family: family.map(Into::into), charset, gap })
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
