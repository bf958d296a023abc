//! Streaming a capture, against only parsing the same bytes: the bound is three times.

#![expect(clippy::expect_used, reason = "a bench that cannot run should say so and stop")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gatelint::capture::{Capture, file};
use gatelint::model::redact::Salt;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;

const METHODS: usize = 200_000;
const PER_API: usize = 200;

/// A capture as it would be recorded; with a gap in every API, or in none.
fn generated(gaps: bool) -> String {
    let apis = METHODS / PER_API;
    let mut text = String::from(
        r#"{"format":"gatelint/capture@1","version":"0.1.0","taken":"2026-05-01T10:00:00Z","sources":[]}"#,
    );
    text += "\n{\"record\":\"calls\",\"calls\":{}}\n{\"record\":\"directory\",\"apis\":[";
    for api in 0..apis {
        let comma = if api == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"id":"api{api}","account":"111122223333","region":"eu-west-1","name":"api-{api}","protocol":"REST","stages":["prod"]}}"#
        );
    }
    text += "]}\n";
    for api in 0..apis {
        let _ = write!(
            text,
            r#"{{"record":"restUnit","account":"111122223333","region":"eu-west-1","facts":{{"api":{{"id":"api{api}","name":"api-{api}","endpointConfiguration":{{"types":["REGIONAL"]}}}},"stages":[{{"stageName":"prod","deploymentId":"dep{api}","variables":{{"fn":"orders-{api}","apiKeySource":"HEADER"}}}}],"draft":{{"resources":["#
        );
        for method in 0..PER_API {
            let comma = if method == 0 { "" } else { "," };
            let _ = write!(
                text,
                r#"{comma}{{"id":"r{method}","path":"/orders/{method}/{{id}}","resourceMethods":{{"GET":{{"httpMethod":"GET","authorizationType":"CUSTOM","authorizerId":"auth{api}","methodIntegration":{{"type":"AWS","httpMethod":"POST","uri":"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders-{api}-{method}:live/invocations","connectionType":"INTERNET","credentials":"arn:aws:iam::111122223333:role/orders-{api}","timeoutInMillis":29000,"requestParameters":{{"integration.request.header.X-Id":"method.request.path.id"}},"requestTemplates":{{"application/json":"{{\"id\": \"$input.params('id')\", \"body\": $input.json('$')}}"}},"passthroughBehavior":"WHEN_NO_MATCH"}}}}}}}}"#
            );
        }
        text += if gaps {
            "]}},\"gaps\":{\"/draft/authorizers\":{\"kind\":\"denied\",\"action\":\"apigateway:GET\",\"on\":\"authorizers\"}}}\n"
        } else {
            "],\"authorizers\":[]}}}\n"
        };
    }
    text
}

/// The same facts, as plainly as serde can read them.
#[expect(dead_code, reason = "the fields are there to be read from the text")]
mod bare {
    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Line {
        pub(super) record: Option<String>,
        pub(super) facts: Option<Facts>,
        pub(super) gaps: Option<BTreeMap<String, BTreeMap<String, String>>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Facts {
        pub(super) api: Api,
        pub(super) stages: Option<Vec<Stage>>,
        pub(super) draft: Content,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Api {
        pub(super) id: String,
        pub(super) name: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Stage {
        pub(super) stage_name: String,
        pub(super) deployment_id: Option<String>,
        pub(super) variables: Option<BTreeMap<String, String>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Content {
        pub(super) resources: Option<Vec<Resource>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Resource {
        pub(super) id: String,
        pub(super) path: String,
        pub(super) resource_methods: BTreeMap<String, Method>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Method {
        pub(super) http_method: String,
        pub(super) authorization_type: Option<String>,
        pub(super) authorizer_id: Option<String>,
        pub(super) method_integration: Option<Integration>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Integration {
        pub(super) r#type: Option<String>,
        pub(super) http_method: Option<String>,
        pub(super) uri: Option<String>,
        pub(super) connection_type: Option<String>,
        pub(super) credentials: Option<String>,
        pub(super) timeout_in_millis: Option<i64>,
        pub(super) request_parameters: Option<BTreeMap<String, String>>,
        pub(super) request_templates: Option<BTreeMap<String, String>>,
        pub(super) passthrough_behavior: Option<String>,
    }
}

fn only_parsed(path: &Path) -> usize {
    let mut from = BufReader::with_capacity(1 << 16, std::fs::File::open(path).expect("a file"));
    let mut line = String::new();
    let mut count = 0;
    while from.read_line(&mut line).expect("a line") > 0 {
        let read: bare::Line = serde_json::from_str(&line).expect("a record");
        count += usize::from(black_box(read).facts.is_some());
        line.clear();
    }
    count
}

fn streamed(capture: Capture) {
    for unit in capture.units {
        black_box(unit.expect("a unit"));
    }
}

fn read(path: &Path) -> Capture {
    file::read(path).expect("a capture")
}

fn written(path: &Path) {
    file::write(read(path), &mut std::io::sink()).expect("written");
}

fn capture(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, gaps) in [("whole", false), ("gaps", true)] {
        let text = generated(gaps);
        let path = folder.path().join(name);
        std::fs::write(&path, &text).expect("written");
        let mut group = c.benchmark_group(format!("capture of {METHODS} methods, {name}"));
        group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("only parsed", |b| b.iter(|| only_parsed(&path)));
        group.bench_function("read", |b| b.iter(|| streamed(read(&path))));
        group.bench_function("read and redacted", |b| b.iter(|| streamed(read(&path).redacted(Salt::of(b"bench")))));
        group.bench_function("read and written", |b| b.iter(|| written(&path)));
        group.finish();
    }
}

criterion_group!(benches, capture);
criterion_main!(benches);
