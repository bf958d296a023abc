//! What others copy into their pipelines: it can be read, and what it calls exists and works.

use super::{code, gatelint, json, stderr, stdout};
use granit_parser::{Event, Parser};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The scalars of a YAML text in their order.
fn scalars(name: &str, text: &str) -> Vec<String> {
    let events = Parser::new_from_str(text).map(|event| event.unwrap_or_else(|error| panic!("{name}: {error}")).0);
    let scalars = events.filter_map(|event| match event {
        Event::Scalar(text, ..) => Some(text.into_owned()),
        _ => None,
    });
    let scalars: Vec<String> = scalars.collect();
    assert!(!scalars.is_empty(), "{name} is empty");
    scalars
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The fences of a language in the README's part about pipelines.
fn fences(language: &str) -> Vec<String> {
    let readme = read("README.md");
    let part = readme.split("\n## In a pipeline\n").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let fence = format!("\n```{language}\n");
    let fences = part.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned());
    fences.collect()
}

#[test]
fn examples_can_be_read_and_their_options_exist() {
    let mut texts = vec![];
    for name in ["action.yml", ".pre-commit-hooks.yaml", "gitlab/gatelint.yml"] {
        texts.extend(scalars(name, &read(name)));
    }
    let yaml = fences("yaml");
    assert_eq!(yaml.len(), 4);
    texts.extend(yaml.iter().flat_map(|fence| scalars("README.md", fence)));
    texts.extend(fences("sh"));
    let help = stdout(&gatelint(root(), &["check", "--help"]));
    let mut seen = 0;
    for text in texts
        .iter()
        .filter(|text| text.contains("--format") || text.contains("gatelint check") || text.starts_with("--"))
    {
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|word| word.len() > 2) {
            if let Some(option) = word.strip_prefix("--") {
                seen += 1;
                assert!(help.contains(&format!("--{option}")), "check has no --{option}: {text}");
            }
        }
    }
    assert!(seen >= 10, "only {seen} options");
    let settings = fences("toml");
    assert_eq!(settings.len(), 1);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("gatelint.toml"), &settings[0]).unwrap();
    let output = gatelint(folder.path(), &["demo", "--fail-on", "never", "--now", "2026-11-24"]);
    assert_eq!(code(&output), 4, "the example is strict: {}", stderr(&output));
}

/// The scripts of the action's steps.
fn scripts() -> Vec<String> {
    let scalars = scalars("action.yml", &read("action.yml"));
    let scripts = scalars.windows(2).filter(|pair| pair[0] == "run").map(|pair| pair[1].clone());
    scripts.collect()
}

fn script(text: &str, folder: &Path, env: &[(&str, &str)]) -> std::process::Output {
    let path = std::env::var_os("PATH").unwrap();
    let mut command = Command::new("bash");
    // As GitHub runs a step whose shell is bash.
    command
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", text])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path);
    command.envs(env.iter().copied()).output().unwrap()
}

#[test]
fn the_action_checks_and_leaves_out_what_is_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let sarif = folder.path().join("gatelint.sarif");
    fs::copy(root().join("demo/shop.jsonl"), folder.path().join("my shop.jsonl")).unwrap();
    let ignore = "[[ignore]]\nrule = \"listener-missing\"\nwhere = \"*\"\nbecause = \"so\"\n";
    fs::write(folder.path().join("gatelint.toml"), ignore).unwrap();
    let env = |fail_on: &'static str, strict: &'static str| {
        vec![
            ("PATHS", "my shop.jsonl\n\n"),
            ("FAIL_ON", fail_on),
            ("STRICT", strict),
            ("BASELINE", ""),
            ("GATELINT", env!("CARGO_BIN_EXE_gatelint")),
            ("SARIF", "gatelint.sarif"),
            ("GITHUB_OUTPUT", "output"),
        ]
    };
    let scripts = scripts();
    assert_eq!(scripts.len(), 3);
    let output = script(&scripts[1], folder.path(), &env("", "false"));
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).lines().any(|line| line.starts_with("::error ")));
    assert_eq!(fs::read_to_string(folder.path().join("output")).unwrap(), "sarif=gatelint.sarif\n");
    assert_eq!(code(&script(&scripts[1], folder.path(), &env("never", "false"))), 0);
    assert_eq!(code(&script(&scripts[1], folder.path(), &env("never", "true"))), 4);

    let ignored = |text: &str| text.matches("\"suppressions\"").count();
    assert_eq!(ignored(&fs::read_to_string(&sarif).unwrap()), 1);
    let output = script(&scripts[2], folder.path(), &[("SARIF", "gatelint.sarif")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = fs::read_to_string(&sarif).unwrap();
    assert!(ignored(&text) == 0 && text.contains("lambda-invoke-denied"));
    super::formats::keeps_sarifs_schema(&serde_json::from_str(&text).unwrap());
}

#[test]
fn the_action_uploads_only_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = scripts();
    let check = |paths: &'static str| {
        let _ = fs::remove_file(folder.path().join("output"));
        // What a call before left behind.
        fs::write(folder.path().join("gatelint.sarif"), "old").unwrap();
        let gatelint = env!("CARGO_BIN_EXE_gatelint");
        let env = [("FAIL_ON", ""), ("STRICT", ""), ("BASELINE", ""), ("GATELINT", gatelint), ("PATHS", paths)];
        let files = [("SARIF", "gatelint.sarif"), ("GITHUB_OUTPUT", "output")];
        let output = script(&scripts[1], folder.path(), &[&env[..], &files].concat());
        (code(&output), fs::read_to_string(folder.path().join("output")).unwrap_or_default())
    };
    assert_eq!(check("nowhere.yaml"), (2, String::new()));
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(check("empty"), (3, "sarif=gatelint.sarif\n".into()));
    let output = script(&scripts[2], folder.path(), &[("SARIF", "gatelint.sarif")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let log: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("gatelint.sarif")).unwrap()).unwrap();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn the_job_of_gitlab_writes_its_reports() {
    let scalars = scalars("gitlab/gatelint.yml", &read("gitlab/gatelint.yml"));
    let job = scalars.iter().find(|text| text.starts_with("gatelint check")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bin = PathBuf::from(env!("CARGO_BIN_EXE_gatelint"));
    let job = format!("gatelint() {{ {} \"$@\"; }}; {job}", bin.display());
    let shop = root().join("demo/shop.jsonl").display().to_string();
    let env = [("GATELINT_PATHS", &*shop), ("GATELINT_OPTIONS", "--fail-on never")];
    let output = script(&job, folder.path(), &env);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for report in ["gl-code-quality-report.json", "gatelint-junit.xml"] {
        assert!(scalars.iter().any(|text| text == report), "{report} is no artifact");
        assert!(fs::metadata(folder.path().join(report)).unwrap().len() > 1000, "{report}");
    }
}

#[test]
fn the_hook_is_given_files() {
    let scalars = scalars(".pre-commit-hooks.yaml", &read(".pre-commit-hooks.yaml"));
    let after = |key: &str| scalars[scalars.iter().position(|text| text == key).unwrap() + 1].clone();
    let entry = after("entry");
    let (program, command) = entry.split_once(' ').unwrap();
    assert_eq!(program, "gatelint");
    let shop = root().join("demo/shop.jsonl").display().to_string();
    let hook = |files: &[&str]| {
        let command: Vec<&str> = command.split(' ').collect();
        gatelint(root(), &[&command, files, &["--format", "json", "--fail-on", "never"]].concat())
    };
    let output = hook(&[&shop]);
    assert!(code(&output) == 0 && json(&output)["summary"]["error"].as_u64().unwrap() > 0);
    // A change may hold no template, or one without an API.
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let values = file("values.yaml", "replicas: 3\n");
    let topic = file("template.yaml", "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n");
    assert_eq!(code(&hook(&[&values])), 0);
    assert_eq!(code(&hook(&[&values, &topic])), 0);
    assert_eq!(code(&gatelint(root(), &["check", &topic])), 3);
    assert_eq!(code(&gatelint(root(), &["check", &values])), 2);
    let broken = file("broken.yaml", "Resources: {\n");
    assert_eq!(code(&hook(&[&topic, &broken])), 2, "what is meant is told");
}
