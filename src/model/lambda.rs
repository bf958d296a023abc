//! Lambda functions: lambda 2015-03-31.

use super::policy::Policy;
use super::{Seen, Str, Text, aws_enum, facts};
use std::collections::BTreeMap;

aws_enum! {
    /// `State`. Not all of them are invocable.
    pub enum State {
        Pending = "Pending",
        Active = "Active",
        Inactive = "Inactive",
        Failed = "Failed",
        Deactivating = "Deactivating",
        Deactivated = "Deactivated",
        ActiveNonInvocable = "ActiveNonInvocable",
        Deleting = "Deleting",
    }
}

facts! { "PascalCase";
    /// One invocable name: a function, or a function with the qualifier that it is
    /// asked for by. Several calls fill it; a refused one leaves its fields unknown.
    pub struct Function {
        pub function_name: Text,
        /// The ARN that callers use, with the qualifier if there is one.
        pub function_arn: Text,
        /// A version number or an alias. Absent for the unqualified function.
        pub qualifier: Option<Text>,
        /// From GetFunctionConfiguration of exactly this name and qualifier.
        pub version: Seen<Text>,
        pub state: Seen<State>,
        pub state_reason: Seen<Text>,
        pub state_reason_code: Seen<Text>,
        pub last_update_status: Seen<Text>,
        /// Seconds.
        pub timeout: Seen<i64>,
        pub runtime: Seen<Text>,
        pub role: Seen<Text>,
        /// From GetPolicy of exactly this name and qualifier: a policy on the bare
        /// function does not cover an alias, nor the other way round.
        pub policy: Seen<Policy>,
        /// From GetFunctionConcurrency; of the whole function, whatever the qualifier.
        pub reserved_concurrent_executions: Seen<i64>,
        /// From GetAlias, where the qualifier is an alias.
        pub alias: Seen<Alias>,
    }

    pub struct Alias {
        pub name: Str,
        pub function_version: Seen<Text>,
        pub routing_config: Seen<RoutingConfig>,
    }

    pub struct RoutingConfig {
        /// Version to share of the traffic, 0.0 to 1.0.
        pub additional_version_weights: BTreeMap<Str, f64>,
    }
}
