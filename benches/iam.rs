//! What an IAM question costs: a check on a resource policy, and wildcards that were
//! chosen to hurt. Figures stand in `src/analysis/iam/mod.rs`.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gatelint::analysis::iam::{Call, Caller, Context, Labelled, Policies, Resource, may};
use gatelint::model::policy::{Many, Policy, Scalar};
use gatelint::model::{Charset, Gap, Hole, Part, Seen, Text};
use std::hint::black_box;

const ACCOUNT: &str = "111122223333";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:orders";

fn call(source: Text) -> Call {
    Call {
        principal: Caller::Service { name: "apigateway.amazonaws.com", account: ACCOUNT.into() },
        action: "lambda:InvokeFunction".into(),
        resource: FUNCTION.into(),
        context: Context::apigateway(source, ACCOUNT.into()),
    }
}

/// What `add-permission` writes, one statement a route.
fn grants(paths: impl Iterator<Item = String>) -> Seen<Policy> {
    let statements: Vec<String> = paths
        .map(|path| {
            format!(
                r#"{{"Sid":"apigw-{path}","Effect":"Allow","Principal":{{"Service":"apigateway.amazonaws.com"}},
                    "Action":"lambda:InvokeFunction","Resource":"{FUNCTION}","Condition":{{"ArnLike":{{
                    "AWS:SourceArn":"arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/*/GET/{path}"}}}}}}"#
            )
        })
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{}]}}"#, statements.join(","));
    Seen::Set(Policy::parse(&text).unwrap())
}

fn ask(document: &Seen<Policy>, call: &Call) -> bool {
    let resource = Some(Resource::Policy(Labelled { label: "its resource policy", document }));
    may(&Policies { resource, ..Policies::default() }, call).is_yes()
}

fn check(c: &mut Criterion) {
    let document = grants((0..10).map(|n| format!("orders/{n}")));
    let mut group = c.benchmark_group("ten statements");
    for (name, path) in [("the first allows", "orders/0"), ("the last allows", "orders/9"), ("none allows", "orders")] {
        let call = call(format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/prod/GET/{path}").into());
        group.bench_function(name, |b| b.iter(|| ask(black_box(&document), black_box(&call))));
    }
    group.finish();
}

/// One condition with a value of `n` wildcards against a text of `n` characters and,
/// perhaps, holes: the time for a character has to stay the same when only one grows.
fn wildcards(c: &mut Criterion) {
    let hole = |id: usize| {
        let gap = Gap::Runtime { what: "it".into() };
        Part::Hole(Hole { id: format!("h{id}").into(), family: None, charset: Charset::Id, gap }.into())
    };
    let long = |n: usize| Text::new("a".repeat(n));
    let holed = |n: usize| Text::from_parts((0..n / 16).flat_map(|id| [Part::Lit("a".repeat(15).into()), hole(id)]));
    let stars = |n: usize| Text::new("*a".repeat(n) + "*b*");
    let mut group = c.benchmark_group("wildcards");
    group.sample_size(20);
    for n in [256, 512, 1_024, 2_048] {
        let cases = [
            ("text grows, 64 stars", stars(64), long(n)),
            ("text and stars grow", stars(n / 2), long(n)),
            ("text with holes grows, 16 stars", stars(16), holed(n)),
        ];
        for (name, pattern, text) in cases {
            let mut document = grants(std::iter::once("orders".to_owned()));
            let Seen::Set(Policy { statement: Many::List(statements), .. }) = &mut document else { continue };
            statements[0].condition.clear();
            let condition = statements[0].condition.entry("StringLike".into()).or_default();
            condition.insert("aws:SourceArn".into(), Many::One(Scalar::Text(pattern)));
            let call = call(text);
            group.throughput(Throughput::Elements(n as u64));
            group.bench_with_input(BenchmarkId::new(name, n), &n, |b, _| b.iter(|| ask(&document, black_box(&call))));
        }
    }
    group.finish();
}

criterion_group!(benches, check, wildcards);
criterion_main!(benches);
