//! Ignores and baselines on runs made by hand.

use super::baseline::Baseline;
use super::settle;
use crate::capture::{Ask, Inline};
use crate::config::{self, Config};
use crate::follow::{Request, View};
use crate::model::{Evidence, Gap, Origin, Place, Scope, SourceFile, Subject};
use crate::rule::Rule;
use crate::run::{Affected, Finding, Run, Unknown};
use crate::verdict::{Fault, Severity};
use jiff::civil::{Date, date};
use serde_json::json;
use std::sync::Arc;

const TODAY: Date = date(2026, 11, 24);

fn rule(id: &str) -> &'static Rule {
    crate::rules::all().find(|rule| rule.id == id).expect("the rule is there")
}

fn request(route: &str) -> Request {
    Request {
        api: "abc123".into(),
        api_name: Some("orders".into()),
        stage: Some("prod".into()),
        canary: false,
        route: route.into(),
        method: None,
        path: None,
    }
}

fn finding(id: &str, evidence: Vec<Evidence>) -> Finding {
    let subject = Subject::named("function", "pay", &Scope::new("aws", "", ""));
    let affected = |route| Affected { request: request(route), behind: None };
    Finding {
        rule: rule(id),
        view: View::Deployed,
        fault: Fault::new("x", subject, format!("{id} says so")).because(evidence),
        origin: None,
        seen_in: Default::default(),
        requests: vec![affected("GET /a"), affected("GET /b/{id}")],
        fingerprint: format!("print of {id}"),
        behind: None,
        level: None,
        known: false,
    }
}

fn run(findings: Vec<Finding>) -> Run {
    Run {
        sources: Vec::new(),
        taken: jiff::Timestamp::UNIX_EPOCH,
        assumptions: Default::default(),
        requests: Default::default(),
        findings,
        unknown: Vec::new(),
        gaps: Vec::new(),
        rules: crate::rules::all().collect(),
        tally: Default::default(),
        calls: Default::default(),
        inline: Vec::new(),
        suppressed: Vec::new(),
        notices: Vec::new(),
        compared: None,
        broken: Vec::new(),
    }
}

fn denied() -> Run {
    run(vec![finding("lambda-invoke-denied", Vec::new())])
}

fn ignore(place: &str, rest: &str) -> Config {
    let text = format!("[[ignore]]\nrule = \"lambda-invoke-denied\"\nwhere = \"{place}\"\nbecause = \"so\"\n{rest}");
    config::parse(SourceFile::new("gatelint.toml", text, None)).expect("readable")
}

/// Routes that are still told, routes that are suppressed, and the notices.
fn settled(mut run: Run, config: &Config) -> (Vec<String>, Vec<String>, Vec<String>) {
    settle(&mut run, config, TODAY);
    let routes = |finding: &Finding| finding.requests.iter().map(|it| it.request.route.clone()).collect::<Vec<_>>();
    let told = run.findings.iter().flat_map(routes).collect();
    let suppressed = run.suppressed.iter().flat_map(|it| routes(&it.finding)).collect();
    (told, suppressed, run.notices.into_iter().map(|notice| notice.says).collect())
}

#[test]
fn an_ignore_takes_a_subject_whole_and_of_requests_only_those_it_names() {
    for whole in ["pay", "p*y", "*", "orders prod *", "abc123 prod *", "* GET *"] {
        let (told, suppressed, notices) = settled(denied(), &ignore(whole, ""));
        assert!(told.is_empty() && suppressed.len() == 2 && notices.is_empty(), "{whole}: {told:?} {notices:?}");
    }
    let (told, suppressed, notices) = settled(denied(), &ignore("orders prod GET /b/{id}", ""));
    assert_eq!((told, suppressed), (vec!["GET /a".to_owned()], vec!["GET /b/{id}".to_owned()]));
    assert!(notices.is_empty());
}

#[test]
fn an_ignore_that_ended_or_is_not_needed_is_told() {
    let (told, suppressed, notices) = settled(denied(), &ignore("*", "until = 2026-11-23"));
    assert_eq!((told.len(), suppressed.len()), (2, 0));
    assert_eq!(notices, ["an ignore of lambda-invoke-denied ended on 2026-11-23; it would still ignore something"]);
    let (told, suppressed, notices) = settled(denied(), &ignore("*", "until = 2026-11-24"));
    assert_eq!((told.len(), suppressed.len(), notices.len()), (0, 2, 0), "the last day counts");
    let (told, _, notices) = settled(denied(), &ignore("billing", ""));
    assert_eq!(told.len(), 2);
    assert_eq!(notices, ["an ignore of lambda-invoke-denied ignores nothing: take it away"]);
    let (told, suppressed, _) = settled(denied(), &ignore("orders prod GET /b*", "until = 2026-11-23"));
    assert_eq!(
        (told, suppressed.len()),
        (vec!["GET /a".to_owned(), "GET /b/{id}".to_owned()], 0),
        "put together again"
    );
}

const TEMPLATE: &str = "A:\n  Timeout: 30\nB:\n  Timeout: 40\n";

fn template() -> Arc<SourceFile> {
    Arc::new(SourceFile::new("t.yaml", TEMPLATE, None))
}

fn in_file(file: &Arc<SourceFile>, part: &str) -> Run {
    let at = TEMPLATE.find(part).expect("the part is there");
    let mut place = Place::new("A", &json!({ "t": 1 }), "/t");
    place.origin = Some(Origin { file: file.clone(), at: at..at + part.len() });
    run(vec![finding("lambda-invoke-denied", vec![Evidence::because("so", vec![Evidence::read(place, "here")])])])
}

fn inline(file: &Arc<SourceFile>, covers: &str, asks: Result<Ask, String>) -> Inline {
    let start = TEMPLATE.find(covers).expect("the part is there");
    Inline { written: Origin { file: file.clone(), at: 0..1 }, covers: start..start + covers.len(), asks }
}

#[test]
fn an_ignore_of_a_file_speaks_for_what_begins_there() {
    let file = template();
    let ask = |rule: &str, because: &str| Ok(Ask { rule: rule.into(), because: because.into(), until: None });
    let with = |asks| {
        let mut run = in_file(&file, "30");
        run.inline = vec![inline(&file, "  Timeout: 30\n", asks)];
        settled(run, &Config::default())
    };
    let (told, suppressed, notices) = with(ask("lambda-invoke-denied", "later"));
    assert_eq!((told.len(), suppressed.len(), notices.len()), (0, 2, 0));
    for (asks, says) in [
        (ask("lambda-invoke-denied", " "), "an ignore of lambda-invoke-denied gives no reason; nothing is ignored"),
        (
            ask("lambda-invoke", "x"),
            "there is no rule lambda-invoke to ignore (did you mean lambda-invoke-denied?); nothing is ignored",
        ),
        (Err("unreadable".into()), "unreadable; nothing is ignored"),
        (
            ask("lambda-target-missing", "another rule"),
            "an ignore of lambda-target-missing ignores nothing: take it away",
        ),
    ] {
        let (told, suppressed, notices) = with(asks);
        assert_eq!((told.len(), suppressed.len(), notices), (2, 0, vec![says.to_owned()]));
    }
    let mut run = in_file(&file, "40");
    run.inline = vec![inline(&file, "A:\n  Timeout: 30\n", ask("lambda-invoke-denied", "another resource"))];
    assert_eq!(settled(run, &Config::default()).0.len(), 2);
}

#[test]
fn a_pattern_names_files_too() {
    let (told, ..) = settled(in_file(&template(), "30"), &ignore("*.yaml", ""));
    assert!(told.is_empty());
}

#[test]
fn levels_stand_in_place_of_severities() {
    let config =
        config::parse(SourceFile::new("g", "[rules]\nlambda-invoke-denied = \"note\"", None)).expect("readable");
    let mut run = run(vec![finding("lambda-invoke-denied", Vec::new()), finding("lambda-target-missing", Vec::new())]);
    settle(&mut run, &config, TODAY);
    let order: Vec<_> = run.findings.iter().map(|it| (it.rule.id, it.severity())).collect();
    assert_eq!(order, [("lambda-target-missing", Severity::Error), ("lambda-invoke-denied", Severity::Note)]);
    assert_eq!(run.dying().len(), 2, "requests die whatever it is called");
}

fn baseline_of(run: &Run) -> Baseline {
    let text = Baseline::default().update(run).to_text();
    Baseline::parse(&text).expect("what was written is readable")
}

#[test]
fn a_baseline_knows_what_has_not_become_worse() {
    let mut run = denied();
    let baseline = baseline_of(&run);
    baseline.compare(&mut run, false, false);
    assert!(run.findings.iter().all(|finding| finding.known));
    assert_eq!(baseline.update(&run), baseline, "stable");

    let mut warning = denied();
    warning.findings.iter_mut().for_each(|finding| finding.level = Some(Severity::Warning));
    baseline_of(&warning).mark(&mut run);
    assert!(run.findings.iter().all(|finding| !finding.known), "what was a warning is an error now");
}

#[test]
fn what_is_gone_is_fixed_only_if_all_was_asked() {
    let baseline = baseline_of(&denied());
    let compared = |mut run: Run, part: bool| {
        baseline.compare(&mut run, part, false);
        let kept = baseline.update(&run) == baseline;
        run.compared.map(|it| (it.fixed.len(), it.undecided.len(), kept)).expect("compared")
    };
    assert_eq!(compared(run(Vec::new()), false), (1, 0, false));
    assert_eq!(compared(run(Vec::new()), true), (0, 1, false), "only a part was looked at");
    let open = |rule: Option<&'static Rule>, inherent: bool| {
        let subject = Subject::named("function", "pay", &Scope::new("aws", "", ""));
        let gaps = vec![Gap::not_modelled("a thing")];
        Run {
            unknown: vec![Unknown { rule, hop: None, subject, gaps, requests: Vec::new(), inherent }],
            ..run(Vec::new())
        }
    };
    assert_eq!(compared(open(Some(rule("lambda-invoke-denied")), false), false), (0, 1, true));
    assert_eq!(compared(open(None, false), false), (0, 1, true), "a listing was denied");
    assert_eq!(compared(open(None, true), false), (1, 0, false), "a limit of AWS's that no grant lifts");
    assert_eq!(compared(open(Some(rule("lambda-target-missing")), false), false), (1, 0, false));
    let mut ignored = denied();
    settle(&mut ignored, &ignore("*", ""), TODAY);
    assert_eq!(compared(ignored, false), (0, 0, false), "what is ignored is still there");
    let off = Run { rules: Vec::new(), ..run(Vec::new()) };
    assert_eq!(compared(off, false), (0, 1, false), "nobody asked");
}

#[test]
fn other_files_are_no_baseline() {
    for text in ["", "[]", "{}", "{\"format\": \"gatelint/baseline@2\", \"findings\": []}", "{\"findings\": []}"] {
        assert!(Baseline::parse(text).is_err(), "{text}");
    }
}
