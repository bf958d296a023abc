use super::{code, gatelint, json, stderr, stdout};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn in_folder(settings: &str, args: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gatelint.toml"), settings).unwrap();
    gatelint(folder.path(), &[&["demo"], args].concat())
}

fn ignore(rule: &str, place: &str, rest: &str) -> String {
    format!("[[ignore]]\nrule = \"{rule}\"\nwhere = \"{place}\"\nbecause = \"accepted in review\"\n{rest}\n")
}

fn summary(report: &Value, key: &str) -> u64 {
    report["summary"][key].as_u64().unwrap()
}

#[test]
fn an_ignored_finding_is_told_and_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let plain = json(&gatelint(folder.path(), &["demo", "--format", "json"]));
    let payments = ignore("lambda-reserved-concurrency-zero", "payments", "until = 2027-01-31");
    let output = in_folder(&payments, &["--format", "json", "--now", "2026-11-24"]);
    let report = json(&output);
    assert_eq!(summary(&report, "error"), summary(&plain, "error") - 1);
    assert_eq!(summary(&report, "suppressed"), 1);
    let suppressed = &report["suppressed"][0];
    assert_eq!(suppressed["finding"]["rule"], "lambda-reserved-concurrency-zero");
    assert_eq!((&suppressed["because"], &suppressed["until"]), (&"accepted in review".into(), &"2027-01-31".into()));
    assert_eq!((&suppressed["by"]["file"], &suppressed["by"]["line"]), (&"gatelint.toml".into(), &1.into()));
    assert_eq!(report["warnings"], Value::Array(Vec::new()));
    super::keeps_reports_schema(&report);
    let text = stdout(&in_folder(&payments, &["--now", "2026-11-24"]));
    assert!(
        text.contains("ignored: lambda-reserved-concurrency-zero: Lambda throttles every call of payments"),
        "{text}"
    );
    assert!(text.contains("1 with what is ignored"), "{text}");

    let expired = json(&in_folder(&payments, &["--format", "json", "--now", "2027-02-01"]));
    assert_eq!((summary(&expired, "error"), summary(&expired, "suppressed")), (summary(&plain, "error"), 0));
    super::keeps_reports_schema(&expired);
    assert!(expired["warnings"][0]["says"].as_str().unwrap().contains("ended on 2027-01-31"), "{expired}");
}

#[test]
fn settings_are_found_up_to_the_repository() {
    let settings = ignore("lambda-reserved-concurrency-zero", "payments", "");
    let suppressed = |at: &Path| summary(&json(&gatelint(at, &["demo", "--format", "json"])), "suppressed");
    let root = tempfile::tempdir().unwrap();
    let (repository, deep) = (root.path().join("repository"), root.path().join("repository/a/b"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(root.path().join("gatelint.toml"), &settings).unwrap();
    assert_eq!(suppressed(&deep), 0, "no repository: only the folder itself");
    fs::create_dir(repository.join(".git")).unwrap();
    assert_eq!(suppressed(&deep), 0, "what lies above the repository is somebody else's");
    fs::write(repository.join("gatelint.toml"), &settings).unwrap();
    assert_eq!(suppressed(&deep), 1);
    let elsewhere = gatelint(&deep, &["demo", "--format", "json", "--config", "../../../gatelint.toml"]);
    assert_eq!(json(&elsewhere)["suppressed"][0]["by"]["file"], "../../../gatelint.toml");
    assert_eq!(code(&gatelint(&deep, &["demo", "--config", "nowhere.toml"])), 2);
}

#[test]
fn levels_decide_what_counts() {
    let all_off = |level: &str| {
        let lines = gatelint::rules::all().map(|rule| format!("{} = \"{level}\"\n", rule.id));
        format!("[rules]\n{}", lines.collect::<String>())
    };
    let notes = in_folder(&all_off("note"), &["--format", "json"]);
    assert_eq!((code(&notes), summary(&json(&notes), "error")), (0, 0));
    assert!(summary(&json(&notes), "dying") > 0, "requests die whatever it is called");
    assert_eq!(code(&in_folder(&all_off("note"), &["--fail-on", "note"])), 1);
    assert_eq!(code(&in_folder(&format!("fail-on = \"note\"\n{}", all_off("note")), &[])), 1);
    assert_eq!(code(&in_folder("fail-on = \"never\"", &[])), 0);
    assert_eq!(code(&in_folder("fail-on = \"never\"", &["--fail-on", "error"])), 1, "the command line goes first");
    assert_eq!(code(&in_folder("fail-on = \"never\"\nstrict = true", &[])), 4, "unknowns are not hidden");
    let off = json(&in_folder(&all_off("off"), &["--format", "json"]));
    assert_eq!((&off["findings"], &off["coverage"]), (&Value::Array(Vec::new()), &Value::Array(Vec::new())));
}

#[test]
fn an_ignore_does_not_hide_what_is_unknown() {
    let everything: String = gatelint::rules::all().map(|rule| ignore(rule.id, "*", "")).collect();
    let output = in_folder(&everything, &["--strict", "--format", "json"]);
    let report = json(&output);
    assert_eq!((code(&output), &report["findings"]), (4, &Value::Array(Vec::new())));
    assert!(summary(&report, "suppressed") >= 8 && !report["unknown"].as_array().unwrap().is_empty());
}

#[test]
fn mistakes_in_the_settings_are_underlined() {
    for (settings, says) in [
        ("[rules]\nlamda-invoke-denied = \"off\"", "did you mean lambda-invoke-denied?"),
        ("[[ignore]]\nrule = \"lambda-invoke-denied\"\nwhere = \"x\"", "missing field `because`"),
        ("stric = true", "unknown field `stric`"),
        ("strict = ", "gatelint.toml cannot be read"),
    ] {
        let output = in_folder(settings, &[]);
        assert_eq!(code(&output), 2, "{settings}");
        let text = stderr(&output);
        assert!(text.contains(says) && text.contains("gatelint.toml:"), "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gatelint.toml"), " ".repeat(2 << 20)).unwrap();
    assert_eq!(code(&gatelint(folder.path(), &["demo"])), 2, "a file without end");
}

#[test]
fn settings_have_a_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema = json(&gatelint(folder.path(), &["schema", "config"]));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let text = ignore("lambda-invoke-denied", "*", "until = \"2027-01-31\"") + "[rules]\nlistener-missing = \"off\"\n";
    assert_eq!(code(&in_folder(&text, &["--fail-on", "never"])), 0);
    let mut settings: Value = toml::from_str(&text).unwrap();
    assert!(validator.is_valid(&settings), "{schema}");
    settings["rules"]["listener-missing"] = "loud".into();
    assert!(!validator.is_valid(&settings));
    let forgotten: Value = toml::from_str("[[ignore]]\nrule = \"x\"\nwhere = \"y\"").unwrap();
    assert!(!validator.is_valid(&forgotten), "because is required");
}

#[test]
fn sarif_carries_the_justification() {
    let settings = ignore("lambda-reserved-concurrency-zero", "payments", "");
    let log = json(&in_folder(&settings, &["--format", "sarif"]));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let suppressed: Vec<_> = results.iter().filter(|result| result["suppressions"].is_array()).collect();
    assert_eq!(suppressed.len(), 1);
    let suppression = &suppressed[0]["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["justification"]),
        (&"external".into(), &"accepted in review".into())
    );
    super::formats::keeps_sarifs_schema(&log);
    for format in ["github", "gitlab", "junit"] {
        let text = stdout(&in_folder(&settings, &["--format", format]));
        assert!(
            !text.contains("<failure message=\"Lambda throttles") && !text.contains("::Lambda throttles"),
            "{text}"
        );
    }
}
