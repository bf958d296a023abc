//! Expectations from *IAM JSON policy elements: Condition operators*, *Single-valued vs.
//! multivalued context keys* and *IAM policy elements: Variables and tags*.

use super::mark;
use crate::analysis::iam::Context;
use crate::analysis::iam::condition::holds;
use crate::model::Text;
use crate::model::policy::{Many, Scalar};

fn values(list: &[&str]) -> Vec<Text> {
    list.iter().map(|value| Text::from(*value)).collect()
}

fn context() -> Context {
    Context::new()
        .with("aws:SourceAccount", values(&["111122223333"]))
        .with("AWS:SourceArn", values(&["arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders"]))
        .with("aws:SourceIp", values(&["203.0.113.9"]))
        .with("ip6", values(&["2001:db8::1"]))
        .with("n", values(&["10"]))
        .with("d", values(&["2020-06-01T12:00:00Z"]))
        .with("b", values(&["true"]))
        .with("bin", values(&["QmluYXJ5VmFsdWVJbkJhc2U2NA=="]))
        .with("list", values(&["red", "green"]))
        .with("empty", values(&[""]))
        .perhaps("perhaps", values(&["mine"]))
        .without("gone")
}

fn check(table: &[(&str, &str, &[&str], char)]) {
    for (operator, key, said, expected) in table {
        let said = Many::List(values(said).into_iter().map(Scalar::Text).collect());
        let got = mark(&holds(operator, key, &said, &context(), true));
        assert_eq!(got, *expected, "{operator} {key} {said:?}");
    }
}

#[test]
fn strings_and_arns() {
    let other = "arn:aws:execute-api:us-east-1:111122223333:abc/*/POST/orders";
    let wild = "arn:aws:execute-api:us-east-1:111122223333:abc/*/GET/orders";
    check(&[
        ("StringEquals", "AWS:sourceACCOUNT", &["111122223333"], 'y'),
        ("StringEquals", "aws:SourceAccount", &["444455556666"], 'n'),
        ("StringEquals", "aws:SourceAccount", &["444455556666", "111122223333"], 'y'),
        ("StringEquals", "aws:SourceAccount", &["1111*"], 'n'),
        ("StringLike", "aws:SourceAccount", &["1111*"], 'y'),
        ("StringNotEquals", "aws:SourceAccount", &["444455556666"], 'y'),
        ("StringNotEquals", "aws:SourceAccount", &["444455556666", "111122223333"], 'n'),
        ("StringNotLike", "aws:SourceAccount", &["9*", "8*"], 'y'),
        ("StringEqualsIgnoreCase", "b", &["TRUE"], 'y'),
        ("StringNotEqualsIgnoreCase", "b", &["TRUE"], 'n'),
        ("ArnLike", "aws:SourceArn", &[wild], 'y'),
        ("ArnEquals", "aws:SourceArn", &[wild], 'y'),
        ("StringEquals", "aws:SourceArn", &[wild], 'n'),
        ("StringLike", "aws:SourceArn", &[wild], 'y'),
        ("ArnLike", "aws:SourceArn", &[other], 'n'),
        ("ArnNotLike", "aws:SourceArn", &[other], 'y'),
        ("ArnNotEquals", "aws:SourceArn", &[other, wild], 'n'),
        ("ArnLike", "aws:SourceArn", &["*"], '?'),
    ]);
}

#[test]
fn keys_that_are_missing_or_not_known() {
    check(&[
        ("StringEquals", "gone", &["x"], 'n'),
        ("StringNotEquals", "gone", &["x"], 'y'),
        ("ArnNotLike", "gone", &["arn:aws:s3:::x"], 'y'),
        ("NumericLessThan", "gone", &["1"], 'n'),
        ("NotIpAddress", "gone", &["10.0.0.0/8"], 'y'),
        ("StringEqualsIfExists", "gone", &["x"], 'y'),
        ("StringNotEqualsIfExists", "gone", &["x"], 'y'),
        ("StringEqualsIfExists", "aws:SourceAccount", &["x"], 'n'),
        ("Null", "gone", &["true"], 'y'),
        ("Null", "gone", &["false"], 'n'),
        ("Null", "n", &["false"], 'y'),
        ("Null", "n", &["true"], 'n'),
        ("Null", "n", &["yes"], '?'),
        ("Null", "aws:PrincipalOrgID", &["true"], '?'),
        ("NullIfExists", "n", &["true"], '?'),
        ("StringEquals", "aws:PrincipalOrgID", &["o-1"], '?'),
        ("StringEqualsIfExists", "aws:PrincipalOrgID", &["o-1"], '?'),
        // With or without the key: another value is wrong either way.
        ("StringEquals", "perhaps", &["mine"], '?'),
        ("StringEquals", "perhaps", &["other"], 'n'),
        ("StringEqualsIfExists", "perhaps", &["mine"], 'y'),
        ("StringEqualsIfExists", "perhaps", &["other"], '?'),
        ("StringNotEquals", "perhaps", &["other"], 'y'),
        ("StringNotEquals", "perhaps", &["mine"], '?'),
        ("Null", "perhaps", &["true"], '?'),
    ]);
}

#[test]
fn numbers_dates_and_the_rest() {
    check(&[
        ("NumericEquals", "n", &["10.0"], 'y'),
        ("NumericNotEquals", "n", &["10"], 'n'),
        ("NumericLessThan", "n", &["10"], 'n'),
        ("NumericLessThanEquals", "n", &["10"], 'y'),
        ("NumericGreaterThan", "n", &["9.5"], 'y'),
        ("NumericGreaterThanEquals", "n", &["11", "10"], 'y'),
        ("NumericEquals", "n", &["ten"], '?'),
        ("NumericEquals", "n", &["inf"], '?'),
        ("DateEquals", "d", &["2020-06-01T14:00:00+02:00"], 'y'),
        ("DateLessThan", "d", &["2020-06-02"], 'y'),
        ("DateGreaterThan", "d", &["2020"], 'y'),
        ("DateGreaterThanEquals", "d", &["2020-07"], 'n'),
        ("DateEquals", "d", &["1591012800"], 'y'),
        ("DateNotEquals", "d", &["2020-06-01T12:00:00Z"], 'n'),
        ("DateLessThanEquals", "d", &["June"], '?'),
        ("Bool", "b", &["true"], 'y'),
        ("Bool", "b", &["false"], 'n'),
        ("BoolIfExists", "gone", &["true"], 'y'),
        ("Bool", "b", &["maybe"], '?'),
        ("BinaryEquals", "bin", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], 'y'),
        ("BinaryEquals", "bin", &["QUJD"], 'n'),
        ("IpAddress", "aws:SourceIp", &["203.0.113.0/24", "2001:DB8:1234:5678::/64"], 'y'),
        ("IpAddress", "aws:SourceIp", &["203.0.113.9"], 'y'),
        ("IpAddress", "aws:SourceIp", &["203.0.113.8"], 'n'),
        ("IpAddress", "aws:SourceIp", &["0.0.0.0/0"], 'y'),
        ("IpAddress", "ip6", &["2001:db8::/32"], 'y'),
        ("IpAddress", "ip6", &["0.0.0.0/0"], 'n'),
        ("NotIpAddress", "aws:SourceIp", &["203.0.113.0/24"], 'n'),
        ("IpAddress", "aws:SourceIp", &["203.0.113.0/64"], '?'),
        ("StringMatches", "n", &["10"], '?'),
        ("stringEquals", "n", &["10"], '?'),
        ("ForSomeValues:StringEquals", "n", &["10"], '?'),
        ("StringEquals", "n", &[], '?'),
    ]);
}

#[test]
fn sets() {
    check(&[
        ("ForAllValues:StringEquals", "list", &["red", "green", "blue"], 'y'),
        ("ForAllValues:StringEquals", "list", &["red"], 'n'),
        ("ForAnyValue:StringEquals", "list", &["red", "blue"], 'y'),
        ("ForAnyValue:StringEquals", "list", &["blue"], 'n'),
        ("ForAllValues:StringNotEquals", "list", &["blue"], 'y'),
        ("ForAllValues:StringNotEquals", "list", &["red"], 'n'),
        ("ForAnyValue:StringNotEquals", "list", &["red"], 'y'),
        ("ForAnyValue:StringNotEquals", "list", &["red", "green"], 'n'),
        ("ForAllValues:StringLike", "list", &["*e*"], 'y'),
        ("ForAllValues:StringEquals", "gone", &["x"], 'y'),
        ("ForAnyValue:StringEquals", "gone", &["x"], 'n'),
        ("ForAnyValue:StringEqualsIfExists", "gone", &["x"], 'y'),
        ("ForAnyValue:StringNotEquals", "gone", &["x"], '?'),
        ("ForAllValues:StringEquals", "empty", &["x"], 'y'),
        ("ForAnyValue:StringEquals", "empty", &["x"], 'n'),
        ("StringEquals", "list", &["red"], '?'),
    ]);
}

#[test]
fn variables() {
    check(&[
        ("StringEquals", "aws:SourceAccount", &["${aws:sourceaccount}"], 'y'),
        ("StringEquals", "n", &["${aws:SourceAccount}"], 'n'),
        ("StringLike", "aws:SourceArn", &["*:${aws:SourceAccount}:abc/*"], 'y'),
        ("StringEquals", "n", &["${gone, '10'}"], 'y'),
        ("StringEquals", "n", &["${gone, '11'}"], 'n'),
        ("StringEquals", "n", &["${gone}"], 'n'),
        // It may take the statement with it.
        ("StringEquals", "n", &["${gone}", "10"], '?'),
        ("StringEquals", "n", &["10", "${gone}"], '?'),
        ("StringNotEquals", "n", &["${gone}"], '?'),
        ("StringNotEquals", "n", &["${gone}", "10"], 'n'),
        ("StringEquals", "n", &["${aws:userid}"], '?'),
        ("StringLike", "n", &["${*}0"], 'n'),
        ("StringLike", "n", &["1${?}"], 'n'),
        ("StringEquals", "n", &["${list}"], '?'),
        ("NumericEquals", "n", &["${n}"], '?'),
    ]);
    let said = Many::One(Scalar::Text("${n}".into()));
    assert_eq!(mark(&holds("StringEquals", "n", &said, &context(), false)), 'n', "an old policy has no variables");
    let stars = Context::new().with("k", values(&["a*?$"]));
    for pattern in ["a${*}${?}${$}", "a${*}*", "${k}"] {
        let said = Many::One(Scalar::Text(pattern.into()));
        assert_eq!(mark(&holds("StringLike", "k", &said, &stars, true)), 'y', "{pattern}");
    }
}
