//! The routes of an API in one view.

use super::serving::{Content, Serving};
use super::{By, Request};
use crate::model::unit::Protocol;
use crate::model::{Gap, Seen, Str, Text, logical_id, rest, v2};

/// A route: what is matched, who is asked first, and where it goes.
#[derive(Debug, Clone)]
pub struct Route<'g> {
    /// As AWS writes it: `GET /orders/{id}`, `$default`, `sendmessage`.
    pub key: String,
    pub method: Option<Str>,
    pub path: Option<Str>,
    /// The Lambda authorizer, where the route has one.
    pub authorizer: Seen<By<'g>>,
    pub integration: Seen<By<'g>>,
    /// Of a REST method: the resource's id, for the commands that mend it.
    pub resource_id: Option<&'g Str>,
}

impl<'g> Serving<'g> {
    /// The routes of this view.
    ///
    /// # Errors
    /// The gap that hides them.
    pub fn routes(&self) -> Result<Vec<Route<'g>>, Gap> {
        match self.content {
            Content::Rest(content) => {
                let resources = content.resources.list()?;
                let methods = resources.iter().flat_map(|resource| {
                    resource.resource_methods.iter().map(move |(verb, method)| (resource, verb, method))
                });
                Ok(methods
                    .map(|(resource, verb, method)| Route {
                        key: format!("{verb} {}", resource.path),
                        method: Some(verb.clone()),
                        path: Some(resource.path.clone()),
                        authorizer: rest_authorizer(method, &content.authorizers),
                        integration: match &method.method_integration {
                            Seen::Set(integration) => Seen::Set(By::Rest(integration)),
                            Seen::Unset => Seen::Unset,
                            Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
                        },
                        resource_id: Some(&resource.id).filter(|id| !id.is_empty()),
                    })
                    .collect())
            }
            Content::V2(content) => {
                let routes = content.routes.list()?.iter();
                Ok(routes
                    .map(|route| {
                        let key = route.route_key.to_string();
                        let (method, path) = match key.split_once(' ') {
                            // A WebSocket route's key is one text, spaces and all.
                            Some((method, path)) if self.unit.protocol() != Protocol::WebSocket => {
                                (Some(method.into()), Some(path.into()))
                            }
                            _ => (None, None),
                        };
                        let authorizer = v2_authorizer(route, &content.authorizers, self.unit.protocol());
                        let integration = v2_integration(route, &content.integrations);
                        Route { key, method, path, authorizer, integration, resource_id: None }
                    })
                    .collect())
            }
        }
    }

    pub fn request(&self, route: &Route<'_>) -> Request {
        let id = self.unit.id();
        // What a template makes is called as there, whichever other templates are read.
        let made = || id.lit().is_none().then(|| logical_id(&id.label()).to_owned());
        Request {
            api: id.label().into(),
            api_name: self.unit.name().or_else(made),
            stage: self.stage.map(|stage| stage.called().into()),
            canary: self.canary,
            route: route.key.clone(),
            method: route.method.clone(),
            path: route.path.clone(),
        }
    }
}

fn rest_authorizer<'g>(method: &rest::Method, all: &'g Seen<Vec<rest::Authorizer>>) -> Seen<By<'g>> {
    match &method.authorization_type {
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        Seen::Set(rest::AuthorizationType::Custom) => {
            let of = (&method.authorizer_id, &method.authorizer_name);
            one(of, all, |it| (&it.id, &it.name)).map(By::RestAuthorizer)
        }
        _ => Seen::Unset,
    }
}

fn v2_authorizer<'g>(route: &v2::Route, all: &'g Seen<Vec<v2::Authorizer>>, protocol: Protocol) -> Seen<By<'g>> {
    let message = protocol == Protocol::WebSocket && route.route_key.lit().is_some_and(|key| key != "$connect");
    match &route.authorization_type {
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        Seen::Set(kind) if message && *kind != v2::AuthorizationType::None => Seen::Unknown(Gap::not_modelled(
            format!("a WebSocket route other than $connect with {kind} authorization, which API Gateway refuses"),
        )),
        Seen::Set(v2::AuthorizationType::Custom) => {
            let of = (&route.authorizer_id, &route.authorizer_name);
            one(of, all, |it| (&it.authorizer_id, &it.name)).map(By::V2Authorizer)
        }
        _ => Seen::Unset,
    }
}

/// By id, or by name where the view names its authorizers.
fn one<'g, T>(
    (id, name): (&Seen<Text>, &Seen<Text>),
    all: &'g Seen<Vec<T>>,
    names: impl Fn(&T) -> (&Text, &Seen<Text>),
) -> Seen<&'g T> {
    let all = match all.list() {
        Ok(all) => all,
        Err(gap) => return Seen::Unknown(gap),
    };
    let wanted_id = id.set().filter(|id| !id.is_empty());
    let by_id = wanted_id.and_then(|id| all.iter().find(|it| names(it).0 == id));
    let by_name = || {
        let mut named = all.iter().filter(|it| name.set().is_some() && names(it).1.set() == name.set());
        named.next().filter(|_| named.next().is_none())
    };
    match by_id.or_else(by_name) {
        Some(found) => Seen::Set(found),
        None => Seen::Unknown(
            id.gap().or(name.gap()).cloned().unwrap_or_else(|| Gap::not_modelled("an authorizer that the API lacks")),
        ),
    }
}

fn v2_integration<'g>(route: &v2::Route, all: &'g Seen<Vec<v2::Integration>>) -> Seen<By<'g>> {
    let target = match route.target.known() {
        Err(gap) => return Seen::Unknown(gap),
        Ok(None) => return Seen::Unset,
        Ok(Some(target)) => target,
    };
    let found = match all.list() {
        Err(gap) => return Seen::Unknown(gap),
        Ok(all) => {
            let id = target.strip_prefix("integrations/");
            all.iter().find(|it| Some(&it.integration_id) == id.as_ref())
        }
    };
    match (found, target.known()) {
        (Some(integration), _) => Seen::Set(By::V2(integration)),
        (None, Err(gap)) => Seen::Unknown(gap),
        (None, Ok(target)) => Seen::Unknown(Gap::not_modelled(format!("a route whose target is {target}"))),
    }
}
