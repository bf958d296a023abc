//! The grant that is missing: as a command, and in a template.

use crate::capture::Held;
use crate::follow::Invocation;
use crate::model::lambda::Function;
use crate::model::refs::{Arn, qualified};
use crate::model::{Scope, Text};

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

/// The same grant in a template, where it can name what it is about: things that the same template makes.
pub(super) fn permission(call: &Invocation<'_>, function: &Held<Function>) -> Option<String> {
    let (facts, api) = (&function.facts, call.api());
    let api_name = made(api.id())?;
    let (target, function_name) = match (&facts.qualifier, made(&facts.function_name)) {
        (None, Some(name)) => (name.clone(), format!("!Ref {name}")),
        (Some(qualifier), Some(name)) => (name.clone(), format!("!Sub ${{{name}}}:{}", qualifier.lit()?)),
        (qualifier, None) => {
            let name = qualified(&facts.function_name, qualifier.as_ref());
            ("Function".into(), format!("{} # !Ref it where this template makes it", name.lit()?))
        }
    };
    let what = match call.authorizer_id() {
        Some(id) => format!("authorizers/{}", made(&id).map_or("*".into(), |name| format!("${{{name}}}"))),
        None => "*/*".to_owned(),
    };
    let (partition, region, account) = ("${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}");
    Some(format!(
        "{api_name}Invokes{target}:
  Type: AWS::Lambda::Permission
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: {function_name}
    Principal: apigateway.amazonaws.com
    SourceArn: !Sub arn:{partition}:execute-api:{region}:{account}:${{{api_name}}}/{what}"
    ))
}

/// The logical id of what a template makes. A name with a template's before it may stand in another.
fn made(id: &Text) -> Option<String> {
    let name = id.label();
    let is_made = id.holes().next().is_some_and(|hole| hole.family.is_some() && *hole.id == *name);
    (is_made && name.chars().all(char::is_alphanumeric)).then_some(name)
}

/// Lambda refuses a statement id that the policy has already.
fn unused(id: String, function: &Function) -> String {
    let statements = function.policy.set().into_iter().flat_map(|policy| policy.statement.iter());
    let taken: Vec<String> = statements.filter_map(|it| it.sid.as_ref().map(ToString::to_string)).collect();
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    [id.clone()].into_iter().chain(numbered).find(|id| !taken.contains(id)).unwrap_or_default()
}
