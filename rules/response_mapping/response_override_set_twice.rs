use super::super::request_mapping::{SET_TWICE, overrides_once};
use crate::follow::{Ctx, MappedResponse, ResponseMappingHop};
use crate::model::Kind;
use crate::rule::{Check, Rule};
use crate::verdict::{Verdict, all};

pub(super) static RULE: Rule = Rule {
    id: "response-override-set-twice",
    covers: &["R-F3", "R-L11"],
    check: Check::ResponseMapping(check),
    symptoms: SET_TWICE,
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
                overrides_once(hop.call.subject().with(status.to_string()), template, &what, |fault| {
                    fault
                        .when(format!("the answer is mapped with {what}"))
                        .cloudformation("AWS::ApiGateway::Method Integration.IntegrationResponses[].ResponseTemplates")
                        .terraform("aws_api_gateway_integration_response.response_templates")
                })
            })),
        }
    }
    all(verdicts)
}
