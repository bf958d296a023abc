use super::patched;
use crate::follow::{By, Ctx, Field, IntegrationHop};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Kind};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-integration-not-post",
    covers: &["R-G2"],
    check: Check::Integration(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "Lambda invocation failed with status: 403 … Unable to determine service/operation name to be authorized",
    }],
    needs: &[Kind::RestApi],
    page: include_str!("lambda_integration_not_post.md"),
};

fn check(hop: &IntegrationHop<'_>, _: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let By::Rest(integration) = call.by else { return Err(Stop::NotApplicable) };
    let function = call.function();
    if function == Err(Stop::NotApplicable) {
        return Err(Stop::NotApplicable);
    }
    // With POST it does not matter which function it is, or whether it is one.
    let method = integration.http_method.known()?.map(|method| method.known()).transpose()?;
    let front = call.route.method.as_deref().unwrap_or_default();
    match method {
        Some(method) if method.eq_ignore_ascii_case("POST") => return passes("Lambda is called with POST"),
        Some("ANY") if front == "POST" => return passes("ANY hands on the client's POST, which is what Lambda takes"),
        _ => {}
    }
    let function = function?;
    let Some(method) = method else {
        return Err(Gap::not_modelled("a Lambda integration without an HTTP method").into());
    };
    let (reason, says) = match method {
        "ANY" => ("any", format!("the integration calls {} with the client's own HTTP method", function.id)),
        _ => ("not-post", format!("the integration calls {} with {method}", function.id)),
    };
    let place = call.place(Field::Method);
    let fault = Fault::new(reason, call.subject(), format!("{says}, but Lambda takes only POST"))
        .because([Evidence::read(place, "the method of API Gateway's call to Lambda, not the client's")])
        .help("Set the integration's HTTP method to POST, whatever the clients use, and deploy the API.")
        .cloudformation("AWS::ApiGateway::Method Integration.IntegrationHttpMethod")
        .terraform("aws_api_gateway_integration.integration_http_method");
    let fault = patched(fault, call, "/httpMethod", "POST");
    Err(match (method, front) {
        ("ANY", "ANY") => fault.when("the client's method is not POST").into(),
        _ => fault.into(),
    })
}
