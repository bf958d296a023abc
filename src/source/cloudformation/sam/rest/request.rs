//! What events ask of a request (models, parameters), and the parts of a document that the API's properties write.

use super::super::SamError;
use super::super::body::Body;
use super::super::make::{Make, Props, append, child, extend, is_true, items, node, put, within};
use crate::source::tree::{Is, Node, Span};

/// Writes `RequestModel` and `RequestParameters` of an event into its operation, and the validator that they name.
pub(in super::super) fn ask(properties: &Node, operation: &mut Node, body: &mut Body) -> Result<(), SamError> {
    let openapi = body.is_openapi_3();
    if let Some(model) = properties.get("RequestModel") {
        let at = model.at;
        let name = model.get("Model").and_then(Node::as_text);
        let name = name.ok_or_else(|| SamError::new(at, "RequestModel names no Model"))?.to_lowercase();
        let required = model.get("Required");
        if openapi {
            let schema = node!(at; {"$ref": (format!("#/components/schemas/{name}"))});
            let wanted = Props::new(at)
                .with("content", node!(at; {"application/json": {"schema": (schema)}}))
                .maybe("required", required);
            put(operation, "requestBody", wanted.node());
        } else {
            let parameter = Props::new(at)
                .with("in", "body")
                .with("name", &*name)
                .with("schema", node!(at; {"$ref": (format!("#/definitions/{name}"))}))
                .maybe("required", required);
            parameter_of(operation, parameter.node());
        }
        let (of_body, of_parameters) = (model.get("ValidateBody"), model.get("ValidateParameters"));
        if of_body.is_some() || of_parameters.is_some() {
            let (of_body, of_parameters) = (is_true(of_body), is_true(of_parameters));
            let validator = match (of_body, of_parameters) {
                (true, true) => "body-and-params",
                (true, false) => "body-only",
                (false, true) => "params-only",
                (false, false) => "no-validation",
            };
            let made = node!(at; {"validateRequestBody": (of_body), "validateRequestParameters": (of_parameters)});
            let path = ["x-amazon-apigateway-request-validators"];
            within(&mut body.document, &path, at, |all| put(all, validator, made));
            put(operation, "x-amazon-apigateway-request-validator", validator.make(at));
        }
    }
    for parameter in properties.get("RequestParameters").map(items).unwrap_or_default() {
        let (name, settings) = match &parameter.is {
            Is::Text(name) => (&**name, None),
            Is::Map(members) => match &members[..] {
                [member] => (&*member.key, Some(&member.value)),
                _ => return Err(wrong(parameter.at)),
            },
            _ => return Err(wrong(parameter.at)),
        };
        let at = parameter.at;
        let place = name.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'));
        let (place, short) = place.ok_or_else(|| wrong(at))?;
        let place = match place {
            "querystring" => "query",
            "path" | "header" => place,
            _ => return Err(wrong(at)),
        };
        let required = settings.and_then(|settings| settings.get("Required")).cloned();
        let made = node!(at; {
            "name": (short), "in": (place), "type": "string",
            "required": (required.unwrap_or_else(|| false.make(at)))
        });
        parameter_of(operation, made);
        if is_true(settings.and_then(|settings| settings.get("Caching")))
            && let Some(integration) = child(operation, "x-amazon-apigateway-integration")
        {
            append(integration, "cacheKeyParameters", name.make(at));
        }
    }
    Ok(())
}

fn wrong(at: Span) -> SamError {
    SamError::new(at, "this is not a request parameter").help("write method.request.{header,querystring,path}.NAME")
}

fn parameter_of(operation: &mut Node, parameter: Node) {
    append(operation, "parameters", parameter);
}

/// `Models`, `GatewayResponses`, `BinaryMediaTypes` and `DisableExecuteApiEndpoint` of an API.
pub(super) fn extras(properties: &Node, body: &mut Body) -> Result<(), SamError> {
    let openapi = body.is_openapi_3();
    let document = &mut body.document;
    if let Some(models) = properties.get("Models") {
        let members = models.as_map().ok_or_else(|| SamError::kind(models.at, "Models", "an object"))?;
        let path: &[&str] = if openapi { &["components", "schemas"] } else { &["definitions"] };
        within(document, path, models.at, |place| {
            extend(place, members.iter().map(|model| (model.key.to_lowercase().into(), model.value.clone())));
        });
    }
    if let Some(responses) = properties.get("GatewayResponses") {
        let members =
            responses.as_map().ok_or_else(|| SamError::kind(responses.at, "GatewayResponses", "an object"))?;
        let made = members.iter().map(|response| Ok((response.key.clone(), gateway_response(&response.value)?)));
        let made = made.collect::<Result<Vec<_>, SamError>>()?;
        let path = ["x-amazon-apigateway-gateway-responses"];
        within(document, &path, responses.at, |all| extend(all, made));
    }
    if let Some(types) = properties.get("BinaryMediaTypes") {
        let plain = |node: &Node| match node.as_text() {
            Some(text) => Node::text(node.at, text.replace("~1", "/")),
            None => node.clone(),
        };
        let types = Node::list(types.at, items(types).iter().map(plain).collect::<Vec<_>>());
        put(document, "x-amazon-apigateway-binary-media-types", types);
    }
    if let Some(off) = properties.get("DisableExecuteApiEndpoint") {
        let setting = node!(off.at; {"disableExecuteApiEndpoint": (off)});
        if openapi {
            put(document, "servers", node!(off.at; [{"x-amazon-apigateway-endpoint-configuration": (setting)}]));
        } else {
            put(document, "x-amazon-apigateway-endpoint-configuration", setting);
        }
    }
    Ok(())
}

fn gateway_response(node: &Node) -> Result<Node, SamError> {
    let at = node.at;
    if node.as_map().is_none() {
        return Err(SamError::kind(at, "a gateway response", "an object"));
    }
    let mut parameters = Props::new(at);
    for (key, prefix) in [("Headers", "header"), ("Paths", "path"), ("QueryStrings", "querystring")] {
        let given = node.get("ResponseParameters").and_then(|given| given.get(key)).and_then(Node::as_map);
        for member in given.unwrap_or_default() {
            parameters = parameters.with(&format!("gatewayresponse.{prefix}.{}", member.key), &member.value);
        }
    }
    let status = node.get("StatusCode").map(|status| match &status.is {
        Is::Number(number) => Node::text(status.at, number.clone()),
        _ => status.clone(),
    });
    let templates = node.get("ResponseTemplates").cloned().unwrap_or_else(|| Props::new(at).node());
    Ok(Props::new(at)
        .with("responseParameters", parameters)
        .with("responseTemplates", templates)
        .maybe("statusCode", status)
        .node())
}
