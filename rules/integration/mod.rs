//! The integration's own configuration.

mod integration_timeout_above_limit;
mod integration_timeout_too_small;
mod lambda_integration_not_post;

use crate::follow::{By, Invocation};
use crate::model::unit::Protocol;
use crate::rule::{Rule, Symptom};
use crate::verdict::Fault;

pub(super) const RULES: &[&Rule] =
    &[&lambda_integration_not_post::RULE, &integration_timeout_too_small::RULE, &integration_timeout_above_limit::RULE];

/// API Gateway has waited long enough.
pub(super) const TIMED_OUT: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "504",
        body: r#"{"message": "Endpoint request timed out"}"#,
        log: "Execution failed due to a timeout error",
    },
    Symptom { of: &[Protocol::Http], status: "503", body: r#"{"message":"Service Unavailable"}"#, log: "" },
    Symptom {
        of: &[Protocol::WebSocket],
        status: "handshake 5xx",
        body: "",
        log: "Execution failed due to a timeout error",
    },
];

/// The longest that every API may wait without asking AWS for more.
fn usual_limit(call: &Invocation<'_>) -> i64 {
    if call.protocol() == Protocol::Http { 30_000 } else { 29_000 }
}

/// The change that sets the time-out.
fn with_timeout(fault: Fault, call: &Invocation<'_>, ms: i64) -> Fault {
    let ms = ms.to_string();
    match call.by {
        By::V2(it) if it.integration_id.strip_prefix("export/").is_none() => fault
            .cli(&[
                "aws",
                "apigatewayv2",
                "update-integration",
                "--api-id",
                &call.api().id().to_string(),
                "--integration-id",
                &it.integration_id.to_string(),
                "--timeout-in-millis",
                &ms,
            ])
            .cloudformation("AWS::ApiGatewayV2::Integration TimeoutInMillis")
            .terraform("aws_apigatewayv2_integration.timeout_milliseconds"),
        By::V2(_) => fault,
        _ => patched(fault, call, "/timeoutInMillis", &ms)
            .cloudformation("AWS::ApiGateway::Method Integration.TimeoutInMillis")
            .terraform("aws_api_gateway_integration.timeout_milliseconds"),
    }
}

/// The command that changes a REST integration, where the resource's id is known: an
/// export has none.
fn patched(fault: Fault, call: &Invocation<'_>, path: &str, value: &str) -> Fault {
    let (Some(resource), Some(method)) = (call.route.resource_id, &call.route.method) else { return fault };
    let patch = format!("op=replace,path={path},value={value}");
    fault.cli(&[
        "aws",
        "apigateway",
        "update-integration",
        "--rest-api-id",
        &call.api().id().to_string(),
        "--resource-id",
        resource,
        "--http-method",
        method,
        "--patch-operations",
        &patch,
    ])
}
