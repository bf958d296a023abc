//! The built program in pipelines: formats, settings, ignores, baselines.

#![allow(clippy::disallowed_methods, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod baseline;
mod formats;
mod ignores;
mod mends;
mod ready;
mod settings;
mod templates;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// In a folder of its own, which has no settings but the test's.
fn gatelint(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatelint")).args(args).current_dir(folder).env_clear().output().unwrap()
}

fn demo(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    gatelint(folder.path(), &[&["demo"], args].concat())
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {}", stderr(output)))
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

fn keeps_reports_schema(report: &Value) {
    let schema: Value = serde_json::from_str(gatelint::report::REPORT_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// What is expected of the demo stands in `snapshots`.
fn expected(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
