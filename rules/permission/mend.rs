//! The grant that is missing: as a command, and in a template.

use crate::capture::Held;
use crate::follow::Invocation;
use crate::model::lambda::Function;
use crate::model::refs::{Arn, qualified};
use crate::model::{Described, Scope};
use crate::verdict::Grant;

/// The grant for every route of this API, or for this authorizer.
pub(super) fn add_permission(call: &Invocation<'_>, function: &Held<Function>) -> Vec<String> {
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
    let statement = unused(format!("apigateway-{}{caller}", api.id()), facts);
    let rest =
        ["--statement-id", &statement, "--action", "lambda:InvokeFunction", "--principal", "apigateway.amazonaws.com"];
    words.extend(rest.map(String::from));
    words.extend(["--source-arn".into(), source_arn]);
    words
}

/// The same grant for a template that makes the API.
pub(super) fn permission(call: &Invocation<'_>, function: &Held<Function>) -> Grant {
    let facts = &function.facts;
    Grant {
        api: call.api().id().label(),
        function: facts.id(),
        function_name: qualified(&facts.function_name, facts.qualifier.as_ref()).lit().map(str::to_owned),
        authorizer: call.authorizer_id().map(|id| id.label()),
    }
}

/// Lambda refuses a statement id that the policy has already.
fn unused(id: String, function: &Function) -> String {
    let statements = function.policy.set().into_iter().flat_map(|policy| policy.statement.iter());
    let taken: Vec<String> = statements.filter_map(|it| it.sid.as_ref().map(ToString::to_string)).collect();
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    [id.clone()].into_iter().chain(numbered).find(|id| !taken.contains(id)).unwrap_or_default()
}
