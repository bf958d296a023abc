use super::{code, gatelint, json, stderr, stdout};
use serde_json::Value;
use std::fs;

#[test]
fn what_is_known_is_told_and_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| gatelint(folder.path(), &[&["demo", "--baseline", "known.json"], args].concat());
    let text = || fs::read_to_string(folder.path().join("known.json")).unwrap();
    assert_eq!(code(&run(&[])), 2, "there is none yet");
    let first = run(&["--update-baseline", "--format", "json"]);
    assert_eq!(code(&first), 0, "{}", stderr(&first));
    let written = text();
    super::expected("demo-baseline", &written);
    let again = run(&["--format", "json"]);
    let report = json(&again);
    assert_eq!((code(&again), &report["summary"]["error"]), (0, &0.into()));
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() >= 8 && findings.iter().all(|finding| finding["baseline"] == "known"));
    assert_eq!(code(&run(&["--strict"])), 4, "a baseline hides no unknowns");
    assert_eq!(code(&run(&["--update-baseline"])), 0);
    assert_eq!(text(), written, "the same bytes");

    // Of two findings one is taken out, and one is no longer there.
    let mut baseline: Value = serde_json::from_str(&written).unwrap();
    let entries = baseline["findings"].as_array_mut().unwrap();
    let new = entries.iter().position(|entry| entry["rule"] == "listener-missing").unwrap();
    entries.remove(new);
    let gone = entries.iter_mut().find(|entry| entry["rule"] == "target-group-empty").unwrap();
    gone["fingerprint"] = "0".repeat(64).into();
    fs::write(folder.path().join("known.json"), baseline.to_string()).unwrap();
    let output = run(&["--format", "json", "--new-only"]);
    let report = json(&output);
    assert_eq!(code(&output), 1);
    let rules: Vec<_> = report["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["listener-missing", "target-group-empty"]);
    assert_eq!(report["fixed"][0]["rule"], "target-group-empty");
    super::keeps_reports_schema(&report);
    let text = stdout(&run(&[]));
    assert!(text.contains("known: lambda-target-missing") && text.contains("fixed: target-group-empty"), "{text}");
    assert!(!stdout(&run(&["--new-only"])).contains("known: "));
    let part = stdout(&run(&["--stage", "prod"]));
    assert!(!part.contains("fixed: ") && part.contains("not found again in this part of the account"), "{part}");
}

/// Every entry keeps its requests; without one of them, that one is news.
#[test]
fn another_request_that_dies_of_what_is_known_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known.json");
    let run = |args: &[&str]| gatelint(folder.path(), &[&["demo", "--baseline", "known.json"], args].concat());
    assert_eq!(code(&run(&["--update-baseline"])), 0);
    let written = fs::read_to_string(&file).unwrap();
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut baseline: Value = serde_json::from_str(&written).unwrap();
        for entry in baseline["findings"].as_array_mut().unwrap() {
            if entry["message"].as_str().unwrap().contains("may not invoke orders:live") {
                change(entry["requests"].as_array_mut().unwrap());
            }
        }
        fs::write(&file, baseline.to_string()).unwrap();
        run(&["--new-only"])
    };
    let more = with(&|requests| requests.truncate(1));
    assert_eq!(code(&more), 1);
    assert!(stdout(&more).contains("worse, "), "{}", stdout(&more));
    assert!(stdout(&more).contains("more request"), "{}", stdout(&more));
    for (format, rows, pointer, worse) in
        [("json", "/findings", "/worse", "more request"), ("sarif", "/runs/0/results", "/baselineState", "updated")]
    {
        let report = json(&run(&["--format", format]));
        let worse = |row: &&Value| row.pointer(pointer).and_then(Value::as_str).is_some_and(|it| it.contains(worse));
        let rows = report.pointer(rows).unwrap().as_array().unwrap();
        let [one] = rows.iter().filter(worse).collect::<Vec<_>>()[..] else { panic!("{format}: {rows:#?}") };
        match format {
            "json" => assert_eq!(one["baseline"], "new", "it counts"),
            _ => assert!(rows.iter().all(|it| it == one || it["baselineState"] == "unchanged")),
        }
    }
    assert_eq!(code(&with(&|requests| requests.push("orders prod GET /gone".into()))), 0, "fewer is not worse");
    assert_eq!(code(&with(&|requests| requests.clear())), 0, "a file of before kept no requests");
    assert_eq!(code(&run(&["--update-baseline"])), 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn formats_tell_new_from_known() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| gatelint(folder.path(), &[&["demo", "--baseline", "known.json"], args].concat());
    assert_eq!(code(&run(&["--update-baseline"])), 0);
    let log = json(&run(&["--format", "sarif"]));
    super::formats::keeps_sarifs_schema(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["baselineState"] == "unchanged"));
    let text = stdout(&run(&["--format", "github"]));
    assert!(!text.lines().any(|line| line.starts_with("::error")) && text.contains("(known)"), "{text}");
    assert!(!stdout(&run(&["--format", "junit"])).contains("<failure"));
}

#[test]
fn a_broken_baseline_is_no_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["", "{}", "{\"format\":\"gatelint/baseline@9\",\"findings\":[]}"] {
        fs::write(folder.path().join("known.json"), text).unwrap();
        for args in
            [&["demo", "--baseline", "known.json"][..], &["demo", "--baseline", "known.json", "--update-baseline"]]
        {
            let output = gatelint(folder.path(), args);
            assert_eq!(code(&output), 2, "{text}");
            assert!(stderr(&output).contains("cannot read the baseline known.json"), "{}", stderr(&output));
        }
        assert_eq!(fs::read_to_string(folder.path().join("known.json")).unwrap(), text, "it is left as it was");
    }
    assert_eq!(code(&gatelint(folder.path(), &["demo", "--new-only"])), 2, "new compared with what?");
}
