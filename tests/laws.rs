//! Laws that hold for every rule, checked mechanically on every page's examples: blank
//! any one answer, field or record, and see that nothing is invented and nothing hidden.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod examples;

use gatelint::capture::file::fragment;
use gatelint::run::{Options, Run, judge};
use serde_json::{Value, json};

/// Every example that holds at full knowledge, as records.
fn examples() -> Vec<(String, bool, Vec<Value>)> {
    let pages =
        gatelint::rules::all().flat_map(|rule| examples::of(rule.page).into_iter().map(move |it| (rule.id, it)));
    pages
        .filter(|(_, example)| example.expect != "unknown" && !example.is_template)
        .map(|(rule, example)| {
            let records = serde_json::from_str(&example.text).unwrap();
            (format!("{rule}.md:{}", example.line), example.expect == "dies", records)
        })
        .collect()
}

/// Judged by all rules; `None` where the records cannot be read in this form.
fn run(records: &[Value]) -> Option<Run> {
    let capture = fragment(&serde_json::to_string(records).unwrap()).ok()?;
    Some(judge(capture, &Options::default()).unwrap())
}

fn denied() -> Value {
    json!({ "kind": "denied", "action": "any:Action", "on": "blanked" })
}

/// Pointers to every field below `value`, of lists too.
fn fields(value: &Value, at: &str, into: &mut Vec<String>) {
    let step = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            into.push(step(key));
            fields(value, &step(key), into);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(i, value)| fields(value, &step(&i.to_string()), into)),
        _ => {}
    }
}

/// Every way to know one thing less.
fn blanked(records: &[Value]) -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    for (i, record) in records.iter().enumerate() {
        let kind = record["record"].as_str().unwrap_or_default();
        let mut without = records.to_vec();
        without.remove(i);
        all.push((format!("without {kind} {i}"), without));
        if kind == "listed" || kind == "asked" {
            let mut partial = records.to_vec();
            let answer = partial[i].as_object_mut().unwrap();
            answer.remove("absent");
            answer.remove("found");
            answer.insert("gap".into(), denied());
            all.push((format!("denied {kind} {i}"), partial));
        }
        let mut pointers = Vec::new();
        fields(&record["facts"], "", &mut pointers);
        for pointer in pointers {
            let mut less = records.to_vec();
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let key = key.replace("~1", "/").replace("~0", "~");
            let facts = &mut less[i]["facts"];
            let Some(Value::Object(parent)) = facts.pointer_mut(parent) else { continue };
            parent.remove(&key);
            let gaps = less[i].as_object_mut().unwrap().entry("gaps").or_insert_with(|| json!({}));
            gaps.as_object_mut().unwrap().insert(pointer.clone(), denied());
            all.push((format!("denied {kind} {i} {pointer}"), less));
        }
    }
    all
}

#[test]
fn less_knowledge_never_invents_a_finding() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, _, records) in examples().into_iter().filter(|(_, dies, _)| !dies) {
        // An example survives its own rule; other rules may well have something to say.
        let full = run(&records).unwrap_or_else(|| panic!("{name}: unreadable"));
        let known: Vec<&str> = full.findings.iter().map(|finding| finding.rule.id).collect();
        for (what, records) in blanked(&records) {
            let Some(less) = run(&records) else { continue };
            tried += 1;
            for finding in less.findings.iter().filter(|finding| !known.contains(&finding.rule.id)) {
                wrong.push(format!("{name} {what}: {} {}", finding.rule.id, finding.fault.says));
            }
        }
    }
    assert!(tried > 100, "only {tried} captures were readable");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn less_knowledge_never_calls_a_dying_request_clean() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, _, records) in examples().into_iter().filter(|(_, dies, _)| *dies) {
        for (what, records) in blanked(&records) {
            let Some(less) = run(&records) else { continue };
            tried += 1;
            let whole_api_gone = what.starts_with("without restUnit") || what.starts_with("without apiUnit");
            if less.findings.is_empty() && less.unknown.is_empty() && !whole_api_gone {
                wrong.push(format!("{name} {what}: clean"));
            }
        }
    }
    assert!(tried > 100, "only {tried} captures were readable");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
