//! A recorded account or a resolved template: facts, what was covered, and how.
//!
//! The shared part (functions, roles, network) is held whole; API units arrive one at a
//! time, so that the largest account needs the memory of its largest API.

mod coverage;
pub mod file;
mod inline;
mod names;
pub(crate) mod nulls;

pub use coverage::{Answer, Coverage, EMPTY_ANSWER};
pub use inline::{Ask, Inline};
pub use names::Names;

use crate::model::redact::{self, Salt};
use crate::model::{ApiEntry, ApiUnit, Origins, Scope, Seen, Str, ec2, elb, iam, lambda, rest, v2};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first line of a capture file names this.
pub const FORMAT: &str = "gatelint/capture@1";

/// A capture, ready to be judged.
pub struct Capture {
    pub header: Header,
    pub coverage: Coverage,
    pub shared: Shared,
    pub directory: Vec<ApiEntry>,
    /// What recording it cost, by `service:Operation`.
    pub calls: BTreeMap<String, CallCount>,
    /// What the source took for true without having seen it.
    pub assumed: Vec<String>,
    /// Where the facts of templates were written.
    pub origins: Origins,
    pub units: Units,
    /// What the files of templates ask to ignore; a recording asks for nothing.
    pub inline: Vec<Inline>,
    /// What the source saw and passed over, because it was not asked for.
    pub left_out: Names,
}

impl Capture {
    /// The same without what looks like a credential: the shared part at once, each API
    /// as it is asked for. What was redacted before stays as it is.
    #[must_use]
    pub fn redacted(mut self, salt: Salt) -> Self {
        self.shared.redact(&salt);
        self.units = Box::new(self.units.map(move |unit| {
            unit.map(|mut unit| {
                redact::redact_unit(&mut unit, &salt);
                unit
            })
        }));
        self
    }
}

/// The API units in the directory's order.
pub type Units = Box<dyn Iterator<Item = miette::Result<ApiUnit>>>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    pub format: Str,
    /// The gatelint that wrote it.
    pub version: Str,
    /// ISO 8601, UTC. Facts are judged at this time.
    pub taken: jiff::Timestamp,
    pub sources: Vec<SourceInfo>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceInfo {
    pub kind: Str,
    pub name: Str,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Str>,
    /// Where it differs from the header's: of several captures merged into one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<jiff::Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallCount {
    /// Every attempt, retries included.
    pub made: u64,
    pub retried: u64,
    pub throttled: u64,
}

/// Facts with the account and region they were read in.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<T> {
    pub scope: Scope,
    pub facts: T,
}

/// What several APIs may share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shared {
    pub functions: Vec<Held<lambda::Function>>,
    pub roles: Vec<Held<iam::Role>>,
    pub managed_policies: Vec<Held<iam::ManagedPolicy>>,
    pub vpc_links_v1: Vec<Held<rest::VpcLink>>,
    pub vpc_links_v2: Vec<Held<v2::VpcLink>>,
    pub load_balancers: Vec<Held<elb::LoadBalancer>>,
    pub target_groups: Vec<Held<elb::TargetGroup>>,
    pub network_interfaces: Vec<Held<ec2::NetworkInterface>>,
    pub security_groups: Vec<Held<ec2::SecurityGroup>>,
    pub subnets: Vec<Held<ec2::Subnet>>,
    pub prefix_lists: Vec<Held<ec2::PrefixList>>,
    pub network_acls: Vec<Held<ec2::NetworkAcl>>,
    pub route_tables: Vec<Held<ec2::RouteTable>>,
}

impl Shared {
    /// Redacts what may hold a secret here: policies that ask for one, and messages.
    fn redact(&mut self, salt: &Salt) {
        self.functions.iter_mut().for_each(|held| redact::redact_function(&mut held.facts, salt));
        self.roles.iter_mut().for_each(|held| redact::redact_role(&mut held.facts, salt));
        let policies = self.managed_policies.iter_mut().map(|held| &mut held.facts.document);
        for policy in policies {
            if let Seen::Set(policy) = policy {
                redact::redact_policy(policy, salt);
            }
        }
        let v1 = self.vpc_links_v1.iter_mut().map(|held| &mut held.facts.status_message);
        let v2 = self.vpc_links_v2.iter_mut().map(|held| &mut held.facts.vpc_link_status_message);
        for message in v1.chain(v2) {
            if let Seen::Set(message) = message {
                redact::redact_text(message, salt);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_capture_is_redacted() {
        let text = r#"
            {"record": "function", "facts": {"FunctionArn": "f", "StateReason": "AKIAIOSFODNN7EXAMPLE"}}
            {"record": "vpcLinkV2", "facts": {"VpcLinkId": "v", "VpcLinkStatusMessage": "AKIAIOSFODNN7EXAMPLE"}}
            {"record": "managedPolicy", "facts": {"Arn": "p", "Document": {"Statement":
                {"Condition": {"StringEquals": {"aws:Referer": "AKIAIOSFODNN7EXAMPLE"}}}}}}
            {"record": "restUnit", "facts": {"api": {"id": "a"},
                "stages": [{"stageName": "s", "variables": {"x": "AKIAIOSFODNN7EXAMPLE"}}]}}"#;
        let capture = file::fragment(text).expect("readable").redacted(Salt::of(b"test"));
        let mut bytes = Vec::new();
        file::write(capture, &mut bytes).expect("written");
        let written = String::from_utf8(bytes).expect("text");
        assert!(!written.contains("AKIA"), "{written}");
        assert_eq!(written.matches("redacted:20:").count(), 4);
        // A second reading changes nothing, whatever the salt.
        let again = file::read_from("test", std::io::Cursor::new(written.clone())).expect("readable");
        let mut bytes = Vec::new();
        file::write(again.redacted(Salt::random()), &mut bytes).expect("written");
        assert_eq!(String::from_utf8(bytes).expect("text"), written);
    }
}
