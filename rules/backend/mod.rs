//! What does the work: the function, or the targets behind the listener.

mod lambda_not_invocable;
mod lambda_reserved_concurrency_zero;
mod lambda_target_missing;
mod lambda_timeout_exceeds_integration;
mod target_group_empty;
mod targets_unhealthy;
mod targets_unusable;

use super::network_path::SOCKET;
use crate::model::unit::Protocol;
use crate::rule::{Rule, Symptom};

pub(super) const RULES: &[&Rule] = &[
    &lambda_target_missing::RULE,
    &lambda_not_invocable::RULE,
    &lambda_reserved_concurrency_zero::RULE,
    &lambda_timeout_exceeds_integration::RULE,
    &target_group_empty::RULE,
    &targets_unusable::RULE,
    &targets_unhealthy::RULE,
];

/// The load balancer has nobody to send the request to. An application load balancer
/// answers for itself, and a proxy integration hands that on.
const NO_TARGET: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest, Protocol::Http],
        status: "503",
        body: "503 Service Temporarily Unavailable",
        log: "",
    },
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "There was an internal error while executing your request",
    },
    Symptom { of: &[Protocol::Rest], status: "504", body: "", log: "" },
    Symptom { of: &[Protocol::Http], status: "503", body: r#"{"message":"Service Unavailable"}"#, log: "" },
    SOCKET,
];
