//! The filters of DescribeNetworkInterfaces, for the interfaces that the bed makes.

use super::Interface;
use crate::proxy::call::Call;

pub(super) struct Filters(Vec<(String, Vec<String>)>);

impl Filters {
    /// Or the name of a filter that the bed would get wrong.
    pub(super) fn of(call: &Call) -> Result<Self, String> {
        let mut filters = Vec::new();
        let named = call.list("NetworkInterfaceId");
        if !named.is_empty() {
            filters.push(("network-interface-id".to_owned(), named));
        }
        for number in 1.. {
            let Some(name) = call.form.get(&format!("Filter.{number}.Name")) else {
                break;
            };
            if !KNOWN.contains(&name.as_str()) {
                return Err(name.clone());
            }
            filters.push((name.clone(), call.list(&format!("Filter.{number}.Value"))));
        }
        Ok(Self(filters))
    }

    pub(super) fn allow(&self, interface: &Interface) -> bool {
        self.0.iter().all(|(name, wanted)| {
            let have = values(interface, name);
            wanted.iter().any(|wanted| have.iter().any(|have| matches(wanted, have)))
        })
    }
}

const KNOWN: [&str; 13] = [
    "addresses.private-ip-address",
    "attachment.instance-id",
    "availability-zone",
    "description",
    "group-id",
    "interface-type",
    "network-interface-id",
    "private-ip-address",
    "requester-id",
    "requester-managed",
    "status",
    "subnet-id",
    "vpc-id",
];

fn values(interface: &Interface, name: &str) -> Vec<String> {
    let value = match name {
        "addresses.private-ip-address" | "private-ip-address" => interface.address.to_string(),
        "availability-zone" => interface.zone.clone(),
        "description" => interface.owner.description.clone(),
        "group-id" => return interface.owner.groups.clone(),
        "interface-type" => interface.owner.kind.to_owned(),
        "network-interface-id" => interface.id.clone(),
        "requester-id" => interface.owner.requester.to_owned(),
        "requester-managed" => "true".to_owned(),
        "status" => "in-use".to_owned(),
        "subnet-id" => interface.subnet.clone(),
        "vpc-id" => interface.vpc.clone(),
        // No instance is behind them.
        _ => return Vec::new(),
    };
    vec![value]
}

/// EC2's wildcards: `*` for any text, `?` for one character.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| matches(rest, &text[at..]))
        }
        Some(first) => match text.chars().next() {
            Some(have) if first == '?' || first == have => {
                matches(&pattern[first.len_utf8()..], &text[have.len_utf8()..])
            }
            _ => false,
        },
    }
}
