//! Whole policies against a naive evaluator, and: to learn more never flips an answer.

use super::naive::{Estate, Plain, whole};
use super::*;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

pub(super) const SERVICE: &str = "apigateway.amazonaws.com";
pub(super) const SOURCE: &str = "arn:aws:execute-api:us-east-1:111122223333:abc/prod/GET/orders";

pub(super) fn principal() -> impl Strategy<Value = (&'static str, Json)> {
    select(vec![
        ("Principal", json!("*")),
        ("Principal", json!({ "Service": SERVICE })),
        ("Principal", json!({ "Service": ["s3.amazonaws.com", SERVICE] })),
        ("Principal", json!({ "Service": "s3.amazonaws.com" })),
        ("Principal", json!({ "AWS": ACCOUNT })),
        ("Principal", json!({ "AWS": ROLE, "Service": SERVICE })),
        ("Principal", json!({ "AWS": "444455556666" })),
        ("Principal", json!({ "AWS": [SESSION_ARN, "444455556666"] })),
        ("Principal", json!({ "AWS": "arn:aws:sts::111122223333:assumed-role/gateway/other" })),
    ])
}

pub(super) fn action() -> impl Strategy<Value = (&'static str, Json)> {
    select(vec![
        ("Action", json!("lambda:InvokeFunction")),
        ("Action", json!(["lambda:GetFunction", "LAMBDA:invoke*"])),
        ("Action", json!("lambda:Get*")),
        ("Action", json!("*")),
        ("NotAction", json!("lambda:Invoke*")),
        ("NotAction", json!(["s3:*", "sqs:*"])),
    ])
}

pub(super) fn resource() -> impl Strategy<Value = (&'static str, Json)> {
    select(vec![
        ("Resource", json!("*")),
        ("Resource", json!(FUNCTION)),
        ("Resource", json!([format!("{FUNCTION}:prod"), "arn:aws:lambda:*:*:function:o*"])),
        ("Resource", json!(format!("{FUNCTION}:*"))),
        ("Resource", json!("arn:aws:lambda:*:orders")),
        ("Resource", json!("arn:aws:lambda:us-east-1:1111*3333:f*orders")),
        ("NotResource", json!(FUNCTION)),
        ("NotResource", json!(format!("{FUNCTION}:*"))),
    ])
}

pub(super) fn condition() -> impl Strategy<Value = (String, &'static str, Json)> {
    let texts = (
        select(vec!["", "ForAllValues:", "ForAnyValue:"]),
        select(vec![
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
        ]),
        select(vec!["", "IfExists"]),
        select(vec!["k", "K", "n"]),
        select(vec![json!("7"), json!(["8", "7"]), json!("9"), json!("${k, '7'}"), json!(["10", "7.0"])]),
    )
        .prop_map(|(set, test, exists, key, said)| (format!("{set}{test}{exists}"), key, said));
    let arns = (
        select(vec!["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringLike", "StringEquals"]),
        select(vec![
            json!(SOURCE),
            json!("arn:aws:execute-api:*:*:abc/*/GET/*"),
            json!(["arn:aws:execute-api:*:*:abc/*/POST/*", "arn:aws:execute-api:us-east-1:*:*/prod/*"]),
            json!("arn:aws:execute-api:*:abc/prod/GET/orders"),
            json!("arn:aws:execute-api:*"),
        ]),
    )
        .prop_map(|(test, said)| (test.to_owned(), "aws:sourcearn", said));
    let null = select(vec!["true", "false"]).prop_map(|said| ("Null".to_owned(), "k", json!(said)));
    prop_oneof![3 => texts, 3 => arns, 1 => null]
}

pub(super) fn statement() -> impl Strategy<Value = Json> {
    let effect = select(vec!["Allow", "Allow", "Deny"]);
    let conditions = proptest::collection::vec(condition(), 0..3);
    (effect, principal(), action(), resource(), conditions).prop_map(|(effect, principal, action, resource, found)| {
        let mut one = json!({ "Effect": effect });
        for (name, value) in [principal, action, resource] {
            one[name] = value;
        }
        // With Allow it is left open.
        if effect == "Deny" && one["Principal"] == json!({ "Service": SERVICE }) {
            one["NotPrincipal"] = one.as_object_mut().unwrap().remove("Principal").unwrap();
        }
        for (operator, key, said) in found {
            one["Condition"][operator][key] = said;
        }
        one
    })
}

pub(super) fn document() -> impl Strategy<Value = Json> {
    let version = select(vec![json!("2012-10-17"), json!("2012-10-17"), json!("2008-10-17"), Json::Null]);
    (version, proptest::collection::vec(statement(), 0..4)).prop_map(|(version, statements)| {
        let mut policy = json!({ "Statement": statements });
        if !version.is_null() {
            policy["Version"] = version;
        }
        policy
    })
}

/// What a call carries: values, or proof that it carries nothing.
pub(super) fn carried() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    select(vec![None, Some(vec!["7"]), Some(vec!["8"]), Some(vec!["7", "8"]), Some(vec!["9", "10"])])
}

/// A variable takes one value.
pub(super) fn single() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    select(vec![None, Some(vec!["7"]), Some(vec!["8"]), Some(vec!["7.0"])])
}

pub(super) fn call(of_service: bool, source: Text, keys: &[(&str, Option<Vec<&str>>)]) -> Call {
    let context =
        keys.iter().fold(Context::new().with("aws:SourceArn", [source]), |context, (key, values)| match values {
            Some(values) => context.with(key, values.iter().map(|value| Text::from(*value))),
            None => context.without(key),
        });
    let session = Caller::Role { arn: ROLE.into(), account: ACCOUNT.into(), session: "call".into() };
    let principal = if of_service { service() } else { session };
    Call { principal, action: "lambda:InvokeFunction".into(), resource: FUNCTION.into(), context }
}

/// The same document with a hole for the first occurrence of `cut` in every string.
fn with_holes(value: &Json, cut: &str, name: &str) -> Json {
    match value {
        Json::String(text) => match text.split_once(cut) {
            Some((before, after)) if !text.contains("${") => {
                let gap = json!({ "kind": "computed", "expr": name, "at": "" });
                json!({ "$text": [before, { "hole": name, "charset": "any", "gap": gap }, after] })
            }
            _ => value.clone(),
        },
        Json::Array(list) => list.iter().map(|value| with_holes(value, cut, name)).collect(),
        Json::Object(map) => map
            .iter()
            .map(|(key, value)| {
                (key.clone(), if key == "Version" { value.clone() } else { with_holes(value, cut, name) })
            })
            .collect(),
        other => other.clone(),
    }
}

/// The document stands on the function; the role has no policies of its own.
fn judged(document: &Json, call: &Call) -> char {
    let document = Seen::Set(policy(&document.to_string()));
    let resource = Some(Resource::Policy(Labelled { label: "p", document: &document }));
    let identity = Some(Identity { policies: &[], boundary: None });
    mark(&may(&Policies { identity, resource, ..Policies::default() }, call))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_known_is_judged_as_documented(document in document(), of_service: bool, k in single(), n in carried()) {
        let keys = [("k", k), ("n", n)];
        let mut plain: Vec<_> = keys.iter().filter_map(|(key, values)| Some((*key, values.clone()?))).collect();
        plain.push(("aws:SourceArn", vec![SOURCE]));
        let resource = Some(&document);
        let estate = Estate { identity: &[], boundary: None, resource, scps: None, rcps: None, same_account: true };
        let call_of = Plain { service: of_service.then_some(SERVICE), keys: &plain, resource: FUNCTION };
        let expected = whole(&estate, &call_of);
        let got = judged(&document, &call(of_service, SOURCE.into(), &keys));
        let expected = expected.map_or('?', |allowed| if allowed { 'y' } else { 'n' });
        prop_assert_eq!(got, expected, "{}", document);
    }

    #[test]
    fn learning_a_key_never_flips_an_answer(document in document(), of_service: bool, k in carried(), n in carried()) {
        let source = || Text::from(SOURCE);
        let known = judged(&document, &call(of_service, source(), &[("k", k.clone()), ("n", n)]));
        let part = judged(&document, &call(of_service, source(), &[("k", k.clone())]));
        let none = judged(&document, &call(of_service, source(), &[]));
        let mut perhaps = call(of_service, source(), &[]);
        if let Some(values) = &k {
            perhaps.context = perhaps.context.perhaps("k", values.iter().map(|value| Text::from(*value)));
        }
        let perhaps = judged(&document, &perhaps);
        for (less, more) in [(none, part), (part, known), (none, known), (perhaps, part)] {
            prop_assert!(less == '?' || less == more, "{} {} {} {} {}", none, perhaps, part, known, document);
        }
    }

    #[test]
    fn filling_a_hole_never_flips_an_answer(
        document in document(), of_service: bool, k in carried(),
        cut in select(vec!["us-east-1", "111122223333", "abc", "orders", "7", "low", "lambda:", "*", "apigateway"]),
    ) {
        let keys = [("k", k)];
        let whole = judged(&document, &call(of_service, SOURCE.into(), &keys));
        // The same value in the policy and in the call, and in the policy alone.
        let holed = with_holes(&document, cut, "h");
        let in_call: Text = serde_json::from_value(with_holes(&json!(SOURCE), cut, "h")).unwrap();
        for source in [in_call, SOURCE.into()] {
            let before = judged(&holed, &call(of_service, source, &keys));
            prop_assert!(before == '?' || before == whole, "{} then {}: {}", before, whole, holed);
        }
    }
}
