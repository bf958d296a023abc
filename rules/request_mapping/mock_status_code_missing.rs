use super::of_template;
use crate::analysis::Tri;
use crate::follow::{Ctx, MappingTemplate, RequestMappingHop};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Kind};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, all, judge, passes};

pub(super) static RULE: Rule = Rule {
    id: "mock-status-code-missing",
    covers: &["R-F9"],
    check: Check::RequestMapping(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": "Internal server error"}"#,
        log: "Execution failed due to configuration error: statusCode should be an integer which defined in request \
              template",
    }],
    needs: &[Kind::RestApi, Kind::Api],
    page: include_str!("mock_status_code_missing.md"),
};

fn check(hop: &RequestMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    if !hop.is_mock() {
        return Err(Stop::NotApplicable);
    }
    let templates = hop.templates()?;
    if templates.is_empty() {
        undocumented(hop)?;
        return passes("a MOCK without a template answers with its default integration response");
    }
    all(templates.iter().map(|template| yields_status(hop, template)))
}

/// What a WebSocket API's MOCK does without a status.
fn undocumented(hop: &RequestMappingHop<'_>) -> Result<(), Gap> {
    match hop.call.protocol() {
        Protocol::WebSocket => Err(Gap::not_modelled("a MOCK of a WebSocket API without a statusCode")),
        Protocol::Rest | Protocol::Http => Ok(()),
    }
}

fn yields_status(hop: &RequestMappingHop<'_>, template: &MappingTemplate<'_>) -> Verdict {
    if template.text.lit().is_some_and(|text| text.trim().is_empty()) {
        return Err(Gap::not_modelled("an empty template of a MOCK, which may count as none").into());
    }
    let status = template.analysis()?.status();
    let codes = status.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    if let Tri::No(_) = status.answer {
        undocumented(hop)?;
    }
    judge(
        status.answer.clone(),
        |_| format!("the template yields the status code {codes}"),
        |span| {
            let says = format!("the MOCK's template for {} yields no integer statusCode", template.key);
            let place = template.place.clone().part(span.start..span.end);
            let fault = Fault::new("none", hop.call.subject(), says)
                .because([Evidence::read(place, "this renders to no object with a statusCode of its own")])
                .help(r#"Let the template write {"statusCode": 200}, and deploy the API."#)
                .cloudformation("AWS::ApiGateway::Method Integration.RequestTemplates")
                .terraform("aws_api_gateway_integration.request_templates");
            of_template(fault, template)
        },
    )
}
