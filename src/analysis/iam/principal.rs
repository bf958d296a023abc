//! `Principal` and `NotPrincipal`.

use super::Caller;
use super::pattern::{Reading, matches};
use super::variables::Value;
use crate::analysis::Tri;
use crate::model::policy::{Many, Principal};
use crate::model::{Arn, Charset, Gap, Text};

/// Is the caller one of these principals?
pub(super) fn includes(principal: &Principal, caller: &Caller) -> Tri<()> {
    any(each(principal).map(|(kind, value)| names(kind, value, caller)))
}

/// Is the caller none of these principals, as `NotPrincipal` means it?
pub(super) fn excludes(principal: &Principal, caller: &Caller) -> Tri<()> {
    let listed = includes(principal, caller);
    let Caller::Role { arn, account } = caller else { return listed.negate() };
    // AWS may look at the account first and then at the role, so a role is only sure to
    // be excepted if both are listed, or everyone is.
    let everyone = any(each(principal).map(|(_, value)| equal(value, &Text::new("*"))));
    let role = any(each(principal).map(|(_, value)| equal(value, arn)));
    let of_account = any(each(principal).map(|(_, value)| is_account(value, arn, account)));
    let excepted = any([everyone, Tri::all([role, of_account], ())]);
    match (listed, excepted) {
        (Tri::No(()), _) => Tri::Yes(()),
        (_, Tri::Yes(())) => Tri::No(()),
        (Tri::Unknown(gaps), _) | (_, Tri::Unknown(gaps)) => Tri::Unknown(gaps),
        (Tri::Yes(()), Tri::No(())) => {
            Tri::unknown(Gap::not_modelled("a NotPrincipal that names only one of the role and its account"))
        }
    }
}

pub(super) fn shown(principal: &Principal) -> String {
    let values: Vec<String> = each(principal).map(|(_, value)| format!("`{value}`")).collect();
    if values.is_empty() { "nobody".to_owned() } else { values.join(", ") }
}

/// Everyone who is listed, each with the type; `"*"` has none.
fn each(principal: &Principal) -> Box<dyn Iterator<Item = (&str, &Text)> + '_> {
    match principal {
        Principal::Any(value) => Box::new(std::iter::once(("", value))),
        Principal::ByType(types) => Box::new(
            types.iter().flat_map(|(kind, values): (_, &Many<Text>)| values.iter().map(|value| (&**kind, value))),
        ),
    }
}

fn names(kind: &str, value: &Text, caller: &Caller) -> Tri<()> {
    match (kind, caller) {
        ("", _) => only(equal(value, &Text::new("*")), value),
        ("Service", Caller::Service { name, .. }) => service(value, name),
        ("AWS", Caller::Role { arn, account }) => identity(value, arn, account),
        // AWS calls the two equal for anonymous callers and says nothing of services.
        ("AWS", Caller::Service { .. }) if value.lit() == Some("*") => {
            Tri::unknown(Gap::not_modelled("whether the principal {\"AWS\": \"*\"} includes AWS services"))
        }
        ("AWS", Caller::Service { .. }) => match value.lit() {
            Some(_) => Tri::No(()),
            None => only(equal(value, &Text::new("*")), value),
        },
        ("Service", Caller::Role { .. }) | ("Federated" | "CanonicalUser", _) => Tri::No(()),
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

/// Other spellings of the same service exist in some partitions and regions; which of
/// them API Gateway answers to is not documented.
fn service(value: &Text, name: &str) -> Tri<()> {
    let answer = equal(value, &Text::new(name));
    let Some(lit) = value.lit() else { return answer };
    let label = |name: &str| name.split('.').next().map(str::to_ascii_lowercase);
    if answer.is_no() && (lit.contains('*') || label(lit) == label(name)) {
        return Tri::unknown(Gap::not_modelled(format!("the service principal {lit}")));
    }
    answer
}

fn identity(value: &Text, arn: &Text, account: &Text) -> Tri<()> {
    let direct = any([equal(value, &Text::new("*")), equal(value, arn), is_account(value, arn, account)]);
    if !direct.is_no() {
        return direct;
    }
    let Some(lit) = value.lit() else {
        // A session's ARN has a form of its own, and it may be what the hole holds.
        let open = value.holes().any(|hole| hole.charset == Charset::Any);
        return if open || value.to_string().contains(":sts:") { Tri::Unknown(value.gaps()) } else { direct };
    };
    if lit.contains(":assumed-role/") {
        return session(value, arn);
    }
    if lit.starts_with("AROA") || (lit != "*" && lit.contains('*')) {
        return Tri::unknown(Gap::not_modelled(format!("the principal {lit}")));
    }
    direct
}

/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`: the role without its path, and a
/// session whose name API Gateway chooses.
fn session(value: &Text, arn: &Text) -> Tri<()> {
    let of = |text: &Text, prefix: &str| {
        let arn = Arn::parse(text)?;
        Some((arn.account, arn.resource.strip_prefix(prefix)?))
    };
    let runtime = || Tri::unknown(Gap::Runtime { what: "the name of the role's session".to_owned() });
    let (Some((theirs, session)), Some((account, role))) = (of(value, "assumed-role/"), of(arn, "role/")) else {
        return runtime();
    };
    let (Some(session), Some(role)) = (session.lit(), role.lit()) else { return runtime() };
    let name = role.rsplit('/').next().unwrap_or(role);
    let same = session.split('/').next() == Some(name);
    if !same || equal(&theirs, &account).is_no() { Tri::No(()) } else { runtime() }
}

/// The account's number or the ARN of its root; both mean the whole account.
fn is_account(value: &Text, arn: &Text, account: &Text) -> Tri<()> {
    let partition = Arn::parse(arn).map_or_else(|| Text::new("aws"), |arn| arn.partition);
    let root = [Text::new("arn:"), partition, Text::new(":iam::"), account.clone(), Text::new(":root")];
    let root = root.iter().fold(Text::new(""), |whole, part| whole.join(part));
    any([equal(value, account), equal(value, &root)])
}

fn equal(value: &Text, text: &Text) -> Tri<()> {
    matches(&Value::Plain(value), text, Reading::Exact)
}

fn any(answers: impl IntoIterator<Item = Tri<()>>) -> Tri<()> {
    Tri::any(answers, ())
}
