//! An API's OpenAPI document while events, authorizers and CORS are written into it.

use super::SamError;
use super::make::{child, items, node, only_if, put, referred};
use crate::model::Str;
use crate::source::tree::{Is, Member, Node, Span};
use std::collections::BTreeMap;

pub(super) const ANY: &str = "x-amazon-apigateway-any-method";

pub(super) struct Body {
    /// All but the paths.
    pub(super) document: Node,
    pub(super) paths: Vec<Member>,
    index: BTreeMap<Str, usize>,
}

impl Body {
    /// A document without routes; the version is `swagger` or `openapi` with its number.
    pub(super) fn empty(at: Span, version: (&str, &str)) -> Body {
        let document = node!(at; {
            "info": {"version": "1.0", "title": {"Ref": "AWS::StackName"}},
            (version.0): (version.1)
        });
        Body { document, paths: Vec::new(), index: BTreeMap::new() }
    }

    /// `None` if the document cannot be edited: it has no paths, or they come from a macro or a condition.
    pub(super) fn written(document: &Node) -> Option<Body> {
        let members = document.as_map()?;
        if document.get("Fn::Transform").is_some() || document.get("Fn::If").is_some() {
            return None;
        }
        let paths = match document.get("paths").map(|paths| &paths.is) {
            Some(Is::Map(paths)) if !paths.iter().any(|path| path.key.starts_with("Fn::")) => paths.clone(),
            _ => return None,
        };
        let rest = members.iter().filter(|member| &*member.key != "paths").cloned().collect();
        let index = paths.iter().enumerate().map(|(index, path)| (path.key.clone(), index)).collect();
        Some(Body { document: Node::new(document.at, Is::Map(rest)), paths, index })
    }

    /// OpenAPI 3, not Swagger 2.
    pub(super) fn is_openapi_3(&self) -> bool {
        self.document.get("openapi").is_some()
    }

    /// The path with its methods, which is made if it is not there.
    pub(super) fn path(&mut self, path: &Str, at: Span) -> &mut Node {
        let index = *self.index.entry(path.clone()).or_insert_with(|| {
            self.paths.push(Member { key: path.clone(), key_at: at, value: Node::map::<Str>(at, []) });
            self.paths.len() - 1
        });
        &mut self.paths[index].value
    }

    /// The methods of a path.
    pub(super) fn methods(&self, path: &str) -> Vec<&str> {
        let path = self.index.get(path).and_then(|index| self.paths.get(*index));
        path.map(|path| methods(&path.value)).unwrap_or_default()
    }

    pub(super) fn finish(self) -> Node {
        let Body { mut document, paths, .. } = self;
        let at = document.at;
        put(&mut document, "paths", Node::new(at, Is::Map(paths)));
        document
    }
}

/// The operation below its conditions: `f` is asked for each branch of an `Fn::If`.
pub(super) fn each_operation(node: &mut Node, f: &mut impl FnMut(&mut Node)) {
    if let Some(Node { is: Is::List(branches), .. }) = child(node, "Fn::If") {
        for branch in branches.iter_mut().skip(1) {
            if referred(branch) != Some("AWS::NoValue") {
                each_operation(branch, f);
            }
        }
    } else if matches!(node.is, Is::Map(_)) {
        f(node);
    }
}

pub(super) fn methods(path: &Node) -> Vec<&str> {
    let path = path.get("Fn::If").and_then(|branches| branches.as_list()?.get(1)).unwrap_or(path);
    let keys = path.as_map().unwrap_or_default().iter().map(|member| &*member.key);
    keys.filter(|key| is_method(key)).collect()
}

/// Whether a key of a path item is a method, in lower case.
pub(super) fn is_method(key: &str) -> bool {
    let known = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    key == ANY || key == "any" || known.iter().any(|method| key.eq_ignore_ascii_case(method))
}

/// The method as the document writes it.
pub(super) fn method_key(method: &str) -> Str {
    match method.to_ascii_lowercase() {
        any if any == "any" || any == ANY => ANY.into(),
        method => method.into(),
    }
}

/// `/orders/{id}` as the resource part of an execute-api ARN writes it: variables are stars, a trailing slash is not there.
pub(super) fn arn_path(path: &str) -> String {
    starred(path, |name| is_variable(name.strip_suffix('+').unwrap_or(name)))
}

/// The same for a route of an HTTP API, where SAM knows only one greedy variable.
pub(super) fn arn_route(path: &str) -> String {
    starred(path, |name| name == "proxy+" || is_variable(name))
}

fn starred(path: &str, is_variable: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let name = from.find('}').map(|close| &from[1..close]);
        match name {
            Some(name) if is_variable(name) => {
                out.push('*');
                rest = &from[name.len() + 2..];
            }
            _ => {
                out.push('{');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    if out.len() > 1 && out.ends_with('/') {
        out.pop();
    }
    out
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// `{"name": [scopes]}`, a requirement of OpenAPI.
pub(super) fn requirement(at: Span, name: &str, scopes: Option<&Node>) -> Node {
    let scopes = scopes.map(items).unwrap_or_default().to_vec();
    node!(at; {(name): (Node::list(at, scopes))})
}

/// What to do where the document has an integration for the route already.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Known {
    Refuse,
    Replace,
    Keep,
}

/// Adds one more route.
///
/// # Errors
/// The route is there already, where that is to be refused.
pub(super) fn insert(
    body: &mut Body,
    (path, at): (&Str, Span),
    method: &Str,
    operation: Node,
    (condition, known): (Option<&Str>, Known),
) -> Result<(), SamError> {
    let node = body.path(path, at);
    if node.get(method).is_some_and(has_integration) {
        let name = if &**method == ANY { "any" } else { method };
        match known {
            Known::Refuse => {
                return Err(SamError::new(at, format!("{name} {path} is there twice"))
                    .help("another event of this API has the same path and method"));
            }
            Known::Keep => return Ok(()),
            Known::Replace => {}
        }
    }
    let written = child(node, method).map(|node| std::mem::replace(node, Node::new(at, Is::Null)));
    let operation = match written {
        Some(Node { is: Is::Map(mut members), at }) => {
            if let Is::Map(made) = operation.is {
                members.retain(|member| !made.iter().any(|new| new.key == member.key));
                members.extend(made);
            }
            Node::new(at, Is::Map(members))
        }
        _ => operation,
    };
    put(node, method, only_if(condition, operation));
    Ok(())
}

fn has_integration(operation: &Node) -> bool {
    match operation.get("Fn::If") {
        Some(Node { is: Is::List(branches), .. }) => branches.iter().skip(1).any(has_integration),
        _ => operation.get("x-amazon-apigateway-integration").is_some(),
    }
}
