//! OpenAPI documents that no template holds: each is an API of its own.

use super::Deployment;
use crate::model::rest::RestApi;
use crate::model::unit::{RestContent, RestFacts, RestUnit, V2Content, V2Facts, V2Unit};
use crate::model::v2::{Api, ProtocolType};
use crate::model::{ApiUnit, Charset, Gap, Scope, Seen, SourceFile, Text};
use crate::source::cloudformation::resources::body;
use crate::source::cloudformation::resources::fields::Ledger;
use crate::source::cloudformation::{Entry, Known, Value, included};
use crate::source::tree::{Is, Node};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(super) struct Source {
    pub(super) file: u32,
    pub(super) root: Node,
}

impl Source {
    /// The API that importing it makes. It has no stage yet.
    pub(super) fn unit(&self, deployment: &Deployment, files: &[Arc<SourceFile>], ledger: &Ledger) -> ApiUnit {
        let value = plain(&self.root);
        let file = files.get(self.file as usize).map(|file| file.name.as_str()).unwrap_or_default();
        let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let scope = scope(deployment, file);
        let id = Text::computed(stem.as_str(), Charset::Id, "the API's id");
        let label = id.label();
        ledger.note(&label, "", self.root.at);
        let title = self.root.get("info").and_then(|info| info.get("title")).and_then(Node::as_text);
        let name = Seen::from(title.map(Text::from));
        if is_http(&self.root) {
            let draft = body::http(&value, &label, ledger).unwrap_or_else(hidden_http);
            let api = Api { api_id: id, name, protocol_type: Seen::Set(ProtocolType::Http), ..Api::default() };
            let facts = V2Facts { api, stages: Seen::Set(Vec::new()), draft, ..V2Facts::default() };
            return ApiUnit::V2(V2Unit { scope, facts, planned: true });
        }
        let draft = body::rest(&value, &label, ledger).unwrap_or_else(hidden_rest);
        let api = RestApi { id, name, endpoint_configuration: Seen::Unset, tags: BTreeMap::new() };
        let facts = RestFacts { api, stages: Seen::Set(Vec::new()), draft, deployed: Vec::new() };
        ApiUnit::Rest(RestUnit { scope, facts, planned: true })
    }
}

fn hidden_rest(gap: Gap) -> RestContent {
    RestContent { resources: Seen::Unknown(gap.clone()), authorizers: Seen::Unknown(gap) }
}

fn hidden_http(gap: Gap) -> V2Content {
    let (routes, integrations) = (Seen::Unknown(gap.clone()), Seen::Unknown(gap.clone()));
    V2Content { routes, integrations, authorizers: Seen::Unknown(gap) }
}

/// Where a file goes of which only the command line says so.
pub(super) fn scope(deployment: &Deployment, file: &str) -> Scope {
    let or = |given: &Option<String>, charset, what: &str| {
        given.as_deref().map_or_else(|| Text::computed(format!("{file}:{what}"), charset, what), Text::from)
    };
    Scope {
        partition: "aws".into(),
        account: or(&deployment.account, Charset::Digits, "the account"),
        region: or(&deployment.region, Charset::Slug, "the region"),
    }
}

/// API Gateway takes a document for either kind of API. Only one for HTTP APIs says which format a proxy's payload has,
/// which route is the default, or that a token is a JWT.
fn is_http(root: &Node) -> bool {
    let has = |node: &Node, key: &str| node.get(key).is_some();
    if has(root, "swagger") {
        return false;
    }
    if has(root, "x-amazon-apigateway-cors") || has(root, "x-amazon-apigateway-importexport-version") {
        return true;
    }
    let paths = root.get("paths").and_then(Node::as_map).unwrap_or_default();
    paths.iter().any(|path| {
        path.key.trim_start_matches('/') == "$default"
            || path.value.as_map().unwrap_or_default().iter().any(|operation| {
                let integration = operation.value.get("x-amazon-apigateway-integration");
                integration.is_some_and(|it| has(it, "payloadFormatVersion"))
            })
    })
}

/// A document has no expressions.
fn plain(node: &Node) -> Value {
    let is = match &node.is {
        Is::Null => Known::Null,
        Is::Bool(it) => Known::Bool(*it),
        Is::Number(digits) => Known::Number(digits.clone()),
        Is::Text(text) if included::is_open(text) => Known::Unknown(included::gap()),
        Is::Text(text) => Known::Text(Text::from(text)),
        Is::List(items) => Known::List(items.iter().map(plain).collect()),
        Is::Map(members) => {
            let entry = |it: &crate::source::tree::Member| Entry {
                key: it.key.clone(),
                key_at: it.key_at,
                value: plain(&it.value),
            };
            Known::Map(members.iter().map(entry).collect())
        }
    };
    Value::new(node.at, is)
}
