//! The deployed view: what stages serve, read through exports.
//!
//! A stage serves its deployment, not the editable configuration, and an export is the
//! only way to read a deployment: one for each distinct deployment, through any stage on
//! it. A canary's deployment can be read only where some stage serves it by itself.

use super::session::{Region, Session};
use super::{apigateway, apigatewayv2};
use crate::model::unit::{RestContent, RestDeployed, V2Content, V2Deployed};
use crate::model::{Gap, Seen, Str, Text, rest, v2};
use crate::source::openapi;
use futures_util::future;
use std::collections::BTreeMap;

/// Deployments with a stage through which each can be exported, if there is one.
type Served<'a> = BTreeMap<&'a Str, Option<&'a Text>>;

/// Every deployment that some stage or canary serves.
pub(super) fn served(stages: &[rest::Stage]) -> Served<'_> {
    let mut served = Served::new();
    for stage in stages {
        if let Some(deployment) = stage.deployment_id.set() {
            served.entry(deployment).or_default().get_or_insert(&stage.stage_name);
        }
        if let Some(deployment) = stage.canary_settings.set().and_then(|canary| canary.deployment_id.set()) {
            served.entry(deployment).or_default();
        }
    }
    served
}

/// The exports of a REST API, not yet compared with its draft.
pub(super) async fn rest(session: &Session, region: &Region, api: &str, served: &Served<'_>) -> Vec<RestDeployed> {
    let exports = served.iter().map(|(deployment, stage)| async move {
        let content = match stage {
            Some(stage) => {
                apigateway::export(session, region, api, &stage.to_string()).await.and_then(|json| read_rest(&json))
            }
            None => Err(Gap::not_readable("the deployment of a canary that no stage serves by itself")),
        };
        RestDeployed { deployment_id: (*deployment).clone(), content: content.map_or_else(Seen::Unknown, Seen::Set) }
    });
    future::join_all(exports).await
}

/// What the caller did not ask for is unknown, not absent.
pub(super) fn unread(served: &Served<'_>) -> Vec<RestDeployed> {
    let unread = |deployment: &&Str| RestDeployed {
        deployment_id: (*deployment).clone(),
        content: Seen::Unknown(Gap::not_readable("the deployed view was not asked for")),
    };
    served.keys().map(unread).collect()
}

/// Must the draft be read although only the deployed view was asked for? Where an export
/// cannot be read the draft stands in, and an export without any integration is believed
/// only after a look at the draft.
pub(super) fn needs_draft(deployed: &[RestDeployed]) -> bool {
    deployed.iter().any(|one| match &one.content {
        Seen::Set(content) => !content
            .resources
            .set()
            .into_iter()
            .flatten()
            .flat_map(|resource| resource.resource_methods.values())
            .any(|method| method.method_integration.set().is_some()),
        _ => true,
    })
}

/// Gives exported content the ids that only the draft has, and refuses exports that
/// cannot be what a stage serves.
pub(super) fn join_rest(deployed: Vec<RestDeployed>, draft: &RestContent) -> Vec<RestDeployed> {
    let join = |content| joined_rest(content, draft).map_or_else(Seen::Unknown, Seen::Set);
    let join = |one: RestDeployed| match one.content {
        Seen::Set(content) => RestDeployed { content: join(content), ..one },
        content => RestDeployed { content, ..one },
    };
    deployed.into_iter().map(join).collect()
}

/// One entry for each deployment that is not known to be the latest configuration.
pub(super) async fn http(
    session: &Session,
    region: &Region,
    api: &v2::Api,
    stages: &[v2::Stage],
    deployments: &Seen<Vec<v2::Deployment>>,
    draft: &V2Content,
    read: bool,
) -> Vec<V2Deployed> {
    let mut served: BTreeMap<&Str, &Text> = BTreeMap::new();
    for stage in stages.iter().filter(|stage| !stage.serves_draft(deployments)) {
        if let Some(deployment) = stage.deployment_id.set() {
            served.entry(deployment).or_insert(&stage.stage_name);
        }
    }
    let socket = api.protocol_type.set() == Some(&v2::ProtocolType::WebSocket);
    let exports = served.into_iter().map(|(deployment, stage)| async move {
        let content = if !read {
            Err(Gap::not_readable("the deployed view was not asked for"))
        } else if socket {
            Err(Gap::no_websocket_export())
        } else {
            let json = apigatewayv2::export(session, region, &api.api_id.to_string(), &stage.to_string()).await;
            json.and_then(|json| read_http(&json)).and_then(|content| joined_http(content, draft))
        };
        V2Deployed { deployment_id: deployment.clone(), content: content.map_or_else(Seen::Unknown, Seen::Set) }
    });
    future::join_all(exports).await
}

fn read_rest(json: &[u8]) -> Result<RestContent, Gap> {
    openapi::rest_export(&String::from_utf8_lossy(json)).map_err(unreadable)
}

fn joined_rest(mut exported: RestContent, draft: &RestContent) -> Result<RestContent, Gap> {
    openapi::rest_is_deployed_view(draft, &exported)?;
    openapi::join_rest(draft, &mut exported);
    Ok(exported)
}

fn read_http(json: &[u8]) -> Result<V2Content, Gap> {
    openapi::http_export(&String::from_utf8_lossy(json)).map_err(unreadable)
}

fn joined_http(mut exported: V2Content, draft: &V2Content) -> Result<V2Content, Gap> {
    openapi::http_is_deployed_view(draft, &exported)?;
    openapi::join_http(draft, &mut exported);
    Ok(exported)
}

fn unreadable(error: impl std::fmt::Display) -> Gap {
    Gap::not_readable(format!("the export: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, deployment: &str, canary: Option<&str>) -> rest::Stage {
        let canary =
            canary.map(|id| rest::CanarySettings { deployment_id: Seen::Set(id.into()), ..Default::default() });
        rest::Stage {
            stage_name: name.into(),
            deployment_id: Seen::Set(deployment.into()),
            canary_settings: canary.into(),
            ..Default::default()
        }
    }

    #[test]
    fn each_deployment_is_exported_once_through_a_stage_that_serves_it() {
        let stages = [stage("dev", "d2", None), stage("prod", "d1", Some("d2")), stage("test", "d1", Some("d3"))];
        let served = served(&stages);
        let served: Vec<_> = served.iter().map(|(id, stage)| (&***id, stage.and_then(|it| it.lit()))).collect();
        assert_eq!(served, [("d1", Some("prod")), ("d2", Some("dev")), ("d3", None)]);
    }

    #[test]
    fn the_latest_configuration_is_live_only_where_its_deployment_succeeded() {
        let deployment = |status: &str| {
            Seen::Set(vec![v2::Deployment {
                deployment_id: "d1".into(),
                deployment_status: Seen::Set(status.into()),
                ..Default::default()
            }])
        };
        let stage = |auto, message: Option<&str>| v2::Stage {
            auto_deploy: Seen::Set(auto),
            deployment_id: Seen::Set("d1".into()),
            last_deployment_status_message: message.map(|it| it.into()).into(),
            ..Default::default()
        };
        assert!(stage(true, Some("Successfully deployed stage with deployment ID 'd1'")).serves_draft(&Seen::Unset));
        assert!(stage(true, None).serves_draft(&deployment("DEPLOYED")));
        assert!(
            !stage(true, Some("Deployment attempt failed: Unable to deploy")).serves_draft(&deployment("DEPLOYED"))
        );
        assert!(!stage(true, None).serves_draft(&deployment("FAILED")));
        assert!(!stage(false, None).serves_draft(&deployment("DEPLOYED")));
    }
}
