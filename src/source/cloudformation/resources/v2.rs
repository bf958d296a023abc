//! HTTP and WebSocket APIs, resource by resource, as one body, or quickly created from a target.

use super::fields::Fields;
use super::rest::add;
use super::{Declared, Facts, Stack, base_path, body};
use crate::capture::Held;
use crate::model::unit::{V2Content, V2Facts, V2Unit};
use crate::model::v2::{Api, Authorizer, Integration, IntegrationType, ProtocolType, Route, Stage, TlsConfig, VpcLink};
use crate::model::{Gap, Seen, Text};

/// What places call the integration that `Target` makes.
const QUICK: &str = "quick";

pub(super) fn things(stack: &Stack<'_>, into: &mut Facts) {
    let links = stack.of("AWS::ApiGatewayV2::VpcLink").map(|it| link(stack, it));
    into.shared.vpc_links_v2.extend(links.map(|facts| Held { scope: stack.scope.clone(), facts }));
    let units = stack.of("AWS::ApiGatewayV2::Api").map(|it| api(stack, it));
    into.v2.extend(units.map(|facts| V2Unit { scope: stack.scope.clone(), facts, planned: true }));
}

pub(super) fn parts(stack: &Stack<'_>, of: &mut Facts) {
    let units = &mut of.v2;
    each(stack, "AWS::ApiGatewayV2::Authorizer", units, |_, part, unit| {
        let one = authorizer(stack, part, &unit.api.api_id);
        add(&mut unit.draft.authorizers, one, &part.undecided);
    });
    each(stack, "AWS::ApiGatewayV2::Integration", units, |_, part, unit| {
        let one = integration(stack, part, &unit.api.api_id);
        add(&mut unit.draft.integrations, one, &part.undecided);
    });
    each(stack, "AWS::ApiGatewayV2::Route", units, |fields, part, unit| {
        add(&mut unit.draft.routes, route(&fields, part), &part.undecided);
    });
    each(stack, "AWS::ApiGatewayV2::Stage", units, |fields, part, unit| {
        let stage = Stage { tags: stack.tags(part), ..stage(&fields) };
        add(&mut unit.stages, stage, &part.undecided);
    });
    each(stack, "AWS::ApiGatewayV2::ApiGatewayManagedOverrides", units, |fields, part, unit| {
        overrides(&fields, &part.undecided, unit);
    });
}

fn api(stack: &Stack<'_>, declared: &Declared) -> V2Facts {
    let api_id = declared.reference.clone();
    let fields = stack.fields(declared, &api_id);
    let written = fields.get("Body", "Body");
    let mut draft = match (&written, fields.get("BodyS3Location", "BodyS3Location")) {
        (Seen::Set(written), _) => base_path::placed(written, &fields.text("BasePath", "BasePath"))
            .and_then(|placed| body::http(&placed, &api_id.label(), stack.ledger)),
        (Seen::Unknown(gap), _) => Err(gap.clone()),
        (Seen::Unset, Seen::Unset) => Ok(V2Content {
            routes: Seen::Set(Vec::new()),
            integrations: Seen::Set(Vec::new()),
            authorizers: Seen::Set(Vec::new()),
        }),
        (Seen::Unset, _) => Err(Gap::not_readable("the API's document: it is in S3")),
    }
    .unwrap_or_else(|gap| V2Content {
        routes: Seen::Unknown(gap.clone()),
        integrations: Seen::Unknown(gap.clone()),
        authorizers: Seen::Unknown(gap),
    });
    let mut stages = Vec::new();
    if !matches!(fields.get("Target", "Target"), Seen::Unset) {
        quick(&fields, &api_id, &mut draft);
        stages.push(Stage { stage_name: "$default".into(), auto_deploy: Seen::Set(true), ..Stage::default() });
    }
    let protocol = match fields.word("ProtocolType", "ProtocolType") {
        // A body is imported as an HTTP API.
        Seen::Unset => Seen::Set(ProtocolType::Http),
        protocol => protocol,
    };
    let name = match (fields.text("Name", "Name"), written) {
        (Seen::Unset, Seen::Set(body)) => {
            body.get("info").and_then(|info| super::fields::text(info.get("title")?)).into()
        }
        (name, _) => name,
    };
    V2Facts {
        api: Api {
            api_id,
            name,
            protocol_type: protocol,
            route_selection_expression: fields.text("RouteSelectionExpression", "RouteSelectionExpression"),
            tags: stack.tags(declared),
        },
        stages: Seen::Set(stages),
        deployments: Seen::Unset,
        draft,
        deployed: Vec::new(),
    }
}

/// `Target` makes a proxy integration, a route and the stage `$default`.
fn quick(fields: &Fields<'_>, api: &Text, draft: &mut V2Content) {
    let id = Text::new(QUICK);
    let own = fields.clone().of(format!("apis/{}/integrations/{QUICK}", api.label()));
    let uri = own.text("Target", "IntegrationUri");
    let is_function = uri.set().is_some_and(|uri| uri.strip_prefix("arn:").is_some());
    let integration = Integration {
        integration_id: id.clone(),
        kind: Seen::Set(if is_function { IntegrationType::AwsProxy } else { IntegrationType::HttpProxy }),
        integration_uri: uri,
        credentials_arn: own.text("CredentialsArn", "CredentialsArn"),
        payload_format_version: Seen::Set(if is_function { "2.0".into() } else { "1.0".into() }),
        ..Integration::default()
    };
    let key = match fields.text("RouteKey", "RouteKey") {
        Seen::Set(key) => key,
        _ => "$default".into(),
    };
    let route = Route { route_key: key, target: Seen::Set(quick_target()), ..Route::default() };
    add(&mut draft.integrations, integration, &None);
    add(&mut draft.routes, route, &None);
}

fn quick_target() -> Text {
    Text::new(format!("integrations/{QUICK}"))
}

/// What is said otherwise of the integration, the route and the stage that `Target` makes.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-apigatewaymanagedoverrides.html>
fn overrides(fields: &Fields<'_>, undecided: &Option<Gap>, unit: &mut V2Facts) {
    let part = |name| match (fields.object(name, name), undecided) {
        (Seen::Unset, _) => Seen::Unset,
        (_, Some(gap)) => Seen::Unknown(gap.clone()),
        (part, None) => part,
    };
    let resource = format!("apis/{}/integrations/{QUICK}", unit.api.api_id.label());
    let said = part("Integration").map(|it| it.of(resource));
    for own in all(&mut unit.draft.integrations).filter(|it| it.integration_id.lit() == Some(QUICK)) {
        say(&mut own.timeout_in_millis, &said, |it| it.int("TimeoutInMillis", "TimeoutInMillis"));
        say(&mut own.integration_method, &said, |it| it.text("IntegrationMethod", "IntegrationMethod"));
        say(&mut own.payload_format_version, &said, |it| it.text("PayloadFormatVersion", "PayloadFormatVersion"));
    }
    let (said, quick) = (part("Route"), quick_target());
    for own in all(&mut unit.draft.routes).filter(|it| it.target.set() == Some(&quick)) {
        say(&mut own.authorization_type, &said, |it| it.word("AuthorizationType", "AuthorizationType"));
        say(&mut own.authorizer_id, &said, |it| it.text("AuthorizerId", "AuthorizerId"));
        say(&mut own.target, &said, |it| it.text("Target", "Target"));
    }
    let said = part("Stage");
    for own in all(&mut unit.stages).filter(|it| it.stage_name.lit() == Some("$default")) {
        say(&mut own.auto_deploy, &said, |it| it.bool("AutoDeploy", "AutoDeploy"));
        say(&mut own.stage_variables, &said, |it| it.text_map("StageVariables", "StageVariables"));
    }
}

fn all<T>(list: &mut Seen<Vec<T>>) -> impl Iterator<Item = &mut T> {
    let list = if let Seen::Set(list) = list { list.as_mut_slice() } else { &mut [] };
    list.iter_mut()
}

fn say<'f, T>(own: &mut Seen<T>, part: &Seen<Fields<'f>>, said: impl FnOnce(&Fields<'f>) -> Seen<T>) {
    let said = match part {
        Seen::Set(part) => said(part),
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    };
    if !said.is_unset() {
        *own = said;
    }
}

fn each<'s>(
    stack: &'s Stack<'_>,
    kind: &'s str,
    units: &mut Vec<V2Unit>,
    mut with: impl FnMut(Fields<'s>, &'s Declared, &mut V2Facts),
) {
    for part in stack.of(kind) {
        let fields = stack.named(part, part.logical_id.to_string());
        let Seen::Set(id) = fields.text("ApiId", "ApiId") else { continue };
        let at = units.iter().position(|unit| unit.facts.api.api_id == id).unwrap_or_else(|| {
            units.push(V2Unit { scope: stack.scope.clone(), facts: elsewhere(id), planned: true });
            units.len() - 1
        });
        if let Some(unit) = units.get_mut(at) {
            with(fields, part, &mut unit.facts);
        }
    }
}

fn elsewhere(api_id: Text) -> V2Facts {
    let gap = Gap::not_readable(format!("the API {}, which is not of this template", api_id.label()));
    V2Facts {
        api: Api { api_id, protocol_type: Seen::Unknown(gap.clone()), ..Api::default() },
        stages: Seen::Unknown(gap.clone()),
        deployments: Seen::Unset,
        draft: V2Content {
            routes: Seen::Set(Vec::new()),
            integrations: Seen::Set(Vec::new()),
            authorizers: Seen::Unknown(gap),
        },
        deployed: Vec::new(),
    }
}

fn route(fields: &Fields<'_>, part: &Declared) -> Route {
    let (key, target) = match fields.text("RouteKey", "RouteKey") {
        Seen::Set(key) => {
            // What is asked for is not known: nor is what answers.
            let slash = key.lit().is_some_and(|key| key.ends_with('/') && !key.ends_with(" /"));
            let slash = slash.then(|| Gap::not_modelled("a path of an HTTP API that ends in a slash"));
            let gap = key.known().err().or(slash);
            let target = gap.map_or_else(|| fields.text("Target", "Target"), Seen::Unknown);
            (key, target)
        }
        key => {
            let gap = key.gap().cloned().unwrap_or_else(|| Gap::not_readable("a route's key: it is required"));
            (Text::new(format!("({})", part.logical_id)), Seen::Unknown(gap))
        }
    };
    Route {
        route_id: part.logical_id.clone(),
        route_key: key,
        target,
        authorization_type: fields.word("AuthorizationType", "AuthorizationType"),
        authorizer_id: fields.text("AuthorizerId", "AuthorizerId"),
        authorizer_name: Seen::Unset,
    }
}

fn integration(stack: &Stack<'_>, part: &Declared, api: &Text) -> Integration {
    let fields = stack.named(part, format!("apis/{}/integrations/{}", api.label(), part.reference.label()));
    let tls = fields.object("TlsConfig", "TlsConfig");
    Integration {
        integration_id: part.reference.clone(),
        kind: fields.word("IntegrationType", "IntegrationType"),
        integration_subtype: fields.text("IntegrationSubtype", "IntegrationSubtype"),
        integration_method: fields.text("IntegrationMethod", "IntegrationMethod"),
        integration_uri: fields.text("IntegrationUri", "IntegrationUri"),
        connection_type: fields.word("ConnectionType", "ConnectionType"),
        connection_id: fields.text("ConnectionId", "ConnectionId"),
        credentials_arn: fields.text("CredentialsArn", "CredentialsArn"),
        payload_format_version: fields.text("PayloadFormatVersion", "PayloadFormatVersion"),
        timeout_in_millis: fields.int("TimeoutInMillis", "TimeoutInMillis"),
        request_parameters: fields.text_map("RequestParameters", "RequestParameters"),
        request_templates: fields.text_map("RequestTemplates", "RequestTemplates"),
        tls_config: tls
            .map(|tls| TlsConfig { server_name_to_verify: tls.text("ServerNameToVerify", "ServerNameToVerify") }),
    }
}

fn authorizer(stack: &Stack<'_>, part: &Declared, api: &Text) -> Authorizer {
    let fields = stack.named(part, format!("apis/{}/authorizers/{}", api.label(), part.reference.label()));
    Authorizer {
        authorizer_id: part.reference.clone(),
        name: fields.text("Name", "Name"),
        authorizer_type: fields.text("AuthorizerType", "AuthorizerType"),
        authorizer_uri: fields.text("AuthorizerUri", "AuthorizerUri"),
        authorizer_credentials_arn: fields.text("AuthorizerCredentialsArn", "AuthorizerCredentialsArn"),
        authorizer_payload_format_version: fields
            .text("AuthorizerPayloadFormatVersion", "AuthorizerPayloadFormatVersion"),
    }
}

fn stage(fields: &Fields<'_>) -> Stage {
    let name = match fields.text("StageName", "StageName") {
        Seen::Set(name) => name,
        Seen::Unknown(gap) => fields.hole("StageName", gap),
        Seen::Unset => fields.hole("StageName", Gap::not_readable("a stage's name: it is required")),
    };
    Stage {
        stage_name: name,
        auto_deploy: fields.bool("AutoDeploy", "AutoDeploy"),
        stage_variables: fields.text_map("StageVariables", "StageVariables"),
        ..Stage::default()
    }
}

fn link(stack: &Stack<'_>, declared: &Declared) -> VpcLink {
    let fields = stack.fields(declared, &declared.reference);
    VpcLink {
        vpc_link_id: declared.reference.clone(),
        name: fields.text("Name", "Name"),
        security_group_ids: fields.texts("SecurityGroupIds", "SecurityGroupIds"),
        subnet_ids: fields.texts("SubnetIds", "SubnetIds"),
        vpc_link_status: Seen::Unset,
        vpc_link_status_message: Seen::Unset,
        vpc_link_version: Seen::Set("V2".into()),
        tags: stack.tags(declared),
    }
}
