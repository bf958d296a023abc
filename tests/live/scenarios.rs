//! Every estate healthy: not a word. Then one fault at a time: exactly that fault, on
//! exactly those requests. What is expected comes from the catalogue of causes.

use crate::bed::{Bed, estates};
use crate::proxy::Override;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rule, severity, stage where it matters, and routes.
type Told = BTreeMap<(String, String), BTreeSet<String>>;

/// Scans the account with all of AWS's quota: nobody else is there to need it.
fn scan(bed: &Bed, args: &[&str]) -> Value {
    let output = bed.gatelint(&[&["scan", "--format", "json", "--rate", "100"], args].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "exit {code:?}: {said}");
    assert!(said.is_empty(), "not a terminal, and yet: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} in the report; {said}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn told(report: &Value, staged: bool) -> Told {
    let mut told = Told::new();
    for finding in list(report, "findings") {
        let routes = told.entry((text(finding, "rule").into(), text(finding, "severity").into())).or_default();
        routes.extend(list(finding, "requests").iter().map(|request| match staged {
            true => format!("{} {}", text(request, "stage"), text(request, "route")),
            false => text(request, "route").to_owned(),
        }));
    }
    told
}

fn expected(built: &Value) -> (Told, bool) {
    let expect = list(built, "expect");
    let staged = expect.iter().any(|it| it["stages"].is_array());
    let mut told = Told::new();
    for it in expect {
        let routes = told.entry((text(it, "rule").into(), text(it, "severity").into())).or_default();
        let stages = it["stages"].as_array().map_or(vec![None], |stages| stages.iter().map(Value::as_str).collect());
        for route in list(it, "routes").iter().filter_map(Value::as_str) {
            routes.extend(stages.iter().map(|stage| match stage {
                Some(stage) => format!("{stage} {route}"),
                None => route.to_owned(),
            }));
        }
    }
    (told, staged)
}

/// What stayed unknown, without the limits of AWS's own API that no grant lifts, and
/// without what gatelint says that it does not judge yet.
fn unknown(report: &Value) -> Vec<String> {
    let inherent =
        |gap: &Value| gap["what"] == "API Gateway exports no WebSocket deployments" || gap["kind"] == "notModelled";
    let rows = list(report, "unknown").iter().filter(|row| !list(row, "gaps").iter().all(inherent));
    rows.map(|row| format!("{} {}", row["rule"], row["gaps"])).collect()
}

fn faults(estate: &str) -> Vec<String> {
    let all = estates();
    let faults = all["estates"][estate].as_array().unwrap_or_else(|| panic!("no estate {estate}"));
    faults.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn healthy(estate: &str) {
    let bed = Bed::new();
    let built = bed.build(estate, None);
    assert!(list(&built, "expect").is_empty(), "{estate} is not healthy");
    let report = scan(&bed, &[]);
    assert_eq!(told(&report, false), Told::new(), "{estate}: {report:#}");
    assert_eq!(unknown(&report), Vec::<String>::new(), "{estate}");
    let requests = report["summary"]["requests"].as_u64();
    assert!(requests > Some(0), "{estate}: no request was found");
    let passed: u64 = list(&report, "coverage").iter().filter_map(|rule| rule["passed"].as_u64()).sum();
    assert!(Some(passed) >= requests, "{estate}: {passed} answers for {requests:?} requests");
    denied(&bed, estate, &built);
}

/// One denied read at a time: everything that depended on it is unknown, with the action
/// to grant, and nothing is called broken because of it.
fn denied(bed: &Bed, estate: &str, built: &Value) {
    let clean = bed.calls();
    for call in list(built, "denials").iter().filter_map(Value::as_str) {
        assert!(clean.contains_key(call), "{estate}: {call} is never made, so denying it proves nothing: {clean:?}");
        bed.deny(call);
        let report = scan(bed, &[]);
        assert_eq!(told(&report, false), Told::new(), "{estate} without {call}: {report:#}");
        let unknown = unknown(&report);
        assert!(unknown.iter().any(|row| row.contains("denied")), "{estate} without {call} is silent: {unknown:?}");
        bed.clear_overrides();
    }
}

fn one_fault_at_a_time(estate: &str) {
    let mut wrong = Vec::new();
    for fault in faults(estate) {
        let bed = Bed::new();
        let built = bed.build(estate, Some(&fault));
        let report = scan(&bed, &[]);
        let (expected, staged) = expected(&built);
        let told = told(&report, staged);
        if told != expected {
            wrong.push(format!("{estate} {fault}:\n  expected {expected:?}\n  told     {told:?}"));
        }
        let unknown = unknown(&report);
        if unknown.is_empty() == fault.starts_with("unknown-") {
            wrong.push(format!("{estate} {fault}: unknown {unknown:?}"));
        }
        let calls = bed.calls();
        let asked = |rule: &Override| calls.contains_key(&format!("{}:{}", rule.service, rule.operation));
        let unused: Vec<_> = bed.unused_overrides().into_iter().filter(asked).collect();
        if !unused.is_empty() {
            wrong.push(format!("{estate} {fault}: an override changed nothing: {unused:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

macro_rules! estates {
    ($($name:ident: $estate:literal;)+) => {
        $(mod $name {
            #[test]
            fn healthy() {
                super::healthy($estate);
            }

            #[test]
            fn one_fault_at_a_time() {
                super::one_fault_at_a_time($estate);
            }
        })+

        #[test]
        fn every_estate_is_tested() {
            let all = estates();
            let known: Vec<&str> = all["estates"].as_object().map_or(vec![], |all| all.keys().map(String::as_str).collect());
            let mut tested = vec![$($estate),+];
            tested.sort_unstable();
            assert_eq!(known, tested);
        }
    };
}

estates! {
    aws_service: "aws-service";
    http_default: "http-default";
    http_lambda: "http-lambda";
    rest_alias: "rest-alias";
    rest_function_region: "rest-function-region";
    rest_permission: "rest-permission";
    rest_role: "rest-role";
    rest_stage_variable: "rest-stage-variable";
    rest_vpclink_v2_alb: "rest-vpclink-v2-alb";
    vpclink_v1_nlb: "vpclink-v1-nlb";
    vpclink_v1_nlb_sg: "vpclink-v1-nlb-sg";
    vpclink_v2_alb: "vpclink-v2-alb";
    vpclink_v2_nlb: "vpclink-v2-nlb";
    vpclink_v2_nlb_open: "vpclink-v2-nlb-open";
    websocket: "websocket";
    websocket_vpclink_v1: "websocket-vpclink-v1";
}
