//! What speaks for an answer.

use super::nearest::Nearest;
use crate::model::Text;

/// A statement of a policy, as a person can look it up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The policy's name or label.
    pub policy: String,
    pub index: usize,
    pub sid: Option<Text>,
    /// The policy has a list of statements, not just one.
    pub(super) listed: bool,
}

/// Why a call is allowed or denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    Allowed {
        statement: StatementRef,
    },
    ExplicitDeny {
        statement: StatementRef,
    },
    /// Nothing allows it.
    NoMatch {
        nearest: Option<Nearest>,
    },
    /// The role's own policies do not matter: its permissions boundary does not allow it.
    NotInBoundary {
        boundary: String,
        nearest: Option<Nearest>,
    },
    /// A level of the organisation does not allow it.
    NotInOrganization {
        level: String,
        nearest: Option<Nearest>,
    },
}

impl StatementRef {
    /// JSON pointer of the statement inside the policy, e.g. `/Statement/0`.
    pub fn pointer(&self) -> String {
        if self.listed { format!("/Statement/{}", self.index) } else { "/Statement".to_owned() }
    }

    /// As a sentence names it: by its Sid, else by its place.
    pub(super) fn name(&self) -> String {
        match &self.sid {
            Some(sid) if !sid.is_empty() => format!("statement `{sid}`"),
            _ => format!("statement {}", self.index + 1),
        }
    }
}

impl Proof {
    /// One sentence without a full stop.
    pub fn sentence(&self) -> String {
        match self {
            Proof::Allowed { statement } => format!("{} of {} allows this call", statement.name(), statement.policy),
            Proof::ExplicitDeny { statement } => {
                format!("{} of {} denies this call", statement.name(), statement.policy)
            }
            Proof::NoMatch { nearest: Some(nearest) } => nearest.sentence(),
            Proof::NoMatch { nearest: None } => "no statement allows this call".to_owned(),
            Proof::NotInBoundary { boundary, nearest: Some(nearest) } => {
                format!("the permissions boundary {boundary} does not include this call: {}", nearest.sentence())
            }
            Proof::NotInBoundary { boundary, nearest: None } => {
                format!("no statement of the permissions boundary {boundary} allows this call")
            }
            Proof::NotInOrganization { level, nearest: Some(nearest) } => {
                format!("the service control policies of {level} do not allow this call: {}", nearest.sentence())
            }
            Proof::NotInOrganization { level, nearest: None } => {
                format!("no service control policy of {level} allows this call")
            }
        }
    }

    /// The statement that decided, or that came closest.
    pub fn statement(&self) -> Option<&StatementRef> {
        match self {
            Proof::Allowed { statement } | Proof::ExplicitDeny { statement } => Some(statement),
            Proof::NoMatch { nearest }
            | Proof::NotInBoundary { nearest, .. }
            | Proof::NotInOrganization { nearest, .. } => nearest.as_ref().map(|nearest| &nearest.statement),
        }
    }

    /// JSON pointer, inside the policy, of what to underline.
    pub fn pointer(&self) -> Option<String> {
        match self {
            Proof::Allowed { statement } | Proof::ExplicitDeny { statement } => Some(statement.pointer()),
            Proof::NoMatch { nearest }
            | Proof::NotInBoundary { nearest, .. }
            | Proof::NotInOrganization { nearest, .. } => nearest.as_ref().map(Nearest::pointer),
        }
    }
}
