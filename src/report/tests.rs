//! Reports of findings that stand in files.

use super::{Github, Gitlab, Human, Json, Junit, Reporter, Sarif};
use crate::follow::{Request, View};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Origin, Place, Scope, SourceFile, Subject};
use crate::rule::Rule;
use crate::run::{Affected, Finding, Run, Tally, Unknown};
use crate::verdict::{Client, Fault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

const TEMPLATE: &str = "Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 30
      Description: größer
  Filler1: {}
  Filler2: {}
  Filler3: {}
  Filler4: {}
  Filler5: {}
  Call:
    Properties: { Größe: 1, TimeoutInMillis: 3000 }
";

fn rule() -> &'static Rule {
    crate::rules::all().find(|rule| rule.id == "lambda-timeout-exceeds-integration").expect("the rule is there")
}

fn file(name: &str, text: &str) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(name, text, None))
}

fn read(says: &str, file: &Arc<SourceFile>, part: &str) -> Evidence {
    let start = file.text.find(part).expect("the part is there");
    at(says, file, start..start + part.len())
}

fn at(says: &str, file: &Arc<SourceFile>, at: Range<usize>) -> Evidence {
    let mut place = Place::new("Orders", &json!({ "Timeout": 30 }), "/Timeout");
    place.origin = Some(Origin { file: file.clone(), at });
    Evidence::read(place, says)
}

fn finding(evidence: Vec<Evidence>) -> Finding {
    let says = "the function may run longer than API Gateway waits";
    let subject = Subject::named("function", "Orders", &Scope::new("aws", "", ""));
    let request = Request {
        api: "Api".into(),
        api_name: Some("orders".into()),
        stage: Some("prod".into()),
        canary: false,
        route: "GET /orders/{id}".into(),
        method: Some("GET".into()),
        path: Some("/orders/{id}".into()),
    };
    Finding {
        rule: rule(),
        view: View::Planned,
        fault: Fault::new("longer", subject, says).because(evidence).help("give it less"),
        origin: None,
        clients: [Client::Asking(Protocol::Rest)].into(),
        requests: vec![Affected { request, behind: None, ways: Vec::new() }],
        fingerprint: "ab".repeat(32),
        behind: None,
        level: None,
        known: false,
        world: None,
        worse: None,
    }
}

fn run(findings: Vec<Finding>) -> Run {
    let requests = findings.iter().flat_map(|it| &it.requests).map(|it| it.request.clone()).collect();
    Run {
        sources: Vec::new(),
        taken: jiff::Timestamp::UNIX_EPOCH,
        assumptions: Default::default(),
        requests,
        findings,
        unknown: Vec::new(),
        gaps: Vec::new(),
        rules: vec![rule()],
        tally: BTreeMap::from([(rule().id, Tally::default())]),
        calls: BTreeMap::new(),
        inline: Vec::new(),
        suppressed: Vec::new(),
        notices: Vec::new(),
        compared: None,
        broken: Vec::new(),
        names: Default::default(),
    }
}

fn told(reporter: &dyn Reporter, run: &Run) -> String {
    let mut out = Vec::new();
    reporter.report(run, &mut out).expect("written");
    String::from_utf8(out).expect("text")
}

fn parsed(reporter: &dyn Reporter, run: &Run) -> Value {
    serde_json::from_str(&told(reporter, run)).expect("JSON")
}

fn both_places() -> Run {
    let template = file("infra/template.yaml", TEMPLATE);
    let evidence = vec![
        read("the function may run 30 s", &template, "30"),
        read("but the integration gives up after 3 s", &template, "3000"),
    ];
    run(vec![finding(evidence)])
}

#[test]
fn two_places_of_a_file_stand_in_one_report() {
    let text = told(&Human { colour: false, width: 100 }, &both_places());
    let expected = "  × the function may run longer than API Gateway waits
   ╭─[infra/template.yaml:5:16]
 3 │     Type: AWS::Lambda::Function
 4 │     Properties:
 5 │       Timeout: 30
   ·                ─┬
   ·                 ╰── the function may run 30 s
 6 │       Description: größer
 7 │   Filler1: {}
   ╰────
    ╭─[infra/template.yaml:13:46]
 11 │   Filler5: {}
 12 │   Call:
 13 │     Properties: { Größe: 1, TimeoutInMillis: 3000 }
    ·                                              ──┬─
    ·                                                ╰── but the integration gives up after 3 s
    ╰────
  help: give it less
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn places_near_to_each_other_share_their_lines() {
    let template = file("t.yaml", TEMPLATE);
    let evidence = vec![read("here", &template, "30"), read("and here", &template, "größer")];
    let text = told(&Human { colour: false, width: 100 }, &run(vec![finding(evidence)]));
    assert_eq!(text.matches("Timeout: 30").count(), 1, "{text}");
    assert!(text.contains("╰── here") && text.contains("╰── and here"), "{text}");
}

#[test]
fn of_many_lines_the_first_is_underlined_and_other_files_follow() {
    let (template, other) = (file("t.yaml", TEMPLATE), file("other.yaml", "a: 1\nb: 2\n"));
    let whole = TEMPLATE.find("Orders:").expect("there")..TEMPLATE.len();
    let evidence = vec![at("all of this", &template, whole), read("as that says", &other, "2")];
    let text = told(&Human { colour: false, width: 100 }, &run(vec![finding(evidence)]));
    assert!(text.contains("[t.yaml:2:3]") && !text.contains("Filler5"), "{text}");
    let (first, second) = text.split_once("what it has to do with").expect("a second report");
    assert!(!first.contains("other.yaml") && second.contains("[other.yaml:2:4]"), "{text}");
}

#[test]
fn json_tells_lines_and_columns() {
    let report = parsed(&Json, &both_places());
    let evidence = &report["findings"][0]["evidence"][1];
    let spot = ["file", "line", "column", "endLine", "endColumn"].map(|key| evidence[key].clone());
    assert_eq!(spot, [json!("infra/template.yaml"), json!(13), json!(46), json!(13), json!(50)]);
}

#[test]
fn sarif_has_a_region_and_what_it_has_to_do_with() {
    let log = parsed(&Sarif, &both_places());
    let result = &log["runs"][0]["results"][0];
    let region = |place: &Value| place["physicalLocation"]["region"].clone();
    let expected = json!({ "startLine": 5, "startColumn": 16, "endLine": 5, "endColumn": 18 });
    assert_eq!(region(&result["locations"][0]), expected);
    let expected = json!({ "startLine": 13, "startColumn": 46, "endLine": 13, "endColumn": 50 });
    assert_eq!(region(&result["relatedLocations"][0]), expected);
    assert_eq!(result["relatedLocations"][0]["message"]["text"], "but the integration gives up after 3 s");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "infra/template.yaml");
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["id"], result["ruleId"]);
}

#[test]
fn github_gets_each_finding_in_a_line_that_names_cannot_end() {
    let hostile = file("a,b:c%\n::error::x.yaml", TEMPLATE);
    let mut finding = finding(vec![read("here", &hostile, "30")]);
    finding.fault.says = "100% of it\r\n::error file=x::owned".into();
    let text = told(&Github, &run(vec![finding]));
    assert_eq!(text.lines().count(), 1, "{text}");
    let head = "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax.yaml,line=5,endLine=5,col=16,endColumn=18,\
                title=lambda-timeout-exceeds-integration::100%25 of it\\u000d\\u000a::error file=x::owned%0Agive it less%0A";
    assert!(text.starts_with(head), "{text}");
}

#[test]
fn gitlab_and_junit_name_the_file() {
    let run = both_places();
    let issues = parsed(&Gitlab, &run);
    assert_eq!(issues[0]["location"], json!({ "path": "infra/template.yaml", "lines": { "begin": 5 } }));
    let text = told(&Junit, &run);
    assert!(text.contains(r#"file="infra/template.yaml" line="5""#), "{text}");
}

#[test]
fn equal_fingerprints_are_told_apart() {
    let run = run(vec![finding(Vec::new()), finding(Vec::new())]);
    let issues = parsed(&Gitlab, &run);
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
    let log = parsed(&Sarif, &run);
    let prints = [0, 1].map(|index| log["runs"][0]["results"][index]["partialFingerprints"].clone());
    assert_eq!(prints[0]["gatelint/v1"], prints[1]["gatelint/v1"]);
    assert_ne!(prints[0]["primaryLocationLineHash"], prints[1]["primaryLocationLineHash"]);
}

#[test]
fn names_steer_no_format() {
    let evil = format!("\u{1b}[31m\u{0}\u{8}\u{ffff}]]>&<\"'{{0}}[x](1)\n::error::{}", "y".repeat(300_000));
    let mut bad = finding(Vec::new());
    bad.fault.says = evil.clone();
    bad.fault.subject = Subject::named("function", evil.clone(), &Scope::new("aws", "", ""));
    let mut run = run(vec![bad]);
    let gap = Gap::Denied { action: evil.as_str().into(), on: evil.as_str().into() };
    let subject = Subject::named("API", evil, &Scope::new("aws", "", ""));
    run.unknown.push(Unknown {
        rule: Some(rule()),
        hop: None,
        subject,
        gaps: vec![gap],
        origin: None,
        requests: Vec::new(),
        inherent: false,
    });
    let reporters: [&dyn Reporter; 4] = [&Sarif, &Github, &Gitlab, &Junit];
    for reporter in reporters {
        let text = told(reporter, &run);
        assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || c == '\u{ffff}')), "a control character");
        assert!(text.len() < 60_000, "{} bytes", text.len());
    }
    let log = parsed(&Sarif, &run);
    let says = log["runs"][0]["results"][0]["message"]["text"].as_str().expect("a text").to_owned();
    assert!(says.contains("{{0}}") && !says.contains("]("), "{}", &says[..200]);
    assert!(!told(&Github, &run).lines().any(|line| line.starts_with("::error::")));
    assert!(told(&Junit, &run).contains("]]&gt;&amp;&lt;"), "{}", &told(&Junit, &run)[..900]);
}

#[test]
fn no_wrapped_line_is_a_command_of_a_pipeline() {
    let mut kept = 0;
    for pad in 0..120 {
        let mut bad = finding(Vec::new());
        bad.fault.help = format!("Grant it on {} ::stop-commands::x ##[error]y", "y".repeat(pad));
        let text = told(&Human { colour: false, width: 100 }, &run(vec![bad]));
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::") || line.trim_start().starts_with("##[")));
        kept += text.lines().filter(|line| line.starts_with('|')).count();
    }
    assert!(kept > 0, "no line was wrapped there");
}
