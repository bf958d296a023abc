//! An export beside the working copy of the same API: ids for what it names, and
//! whether it is an export at all.

use crate::model::unit::{RestContent, V2Content};
use crate::model::{Gap, Seen, Str, Text, rest};
use std::collections::BTreeMap;

/// Fills in what an export of a REST API leaves out: ids of resources by path, of
/// authorizers by name, and the `integrationTarget` of an integration that is otherwise
/// the same.
///
/// An authorizer whose name the working copy has not exactly once keeps its empty id,
/// and the methods that name it get a gap for theirs.
pub fn join_rest(draft: &RestContent, deployed: &mut RestContent) {
    let paths = draft.resources.set().into_iter().flatten().map(|resource| (&*resource.path, &resource.id));
    let ids: BTreeMap<&str, &Str> = paths.collect();
    let authorizers = Names::of(draft.authorizers.list(), |authorizer| (&authorizer.name, &authorizer.id));
    let drafted = integrations(draft);
    for resource in content(&mut deployed.resources) {
        if let Some(id) = ids.get(&*resource.path) {
            resource.id = (*id).clone();
        }
        for (verb, method) in &mut resource.resource_methods {
            authorizers.settle(&method.authorizer_name, &mut method.authorizer_id);
            if let (Seen::Set(served), Some(drafted)) =
                (&mut method.method_integration, drafted.get(&(&*resource.path, &**verb)))
            {
                take_target(drafted, served);
            }
        }
    }
    for authorizer in content(&mut deployed.authorizers) {
        authorizers.fill(&authorizer.name, &mut authorizer.id);
    }
}

fn integrations(content: &RestContent) -> BTreeMap<(&str, &str), &rest::Integration> {
    let resources = content.resources.set().into_iter().flatten();
    let methods = resources.flat_map(|resource| {
        resource.resource_methods.iter().map(move |(verb, method)| ((&*resource.path, &**verb), method))
    });
    methods.filter_map(|(at, method)| Some((at, method.method_integration.set()?))).collect()
}

/// An export shows no `integrationTarget`. Where link and address are those of the
/// working copy, so is the target, as the run assumes; otherwise it stays unknown.
fn take_target(drafted: &rest::Integration, served: &mut rest::Integration) {
    let same = drafted.connection_id == served.connection_id && drafted.uri == served.uri;
    if same && served.integration_target.gap().is_some() && drafted.integration_target.gap().is_none() {
        served.integration_target = drafted.integration_target.clone();
    }
}

/// Fills in the ids that an export of an HTTP API leaves out: routes by key, authorizers
/// by name, as [`join_rest`] does. Integrations keep the ids of their document.
pub fn join_http(draft: &V2Content, deployed: &mut V2Content) {
    let keys = draft.routes.set().into_iter().flatten().map(|route| (&route.route_key, &route.route_id));
    let ids: BTreeMap<&Text, &Str> = keys.collect();
    let authorizers = Names::of(draft.authorizers.list(), |authorizer| (&authorizer.name, &authorizer.authorizer_id));
    for route in content(&mut deployed.routes) {
        if let Some(id) = ids.get(&route.route_key) {
            route.route_id = (*id).clone();
        }
        authorizers.settle(&route.authorizer_name, &mut route.authorizer_id);
    }
    for authorizer in content(&mut deployed.authorizers) {
        authorizers.fill(&authorizer.name, &mut authorizer.authorizer_id);
    }
}

/// Does this export show what the stage of a REST API serves?
///
/// # Errors
/// The gap that hides the deployment: the export has no integration anywhere although
/// the working copy has some.
pub fn rest_is_deployed_view(draft: &RestContent, export: &RestContent) -> Result<(), Gap> {
    let integrated = |content: &RestContent| {
        let resources = content.resources.set().into_iter().flatten();
        let mut methods = resources.flat_map(|resource| resource.resource_methods.values());
        methods.any(|method| method.method_integration.set().is_some())
    };
    deployed_view(integrated(draft), integrated(export))
}

/// Does this export show what the stage of an HTTP API serves?
///
/// # Errors
/// As [`rest_is_deployed_view`].
pub fn http_is_deployed_view(draft: &V2Content, export: &V2Content) -> Result<(), Gap> {
    let integrated =
        |content: &V2Content| content.routes.set().into_iter().flatten().any(|route| route.target.set().is_some());
    deployed_view(integrated(draft), integrated(export))
}

fn deployed_view(draft_has_integrations: bool, export_has_integrations: bool) -> Result<(), Gap> {
    if draft_has_integrations && !export_has_integrations {
        return Err(Gap::not_readable("the deployment: its export shows no integration, the API has some"));
    }
    Ok(())
}

fn content<T>(list: &mut Seen<Vec<T>>) -> &mut [T] {
    match list {
        Seen::Set(list) => list,
        _ => &mut [],
    }
}

/// The working copy's authorizers by name; `None` for a name that several have.
struct Names<'a>(Result<BTreeMap<&'a str, Option<&'a Text>>, Gap>);

impl<'a> Names<'a> {
    fn of<T>(list: Result<&'a [T], Gap>, key: impl Fn(&'a T) -> (&'a Seen<Text>, &'a Text)) -> Self {
        let by_name = || {
            let mut by_name = BTreeMap::new();
            for (name, id) in list?.iter().map(key) {
                // A hidden name could be any of the export's names.
                let Some(name) = name.known()?.map(Text::known).transpose()? else { continue };
                by_name.entry(name).and_modify(|id| *id = None).or_insert(Some(id));
            }
            Ok(by_name)
        };
        Names(by_name())
    }

    fn id(&self, name: &Text) -> Result<&'a Text, Gap> {
        let says = |what: &str| Gap::not_readable(format!("the id of authorizer {name}: the working copy has {what}"));
        match self.0.as_ref().map_err(Gap::clone)?.get(name.known()?) {
            Some(Some(id)) if !id.is_empty() => Ok(id),
            Some(None) => Err(says("several of that name")),
            _ => Err(says("none of that name")),
        }
    }

    fn settle(&self, name: &Seen<Text>, id: &mut Seen<Text>) {
        if let Some(name) = name.set() {
            *id = self.id(name).map_or_else(Seen::Unknown, |id| Seen::Set(id.clone()));
        }
    }

    fn fill(&self, name: &Seen<Text>, id: &mut Text) {
        if let Some(found) = name.set().and_then(|name| self.id(name).ok()) {
            *id = found.clone();
        }
    }
}
