//! The repository checks itself: layers, names, sizes, pages, wiring, and what the
//! README promises.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(under: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(under)]);
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "nothing under {under} ends in {ending}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

/// Code without its unit tests.
fn code(path: &Path) -> String {
    let text = read(path);
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// Which rooms each room may use. Arrows only point up this table.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("analysis", &["model"]),
    ("capture", &["model"]),
    ("source", &["model", "capture", "analysis"]),
    ("graph", &["model", "capture", "analysis"]),
    ("verdict", &["model", "analysis"]),
    ("follow", &["model", "capture", "analysis", "graph", "verdict"]),
    ("rule", &["model", "follow", "verdict"]),
    ("rules", &["model", "capture", "analysis", "graph", "follow", "verdict", "rule"]),
    ("run", &["model", "capture", "graph", "follow", "verdict", "rule", "rules"]),
    ("config", &["model", "verdict", "rules"]),
    ("triage", &["model", "capture", "follow", "verdict", "rules", "run", "config"]),
    ("report", &["model", "capture", "follow", "verdict", "rule", "run"]),
    ("cli", &["model", "capture", "source", "follow", "verdict", "rule", "rules", "run", "config", "triage", "report"]),
];

fn room(path: &Path) -> Option<String> {
    let name = name(path);
    match name.strip_prefix("src/") {
        Some(rest) => Some(rest.split('/').next()?.trim_end_matches(".rs").to_owned()),
        None => Some("rules".to_owned()),
    }
}

#[test]
fn arrows_only_point_forward() {
    let rooms: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in files("src", ".rs").into_iter().chain(files("rules", ".rs")) {
        let own = room(&path).unwrap();
        if matches!(own.as_str(), "main" | "lib") || name(&path).contains("/tests") {
            continue;
        }
        let allowed = rooms.get(own.as_str()).unwrap_or_else(|| panic!("{}: a room without a place in the table", own));
        for piece in code(&path).split("crate::").skip(1) {
            let used: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rooms.contains_key(used.as_str()) && used != own && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", name(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point back:\n{}", wrong.join("\n"));
}

#[test]
fn the_sdk_and_async_stay_at_the_rim() {
    for path in files("src", ".rs").into_iter().chain(files("rules", ".rs")) {
        if name(&path).starts_with("src/source/live") {
            continue;
        }
        let code = code(&path);
        for word in ["aws_sdk", "aws_config", "aws_smithy", "tokio", "async fn", ".await"] {
            assert!(!code.contains(word), "{} mentions {word}", name(&path));
        }
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    // A file above the bound stands here with its reason.
    let excused: &[(&str, &str)] = &[];
    for path in files("src", ".rs").into_iter().chain(files("rules", ".rs")).chain(files("tests", ".rs")) {
        let (name, lines) = (name(&path), read(&path).lines().count());
        let bound = if name.starts_with("rules/") { 200 } else { 400 };
        assert!(lines <= bound || excused.iter().any(|(it, _)| *it == name), "{name} has {lines} lines, over {bound}");
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        for vague in ["util", "utils", "helper", "helpers", "common", "manager", "misc"] {
            assert_ne!(stem, vague, "{name} says nothing");
        }
    }
}

#[test]
fn every_rule_is_wired_and_has_its_page() {
    let rules: BTreeMap<&str, &gatelint::rule::Rule> = gatelint::rules::all().map(|rule| (rule.id, rule)).collect();
    assert_eq!(rules.len(), gatelint::rules::all().count(), "two rules share an id");
    let mut seen = 0;
    for path in files("rules", ".rs").into_iter().filter(|path| read(path).contains("static RULE: Rule")) {
        seen += 1;
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let id = stem.replace('_', "-");
        let hop = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let lines = format!("`mod {stem};` and `&{stem}::RULE,` in rules/{hop}/mod.rs");
        let rule = rules.get(id.as_str()).unwrap_or_else(|| panic!("{id} is not wired: add {lines}"));
        assert_eq!(rule.hop().as_str(), hop, "{id} stands in another hop's folder");
        assert!(rule.page == read(&path.with_extension("md")), "{id} shows another page");
    }
    assert_eq!(seen, rules.len(), "a rule has no file of its own");
    let pages = files("rules", ".md").len();
    assert_eq!(pages, rules.len(), "a page without a rule");
}

#[test]
fn pages_have_their_parts_and_cite_aws_only() {
    for rule in gatelint::rules::all() {
        let mut last = 0;
        for part in ["# ", "\n## What you see\n", "\n## Why\n", "\n## Fix\n", "\n## Examples\n"] {
            let at = rule.page[last..].find(part).unwrap_or_else(|| panic!("{}: no {}", rule.id, part.trim()));
            last += at;
        }
        assert!(!rule.symptoms.is_empty() && !rule.covers.is_empty() && !rule.needs.is_empty(), "{}", rule.id);
        for cited in rule.page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let known =
                ["https://docs.aws.amazon.com/", "https://repost.aws/"].iter().any(|host| cited.starts_with(host));
            assert!(known, "{} cites {cited}", rule.id);
        }
        for cause in rule.covers {
            let (book, number) = cause.split_once('-').unwrap();
            assert!(matches!(book, "R" | "V") && number.len() >= 2, "{}: {cause}", rule.id);
        }
    }
}

#[test]
fn the_readme_tells_the_truth() {
    let readme = read(&root().join("README.md"));
    let table = gatelint::cli::rules::markdown();
    assert!(readme.contains(&table), "README's table of rules should be:\n{table}");
    let policy = serde_json::to_string_pretty(&gatelint::source::calls::policy()).unwrap();
    assert!(readme.contains(&policy), "README's policy should be:\n{policy}");
    let ci = read(&root().join(".ci/run"));
    assert!(readme.contains("\ncargo test\n") && ci.contains("\ncargo test\n"), "README's test command is CI's");
}
