//! JUnit XML: a suite a rule, a failed case a finding, a skipped case what stayed unknown, is known
//! or is ignored.
//!
//! Where a rule passed anywhere, one case says so, under a name that does not change: pipelines follow
//! a case by its name. A rule that was never asked has no suite: a passed case would be a claim.
//!
//! A warning fails its case too, whatever `--fail-on` says: GitLab and Jenkins show what failed and nothing else. The `type` of
//! the failure is the severity, and the exit code decides what stops a pipeline.

use super::Reporter;
use super::place::{self, Positions};
use super::requests::{headline, routes, short, story};
use crate::model::Origin;
use crate::run::{Broken, Finding, Run, Unknown};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::io;

pub struct Junit;

impl Reporter for Junit {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let positions = Positions::default();
        let mut report = Report::new("gatelint");
        for rule in &run.rules {
            let mut cases: Vec<TestCase> = Vec::new();
            cases.extend(run.told().filter(|it| it.rule.id == rule.id).map(|it| found(it, &positions)));
            let suppressed = run.suppressed.iter().filter(|it| it.finding.rule.id == rule.id);
            cases.extend(suppressed.map(|it| skipped(&it.finding.fault.says, &format!("ignored: {}", it.because))));
            cases.extend(
                run.unknown
                    .iter()
                    .filter(|it| it.rule.is_some_and(|it| it.id == rule.id))
                    .map(|it| open(it, &positions)),
            );
            let passed = run.tally.get(rule.id).map_or(0, |tally| tally.passed);
            if passed > 0 {
                // The rule's title says what is wrong where it does not pass.
                let mut case = TestCase::new(format!("passed: {}", rule.id), TestCaseStatus::success());
                case.set_assertions(usize::try_from(passed).unwrap_or(usize::MAX));
                cases.push(case);
            }
            let class = format!("gatelint.{}.{}", rule.hop().as_str(), rule.id);
            for case in &mut cases {
                case.set_classname(&class);
            }
            add(&mut report, rule.id, cases);
        }
        add(&mut report, "not judged", run.broken.iter().map(broken).collect());
        add(
            &mut report,
            "not known",
            run.unknown.iter().filter(|row| row.rule.is_none()).map(|row| open(row, &positions)).collect(),
        );
        report.serialize(&mut *out).map_err(io::Error::other)?;
        writeln!(out)
    }
}

fn add(report: &mut Report, name: &str, cases: Vec<TestCase>) {
    if !cases.is_empty() {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases);
        report.add_test_suite(suite);
    }
}

fn found(finding: &Finding, positions: &Positions) -> TestCase {
    if finding.known {
        return skipped(&finding.fault.says, "known: it stands in the baseline");
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let says = headline(finding);
    status.set_message(&says).set_type(finding.severity().as_str()).set_description(story(finding).join("\n"));
    let mut case = TestCase::new(says, status);
    if let Some(origin) = place::first(finding) {
        placed(&mut case, &origin, positions);
    }
    case
}

fn placed(case: &mut TestCase, origin: &Origin, positions: &Positions) {
    case.extra.insert("file".into(), origin.file.path.clone().into());
    case.extra.insert("line".into(), positions.of(origin).line.to_string().into());
}

fn broken(broken: &Broken) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(short(&broken.says));
    let mut case = TestCase::new(short(&broken.file), status);
    case.extra.insert("file".into(), broken.path.clone().into());
    case.extra.insert("line".into(), broken.line.to_string().into());
    case
}

fn skipped(name: &str, why: &str) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(short(why));
    TestCase::new(short(name), status)
}

fn open(row: &Unknown, positions: &Positions) -> TestCase {
    let remedies: Vec<String> = row.gaps.iter().map(|gap| short(&gap.remedy())).collect();
    let name = match row.requests.is_empty() {
        true => row.subject.name.clone().unwrap_or_default(),
        false => routes(row.requests.iter()),
    };
    let mut case = skipped(&name, &format!("not known; this would settle it: {}", remedies.join("; ")));
    if let Some(origin) = &row.origin {
        placed(&mut case, origin, positions);
    }
    case
}
