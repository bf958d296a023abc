//! The status code that a MOCK integration reads from its rendered request template.

use super::ast::Span;
use super::run::{Code, Output};
use crate::analysis::Tri;
use crate::model::Gap;
use std::collections::BTreeSet;

/// Whether the output carries an integer `statusCode` at the top of its object, and which.
///
/// AWS documents `{"statusCode": 200}`
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html>); without an integer the
/// request ends in 500. Keys without quotes are read too: the CDK emits `{statusCode: 200}`. What else API Gateway
/// forgives is not documented, so output that is no JSON otherwise is Unknown once a brace was opened, and so is a
/// number in quotes.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Yes and No hold for every request, with the span of the template.
    pub answer: Tri<Span>,
    /// The codes that requests can select. All of them if the answer is Yes.
    pub codes: BTreeSet<i64>,
}

pub(super) fn status(out: &Output, given_up: bool, constant: bool, whole: Span) -> Status {
    let mut codes = BTreeSet::new();
    let (mut with, mut without, mut unsure) = (false, out.outside.is_some(), given_up || out.inside.is_some());
    for reading in &out.readings {
        match reading.status {
            _ if reading.blank => without = true,
            _ if !reading.whole || reading.open => unsure = true,
            Code::None => without = true,
            Code::Integer(code) => {
                with = true;
                codes.insert(code);
            }
            Code::Unsure => unsure = true,
        }
    }
    let answer = match (with, without, unsure) {
        (true, false, false) => Tri::Yes(whole),
        (false, true, false) => Tri::No(out.outside.unwrap_or(whole)),
        // The same for every request, but not how it is read.
        _ if constant => Tri::unknown(Gap::not_modelled("how API Gateway reads what the template writes for a MOCK")),
        _ => Tri::unknown(Gap::Runtime { what: "whether the template writes an integer statusCode".into() }),
    };
    Status { answer, codes }
}
