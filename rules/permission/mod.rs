//! May API Gateway make the call?

mod credentials_role_unusable;
mod grant;
mod lambda_invoke_denied;
mod mend;
mod trust;

use crate::model::unit::Protocol;
use crate::rule::{Rule, Symptom};

pub(super) const RULES: &[&Rule] = &[&lambda_invoke_denied::RULE, &credentials_role_unusable::RULE];

/// The call is made, and the function refuses it.
const REFUSED: &[Symptom] = &[REFUSED_REST, REFUSED_HTTP, REFUSED_SOCKET];

const REFUSED_REST: Symptom = Symptom {
    of: &[Protocol::Rest],
    status: "500",
    body: r#"{"message": "Internal server error"}"#,
    log: "Execution failed due to configuration error: Invalid permissions on Lambda function",
};

const REFUSED_SOCKET: Symptom =
    Symptom { of: &[Protocol::WebSocket], status: "handshake 500", body: "", ..REFUSED_REST };

/// An HTTP API tells the same of a role that it cannot assume.
const REFUSED_HTTP: Symptom = Symptom {
    of: &[Protocol::Http],
    status: "500",
    body: r#"{"message":"Internal Server Error"}"#,
    log: "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. \
          Check the permissions and try again.",
};
