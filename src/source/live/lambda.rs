//! Functions: lambda 2015-03-31. Never GetFunction, whose answer links to the code.

use super::facts::{id, number, policy, text, word};
use super::session::{Refusal, Region, Session};
use crate::model::lambda::{Alias, Function, RoutingConfig};
use crate::model::policy::Policy;
use crate::model::refs::qualified;
use crate::model::{Gap, Seen, Str, Text};
use crate::source::calls::Call;
use aws_sdk_lambda::operation::get_alias::GetAliasOutput;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types as sdk;

/// A function by `name` or `name:qualifier`, without its concurrency: that is one fact
/// for all qualifiers.
///
/// A refused GetFunctionConfiguration hides the configuration; that the function is
/// there is then known only if its policy can be read.
pub(super) async fn function(session: &Session, region: &Region, id: &str) -> Result<Function, Refusal> {
    let (name, qualifier) = match id.split_once(':') {
        Some((name, qualifier)) => (Str::from(name), Some(Str::from(qualifier))),
        None => (Str::from(id), None),
    };
    let on = arn(session, region, &name, qualifier.as_ref());
    let request = region
        .lambda
        .get_function_configuration()
        .function_name(&*name)
        .set_qualifier(qualifier.as_deref().map(str::to_owned));
    let answer = session.call(region, Call::GetFunctionConfiguration, &on, || request.clone().send()).await;
    let refused = match &answer {
        Err(absent @ Refusal::Absent { .. }) => return Err(absent.clone()),
        Err(Refusal::Gap(gap)) => Some(gap.clone()),
        Ok(_) => None,
    };
    let mut function = match answer {
        Ok(answer) => configured(answer),
        Err(refusal) => hidden(&refusal.gap()),
    };
    let is_alias = qualifier.as_deref().is_some_and(|qualifier| !is_version(qualifier));
    let (policy, alias) =
        futures_util::future::join(granted(session, region, &name, qualifier.as_deref(), &on), async {
            match qualifier.as_deref().filter(|_| is_alias) {
                Some(alias) => self::alias(session, region, &name, alias, &on).await,
                None => Seen::Unset,
            }
        })
        .await;
    if let Some(gap) = refused
        && policy.set().is_none()
        && alias.set().is_none()
    {
        return Err(Refusal::Gap(gap));
    }
    function.function_arn = on.into();
    function.function_name = name.into();
    function.qualifier = qualifier.map(Text::from);
    function.policy = policy;
    function.alias = alias;
    Ok(function)
}

/// Of the whole function, whatever the qualifier.
pub(super) async fn concurrency(session: &Session, region: &Region, name: &str) -> Seen<i64> {
    let on = arn(session, region, &name.into(), None);
    let request = region.lambda.get_function_concurrency().function_name(name);
    match session.call(region, Call::GetFunctionConcurrency, &on, || request.clone().send()).await {
        // 0 is a value of its own here: nothing may run.
        Ok(answer) => number(answer.reserved_concurrent_executions),
        Err(refusal) => Seen::Unknown(refusal.gap()),
    }
}

async fn granted(session: &Session, region: &Region, name: &str, qualifier: Option<&str>, on: &str) -> Seen<Policy> {
    let request = region.lambda.get_policy().function_name(name).set_qualifier(qualifier.map(str::to_owned));
    match session.call(region, Call::GetFunctionPolicy, on, || request.clone().send()).await {
        Ok(answer) => match answer.policy {
            Some(json) => policy(&json, &qualified(&name.into(), qualifier.map(Text::from).as_ref()).to_string()),
            None => Seen::Unset,
        },
        Err(Refusal::Absent { .. }) => Seen::Unset,
        Err(Refusal::Gap(gap)) => Seen::Unknown(gap),
    }
}

async fn alias(session: &Session, region: &Region, name: &str, alias: &str, on: &str) -> Seen<Alias> {
    let request = region.lambda.get_alias().function_name(name).name(alias);
    match session.call(region, Call::GetAlias, on, || request.clone().send()).await {
        Ok(answer) => Seen::Set(aliased(answer)),
        Err(refusal) => Seen::Unknown(refusal.gap()),
    }
}

/// A qualifier that is a number is a version; anything else is an alias.
fn is_version(qualifier: &str) -> bool {
    qualifier == "$LATEST" || qualifier.bytes().all(|c| c.is_ascii_digit())
}

fn arn(session: &Session, region: &Region, name: &Str, qualifier: Option<&Str>) -> String {
    let name = qualified(&name.into(), qualifier.map(Text::from).as_ref());
    format!("arn:{}:lambda:{}:{}:function:{name}", session.partition, region.name, session.account)
}

fn configured(answer: GetFunctionConfigurationOutput) -> Function {
    Function {
        version: text(answer.version),
        state: word(answer.state.as_ref().map(sdk::State::as_str)),
        state_reason: text(answer.state_reason),
        state_reason_code: text(answer.state_reason_code.map(|code| code.as_str().to_owned())),
        last_update_status: text(answer.last_update_status.map(|status| status.as_str().to_owned())),
        timeout: number(answer.timeout.filter(|seconds| *seconds != 0)),
        runtime: text(answer.runtime.map(|runtime| runtime.as_str().to_owned())),
        role: text(answer.role),
        ..Function::default()
    }
}

fn hidden(gap: &Gap) -> Function {
    Function {
        version: Seen::Unknown(gap.clone()),
        state: Seen::Unknown(gap.clone()),
        state_reason: Seen::Unknown(gap.clone()),
        state_reason_code: Seen::Unknown(gap.clone()),
        last_update_status: Seen::Unknown(gap.clone()),
        timeout: Seen::Unknown(gap.clone()),
        runtime: Seen::Unknown(gap.clone()),
        role: Seen::Unknown(gap.clone()),
        ..Function::default()
    }
}

fn aliased(answer: GetAliasOutput) -> Alias {
    let weights = answer.routing_config.and_then(|config| config.additional_version_weights);
    Alias {
        name: id(answer.name),
        function_version: text(answer.function_version),
        routing_config: weights
            .map(|weights| RoutingConfig {
                additional_version_weights: weights
                    .into_iter()
                    .map(|(version, share)| (version.into(), share))
                    .collect(),
            })
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lambda::State;

    #[test]
    fn qualifiers() {
        assert!(is_version("12") && is_version("$LATEST"));
        assert!(!is_version("live") && !is_version("v1"));
    }

    #[test]
    fn states_and_weights() {
        let answer =
            GetFunctionConfigurationOutput::builder().state(sdk::State::ActiveNonInvocable).timeout(10).build();
        let function = configured(answer);
        assert_eq!(function.state, Seen::Set(State::ActiveNonInvocable));
        assert_eq!(function.timeout, Seen::Set(10));
        let weights = sdk::AliasRoutingConfiguration::builder().additional_version_weights("7", 0.25).build();
        let alias =
            aliased(GetAliasOutput::builder().name("live").function_version("6").routing_config(weights).build());
        assert_eq!(alias.routing_config.set().unwrap().additional_version_weights["7"], 0.25);
        let plain = aliased(GetAliasOutput::builder().name("live").build());
        assert_eq!(plain.routing_config, Seen::Unset);
    }
}
