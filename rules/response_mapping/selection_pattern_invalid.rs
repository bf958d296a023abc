use crate::analysis::regex::validate;
use crate::follow::{Ctx, ResponseMappingHop};
use crate::model::rest::IntegrationResponse;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Kind, Str};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "selection-pattern-invalid",
    covers: &["R-L5"],
    check: Check::ResponseMapping(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "5xx",
        body: r#"{"message": "Internal server error"}"#,
        log: "",
    }],
    needs: &[Kind::RestApi],
    page: include_str!("selection_pattern_invalid.md"),
};

/// Characters of a pattern that a sentence quotes.
const SHOWN: usize = 80;

fn check(hop: &ResponseMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    all(hop.responses()?.iter().map(|it| is_pattern(hop, it.status, it.response)))
}

fn is_pattern(hop: &ResponseMappingHop<'_>, status: &Str, response: &IntegrationResponse) -> Verdict {
    let Some(text) = response.selection_pattern.known()? else {
        return passes(format!("{status} is the default response"));
    };
    let shown: String = text.known()?.chars().take(SHOWN).collect();
    match validate(text.known()?) {
        Ok(_) => passes(format!("`{shown}` is a regular expression")),
        Err(error) if !error.sure => {
            let what =
                format!("the selection pattern `{shown}`, which may depend on the version of Java: {}", error.what);
            Err(Gap::not_modelled(what).into())
        }
        Err(error) => {
            let says = format!("the selection pattern `{shown}` of {status} is no regular expression: {}", error.what);
            let at = error.index.min(text.known()?.len());
            let place = hop.pattern_place(status).part(at..text.known()?.len());
            Err(Fault::new("syntax", hop.call.subject().with(status.to_string()), says)
                .when("the answer is matched with it")
                .because([Evidence::read(place, error.what)])
                .help("Write a regular expression of Java's, such as `.*error.*` or `5\\d{2}`, and deploy the API.")
                .cloudformation("AWS::ApiGateway::Method Integration.IntegrationResponses[].SelectionPattern")
                .terraform("aws_api_gateway_integration_response.selection_pattern")
                .into())
        }
    }
}
