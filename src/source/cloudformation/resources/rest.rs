//! REST APIs, resource by resource or as one body.

use super::fields::{Fields, text};
use super::{Declared, Facts, Stack, base_path, body};
use crate::capture::Held;
use crate::model::rest::{
    Authorizer, CanarySettings, EndpointConfiguration, EndpointType, Integration, IntegrationResponse, Method,
    Resource, RestApi, Stage, VpcLink,
};
use crate::model::unit::{RestContent, RestFacts, RestUnit};
use crate::model::{Gap, Seen, Str, Text};
use std::collections::{BTreeMap, BTreeSet};

/// The way from a resource to its API's root, whoever's template says it.
#[derive(Default)]
pub(super) struct Paths {
    roots: BTreeSet<Text>,
    steps: BTreeMap<Text, Step>,
}

struct Step {
    logical_id: Str,
    part: Seen<Text>,
    parent: Seen<Text>,
}

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let links = stack.of("AWS::ApiGateway::VpcLink").map(|it| link(stack, it));
    into.shared.vpc_links_v1.extend(links.map(|facts| Held { scope: stack.scope.clone(), facts }));
    for declared in stack.of("AWS::ApiGateway::RestApi") {
        into.paths.roots.insert(stack.attribute(declared, "RootResourceId"));
        into.rest.push(RestUnit { scope: stack.scope.clone(), facts: api(stack, declared), planned: true });
    }
    for declared in stack.of("AWS::ApiGateway::Resource") {
        let fields = stack.named(declared, declared.logical_id.to_string());
        let (part, parent) = (fields.text("PathPart", "pathPart"), fields.text("ParentId", "parentId"));
        let step = Step { logical_id: declared.logical_id.clone(), part, parent };
        into.paths.steps.insert(declared.reference.clone(), step);
    }
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let Facts { rest: units, paths, .. } = of;
    each(stack, "AWS::ApiGateway::Authorizer", units, |_, part, unit| {
        let one = authorizer(stack, part, &unit.api.id);
        add(&mut unit.draft.authorizers, one, &part.undecided);
    });
    each(stack, "AWS::ApiGateway::Method", units, |fields, part, unit| method(stack, &fields, part, paths, unit));
    each(stack, "AWS::ApiGateway::Deployment", units, |fields, part, unit| {
        if let Some(stage) = deployment_stage(&fields) {
            add(&mut unit.stages, stage, &part.undecided);
        }
    });
    each(stack, "AWS::ApiGateway::Stage", units, |fields, part, unit| {
        let stage = Stage { tags: stack.tags(part), ..stage(&fields) };
        add(&mut unit.stages, stage, &part.undecided);
    });
}

fn api(stack: &Stack<'_>, declared: &Declared) -> RestFacts {
    let id = declared.reference.clone();
    let fields = stack.fields(declared, &id);
    let import = |written| {
        let option = base_path::option(fields.get("Parameters", "Parameters"));
        base_path::placed(written, &option).and_then(|placed| body::rest(&placed, &id.label(), stack.ledger))
    };
    let draft = match (cloned(&fields), fields.get("Body", "Body"), fields.get("BodyS3Location", "BodyS3Location")) {
        (Some(gap), ..) | (None, Seen::Unknown(gap), _) => Err(gap),
        (None, Seen::Set(written), _) => import(written),
        (None, Seen::Unset, Seen::Unset) => {
            Ok(RestContent { resources: Seen::Set(Vec::new()), authorizers: Seen::Set(Vec::new()) })
        }
        (None, Seen::Unset, _) => Err(Gap::not_readable("the API's document: it is in S3")),
    };
    let draft = draft
        .unwrap_or_else(|gap| RestContent { resources: Seen::Unknown(gap.clone()), authorizers: Seen::Unknown(gap) });
    let types = match fields.object("EndpointConfiguration", "endpointConfiguration") {
        Seen::Set(endpoint) => endpoint.words("Types", "types"),
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    let types = if types.is_unset() { usual_types(&fields, &stack.scope.partition) } else { types };
    let endpoint = types.map(|types| EndpointConfiguration { types });
    let name = match fields.text("Name", "name") {
        // Of a body, its title is the name.
        Seen::Unset => fields.get("Body", "Body").set().and_then(|it| text(it.get("info")?.get("title")?)).into(),
        name => name,
    };
    RestFacts {
        api: RestApi { id, name, endpoint_configuration: endpoint, tags: stack.tags(declared) },
        stages: Seen::Set(Vec::new()),
        draft,
        deployed: Vec::new(),
    }
}

/// The endpoint's types where the resource itself does not say them: what the import is told, or edge-optimized.
///
/// Sources: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>,
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_ImportRestApi.html>.
fn usual_types(fields: &Fields<'_>, partition: &Text) -> Seen<Vec<EndpointType>> {
    let imported = match fields.object("Parameters", "Parameters") {
        Seen::Set(parameters) => parameters.words("endpointConfigurationTypes", "endpointConfiguration/types"),
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap),
    };
    match (imported, cloned(fields)) {
        (Seen::Unset, Some(gap)) => Seen::Unknown(gap),
        // Other partitions have no edge locations.
        (Seen::Unset, None) => match partition.known() {
            Ok("aws") => Seen::Set(vec![EndpointType::Edge]),
            Ok(_) => Seen::Set(vec![EndpointType::Regional]),
            Err(gap) => Seen::Unknown(gap),
        },
        (imported, _) => imported,
    }
}

/// What hides an API that begins as the copy of another.
fn cloned(fields: &Fields<'_>) -> Option<Gap> {
    match fields.text("CloneFrom", "CloneFrom") {
        Seen::Set(of) => Some(Gap::not_readable(format!("the API {}, of which this is a clone", of.label()))),
        Seen::Unknown(gap) => Some(gap),
        Seen::Unset => None,
    }
}

/// The parts of one kind, each with its API. Parts of an API that is not of this template make one of their own, of
/// which nothing else is known.
fn each<'s>(
    stack: &'s Stack<'_>,
    kind: &'s str,
    units: &mut Vec<RestUnit>,
    mut with: impl FnMut(Fields<'s>, &'s Declared, &mut RestFacts),
) {
    for part in stack.of(kind) {
        let fields = stack.named(part, part.logical_id.to_string());
        let Seen::Set(id) = fields.text("RestApiId", "restApiId") else { continue };
        let at = units.iter().position(|unit| unit.facts.api.id == id).unwrap_or_else(|| {
            units.push(RestUnit { scope: stack.scope.clone(), facts: elsewhere(id), planned: true });
            units.len() - 1
        });
        if let Some(unit) = units.get_mut(at) {
            with(fields, part, &mut unit.facts);
        }
    }
}

fn elsewhere(id: Text) -> RestFacts {
    let gap = Gap::not_readable(format!("the API {}, which is not of this template", id.label()));
    RestFacts {
        api: RestApi {
            id,
            name: Seen::Unset,
            endpoint_configuration: Seen::Unknown(gap.clone()),
            ..RestApi::default()
        },
        stages: Seen::Unknown(gap.clone()),
        draft: RestContent { resources: Seen::Set(Vec::new()), authorizers: Seen::Unknown(gap) },
        deployed: Vec::new(),
    }
}

/// Adds to a list; where it is not known whether there is such a one, the list is not known either.
pub(super) fn add<T>(list: &mut Seen<Vec<T>>, one: T, undecided: &Option<Gap>) {
    match (list, undecided) {
        (Seen::Set(list), None) => list.push(one),
        (Seen::Unknown(_), _) => {}
        (list @ Seen::Unset, None) => *list = Seen::Set(vec![one]),
        (list, Some(gap)) => *list = Seen::Unknown(gap.clone()),
    }
}

fn method(stack: &Stack<'_>, fields: &Fields<'_>, part: &Declared, paths: &Paths, unit: &mut RestFacts) {
    let verb = fields.text("HttpMethod", "httpMethod");
    let hidden = verb.known().map_or_else(Some, |verb| verb.and_then(|verb| verb.known().err()));
    let verb: Str = verb.set().map(Text::to_string).unwrap_or_default().into();
    let (id, path) = match fields.text("ResourceId", "resourceId") {
        Seen::Set(resource) => paths.of(&resource),
        _ => (part.logical_id.clone(), Err(Gap::not_readable("the resource of a method"))),
    };
    // What is asked for is not known: nor is what answers.
    let path = hidden.map_or(path, Err);
    let api = unit.api.id.label();
    let resource = format!("restapis/{api}/resources/{id}/methods/{verb}/integration");
    let inner = stack.named(part, resource);
    let integration = match (&path, inner.object("Integration", "")) {
        (Ok(_), found) => found.map(|found| integration(&found.at(""))),
        (Err(gap), _) => Seen::Unknown(gap.clone()),
    };
    let method = Method {
        http_method: verb.clone(),
        authorization_type: fields.word("AuthorizationType", "authorizationType"),
        authorizer_id: fields.text("AuthorizerId", "authorizerId"),
        authorizer_name: Seen::Unset,
        method_integration: integration,
    };
    let path = path.unwrap_or_else(|_| format!("/({})", part.logical_id).into());
    let resources = &mut unit.draft.resources;
    match (&mut *resources, &part.undecided) {
        (Seen::Unknown(_), _) => {}
        (_, Some(gap)) => *resources = Seen::Unknown(gap.clone()),
        (Seen::Set(list), None) => {
            let at = list.iter().position(|it| it.path == path).unwrap_or_else(|| {
                list.push(Resource { id, path, resource_methods: BTreeMap::new() });
                list.len() - 1
            });
            if let Some(resource) = list.get_mut(at) {
                resource.resource_methods.insert(verb, Box::new(method));
            }
        }
        (Seen::Unset, None) => {}
    }
}

impl Paths {
    /// The resource's id for people and its path, step by step up to the API's root.
    fn of(&self, resource: &Text) -> (Str, Result<Str, Gap>) {
        let (mut at, mut parts, mut id) = (resource, Vec::new(), None);
        // A path has at most as many steps as there are resources.
        for _ in 0..=self.steps.len() {
            if self.roots.contains(at) {
                parts.reverse();
                let path: Str = format!("/{}", parts.join("/")).into();
                return (id.unwrap_or_else(|| "root".into()), Ok(path));
            }
            let Some(step) = self.steps.get(at) else { break };
            id.get_or_insert_with(|| step.logical_id.clone());
            let (Seen::Set(part), Seen::Set(parent)) = (&step.part, &step.parent) else { break };
            match part.known() {
                Ok(part) => parts.push(part.to_owned()),
                Err(gap) => return (id.unwrap_or_default(), Err(gap)),
            }
            at = parent;
        }
        let label = resource.label();
        let gap = at.known().err().unwrap_or_else(|| Gap::not_readable(format!("the path of {label}")));
        (id.unwrap_or_else(|| label.into()), Err(gap))
    }
}

fn integration(fields: &Fields<'_>) -> Integration {
    Integration {
        kind: fields.word("Type", "type"),
        http_method: fields.text("IntegrationHttpMethod", "httpMethod"),
        uri: fields.text("Uri", "uri"),
        connection_type: fields.word("ConnectionType", "connectionType"),
        connection_id: fields.text("ConnectionId", "connectionId"),
        integration_target: fields.text("IntegrationTarget", "integrationTarget"),
        credentials: fields.text("Credentials", "credentials"),
        timeout_in_millis: fields.int("TimeoutInMillis", "timeoutInMillis"),
        response_transfer_mode: fields.word("ResponseTransferMode", "responseTransferMode"),
        request_parameters: fields.text_map("RequestParameters", "requestParameters"),
        request_templates: fields.text_map("RequestTemplates", "requestTemplates"),
        passthrough_behavior: fields.text("PassthroughBehavior", "passthroughBehavior"),
        integration_responses: responses(fields),
    }
}

fn responses(fields: &Fields<'_>) -> Seen<BTreeMap<Str, IntegrationResponse>> {
    let all = match fields.objects("IntegrationResponses", "integrationResponses") {
        Seen::Set(all) => all,
        Seen::Unset => return Seen::Unset,
        Seen::Unknown(gap) => return Seen::Unknown(gap),
    };
    let mut by_status = BTreeMap::new();
    for (n, one) in all.into_iter().enumerate() {
        let status = match one.text("StatusCode", "statusCode") {
            Seen::Set(status) => Str::from(status.to_string()),
            Seen::Unset => return Seen::Unknown(Gap::not_readable(format!("the status of integration response {n}"))),
            Seen::Unknown(gap) => return Seen::Unknown(gap),
        };
        let one = one.at(&format!("/integrationResponses/{status}"));
        one.note_whole();
        let response = IntegrationResponse {
            selection_pattern: one.text("SelectionPattern", "selectionPattern"),
            response_templates: one.text_map("ResponseTemplates", "responseTemplates"),
        };
        by_status.insert(status, response);
    }
    Seen::Set(by_status)
}

fn authorizer(stack: &Stack<'_>, part: &Declared, api: &Text) -> Authorizer {
    let fields = stack.named(part, format!("restapis/{}/authorizers/{}", api.label(), part.reference.label()));
    Authorizer {
        id: part.reference.clone(),
        name: fields.text("Name", "name"),
        kind: fields.text("Type", "type"),
        authorizer_uri: fields.text("AuthorizerUri", "authorizerUri"),
        authorizer_credentials: fields.text("AuthorizerCredentials", "authorizerCredentials"),
        identity_source: fields.text("IdentitySource", "identitySource"),
        authorizer_result_ttl_in_seconds: fields.int("AuthorizerResultTtlInSeconds", "authorizerResultTtlInSeconds"),
    }
}

fn stage(fields: &Fields<'_>) -> Stage {
    let canary = fields.object("CanarySetting", "canarySettings").map(|canary| CanarySettings {
        percent_traffic: canary.float("PercentTraffic", "percentTraffic"),
        deployment_id: Seen::Unset,
        stage_variable_overrides: canary.text_map("StageVariableOverrides", "stageVariableOverrides"),
    });
    let name = match fields.text("StageName", "stageName") {
        Seen::Set(name) => name,
        Seen::Unknown(gap) => fields.hole("StageName", gap),
        Seen::Unset => fields.hole("StageName", Gap::not_readable("a stage's name: it is required")),
    };
    Stage {
        stage_name: name,
        deployment_id: Seen::Unset,
        variables: fields.text_map("Variables", "variables"),
        canary_settings: canary,
        tags: BTreeMap::new(),
    }
}

/// A deployment that names a stage makes it.
fn deployment_stage(fields: &Fields<'_>) -> Option<Stage> {
    let name = fields.text("StageName", "stageName").set()?.clone();
    let described = fields.object("StageDescription", "stageDescription");
    let base = described.set().map(stage).unwrap_or_default();
    Some(Stage { stage_name: name, ..base })
}

fn link(stack: &Stack<'_>, declared: &Declared) -> VpcLink {
    let fields = stack.fields(declared, &declared.reference);
    VpcLink {
        id: declared.reference.clone(),
        name: fields.text("Name", "name"),
        target_arns: fields.texts("TargetArns", "targetArns"),
        status: Seen::Unset,
        status_message: Seen::Unset,
        tags: stack.tags(declared),
    }
}
