//! Small templates that a real one taught: what the answer is stands in the first line, with the reason.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// `clean`: every request gets past every question. `unknown`: some request is not decided, and none dies. `hidden`: there
/// may be more requests than are seen. `refused`: the template is not judged at all. `dies`: a request dies.
fn answer(path: &Path) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_gatelint")).args(["check", "--format", "json"]).arg(path).output().unwrap();
    if output.status.code() == Some(2) {
        return "refused".into();
    }
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let count = |member: &str| report["summary"][member].as_u64().unwrap();
    assert!(count("requests") > 0, "{}: no request", path.display());
    match (count("dying"), count("unknown"), report["gaps"].as_array().unwrap().len()) {
        (1.., _, _) => "dies".into(),
        (0, 1.., _) => "unknown".into(),
        (0, 0, 1..) => "hidden".into(),
        (0, 0, 0) => "clean".into(),
    }
}

#[test]
fn every_case_has_its_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 10, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for path in cases {
        let text = fs::read_to_string(&path).unwrap();
        let expected =
            text.lines().next().and_then(|line| line.strip_prefix("# ")?.split(':').next()).unwrap_or_default();
        let found = answer(&path);
        if found != expected {
            wrong.push(format!("{}: {found}, not {expected}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
