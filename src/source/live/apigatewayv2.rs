//! HTTP and WebSocket APIs: apigatewayv2 2018-11-29.
//!
//! AWS documents no largest page here, so pages keep the size that the service chooses.

use super::apigateway::{arn, sorted};
use super::facts::{id, map, name, number, tags, text, texts, word};
use super::session::{Refusal, Region, Session, pages};
use crate::model::{Gap, Seen, Text, v2};
use crate::source::calls::Call;
use aws_sdk_apigatewayv2::types as sdk;

/// Reads a collection that is paged by `NextToken`.
macro_rules! collection {
    ($session:ident, $region:ident, $call:expr, $on:expr, $request:expr, $convert:expr) => {{
        let on = $on;
        let request = $request;
        pages($call, async |token| {
            let request = request.clone().set_next_token(token);
            let page = $session.call($region, $call, &on, || request.clone().send()).await?;
            Ok((page.items.unwrap_or_default().into_iter().map($convert).collect(), page.next_token))
        })
        .await
    }};
}

pub(super) async fn apis(session: &Session, region: &Region) -> Result<Vec<v2::Api>, Gap> {
    let on = arn(session, region, "/apis");
    let apis = collection!(session, region, Call::GetApis, on, region.apigatewayv2.get_apis(), api);
    let mut apis = apis.map_err(Refusal::gap)?;
    apis.sort_by(|a: &v2::Api, b| a.api_id.cmp(&b.api_id));
    Ok(apis)
}

pub(super) async fn routes(session: &Session, region: &Region, api: &str) -> Seen<Vec<v2::Route>> {
    let on = arn(session, region, &format!("/apis/{api}/routes"));
    let request = region.apigatewayv2.get_routes().api_id(api);
    let routes = collection!(session, region, Call::GetRoutesV2, on, request, route);
    sorted(routes, |route: &v2::Route| (route.route_key.clone(), route.route_id.clone()))
}

pub(super) async fn integrations(session: &Session, region: &Region, api: &str) -> Seen<Vec<v2::Integration>> {
    let on = arn(session, region, &format!("/apis/{api}/integrations"));
    let request = region.apigatewayv2.get_integrations().api_id(api);
    let integrations = collection!(session, region, Call::GetIntegrationsV2, on, request, integration);
    sorted(integrations, |integration: &v2::Integration| integration.integration_id.clone())
}

pub(super) async fn authorizers(session: &Session, region: &Region, api: &str) -> Seen<Vec<v2::Authorizer>> {
    let on = arn(session, region, &format!("/apis/{api}/authorizers"));
    let request = region.apigatewayv2.get_authorizers().api_id(api);
    let authorizers = collection!(session, region, Call::GetAuthorizersV2, on, request, authorizer);
    sorted(authorizers, |authorizer: &v2::Authorizer| authorizer.authorizer_id.clone())
}

pub(super) async fn stages(session: &Session, region: &Region, api: &str) -> Seen<Vec<v2::Stage>> {
    let on = arn(session, region, &format!("/apis/{api}/stages"));
    let request = region.apigatewayv2.get_stages().api_id(api);
    let stages = collection!(session, region, Call::GetStagesV2, on, request, stage);
    sorted(stages, |stage: &v2::Stage| stage.stage_name.clone())
}

pub(super) async fn deployments(session: &Session, region: &Region, api: &str) -> Seen<Vec<v2::Deployment>> {
    let on = arn(session, region, &format!("/apis/{api}/deployments"));
    let request = region.apigatewayv2.get_deployments().api_id(api);
    let deployments = collection!(session, region, Call::GetDeploymentsV2, on, request, deployment);
    sorted(deployments, |deployment: &v2::Deployment| deployment.deployment_id.clone())
}

/// What a stage of an HTTP API serves. WebSocket APIs cannot be exported.
pub(super) async fn export(session: &Session, region: &Region, api: &str, stage: &str) -> Result<Vec<u8>, Gap> {
    let on = arn(session, region, &format!("/apis/{api}/exports/OAS30"));
    let request = region
        .apigatewayv2
        .export_api()
        .api_id(api)
        .stage_name(stage)
        .specification("OAS30")
        .output_type("JSON")
        .include_extensions(true);
    let answer = session.call(region, Call::ExportApi, &on, || request.clone().send()).await.map_err(Refusal::gap)?;
    Ok(answer.body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default())
}

pub(super) async fn vpc_links(session: &Session, region: &Region) -> Result<Vec<v2::VpcLink>, Gap> {
    let on = arn(session, region, "/vpclinks");
    let request = region.apigatewayv2.get_vpc_links();
    collection!(session, region, Call::GetVpcLinksV2, on, request, vpc_link).map_err(Refusal::gap)
}

fn api(api: sdk::Api) -> v2::Api {
    v2::Api {
        api_id: id(api.api_id),
        name: text(api.name),
        protocol_type: word(api.protocol_type.as_ref().map(sdk::ProtocolType::as_str)),
        route_selection_expression: text(api.route_selection_expression),
        tags: tags(api.tags),
    }
}

fn stage(stage: sdk::Stage) -> v2::Stage {
    v2::Stage {
        stage_name: id(stage.stage_name),
        auto_deploy: stage.auto_deploy.into(),
        deployment_id: name(stage.deployment_id),
        last_deployment_status_message: text(stage.last_deployment_status_message),
        stage_variables: map(stage.stage_variables),
        tags: tags(stage.tags),
    }
}

fn deployment(deployment: sdk::Deployment) -> v2::Deployment {
    let iso = aws_smithy_types::date_time::Format::DateTime;
    v2::Deployment {
        deployment_id: id(deployment.deployment_id),
        deployment_status: word(deployment.deployment_status.as_ref().map(sdk::DeploymentStatus::as_str)),
        auto_deployed: deployment.auto_deployed.into(),
        created_date: text(deployment.created_date.and_then(|date| date.fmt(iso).ok())),
    }
}

fn route(route: sdk::Route) -> v2::Route {
    v2::Route {
        route_id: id(route.route_id),
        route_key: Text::from(route.route_key.unwrap_or_default()),
        target: text(route.target),
        authorization_type: word(route.authorization_type.as_ref().map(sdk::AuthorizationType::as_str)),
        authorizer_id: text(route.authorizer_id),
        authorizer_name: Seen::Unset,
    }
}

fn integration(integration: sdk::Integration) -> v2::Integration {
    v2::Integration {
        integration_id: id(integration.integration_id),
        kind: word(integration.integration_type.as_ref().map(sdk::IntegrationType::as_str)),
        integration_subtype: text(integration.integration_subtype),
        integration_method: text(integration.integration_method),
        integration_uri: text(integration.integration_uri),
        connection_type: word(integration.connection_type.as_ref().map(sdk::ConnectionType::as_str)),
        connection_id: text(integration.connection_id),
        credentials_arn: text(integration.credentials_arn),
        payload_format_version: text(integration.payload_format_version),
        timeout_in_millis: number(integration.timeout_in_millis.filter(|millis| *millis != 0)),
        request_parameters: map(integration.request_parameters),
        request_templates: map(integration.request_templates),
        tls_config: integration
            .tls_config
            .map(|tls| v2::TlsConfig { server_name_to_verify: text(tls.server_name_to_verify) })
            .into(),
    }
}

fn authorizer(authorizer: sdk::Authorizer) -> v2::Authorizer {
    v2::Authorizer {
        authorizer_id: id(authorizer.authorizer_id),
        name: text(authorizer.name),
        authorizer_type: text(authorizer.authorizer_type.map(|kind| kind.as_str().to_owned())),
        authorizer_uri: text(authorizer.authorizer_uri),
        authorizer_credentials_arn: text(authorizer.authorizer_credentials_arn),
        authorizer_payload_format_version: text(authorizer.authorizer_payload_format_version),
    }
}

fn vpc_link(link: sdk::VpcLink) -> v2::VpcLink {
    v2::VpcLink {
        vpc_link_id: id(link.vpc_link_id),
        name: text(link.name),
        security_group_ids: texts(link.security_group_ids),
        subnet_ids: texts(link.subnet_ids),
        vpc_link_status: word(link.vpc_link_status.as_ref().map(sdk::VpcLinkStatus::as_str)),
        vpc_link_status_message: text(link.vpc_link_status_message),
        vpc_link_version: text(link.vpc_link_version.map(|version| version.as_str().to_owned())),
        tags: tags(link.tags),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_times_as_the_cli_prints_them() {
        let stamp = aws_smithy_types::DateTime::from_secs(1_700_000_000);
        let made = deployment(
            sdk::Deployment::builder()
                .deployment_id("d")
                .deployment_status(sdk::DeploymentStatus::Deployed)
                .created_date(stamp)
                .build(),
        );
        assert_eq!(made.created_date, Seen::Set("2023-11-14T22:13:20Z".into()));
        assert_eq!(made.deployment_status, Seen::Set(v2::DeploymentStatus::Deployed));
        assert_eq!(made.auto_deployed, Seen::Unset);
    }
}
