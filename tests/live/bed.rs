//! An AWS account of a test's own: moto behind a proxy that says what moto cannot.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver;
use crate::moto;
use crate::proxy::{Override, Proxy};

pub(crate) const REGION: &str = "us-east-1";

/// No scan takes this long, quotas and all: six hundred APIs take four minutes.
const PATIENCE: Duration = Duration::from_secs(900);

/// Every estate with its faults, and the reads that may be denied: `{"estates", "denials"}`.
pub(crate) fn estates() -> Value {
    driver::estates(&json!({"list": true}))
}

pub(crate) struct Bed {
    account: String,
    proxy: Proxy,
}

/// Reads beside the running program, which would stand still before a full pipe.
fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = from.read_to_end(&mut text);
        text
    })
}

impl Bed {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);
        let account = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let proxy = Proxy::start(moto::address(), account.clone());
        Self { account, proxy }
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.proxy.address())
    }

    /// What an SDK needs to find this bed and nothing else.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_ACCESS_KEY_ID", "AKIDGATELINT".into()),
            ("AWS_SECRET_ACCESS_KEY", "dummy".into()),
            ("AWS_REGION", REGION.into()),
            ("AWS_DEFAULT_REGION", REGION.into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            ("AWS_CONFIG_FILE", "/dev/null".into()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".into()),
        ]
    }

    /// Runs the program against this account.
    pub(crate) fn gatelint(&self, args: &[&str]) -> Output {
        let mut process = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(args)
            .env_clear()
            .envs(self.env())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cannot start gatelint");
        let stdout = collect(process.stdout.take().expect("gatelint has no stdout"));
        let stderr = collect(process.stderr.take().expect("gatelint has no stderr"));
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = process.try_wait().expect("cannot wait for gatelint") {
                break status;
            }
            if Instant::now() > deadline {
                let _ = process.kill();
                let _ = process.wait();
                let said = String::from_utf8_lossy(&stderr.join().unwrap_or_default()).into_owned();
                panic!("gatelint {args:?} had not ended after {PATIENCE:?}:\n{said}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let [stdout, stderr] = [stdout, stderr].map(|text| text.join().expect("cannot read what gatelint says"));
        Output { status, stdout, stderr }
    }

    /// Fills the account with an estate, healthy or with one fault: `{"ids", "expect", "denials"}`.
    /// The estate's overrides apply from then on, and the counts start afresh.
    pub(crate) fn build(&self, estate: &str, fault: Option<&str>) -> Value {
        self.fill(&json!({"endpoint": self.endpoint(), "estate": estate, "fault": fault}))
    }

    /// Fills the account with `count` small APIs.
    pub(crate) fn build_many(&self, count: usize) -> Value {
        self.fill(&json!({"endpoint": self.endpoint(), "many": count}))
    }

    fn fill(&self, request: &Value) -> Value {
        let built = driver::build(request);
        for rule in built.overrides {
            self.override_with(rule);
        }
        self.reset_calls();
        json!({"ids": built.ids, "expect": built.expect, "denials": built.denials})
    }

    pub(crate) fn override_with(&self, rule: Override) {
        self.proxy.overrides().add(rule);
    }

    /// The same from JSON, as the driver writes it.
    pub(crate) fn override_json(&self, rule: Value) {
        let text = rule.to_string();
        let rule = serde_json::from_value(rule).unwrap_or_else(|e| panic!("{e} in the override {text}"));
        self.override_with(rule);
    }

    /// Refuses every call of one `service:Operation`, in that service's own words.
    pub(crate) fn deny(&self, call: &str) {
        let (service, operation) = call.split_once(':').unwrap_or_else(|| panic!("{call} is not service:Operation"));
        self.override_json(json!({"service": service, "operation": operation, "denied": true}));
    }

    pub(crate) fn clear_overrides(&self) {
        self.proxy.overrides().clear();
    }

    /// Overrides that never changed an answer: a test that needs them has proved nothing.
    pub(crate) fn unused_overrides(&self) -> Vec<Override> {
        self.proxy.overrides().unused()
    }

    /// Cuts lists into pages of at most `size`: those of API Gateway, EC2, load balancing, Lambda, and IAM's `List…`.
    pub(crate) fn page_size(&self, size: usize) {
        self.proxy.page_size(size);
    }

    /// Refuses calls beyond AWS's rates from now on.
    pub(crate) fn enforce_quotas(&self) {
        self.proxy.enforce_quotas();
    }

    /// Lets GetExport carry a field of integrations that it leaves out: `integrationTarget`, `responseTransferMode`.
    pub(crate) fn keep_in_exports(&self, field: &str) {
        self.proxy.keep_in_exports(field);
    }

    /// Calls per `service:Operation`, retries and refused ones included.
    pub(crate) fn calls(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().calls.clone()
    }

    /// Calls per operation and parameters.
    pub(crate) fn call_keys(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().keys.clone()
    }

    /// Answers per `service:Operation` that were not moto's own.
    pub(crate) fn constructed(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().constructed.clone()
    }

    /// How many calls were refused because they came too soon.
    pub(crate) fn throttled(&self) -> usize {
        self.proxy.tally().throttled
    }

    pub(crate) fn reset_calls(&self) {
        *self.proxy.tally() = Default::default();
    }
}
