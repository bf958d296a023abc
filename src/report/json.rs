//! The JSON report: a public contract, versioned, with a schema of its own.

use super::Reporter;
use super::place::{Position, Positions};
use crate::capture::CallCount;
use crate::follow::{HopKind, Request};
use crate::model::{Evidence, Gap, Origin, Place, Subject, Text};
use crate::rule::Symptom;
use crate::run::{Affected, Finding, Hidden, Known, Run, Suppressed, Tally, Unknown};
use crate::verdict::Severity;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

pub struct Json;

impl Reporter for Json {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&Report::of(run))?;
        writeln!(out, "{}", super::harmless(&text))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'r> {
    format: &'static str,
    version: &'static str,
    sources: Vec<Source<'r>>,
    assumptions: Vec<&'r str>,
    summary: Summary,
    findings: Vec<JsonFinding<'r>>,
    unknown: Vec<JsonUnknown<'r>>,
    gaps: Vec<JsonHidden<'r>>,
    suppressed: Vec<JsonSuppressed<'r>>,
    fixed: &'r [Known],
    warnings: Vec<JsonNotice<'r>>,
    coverage: Vec<Coverage>,
    calls: &'r BTreeMap<String, CallCount>,
}

#[derive(Serialize)]
struct Source<'r> {
    kind: &'r str,
    name: &'r str,
    account: Option<&'r str>,
    region: Option<&'r str>,
    taken: String,
}

#[derive(Serialize)]
struct Summary {
    requests: usize,
    dying: usize,
    unknown: usize,
    error: usize,
    warning: usize,
    note: usize,
    known: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct JsonFinding<'r> {
    rule: &'static str,
    covers: &'static [&'static str],
    severity: Severity,
    hop: &'static str,
    view: &'static str,
    message: &'r str,
    subject: JsonSubject<'r>,
    symptoms: Vec<Symptom>,
    requests: Vec<JsonRequest<'r>>,
    evidence: Vec<JsonEvidence<'r>>,
    help: &'r str,
    fix: JsonFix<'r>,
    fingerprint: &'r str,
    behind: Option<&'r str>,
    baseline: Option<&'static str>,
    worse: Option<&'r str>,
}

#[derive(Serialize)]
struct JsonSuppressed<'r> {
    finding: JsonFinding<'r>,
    because: &'r str,
    until: Option<String>,
    by: Spot,
}

#[derive(Serialize)]
struct JsonNotice<'r> {
    says: &'r str,
    #[serde(flatten)]
    at: Spot,
}

#[derive(Serialize)]
struct JsonSubject<'r> {
    kind: &'static str,
    id: &'r str,
    name: Option<&'r str>,
    account: &'r Text,
    region: &'r Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonRequest<'r> {
    api: &'r str,
    api_name: Option<&'r str>,
    stage: Option<&'r str>,
    route: &'r str,
    method: Option<&'r str>,
    path: Option<&'r str>,
    canary: bool,
    behind: Option<&'r str>,
}

/// Evidence is a tree; here it is a list in its order, each row with its depth.
#[derive(Serialize)]
struct JsonEvidence<'r> {
    resource: Option<&'r str>,
    pointer: Option<&'r str>,
    value: Option<Cow<'r, str>>,
    says: Cow<'r, str>,
    url: Option<&'r str>,
    depth: usize,
    #[serde(flatten)]
    at: Spot,
}

/// Lines and columns from 1, columns in characters; the end is behind the last one.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Spot {
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

#[derive(Serialize)]
struct JsonFix<'r> {
    cli: Option<&'r str>,
    cloudformation: Option<&'r str>,
    terraform: Option<&'r str>,
}

#[derive(Serialize)]
struct JsonUnknown<'r> {
    rule: Option<&'static str>,
    hop: Option<&'static str>,
    subject: JsonSubject<'r>,
    #[serde(flatten)]
    at: Spot,
    requests: Vec<JsonRequest<'r>>,
    gaps: Vec<JsonGap<'r>>,
}

#[derive(Serialize)]
struct JsonGap<'r> {
    #[serde(flatten)]
    gap: &'r Gap,
    remedy: String,
}

#[derive(Serialize)]
struct JsonHidden<'r> {
    #[serde(flatten)]
    gap: BTreeMap<String, serde_json::Value>,
    account: &'r Text,
    region: &'r Text,
    api: Option<&'r str>,
    hides: &'r str,
    remedy: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Coverage {
    rule: &'static str,
    asked: u64,
    passed: u64,
    dies: u64,
    unknown: u64,
    not_applicable: u64,
}

impl<'r> Report<'r> {
    fn of(run: &'r Run) -> Self {
        let taken = run.taken.to_string();
        let positions = Positions::default();
        let broken = run.broken.iter().map(|it| JsonNotice {
            says: &it.says,
            at: Spot { file: Some(it.file.clone()), line: Some(it.line), ..Spot::default() },
        });
        let warnings = run.notices.iter().map(|it| JsonNotice { says: &it.says, at: Spot::at(&it.at, &positions) });
        let source = |it: &'r crate::capture::SourceInfo| Source {
            kind: &it.kind,
            name: &it.name,
            account: it.account.as_deref(),
            region: it.region.as_deref(),
            taken: it.taken.map_or_else(|| taken.clone(), |taken| taken.to_string()),
        };
        Report {
            format: "gatelint/report@1",
            version: env!("CARGO_PKG_VERSION"),
            sources: run.sources.iter().map(source).collect(),
            assumptions: run.assumptions.iter().map(String::as_str).collect(),
            summary: Summary {
                requests: run.requests.len(),
                dying: run.dying().len(),
                unknown: run.undecided().len(),
                error: run.count(Severity::Error),
                warning: run.count(Severity::Warning),
                note: run.count(Severity::Note),
                known: run.findings.iter().filter(|finding| finding.known).count(),
                suppressed: run.suppressed.len(),
            },
            findings: run.told().map(|it| finding(it, run, &positions)).collect(),
            unknown: run.unknown.iter().map(|it| unknown(it, &positions)).collect(),
            gaps: run.gaps.iter().map(hidden).collect(),
            suppressed: run.suppressed.iter().map(|it| suppressed(it, run, &positions)).collect(),
            fixed: run.compared.as_ref().map_or(&[], |compared| &compared.fixed),
            warnings: broken.chain(warnings).collect(),
            coverage: run.tally.iter().map(|(rule, tally)| coverage(rule, *tally)).collect(),
            calls: &run.calls,
        }
    }
}

fn finding<'r>(finding: &'r Finding, run: &Run, positions: &Positions) -> JsonFinding<'r> {
    let fault = &finding.fault;
    let mut rows = Vec::new();
    flatten(&fault.evidence, 0, positions, &mut rows);
    rows.extend(finding.world.iter().map(|world| row(format!("so it is {world}"), 0)));
    JsonFinding {
        rule: finding.rule.id,
        covers: finding.rule.covers,
        severity: finding.severity(),
        hop: finding.rule.hop().as_str(),
        view: finding.view.as_str(),
        message: &fault.says,
        subject: subject(&fault.subject),
        symptoms: finding.symptoms(),
        requests: finding.requests.iter().map(affected).collect(),
        evidence: rows,
        help: &fault.help,
        fix: JsonFix {
            cli: fault.fix.cli.as_deref(),
            cloudformation: fault.fix.cloudformation.as_deref(),
            terraform: fault.fix.terraform.as_deref(),
        },
        fingerprint: &finding.fingerprint,
        behind: finding.behind.as_deref(),
        baseline: run.compared.as_ref().map(|_| if finding.known { "known" } else { "new" }),
        worse: finding.worse.as_deref(),
    }
}

fn suppressed<'r>(it: &'r Suppressed, run: &Run, positions: &Positions) -> JsonSuppressed<'r> {
    JsonSuppressed {
        finding: finding(&it.finding, run, positions),
        because: &it.because,
        until: it.until.map(|until| until.to_string()),
        by: Spot::at(&it.by, positions),
    }
}

impl Spot {
    fn of(place: &Place, positions: &Positions) -> Spot {
        place.written().map(|origin| Spot::at(&origin, positions)).unwrap_or_default()
    }

    fn at(origin: &Origin, positions: &Positions) -> Spot {
        let Position { line, column, end_line, end_column } = positions.of(origin);
        Spot {
            file: Some(origin.file.name.clone()),
            line: Some(line),
            column: Some(column),
            end_line: Some(end_line),
            end_column: Some(end_column),
        }
    }
}

fn row<'r>(says: impl Into<Cow<'r, str>>, depth: usize) -> JsonEvidence<'r> {
    let (says, at) = (says.into(), Spot::default());
    JsonEvidence { resource: None, pointer: None, value: None, says, url: None, depth, at }
}

fn flatten<'r>(evidence: &'r [Evidence], depth: usize, positions: &Positions, into: &mut Vec<JsonEvidence<'r>>) {
    for evidence in evidence {
        match evidence {
            Evidence::Read { place, says } => into.push(JsonEvidence {
                resource: Some(&place.resource),
                pointer: Some(&place.pointer),
                value: Some(place.value().into()),
                at: Spot::of(place, positions),
                ..row(says, depth)
            }),
            Evidence::Missing { what, seen_all } => {
                into.push(JsonEvidence { value: Some(seen_all.into()), ..row(what, depth) });
            }
            Evidence::Because { says, of } => {
                into.push(row(says, depth));
                flatten(of, depth + 1, positions, into);
            }
            Evidence::Document { title, url } => into.push(JsonEvidence { url: Some(url), ..row(title, depth) }),
        }
    }
}

fn subject(subject: &Subject) -> JsonSubject<'_> {
    JsonSubject {
        kind: subject.kind,
        id: &subject.id,
        name: subject.name.as_deref(),
        account: &subject.scope.account,
        region: &subject.scope.region,
    }
}

fn affected(affected: &Affected) -> JsonRequest<'_> {
    JsonRequest { behind: affected.behind.as_deref(), ..request(&affected.request) }
}

fn request(request: &Request) -> JsonRequest<'_> {
    JsonRequest {
        api: &request.api,
        api_name: request.api_name.as_deref(),
        stage: request.stage.as_deref(),
        route: &request.route,
        method: request.method.as_deref(),
        path: request.path.as_deref(),
        canary: request.canary,
        behind: None,
    }
}

fn unknown<'r>(row: &'r Unknown, positions: &Positions) -> JsonUnknown<'r> {
    JsonUnknown {
        rule: row.rule.map(|rule| rule.id),
        hop: row.hop.map(HopKind::as_str),
        subject: subject(&row.subject),
        at: row.origin.as_ref().map(|origin| Spot::at(origin, positions)).unwrap_or_default(),
        requests: row.requests.iter().map(request).collect(),
        gaps: row.gaps.iter().map(|gap| JsonGap { gap, remedy: gap.remedy() }).collect(),
    }
}

fn hidden(row: &Hidden) -> JsonHidden<'_> {
    // The gap's own account or region is where it stands anyway.
    let gap = serde_json::to_value(&row.gap).ok().and_then(|gap| serde_json::from_value(gap).ok());
    let mut gap: BTreeMap<String, serde_json::Value> = gap.unwrap_or_default();
    gap.retain(|key, _| key != "account" && key != "region");
    JsonHidden {
        gap,
        account: &row.scope.account,
        region: &row.scope.region,
        api: row.api.as_deref(),
        hides: &row.hides,
        remedy: row.gap.remedy(),
    }
}

fn coverage(rule: &'static str, tally: Tally) -> Coverage {
    let Tally { asked, passed, dies, unknown, not_applicable } = tally;
    Coverage { rule, asked, passed, dies, unknown, not_applicable }
}
