use crate::follow::{BackendHop, Ctx};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Kind, Place, Subject};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-reserved-concurrency-zero",
    covers: &["R-G14", "V-A3"],
    check: Check::Backend(check),
    symptoms: &[
        Symptom {
            of: &[Protocol::Rest],
            status: "500",
            body: r#"{"message": "Internal server error"}"#,
            log: "Lambda invocation failed with status: 429 … Execution failed due to configuration error: Rate Exceeded.",
        },
        Symptom { of: &[Protocol::Http], status: "5xx", body: "", log: "" },
        Symptom {
            of: &[Protocol::WebSocket],
            status: "handshake 5xx",
            body: "",
            log: "Execution failed due to configuration error: Rate Exceeded.",
        },
    ],
    needs: &[Kind::Function],
    page: include_str!("lambda_reserved_concurrency_zero.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let function = hop.call.function_facts(ctx)?;
    let facts = &function.facts;
    match facts.reserved_concurrent_executions.known()? {
        None => passes("no concurrency is reserved, so the account's is used"),
        // Lambda queues the call and tries again later: the client gets its 202.
        Some(0) if hop.call.queued()? => Err(Stop::NotApplicable),
        Some(0) => {
            let name = &facts.function_name;
            // The limit is the whole function's, whatever alias or version is called.
            let id = facts.qualifier.as_ref().and_then(|it| facts.function_arn.strip_suffix(&format!(":{it}")));
            let id = id.unwrap_or_else(|| facts.function_arn.clone()).label();
            let subject = Subject { id, name: Some(name.called()), ..Subject::of(facts, &function.scope) };
            let place = Place::of(facts, "/ReservedConcurrentExecutions");
            Err(Fault::new("zero", subject, format!("Lambda throttles every call of {}", name.called()))
                .because([Evidence::read(place, "no execution may run")])
                .help("Give the function more than 0 reserved executions, or take the reservation away.")
                .cli(&["aws", "lambda", "delete-function-concurrency", "--function-name", &name.to_string()])
                .cloudformation("AWS::Lambda::Function ReservedConcurrentExecutions")
                .terraform("aws_lambda_function.reserved_concurrent_executions")
                .into())
        }
        Some(n) => passes(format!("{n} executions are reserved")),
    }
}
