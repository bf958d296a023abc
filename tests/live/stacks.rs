//! Stacks that moto deploys: what `check` says of the template, `scan` says of the account.
//!
//! moto's CloudFormation makes functions, grants, resources and methods. It skips stages without a word, so they are
//! made here, and of an integration it keeps no more than type, method and URI.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

use crate::bed::{Bed, REGION};
use crate::driver;
use crate::scenario::{self, Broken, Form, Scenario};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// A scenario, its stages with their variables, and the breaks that moto can deploy.
struct Stack {
    scenario: &'static str,
    stages: &'static [(&'static str, &'static str)],
    breaks: &'static [&'static str],
    /// What of it cannot be known after moto has dropped it.
    lost: &'static [&'static str],
}

/// moto's stacks keep no integration responses, and proxies alone have none.
const RESPONSES: &str = "responses, which an export may leave out";

const STACKS: [Stack; 4] = [
    Stack {
        scenario: "rest-lambda-proxy",
        stages: &[("prod", "{}")],
        breaks: &[
            "the grant is for one method only",
            "the client's method is copied into the integration",
            "the function may run longer than anybody waits",
            "the function is switched off",
        ],
        lost: &[],
    },
    Stack {
        scenario: "rest-stage-variables",
        stages: &[("prod", r#"{"colour": "blue"}"#), ("test", r#"{"colour": "green"}"#)],
        breaks: &["one stage's function is switched off", "the integration is called with the client's method"],
        lost: &[],
    },
    Stack { scenario: "rest-mapping-templates", stages: &[("prod", "{}")], breaks: &[], lost: &[RESPONSES] },
    Stack { scenario: "rest-http-proxy", stages: &[("prod", "{}")], breaks: &[], lost: &[RESPONSES] },
];

fn call(bed: &Bed, service: &str, operation: &str, params: Value) -> Value {
    let answer = driver::boto(&bed.endpoint(), service, operation, &params);
    assert_eq!(answer["ok"], true, "{service} {operation}: {answer}");
    answer["value"].clone()
}

fn deploy(bed: &Bed, template: &Path, stages: &[(&str, &str)]) {
    let text = std::fs::read_to_string(template).expect("a template");
    let stack = json!({"StackName": "shop", "TemplateBody": text, "Capabilities": ["CAPABILITY_NAMED_IAM"]});
    call(bed, "cloudformation", "create_stack", stack);
    let api = call(bed, "apigateway", "get_rest_apis", json!({}))["items"][0]["id"].clone();
    let deployment = call(bed, "apigateway", "create_deployment", json!({"restApiId": api}))["id"].clone();
    for (name, variables) in stages {
        let variables: Value = serde_json::from_str(variables).expect("variables");
        let stage = json!({"restApiId": api, "stageName": name, "deploymentId": deployment, "variables": variables});
        call(bed, "apigateway", "create_stage", stage);
    }
}

fn report(bed: &Bed, args: &[&str]) -> Value {
    let output = bed.gatelint(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{args:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {said}"))
}

/// Rule, severity, fingerprint, and which request dies at which stage.
fn told(report: &Value) -> BTreeSet<[String; 5]> {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| panic!("{value} is no list"));
    let each = |finding: Value| {
        let [rule, severity, print] = ["rule", "severity", "fingerprint"].map(|key| text(&finding[key]));
        let one =
            move |it: Value| [rule.clone(), severity.clone(), print.clone(), text(&it["stage"]), text(&it["route"])];
        list(&finding["requests"]).into_iter().map(one).collect::<Vec<_>>()
    };
    list(&report["findings"]).into_iter().flat_map(each).collect()
}

/// Checks the template, deploys it, and scans what is there then.
fn agrees(stack: &Stack, folder: &Path, broken: Option<&Broken>) {
    let at = format!("{}, {}", stack.scenario, broken.map_or("healthy", |it| it.name.as_str()));
    let template = folder.join(Form::CloudFormation.path());
    let bed = Bed::new();
    let path = template.to_string_lossy().into_owned();
    let place = ["--stack-name", "shop", "--account", bed.account(), "--region", REGION];
    let before = report(&bed, &[&["check", path.as_str(), "--format", "json"], &place[..]].concat());
    deploy(&bed, &template, stack.stages);
    let after = report(&bed, &["scan", "--format", "json", "--rate", "100"]);
    assert_eq!(told(&before), told(&after), "{at}");
    assert_eq!(told(&before).is_empty(), broken.is_none(), "{at}");
    let requests = |report: &Value| report["summary"]["requests"].as_u64();
    assert!(requests(&before) > Some(0), "{at}: no request was found");
    assert_eq!(requests(&before), requests(&after), "{at}");
    assert_eq!(before["unknown"], json!([]), "{at}");
    let gaps = after["unknown"].as_array().into_iter().flatten().flat_map(|row| row["gaps"].as_array()).flatten();
    let lost: BTreeSet<&str> = gaps.map(|gap| gap["what"].as_str().unwrap_or("another gap")).collect();
    assert_eq!(lost, stack.lost.iter().copied().collect(), "{at}");
}

#[test]
fn the_verdict_before_and_after_a_deployment_agrees() {
    let scenarios = scenario::all();
    for stack in &STACKS {
        let found = |it: &&Scenario| it.name == stack.scenario;
        let scenario = scenarios.iter().find(found).unwrap_or_else(|| panic!("no {}", stack.scenario));
        agrees(stack, &scenario.folder, None);
        for name in stack.breaks {
            let broken = scenario.breaks.iter().find(|it| it.name == *name).unwrap_or_else(|| panic!("no {name}"));
            agrees(stack, scenario.broken(broken, Form::CloudFormation).path(), Some(broken));
        }
    }
}
