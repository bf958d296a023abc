use super::{TIMED_OUT, usual_limit, with_timeout};
use crate::follow::{By, Ctx, Field, IntegrationHop, Invocation};
use crate::model::rest::{EndpointType, RestApi};
use crate::model::{ApiUnit, Evidence, Gap, Kind, Place};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "integration-timeout-above-limit",
    covers: &["R-K2"],
    check: Check::Integration(check),
    symptoms: TIMED_OUT,
    needs: &[Kind::RestApi, Kind::Api],
    page: include_str!("integration_timeout_above_limit.md"),
};

/// Milliseconds: the longest that a stream may last.
const STREAM_LIMIT: i64 = 900_000;

fn check(hop: &IntegrationHop<'_>, _: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let (ms, _) = call.timeout_ms()?.ok_or(Stop::NotApplicable)?;
    let limit = usual_limit(call);
    if ms <= limit {
        return passes(format!("{ms} ms are within the limit of {limit} ms"));
    }
    let ApiUnit::Rest(unit) = call.api() else {
        return Err(above(call, ms, limit, "above-limit", None).into());
    };
    let streams = call.streams();
    if streams.set() == Some(&true) {
        return match ms <= STREAM_LIMIT {
            true => passes("a response that is streamed may take up to 15 minutes"),
            false => Err(above(call, ms, STREAM_LIMIT, "above-stream-limit", None).into()),
        };
    }
    match (edge(&unit.facts.api), streams.known()) {
        // Without the quota API Gateway refuses to store the value.
        (Ok(false), _) => passes(format!(
            "Regional and private APIs may wait longer than {limit} ms once AWS has raised the quota (L-E5AE38E3), and \
             API Gateway stores {ms} ms only then"
        )),
        (Ok(true), Ok(_)) => {
            let place = Place::of(&unit.facts.api, "/endpointConfiguration/types");
            let edge = Evidence::read(place, "for edge-optimized APIs the limit cannot be raised");
            Err(above(call, ms, limit, "above-edge-limit", Some(edge)).into())
        }
        (Ok(true), Err(gap)) => Err(gap.into()),
        (Err(gap), Ok(_)) => Err(gap.into()),
        (Err(endpoint), Err(mode)) => Err(vec![endpoint, mode].into()),
    }
}

/// Is it edge-optimized?
fn edge(api: &RestApi) -> Result<bool, Gap> {
    let configuration = api.endpoint_configuration.known()?;
    let types = configuration.map_or(&[][..], |it| it.types.as_slice());
    match types.iter().find(|it| !matches!(it, EndpointType::Regional | EndpointType::Private)) {
        _ if types.is_empty() => Err(Gap::not_readable("the API's endpoint type")),
        Some(EndpointType::Edge) => Ok(true),
        Some(other) => Err(Gap::not_modelled(format!("the endpoint type {other}"))),
        None => Ok(false),
    }
}

/// API Gateway does not store such a value, so nobody has documented what it does with
/// one that got in.
fn above(call: &Invocation<'_>, ms: i64, limit: i64, reason: &'static str, why: Option<Evidence>) -> Fault {
    let says = format!("the integration's time-out is {ms} ms, but this API cannot wait longer than {limit} ms");
    let read = Evidence::read(call.place(Field::Timeout), format!("more than {limit} ms"));
    let fault = Fault::new(reason, call.subject(), says)
        .when(format!("an answer takes longer than {limit} ms"))
        .because([read])
        .because(why)
        .help(match call.by {
            By::Rest(_) => {
                "Make the answer faster or answer asynchronously, stream it, or make the API Regional and have AWS \
                 raise the quota. Until then, let the time-out say what holds."
            }
            _ => "Make the answer faster or answer asynchronously, and let the time-out say what holds.",
        });
    with_timeout(fault, call, limit)
}
