//! What becomes of a request before the call.

mod mock_status_code_missing;
mod request_override_set_twice;
mod request_template_invalid;

use crate::analysis::Tri;
use crate::analysis::vtl::ast::Span;
use crate::follow::MappingTemplate;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Subject};
use crate::rule::{Rule, Symptom};
use crate::verdict::{Fault, Verdict, all, passes};

pub(super) const RULES: &[&Rule] =
    &[&request_template_invalid::RULE, &mock_status_code_missing::RULE, &request_override_set_twice::RULE];

/// What serves a request that says nothing about itself.
const DEFAULTS: [&str; 2] = ["application/json", "$default"];

/// Does Velocity take the template? `fault` is what it means if not.
pub(super) fn is_read(template: &MappingTemplate<'_>, fault: impl FnOnce(String) -> Fault) -> Verdict {
    match template.refusal() {
        Ok(None) => passes(format!("Velocity reads the template for {}", template.key)),
        Ok(Some(error)) => {
            let part = |span: Span| template.place.clone().part(span.start..span.end);
            let says = format!("line {}, column {}", error.line, error.column);
            let expected = format!("found {}, expected {}", error.found, error.expected);
            let found = Evidence::read(part(seen(template, error.span)), expected);
            let opened = error.opened.map(|span| Evidence::read(part(span), "this is still open"));
            Err(fault(says).because([Some(found), opened].into_iter().flatten()).into())
        }
        Err(gaps) => Err(gaps.into()),
    }
}

/// AWS says "a 5XX response", and no more.
pub(super) const SET_TWICE: &[Symptom] =
    &[Symptom { of: &[Protocol::Rest], status: "5xx", body: r#"{"message": "Internal server error"}"#, log: "" }];

/// Is every parameter overridden once at most? `subject` is whose template it is; `told` says of a fault which requests it is about.
pub(super) fn overrides_once(
    subject: Subject,
    template: &MappingTemplate<'_>,
    what: &str,
    told: impl Fn(Fault) -> Fault,
) -> Verdict {
    if template.overrides_nothing() {
        return passes(format!("{what} overrides nothing"));
    }
    let analysis = template.analysis()?;
    let unseen = analysis
        .may_override_more()
        .then(|| Err(Gap::Runtime { what: format!("whether {what} overrides a parameter twice") }.into()));
    let once = analysis.overrides().iter().map(|one| match one.twice.clone() {
        Tri::No(_) => passes(format!("{} is overridden once at most", one.target)),
        Tri::Unknown(gaps) => Err(gaps.into()),
        Tri::Yes(last) => {
            let first = one.at.first().filter(|first| **first != last);
            let place = |span: Span| template.place.clone().part(span.start..span.end);
            let again = if first.is_some() { "overridden again here" } else { "overridden here, more than once" };
            let first = first.map(|first| Evidence::read(place(*first), "overridden here"));
            let detail = format!("{} {} {}", subject.detail, template.key, one.target);
            let subject = subject.clone().with(detail.trim_start());
            let fault = Fault::new("twice", subject, format!("{what} overrides {} twice", one.target))
                .because([Evidence::read(place(last), again)].into_iter().chain(first))
                .help("Collect the value in a variable, and override once at the end of the template.");
            Err(told(fault).into())
        }
    });
    all(once.chain(unseen))
}

/// What to underline: at the end of a template nothing stands, so what stands last.
fn seen(template: &MappingTemplate<'_>, span: Span) -> Span {
    let before = template.text.lit().and_then(|text| text.get(..span.start)).unwrap_or_default().trim_end();
    match before.char_indices().next_back() {
        Some((last, c)) if span.start >= span.end => Span::new(last, last + c.len_utf8()),
        _ => span,
    }
}

/// A fault in one of the templates: those requests die that are mapped with it.
fn of_template(fault: Fault, template: &MappingTemplate<'_>) -> Fault {
    let fault = Fault { subject: fault.subject.clone().with(template.key.to_string()), ..fault };
    if DEFAULTS.contains(&&**template.key) {
        fault
    } else {
        fault.when(format!("the request is mapped as {}", template.key))
    }
}
