use super::{TIMED_OUT, usual_limit, with_timeout};
use crate::follow::{Ctx, Field, IntegrationHop};
use crate::model::{Evidence, Kind};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "integration-timeout-too-small",
    covers: &["R-K1", "V-A5"],
    check: Check::Integration(check),
    symptoms: TIMED_OUT,
    needs: &[Kind::RestApi, Kind::Api],
    page: include_str!("integration_timeout_too_small.md"),
};

/// Milliseconds. A cold start, a TLS handshake or a retransmitted packet takes this long.
const SMALL: i64 = 1000;

fn check(hop: &IntegrationHop<'_>, _: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let (ms, is_default) = call.timeout_ms()?.ok_or(Stop::NotApplicable)?;
    if is_default {
        return passes(format!("the integration sets no time-out, so API Gateway waits {ms} ms"));
    }
    if ms >= SMALL {
        return passes(format!("API Gateway waits {ms} ms"));
    }
    let says = format!("API Gateway waits only {ms} ms for the backend's answer");
    let fault = Fault::new("too-small", call.subject(), says)
        .when(format!("an answer takes longer than {ms} ms"))
        .because([Evidence::read(
            call.place(Field::Timeout),
            "then the client gets an error, whatever the backend does",
        )])
        .help("Let it wait longer, and deploy the API. The value is in milliseconds: 29 means 29 ms, not 29 s.");
    Err(with_timeout(fault, call, usual_limit(call)).into())
}
