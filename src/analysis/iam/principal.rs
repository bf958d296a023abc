//! `Principal` and `NotPrincipal`.

use super::Caller;
use super::pattern::{Reading, matches};
use super::variables::Value;
use crate::analysis::Tri;
use crate::model::policy::Principal;
use crate::model::{Arn, Gap, Part, Text};

/// What a grant has to reach to count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reach {
    /// The caller or its account, which may pass the grant on.
    Account,
    /// The caller itself: within its account that needs no other permission.
    Caller,
    /// The caller whatever its boundary: a user, a session, or everyone, narrowed by
    /// `aws:PrincipalArn` (`narrowed`).
    PastBoundary { narrowed: bool },
}

/// The names under which a policy can mean a role or user.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Identity<'a> {
    pub(super) arn: &'a Text,
    pub(super) account: &'a Text,
    root: Text,
    /// A role's session; `None` if the role's own ARN does not tell its name.
    session: Option<Text>,
    is_role: bool,
}

/// Who calls, with all names spelled out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Who<'a> {
    Service(&'a str),
    Identity(Identity<'a>),
}

impl<'a> Who<'a> {
    pub(super) fn of(caller: &'a Caller) -> Self {
        let identity = |arn: &'a Text, account: &'a Text, is_role, session| {
            let partition = Arn::parse(arn).map_or_else(|| Text::new("aws"), |arn| arn.partition);
            let root = joined(&[&"arn:".into(), &partition, &":iam::".into(), account, &":root".into()]);
            Who::Identity(Identity { arn, account, root, session, is_role })
        };
        match caller {
            Caller::Service { name, .. } => Who::Service(name),
            Caller::Role { arn, account, session } => identity(arn, account, true, session_arn(arn, session)),
            Caller::User { arn, account } => identity(arn, account, false, None),
        }
    }
}

/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`: the role without its path.
fn session_arn(role: &Text, session: &Text) -> Option<Text> {
    let Arn { partition, account, resource, .. } = Arn::parse(role)?;
    let path = resource.strip_prefix("role/")?;
    let name = Text::new(path.lit()?.rsplit('/').next()?);
    let parts = [&"arn:".into(), &partition, &":sts::".into(), &account, &":assumed-role/".into(), &name];
    Some(joined(&parts).join(&"/".into()).join(session))
}

fn joined(parts: &[&Text]) -> Text {
    parts.iter().fold(Text::default(), |whole, part| whole.join(part))
}

/// Is the caller one of these principals?
pub(super) fn includes(principal: &Principal, who: &Who<'_>, reach: Reach) -> Tri<()> {
    if let (Principal::ByType(types), Who::Service(name)) = (principal, who)
        && types.get("Service").is_some_and(|values| values.iter().any(|value| value.lit() == Some(*name)))
    {
        return Tri::Yes(());
    }
    any(each(principal).map(|(kind, value)| names(kind, value, who, reach)))
}

/// Is the caller none of these principals, as `NotPrincipal` with `Deny` means it?
/// `bounded`: has the caller a permissions boundary? Then no exception holds.
pub(super) fn excludes(principal: &Principal, who: &Who<'_>, bounded: &Tri<()>) -> Tri<()> {
    let listed = includes(principal, who, Reach::Account);
    let Who::Identity(own) = who else { return listed.negate() };
    // AWS may look at the account first, then at the role, then at the session: only if
    // all are listed, or everyone is, the caller is sure to be excepted.
    let named = |name: &Text| any(each(principal).map(|(_, value)| equal(value, name)));
    let session = match (&own.session, own.is_role) {
        (_, false) => Tri::Yes(()),
        (Some(session), true) => named(session),
        (None, true) => Tri::unknown(session_name()),
    };
    let account = any([named(own.account), named(&own.root)]);
    let everyone = any(each(principal).map(|(_, value)| is(value, "*")));
    let excepted = any([everyone, Tri::all([account, named(own.arn), session], ())]);
    let without_boundary = match (listed, excepted) {
        (Tri::No(()), _) => Tri::Yes(()),
        (_, Tri::Yes(())) => Tri::No(()),
        (Tri::Unknown(gaps), _) | (_, Tri::Unknown(gaps)) => Tri::Unknown(gaps),
        (Tri::Yes(()), Tri::No(())) => {
            Tri::unknown(Gap::not_modelled("a NotPrincipal that names only some of account, role and session"))
        }
    };
    any([without_boundary, bounded.clone()])
}

/// Everyone who is listed, each with the type; `"*"` has none.
pub(super) fn each(principal: &Principal) -> impl Iterator<Item = (&str, &Text)> {
    let (everyone, types) = match principal {
        Principal::Any(value) => (Some(("", value)), None),
        Principal::ByType(types) => (None, Some(types)),
    };
    let listed = types.into_iter().flatten().flat_map(|(kind, values)| values.iter().map(|value| (&**kind, value)));
    everyone.into_iter().chain(listed)
}

fn names(kind: &str, value: &Text, who: &Who<'_>, reach: Reach) -> Tri<()> {
    match (kind, who) {
        ("", Who::Service(_)) => only(is(value, "*"), value),
        ("", Who::Identity(_)) => only(everyone(value, reach), value),
        ("Service", Who::Service(name)) => service(value, name),
        ("AWS", Who::Identity(own)) => own.named(value, reach),
        // AWS calls the two equal for anonymous callers and says nothing of services.
        ("AWS", Who::Service(_)) => match is(value, "*") {
            Tri::Yes(()) => {
                Tri::unknown(Gap::not_modelled("whether the principal {\"AWS\": \"*\"} includes AWS services"))
            }
            answer => answer,
        },
        ("Service", Who::Identity(_)) | ("Federated" | "CanonicalUser", _) => Tri::No(()),
        _ => Tri::unknown(Gap::not_modelled(format!("principals of type {kind}"))),
    }
}

/// A principal that is not what it should be cannot be judged.
fn only(answer: Tri<()>, value: &Text) -> Tri<()> {
    match answer {
        Tri::No(()) if value.lit().is_some() => Tri::unknown(Gap::not_modelled(format!("the principal {value}"))),
        answer => answer,
    }
}

/// A grant to everyone needs no other permission; only for one that is narrowed by
/// `aws:PrincipalArn` does AWS say that no boundary limits it.
fn everyone(value: &Text, reach: Reach) -> Tri<()> {
    match (is(value, "*"), reach) {
        (Tri::Yes(()), Reach::PastBoundary { narrowed: false }) => {
            Tri::unknown(Gap::not_modelled("whether a boundary limits what a policy grants to everyone"))
        }
        (answer, _) => answer,
    }
}

/// Other spellings of the same service exist in some partitions and regions; which of
/// them API Gateway answers to is not documented.
fn service(value: &Text, name: &str) -> Tri<()> {
    let answer = is(value, name);
    let Some(lit) = value.lit() else { return answer };
    fn label(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }
    if answer.is_no() && (lit.contains('*') || label(lit).eq_ignore_ascii_case(label(name))) {
        return Tri::unknown(Gap::not_modelled(format!("the service principal {lit}")));
    }
    answer
}

impl Identity<'_> {
    fn named(&self, value: &Text, reach: Reach) -> Tri<()> {
        let of_account = || match reach {
            Reach::Account => any([equal(value, self.account), equal(value, &self.root)]),
            Reach::Caller | Reach::PastBoundary { .. } => Tri::No(()),
        };
        let itself = || match reach {
            Reach::PastBoundary { .. } if self.is_role => Tri::No(()),
            _ => equal(value, self.arn),
        };
        let answer = any([everyone(value, reach), of_account(), itself(), self.in_session(value)]);
        match (answer, value.lit()) {
            (Tri::No(()), Some(lit)) if is_unique_id(lit) || (lit != "*" && lit.contains('*')) => {
                Tri::unknown(Gap::not_modelled(format!("the principal {lit}")))
            }
            // Such a hole could hold a unique id, which says nothing of whose it is.
            (Tri::No(()), None) if starts_open(value) => Tri::Unknown(value.gaps()),
            (answer, _) => answer,
        }
    }

    fn in_session(&self, value: &Text) -> Tri<()> {
        match &self.session {
            Some(session) => equal(value, session),
            None if self.is_role && value.lit().is_none_or(|lit| lit.contains(":assumed-role/")) => {
                Tri::unknown(session_name())
            }
            None => Tri::No(()),
        }
    }
}

/// What AWS makes of the ARN of a principal that was deleted.
fn is_unique_id(lit: &str) -> bool {
    lit.starts_with("AROA") || lit.starts_with("AIDA")
}

fn starts_open(value: &Text) -> bool {
    matches!(value.parts().first(), Some(Part::Hole(hole)) if hole.charset.allows('A'))
}

pub(super) fn session_name() -> Gap {
    Gap::Runtime { what: "the name of the role's session".to_owned() }
}

/// Is the value exactly this word?
fn is(value: &Text, word: &str) -> Tri<()> {
    match value.lit() {
        Some(lit) => Tri::of(lit == word, ()),
        None => equal(value, &Text::new(word)),
    }
}

fn equal(value: &Text, text: &Text) -> Tri<()> {
    matches(&Value::Plain(value), text, Reading::Exact)
}

fn any(answers: impl IntoIterator<Item = Tri<()>>) -> Tri<()> {
    Tri::any(answers, ())
}
