use super::{SET_TWICE, overrides_once};
use crate::follow::{Ctx, RequestMappingHop};
use crate::model::Kind;
use crate::model::unit::Protocol;
use crate::rule::{Check, Rule};
use crate::verdict::{Stop, Verdict, all};

pub(super) static RULE: Rule = Rule {
    id: "request-override-set-twice",
    covers: &["R-F3"],
    check: Check::RequestMapping(check),
    symptoms: SET_TWICE,
    needs: &[Kind::RestApi],
    page: include_str!("request_override_set_twice.md"),
};

fn check(hop: &RequestMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    // Overrides are REST APIs' only.
    if hop.call.protocol() != Protocol::Rest {
        return Err(Stop::NotApplicable);
    }
    all(hop.templates()?.iter().map(|template| {
        let what = format!("the request template for {}", template.key);
        overrides_once(hop.call.subject(), template, &what, |fault| {
            fault
                .when(format!("the request is mapped as {}", template.key))
                .cloudformation("AWS::ApiGateway::Method Integration.RequestTemplates")
                .terraform("aws_api_gateway_integration.request_templates")
        })
    }))
}
