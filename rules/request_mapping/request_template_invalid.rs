use super::{is_read, of_template};
use crate::follow::{Ctx, RequestMappingHop};
use crate::model::Kind;
use crate::model::unit::Protocol;
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "request-template-invalid",
    covers: &["R-F2"],
    check: Check::RequestMapping(check),
    symptoms: &[
        Symptom {
            of: &[Protocol::Rest],
            status: "500",
            body: r#"{"message": "Internal server error"}"#,
            log: "Execution failed due to configuration error: Unable to transform request",
        },
        Symptom {
            of: &[Protocol::WebSocket],
            status: "handshake 5xx",
            body: "",
            log: "Execution failed due to configuration error: Unable to transform request",
        },
    ],
    needs: &[Kind::RestApi, Kind::Api],
    page: include_str!("request_template_invalid.md"),
};

fn check(hop: &RequestMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    let templates = hop.templates()?;
    if templates.is_empty() {
        return passes("there is no template to parse");
    }
    let subject = hop.call.subject();
    all(templates.iter().map(|template| {
        is_read(template, |place| {
            let says = format!("the request template for {} cannot be parsed: {place}", template.key);
            let fault = Fault::new("syntax", subject.clone(), says)
                .help("Correct the template at the place that is underlined, try it, and deploy the API.")
                .cloudformation("AWS::ApiGateway::Method Integration.RequestTemplates")
                .terraform("aws_api_gateway_integration.request_templates");
            of_template(fault, template)
        })
    }))
}
