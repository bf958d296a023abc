//! The scan itself: what it costs, what it keeps, and how it fails.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "tests read files, and benches tell figures")]

use crate::bed::{Bed, REGION};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs the program with exactly this environment.
fn gatelint(args: &[&str], env: &[(&str, &str)]) -> (Output, Duration) {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(args)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("cannot start gatelint");
    (output, start.elapsed())
}

#[test]
fn a_saved_capture_gives_the_same_report() {
    for estate in ["rest-alias", "vpclink-v2-alb", "websocket"] {
        let bed = Bed::new();
        bed.build(estate, None);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("account.jsonl").to_string_lossy().into_owned();
        let scanned = bed.gatelint(&["scan", "--save", &path, "--format", "json"]);
        assert_eq!(scanned.status.code(), Some(0), "{}", stderr(&scanned));
        let checked = bed.gatelint(&["check", &path, "--format", "json"]);
        assert_eq!(stdout(&scanned), stdout(&checked), "{estate}");
        let recorded = folder.path().join("recorded.jsonl").to_string_lossy().into_owned();
        let record = bed.gatelint(&["capture", "-o", &recorded]);
        assert_eq!(record.status.code(), Some(0), "{}", stderr(&record));
        let lines = |path: &str| -> Vec<String> {
            let text = std::fs::read_to_string(path).expect("a capture");
            text.lines().skip(1).filter(|line| !line.contains("\"record\":\"calls\"")).map(str::to_owned).collect()
        };
        assert_eq!(lines(&path), lines(&recorded), "{estate}: but for the time, the same account is the same capture");
    }
}

#[test]
fn pages_are_read_to_their_end() {
    for estate in ["rest-permission", "http-lambda", "vpclink-v2-alb", "rest-role"] {
        let bed = Bed::new();
        bed.build(estate, None);
        let report = |bed: &Bed| -> Value {
            let output = bed.gatelint(&["scan", "--format", "json", "--rate", "100"]);
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
        };
        let mut whole = report(&bed);
        bed.page_size(1);
        let mut paged = report(&bed);
        let pages = |report: &Value| {
            report["calls"]
                .as_object()
                .map_or(0, |calls| calls.values().filter_map(|it| it["made"].as_u64()).sum::<u64>())
        };
        assert!(pages(&paged) > pages(&whole), "{estate}: nothing was paged");
        for report in [&mut whole, &mut paged] {
            report["calls"] = Value::Null;
            report["sources"] = Value::Null;
        }
        assert_eq!(whole, paged, "{estate}");
    }
}

/// The calls that `count` REST APIs cost: each with two stages on one deployment, three
/// methods, one function that all share.
fn formula(count: usize) -> BTreeMap<String, usize> {
    let shared = [
        ("sts:GetCallerIdentity", 1),
        ("apigateway:GetRestApis", 1),
        ("apigatewayv2:GetApis", 1),
        ("lambda:GetFunctionConfiguration", 1),
        ("lambda:GetFunctionConcurrency", 1),
        ("lambda:GetPolicy", 1),
    ];
    let each = ["apigateway:GetResources", "apigateway:GetStages", "apigateway:GetAuthorizers", "apigateway:GetExport"];
    let each = each.map(|call| (call, count));
    shared.into_iter().chain(each).map(|(call, times)| (call.to_owned(), times)).collect()
}

#[test]
fn fifty_apis_cost_their_formula_and_no_throttle() {
    paced(50);
}

/// A bench: minutes, because the quota is what it measures.
/// `cargo test --release --test live -- --ignored --nocapture bench`
#[test]
#[ignore = "a bench of minutes"]
fn bench_two_hundred_and_six_hundred_apis() {
    paced(200);
    paced(600);
}

/// Scans that many APIs at AWS's full rate, which the bed enforces.
fn paced(count: usize) {
    let bed = Bed::new();
    bed.build_many(count);
    bed.enforce_quotas();
    let start = Instant::now();
    let output = bed.gatelint(&["scan", "--format", "json", "--rate", "100"]);
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    let mut formula = formula(count);
    assert_eq!(bed.calls(), formula);
    assert_eq!(bed.throttled(), 0, "AWS's quotas hold");
    let (resources, all): (f64, f64) = (count as f64, (formula.values().sum::<usize>() - 4) as f64);
    // GetResources: 5 at once, then 5 in 2 s; all of API Gateway's: 40 at once, then 10 a second.
    let floor = ((resources - 5.0) / 2.5).max((all - 40.0) / 10.0);
    println!("{count} APIs: {wall:.1} s, floor {floor:.1} s, ratio {:.3}", wall / floor);
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    assert_eq!(report["summary"]["requests"], count * 2 * 3);
    for (call, counted) in report["calls"].as_object().into_iter().flatten() {
        assert_eq!(counted["made"].as_u64(), formula.remove(call).map(|made| made as u64), "{call}");
    }
    assert!(formula.is_empty(), "the report leaves out {formula:?}");
}

#[test]
fn throttled_calls_are_tried_again_and_counted() {
    let bed = Bed::new();
    bed.build("rest-permission", None);
    for (service, operation, code, status) in [
        ("apigateway", "GetResources", "TooManyRequestsException", 429),
        ("lambda", "GetPolicy", "TooManyRequestsException", 429),
    ] {
        bed.override_json(serde_json::json!({"service": service, "operation": operation, "times": 1,
            "error": {"code": code, "status": status, "message": "slow down"}}));
    }
    let output = bed.gatelint(&["scan", "--format", "json", "--rate", "100"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    for call in ["apigateway:GetResources", "lambda:GetPolicy"] {
        assert_eq!(report["calls"][call]["throttled"], 1, "{}", report["calls"]);
        assert_eq!(report["calls"][call]["retried"], 1, "{}", report["calls"]);
    }
    assert_eq!(report["summary"]["unknown"], 0);
}

#[test]
fn an_answer_that_is_not_the_services_own_proves_nothing() {
    let bed = Bed::new();
    bed.build("rest-permission", None);
    for (operation, status, body) in [
        ("GetFunctionConfiguration", 404, "<html><body>404 Not Found</body></html>"),
        ("GetPolicy", 404, ""),
        ("GetPolicy", 403, "<html>Forbidden</html>"),
        ("GetFunctionConfiguration", 200, "{\"FunctionName\": 17}"),
        ("GetPolicy", 200, "{\"Policy\": \"{ not json\"}"),
    ] {
        bed.override_json(serde_json::json!({"service": "lambda", "operation": operation, "status": status,
            "body": body, "contentType": "text/html"}));
        let output = bed.gatelint(&["scan", "--format", "json", "--rate", "100", "--strict"]);
        assert_eq!(
            output.status.code(),
            Some(4),
            "{operation} {status} {body}: {}{}",
            stdout(&output),
            stderr(&output)
        );
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!(report["findings"], serde_json::json!([]), "{operation} {status} {body}");
        bed.clear_overrides();
    }
}

#[test]
fn a_denied_listing_of_apis_is_told() {
    let bed = Bed::new();
    bed.build("http-lambda", None);
    bed.deny("apigateway:GetRestApis");
    let output = bed.gatelint(&["scan", "--strict", "--rate", "100"]);
    assert_eq!(output.status.code(), Some(4), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("grant apigateway:GET"), "{}", stdout(&output));
    bed.deny("apigatewayv2:GetApis");
    let output = bed.gatelint(&["scan", "--rate", "100"]);
    assert_eq!(output.status.code(), Some(2), "with every listing denied nothing was asked: {}", stdout(&output));
    assert!(stderr(&output).contains("apigateway:GET"), "{}", stderr(&output));
}

#[test]
fn an_empty_account_is_nothing_to_check() {
    let bed = Bed::new();
    let output = bed.gatelint(&["scan"]);
    assert_eq!(output.status.code(), Some(3), "{}{}", stdout(&output), stderr(&output));
    bed.build("http-default", None);
    let output = bed.gatelint(&["scan", "--api", "no-such-api"]);
    assert_eq!(output.status.code(), Some(3), "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("there is no API no-such-api; there is only "), "{}", stderr(&output));
    let output = bed.gatelint(&["scan", "--stage", "no-such-stage"]);
    assert_eq!(output.status.code(), Some(3), "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("there is no stage no-such-stage; there is only $default"), "{}", stderr(&output));
}

#[test]
fn two_regions_are_one_report() {
    let bed = Bed::new();
    bed.build("http-default", None);
    let output = bed.gatelint(&["scan", "--region", REGION, "--region", "eu-west-1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let regions: Vec<&str> =
        report["sources"].as_array().into_iter().flatten().filter_map(|it| it["region"].as_str()).collect();
    assert_eq!(regions, ["eu-west-1", REGION]);
}

/// One clear sentence, exit 2, within ten seconds.
fn refused(output: &Output, took: Duration, says: &[&str]) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(took < Duration::from_secs(10), "took {took:?}: {said}");
    assert!(says.iter().any(|it| said.to_lowercase().contains(it)), "{says:?} is not in: {said}");
    assert!(stdout(output).is_empty());
    assert!(!said.contains("Backtrace") && !said.contains("SdkError"), "{said}");
}

const NO_FILES: [(&str, &str); 3] = [
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
];
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDGATELINT"), ("AWS_SECRET_ACCESS_KEY", "dummy")];

#[test]
fn no_credentials_is_one_sentence() {
    let bed = Bed::new();
    let endpoint = bed.endpoint();
    let env = [&NO_FILES[..], &[("AWS_REGION", REGION)]].concat();
    let (output, took) = gatelint(&["scan", "--endpoint-url", &endpoint], &env);
    refused(&output, took, &["credentials"]);
}

#[test]
fn no_region_is_one_sentence() {
    let env = [&NO_FILES[..], &KEYS[..]].concat();
    let (output, took) = gatelint(&["scan", "--endpoint-url", "http://127.0.0.1:9"], &env);
    refused(&output, took, &["region"]);
}

#[test]
fn an_unreachable_endpoint_is_one_sentence() {
    let env = [&NO_FILES[..], &KEYS[..], &[("AWS_REGION", REGION)]].concat();
    let (output, took) = gatelint(&["scan", "--endpoint-url", "http://127.0.0.1:9"], &env);
    refused(&output, took, &["127.0.0.1:9"]);
    // A server that takes the connection and never answers.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", deaf.local_addr().expect("an address"));
    let (output, took) = gatelint(&["scan", "--endpoint-url", &endpoint], &env);
    refused(&output, took, &[endpoint.trim_start_matches("http://")]);
}

#[test]
fn an_unknown_profile_or_region_is_one_sentence() {
    let env = [&NO_FILES[..], &[("AWS_REGION", REGION)]].concat();
    let (output, took) = gatelint(&["scan", "--profile", "nobody"], &env);
    refused(&output, took, &["nobody"]);
    let env = [&NO_FILES[..], &KEYS[..]].concat();
    let (output, took) = gatelint(&["scan", "--region", "mars-north-1"], &env);
    refused(&output, took, &["mars-north-1"]);
}
