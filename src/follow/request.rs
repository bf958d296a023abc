//! What a client can ask for.

use crate::model::Str;

/// A request: (API, stage, base or canary, route key), seen in one view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    pub api: Str,
    pub api_name: Option<String>,
    /// `None` for an API without stages: judged once, as it would be deployed.
    pub stage: Option<Str>,
    pub canary: bool,
    /// The route key as AWS writes it: `GET /orders/{id}`, `$default`, `sendmessage`.
    pub route: String,
    pub method: Option<Str>,
    pub path: Option<Str>,
}

/// Which configuration a request is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// What the stage serves.
    Deployed,
    /// What the next deployment would make it serve.
    Draft,
    /// What a template will deploy.
    Planned,
}

impl View {
    pub fn as_str(self) -> &'static str {
        match self {
            View::Deployed => "deployed",
            View::Draft => "draft",
            View::Planned => "planned",
        }
    }
}
