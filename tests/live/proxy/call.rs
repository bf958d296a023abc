//! One request, understood: which service, which operation, with what.

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::operations::{self, APIGATEWAY, APIGATEWAYV2, LAMBDA};

/// How a service wants to be spoken to, which decides the shape of its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Ec2,
    Query,
    Json,
    Rest,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) service: String,
    pub(crate) operation: String,
    pub(crate) wire: Wire,
    pub(crate) method: String,
    /// Path and query as they came.
    pub(crate) target: String,
    /// The variable segments of the path, decoded.
    pub(crate) ids: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// The parameters of a query protocol.
    pub(crate) form: BTreeMap<String, String>,
    pub(crate) json: Value,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn parse(method: &str, target: &str, headers: HeaderMap, body: Bytes) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path: Vec<String> = path.trim_matches('/').split('/').map(|segment| decode(segment, false)).collect();
        let scope = scope_part(&headers, 3).unwrap_or("unsigned").to_owned();
        let is_form = header(&headers, "content-type").starts_with("application/x-www-form-urlencoded");
        let form = if is_form { pairs(std::str::from_utf8(&body).unwrap_or_default()) } else { BTreeMap::new() };
        let json = if is_form { Value::Null } else { serde_json::from_slice(&body).unwrap_or(Value::Null) };
        let json_target = header(&headers, "x-amz-target");
        let is_v2 = scope == "apigateway" && path.first().is_some_and(|first| first == "v2");
        let service = if is_v2 { "apigatewayv2" } else { &scope }.to_owned();

        let (wire, known, ids) = if let Some(action) = form.get("Action") {
            let wire = if service == "ec2" { Wire::Ec2 } else { Wire::Query };
            (wire, Some(action.clone()), Vec::new())
        } else if let Some((_, operation)) = json_target.rsplit_once('.') {
            (Wire::Json, Some(operation.to_owned()), Vec::new())
        } else {
            let table = match service.as_str() {
                "apigateway" => APIGATEWAY,
                "apigatewayv2" => APIGATEWAYV2,
                "lambda" => LAMBDA,
                _ => &[],
            };
            match operations::find(table, method, &path) {
                Some((operation, ids)) => (Wire::Rest, Some(operation.to_owned()), ids),
                None => (Wire::Rest, None, Vec::new()),
            }
        };
        Self {
            // A call that the table does not know must be seen as such in the counts.
            operation: known.unwrap_or_else(|| format!("{method} /{}", path.join("/"))),
            service,
            wire,
            method: method.to_owned(),
            target: target.to_owned(),
            ids,
            query: pairs(query),
            form,
            json,
            headers,
            body,
        }
    }

    pub(crate) fn region(&self) -> &str {
        scope_part(&self.headers, 2).unwrap_or("us-east-1")
    }

    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// The code and the status with which the service refuses a caller who may not.
    pub(crate) fn denial(&self) -> (&'static str, u16) {
        match self.wire {
            Wire::Ec2 => ("UnauthorizedOperation", 403),
            Wire::Query => ("AccessDenied", 403),
            Wire::Json => ("AccessDeniedException", 400),
            Wire::Rest => ("AccessDeniedException", 403),
        }
    }

    pub(crate) fn is(&self, service: &str, operation: &str) -> bool {
        self.service == service && self.operation == operation
    }

    /// A captured path segment; asking for one that the operation does not have is a mistake in the bed.
    pub(crate) fn id(&self, at: usize) -> &str {
        &self.ids[at]
    }

    /// Everything that tells this call from others of its operation.
    pub(crate) fn key(&self) -> String {
        if self.form.is_empty() {
            let target = decode(&self.target, true);
            return format!("{} {} {target}", self.name(), self.method);
        }
        let parameters: Vec<String> = self
            .form
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "Action" | "Version"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{} {}", self.name(), parameters.join("&"))
    }

    /// The decoded text in which an override looks for its `contains`.
    pub(crate) fn text(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        let body = if self.form.is_empty() { body.into_owned() } else { decode(&body, true) };
        format!("{} {}\n{body}", self.method, decode(&self.target, true))
    }

    /// The values of a numbered list of a query protocol: `SubnetId.1`, or `Subnets.member.1`.
    pub(crate) fn list(&self, prefix: &str) -> Vec<String> {
        (1..)
            .map_while(|n| {
                self.form.get(&format!("{prefix}.{n}")).or_else(|| self.form.get(&format!("{prefix}.member.{n}")))
            })
            .cloned()
            .collect()
    }
}

/// A part of the credential scope of the signature: `Credential=AKID/date/region/service/aws4_request`.
fn scope_part(headers: &HeaderMap, at: usize) -> Option<&str> {
    header(headers, "authorization").split("Credential=").nth(1)?.split('/').nth(at)
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

fn decode(text: &str, plus_is_space: bool) -> String {
    let text = if plus_is_space { text.replace('+', " ") } else { text.to_owned() };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}
