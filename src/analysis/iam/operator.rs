//! The operators of conditions: their names, and how two values compare.

use super::pattern::{Reading, matches};
use super::variables::Value;
use crate::analysis::Tri;
use crate::model::{Gap, Text};
use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::Date;
use std::cmp::Ordering;
use std::net::IpAddr;

/// An operator as a policy names it: `ForAnyValue:StringNotLikeIfExists`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Operator {
    pub(super) set: Option<Set>,
    pub(super) if_exists: bool,
    pub(super) negated: bool,
    pub(super) test: Test,
}

/// How the values of a call are taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Set {
    ForAllValues,
    ForAnyValue,
}

/// How one value is compared. Negation is the operator's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Test {
    Text(Reading),
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    /// The key is not there.
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Order {
    Equals,
    Less,
    LessEquals,
    Greater,
    GreaterEquals,
}

impl Operator {
    /// `None` for a name that AWS does not document; names are taken with their case.
    pub(super) fn parse(name: &str) -> Option<Operator> {
        if let Some((negated, test)) = test(name) {
            return Some(Operator { set: None, if_exists: false, negated, test });
        }
        let (set, name) = match name.split_once(':') {
            None => (None, name),
            Some(("ForAllValues", name)) => (Some(Set::ForAllValues), name),
            Some(("ForAnyValue", name)) => (Some(Set::ForAnyValue), name),
            Some(_) => return None,
        };
        let (if_exists, name) = name.strip_suffix("IfExists").map_or((false, name), |name| (true, name));
        let (negated, test) = test(name)?;
        (test != Test::Null || (set.is_none() && !if_exists)).then_some(Operator { set, if_exists, negated, test })
    }

    /// Does it compare letter by letter? `None` if it does not compare strings.
    pub(super) fn is_exact(self) -> Option<bool> {
        match self.test {
            Test::Text(reading) => Some(matches!(reading, Reading::Exact | Reading::ExactIgnoreCase)),
            _ => None,
        }
    }

    /// Policy variables work in string and ARN conditions.
    pub(super) fn takes_variables(self) -> bool {
        matches!(self.test, Test::Text(_))
    }
}

fn test(name: &str) -> Option<(bool, Test)> {
    Some(match name {
        "StringEquals" => (false, Test::Text(Reading::Exact)),
        "StringNotEquals" => (true, Test::Text(Reading::Exact)),
        "StringEqualsIgnoreCase" => (false, Test::Text(Reading::ExactIgnoreCase)),
        "StringNotEqualsIgnoreCase" => (true, Test::Text(Reading::ExactIgnoreCase)),
        "StringLike" => (false, Test::Text(Reading::Wild)),
        "StringNotLike" => (true, Test::Text(Reading::Wild)),
        // The two forms of each behave identically.
        "ArnEquals" | "ArnLike" => (false, Test::Text(Reading::Arn)),
        "ArnNotEquals" | "ArnNotLike" => (true, Test::Text(Reading::Arn)),
        "Bool" => (false, Test::Bool),
        "BinaryEquals" => (false, Test::Binary),
        "IpAddress" => (false, Test::Ip),
        "NotIpAddress" => (true, Test::Ip),
        "Null" => (false, Test::Null),
        _ => match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
            (Some(order), _) => (order == "NotEquals", Test::Number(Order::parse(order)?)),
            (_, Some(order)) => (order == "NotEquals", Test::Date(Order::parse(order)?)),
            _ => return None,
        },
    })
}

impl Order {
    fn parse(name: &str) -> Option<Order> {
        Some(match name {
            "Equals" | "NotEquals" => Order::Equals,
            "LessThan" => Order::Less,
            "LessThanEquals" => Order::LessEquals,
            "GreaterThan" => Order::Greater,
            "GreaterThanEquals" => Order::GreaterEquals,
            _ => return None,
        })
    }

    fn holds(self, call: Ordering) -> bool {
        match self {
            Order::Equals => call.is_eq(),
            Order::Less => call.is_lt(),
            Order::LessEquals => call.is_le(),
            Order::Greater => call.is_gt(),
            Order::GreaterEquals => call.is_ge(),
        }
    }
}

/// Does the call's value pass the test against one value of the policy?
pub(super) fn compare(test: Test, policy: &Text, value: &Value<'_>, call: &Text) -> Tri<()> {
    match test {
        Test::Text(reading) => matches(value, call, reading),
        Test::Number(order) => parsed(policy, call, number, |call, policy| {
            call.partial_cmp(policy).is_some_and(|ordering| order.holds(ordering))
        }),
        Test::Date(order) => parsed(policy, call, date, |call, policy| order.holds(call.cmp(policy))),
        Test::Bool => parsed(policy, call, boolean, |call, policy| call == policy),
        Test::Binary => parsed(policy, call, base64, |call, policy| call == policy),
        Test::Ip => parsed(policy, call, network, |call, policy| policy.contains(call)),
        Test::Null => Tri::unknown(Gap::not_modelled("Null as a comparison")),
    }
}

fn parsed<T>(policy: &Text, call: &Text, parse: fn(&str) -> Option<T>, holds: impl FnOnce(&T, &T) -> bool) -> Tri<()> {
    let (Some(said), Some(had)) = (policy.lit(), call.lit()) else {
        let mut gaps = policy.gaps();
        gaps.extend(call.gaps());
        return Tri::Unknown(gaps);
    };
    match (parse(said), parse(had)) {
        (Some(policy), Some(call)) if !said.contains("${") => Tri::of(holds(&call, &policy), ()),
        _ => Tri::unknown(Gap::not_modelled(format!("a condition that compares `{had}` with `{said}`"))),
    }
}

fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    text.parse().ok().filter(|_| plain)
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    text.parse().ok()
}

fn base64(text: &str) -> Option<String> {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    (text.len().is_multiple_of(4) && text.bytes().all(alphabet)).then(|| text.to_owned())
}

/// A date of the W3C's profile of ISO 8601, or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    if text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    if text.contains('T') {
        return text.parse().ok();
    }
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    day.parse::<Date>().ok()?;
    format!("{day}T00:00:00Z").parse().ok()
}

/// A range of addresses; one address is the range that holds only it.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
