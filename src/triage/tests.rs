//! Ignores and baselines on runs made by hand.

use super::baseline::Baseline;
use super::settle;
use crate::capture::{Ask, Inline};
use crate::config::{self, Config};
use crate::follow::{Request, View};
use crate::model::{Evidence, Gap, Origin, Place, Scope, SourceFile, Subject};
use crate::rule::Rule;
use crate::run::{Affected, Finding, Run, Unknown, Way};
use crate::verdict::{Fault, Severity};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
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
    let ways = match evidence.is_empty() {
        true => Vec::new(),
        false => vec![Way::from(evidence.clone())],
    };
    let affected = |route| Affected { request: request(route), behind: None, ways: ways.clone() };
    Finding {
        rule: rule(id),
        view: View::Deployed,
        fault: Fault::new("x", subject, format!("{id} says so")).because(evidence),
        origin: None,
        clients: Default::default(),
        requests: vec![affected("GET /a"), affected("GET /b/{id}")],
        fingerprint: format!("print of {id}"),
        behind: None,
        level: None,
        known: false,
        world: None,
        worse: None,
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
        names: Default::default(),
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

fn open(rule: Option<&'static Rule>, inherent: bool) -> Run {
    let subject = Subject::named("function", "pay", &Scope::new("aws", "", ""));
    let gaps = vec![Gap::not_modelled("a thing")];
    Run {
        unknown: vec![Unknown { rule, hop: None, subject, gaps, origin: None, requests: Vec::new(), inherent }],
        ..run(Vec::new())
    }
}

#[test]
fn an_ignore_is_not_called_needless_while_its_rule_has_an_open_question() {
    let told = |run: Run, rest: &str| settled(run, &ignore("pay", rest)).2.concat();
    for run in [|| open(Some(rule("lambda-invoke-denied")), false), || open(None, false)] {
        for (until, says) in [("", "ignores nothing that was found; "), ("until = 2026-11-23", "ended on 2026-11-23; ")]
        {
            let told = told(run(), until);
            let open = "not all that its rule asks could be answered, and no ignore answers a question";
            assert_eq!(told, format!("an ignore of lambda-invoke-denied {says}{open}"));
        }
    }
    for run in [open(Some(rule("lambda-target-missing")), false), open(None, true)] {
        assert!(told(run, "").ends_with("take it away"));
    }
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

fn read(file: &Arc<SourceFile>, at: usize) -> Evidence {
    let mut place = Place::new("A", &json!({ "t": at }), "/t");
    place.origin = Some(Origin { file: file.clone(), at: at..at + 1 });
    Evidence::read(place, "here")
}

/// Where the ways of all requests begin, by route.
fn ways<'r>(findings: impl Iterator<Item = &'r Finding>) -> BTreeSet<(String, Vec<usize>)> {
    let start = |(place, _): &(&Place, &str)| place.origin.as_ref().map(|at| at.at.start);
    let starts = |way: &Way| crate::run::places(way).iter().filter_map(start).collect::<Vec<_>>();
    let all = findings.flat_map(|it| &it.requests);
    all.flat_map(|it| it.ways.iter().map(|way| (it.request.route.clone(), starts(way)))).collect()
}

proptest::proptest! {
    /// Ways are what requests die of, as places of their evidence. Whatever is covered, none is lost, and only what is
    /// covered is taken.
    #[test]
    fn an_ignore_of_a_file_takes_the_ways_that_it_covers(
        requests in prop::collection::vec(
            prop::collection::btree_set(prop::collection::vec(0_usize..30, 1..3), 1..3), 1..6),
        covers in (0_usize..30, 0_usize..10),
        subject in prop::option::of(0_usize..30),
        ended in prop::bool::ANY,
    ) {
        let file = template();
        let covers = covers.0..covers.0 + covers.1;
        let way = |starts: &Vec<usize>| -> Way { starts.iter().map(|at| read(&file, *at)).collect() };
        let affected = requests.iter().enumerate().map(|(at, ways)| Affected {
            request: request(&format!("GET /{at}")),
            behind: None,
            ways: ways.iter().map(way).collect(),
        });
        let mut finding = Finding { requests: affected.collect(), ..finding("lambda-invoke-denied", Vec::new()) };
        finding.origin = subject.map(|at| Origin { file: file.clone(), at: at..at + 1 });
        let all = ways([&finding].into_iter());
        let until = ended.then_some(date(2026, 11, 23));
        let ask = Ask { rule: "lambda-invoke-denied".into(), because: "so".into(), until };
        let written = Origin { file: file.clone(), at: 0..1 };
        let mut run = run(vec![finding]);
        run.inline = vec![Inline { written, covers: covers.clone(), asks: Ok(ask) }];
        settle(&mut run, &Config::default(), TODAY);

        let whole = subject.is_some_and(|at| covers.contains(&at));
        let covered = |way: &(String, Vec<usize>)| whole || way.1.iter().any(|at| covers.contains(at));
        let (taken, kept): (BTreeSet<_>, BTreeSet<_>) = all.iter().cloned().partition(covered);
        let needed = !taken.is_empty();
        let (taken, kept) = if ended { (BTreeSet::new(), all) } else { (taken, kept) };
        prop_assert_eq!(ways(run.suppressed.iter().map(|it| &it.finding)), taken);
        prop_assert_eq!(ways(run.findings.iter()), kept);
        prop_assert_eq!(run.notices.len(), usize::from(ended || !needed));
        for finding in run.findings.iter().chain(run.suppressed.iter().map(|it| &it.finding)).filter(|_| !ended && !whole) {
            let own = finding.requests.iter().any(|it| it.ways.iter().any(|way| **way == finding.fault.evidence));
            prop_assert!(!needed || own, "its evidence is one of its requests'");
        }
    }
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
fn what_a_baseline_knows_is_new_again_if_more_requests_die() {
    let worse = |baseline: &Baseline, mut run: Run| {
        baseline.compare(&mut run, false, false);
        let worse = run.findings.iter().filter_map(|finding| finding.worse.clone()).collect::<Vec<_>>();
        (run.findings.iter().map(|finding| finding.known).collect::<Vec<_>>(), worse)
    };
    let add = |run: &mut Run, add: &dyn Fn(&mut Request)| {
        let mut another = run.findings[0].requests[0].clone();
        add(&mut another.request);
        run.findings[0].requests.push(another);
    };
    let (known, new) = (vec![true], vec![false]);
    let baseline = baseline_of(&denied());
    for (what, change) in [
        ("a route", (|it| it.route = "GET /c".into()) as fn(&mut Request)),
        ("a stage", |it| it.stage = Some("test".into())),
        ("a canary", |it| it.canary = true),
        ("an API of the same name", |it| it.api = "def456".into()),
    ] {
        let mut run = denied();
        add(&mut run, &change);
        assert_eq!(worse(&baseline, run), (new.clone(), vec!["1 more request".to_owned()]), "{what}");
    }
    let mut again = denied();
    again.findings[0].requests.iter_mut().for_each(|it| it.request.api = "def456".into());
    assert_eq!(worse(&baseline, again), (known.clone(), vec![]), "made again");
    let mut fewer = denied();
    fewer.findings[0].requests.truncate(1);
    assert_eq!(worse(&baseline, fewer), (known.clone(), vec![]));

    let text = baseline.to_text();
    assert!(text.contains("\"orders prod GET /a\",\n        \"orders prod GET /b/{id}\"\n"), "{text}");
    let mut before: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    before["findings"][0].as_object_mut().expect("an entry").remove("requests");
    let before = Baseline::parse(&before.to_string()).expect("a file of before");
    let mut run = denied();
    add(&mut run, &|it| it.route = "GET /c".into());
    assert_eq!(worse(&before, run), (known, vec![]), "nobody knows which there were");

    // What some die of and others may die of is two findings of one fingerprint.
    let mut both = run_of_two(&["GET /a"], &["GET /b"]);
    let baseline = baseline_of(&both);
    assert_eq!(baseline.update(&both), baseline);
    baseline.mark(&mut both);
    assert!(both.findings.iter().all(|finding| finding.known));
    let swapped = run_of_two(&["GET /b"], &["GET /a"]);
    assert_eq!(
        worse(&baseline, swapped),
        (vec![false, true], vec!["1 more request".to_owned()]),
        "one is no longer only a warning"
    );
    let warned = baseline_of(&run_of_two(&[], &["GET /a"]));
    assert_eq!(worse(&warned, run_of_two(&["GET /a"], &[])).1, ["it was a warning"]);
}

fn run_of_two(die: &[&str], may: &[&str]) -> Run {
    let of = |routes: &[&str], level| {
        let affected = |route: &&str| Affected { request: request(route), behind: None, ways: Vec::new() };
        let finding = finding("lambda-invoke-denied", Vec::new());
        Finding { level: Some(level), ..finding }.only(routes.iter().map(affected).collect())
    };
    run([of(die, Severity::Error), of(may, Severity::Warning)].into_iter().flatten().collect())
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
