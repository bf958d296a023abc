//! The document: its parts, still as borrowed JSON text.
//!
//! Each part is parsed on its own, so one wrong type costs one operation, and no tree of
//! a document of many megabytes is ever built.

use super::OpenApiError;
use super::extension::dropped;
use crate::model::{Gap, Seen, Str};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Parts under their names.
pub(super) type Named<'a> = BTreeMap<Str, &'a RawValue>;

/// A reference may lead to another one, but not for ever.
const DEPTH: usize = 16;

pub(super) struct Document<'a> {
    /// By path template, without the extensions that may stand between them.
    pub(super) paths: Named<'a>,
    /// What OpenAPI applies to operations that say nothing about security.
    pub(super) security: Option<&'a RawValue>,
    pub(super) schemes: Named<'a>,
    integrations: Named<'a>,
    path_items: Named<'a>,
    allowance: Cell<usize>,
    author: Author,
}

/// Who wrote the document, and so what its silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// API Gateway: an export is not known to carry every member always.
    Export,
    /// A person: what is not there is not set.
    Person,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Root<'a> {
    #[serde(borrow)]
    openapi: Option<&'a RawValue>,
    #[serde(borrow)]
    swagger: Option<&'a RawValue>,
    #[serde(borrow)]
    paths: Option<&'a RawValue>,
    #[serde(borrow)]
    components: Option<&'a RawValue>,
    #[serde(borrow)]
    security_definitions: Option<&'a RawValue>,
    #[serde(borrow)]
    security: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Components<'a> {
    #[serde(borrow, rename = "securitySchemes")]
    schemes: Option<&'a RawValue>,
    #[serde(borrow, rename = "x-amazon-apigateway-integrations")]
    integrations: Option<&'a RawValue>,
    #[serde(borrow, rename = "pathItems")]
    path_items: Option<&'a RawValue>,
}

/// The operations of one path.
#[derive(Deserialize, Default)]
pub(super) struct PathItem<'a> {
    #[serde(rename = "$ref")]
    reference: Option<Str>,
    #[serde(borrow)]
    get: Option<&'a RawValue>,
    #[serde(borrow)]
    put: Option<&'a RawValue>,
    #[serde(borrow)]
    post: Option<&'a RawValue>,
    #[serde(borrow)]
    delete: Option<&'a RawValue>,
    #[serde(borrow)]
    options: Option<&'a RawValue>,
    #[serde(borrow)]
    head: Option<&'a RawValue>,
    #[serde(borrow)]
    patch: Option<&'a RawValue>,
    #[serde(borrow, rename = "x-amazon-apigateway-any-method")]
    any: Option<&'a RawValue>,
}

/// One verb of one path, before anything in it is parsed.
pub(super) struct Verb<'a> {
    /// As the document writes it.
    pub(super) key: &'static str,
    /// As AWS writes it.
    pub(super) method: &'static str,
    pub(super) operation: &'a RawValue,
}

#[derive(Deserialize)]
pub(super) struct Operation<'a> {
    #[serde(borrow)]
    pub(super) security: Option<&'a RawValue>,
    #[serde(borrow, rename = "x-amazon-apigateway-integration")]
    pub(super) integration: Option<&'a RawValue>,
    #[serde(borrow, rename = "isDefaultRoute")]
    pub(super) is_default_route: Option<&'a RawValue>,
}

impl<'a> Document<'a> {
    pub(super) fn parse(json: &'a str, author: Author) -> Result<Self, OpenApiError> {
        let root: Root<'a> = serde_json::from_str(json).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                OpenApiError::WrongType { pointer: String::new(), expected: "one object with each part once" }
            }
            _ => OpenApiError::NotJson { line: error.line(), column: error.column() },
        })?;
        // An error's body is JSON too, and must not pass for an API without routes.
        if root.openapi.is_none() && root.swagger.is_none() {
            return Err(OpenApiError::NotOpenApi { missing: "the version" });
        }
        let paths = root.paths.ok_or(OpenApiError::NotOpenApi { missing: "paths" })?;
        let mut paths: Named<'a> = typed(paths, "an object", || "/paths".into())?;
        paths.retain(|path, _| !path.starts_with("x-"));

        let components: Components<'a> = match root.components {
            Some(raw) => typed(raw, "an object with each part once", || "/components".into())?,
            None => Components::default(),
        };
        let mut schemes = named(components.schemes, &["components", "securitySchemes"])?;
        schemes.append(&mut named(root.security_definitions, &["securityDefinitions"])?);
        Ok(Document {
            paths,
            security: root.security,
            schemes,
            integrations: named(components.integrations, &["components", "x-amazon-apigateway-integrations"])?,
            path_items: named(components.path_items, &["components", "pathItems"])?,
            // A document in which everything refers to its largest part would cost the
            // square of its size.
            allowance: Cell::new(json.len().saturating_mul(8).saturating_add(4 << 20)),
            author,
        })
    }

    /// A path of a REST API as importing makes it: without the slash at its end.
    pub(super) fn path(&self, written: &Str) -> Str {
        match (self.author, written.trim_end_matches('/')) {
            (Author::Export, _) => written.clone(),
            (Author::Person, "") => "/".into(),
            (Author::Person, path) => path.into(),
        }
    }

    /// Whether an HTTP API keeps the slash at a path's end is not documented.
    pub(super) fn keeps(&self, path: &str) -> Result<(), Gap> {
        match self.author == Author::Person && path.len() > 1 && path.ends_with('/') {
            true => Err(Gap::not_modelled("a path of an HTTP API that ends in a slash")),
            false => Ok(()),
        }
    }

    /// What a member says that may be left out.
    pub(super) fn said<T>(&self, value: impl Into<Seen<T>>, member: &str) -> Seen<T> {
        match (value.into(), self.author) {
            (Seen::Unset, Author::Export) => Seen::Unknown(dropped(member)),
            (value, _) => value,
        }
    }

    /// The operations of `path`. What the item says itself wins over what it refers to.
    pub(super) fn path_item(&self, path: &str, raw: &'a RawValue) -> Result<PathItem<'a>, OpenApiError> {
        let place = || pointer(&["paths", path]);
        let expected = "an object with each verb once";
        let mut item: PathItem<'a> = typed(raw, expected, place)?;
        for _ in 0..DEPTH {
            let Some(reference) = item.reference.take() else { return Ok(item) };
            let target = self.follow(&reference).ok_or_else(|| OpenApiError::Reference { pointer: place() })?;
            item.complete(typed(target, expected, place)?);
        }
        Err(OpenApiError::Reference { pointer: place() })
    }

    /// What a reference inside the document points to, where an operation can stand
    /// behind it. Parameters and schemas decide nothing here.
    pub(super) fn follow(&self, reference: &str) -> Option<&'a RawValue> {
        let mut steps = reference.strip_prefix("#/")?.split('/').map(unescaped);
        let section = match steps.next()?.as_str() {
            "paths" => &self.paths,
            "components" => match steps.next()?.as_str() {
                "x-amazon-apigateway-integrations" => &self.integrations,
                "pathItems" => &self.path_items,
                _ => return None,
            },
            _ => return None,
        };
        let target = *section.get(steps.next()?.as_str())?;
        let left = self.allowance.get().checked_sub(target.get().len())?;
        if steps.next().is_some() {
            return None;
        }
        self.allowance.set(left);
        Some(target)
    }

    /// Parses a part that may be a reference to where it really stands.
    pub(super) fn behind<T: Deserialize<'a>>(
        &self,
        mut raw: &'a RawValue,
        reference: impl Fn(&T) -> Option<&Str>,
    ) -> Option<T> {
        for _ in 0..DEPTH {
            let part: T = serde_json::from_str(raw.get()).ok()?;
            match reference(&part) {
                Some(reference) => raw = self.follow(reference)?,
                None => return Some(part),
            }
        }
        None
    }
}

impl<'a> PathItem<'a> {
    fn complete(&mut self, other: PathItem<'a>) {
        *self = PathItem {
            reference: other.reference,
            get: self.get.or(other.get),
            put: self.put.or(other.put),
            post: self.post.or(other.post),
            delete: self.delete.or(other.delete),
            options: self.options.or(other.options),
            head: self.head.or(other.head),
            patch: self.patch.or(other.patch),
            any: self.any.or(other.any),
        };
    }

    /// The verbs that API Gateway knows; it has no `trace`.
    pub(super) fn verbs(&self) -> impl Iterator<Item = Verb<'a>> {
        let all = [
            ("get", "GET", self.get),
            ("put", "PUT", self.put),
            ("post", "POST", self.post),
            ("delete", "DELETE", self.delete),
            ("options", "OPTIONS", self.options),
            ("head", "HEAD", self.head),
            ("patch", "PATCH", self.patch),
            ("x-amazon-apigateway-any-method", "ANY", self.any),
        ];
        all.into_iter().filter_map(|(key, method, operation)| Some(Verb { key, method, operation: operation? }))
    }
}

impl<'a> Verb<'a> {
    /// Where in the document it stands.
    pub(super) fn pointer(&self, path: &str) -> String {
        pointer(&["paths", path, self.key])
    }

    /// The operation's parts, or the gap of an operation that is no object.
    pub(super) fn read(&self, path: &str) -> Result<Operation<'a>, Gap> {
        serde_json::from_str(self.operation.get()).map_err(|_| unreadable("the operation", &self.pointer(path)))
    }
}

/// The gap of a part that has a type which it cannot have.
pub(super) fn unreadable(what: &str, pointer: &str) -> Gap {
    Gap::not_readable(format!("{what} at {pointer} of the OpenAPI document"))
}

/// A JSON pointer (RFC 6901).
pub(super) fn pointer(steps: &[&str]) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    }
    pointer
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

fn named<'a>(raw: Option<&'a RawValue>, steps: &[&str]) -> Result<Named<'a>, OpenApiError> {
    raw.map_or_else(|| Ok(Named::new()), |raw| typed(raw, "an object", || pointer(steps)))
}

fn typed<'a, T: Deserialize<'a>>(
    raw: &'a RawValue,
    expected: &'static str,
    pointer: impl FnOnce() -> String,
) -> Result<T, OpenApiError> {
    serde_json::from_str(raw.get()).map_err(|_| OpenApiError::WrongType { pointer: pointer(), expected })
}
