//! An AWS account of a test's own: moto behind a proxy that says what moto cannot.

use std::collections::BTreeMap;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::driver;
use crate::moto;
use crate::proxy::{Override, Proxy};

pub const REGION: &str = "us-east-1";

pub struct Bed {
    account: String,
    proxy: Proxy,
}

impl Bed {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);
        let account = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let proxy = Proxy::start(moto::address(), account.clone());
        Self { account, proxy }
    }

    pub fn account(&self) -> &str {
        &self.account
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.proxy.address())
    }

    /// What an SDK needs to find this bed and nothing else.
    pub fn env(&self) -> Vec<(&'static str, String)> {
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
    pub fn gatelint(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(args)
            .env_clear()
            .envs(self.env())
            .output()
            .expect("cannot start gatelint")
    }

    /// Fills the account with an estate, healthy or with one fault, and answers its `ids` and what to `expect` of it.
    /// The counts start afresh.
    pub fn build(&self, estate: &str, fault: Option<&str>) -> Value {
        let built = driver::build(&self.endpoint(), estate, fault);
        for rule in built.overrides {
            self.override_with(rule);
        }
        self.reset_calls();
        json!({"ids": built.ids, "expect": built.expect})
    }

    pub fn override_with(&self, rule: Override) {
        self.proxy.overrides().add(rule);
    }

    /// The same from JSON, as the driver writes it.
    pub fn override_json(&self, rule: Value) {
        let text = rule.to_string();
        let rule = serde_json::from_value(rule).unwrap_or_else(|e| panic!("{e} in the override {text}"));
        self.override_with(rule);
    }

    pub fn clear_overrides(&self) {
        self.proxy.overrides().clear();
    }

    /// Overrides that never changed an answer: a test that needs them has proved nothing.
    pub fn unused_overrides(&self) -> Vec<Override> {
        self.proxy.overrides().unused()
    }

    /// Cuts every list that AWS pages into pages of at most `size`.
    pub fn page_size(&self, size: usize) {
        self.proxy.page_size(size);
    }

    /// Refuses calls beyond AWS's rates from now on.
    pub fn enforce_quotas(&self) {
        self.proxy.enforce_quotas();
    }

    /// Lets GetExport carry a field of integrations that it leaves out: `integrationTarget`, `responseTransferMode`.
    pub fn keep_in_exports(&self, field: &str) {
        self.proxy.keep_in_exports(field);
    }

    /// Calls per `service:Operation`, retries and refused ones included.
    pub fn calls(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().calls.clone()
    }

    /// Calls per operation and parameters.
    pub fn call_keys(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().keys.clone()
    }

    /// Answers per `service:Operation` that were not moto's own.
    pub fn constructed(&self) -> BTreeMap<String, usize> {
        self.proxy.tally().constructed.clone()
    }

    /// How many calls were refused because they came too soon.
    pub fn throttled(&self) -> usize {
        self.proxy.tally().throttled
    }

    pub fn reset_calls(&self) {
        *self.proxy.tally() = Default::default();
    }
}
