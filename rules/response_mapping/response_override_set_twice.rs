use super::super::request_mapping::overrides_once;
use crate::follow::{Ctx, MappedResponse, ResponseMappingHop};
use crate::model::Kind;
use crate::model::unit::Protocol;
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Verdict, all};

pub(super) static RULE: Rule = Rule {
    id: "response-override-set-twice",
    covers: &["R-F3", "R-L11"],
    check: Check::ResponseMapping(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "5xx",
        body: r#"{"message": "Internal server error"}"#,
        log: "",
    }],
    needs: &[Kind::RestApi],
    page: include_str!("response_override_set_twice.md"),
};

fn check(hop: &ResponseMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    let mut verdicts = Vec::new();
    for MappedResponse { status, templates, .. } in hop.responses()? {
        match templates {
            Err(gap) => verdicts.push(Err(gap.clone().into())),
            Ok(templates) => verdicts.extend(templates.iter().map(|template| {
                let what = format!("the response template of {status} for {}", template.key);
                overrides_once(hop.call, template, &what, |fault| {
                    let subject = fault.subject.clone();
                    let detail = format!("{status} {}", subject.detail);
                    Fault { subject: subject.with(detail), ..fault }
                        .when(format!("the answer is mapped with {what}"))
                        .cloudformation("AWS::ApiGateway::Method Integration.IntegrationResponses[].ResponseTemplates")
                        .terraform("aws_api_gateway_integration_response.response_templates")
                })
            })),
        }
    }
    all(verdicts)
}
