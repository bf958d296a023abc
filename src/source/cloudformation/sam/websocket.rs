//! `AWS::Serverless::WebSocketApi`: the API, its stage, and for each route its integration and permission.

use super::domain::{self, Domain};
use super::http::tags;
use super::make::{Make, Props, node, put, reference};
use super::rest::letters;
use super::{Resource, SamError, Stack};
use crate::source::tree::{Is, Member, Node, Span};

/// The condition and the policies of the resource stay with what its domain makes; SAM hands them to nothing else.
pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    let (at, properties) = (resource.at, &resource.properties);
    let need =
        |key: &str| properties.get(key).ok_or_else(|| SamError::new(at, format!("{} has no {key}", resource.id)));
    let selection = need("RouteSelectionExpression")?;
    let routes = need("Routes")?;
    let routes = routes.as_map().ok_or_else(|| SamError::kind(routes.at, "Routes", "an object"))?;
    let id = &*resource.id;
    let name = properties.get("Name").cloned().unwrap_or_else(|| id.make(at));
    let made = Props::new(at)
        .with("Name", name)
        .with("ProtocolType", "WEBSOCKET")
        .with("RouteSelectionExpression", selection)
        .copy(properties, &["ApiKeySelectionExpression", "Description", "DisableExecuteApiEndpoint"])
        .copy(properties, &["DisableSchemaValidation", "IpAddressType"])
        .with("Tags", tags(properties, "websocketapi:createdBy"));
    stack.made.add(id, plain(at, "AWS::ApiGatewayV2::Api", made));

    let stage_name = properties.get("StageName").cloned().unwrap_or_else(|| "default".make(at));
    let stage = match properties.get("StageName").map(|name| name.as_text()) {
        None => format!("{id}DefaultStage"),
        Some(Some(text)) => {
            format!("{id}{}Stage", letters(text))
        }
        Some(None) => format!("{id}Stage"),
    };
    for member in routes {
        route(stack, id, member, properties.get("Auth"), &stage_name)?;
    }
    let own = stage_tags(properties);
    let made = Props::new(at)
        .with("ApiId", reference(at, id))
        .with("StageName", stage_name)
        .copy(properties, &["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables"])
        .with("Tags", own.clone())
        .with("AutoDeploy", true);
    let mut made = plain(at, "AWS::ApiGatewayV2::Stage", made);
    if properties.get("RouteSettings").is_some() {
        let routes = routes.iter().map(|member| format!("{id}{}Route", title(&member.key)).make(at));
        put(&mut made, "DependsOn", Node::list(at, routes.collect::<Vec<_>>()));
    }
    stack.made.add(&stage, made);
    stack.names.insert((resource.id.clone(), "Stage"), stage.clone());
    if let Some(node) = properties.get("Domain") {
        let domain = Domain::read(node, "ApiGatewayDomainNameV2")?;
        domain::http(stack, resource, &domain, &stage, Some(own))?;
    }
    Ok(())
}

/// The stage gets the API's tags only where they are handed on.
fn stage_tags(properties: &Node) -> Node {
    match super::make::is_true(properties.get("PropagateTags")) {
        true => tags(properties, "websocketapi:createdBy"),
        false => node!(properties.at; {"websocketapi:createdBy": "SAM"}),
    }
}

fn plain(at: Span, kind: &str, properties: Props) -> Node {
    node!(at; {"Type": (kind), "Properties": (properties)})
}

/// `$connect` as `Connect`: a route's part of a logical id.
fn title(key: &str) -> String {
    let key = key.trim_start_matches('$');
    let mut letters = key.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn route(stack: &mut Stack<'_>, api: &str, route: &Member, auth: Option<&Node>, stage: &Node) -> Result<(), SamError> {
    let (key, at, settings) = (&*route.key, route.key_at, &route.value);
    let special = matches!(key, "$connect" | "$disconnect" | "$default");
    if !special && !key.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(SamError::new(at, format!("the route key {key} is not of letters and digits"))
            .help("only $connect, $disconnect and $default have another sign"));
    }
    let function = settings.get("FunctionArn");
    let function = function.ok_or_else(|| SamError::new(at, format!("the route {key} has no FunctionArn")))?;
    let prefix = format!("{api}{}", title(key));
    let integration = format!("{prefix}Integration");
    let made = Props::new(at)
        .with("ApiId", reference(at, api))
        .with("IntegrationType", "AWS_PROXY")
        .with("IntegrationUri", uri("FunctionArn", function))
        .rename(settings, "IntegrationTimeout", "TimeoutInMillis");
    stack.made.add(&integration, plain(at, "AWS::ApiGatewayV2::Integration", made));

    let mut made = Props::new(at)
        .with("ApiId", reference(at, api))
        .with("RouteKey", key)
        .with("Target", node!(at; {"Fn::Join": ["/", ["integrations", {"Ref": (&*integration)}]]}))
        .copy(settings, &["ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RequestModels"])
        .copy(settings, &["RequestParameters", "RouteResponseSelectionExpression"]);
    if let Some(auth) = auth.filter(|_| key == "$connect") {
        made = made.rename(auth, "AuthType", "AuthorizationType");
        if auth.get("AuthType").and_then(Node::as_text) == Some("CUSTOM") {
            let id = format!("{prefix}Authorizer");
            made = made.with("AuthorizerId", reference(auth.at, &id));
            authorize(stack, api, &id, auth)?;
        }
    }
    stack.made.add(&format!("{prefix}Route"), plain(at, "AWS::ApiGatewayV2::Route", made));

    let arn = |stage: &str| {
        format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}.ApiId}}/{stage}/{key}"
        )
    };
    let source = match &stage.is {
        Is::Text(stage) => node!(at; {"Fn::Sub": (arn(stage))}),
        _ => node!(at; {"Fn::Sub": [(arn("${__Stage__}")), {"__Stage__": (stage)}]}),
    };
    let made = Props::new(at)
        .with("Action", "lambda:InvokeFunction")
        .with("FunctionName", function)
        .with("Principal", "apigateway.amazonaws.com")
        .with("SourceArn", source);
    stack.made.add(&format!("{prefix}Permission"), plain(at, "AWS::Lambda::Permission", made));
    Ok(())
}

fn uri(name: &str, function: &Node) -> Node {
    let text = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{name}}}/invocations"
    );
    node!(function.at; {"Fn::Sub": [(text), {(name): (function)}]})
}

fn authorize(stack: &mut Stack<'_>, api: &str, id: &str, auth: &Node) -> Result<(), SamError> {
    let at = auth.at;
    let function = auth.get("AuthArn").ok_or_else(|| SamError::new(at, "Auth of type CUSTOM has no AuthArn"))?;
    let made = Props::new(at)
        .with("ApiId", reference(at, api))
        .with("AuthorizerType", "REQUEST")
        .with("AuthorizerUri", uri("AuthArn", function))
        .copy(auth, &["IdentitySource", "Name"])
        .rename(auth, "InvokeRole", "AuthorizerCredentialsArn");
    stack.made.add(id, plain(at, "AWS::ApiGatewayV2::Authorizer", made));
    Ok(())
}
