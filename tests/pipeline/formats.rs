use super::{code, demo, expected, gatelint, json, stderr, stdout};
use serde_json::{Value, json};
use std::process::Command;

#[test]
fn each_format_of_the_demo_is_as_it_was() {
    for format in ["human", "github", "gitlab", "junit"] {
        let output = demo(&["--format", format]);
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        expected(&format!("demo-{format}"), &stdout(&output));
    }
    let mut log = json(&demo(&["--format", "sarif"]));
    // The pages have tests of their own.
    log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap().truncate(1);
    log["runs"][0]["tool"]["driver"]["rules"][0]["help"] = Value::Null;
    expected("demo-sarif", &serde_json::to_string_pretty(&log).unwrap());
}

/// The schema that the standard's committee published, from a package that carries it.
fn sarif_schema() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let asked =
        Command::new(cargo).args(["metadata", "--format-version=1", "--locked", "--manifest-path", manifest]).output();
    let asked = asked.unwrap();
    assert!(asked.status.success(), "{}", stderr(&asked));
    let metadata: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let schema = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    // Not every reader of regular expressions takes its bracket that closes nothing.
    serde_json::from_str(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap()
}

pub(super) fn keeps_sarifs_schema(log: &Value) {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let mut worse = log.clone();
    worse["runs"][0]["results"][0]["level"] = json!("dreadful");
    assert!(!validator.is_valid(&worse), "the schema lets everything through");
}

#[test]
fn sarif_keeps_its_schema_and_has_what_github_wants() {
    let log = json(&demo(&["--format", "sarif"]));
    keeps_sarifs_schema(&log);

    let run = &log["runs"][0];
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), gatelint::rules::all().count());
    for rule in rules {
        assert!(text(&rule["id"]) && text(&rule["shortDescription"]["text"]), "{rule}");
        assert!(rule["fullDescription"]["text"].as_str().unwrap().chars().count() <= 1024, "{rule}");
        assert!(text(&rule["fullDescription"]["text"]) && text(&rule["help"]["markdown"]), "{rule}");
        let description = rule["fullDescription"]["text"].as_str().unwrap();
        assert!(description.ends_with('.') && !description.contains(['|', '`', '\n']), "no plain text: {description}");
        assert!(!description.contains("]("), "no plain text: {description}");
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 8, "only {}", results.len());
    for result in results {
        assert!(text(&result["message"]["text"]) && text(&result["partialFingerprints"]["primaryLocationLineHash"]));
        let place = &result["locations"][0]["physicalLocation"];
        assert!(text(&place["artifactLocation"]["uri"]), "{result}");
        for edge in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][edge].as_u64().unwrap() >= 1, "{result}");
        }
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[rule]["id"], result["ruleId"]);
    }
    let open = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert!(!open.is_empty(), "the demo has a question that stays open");
}

#[test]
fn gitlab_gets_what_it_wants() {
    let report = json(&demo(&["--format", "gitlab"]));
    let issues = report.as_array().unwrap();
    let mut prints: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), issues.len(), "fingerprints are unique");
    for issue in issues {
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(!issue["description"].as_str().unwrap().is_empty() && issue["check_name"].is_string());
    }
}

#[test]
fn junit_counts_what_the_report_counts() {
    let folder = tempfile::tempdir().unwrap();
    let output = gatelint(folder.path(), &["demo", "--format", "json", "--format", "junit=junit.xml"]);
    let findings = json(&output)["findings"].as_array().unwrap().len();
    let unknown = json(&output)["unknown"].as_array().unwrap().len();
    let xml = std::fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert_eq!(xml.matches("<failure ").count(), findings, "{xml}");
    assert_eq!(xml.matches("<skipped ").count(), unknown, "{xml}");
    let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    for case in report.test_suites.iter().flat_map(|suite| &suite.test_cases) {
        let passed = matches!(case.status, quick_junit::TestCaseStatus::Success { .. });
        assert_eq!(case.name.starts_with("passed: "), passed, "{}", case.name.as_str());
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["junit.xml"], "nothing is left beside the report");
}

#[test]
fn a_format_that_does_not_exist_names_those_that_do() {
    let output = demo(&["--format", "xml"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("sarif"), "{}", stderr(&output));
}

/// The demo with names that try to steer whoever reads the report.
fn hostile_demo(folder: &std::path::Path) -> String {
    let name = "a\n::error::owned\r\n##[error]x%0A\u{1b}]0;t\u{7}\u{0}\u{8}\u{fffe}\u{202e}]]>&<\"'{0}[x](http://y)";
    let name = format!("{name}{}", "z".repeat(100_000));
    let shop = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/demo/shop.jsonl")).unwrap();
    let hostile = shop.replace("\"storefront\"", &serde_json::to_string(&name).unwrap());
    assert_ne!(hostile, shop);
    std::fs::write(folder.join("hostile.jsonl"), hostile).unwrap();
    name
}

#[test]
fn names_steer_no_format() {
    let folder = tempfile::tempdir().unwrap();
    hostile_demo(folder.path());
    for format in ["human", "json", "sarif", "github", "gitlab", "junit"] {
        let output = gatelint(folder.path(), &["check", "hostile.jsonl", "--format", format]);
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("owned"), "{format}: the name is still told");
        assert!(!text.contains(|c: char| c != '\n' && (c.is_control() || "\u{fffe}\u{202e}".contains(c))), "{format}");
        let starts = |line: &str| line.trim_start().starts_with("::error::") || line.trim_start().starts_with("##[");
        assert!(!text.lines().any(starts), "{format}: a name begins a line");
        match format {
            "sarif" => keeps_sarifs_schema(&serde_json::from_str(&text).unwrap()),
            "json" => super::keeps_reports_schema(&serde_json::from_str(&text).unwrap()),
            "gitlab" => assert!(serde_json::from_str::<Value>(&text).unwrap().is_array()),
            "junit" => {
                let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
                assert!(report.failures >= 8, "{}", report.failures);
            }
            _ => {}
        }
        if ["sarif", "github", "gitlab", "junit"].contains(&format) {
            assert!(text.len() < 500_000, "{format}: {} bytes", text.len());
        }
    }
}

/// With others beside it or alone, in a repository and from a folder below its root.
#[test]
fn what_cannot_be_judged_is_in_every_format_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("infra");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    std::fs::write(below.join("broken.yaml"), "Resources:\n  A: {Type: {{ x }}}\n").unwrap();
    for name in ["broken.yaml", "whole.yaml"] {
        std::fs::write(below.join("whole.yaml"), "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api}\n").unwrap();
        let report = |format: &str| {
            let output = gatelint(&below, &["check", "broken.yaml", name, "--format", format]);
            assert_eq!(code(&output), 2, "{}", stderr(&output));
            assert!(stderr(&output).contains("broken.yaml:2:"), "{}", stderr(&output));
            output
        };
        let warning = &json(&report("json"))["warnings"][0];
        assert_eq!((&warning["file"], &warning["line"]), (&json!("broken.yaml"), &json!(2)));
        let log = json(&report("sarif"));
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let told = &invocation["toolExecutionNotifications"][0];
        assert_eq!(told["level"], "error");
        let place = &told["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "infra/broken.yaml");
        assert_eq!(place["region"]["startLine"], 2);
        let annotation = stdout(&report("github"));
        assert!(annotation.starts_with("::error file=infra/broken.yaml,line=2,title=gatelint"), "{annotation}");
        let issues = json(&report("gitlab"));
        assert_eq!(issues[0]["location"], json!({ "path": "infra/broken.yaml", "lines": { "begin": 2 } }));
        let xml = stdout(&report("junit"));
        assert!(xml.contains("<error ") && xml.contains(r#"file="infra/broken.yaml""#), "{xml}");
    }
}

#[test]
fn with_nothing_to_check_every_file_is_written_and_valid() {
    let kinds = ["human", "json", "sarif", "github", "gitlab", "junit"];
    let formats: Vec<String> = kinds.iter().map(|kind| format!("--format={kind}={kind}.out")).collect();
    for (more, ends) in [(&[][..], 3), (&["--if-any"][..], 0)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("docs")).unwrap();
        let formats: Vec<&str> = formats.iter().map(String::as_str).collect();
        let output = gatelint(folder.path(), &[&["check", "docs"][..], more, &formats].concat());
        assert_eq!(code(&output), ends, "{}", stderr(&output));
        assert_eq!(stderr(&output).contains("nothing to check"), ends == 3, "{}", stderr(&output));
        let text = |kind: &str| std::fs::read_to_string(folder.path().join(format!("{kind}.out"))).unwrap();
        let value = |kind: &str| serde_json::from_str::<Value>(&text(kind)).unwrap();
        super::keeps_reports_schema(&value("json"));
        let log = value("sarif");
        assert_eq!(log["runs"][0]["results"], json!([]));
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), gatelint::rules::all().count());
        assert_eq!(value("gitlab"), json!([]));
        assert_eq!(quick_junit::Report::deserialize_from_str(&text("junit")).unwrap().tests, 0);
        assert_eq!(text("github"), "");
        assert!(text("human").contains("no findings"), "{}", text("human"));
    }
    // Nobody needs sums of nothing on a terminal, and usage is no report.
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stdout(&gatelint(folder.path(), &["check", "."])), "");
    let output = gatelint(folder.path(), &["check", "nowhere", "--format", "sarif=out"]);
    assert_eq!((code(&output), folder.path().join("out").exists()), (2, false));
}
