//! What speaks for an answer.

use super::miss::Miss;

/// A statement of a policy, as a person can look it up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The policy's name or label.
    pub policy: String,
    pub index: usize,
    pub sid: Option<String>,
    /// JSON pointer of the statement inside the policy, e.g. `/Statement/0`.
    pub pointer: String,
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

/// The statement that came closest to allowing the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    pub statement: StatementRef,
    /// What did not match. If several elements did not, the first of them.
    pub element: Element,
    /// Where an ARN is compared with the call's: the part or segment that differs.
    pub miss: Option<Miss>,
    /// JSON pointer of it inside the policy, e.g. `/Statement/0/Condition/ArnLike/AWS:SourceArn`.
    pub pointer: String,
    pub policy_says: String,
    pub call_has: String,
}

/// An element of a statement, in the order in which they are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    Principal,
    Action,
    Resource,
    Condition { operator: String, key: String },
}

impl StatementRef {
    /// As a sentence names it: by its Sid, else by its place.
    fn name(&self) -> String {
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
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Proof::Allowed { statement } | Proof::ExplicitDeny { statement } => Some(&statement.pointer),
            Proof::NoMatch { nearest }
            | Proof::NotInBoundary { nearest, .. }
            | Proof::NotInOrganization { nearest, .. } => nearest.as_ref().map(|nearest| nearest.pointer.as_str()),
        }
    }
}

impl Nearest {
    fn sentence(&self) -> String {
        let Nearest { statement, element, policy_says, call_has, .. } = self;
        let name = statement.name();
        match element {
            Element::Principal => format!("{name} allows {policy_says}; this call comes from {call_has}"),
            Element::Action => format!("{name} allows {policy_says}; this call needs {call_has}"),
            Element::Resource => format!("{name} allows {policy_says}; this call is for {call_has}"),
            Element::Condition { operator, key } if key.eq_ignore_ascii_case("aws:SourceArn") && positive(operator) => {
                format!("{name} allows {policy_says}; this call comes from {call_has}")
            }
            Element::Condition { operator, key } => {
                format!("{name} requires {key} {operator} {policy_says}; this call has {call_has}")
            }
        }
    }
}

fn positive(operator: &str) -> bool {
    !operator.contains("Not") && operator != "Null"
}
