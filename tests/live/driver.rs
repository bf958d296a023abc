//! The Python process that fills an account: one for the test binary, one request at a time.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::proxy::Override;
use crate::python;

/// What the driver says of an estate that it has built.
#[derive(Debug, Deserialize)]
pub(crate) struct Built {
    pub(crate) ids: Value,
    #[serde(default)]
    pub(crate) overrides: Vec<Override>,
    #[serde(default)]
    pub(crate) expect: Value,
    #[serde(default)]
    pub(crate) denials: Value,
}

/// One request to `estates.py`, whose head says what it understands.
pub(crate) fn estates(request: &Value) -> Value {
    static ESTATES: OnceLock<Mutex<Driver>> = OnceLock::new();
    let answer = ask(&ESTATES, "estates.py", request);
    assert_eq!(answer["ok"], true, "the driver could not do {request}:\n{}", plain(&answer["error"]));
    answer
}

pub(crate) fn build(request: &Value) -> Built {
    let answer = estates(request);
    serde_json::from_value(answer.clone())
        .unwrap_or_else(|e| panic!("{e} in the driver's answer to {request}: {answer}"))
}

/// One boto3 call: `{"ok": true, "value", "constructed"}` or `{"ok": false, "code", "status"}`.
pub(crate) fn boto(endpoint: &str, service: &str, operation: &str, params: &Value) -> Value {
    static BOTO: OnceLock<Mutex<Driver>> = OnceLock::new();
    let request = json!({"endpoint": endpoint, "service": service, "operation": operation, "params": params});
    ask(&BOTO, "boto.py", &request)
}

fn ask(driver: &OnceLock<Mutex<Driver>>, script: &str, request: &Value) -> Value {
    let driver = driver.get_or_init(|| Mutex::new(Driver::start(script)));
    // A test that failed while it held the driver has not harmed it: requests and answers are whole lines.
    driver.lock().unwrap_or_else(PoisonError::into_inner).ask(request)
}

struct Driver {
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// Ends when its stdin closes, which is when this process ends.
    _process: Child,
}

impl Driver {
    fn start(script: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live").join(script);
        let mut process = Command::new(python::interpreter())
            .arg("-u")
            .arg(&path)
            .env_clear()
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {}: {e}", path.display()));
        let stdin = process.stdin.take().expect("the driver has no stdin");
        let stdout = BufReader::new(process.stdout.take().expect("the driver has no stdout"));
        Self { stdin, stdout, _process: process }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.stdin, "{request}").expect("the driver has gone away; its stderr says why");
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("cannot read the driver's answer");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("the driver answered {line:?}, which is not JSON: {e}"))
    }
}

/// A traceback reads better with its line breaks.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
