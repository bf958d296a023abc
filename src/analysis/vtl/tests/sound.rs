//! What the analysis says of all requests holds for each request.

use super::naive::{Rendered, render};
use super::templates::{engine, request, stage, template};
use crate::analysis::Tri;
use crate::analysis::vtl::{Analysis, Given, Map, Shape, Target, parse};
use crate::model::refs::Vars;
use crate::model::{Seen, Text};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::cell::Cell;
use std::collections::BTreeMap;

fn vars(stage: &BTreeMap<String, String>) -> Vars {
    Seen::Set(stage.iter().map(|(name, value)| (name.as_str().into(), Text::new(value.as_str()))).collect())
}

/// The integer `statusCode` of a JSON object; `None` where another reader might see it differently.
fn status_code(json: &Json) -> Option<Option<i64>> {
    let Json::Object(members) = json else { return Some(None) };
    match members.get("statusCode") {
        None => Some(None),
        Some(Json::Number(number)) => number.as_i64().map(Some),
        Some(Json::String(_)) => None,
        Some(_) => Some(None),
    }
}

fn check(source: &str, analysis: &Analysis<'_>, rendered: &Rendered) -> Result<(), TestCaseError> {
    // A number of any length is JSON's, whether or not a double can hold it.
    let is_json = serde_json::from_str::<&RawValue>(&rendered.text).is_ok();
    let json: Result<Json, _> = serde_json::from_str(&rendered.text);
    match analysis.shape() {
        Shape::Always => prop_assert!(is_json, "always JSON: {source}\nwrote {}", rendered.text),
        Shape::Never(_) => prop_assert!(!is_json, "never JSON: {source}\nwrote {}", rendered.text),
        Shape::Depends(_) => {}
    }
    if let Some(found) = json.ok().as_ref().and_then(status_code) {
        let status = analysis.status();
        match status.answer {
            Tri::Yes(_) => {
                let code = found.filter(|code| status.codes.contains(code));
                prop_assert!(code.is_some(), "{:?}: {source}\nwrote {}", status.codes, rendered.text);
            }
            Tri::No(_) => prop_assert!(found.is_none(), "no code: {source}\nwrote {}", rendered.text),
            Tri::Unknown(_) => {}
        }
    }
    for it in analysis.overrides() {
        let name = it.target.name.as_deref().unwrap_or_default();
        let times = rendered.overrides.iter().filter(|target| target.ends_with(&format!(".{name}"))).count();
        match it.twice {
            Tri::Yes(_) => prop_assert!(times > 1, "{name} twice: {source}"),
            Tri::No(_) => prop_assert!(times < 2, "{name} once: {source}"),
            Tri::Unknown(_) => {}
        }
    }
    for name in ["a", "b"] {
        let happens = rendered.overrides.iter().any(|target| target.ends_with(&format!(".header.{name}")));
        match analysis.overridden(&Target { map: Map::RequestHeader, name: Some(name.into()) }) {
            Tri::Yes(_) => prop_assert!(happens, "{name} overridden: {source}"),
            Tri::No(_) => prop_assert!(!happens, "{name} not overridden: {source}"),
            Tri::Unknown(_) => {}
        }
    }
    for target in &rendered.overrides {
        let known = analysis.overrides().iter().any(|it| target.ends_with(it.target.name.as_deref().unwrap_or("")));
        prop_assert!(known, "{target}: {source}");
    }
    Ok(())
}

#[test]
fn an_answer_for_all_requests_holds_for_each() {
    let (run, decided, always) = (Cell::new(0u32), Cell::new(0u32), Cell::new(0u32));
    let cases = 20_000;
    let mut runner = TestRunner::new(Config { cases, max_global_rejects: cases, ..Config::default() });
    let outcome = runner.run(&(template(), engine(), request()), |(source, engine, request)| {
        let Ok(parsed) = parse(&source) else { return Ok(()) };
        let Ok(rendered) = render(&source, &parsed.template, &engine, &request) else { return Ok(()) };
        run.set(run.get() + 1);
        let vars = vars(&request.stage);
        let blind = Analysis::of(&source, &parsed.template, Given::default());
        let seeing = Analysis::of(&source, &parsed.template, Given { vars: Some(&vars), ..Given::default() });
        check(&source, &blind, &rendered)?;
        check(&source, &seeing, &rendered)?;
        let reads = blind.stage_variables();
        for missing in &rendered.missing {
            let told = reads.iter().filter(|read| read.name.as_deref() == Some(missing));
            prop_assert!(told.clone().count() > 0 && told.clone().all(|read| read.is_missing(&vars).is_yes()));
        }
        always.set(always.get() + u32::from(seeing.shape() == Shape::Always));
        decided.set(decided.get() + u32::from(!matches!(seeing.shape(), Shape::Depends(_))));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    // The law says nothing if nothing is rendered or decided.
    assert!(run.get() > cases / 2, "only {} were rendered", run.get());
    assert!(
        decided.get() > cases / 10 && always.get() > cases / 50,
        "{} decided, {} always",
        decided.get(),
        always.get()
    );
}

#[test]
fn knowing_the_stage_never_turns_an_answer_round() {
    let opposite = |a: &Tri<_>, b: &Tri<_>| (a.is_yes() && !b.is_yes()) || (a.is_no() && !b.is_no());
    let mut runner = TestRunner::new(Config { cases: 4_000, ..Config::default() });
    let outcome = runner.run(&(template(), stage()), |(source, stage)| {
        let Ok(parsed) = parse(&source) else { return Ok(()) };
        let vars = vars(&stage);
        let blind = Analysis::of(&source, &parsed.template, Given::default());
        let seeing = Analysis::of(&source, &parsed.template, Given { vars: Some(&vars), ..Given::default() });
        let whole = parsed.template.span;
        prop_assert!(!opposite(&blind.shape().always(whole), &seeing.shape().always(whole)), "{source} {stage:?}");
        prop_assert!(!opposite(&blind.status().answer, &seeing.status().answer), "{source} {stage:?}");
        for it in seeing.overrides() {
            let before = blind.overrides().iter().find(|other| other.target == it.target);
            prop_assert!(before.is_some_and(|before| !opposite(&before.twice, &it.twice)), "{source} {stage:?}");
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
