use crate::analysis::Tri;
use crate::analysis::vtl::{self, Analysis, Given, parse};
use crate::follow::{Ctx, MappingTemplate, RequestMappingHop};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Kind};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "request-override-set-twice",
    covers: &["R-F3"],
    check: Check::RequestMapping(check),
    symptoms: &[Symptom {
        of: &[Protocol::Rest],
        status: "5xx",
        body: r#"{"message": "Internal server error"}"#,
        log: "",
    }],
    needs: &[Kind::RestApi],
    page: include_str!("request_override_set_twice.md"),
};

fn check(hop: &RequestMappingHop<'_>, _: &Ctx<'_>) -> Verdict {
    // Overrides are REST APIs' only.
    if hop.call.protocol() != Protocol::Rest {
        return Err(Stop::NotApplicable);
    }
    all(hop.templates()?.iter().map(|template| overrides_once(hop, template)))
}

fn overrides_once(hop: &RequestMappingHop<'_>, template: &MappingTemplate<'_>) -> Verdict {
    let source = template.text.known()?;
    let Ok(parsed) = parse(source) else { return Err(Stop::NotApplicable) };
    let given = Given { vars: Some(&hop.call.serving.vars), ..Given::default() };
    let analysis = Analysis::of(source, &parsed.template, given);
    all(analysis.overrides().iter().map(|one| match one.twice.clone() {
        Tri::No(_) => passes(format!("{} is overridden once at most", one.target)),
        Tri::Unknown(gaps) => Err(gaps.into()),
        Tri::Yes(last) => {
            let says = format!("the request template for {} overrides {} twice", template.key, one.target);
            let first = one.at.first().filter(|first| **first != last);
            let place = |span: vtl::ast::Span| template.place.clone().part(span.start..span.end);
            let evidence = [Evidence::read(place(last), "overridden again here")];
            let first = first.map(|first| Evidence::read(place(*first), "overridden here"));
            Err(Fault::new("twice", hop.call.subject(), says)
                .decided_by(format!("{} {}", template.key, one.target))
                .when(format!("it is mapped as {}", template.key))
                .because(evidence.into_iter().chain(first))
                .help("Collect the value in a variable, and override once at the end of the template.")
                .cloudformation("AWS::ApiGateway::Method Integration.RequestTemplates")
                .terraform("aws_api_gateway_integration.request_templates")
                .into())
        }
    }))
}
