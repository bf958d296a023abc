//! REST APIs: apigateway 2015-07-09.

use super::facts::{id, map, name, number, tags, text, texts, word};
use super::session::{Refusal, Region, Session, pages};
use crate::model::{Gap, Seen, Str, rest};
use crate::source::calls::Call;
use aws_sdk_apigateway::types as sdk;

/// The most that a page may hold.
const LIMIT: i32 = 500;

pub(super) async fn rest_apis(session: &Session, region: &Region) -> Result<Vec<rest::RestApi>, Gap> {
    let on = arn(session, region, "/restapis");
    let mut apis = pages(Call::GetRestApis, async |position| {
        let request = region.apigateway.get_rest_apis().limit(LIMIT).set_position(position);
        let page = session.call(region, Call::GetRestApis, &on, || request.clone().send()).await?;
        Ok((page.items.unwrap_or_default(), page.position))
    })
    .await
    .map_err(Refusal::gap)?;
    apis.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(apis.into_iter().map(rest_api).collect())
}

/// Never a call per method: `embed=methods` brings all of them.
pub(super) async fn resources(session: &Session, region: &Region, api: &str) -> Seen<Vec<rest::Resource>> {
    let on = arn(session, region, &format!("/restapis/{api}/resources"));
    let resources = pages(Call::GetResources, async |position| {
        let request =
            region.apigateway.get_resources().rest_api_id(api).embed("methods").limit(LIMIT).set_position(position);
        let page = session.call(region, Call::GetResources, &on, || request.clone().send()).await?;
        Ok((page.items.unwrap_or_default().into_iter().map(resource).collect(), page.position))
    })
    .await;
    sorted(resources, |resource: &rest::Resource| (resource.path.clone(), resource.id.clone()))
}

/// The one listing without pages.
pub(super) async fn stages(session: &Session, region: &Region, api: &str) -> Seen<Vec<rest::Stage>> {
    let on = arn(session, region, &format!("/restapis/{api}/stages"));
    let request = region.apigateway.get_stages().rest_api_id(api);
    let answer = session.call(region, Call::GetStages, &on, || request.clone().send()).await;
    let stages = answer.map(|answer| answer.item.unwrap_or_default().into_iter().map(stage).collect());
    sorted(stages, |stage: &rest::Stage| stage.stage_name.clone())
}

/// The SDK has no paginator for these.
pub(super) async fn authorizers(session: &Session, region: &Region, api: &str) -> Seen<Vec<rest::Authorizer>> {
    let on = arn(session, region, &format!("/restapis/{api}/authorizers"));
    let authorizers = pages(Call::GetAuthorizers, async |position| {
        let request = region.apigateway.get_authorizers().rest_api_id(api).limit(LIMIT).set_position(position);
        let page = session.call(region, Call::GetAuthorizers, &on, || request.clone().send()).await?;
        Ok((page.items.unwrap_or_default().into_iter().map(authorizer).collect(), page.position))
    })
    .await;
    sorted(authorizers, |authorizer: &rest::Authorizer| authorizer.id.clone())
}

/// What a stage serves, as an OpenAPI 3 document with all of API Gateway's extensions.
pub(super) async fn export(session: &Session, region: &Region, api: &str, stage: &str) -> Result<Vec<u8>, Gap> {
    let on = arn(session, region, &format!("/restapis/{api}/stages/{stage}/exports/oas30"));
    let request = region
        .apigateway
        .get_export()
        .rest_api_id(api)
        .stage_name(stage)
        .export_type("oas30")
        .parameters("extensions", "apigateway")
        .accepts("application/json");
    let answer = session.call(region, Call::GetExport, &on, || request.clone().send()).await.map_err(Refusal::gap)?;
    Ok(answer.body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default())
}

pub(super) async fn vpc_links(session: &Session, region: &Region) -> Result<Vec<rest::VpcLink>, Gap> {
    let on = arn(session, region, "/vpclinks");
    let links = pages(Call::GetVpcLinks, async |position| {
        let request = region.apigateway.get_vpc_links().limit(LIMIT).set_position(position);
        let page = session.call(region, Call::GetVpcLinks, &on, || request.clone().send()).await?;
        Ok((page.items.unwrap_or_default(), page.position))
    })
    .await
    .map_err(Refusal::gap)?;
    Ok(links.into_iter().map(vpc_link).collect())
}

/// API Gateway's own ARNs name no account.
pub(super) fn arn(session: &Session, region: &Region, path: &str) -> String {
    format!("arn:{}:apigateway:{}::{path}", session.partition, region.name)
}

pub(super) fn sorted<T, K: Ord>(items: Result<Vec<T>, Refusal>, key: impl Fn(&T) -> K) -> Seen<Vec<T>> {
    match items {
        Ok(mut items) => {
            items.sort_by_key(key);
            Seen::Set(items)
        }
        Err(refusal) => Seen::Unknown(refusal.gap()),
    }
}

fn rest_api(api: sdk::RestApi) -> rest::RestApi {
    rest::RestApi {
        id: id(api.id),
        name: text(api.name),
        endpoint_configuration: api.endpoint_configuration.map(endpoint_configuration).into(),
        tags: tags(api.tags),
    }
}

fn endpoint_configuration(configuration: sdk::EndpointConfiguration) -> rest::EndpointConfiguration {
    let types = configuration.types.unwrap_or_default();
    rest::EndpointConfiguration { types: types.iter().map(|it| it.as_str().into()).collect() }
}

fn stage(stage: sdk::Stage) -> rest::Stage {
    rest::Stage {
        stage_name: id(stage.stage_name),
        deployment_id: name(stage.deployment_id),
        variables: map(stage.variables),
        canary_settings: stage.canary_settings.map(canary).into(),
        tags: tags(stage.tags),
    }
}

fn canary(canary: sdk::CanarySettings) -> rest::CanarySettings {
    let percent = canary.percent_traffic;
    rest::CanarySettings {
        percent_traffic: if percent == 0.0 {
            Seen::Unknown(Gap::not_readable("percentTraffic: the SDK cannot tell an absent value from 0"))
        } else {
            Seen::Set(percent)
        },
        deployment_id: name(canary.deployment_id),
        stage_variable_overrides: map(canary.stage_variable_overrides),
    }
}

fn resource(resource: sdk::Resource) -> rest::Resource {
    let methods = resource.resource_methods.unwrap_or_default();
    rest::Resource {
        id: id(resource.id),
        path: id(resource.path),
        resource_methods: methods
            .into_iter()
            .map(|(verb, of)| {
                let verb = Str::from(verb);
                (verb.clone(), Box::new(method(verb, of)))
            })
            .collect(),
    }
}

fn method(verb: Str, method: sdk::Method) -> rest::Method {
    rest::Method {
        http_method: method.http_method.map_or(verb, Str::from),
        authorization_type: word(method.authorization_type.as_deref()),
        authorizer_id: text(method.authorizer_id),
        authorizer_name: Seen::Unset,
        method_integration: method.method_integration.map(integration).into(),
    }
}

fn integration(integration: sdk::Integration) -> rest::Integration {
    rest::Integration {
        kind: word(integration.r#type.as_ref().map(sdk::IntegrationType::as_str)),
        http_method: text(integration.http_method),
        uri: text(integration.uri),
        connection_type: word(integration.connection_type.as_ref().map(sdk::ConnectionType::as_str)),
        connection_id: text(integration.connection_id),
        integration_target: text(integration.integration_target),
        credentials: text(integration.credentials),
        // The SDK's 0 says that there was no value; 50 is the least that AWS accepts.
        timeout_in_millis: number(Some(integration.timeout_in_millis).filter(|millis| *millis != 0)),
        response_transfer_mode: word(
            integration.response_transfer_mode.as_ref().map(sdk::ResponseTransferMode::as_str),
        ),
        request_parameters: map(integration.request_parameters),
        request_templates: map(integration.request_templates),
        passthrough_behavior: text(integration.passthrough_behavior),
        integration_responses: integration
            .integration_responses
            .map(|all| all.into_iter().map(|(status, of)| (status.into(), integration_response(of))).collect())
            .into(),
    }
}

fn integration_response(response: sdk::IntegrationResponse) -> rest::IntegrationResponse {
    rest::IntegrationResponse {
        selection_pattern: text(response.selection_pattern),
        response_templates: map(response.response_templates),
    }
}

fn authorizer(authorizer: sdk::Authorizer) -> rest::Authorizer {
    rest::Authorizer {
        id: id(authorizer.id),
        name: text(authorizer.name),
        // JWT is newer than this SDK and arrives as an unknown variant with its name.
        kind: text(authorizer.r#type.map(|kind| kind.as_str().to_owned())),
        authorizer_uri: text(authorizer.authorizer_uri),
        authorizer_credentials: text(authorizer.authorizer_credentials),
        identity_source: text(authorizer.identity_source),
        authorizer_result_ttl_in_seconds: number(authorizer.authorizer_result_ttl_in_seconds),
    }
}

fn vpc_link(link: sdk::VpcLink) -> rest::VpcLink {
    rest::VpcLink {
        id: id(link.id),
        name: text(link.name),
        target_arns: texts(link.target_arns),
        status: word(link.status.as_ref().map(sdk::VpcLinkStatus::as_str)),
        status_message: text(link.status_message),
        tags: tags(link.tags),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_of_the_sdk_are_no_facts() {
        let without = integration(sdk::Integration::builder().build());
        assert_eq!(without.timeout_in_millis, Seen::Unset);
        let with = integration(sdk::Integration::builder().timeout_in_millis(3_000).build());
        assert_eq!(with.timeout_in_millis, Seen::Set(3_000));
        let none = canary(sdk::CanarySettings::builder().deployment_id("d").build());
        assert!(none.percent_traffic.gap().is_some());
        assert_eq!(none.deployment_id, Seen::Set("d".into()));
        assert_eq!(canary(sdk::CanarySettings::builder().percent_traffic(2.5).build()).percent_traffic, Seen::Set(2.5));
    }

    #[test]
    fn responses_come_with_their_integration() {
        let response = sdk::IntegrationResponse::builder()
            .status_code("502")
            .selection_pattern(r"5\d{2}")
            .response_templates("application/json", "$input.body")
            .build();
        let found = integration(sdk::Integration::builder().integration_responses("502", response).build());
        let response = &found.integration_responses.set().unwrap()["502"];
        assert_eq!(response.selection_pattern, Seen::Set(r"5\d{2}".into()));
        assert_eq!(response.response_templates.set().unwrap()["application/json"], "$input.body".into());
    }

    #[test]
    fn variants_newer_than_the_sdk_keep_their_names() {
        let jwt = authorizer(sdk::Authorizer::builder().id("a").r#type("JWT".into()).build());
        assert_eq!(jwt.kind, Seen::Set("JWT".into()));
    }

    #[test]
    fn methods_come_with_their_integration() {
        let get = sdk::Method::builder()
            .http_method("GET")
            .authorization_type("CUSTOM")
            .authorizer_id("auth1")
            .method_integration(
                sdk::Integration::builder().r#type(sdk::IntegrationType::AwsProxy).http_method("POST").uri("u").build(),
            )
            .build();
        let found = resource(sdk::Resource::builder().id("r").path("/a").resource_methods("GET", get).build());
        let get = &found.resource_methods["GET"];
        assert!(get.method_integration.set().unwrap().integration_responses.is_unset());
        assert_eq!(get.authorization_type, Seen::Set(rest::AuthorizationType::Custom));
        let integration = get.method_integration.set().unwrap();
        assert_eq!(integration.kind, Seen::Set(rest::IntegrationType::AwsProxy));
        assert_eq!(integration.http_method, Seen::Set("POST".into()));
        assert_eq!(integration.connection_id, Seen::Unset);
    }
}
