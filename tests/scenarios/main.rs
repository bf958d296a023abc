//! Whole architectures, each written in several forms: as templates of CloudFormation, SAM and the CDK, as an OpenAPI
//! document, and as the capture of the deployed stack. Healthy, no form says a word. Broken in one way at a time, every
//! form says the same, with the same fingerprints.
//!
//! What is expected stands in each folder's `breaks.toml` ([`scenario::Scenario`]) and comes from the pages of the rules.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod inputs;
mod scenario;

use scenario::{Broken, Form};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const PLACE: [&str; 4] = ["--account", "111122223333", "--region", "eu-west-1"];

/// Judges one form in the folder; `place` where the command line names account and region.
fn check(folder: &Path, form: Form, place: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
    command.arg("check").arg(folder.join(form.path())).args(["--format", "json"]).args(place).env_clear();
    if form.is_deployed_with_a_name() {
        command.args(["--stack-name", "shop"]);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{folder:?} {form:?}: {:?} {said}", output.status);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{folder:?} {form:?}: {error}: {said}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no {key} in {value}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

/// Requests by rule and severity. A document of its own has no stages: there a request is its route.
type Told = BTreeMap<(String, String), BTreeSet<String>>;

fn told(report: &Value, form: Form) -> Told {
    let mut told = Told::new();
    for finding in list(report, "findings") {
        let requests = told.entry((text(finding, "rule").into(), text(finding, "severity").into())).or_default();
        requests.extend(list(finding, "requests").iter().map(|request| match form.has_stages() {
            true => format!("{} {}", text(request, "stage"), text(request, "route")),
            false => text(request, "route").to_owned(),
        }));
    }
    told
}

fn expected(broken: &Broken, form: Form) -> Told {
    let mut told = Told::new();
    for finding in &broken.findings {
        let requests = told.entry((finding.rule.clone(), finding.severity.clone())).or_default();
        requests.extend(finding.requests.iter().map(|request| match (form.has_stages(), request.split_once(' ')) {
            (false, Some((_, route))) => route.to_owned(),
            _ => request.clone(),
        }));
    }
    told
}

fn prints(report: &Value) -> BTreeSet<(&str, &str)> {
    list(report, "findings").iter().map(|it| (text(it, "rule"), text(it, "fingerprint"))).collect()
}

fn open(report: &Value) -> BTreeSet<&str> {
    list(report, "unknown").iter().flat_map(|row| list(row, "gaps")).map(|gap| text(gap, "remedy")).collect()
}

#[test]
fn every_scenario_is_whole() {
    let scenarios = scenario::all();
    assert!(scenarios.len() >= 12, "only {}", scenarios.len());
    for scenario in scenarios {
        let (name, forms) = (&scenario.name, scenario.forms());
        for form in [Form::CloudFormation, Form::Capture] {
            assert!(forms.contains(&form), "{name}: no {form:?}");
        }
        assert!(scenario.breaks.len() >= 3, "{name}: broken in {} ways", scenario.breaks.len());
        let names: BTreeSet<&str> = scenario.breaks.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names.len(), scenario.breaks.len(), "{name}: two breaks of one name");
        for broken in &scenario.breaks {
            assert!(!broken.findings.is_empty(), "{name}, {}: expects nothing", broken.name);
            for form in &forms {
                let because = broken.without.get(form.path());
                assert!(
                    broken.edits(*form).next().is_some() != because.is_some_and(|it| !it.is_empty()),
                    "{name}, {}: {form:?} is either broken, or it is said why not",
                    broken.name
                );
            }
        }
    }
}

#[test]
fn a_healthy_scenario_says_nothing_in_any_form() {
    let mut wrong = Vec::new();
    for scenario in scenario::all() {
        let mut allowed: BTreeSet<(Form, &str)> = BTreeSet::new();
        for form in scenario.forms() {
            for place in [&[][..], &PLACE[..]] {
                let report = check(&scenario.folder, form, place);
                let at = format!("{} {form:?} {place:?}", scenario.name);
                if told(&report, form) != Told::new() {
                    wrong.push(format!("{at}: {:?}", told(&report, form)));
                }
                let requests = report["summary"]["requests"].as_u64().unwrap();
                let passed: u64 = list(&report, "coverage").iter().filter_map(|rule| rule["passed"].as_u64()).sum();
                if requests == 0 || passed < requests {
                    wrong.push(format!("{at}: {passed} answers for {requests} requests"));
                }
                for gap in open(&report) {
                    match scenario.open.iter().find(|it| it.forms.contains(&form) && gap.contains(&it.gap)) {
                        Some(found) => _ = allowed.insert((form, &found.gap)),
                        None => wrong.push(format!("{at}: not known: {gap}")),
                    }
                }
            }
        }
        let listed = scenario.open.iter().flat_map(|it| it.forms.iter().map(|form| (*form, it.gap.as_str())));
        wrong.extend(
            listed.filter(|it| !allowed.contains(it)).map(|it| format!("{}: {it:?} never stays open", scenario.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_broken_scenario_says_the_same_in_every_form() {
    let mut wrong = Vec::new();
    for scenario in scenario::all() {
        for broken in &scenario.breaks {
            let mut reports = Vec::new();
            for form in scenario.forms().into_iter().filter(|it| broken.edits(*it).next().is_some()) {
                let folder = scenario.broken(broken, form);
                for place in [&[][..], &PLACE[..]] {
                    let report = check(folder.path(), form, place);
                    let at = format!("{}, {}, {form:?} {place:?}", scenario.name, broken.name);
                    let (told, expected) = (told(&report, form), expected(broken, form));
                    if told != expected {
                        wrong.push(format!("{at}:\n  expected {expected:?}\n  told     {told:?}"));
                    }
                    if form != Form::Capture && broken.elsewhere.is_none() {
                        let lines = broken.lines(form, &scenario.folder);
                        wrong.extend(misplaced(&report, &lines).iter().map(|it| format!("{at}: {it}")));
                    }
                    reports.push((at, report));
                }
            }
            let Some((_, deployed)) = reports.last() else { panic!("{}: {}", scenario.name, broken.name) };
            for (at, report) in &reports {
                if prints(report) != prints(deployed) {
                    wrong.push(format!("{at}: {:?}, deployed {:?}", prints(report), prints(deployed)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Findings that underline nothing of these lines.
fn misplaced(report: &Value, lines: &BTreeSet<(String, u64)>) -> Vec<String> {
    let hits = |evidence: &Value| {
        let at = |key: &str| evidence[key].as_u64().unwrap_or_default();
        let file = evidence["file"].as_str().unwrap_or_default();
        lines.iter().any(|(name, line)| file.ends_with(name) && (at("line")..=at("endLine")).contains(line))
    };
    let misses = |finding: &&Value| !list(finding, "evidence").iter().any(hits);
    let says = |it: &Value| format!("underlines nothing of what is broken: {}", it["message"]);
    list(report, "findings").iter().filter(misses).map(says).collect()
}

#[test]
fn the_reports_of_every_form_keep_the_schema() {
    let schema = Command::new(env!("CARGO_BIN_EXE_gatelint")).args(["schema", "report"]).output().unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for scenario in scenario::all() {
        let broken = &scenario.breaks[0];
        for form in scenario.forms().into_iter().filter(|it| broken.edits(*it).next().is_some()) {
            let report = check(scenario.broken(broken, form).path(), form, &[]);
            assert!(!list(&report, "findings").is_empty());
            let errors: Vec<String> =
                validator.iter_errors(&report).map(|error| format!("{error} at {}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{} {form:?}: {}", scenario.name, errors.join("\n"));
        }
    }
}
