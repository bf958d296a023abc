//! A recorded account or a resolved template: facts, what was covered, and how.
//!
//! The shared part (functions, roles, network) is held whole; API units arrive one at a
//! time, so that the largest account needs the memory of its largest API.

mod coverage;
pub mod file;

pub use coverage::{Answer, Coverage};

use crate::model::{ApiEntry, ApiUnit, Scope, Str, ec2, elb, iam, lambda, rest, v2};
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
    pub units: Units,
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
