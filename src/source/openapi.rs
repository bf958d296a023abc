//! OpenAPI documents with API Gateway's extensions, read into the model.
//!
//! So far these are API Gateway's own exports: what a stage really serves, unlike the
//! editable resources. An export carries no ids; [`join_rest`] and [`join_http`] take
//! them from the working copy.
//!
//! | file | holds |
//! |---|---|
//! | `document.rs` | the document: which parts there are, references, verbs |
//! | `extension.rs` | the `x-amazon-apigateway-…` objects |
//! | `security.rs` | which authorizer an operation names |
//! | `rest.rs`, `http.rs` | from there to the model of REST and of HTTP APIs |
//! | `join.rs` | an export beside the working copy |

mod document;
mod extension;
mod http;
mod join;
mod rest;
mod security;
#[cfg(test)]
mod tests;

pub use join::{http_is_deployed_view, join_http, join_rest, rest_is_deployed_view};

use crate::model::unit::{RestContent, V2Content};
use document::{Author, Document};

/// Why a text is not a readable OpenAPI document.
///
/// Messages name places, never values: an export can hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum OpenApiError {
    /// The text breaks JSON's grammar or ends too early.
    #[error("not JSON: line {line}, column {column}")]
    #[diagnostic(code(gatelint::openapi::not_json), help("exports are read as JSON: ask for application/json"))]
    NotJson { line: usize, column: usize },
    /// JSON, but no OpenAPI document.
    #[error("no OpenAPI document: {missing} is missing")]
    #[diagnostic(code(gatelint::openapi::not_openapi))]
    NotOpenApi { missing: &'static str },
    /// A part that everything else hangs on has another type.
    #[error("{} should be {expected}", place(.pointer))]
    #[diagnostic(code(gatelint::openapi::wrong_type))]
    WrongType { pointer: String, expected: &'static str },
    /// A path stands behind a reference that leads nowhere inside the document.
    #[error("the reference at {pointer} cannot be followed inside the document")]
    #[diagnostic(code(gatelint::openapi::reference))]
    Reference { pointer: String },
}

/// A JSON pointer for people, for whom the empty one says nothing.
fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "the document" } else { pointer }
}

/// Reads what `GetExport` answers for a stage of a REST API: `exportType` `oas30` or
/// `swagger`, `extensions=apigateway`, as JSON.
///
/// Resources and authorizers have empty ids. An operation that cannot be read keeps its
/// place, with a gap that points to it.
///
/// # Errors
/// The text is not JSON, not OpenAPI, or so broken that paths would be lost.
pub fn rest_export(json: &str) -> Result<RestContent, OpenApiError> {
    rest::content(&Document::parse(json, Author::Export)?)
}

/// Reads what `ExportApi` answers for a stage of an HTTP API: `OAS30` as JSON with its
/// extensions.
///
/// Routes and authorizers have empty ids. Each integration gets an id of the form
/// `export/GET /orders`, which is stable for the same document, and the routes' targets
/// name it.
///
/// # Errors
/// The text is not JSON, not OpenAPI, or so broken that routes would be lost.
pub fn http_export(json: &str) -> Result<V2Content, OpenApiError> {
    http::content(&Document::parse(json, Author::Export)?)
}

/// Reads what a person wrote to be imported as a REST API, already as JSON; a text that
/// is only partly known is an object of its parts.
///
/// # Errors
/// As [`rest_export`].
pub fn rest_import(json: &str) -> Result<RestContent, OpenApiError> {
    rest::content(&Document::parse(json, Author::Person)?)
}

/// The same for an HTTP API.
///
/// # Errors
/// As [`http_export`].
pub fn http_import(json: &str) -> Result<V2Content, OpenApiError> {
    http::content(&Document::parse(json, Author::Person)?)
}
