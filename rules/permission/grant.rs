//! Why a grant on a function does not fit: the sub-reasons of a denied invocation.

use super::mend;
use crate::analysis::iam::{ArnPart, Element, Miss, Nearest, Proof, Segment};
use crate::capture::Held;
use crate::follow::Invocation;
use crate::model::Subject;
use crate::model::lambda::Function;
use crate::model::refs::qualified;
use crate::verdict::Fault;

/// A reason in kebab case, and the half-sentence that explains it for every request.
pub(super) type Reason = (&'static str, &'static str);

pub(super) const NO_POLICY: Reason = ("no-policy", "the function has no resource policy");
pub(super) const WRONG_QUALIFIER: Reason =
    ("qualifier", "the grant stands on the bare function, but an alias or version is invoked");

/// Which of the known mistakes this denial is.
pub(super) fn reason(proof: &Proof, call: &Invocation<'_>) -> Reason {
    match proof {
        Proof::ExplicitDeny { .. } => ("explicit-deny", "a statement denies it"),
        Proof::NoMatch { nearest: Some(nearest) } => mismatch(nearest, call),
        _ => ("no-grant", "no statement of the function's resource policy allows it"),
    }
}

fn mismatch(nearest: &Nearest, call: &Invocation<'_>) -> Reason {
    match &nearest.element {
        Element::Principal => ("principal", "the grant is for another principal than apigateway.amazonaws.com"),
        Element::Action => ("action", "the grant is for another action than lambda:InvokeFunction"),
        Element::Resource => ("resource", "the grant is for another function, alias or version"),
        Element::Condition { key, .. } if key.eq_ignore_ascii_case("aws:SourceAccount") => {
            ("source-account", "the grant is for the APIs of another account")
        }
        Element::Condition { key, .. } if key.eq_ignore_ascii_case("aws:SourceArn") => source_arn(nearest, call),
        Element::Condition { .. } => OTHER_CONDITION,
    }
}

const OTHER_CONDITION: Reason = ("condition", "a condition of the grant does not hold");

fn source_arn(nearest: &Nearest, call: &Invocation<'_>) -> Reason {
    match nearest.miss() {
        None => OTHER_CONDITION,
        Some(Miss::LetterByLetter) => {
            ("literal-wildcard", "the grant compares the source ARN letter by letter, `*` included")
        }
        Some(Miss::NotAnArn) => ("not-an-arn", "the grant's source ARN is no ARN"),
        Some(Miss::Part { part, says }) => match part {
            ArnPart::Service => ("not-execute-api", "the grant's source ARN is not an execute-api ARN"),
            ArnPart::Partition => ("partition", "the grant's source ARN is of another partition"),
            ArnPart::Region if says == call.api().scope().region => {
                ("api-region", "the grant names the API's region, but the function's region counts")
            }
            ArnPart::Region => ("region", "the grant is for another region"),
            ArnPart::Account => ("account", "the grant is for another account"),
        },
        Some(Miss::Source(segments)) => source(&segments, call),
        Some(Miss::Resource) => PATH,
    }
}

const PATH: Reason = ("path", "the grant is for another path");

/// Of a route of all verbs, what else is wrong tells more than the verb: some verb is the grant's.
fn source(segments: &[Segment], call: &Invocation<'_>) -> Reason {
    let any = call.route.method.as_deref() == Some("ANY");
    let other = segments.iter().find(|segment| any && **segment != Segment::Verb);
    match other.or(segments.first()).unwrap_or(&Segment::Path) {
        Segment::Api => ("other-api", "the grant is for another API"),
        Segment::Authorizer => ("other-authorizer", "the grant is for another authorizer"),
        Segment::NotAuthorizer => ("not-authorizer", "the grant is for routes, not for API/authorizers/ID"),
        Segment::AuthorizersOnly => ("authorizers-only", "the grant is for the API's authorizers only"),
        Segment::Stage => ("stage", "the grant is for another stage"),
        // `API/*/*/*` wants three segments; `$default` and WebSocket routes send two.
        Segment::TwoSegments => {
            ("two-segments", "the grant wants API/stage/verb/path, but this route sends API/stage/route")
        }
        other if *other == Segment::Route || call.route.method.is_none() => ("route", "the grant is for another route"),
        Segment::Verb => ("verb", "the grant is for another HTTP method"),
        Segment::RootPath => ("root-path", "the grant for the root path lacks the slash at its end"),
        Segment::NoPath => ("path", "the grant names no path"),
        Segment::TrailingSlash => {
            ("trailing-slash", "the grant's path ends in a slash, which API Gateway does not send")
        }
        Segment::Path | Segment::Route => PATH,
    }
}

/// A missing or misfitting grant: one finding for a function and an API.
pub(super) fn fault((reason, why): Reason, call: &Invocation<'_>, function: &Held<Function>) -> Fault {
    let facts = &function.facts;
    let name = qualified(&facts.function_name, facts.qualifier.as_ref()).called();
    let label = call.api_label();
    let (who, detail) = match call.is_authorizer() {
        true => (format!("the authorizer of {label}"), format!("{label} authorizers/{}", call.subject().identity())),
        false => (label.clone(), label.clone()),
    };
    let subject = Subject::of(facts, &function.scope).with(detail);
    // Two APIs may share a name, but never a grant.
    let fault = Fault::new(reason, subject, format!("{who} may not invoke {name}: {why}"))
        .decided_by(call.api().id().to_string());
    if reason == "explicit-deny" {
        return fault.help("No grant outweighs a deny: remove the statement, or narrow it.");
    }
    let where_to = match facts.qualifier {
        Some(_) => {
            " AWS::Lambda::Permission needs the alias or version in FunctionName; aws_lambda_permission in qualifier."
        }
        None => "",
    };
    fault
        .help(format!("Grant apigateway.amazonaws.com lambda:InvokeFunction on {name}.{where_to}"))
        .cli(&mend::add_permission(call, function).iter().map(String::as_str).collect::<Vec<_>>())
        .cloudformation("AWS::Lambda::Permission")
        .grant(mend::permission(call, function))
        .terraform("aws_lambda_permission")
}
