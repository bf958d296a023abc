//! Why a grant on a function does not fit: the sub-reasons of a denied invocation.

use crate::analysis::iam::{Element, Nearest, Proof};
use crate::capture::Held;
use crate::follow::Invocation;
use crate::model::lambda::Function;
use crate::model::refs::{Arn, qualified};
use crate::model::{Ref, Scope, Subject, Text};
use crate::verdict::Fault;

/// A reason in kebab case, and the half-sentence that explains it for every request.
pub(super) type Reason = (&'static str, &'static str);

pub(super) const NO_POLICY: Reason = ("no-policy", "the function has no resource policy");
pub(super) const WRONG_QUALIFIER: Reason =
    ("qualifier", "the grant stands on the bare function, but an alias or version is invoked");

/// Which of the known mistakes this denial is.
pub(super) fn reason(proof: &Proof, call: &Invocation<'_>, function: &Ref) -> Reason {
    match proof {
        Proof::ExplicitDeny { .. } => ("explicit-deny", "a statement denies it"),
        Proof::NoMatch { nearest: Some(nearest) } => mismatch(nearest, call, function),
        _ => ("no-grant", "no statement of the function's resource policy allows it"),
    }
}

fn mismatch(nearest: &Nearest, call: &Invocation<'_>, function: &Ref) -> Reason {
    match &nearest.element {
        Element::Principal => ("principal", "the grant is for another principal than apigateway.amazonaws.com"),
        Element::Action => ("action", "the grant is for another action than lambda:InvokeFunction"),
        Element::Resource => ("resource", "the grant is for another function, alias or version"),
        Element::Condition { key, .. } if key.eq_ignore_ascii_case("aws:SourceAccount") => {
            ("source-account", "the grant is for the APIs of another account")
        }
        Element::Condition { operator, key } if key.eq_ignore_ascii_case("aws:SourceArn") => {
            let literal = operator.contains("StringEquals") && nearest.policy_says.contains('*');
            // The first of the values, as the sentence quotes them.
            let first = nearest.policy_says.split('`').nth(1).unwrap_or(&nearest.policy_says);
            match Arn::parse(&Text::from(first)) {
                _ if literal => {
                    ("literal-wildcard", "the grant compares the source ARN letter by letter, `*` included")
                }
                None => ("not-an-arn", "the grant's source ARN is no ARN"),
                Some(grant) => source_arn(&grant, call, function),
            }
        }
        Element::Condition { .. } => ("condition", "a condition of the grant does not hold"),
    }
}

fn source_arn(grant: &Arn, call: &Invocation<'_>, function: &Ref) -> Reason {
    let lit = |text: &Text| text.lit().unwrap_or("*").to_owned();
    let fits = |grant: &Text, own: &Text| grant == own || lit(grant).contains(['*', '?']);
    let home = call.api().scope();
    if lit(&grant.service) != "execute-api" {
        return ("not-execute-api", "the grant's source ARN is not an execute-api ARN");
    }
    if !fits(&grant.partition, &home.partition) {
        return ("partition", "the grant's source ARN is of another partition");
    }
    if !fits(&grant.region, &function.scope.region) {
        return match grant.region == home.region {
            true => ("api-region", "the grant names the API's region, but the function's region counts"),
            false => ("region", "the grant is for another region"),
        };
    }
    if !fits(&grant.account, &home.account) {
        return ("account", "the grant is for another account");
    }
    resource(&lit(&grant.resource), call)
}

/// `API/STAGE/VERB/path`, `API/STAGE/$default`, `API/STAGE/route` or `API/authorizers/ID`.
fn resource(grant: &str, call: &Invocation<'_>) -> Reason {
    let mut granted = grant.splitn(4, '/');
    let mut next = || granted.next().unwrap_or_default();
    let (api, stage, verb, path) = (next(), next(), next(), grant.splitn(4, '/').nth(3));
    let named = |segment: &str| !segment.contains(['*', '?']);
    if named(api) && api != &**call.api().id() {
        return ("other-api", "the grant is for another API");
    }
    if call.is_authorizer() {
        return match stage {
            "authorizers" => ("other-authorizer", "the grant is for another authorizer"),
            _ => ("not-authorizer", "the grant is for routes, not for API/authorizers/ID"),
        };
    }
    if stage == "authorizers" {
        return ("authorizers-only", "the grant is for the API's authorizers only");
    }
    let served = call.serving.stage.map(|stage| &**stage);
    if named(stage) && Some(stage) != served {
        return ("stage", "the grant is for another stage");
    }
    let (Some(method), Some(own)) = (&call.route.method, &call.route.path) else {
        return match path {
            // `API/*/*/*` wants three segments; `$default` and WebSocket routes send two.
            Some(_) => ("two-segments", "the grant wants API/stage/verb/path, but this route sends API/stage/route"),
            None => ("route", "the grant is for another route"),
        };
    };
    if named(verb) && verb != &**method && &**method != "ANY" {
        return ("verb", "the grant is for another HTTP method");
    }
    let path = path.map(|path| format!("/{path}"));
    match path.as_deref() {
        None if &**own == "/" => ("root-path", "the grant for the root path lacks the slash at its end"),
        None => ("path", "the grant names no path"),
        Some(path) if path.len() > 1 && path.strip_suffix('/') == Some(&**own) => {
            ("trailing-slash", "the grant's path ends in a slash, which API Gateway does not send")
        }
        Some(_) if &**method == "ANY" && named(verb) => ("verb", "the grant is for another HTTP method"),
        Some(_) => ("path", "the grant is for another path"),
    }
}

/// A missing or misfitting grant: one finding for a function and an API.
pub(super) fn fault((reason, why): Reason, call: &Invocation<'_>, function: &Held<Function>) -> Fault {
    let facts = &function.facts;
    let name = qualified(&facts.function_name, facts.qualifier.as_ref());
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
        .cli(&add_permission(call, function).iter().map(String::as_str).collect::<Vec<_>>())
        .cloudformation("AWS::Lambda::Permission")
        .terraform("aws_lambda_permission")
}

/// The grant for every route of this API, or for this authorizer.
fn add_permission(call: &Invocation<'_>, function: &Held<Function>) -> Vec<String> {
    let facts = &function.facts;
    let api = call.api();
    let what = match call.authorizer_id() {
        Some(id) => format!("{}/authorizers/{}", api.id(), id.lit().unwrap_or("*")),
        None => format!("{}/*/*", api.id()),
    };
    let scope = Scope { region: function.scope.region.clone(), ..api.scope().clone() };
    let source_arn = Arn::new("execute-api", &scope, what).to_string();
    let mut words: Vec<String> = ["aws", "lambda", "add-permission", "--function-name"].map(String::from).into();
    words.push(facts.function_name.to_string());
    if let Some(qualifier) = &facts.qualifier {
        words.extend(["--qualifier".into(), qualifier.to_string()]);
    }
    let caller =
        call.authorizer_id().map_or_else(String::new, |id| format!("-authorizer-{}", id.lit().unwrap_or("any")));
    let statement = format!("apigateway-{}{caller}", api.id());
    let rest =
        ["--statement-id", &statement, "--action", "lambda:InvokeFunction", "--principal", "apigateway.amazonaws.com"];
    words.extend(rest.map(String::from));
    words.extend(["--source-arn".into(), source_arn]);
    words
}
