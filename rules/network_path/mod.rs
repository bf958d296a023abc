//! The way through a VPC link to a load balancer's listener and on to its targets.

mod health_check_port_blocked;
mod listener_missing;
mod load_balancer_egress_blocked;
mod load_balancer_ingress_blocked;
mod network_acl_blocked;
mod privatelink_ingress_enforced;
mod route_blocked;
mod target_ingress_blocked;
mod vpc_link_egress_blocked;
mod vpc_link_load_balancer_gone;
mod vpc_link_missing;
mod vpc_link_not_available;
mod vpc_link_version_mismatch;

use crate::model::unit::Protocol;
use crate::rule::{Rule, Symptom};

pub(super) const RULES: &[&Rule] = &[
    &vpc_link_missing::RULE,
    &vpc_link_version_mismatch::RULE,
    &vpc_link_not_available::RULE,
    &vpc_link_load_balancer_gone::RULE,
    &listener_missing::RULE,
    &vpc_link_egress_blocked::RULE,
    &privatelink_ingress_enforced::RULE,
    &load_balancer_ingress_blocked::RULE,
    &load_balancer_egress_blocked::RULE,
    &target_ingress_blocked::RULE,
    &network_acl_blocked::RULE,
    &route_blocked::RULE,
    &health_check_port_blocked::RULE,
];

/// A VPC link cannot be repaired, only made anew.
const CREATE_V1: &[&str] =
    &["aws", "apigateway", "create-vpc-link", "--name", "NAME", "--target-arns", "NETWORK_LOAD_BALANCER_ARN"];
const CREATE_V2: &[&str] = &[
    "aws",
    "apigatewayv2",
    "create-vpc-link",
    "--name",
    "NAME",
    "--subnet-ids",
    "SUBNETS",
    "--security-group-ids",
    "GROUPS",
];

/// The link itself is of no use.
const NO_LINK: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "Execution failed due to configuration error: Invalid VpcLink ID … referenced in integration",
    },
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "There was an internal error while executing your request",
    },
    Symptom { of: &[Protocol::Http], status: "503", body: r#"{"message":"Service Unavailable"}"#, log: "" },
    SOCKET,
];

/// The link works and leads nowhere.
const NO_BALANCER: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "There was an internal error while executing your request",
    },
    Symptom { of: &[Protocol::Http], status: "5xx", body: "", log: "" },
    SOCKET,
];

/// The load balancer cannot be reached from the link.
const UNREACHABLE: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "There was an internal error while executing your request",
    },
    TIMED_OUT,
    CONNECTION_FAILED,
    SOCKET,
];

/// The one or the other, wherever packets are dropped.
const CUT_OFF: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "There was an internal error while executing your request",
    },
    ALB_TIMED_OUT,
    TIMED_OUT,
    CONNECTION_FAILED,
    SOCKET,
];

/// The load balancer cannot reach its targets: an application load balancer answers for
/// itself, and a proxy integration hands that on.
const NO_WAY_TO_TARGET: &[Symptom] = &[
    ALB_TIMED_OUT,
    Symptom { of: &[Protocol::Rest, Protocol::Http], status: "502", body: "502 Bad Gateway", log: "" },
    TIMED_OUT,
    CONNECTION_FAILED,
    SOCKET,
];

const ALB_TIMED_OUT: Symptom =
    Symptom { of: &[Protocol::Rest, Protocol::Http], status: "504", body: "504 Gateway Time-out", log: "" };

const TIMED_OUT: Symptom = Symptom {
    of: &[Protocol::Rest],
    status: "504",
    body: r#"{"message": "Endpoint request timed out"}"#,
    log: "Execution failed due to a timeout error",
};

const CONNECTION_FAILED: Symptom = Symptom {
    of: &[Protocol::Http],
    status: "503",
    body: r#"{"message":"Service Unavailable"}"#,
    log: "INTEGRATION_NETWORK_FAILURE",
};

/// A path of a WebSocket API that is broken somewhere.
pub(super) const SOCKET: Symptom = Symptom {
    of: &[Protocol::WebSocket],
    status: "handshake 5xx",
    body: "",
    log: "There was an internal error while executing your request",
};
