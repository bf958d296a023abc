//! What findings are about, and how things are called.

use super::{Scope, Str};
use serde::Serialize;
use std::collections::BTreeMap;

/// A resource that evidence and findings can name.
pub trait Described: Serialize {
    /// What it is, in one or two words of AWS's.
    fn noun(&self) -> &'static str;
    /// The ARN where AWS defines one, else AWS's own id.
    fn id(&self) -> String;
    fn name(&self) -> Option<String>;
    /// Is the name its author's?
    fn is_named(&self) -> bool;
    fn tags(&self) -> BTreeMap<Str, Str> {
        BTreeMap::new()
    }
}

/// What a finding is about. Its identity survives re-creation: CloudFormation's stack
/// and logical id where the tags are there, else kind, name and route key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    pub kind: &'static str,
    pub id: String,
    pub name: Option<String>,
    pub scope: Scope,
    /// What tells it from others of its name: a route key, a stage variable's name.
    pub detail: String,
    pub stack: Option<(Str, Str)>,
    /// It has no name of its own, or one that a deployment makes.
    pub unnamed: bool,
}

impl Subject {
    pub fn of(thing: &impl Described, scope: &Scope) -> Subject {
        let tags = thing.tags();
        let tag = |key: &str| tags.get(key).cloned();
        Subject {
            kind: thing.noun(),
            id: thing.id(),
            name: thing.name(),
            scope: scope.clone(),
            detail: String::new(),
            stack: tag("aws:cloudformation:stack-name").zip(tag("aws:cloudformation:logical-id")),
            unnamed: !thing.is_named(),
        }
    }

    /// A thing that is only named: it is gone, or has no facts of its own.
    pub fn named(kind: &'static str, id: impl Into<String>, scope: &Scope) -> Subject {
        let id = id.into();
        let (name, scope) = (Some(id.clone()), scope.clone());
        Subject { kind, name, id, scope, detail: String::new(), stack: None, unnamed: false }
    }

    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Never an AWS-generated id, a line, a message, a stage list or the view.
    pub fn identity(&self) -> String {
        let what = match &self.stack {
            Some((stack, logical)) => format!("{stack}/{logical}"),
            None => format!("{}/{}", self.kind, self.name.as_deref().unwrap_or_default()),
        };
        format!("{what}/{}", self.detail)
    }
}
