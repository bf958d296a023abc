//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, with what GitHub's code scanning
//! wants beyond the schema: <https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
//!
//! GitHub shows no result without an artifact and a whole region. What was read from a live account stands in
//! no file: a path that names the resource, and its first line, stand for them; `logicalLocations` name the resource and the
//! field. GitHub knows a result again by `primaryLocationLineHash` alone, so our fingerprint stands there too.

use super::Reporter;
use super::place::{self, Position, Positions};
use super::requests::{short, story};
use crate::model::{Origin, Place};
use crate::rule::Rule;
use crate::run::{Finding, Run, Suppressed};
use serde_json::{Value, json};
use std::io;

pub struct Sarif;

impl Reporter for Sarif {
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        let positions = Positions::default();
        let results = super::unique(run).map(|(finding, print)| result(finding, &print, run, &positions));
        let results: Vec<Value> =
            results.chain(run.suppressed.iter().map(|it| suppressed(it, run, &positions))).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "gatelint", "version": version, "semanticVersion": version,
                    "rules": run.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
                    "notifications": [
                        { "id": BROKEN, "shortDescription": { "text": "A file could not be judged" } },
                        { "id": NOT_KNOWN, "shortDescription": { "text": "A question stayed open" } },
                        { "id": IGNORE, "shortDescription": { "text": "An ignore is wrong, expired or not needed" } },
                        { "id": FIXED, "shortDescription": { "text": "The baseline knows what is gone" } },
                    ],
                } },
                "columnKind": "unicodeCodePoints",
                "invocations": [{ "executionSuccessful": run.broken.is_empty(),
                    "toolExecutionNotifications": not_judged(run).chain(not_known(run, &positions)).collect::<Vec<_>>(),
                    "toolConfigurationNotifications": notices(run, &positions) }],
                "results": results,
            }],
        });
        let text = serde_json::to_string_pretty(&log)?;
        writeln!(out, "{}", super::harmless(&text))
    }
}

const BROKEN: &str = "broken";
const NOT_KNOWN: &str = "not-known";
const IGNORE: &str = "ignore";
const FIXED: &str = "fixed";

fn descriptor(rule: &Rule) -> Value {
    let manual = rule.manual();
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title() },
        "fullDescription": { "text": short(&beginning(manual)) },
        "help": { "text": manual, "markdown": manual },
        "defaultConfiguration": { "level": "error" },
        "properties": {
            "tags": ["reliability", rule.hop().as_str()],
            "precision": "very-high",
            "problem.severity": "error",
            "covers": rule.covers,
        },
    })
}

/// The first sentences of a page, as plain text. GitHub cuts descriptions at 1024 characters.
fn beginning(page: &str) -> String {
    let paragraphs = page.split("\n\n").filter(|text| !text.starts_with(['#', '|', '-', '`']));
    let sentences = |text: String| match text.strip_suffix(':') {
        // What comes behind it is no plain text.
        Some(before) => before.rfind(". ").map(|end| text[..=end].to_owned()),
        None => Some(text),
    };
    paragraphs.map(plain_text).find_map(sentences).unwrap_or_default()
}

/// Without the marks of code, emphasis and links.
fn plain_text(markdown: &str) -> String {
    let (mut text, mut code) = (String::new(), false);
    for piece in markdown.split('`') {
        text += &if code { piece.to_owned() } else { piece.replace('*', "").replace("](", "\0") };
        code = !code;
    }
    let mut pieces = text.split('\0');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain += piece.split_once(')').map_or(piece, |(_, rest)| rest);
    }
    plain.replace('[', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn result(finding: &Finding, fingerprint: &str, run: &Run, positions: &Positions) -> Value {
    let placed = finding.places();
    let at = placed.iter().position(|(place, _)| place.origin.is_some());
    let (place, origin) = match at.and_then(|at| placed.get(at)) {
        Some((place, _)) => (Some(*place), place.written()),
        None => (placed.first().map(|(place, _)| *place), None),
    };
    let main = match &origin {
        Some(origin) => physical(origin, positions),
        None => region(&place::placeholder(&finding.fault.subject), None),
    };
    let others = placed.iter().enumerate().filter(|(index, _)| Some(*index) != at);
    let related = others.filter_map(|(_, (place, says))| {
        let origin = place.written()?;
        Some(json!({ "physicalLocation": physical(&origin, positions), "logicalLocations": [logical(place)],
            "message": { "text": message(&short(says)) } }))
    });
    let logical = place.map_or_else(|| json!({ "fullyQualifiedName": short(&finding.fault.subject.id) }), logical);
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": run.rules.iter().position(|rule| rule.id == finding.rule.id),
        "level": finding.severity().as_str(),
        "message": { "text": message(&story(finding).join("\n")) },
        "locations": [{ "physicalLocation": main, "logicalLocations": [logical] }],
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { "gatelint/v1": finding.fingerprint, "primaryLocationLineHash": fingerprint },
        "properties": { "view": finding.view.as_str(), "requests": finding.requests.len() },
    });
    if let (Some(_), Some(result)) = (&run.compared, result.as_object_mut()) {
        let state = match (finding.known, &finding.worse) {
            (true, _) => "unchanged",
            (false, Some(_)) => "updated",
            (false, None) => "new",
        };
        result.insert("baselineState".into(), state.into());
    }
    result
}

/// GitHub shows suppressed results as if they were not: leave them out before an upload.
fn suppressed(it: &Suppressed, run: &Run, positions: &Positions) -> Value {
    let mut result = result(&it.finding, &it.finding.fingerprint, run, positions);
    let until = it.until.map(|until| format!(" (until {until})")).unwrap_or_default();
    let in_file = it
        .finding
        .places()
        .iter()
        .any(|(place, _)| place.origin.as_ref().is_some_and(|origin| origin.file.name == it.by.file.name));
    let kind = if in_file { "inSource" } else { "external" };
    if let Some(result) = result.as_object_mut() {
        let location = json!({ "physicalLocation": physical(&it.by, positions) });
        let justification = short(&format!("{}{until}", it.because));
        result.insert(
            "suppressions".into(),
            json!([{ "kind": kind, "status": "accepted", "justification": justification, "location": location }]),
        );
    }
    result
}

/// What is wrong with the ignores, and what the baseline knows and is gone.
fn notices(run: &Run, positions: &Positions) -> Vec<Value> {
    let wrong = run.notices.iter().map(|notice| {
        json!({ "descriptor": { "id": IGNORE }, "level": "warning", "message": { "text": message(&short(&notice.says)) },
            "locations": [{ "physicalLocation": physical(&notice.at, positions) }] })
    });
    let fixed = run.compared.iter().flat_map(|compared| &compared.fixed).map(|known| {
        let text = short(&format!("{}: {}", known.rule, known.message));
        json!({ "descriptor": { "id": FIXED }, "level": "note", "message": { "text": message(&text) } })
    });
    wrong.chain(fixed).collect()
}

fn physical(origin: &Origin, positions: &Positions) -> Value {
    region(&origin.file.path, Some(positions.of(origin)))
}

fn region(path: &str, at: Option<Position>) -> Value {
    let Position { line, column, end_line, end_column } =
        at.unwrap_or(Position { line: 1, column: 1, end_line: 1, end_column: 1 });
    json!({
        "artifactLocation": { "uri": place::uri(path) },
        "region": { "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column },
    })
}

fn logical(place: &Place) -> Value {
    let name = short(&place.resource);
    json!({ "fullyQualifiedName": format!("{name}#{}", short(&place.pointer)), "name": name })
}

fn not_judged(run: &Run) -> impl Iterator<Item = Value> {
    run.broken.iter().map(|it| {
        let at = Position { line: it.line, column: 1, end_line: it.line, end_column: 1 };
        json!({ "descriptor": { "id": BROKEN }, "level": "error", "message": { "text": message(&short(&it.says)) },
            "locations": [{ "physicalLocation": region(&it.path, Some(at)) }] })
    })
}

/// What nobody knows is told beside the results, never as none.
fn not_known(run: &Run, positions: &Positions) -> impl Iterator<Item = Value> {
    run.unknown.iter().map(|row| {
        let remedies: Vec<String> = row.gaps.iter().map(|gap| short(&gap.remedy())).collect();
        let of = row.subject.name.as_deref().unwrap_or(&row.subject.id);
        let text = format!("Not known of {}; this would settle it: {}", short(of), remedies.join("; "));
        let mut told =
            json!({ "descriptor": { "id": NOT_KNOWN }, "level": "note", "message": { "text": message(&text) } });
        if let (Some(rule), Some(told)) = (row.rule, told.as_object_mut()) {
            told.insert("associatedRule".into(), json!({ "id": rule.id }));
        }
        if let (Some(at), Some(told)) = (&row.origin, told.as_object_mut()) {
            told.insert("locations".into(), json!([{ "physicalLocation": physical(at, positions) }]));
        }
        told
    })
}

/// In a message `{0}` stands for an argument unless its braces are doubled (§3.11.5), and `[…](…)` is a link (§3.11.6):
/// no name becomes either. Other braces, as in `/orders/{id}`, stay, because viewers show messages as they are.
fn message(text: &str) -> String {
    let mut pieces = text.split('{');
    let mut told = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((index, rest)) if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) => {
                told += &format!("{{{{{index}}}}}{rest}");
            }
            _ => told += &format!("{{{piece}"),
        }
    }
    told.replace("](", "] (")
}
