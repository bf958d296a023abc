//! Expectations from *IAM JSON policy elements: Condition operators* and *Resource*.

use super::naive;
use super::{hole, lit, mark};
use crate::analysis::iam::pattern::{Reading, glob, matches};
use crate::analysis::iam::variables;
use crate::model::Charset::{Any, Digits, Id, Slug};
use crate::model::{Part, Text};
use proptest::prelude::*;

fn answer(pattern: impl Into<Text>, text: impl Into<Text>, reading: Reading) -> char {
    mark(&matches(&variables::Value::Plain(&pattern.into()), &text.into(), reading))
}

#[test]
fn literal_arns_are_compared_part_by_part() {
    let call = "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders:7";
    let table = [
        ("arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders:7", 'y'),
        ("arn:aws:execute-api:us-east-1:111122223333:abc/*/GET/orders:7", 'y'),
        ("arn:aws:execute-api:us-east-1:111122223333:abc/*", 'y'),
        ("arn:aws:execute-api:us-east-1:111122223333:*", 'y'),
        ("arn:aws:execute-api:*:111122223333:abc/*", 'y'),
        ("arn:aws:execute-api:us-*-1:1111????3333:abc/*/*/*", 'y'),
        ("arn:*:*:*:*:*", 'y'),
        // Six parts, of which `abc/prod/GET/orders` stands where the account is: the
        // star cannot swallow the colon before the account.
        ("arn:aws:execute-api:*:abc/prod/GET/orders:7", 'n'),
        ("arn:aws:execute-api:*:*:*:7", 'y'),
        ("arn:aws:execute-api:us-east-1*:111122223333:abc/prod/GET/orders:7", 'y'),
        ("arn:aws:execute-api:us-east-1?111122223333:abc/prod/GET:orders:7", 'n'),
        ("arn:aws:execute-api:us-west-2:111122223333:abc/*", 'n'),
        ("arn:aws:execute-api:us-east-1:111122223333:abc/*/GET/orders/", 'n'),
        ("arn:aws:execute-api:us-east-1:111122223333:ABC/*", 'n'),
        // These are no ARNs: not documented, unless even a loose reading cannot match.
        ("*", '?'),
        ("arn:aws:execute-api:*", '?'),
        ("arn:aws:s3:*", 'n'),
    ];
    for (pattern, expected) in table {
        assert_eq!(answer(pattern, call, Reading::Arn), expected, "{pattern}");
    }
    // The page's own example, where StringLike matches and ArnLike does not.
    let (pattern, value) = (
        "arn:aws:someservice:*:111122223333:finance/*",
        "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
    );
    assert_eq!(answer(pattern, value, Reading::Wild), 'y');
    assert_eq!(answer(pattern, value, Reading::Arn), 'n');
}

#[test]
fn a_resource_wildcard_crosses_a_colon_only_at_the_end_of_its_segment() {
    let qualified = "arn:aws:lambda:us-east-1:111122223333:function:orders:prod";
    let table = [
        ("*", 'y'),
        ("arn:aws:lambda:*", 'y'),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders", 'n'),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders:prod", 'y'),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders*", 'y'),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders:*", 'y'),
        ("arn:aws:lambda:*:111122223333:function:*", 'y'),
        ("arn:aws:lambda:*:function:orders:prod", 'y'),
        ("arn:aws:lambda:us-east-1:111122223333:function:o*:prod", 'y'),
        ("arn:aws:lambda:us-east-1:111122223333:function:o*prod", '?'),
        ("arn:aws:lambda:us-east-1:111122223333:function:orders?prod", '?'),
        ("arn:aws:lambda:us-east-1:111122223333:function:Orders:*", 'n'),
        ("arn:aws:lambda", '?'),
        ("arn:aws:sqs", 'n'),
    ];
    for (pattern, expected) in table {
        assert_eq!(answer(pattern, qualified, Reading::Resource), expected, "{pattern}");
    }
}

#[test]
fn strings_and_actions() {
    let table = [
        (Reading::Exact, "a*", "ab", 'n'),
        (Reading::Exact, "a*", "a*", 'y'),
        (Reading::Exact, "A", "a", 'n'),
        (Reading::ExactIgnoreCase, "ABC", "abc", 'y'),
        (Reading::Wild, "a?c*", "abc", 'y'),
        (Reading::Wild, "a?", "a", 'n'),
        (Reading::Wild, "?", "é", 'y'),
        (Reading::Wild, "A*", "ab", 'n'),
        (Reading::Wild, "", "", 'y'),
        (Reading::Wild, "*", "", 'y'),
        (Reading::Wild, "*?", "", 'n'),
        (Reading::WildIgnoreCase, "LAMBDA:invoke*", "lambda:InvokeFunction", 'y'),
        (Reading::WildIgnoreCase, "lambda:InvokeFunctionUrl", "lambda:InvokeFunction", 'n'),
        (Reading::WildIgnoreCase, "lambda:Invoke?unction", "lambda:InvokeFunction", 'y'),
        (Reading::WildIgnoreCase, "*", "lambda:InvokeFunction", 'y'),
    ];
    for (reading, pattern, text, expected) in table {
        assert_eq!(answer(pattern, text, reading), expected, "{reading:?} {pattern} {text}");
    }
}

#[test]
fn holes() {
    let region = || hole("region", None, Slug);
    let account = || hole("account", None, Digits);
    let api = |id: &str| hole(id, Some("api"), Id);
    let arn = |parts: Vec<Part>| {
        let head = [lit("arn:aws:execute-api:"), region(), lit(":"), account(), lit(":")];
        Text::from_parts(head.into_iter().chain(parts))
    };
    let call = arn(vec![api("a"), lit("/prod/GET/orders")]);
    let table = [
        (arn(vec![api("a"), lit("/prod/GET/orders")]), 'y'),
        (arn(vec![api("a"), lit("/*/GET/orders")]), 'y'),
        (arn(vec![api("a"), lit("/*/POST/orders")]), 'n'),
        (arn(vec![api("a"), lit("/*/GET/orders/")]), 'n'),
        (arn(vec![api("b"), lit("/*/GET/orders")]), 'n'),
        (arn(vec![api("b"), lit("*")]), '?'),
        (arn(vec![lit("*/*/*/orders")]), 'y'),
        (arn(vec![lit("??????????/*")]), '?'),
        (arn(vec![lit("?*/prod/*")]), 'y'),
        (arn(vec![lit("abc/prod/GET/orders")]), '?'),
        // An API id has no capital letters.
        (arn(vec![lit("ABC/prod/GET/orders")]), 'n'),
        (Text::from("arn:aws:execute-api:*:*:*"), 'y'),
        (Text::from("arn:aws:execute-api:us-east-1:111122223333:*"), '?'),
        (Text::from("arn:aws:execute-api:us-east-1:here:*"), 'n'),
        (Text::from("arn:aws-cn:execute-api:*:*:*"), 'n'),
        (Text::from_parts([hole("whole", None, Any)]), '?'),
        (Text::from_parts([lit("arn:aws:execute-api:"), hole("x", None, Any), lit("/prod/POST/orders")]), 'n'),
        (Text::from_parts([lit("arn:aws:execute-api:"), hole("x", None, Any), lit("/prod/GET/orders")]), '?'),
        (Text::from_parts([lit("arn:aws:sqs:"), hole("x", None, Any)]), 'n'),
    ];
    for (pattern, expected) in table {
        assert_eq!(answer(pattern.clone(), call.clone(), Reading::Arn), expected, "{pattern}");
    }
    let whole = || Text::from_parts([hole("whole", None, Any)]);
    assert_eq!(answer(whole(), whole(), Reading::Arn), 'y', "a pattern matches itself");
    assert_eq!(answer(whole(), whole(), Reading::Exact), 'y');
    assert_eq!(answer("*", whole(), Reading::Wild), 'y');
    assert_eq!(answer("*:*", whole(), Reading::Wild), '?');
}

#[test]
fn many_stars_cost_no_more() {
    let pattern = "a*".repeat(2_000) + "b";
    let text = "a".repeat(20_000);
    assert!(!glob(&pattern, &text));
    let with_hole = Text::from_parts([lit(&text[..1_500]), hole("h", None, Digits)]);
    assert_eq!(answer("a*".repeat(750) + "1", with_hole.clone(), Reading::Wild), '?');
    assert_eq!(answer("a*".repeat(750) + "b", with_hole, Reading::Wild), 'n');
    let huge = Text::from_parts([lit(&"a".repeat(1 << 16)), hole("h", None, Any)]);
    assert_eq!(answer(huge.clone(), huge, Reading::Wild), '?');
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        Just(Reading::Exact),
        Just(Reading::ExactIgnoreCase),
        Just(Reading::Wild),
        Just(Reading::WildIgnoreCase),
        Just(Reading::Arn),
        Just(Reading::Resource),
    ]
}

/// Parts of a few characters, with holes of two families.
fn parts(alphabet: &'static str) -> impl Strategy<Value = Vec<Part>> {
    let part = prop_oneof![
        4 => proptest::string::string_regex(alphabet).unwrap().prop_map(|text| lit(&text)),
        1 => (0..3usize).prop_map(|n| hole(["p", "q", "r"][n], Some("api"), Id)),
        1 => (0..2usize).prop_map(|n| hole(["s", "t"][n], None, Digits)),
        1 => Just(hole("u", None, Any)),
    ];
    proptest::collection::vec(part, 0..6)
}

/// One value for each hole; those of one family differ.
fn fill(parts: &[Part], values: &[String], only: Option<&str>) -> Text {
    Text::from_parts(parts.iter().map(|part| match part {
        Part::Hole(hole) if only.is_none_or(|only| &*hole.id == only) => {
            let index = ["p", "q", "r", "s", "t", "u"].iter().position(|id| **id == *hole.id).unwrap();
            Part::Lit(values[index].as_str().into())
        }
        other => other.clone(),
    }))
}

fn values() -> impl Strategy<Value = Vec<String>> {
    ("[a1]{1,2}", "[a1]{1,2}", "[a1]{1,2}", "1{1,2}", "1{1,2}", "[a:*1]{0,2}")
        .prop_map(|(p, q, r, s, t, u)| vec![p, q, r, s, t, u])
        .prop_filter("one family, different values", |v| v[0] != v[1] && v[1] != v[2] && v[0] != v[2])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn glob_is_the_naive_matcher(pattern in "[ab*?é]{0,9}", text in "[abé]{0,9}") {
        prop_assert_eq!(glob(&pattern, &text), naive::wild(&pattern, &text));
    }

    #[test]
    fn without_holes_it_is_the_naive_matcher(
        pattern in "(arn:)?([aA*?]{0,2}:){0,6}[aA*?:]{0,4}", text in "(arn:)?([aA]{0,2}:){0,6}[aA:]{0,4}", reading in reading(),
    ) {
        let got = answer(pattern.as_str(), text.as_str(), reading);
        match naive::reads(&pattern, &text, reading) {
            Some(expected) => prop_assert_eq!(got, if expected { 'y' } else { 'n' }),
            None => prop_assert!(got != 'y'),
        }
    }

    #[test]
    fn filling_a_hole_never_flips_an_answer(
        pattern in parts("[a1:*?]{0,3}"), text in parts("[a1:]{0,3}"), values in values(), first in "[pqrstu]", reading in reading(),
    ) {
        let before = answer(Text::from_parts(pattern.clone()), Text::from_parts(text.clone()), reading);
        let partly = answer(fill(&pattern, &values, Some(&first)), fill(&text, &values, Some(&first)), reading);
        let after = answer(fill(&pattern, &values, None), fill(&text, &values, None), reading);
        for (earlier, later) in [(before, partly), (before, after), (partly, after)] {
            prop_assert!(earlier == '?' || later == '?' || earlier == later, "{} {} {}", before, partly, after);
        }
        // Once all is known, only what AWS leaves open stays open.
        if !matches!(reading, Reading::Arn | Reading::Resource) {
            prop_assert!(after != '?');
        }
    }
}
