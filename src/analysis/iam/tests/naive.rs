//! The documentation, written down as plainly as possible, for inputs without holes.

use crate::analysis::iam::pattern::Reading;
use serde_json::Value as Json;

/// `*` any characters, `?` one.
pub(super) fn wild(pattern: &str, text: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => text.is_empty(),
        Some('*') => {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| wild(chars.as_str(), &text[at..]))
        }
        Some(wanted) => {
            let mut rest = text.chars();
            let found = rest.next();
            found.is_some_and(|found| (wanted == '?' || wanted == found) && wild(chars.as_str(), rest.as_str()))
        }
    }
}

/// `None` where AWS does not say.
pub(super) fn reads(pattern: &str, text: &str, reading: Reading) -> Option<bool> {
    match reading {
        Reading::Exact => Some(pattern == text),
        Reading::ExactIgnoreCase => Some(pattern.eq_ignore_ascii_case(text)),
        Reading::Wild => Some(wild(pattern, text)),
        Reading::WildIgnoreCase => Some(wild(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())),
        Reading::Arn => {
            let pattern: Vec<&str> = pattern.splitn(6, ':').collect();
            let text: Vec<&str> = text.splitn(6, ':').collect();
            let six = pattern.len() == 6;
            six.then(|| text.len() == 6 && (0..6).all(|part| wild(pattern[part], text[part])))
        }
        Reading::Resource => {
            if !pattern.is_empty() && pattern.chars().all(|c| c == '*') {
                return Some(true);
            }
            let parts = pattern.matches(':').count() + 1;
            if parts < 6 {
                let completed = pattern.to_owned() + &":*".repeat(6 - parts);
                let (said, meant) = (reads_whole(pattern, text), reads_whole(&completed, text));
                return if said == meant { said } else { None };
            }
            reads_whole(pattern, text)
        }
    }
}

/// A `Resource` with all its parts.
fn reads_whole(pattern: &str, text: &str) -> Option<bool> {
    match (crossing(pattern, text), wild(pattern, text)) {
        (true, _) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
    }
}

/// A `*` before a colon or at the end may cross colons; no other wildcard does.
fn crossing(pattern: &str, text: &str) -> bool {
    let mut chars = pattern.chars();
    match chars.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = chars.as_str();
            let ends = rest.trim_start_matches('*');
            let free = ends.is_empty() || ends.starts_with(':');
            (0..=text.len())
                .filter(|at| text.is_char_boundary(*at) && (free || !text[..*at].contains(':')))
                .any(|at| crossing(rest, &text[at..]))
        }
        Some(wanted) => {
            let mut rest = text.chars();
            let found = rest.next();
            let same = |found| if wanted == '?' { found != ':' } else { wanted == found };
            found.is_some_and(same) && crossing(chars.as_str(), rest.as_str())
        }
    }
}

/// A call of which everything is known. A key that is not listed is not carried.
pub(super) struct Plain<'a> {
    /// `None` for the role, else the service.
    pub(super) service: Option<&'a str>,
    pub(super) keys: &'a [(&'a str, Vec<&'a str>)],
    pub(super) resource: &'a str,
}

fn decided(deny: Option<bool>, allow: Option<bool>) -> Option<bool> {
    match (deny, allow) {
        (Some(true), _) | (_, Some(false)) => Some(false),
        (Some(false), allow) => allow,
        (None, _) => None,
    }
}

/// Which naming of a principal counts.
#[derive(Clone, Copy, PartialEq)]
enum Enough {
    Account,
    Itself,
    DespiteBoundary,
}

/// Everything that is attached anywhere.
pub(super) struct Estate<'a> {
    pub(super) identity: &'a [Json],
    pub(super) boundary: Option<&'a Json>,
    pub(super) resource: Option<&'a Json>,
    pub(super) scps: Option<&'a [Json]>,
    pub(super) rcps: Option<&'a [Json]>,
    pub(super) same_account: bool,
}

/// The flow chart, for a call to Lambda. One policy stands on each level of the organisation.
pub(super) fn whole(estate: &Estate<'_>, call: &Plain<'_>) -> Option<bool> {
    let own = |policy: &Json, effect: &str| applies(policy, effect, call, Enough::Account);
    let on_resource = |enough: Enough, effect: &str| match estate.resource {
        Some(policy) => applies(policy, effect, call, enough),
        None => Some(false),
    };
    // AWS lists the services that RCPs cover; Lambda was not among the first.
    let rcps = any(estate.rcps.into_iter().flatten().map(|policy| own(policy, "Deny")));
    let rcps = if rcps == Some(false) { rcps } else { None };
    if call.service.is_some() {
        let denied = any([on_resource(Enough::Account, "Deny"), rcps]);
        return decided(denied, on_resource(Enough::Account, "Allow"));
    }
    let denials = estate.identity.iter().chain(estate.boundary).chain(estate.scps.into_iter().flatten());
    let mut denied: Vec<_> = denials.map(|policy| own(policy, "Deny")).collect();
    denied.extend([on_resource(Enough::Account, "Deny"), rcps]);
    let identity = any(estate.identity.iter().map(|policy| own(policy, "Allow")));
    let boundary = estate.boundary.map_or(Some(true), |policy| own(policy, "Allow"));
    let scps = all(estate.scps.into_iter().flatten().map(|policy| own(policy, "Allow")));
    let accounts = match estate.same_account {
        true => {
            let granted = any([identity, on_resource(Enough::Itself, "Allow")]);
            let despite = match estate.boundary {
                Some(_) => on_resource(Enough::DespiteBoundary, "Allow"),
                None => Some(false),
            };
            any([all([granted, boundary]), despite])
        }
        false => all([identity, boundary, on_resource(Enough::Account, "Allow")]),
    };
    decided(any(denied), all([scps, accounts]))
}

fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    any(answers.into_iter().map(|answer| answer.map(|held| !held))).map(|failed| !failed)
}

/// Does a statement of this effect match?
fn applies(policy: &Json, effect: &str, call: &Plain<'_>, enough: Enough) -> Option<bool> {
    let variables = policy["Version"] == "2012-10-17";
    let statements = policy["Statement"].as_array().unwrap().iter();
    any(statements.filter(|one| one["Effect"] == effect).map(|one| statement(one, call, variables, enough)))
}

fn statement(one: &Json, call: &Plain<'_>, variables: bool, enough: Enough) -> Option<bool> {
    let listed = |name: &str| strings(&one[name]);
    let one_of = |name: &str, test: &dyn Fn(&str) -> Option<bool>| match one.get(format!("Not{name}")) {
        Some(_) => any(listed(&format!("Not{name}")).iter().map(|said| test(said))).map(|matched| !matched),
        None => any(listed(name).iter().map(|said| test(said))),
    };
    let action = |said: &str| reads(said, "lambda:InvokeFunction", Reading::WildIgnoreCase);
    let resource = |said: &str| reads(said, call.resource, Reading::Resource);
    let mut answers = vec![principal(one, call, enough), one_of("Action", &action), one_of("Resource", &resource)];
    for (operator, keys) in one["Condition"].as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().unwrap() {
            answers.push(condition(operator, key, &strings(values), call, variables));
        }
    }
    any(answers.into_iter().map(|answer| answer.map(|matched| !matched))).map(|failed| !failed)
}

fn principal(one: &Json, call: &Plain<'_>, enough: Enough) -> Option<bool> {
    // A policy of a role has no principals.
    if one.get("Principal").is_none() && one.get("NotPrincipal").is_none() {
        return Some(true);
    }
    let by_arn =
        one["Condition"].as_object().into_iter().flatten().any(|(_, keys)| keys.get("aws:PrincipalArn").is_some());
    let one_is = |kind: &str, value: &str| match (kind, call.service, value) {
        ("Service", Some(service), _) => Some(value == service),
        ("AWS", None, "*") if enough == Enough::DespiteBoundary && !by_arn => None,
        ("AWS", None, "*" | super::SESSION_ARN) => Some(true),
        ("AWS", None, super::ROLE) => Some(enough != Enough::DespiteBoundary),
        ("AWS", None, super::ACCOUNT) => Some(enough == Enough::Account),
        _ => Some(false),
    };
    let named = |listed: &Json| match listed.as_object() {
        None if call.service.is_some() => Some(true),
        None => one_is("AWS", "*"),
        Some(types) => any(types.iter().flat_map(|(kind, values)| {
            strings(values).into_iter().map(|value| one_is(kind, &value)).collect::<Vec<_>>()
        })),
    };
    match one.get("NotPrincipal") {
        Some(listed) => named(listed).map(|named| !named),
        None => named(&one["Principal"]),
    }
}

fn condition(operator: &str, key: &str, said: &[String], call: &Plain<'_>, variables: bool) -> Option<bool> {
    let (set, plain) = operator.split_once(':').unwrap_or(("", operator));
    let (if_exists, plain) = plain.strip_suffix("IfExists").map_or((false, plain), |plain| (true, plain));
    let carried = call.keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, values)| values);
    if plain == "Null" {
        return Some(said.iter().any(|said| (said == "true") == carried.is_none()));
    }
    let positive = plain.replacen("Not", "", 1);
    let negated = positive != plain;
    let Some(carried) = carried else {
        return match set {
            _ if if_exists => Some(true),
            "ForAllValues" => Some(true),
            "ForAnyValue" => (!negated).then_some(false),
            _ => Some(negated),
        };
    };
    let one = |carried: &str| {
        // Numbers take no variables.
        let variables = variables && !plain.starts_with("Numeric");
        let matched = any(said.iter().map(|said| compare(&positive, &replaced(said, call, variables), carried)));
        matched.map(|matched| matched != negated)
    };
    match set {
        "ForAllValues" => any(carried.iter().map(|value| one(value).map(|held| !held))).map(|failed| !failed),
        "ForAnyValue" => any(carried.iter().map(|value| one(value))),
        _ if carried.len() == 1 => one(carried[0]),
        _ => None,
    }
}

fn compare(operator: &str, said: &str, carried: &str) -> Option<bool> {
    let number = |text: &str| text.parse::<f64>().ok();
    match operator {
        "StringEquals" => reads(said, carried, Reading::Exact),
        "StringEqualsIgnoreCase" => reads(said, carried, Reading::ExactIgnoreCase),
        "StringLike" => reads(said, carried, Reading::Wild),
        "ArnLike" | "ArnEquals" => reads(said, carried, Reading::Arn),
        "NumericEquals" => Some(number(carried)? == number(said)?),
        "NumericLessThan" => Some(number(carried)? < number(said)?),
        _ => panic!("{operator}"),
    }
}

/// The one variable that the tests use.
fn replaced(said: &str, call: &Plain<'_>, variables: bool) -> String {
    let value = call.keys.iter().find(|(name, _)| *name == "k").map_or("7", |(_, values)| values[0]);
    if variables { said.replace("${k, '7'}", value) } else { said.to_owned() }
}

fn strings(value: &Json) -> Vec<String> {
    match value {
        Json::Array(list) => list.iter().flat_map(strings).collect(),
        Json::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<_> = answers.into_iter().collect();
    if answers.contains(&Some(true)) { Some(true) } else { (!answers.contains(&None)).then_some(false) }
}
