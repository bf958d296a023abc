//! Where an ARN in a policy parts ways with what API Gateway sends.

use super::*;
use crate::analysis::iam::Miss::{self, LetterByLetter, NotAnArn, Source};
use crate::analysis::iam::Segment::{self, *};
use crate::analysis::iam::{ArnPart, Nearest};

fn nearest(operator: &str, says: &str, source: Text) -> Nearest {
    let policy = policy(&format!(
        r#"{{"Statement":{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{{"{operator}":{{"aws:SourceArn":"{says}"}}}}}}}}"#
    ));
    match resource_policy(&policy, "p", &invoke_from(source)) {
        Tri::No(Proof::NoMatch { nearest: Some(nearest) }) => nearest,
        other => panic!("{says}: {other:?}"),
    }
}

#[test]
fn segments_of_a_source() {
    let table: &[(&str, &str, &[Segment])] = &[
        ("zzz/*/GET/orders", "abc/prod/GET/orders", &[Api]),
        ("abc/test/GET/orders", "abc/prod/GET/orders", &[Stage]),
        ("abc/*/POST/orders", "abc/prod/GET/orders", &[Verb]),
        ("abc/*/POST/orders/", "abc/prod/GET/orders", &[Verb, TrailingSlash]),
        ("abc/*/GET/orders/", "abc/prod/GET/orders", &[TrailingSlash]),
        ("abc/*/GET/*/", "abc/prod/GET/orders", &[TrailingSlash]),
        ("abc/*/GET/orders/*", "abc/prod/GET/orders", &[Path]),
        ("abc/*/GET", "abc/prod/GET/", &[RootPath]),
        ("abc/*/GET", "abc/prod/GET/orders", &[NoPath]),
        ("abc/p?/GET/orders", "abc/prod/GET/orders", &[Stage]),
        ("abc/*/*/*", "abc/prod/$default", &[TwoSegments]),
        ("abc/*/$connect", "abc/prod/$disconnect", &[Route]),
        ("abc/authorizers/*", "abc/prod/GET/orders", &[AuthorizersOnly]),
        ("abc/prod/*", "abc/authorizers/a1", &[NotAuthorizer]),
        ("abc/authorizers/b2", "abc/authorizers/a1", &[Authorizer]),
        ("zzz/authorizers/b2", "abc/authorizers/a1", &[Api, Authorizer]),
    ];
    for (policy, call, expected) in table {
        let says = source(policy).to_string();
        assert_eq!(nearest("ArnLike", &says, source(call)).miss(), Some(Source(expected.to_vec())), "{policy} {call}");
    }
}

#[test]
fn a_hole_of_the_call_proves_nothing() {
    let verb = Text::from_parts([lit("abc/"), hole("stage", None, Charset::Any), lit("/GET/orders")]);
    let call = source("").join(&verb);
    let says = source("abc/prod/POST/orders").to_string();
    assert_eq!(nearest("ArnLike", &says, call).miss(), Some(Source(vec![Verb])));
}

#[test]
fn parts_of_an_arn() {
    let part = |part, says: &str| Miss::Part { part, says: says.into() };
    let table = [
        ("ArnLike", "arn:aws:apigateway:us-east-1::/restapis/abc", part(ArnPart::Service, "apigateway")),
        ("ArnLike", "arn:aws-cn:execute-api:*:*:abc/*", part(ArnPart::Partition, "aws-cn")),
        ("ArnEquals", "arn:aws:execute-api:eu-*:*:abc/*", part(ArnPart::Region, "eu-*")),
        ("StringLike", "arn:aws:execute-api:*:4444*:abc/*", part(ArnPart::Account, "4444*")),
        ("StringEquals", "arn:aws:execute-api:us-east-1:111122223333:abc/*", LetterByLetter),
        ("StringLike", "abc/*", NotAnArn),
    ];
    for (operator, says, expected) in table {
        assert_eq!(nearest(operator, says, source("abc/prod/GET/orders")).miss(), Some(expected), "{says}");
    }
    let same = source("abc/prod/GET/orders").to_string();
    assert_eq!(nearest("ArnNotLike", &same, source("abc/prod/GET/orders")).miss(), None, "it matches");
}
