//! Every rule's page is its test: the examples run through the real reader, graph and
//! walk, one rule at a time.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod examples;

use examples::Example;
use gatelint::capture::Capture;
use gatelint::capture::file::{fragment, merge};
use gatelint::model::{Evidence, Gap};
use gatelint::report::{Json, Reporter};
use gatelint::rule::Rule;
use gatelint::run::{Options, Run, judge};
use gatelint::source::cloudformation::World;
use gatelint::source::files::{Deployment, Project};
use serde_json::Value;
use std::collections::BTreeSet;

fn run(rule: &'static Rule, example: &Example) -> Run {
    let capture = capture(example).unwrap_or_else(|error| panic!("{}:{}: {error:?}", rule.id, example.line));
    let options = Options { rules: vec![rule], ..Options::default() };
    judge(capture, &options).unwrap_or_else(|error| panic!("{}:{}: {error:?}", rule.id, example.line))
}

fn capture(example: &Example) -> miette::Result<Capture> {
    if !example.is_template {
        return Ok(fragment(&example.text)?);
    }
    // Facts are of an account and a region, where the template is then meant to go.
    let placed = |at: &str| example.facts.as_ref().map(|_| at.to_owned());
    let deployment =
        Deployment { account: placed("111122223333"), region: placed("us-east-1"), ..Deployment::default() };
    let project = Project::of_text("template.yaml", &example.text, &deployment)?;
    let (template, _) = project.capture(&deployment, &World::new(), jiff::Timestamp::UNIX_EPOCH)?;
    Ok(match &example.facts {
        Some(facts) => merge(vec![template, fragment(facts)?])?,
        None => template,
    })
}

fn check(rule: &'static Rule, example: &Example) {
    let place = format!("{}.md:{}", rule.id, example.line);
    let run = run(rule, example);
    let tally = run.tally[rule.id];
    assert!(tally.asked > tally.not_applicable, "{place}: the rule was never asked");
    assert!(!example.requests.is_empty(), "{place}: pin the requests");
    let dying = requests(run.findings.iter().flat_map(|finding| finding.requests.iter().map(|it| &it.request)));
    let asked: Vec<_> = run.unknown.iter().filter(|row| row.rule.is_some()).collect();
    let unknown = requests(asked.iter().flat_map(|row| &row.requests));
    match example.expect.as_str() {
        "dies" => {
            assert_eq!(dying, example.requests, "{place}: the requests that die");
            let pointer = example.guilty.as_deref().unwrap_or_else(|| panic!("{place}: pin the guilty field"));
            let mut blamed = if example.is_template { underlined(&run, &example.text) } else { Vec::new() };
            // Of facts, as of a capture, it is a field.
            if !example.is_template || example.facts.is_some() {
                blamed.extend(guilty(&run));
            }
            assert!(blamed.iter().any(|it| it == pointer), "{place}: {pointer} is not among {blamed:?}");
            let severity = example.severity.as_deref().unwrap_or("error");
            for finding in &run.findings {
                assert_eq!(finding.severity().as_str(), severity, "{place}: {}", finding.fault.says);
            }
        }
        "survives" => {
            assert!(dying.is_empty(), "{place}: {:?}", says(&run));
            assert!(unknown.is_empty(), "{place}: {:?}", asked.iter().map(|row| &row.gaps).collect::<Vec<_>>());
            assert!(tally.passed > 0, "{place}: nothing passed");
            let all = requests(run.requests.iter());
            assert_eq!(all, example.requests, "{place}: the requests that survive");
        }
        "unknown" => {
            assert!(dying.is_empty(), "{place}: {:?}", says(&run));
            assert_eq!(unknown, example.requests, "{place}: the requests that stay unknown");
            let kind = example.gap.as_deref().unwrap_or_else(|| panic!("{place}: pin the gap's kind"));
            let gaps: Vec<&Gap> = asked.iter().flat_map(|row| &row.gaps).collect();
            assert!(gaps.iter().any(|gap| gap.kind() == kind), "{place}: no {kind} among {gaps:?}");
        }
        other => panic!("{place}: an example dies, survives or is unknown, not {other}"),
    }
}

fn requests<'r>(all: impl Iterator<Item = &'r gatelint::follow::Request>) -> BTreeSet<String> {
    all.map(|request| request.route.clone()).collect()
}

fn says(run: &Run) -> Vec<&str> {
    run.findings.iter().map(|finding| finding.fault.says.as_str()).collect()
}

/// The fields that the evidence points to.
fn guilty(run: &Run) -> Vec<String> {
    fn collect(evidence: &[Evidence], into: &mut Vec<String>) {
        for evidence in evidence {
            match evidence {
                Evidence::Read { place, .. } => into.push(place.pointer.clone()),
                Evidence::Because { of, .. } => collect(of, into),
                Evidence::Missing { .. } | Evidence::Document { .. } => {}
            }
        }
    }
    let mut pointers = Vec::new();
    run.findings.iter().for_each(|finding| collect(&finding.fault.evidence, &mut pointers));
    pointers
}

/// The lines of a template that the report points to.
fn underlined(run: &Run, template: &str) -> Vec<String> {
    let mut report = Vec::new();
    Json.report(run, &mut report).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let findings = report["findings"].as_array().into_iter().flatten();
    let evidence = findings.flat_map(|finding| finding["evidence"].as_array().into_iter().flatten());
    let number = |row: &Value| usize::try_from(row["line"].as_u64()?).ok()?.checked_sub(1);
    let line = |row: &Value| Some(template.lines().nth(number(row)?)?.trim().to_owned());
    evidence.filter_map(line).collect()
}

#[test]
fn examples_hold() {
    let mut ran = 0;
    let mut failed = Vec::new();
    for rule in gatelint::rules::all() {
        let examples = examples::of(rule.page);
        for wanted in ["dies", "survives", "unknown"] {
            let shown = |it: &Example| it.is_template && it.expect == wanted;
            assert!(examples.iter().any(shown), "{}: no template that {wanted}", rule.id);
        }
        for example in examples {
            ran += 1;
            if let Err(panic) = std::panic::catch_unwind(|| check(rule, &example)) {
                failed.push(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "panicked".into()));
            }
        }
    }
    assert!(ran >= 3, "no examples ran");
    assert!(failed.is_empty(), "{} of {ran} examples fail:\n{}", failed.len(), failed.join("\n"));
}
