//! What becomes of a request before the call.

mod mock_status_code_missing;
mod request_override_set_twice;
mod request_template_invalid;

use crate::analysis::vtl::refusal;
use crate::follow::MappingTemplate;
use crate::model::Evidence;
use crate::rule::Rule;
use crate::verdict::{Fault, Verdict, passes};

pub(super) const RULES: &[&Rule] =
    &[&request_template_invalid::RULE, &mock_status_code_missing::RULE, &request_override_set_twice::RULE];

/// What serves a request that says nothing about itself.
const DEFAULTS: [&str; 2] = ["application/json", "$default"];

/// Does Velocity take the template? `fault` is what it means if not.
pub(super) fn is_read(template: &MappingTemplate<'_>, fault: impl FnOnce(String) -> Fault) -> Verdict {
    match refusal(template.text) {
        Ok(None) => passes(format!("Velocity reads the template for {}", template.key)),
        Ok(Some(error)) => {
            let found = template.place.clone().part(error.span.start..error.span.end);
            let says = format!("line {}, column {}", error.line, error.column);
            let expected = format!("found {}, expected {}", error.found, error.expected);
            Err(fault(says).because([Evidence::read(found, expected)]).into())
        }
        Err(gaps) => Err(gaps.into()),
    }
}

/// A fault in one of the templates: those requests die that are mapped with it.
fn of_template(fault: Fault, template: &MappingTemplate<'_>) -> Fault {
    let fault = fault.decided_by(template.key.to_string());
    if DEFAULTS.contains(&&**template.key) { fault } else { fault.when(format!("it is mapped as {}", template.key)) }
}
