//! The APIs: which there are, and all that belongs to each.

use super::ask::{Ask, View};
use super::error::LiveError;
use super::session::{Region, Session};
use super::{apigateway, apigatewayv2, deployed, sts};
use crate::capture::Names;
use crate::model::unit::{RestContent, RestFacts, RestUnit, V2Content, V2Facts, V2Unit};
use crate::model::{ApiUnit, Gap, Kind, Scope, Seen, Text, rest, v2};
use futures_util::future;
use std::collections::BTreeSet;
use std::rc::Rc;

/// An API that was asked for, not yet read.
pub(super) enum Listed {
    Rest(Rc<Region>, rest::RestApi),
    V2(Rc<Region>, v2::Api),
}

/// A listing of APIs: complete, or why not.
pub(super) type Listing = (Kind, Scope, Option<Gap>);

/// Both listings of every region, and the APIs that nobody asked for.
pub(super) async fn list(
    session: &Session,
    ask: &Ask,
    regions: &[String],
) -> Result<(Vec<Listed>, Vec<Listing>, Names), LiveError> {
    let (mut apis, mut listings, mut left_out) = (Vec::new(), Vec::new(), Names::default());
    let each = regions.iter().map(|name| async move {
        let region = session.region(name);
        let (rest, v2) =
            future::join(apigateway::rest_apis(session, &region), apigatewayv2::apis(session, &region)).await;
        (region, rest, v2)
    });
    for (region, rest, v2) in future::join_all(each).await {
        if let (Err(Gap::Failed { code, .. }), Err(Gap::Failed { .. })) = (&rest, &v2)
            && let unknown @ LiveError::UnknownRegion { .. } =
                sts::nothing_answers(&session.config, "apigateway", &region.name, code.clone())
        {
            return Err(unknown);
        }
        listings.push(listing(Kind::RestApi, &region, rest.as_ref().err()));
        listings.push(listing(Kind::Api, &region, v2.as_ref().err()));
        let rest = rest.into_iter().flatten().map(|api| Listed::Rest(region.clone(), api));
        let v2 = v2.into_iter().flatten().map(|api| Listed::V2(region.clone(), api));
        for api in rest.chain(v2) {
            let (id, name) = api.names();
            if ask.wants_api(&id, name.as_deref()) {
                apis.push(api);
            } else {
                left_out.api(id, name);
            }
        }
    }
    let gaps: Vec<&Gap> = listings.iter().filter_map(|(_, _, gap)| gap.as_ref()).collect();
    match gaps.first() {
        Some(first) if gaps.len() == listings.len() => Err(LiveError::every_listing_failed(first)),
        _ => Ok((apis, listings, left_out)),
    }
}

/// Credentials that STS accepted a moment ago are refused where the account has not
/// enabled the region.
fn listing(kind: Kind, region: &Region, gap: Option<&Gap>) -> Listing {
    let gap = gap.map(|gap| match gap {
        Gap::Failed { code, .. }
            if matches!(code.as_str(), "UnrecognizedClientException" | "InvalidClientTokenId" | "AuthFailure") =>
        {
            Gap::Disabled { region: region.name.to_string() }
        }
        gap => gap.clone(),
    });
    (kind, region.scope.clone(), gap)
}

impl Listed {
    /// The id and the name.
    fn names(&self) -> (String, Option<String>) {
        let (id, name) = match self {
            Listed::Rest(_, api) => (&api.id, &api.name),
            Listed::V2(_, api) => (&api.api_id, &api.name),
        };
        (id.to_string(), name.set().and_then(Text::lit).map(str::to_owned))
    }
}

/// Everything about one API.
///
/// # Errors
/// It has none of the stages that were asked for: its names, and those of the stages that it has.
pub(super) async fn read(session: &Session, ask: &Ask, api: Listed) -> Result<ApiUnit, Names> {
    let (id, name) = api.names();
    let unit = match api {
        Listed::Rest(region, api) => read_rest(session, ask, &region, api).await.map(ApiUnit::Rest),
        Listed::V2(region, api) => read_v2(session, ask, &region, api).await.map(ApiUnit::V2),
    };
    unit.map_err(|stages| {
        let mut left_out = Names { stages, ..Names::default() };
        left_out.api(id, name);
        left_out
    })
}

/// The stages that an API has instead of those that were asked for.
type Others = BTreeSet<String>;

async fn read_rest(session: &Session, ask: &Ask, region: &Region, api: rest::RestApi) -> Result<RestUnit, Others> {
    let id = api.id.to_string();
    let stages = async {
        let stages = apigateway::stages(session, region, &id).await;
        asked_for(ask, stages, |stage| &stage.stage_name)
    };
    // Held until this API is read.
    let mut place = None;
    let resources = async |place: &mut Option<_>| {
        *place = session.unpacked.acquire().await.ok();
        apigateway::resources(session, region, &id).await
    };
    let authorizers = apigateway::authorizers(session, region, &id);
    let mut draft = RestContent { resources: unread_draft(), authorizers: Seen::Unset };
    let stages = if !ask.stages.is_empty() {
        // The stages decide whether this API is read at all.
        let stages = stages.await?;
        draft.authorizers = authorizers.await;
        if ask.view != View::Deployed {
            draft.resources = resources(&mut place).await;
        }
        stages
    } else if ask.view == View::Deployed {
        let (stages, authorizers) = future::join(stages, authorizers).await;
        draft.authorizers = authorizers;
        stages?
    } else {
        let (resources, stages, authorizers) = future::join3(resources(&mut place), stages, authorizers).await;
        draft = RestContent { resources, authorizers };
        stages?
    };
    let served = deployed::served(stages.set().map_or(&[], Vec::as_slice));
    let deployed = if ask.view.deployed() {
        let exports = deployed::rest(session, region, &id, &served).await;
        // Nobody knows what stages serve that could not be listed.
        if ask.view == View::Deployed && (stages.gap().is_some() || deployed::needs_draft(&exports)) {
            draft.resources = resources(&mut place).await;
        }
        deployed::join_rest(exports, &draft)
    } else {
        deployed::unread(&served)
    };
    drop(place);
    Ok(RestUnit { scope: region.scope.clone(), facts: RestFacts { api, stages, draft, deployed }, planned: false })
}

fn unread_draft<T>() -> Seen<T> {
    Seen::Unknown(Gap::not_readable("the draft was not asked for"))
}

async fn read_v2(session: &Session, ask: &Ask, region: &Region, api: v2::Api) -> Result<V2Unit, Others> {
    let id = api.api_id.to_string();
    let (stages, deployments, routes, integrations, authorizers) = future::join5(
        apigatewayv2::stages(session, region, &id),
        apigatewayv2::deployments(session, region, &id),
        apigatewayv2::routes(session, region, &id),
        apigatewayv2::integrations(session, region, &id),
        apigatewayv2::authorizers(session, region, &id),
    )
    .await;
    let stages = asked_for(ask, stages, |stage| &stage.stage_name)?;
    let draft = V2Content { routes, integrations, authorizers };
    let listed = stages.set().map_or(&[][..], Vec::as_slice);
    let deployed = deployed::http(session, region, &api, listed, &deployments, &draft, ask.view.deployed()).await;
    Ok(V2Unit {
        scope: region.scope.clone(),
        facts: V2Facts { api, stages, deployments, draft, deployed },
        planned: false,
    })
}

/// Only these stages.
///
/// # Errors
/// Stages were asked for and the API has none of them.
fn asked_for<T>(ask: &Ask, stages: Seen<Vec<T>>, name: impl Fn(&T) -> &Text) -> Result<Seen<Vec<T>>, Others> {
    let name = |stage: &T| name(stage).to_string();
    match stages {
        Seen::Set(stages) if !ask.stages.is_empty() => {
            let (wanted, others): (Vec<T>, Vec<T>) =
                stages.into_iter().partition(|stage| ask.wants_stage(&name(stage)));
            if wanted.is_empty() { Err(others.iter().map(name).collect()) } else { Ok(Seen::Set(wanted)) }
        }
        stages => Ok(stages),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_without_the_stages_asked_for_is_left_out() {
        let stage = |name: &str| rest::Stage { stage_name: name.into(), ..Default::default() };
        let kept = |asked: &[&str], stages| {
            let ask = Ask { stages: asked.iter().map(|it| (*it).to_owned()).collect(), ..Ask::default() };
            asked_for(&ask, stages, |stage: &rest::Stage| &stage.stage_name)
        };
        let both = Seen::Set(vec![stage("dev"), stage("prod")]);
        assert_eq!(kept(&["prod"], both.clone()), Ok(Seen::Set(vec![stage("prod")])));
        let others = ["dev".to_owned(), "prod".to_owned()].into();
        assert_eq!(kept(&["none"], both.clone()), Err(others), "they are told");
        assert_eq!(kept(&[], both.clone()), Ok(both));
        assert_eq!(kept(&[], Seen::Set(Vec::new())), Ok(Seen::Set(Vec::new())));
        let hidden = Seen::Unknown(Gap::not_readable("x"));
        assert_eq!(kept(&["prod"], hidden.clone()), Ok(hidden));
    }
}
