//! The authorizers of an HTTP API.

use super::super::SamError;
use super::super::body::Body;
use super::super::make::{Make, Props, extend, node, within};
use super::super::rest::security::{Auth, Sources, iam_scheme, sources, uri};
use super::iam;
use crate::source::tree::Node;

const HTTP_SOURCES: Sources = [
    ("Headers", "$request.header."),
    ("QueryStrings", "$request.querystring."),
    ("StageVariables", "$stageVariables."),
    ("Context", "$context."),
];

pub(super) fn define(body: &mut Body, auth: Auth<'_>) -> Result<(), SamError> {
    if let Some((name, at)) = auth.default()
        && auth.authorizer(name).is_none()
        && !(name == "AWS_IAM" && iam(auth))
    {
        let help = match name {
            "AWS_IAM" => "IAM has to be turned on with EnableIamAuthorizer: true",
            _ => "Authorizers does not define it",
        };
        return Err(
            SamError::new(at, format!("DefaultAuthorizer names {name}, which this API does not have")).help(help)
        );
    }
    let mut schemes = Vec::new();
    for (name, authorizer) in auth.authorizers() {
        schemes.push((name.clone(), scheme(name, authorizer)?));
    }
    if let Some(on) = auth.get("EnableIamAuthorizer").filter(|_| iam(auth)) {
        schemes.push(("AWS_IAM".into(), iam_scheme(on.at)));
    }
    let Some(at) = schemes.first().map(|(_, scheme)| scheme.at) else { return Ok(()) };
    within(&mut body.document, &["components", "securitySchemes"], at, |place| extend(place, schemes));
    Ok(())
}

fn scheme(name: &str, node: &Node) -> Result<Node, SamError> {
    let at = node.at;
    if node.as_map().is_none() {
        return Err(SamError::kind(at, &format!("the authorizer {name}"), "an object"));
    }
    if let Some(jwt) = node.get("JwtConfiguration") {
        let mut configuration = Props::new(jwt.at);
        for member in jwt.as_map().unwrap_or_default() {
            configuration = configuration.with(&member.key.to_lowercase(), &member.value);
        }
        let authorizer = Props::new(at).with("type", "jwt").with("jwtConfiguration", configuration).rename(
            node,
            "IdentitySource",
            "identitySource",
        );
        return Ok(node!(at; {"type": "oauth2", "x-amazon-apigateway-authorizer": (authorizer)}));
    }
    let function = node.get("FunctionArn").ok_or_else(|| {
        SamError::new(at, format!("the authorizer {name} has neither JwtConfiguration nor FunctionArn"))
    })?;
    let Some(version) = node.get("AuthorizerPayloadFormatVersion") else {
        return Err(SamError::new(at, format!("the authorizer {name} has no AuthorizerPayloadFormatVersion"))
            .help("it is 1.0 or 2.0"));
    };
    let identity = node.get("Identity");
    let read = identity.map(|identity| {
        let read = sources(identity, &HTTP_SOURCES).into_iter().map(|source| source.make(identity.at));
        Node::list(identity.at, read.collect::<Vec<_>>())
    });
    let authorizer = Props::new(at)
        .with("type", "request")
        .with("authorizerUri", uri(function))
        .rename(node, "FunctionInvokeRole", "authorizerCredentials")
        .maybe("authorizerResultTtlInSeconds", identity.and_then(|identity| identity.get("ReauthorizeEvery")))
        .maybe("identitySource", read)
        .with("authorizerPayloadFormatVersion", version)
        .rename(node, "EnableSimpleResponses", "enableSimpleResponses");
    Ok(node!(at; {"type": "apiKey", "name": "Unused", "in": "header", "x-amazon-apigateway-authorizer": (authorizer)}))
}
