//! `Cors` of a REST API: an `OPTIONS` operation with a mock integration at every path that has none.

use super::super::SamError;
use super::super::body::{ANY, Body, each_operation, is_method};
use super::super::make::{Make, Props, is_intrinsic, is_true, node, put};
use crate::source::tree::{Is, Node, Span};
use std::collections::BTreeSet;

struct Cors<'a> {
    at: Span,
    origin: Node,
    headers: Option<&'a Node>,
    methods: Option<&'a Node>,
    max_age: Option<&'a Node>,
    credentials: bool,
}

pub(super) fn allow(body: &mut Body, cors: &Node) -> Result<(), SamError> {
    let cors = read(cors)?;
    let openapi = body.is_openapi_3();
    for path in &mut body.paths {
        each_operation(&mut path.value, &mut |methods| {
            let mut names = BTreeSet::from(["OPTIONS".to_owned()]);
            for member in methods.as_map().unwrap_or_default().iter().filter(|member| is_method(&member.key)) {
                if member.key.eq_ignore_ascii_case("options") {
                    return;
                }
                if &*member.key == ANY {
                    names.extend(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"].map(str::to_owned));
                } else {
                    names.insert(member.key.to_ascii_uppercase());
                }
            }
            let all = names.into_iter().collect::<Vec<_>>().join(",");
            put(methods, "options", operation(&cors, &format!("'{all}'"), openapi));
        });
    }
    Ok(())
}

fn read(node: &Node) -> Result<Cors<'_>, SamError> {
    let at = node.at;
    let any = || node!(at; "'*'");
    let simple = |origin| Cors { at, origin, headers: None, methods: None, max_age: None, credentials: false };
    match &node.is {
        Is::Text(_) => Ok(simple(node.clone())),
        _ if is_intrinsic(node) => Ok(simple(node.clone())),
        Is::Map(_) => {
            let origin = node.get("AllowOrigin");
            let credentials = node.get("AllowCredentials").filter(|it| is_true(Some(it)));
            if let Some(credentials) = credentials
                && origin.is_none_or(|origin| origin.as_text() == Some("'*'"))
            {
                return Err(SamError::new(credentials.at, "AllowCredentials needs an AllowOrigin that is not '*'"));
            }
            Ok(Cors {
                at,
                origin: origin.cloned().unwrap_or_else(any),
                headers: node.get("AllowHeaders"),
                methods: node.get("AllowMethods"),
                max_age: node.get("MaxAge"),
                credentials: credentials.is_some(),
            })
        }
        _ => {
            Err(SamError::kind(at, "Cors", "a text or an object").help("a text is the allowed origin, such as \"'*'\""))
        }
    }
}

fn operation(cors: &Cors<'_>, all: &str, openapi: bool) -> Node {
    let at = cors.at;
    let given = [
        ("Headers", cors.headers.cloned(), "string"),
        ("Methods", Some(cors.methods.cloned().unwrap_or_else(|| all.make(at))), "string"),
        ("Origin", Some(cors.origin.clone()), "string"),
    ];
    let mut sent: Vec<(String, Node, &str)> = given
        .into_iter()
        .filter_map(|(name, value, kind)| Some((format!("Access-Control-Allow-{name}"), value?, kind)))
        .collect();
    if let Some(age) = cors.max_age {
        sent.push(("Access-Control-Max-Age".to_owned(), age.clone(), "integer"));
    }
    if cors.credentials {
        sent.push(("Access-Control-Allow-Credentials".to_owned(), "'true'".make(at), "string"));
    }
    let (mut parameters, mut headers) = (Props::new(at), Props::new(at));
    for (name, value, kind) in sent {
        parameters = parameters.with(&format!("method.response.header.{name}"), value);
        headers = headers.with(
            &name,
            match openapi {
                true => node!(at; {"schema": {"type": (kind)}}),
                false => node!(at; {"type": (kind)}),
            },
        );
    }
    let json = || node!(at; ["application/json"]);
    let mut operation = Props::new(at).with("summary", "CORS support");
    if !openapi {
        operation = operation.with("consumes", json()).with("produces", json());
    }
    operation
        .with(
            "x-amazon-apigateway-integration",
            node!(at; {
                "type": "mock",
                "requestTemplates": {"application/json": "{\n  \"statusCode\" : 200\n}\n"},
                "responses": {"default": {
                    "statusCode": "200",
                    "responseParameters": (parameters),
                    "responseTemplates": {"application/json": "{}\n"}
                }}
            }),
        )
        .with(
            "responses",
            node!(at; {"200": {"description": "Default response for CORS method", "headers": (headers)}}),
        )
        .node()
}
