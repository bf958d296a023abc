use super::super::request_mapping::is_read;
use crate::follow::{Ctx, MappedResponse, ResponseMappingHop};
use crate::model::Kind;
use crate::model::unit::Protocol;
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "response-template-invalid",
    covers: &["R-L7"],
    check: Check::ResponseMapping(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "Execution failed due to configuration error: Unable to transform response",
    }],
    needs: &[Kind::RestApi],
    page: include_str!("response_template_invalid.md"),
};

fn check(hop: &ResponseMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    let responses = hop.responses()?;
    let only = responses.len() == 1;
    let mut verdicts = vec![passes("every response template can be parsed")];
    for MappedResponse { status, templates, .. } in responses {
        let templates = match templates {
            Ok(templates) => templates,
            Err(gap) => {
                verdicts.push(Err(gap.clone().into()));
                continue;
            }
        };
        let alone = only && templates.len() == 1;
        verdicts.extend(templates.iter().map(|template| {
            is_read(template, |place| {
                let what = format!("the response template of {status} for {}", template.key);
                let subject = hop.call.subject().with(format!("{status} {}", template.key));
                let fault = Fault::new("syntax", subject, format!("{what} cannot be parsed: {place}"))
                    .help("Correct the template at the place that is underlined, try it, and deploy the API.")
                    .cloudformation("AWS::ApiGateway::Method Integration.IntegrationResponses[].ResponseTemplates")
                    .terraform("aws_api_gateway_integration_response.response_templates");
                match alone {
                    true => fault,
                    false => fault.when(format!("the answer is mapped with {what}")),
                }
            })
        }));
    }
    all(verdicts)
}
