//! Captures of all kinds, with gaps and holes.

use super::Whole;
use crate::capture::{Answer, CallCount, Coverage, FORMAT, Header, Held, Shared, SourceInfo};
use crate::model::policy::{Many, Policy, Principal, Scalar, Statement};
use crate::model::unit::{RestContent, RestDeployed, RestFacts, RestUnit, V2Content, V2Facts, V2Unit};
use crate::model::{ApiUnit, Charset, Gap, Hole, Kind, Part, Ref, Scope, Seen, Str, Text, ec2, iam, lambda, rest, v2};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-Z0-9_-]{1,6}", 1 => "[ -~]{0,8}", 1 => "[\"\\\\/~{}\\[\\],:\\$\u{e9}\u{1f600}\n\t]{0,4}"]
}

fn string() -> impl Strategy<Value = Str> {
    word().prop_map(Str::from)
}

fn id() -> impl Strategy<Value = Str> {
    "[a-z0-9]{3,6}".prop_map(Str::from)
}

pub(super) fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        (word(), word()).prop_map(|(action, on)| Gap::Denied { action, on }),
        (word(), any::<u64>()).prop_map(|(action, got)| Gap::Truncated { action, got }),
        (word(), word()).prop_map(|(expr, at)| Gap::Computed { expr, at }),
        word().prop_map(Gap::not_readable),
    ]
}

fn hole() -> impl Strategy<Value = Hole> {
    let charset = prop_oneof![Just(Charset::Any), Just(Charset::Digits), Just(Charset::Name)];
    (string(), option::of(string()), charset, gap()).prop_map(|(id, family, charset, gap)| Hole {
        id,
        family,
        charset,
        gap,
    })
}

fn text() -> impl Strategy<Value = Text> {
    let part =
        prop_oneof![word().prop_map(|lit| Part::Lit(lit.into())), hole().prop_map(|hole| Part::Hole(hole.into()))];
    prop_oneof![4 => string().prop_map(Text::new), 1 => vec(part, 0..4).prop_map(Text::from_parts)]
}

fn seen<T: std::fmt::Debug + Clone + 'static>(of: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Seen<T>> {
    prop_oneof![4 => of.prop_map(Seen::Set), 2 => Just(Seen::Unset), 1 => gap().prop_map(Seen::Unknown)].boxed()
}

fn texts() -> BoxedStrategy<Seen<BTreeMap<Str, Text>>> {
    seen(btree_map(string(), text(), 0..3))
}

fn tags() -> impl Strategy<Value = BTreeMap<Str, Str>> {
    btree_map(string(), string(), 0..2)
}

/// Numbers as people write them: few digits.
fn decimal() -> impl Strategy<Value = f64> {
    (0..10_000_i32).prop_map(|hundredths| f64::from(hundredths) / 100.0)
}

fn scope() -> impl Strategy<Value = Scope> {
    let partition = prop_oneof![4 => Just(Text::new("aws")), 1 => Just(Text::new("aws-cn"))];
    let account = prop_oneof![6 => Just(Text::new("111122223333")), 1 => text()];
    let region = prop_oneof![6 => Just(Text::new("eu-west-1")), 1 => text()];
    (partition, account, region).prop_map(|(partition, account, region)| Scope { partition, account, region })
}

fn many<T: std::fmt::Debug + Clone + 'static>(
    of: impl Strategy<Value = T> + Clone + 'static,
) -> BoxedStrategy<Many<T>> {
    prop_oneof![of.clone().prop_map(Many::One), vec(of, 0..3).prop_map(Many::List)].boxed()
}

fn policy() -> impl Strategy<Value = Policy> {
    let scalar = prop_oneof![
        text().prop_map(Scalar::Text),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(|number| Scalar::Number(number.into())),
    ];
    // A lone list as a scalar's "one" would be read as the list it looks like.
    let condition = btree_map(string(), btree_map(string(), many(Arc::new(scalar)), 0..2), 0..2);
    let principal = prop_oneof![
        text().prop_map(Principal::Any),
        btree_map(string(), many(Arc::new(text())), 0..2).prop_map(Principal::ByType)
    ];
    let statement = (option::of(text()), option::of(principal), option::of(many(Arc::new(text()))), condition)
        .prop_map(|(effect, principal, action, condition)| Statement {
            effect,
            principal,
            action,
            condition,
            ..Statement::default()
        });
    (option::of(string()), vec(statement, 1..3)).prop_map(|(version, statements)| Policy {
        version,
        statement: Many::List(statements),
        ..Policy::default()
    })
}

fn function() -> impl Strategy<Value = lambda::Function> {
    let alias = (id(), seen(btree_map(string(), decimal(), 0..2))).prop_map(|(name, weights)| lambda::Alias {
        name,
        routing_config: weights.map(|weights| lambda::RoutingConfig { additional_version_weights: weights }),
        ..lambda::Alias::default()
    });
    let state = prop_oneof![Just(lambda::State::Active), word().prop_map(|word| lambda::State::from(word.as_str()))];
    (id(), option::of(id()), seen(state), seen(any::<i64>()), seen(policy()), seen(alias)).prop_map(
        |(name, qualifier, state, timeout, policy, alias)| lambda::Function {
            function_arn: name.clone().into(),
            function_name: name.into(),
            qualifier: qualifier.map(Into::into),
            state,
            timeout,
            policy,
            alias,
            ..lambda::Function::default()
        },
    )
}

fn role() -> impl Strategy<Value = iam::Role> {
    let inline = (string(), seen(policy()))
        .prop_map(|(policy_name, policy_document)| iam::InlinePolicy { policy_name, policy_document });
    (id(), seen(policy()), seen(vec(inline, 0..3)), tags()).prop_map(|(arn, trust, inline, tags)| iam::Role {
        arn: arn.into(),
        assume_role_policy_document: trust,
        role_policy_list: inline,
        tags,
        ..iam::Role::default()
    })
}

fn group() -> impl Strategy<Value = ec2::SecurityGroup> {
    let permission = (seen(text()), seen(any::<i64>())).prop_map(|(ip_protocol, from_port)| ec2::IpPermission {
        ip_protocol,
        from_port,
        ..ec2::IpPermission::default()
    });
    (id(), seen(vec(permission, 0..3))).prop_map(|(group_id, ip_permissions)| ec2::SecurityGroup {
        group_id: group_id.into(),
        ip_permissions,
        ..ec2::SecurityGroup::default()
    })
}

fn rest_content() -> impl Strategy<Value = RestContent> {
    let integration = (seen(text()), seen(any::<i64>()), texts(), texts()).prop_map(
        |(uri, timeout_in_millis, request_parameters, request_templates)| rest::Integration {
            uri,
            timeout_in_millis,
            request_parameters,
            request_templates,
            ..rest::Integration::default()
        },
    );
    let method = (string(), seen(integration)).prop_map(|(http_method, method_integration)| rest::Method {
        http_method,
        method_integration,
        ..rest::Method::default()
    });
    let resource = (string(), string(), btree_map(string(), method.prop_map(Box::new), 0..3))
        .prop_map(|(id, path, resource_methods)| rest::Resource { id, path, resource_methods });
    let authorizer = (string(), seen(text())).prop_map(|(id, authorizer_uri)| rest::Authorizer {
        id: id.into(),
        authorizer_uri,
        ..rest::Authorizer::default()
    });
    (seen(vec(resource, 0..3)), seen(vec(authorizer, 0..2)))
        .prop_map(|(resources, authorizers)| RestContent { resources, authorizers })
}

fn rest_unit() -> impl Strategy<Value = RestUnit> {
    let canary = (seen(decimal()), texts()).prop_map(|(percent_traffic, overrides)| rest::CanarySettings {
        percent_traffic,
        stage_variable_overrides: overrides,
        ..rest::CanarySettings::default()
    });
    let stage = (string(), seen(string()), texts(), seen(canary), tags()).prop_map(
        |(stage_name, deployment_id, variables, canary_settings, tags)| rest::Stage {
            stage_name: stage_name.into(),
            deployment_id,
            variables,
            canary_settings,
            tags,
        },
    );
    let deployed =
        (string(), seen(rest_content())).prop_map(|(deployment_id, content)| RestDeployed { deployment_id, content });
    (scope(), id(), seen(text()), seen(vec(stage, 0..3)), rest_content(), vec(deployed, 0..3)).prop_map(
        |(scope, id, name, stages, draft, deployed)| RestUnit {
            scope,
            planned: false,
            facts: RestFacts {
                api: rest::RestApi { id: id.into(), name, ..rest::RestApi::default() },
                stages,
                draft,
                deployed,
            },
        },
    )
}

fn v2_unit() -> impl Strategy<Value = V2Unit> {
    let route = (string(), text(), seen(text())).prop_map(|(route_id, route_key, target)| v2::Route {
        route_id,
        route_key,
        target,
        ..v2::Route::default()
    });
    let integration = (string(), texts()).prop_map(|(integration_id, request_parameters)| v2::Integration {
        integration_id: integration_id.into(),
        request_parameters,
        ..v2::Integration::default()
    });
    let content = (seen(vec(route, 0..3)), seen(vec(integration, 0..3))).prop_map(|(routes, integrations)| V2Content {
        routes,
        integrations,
        authorizers: Seen::Unset,
    });
    (scope(), id(), content).prop_map(|(scope, api_id, draft)| V2Unit {
        scope,
        planned: false,
        facts: V2Facts { api: v2::Api { api_id: api_id.into(), ..v2::Api::default() }, draft, ..V2Facts::default() },
    })
}

fn coverage() -> impl Strategy<Value = Coverage> {
    let kind = || prop_oneof![Just(Kind::RestApi), Just(Kind::Function), Just(Kind::Role), Just(Kind::VpcLinkV2)];
    let answer = prop_oneof![
        Just(Answer::Found),
        (word(), word()).prop_map(|(action, code)| Answer::Absent { action, code }),
        gap().prop_map(Answer::Gap)
    ];
    let id = text().prop_filter("named", |id| !id.is_empty());
    (vec((kind(), scope(), option::of(gap())), 0..4), vec((kind(), scope(), id, answer), 0..4)).prop_map(
        |(listed, asked)| {
            let mut coverage = Coverage::default();
            for (kind, scope, gap) in listed {
                match gap {
                    None => coverage.complete(kind, scope),
                    Some(gap) => coverage.partial(kind, scope, gap),
                }
            }
            for (kind, scope, id, answer) in asked {
                coverage.answer(Ref::new(kind, scope, id), answer);
            }
            coverage
        },
    )
}

fn held<T: std::fmt::Debug + Clone + 'static>(
    of: impl Strategy<Value = T> + 'static,
    id: fn(&T) -> &Text,
) -> BoxedStrategy<Vec<Held<T>>> {
    let once = move |things: Vec<(Scope, T)>| {
        let keyed: BTreeMap<_, _> = things
            .into_iter()
            .map(|(scope, facts)| ((scope.clone(), id(&facts).clone()), Held { scope, facts }))
            .collect();
        keyed.into_values().collect()
    };
    vec((scope(), of), 0..3).prop_map(once).boxed()
}

fn header() -> impl Strategy<Value = Header> {
    let source = (string(), string(), option::of(string())).prop_map(|(kind, name, account)| SourceInfo {
        taken: None,
        kind,
        name,
        account,
        region: None,
    });
    (string(), 0..4_000_000_000_i64, vec(source, 0..2)).prop_map(|(version, second, sources)| Header {
        format: FORMAT.into(),
        version,
        taken: jiff::Timestamp::from_second(second).unwrap(),
        sources,
    })
}

pub(super) fn capture() -> impl Strategy<Value = Whole> {
    let calls = btree_map(word(), any::<(u64, u64, u64)>(), 0..3).prop_map(|calls| {
        let count = |(made, retried, throttled)| CallCount { made, retried, throttled };
        calls.into_iter().map(|(call, counts)| (call, count(counts))).collect()
    });
    let shared =
        (held(function(), |it| &it.function_arn), held(role(), |it| &it.arn), held(group(), |it| &it.group_id))
            .prop_map(|(functions, roles, security_groups)| Shared {
                functions,
                roles,
                security_groups,
                ..Shared::default()
            });
    let units = vec(prop_oneof![rest_unit().prop_map(ApiUnit::Rest), v2_unit().prop_map(ApiUnit::V2)], 0..4);
    (header(), coverage(), calls, shared, units).prop_map(|(header, coverage, calls, shared, mut units)| {
        let mut seen = std::collections::BTreeSet::new();
        units.retain(|unit| seen.insert(crate::capture::file::front::unit_key(unit)));
        let directory = units.iter().map(ApiUnit::entry).collect();
        Whole { header, coverage, shared, directory, calls, units }
    })
}
