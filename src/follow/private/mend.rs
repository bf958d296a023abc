//! From the engine's least rules, entries and routes to help and commands.

use super::blocked::SHOWN;
use crate::analysis::net::{Because, Direction, Entry, Opening, Proof, Source};
use crate::verdict::Fault;

/// The fault with the smallest changes that mend it.
pub(super) fn mended(fault: Fault, blocked: &[&Proof]) -> Fault {
    let mut steps: Vec<(String, Option<Vec<String>>)> = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    for step in blocked.iter().flat_map(|proof| changes(proof, &mut entries)) {
        if steps.len() < SHOWN && !steps.contains(&step) {
            steps.push(step);
        }
    }
    if steps.is_empty() {
        return fault.help("Let the connection through: nothing small can be added ahead of what stops it.");
    }
    let help: Vec<String> = steps.iter().map(|(sentence, _)| capital(sentence)).collect();
    let commands = steps.iter().filter_map(|(_, command)| command.as_ref());
    commands.fold(fault.help(help.join(" ")), |fault, command| {
        fault.cli(&command.iter().map(String::as_str).collect::<Vec<_>>())
    })
}

/// Of entries that want one number only the first: the next run asks for another.
fn changes(proof: &Proof, entries: &mut Vec<Entry>) -> Vec<(String, Option<Vec<String>>)> {
    if let Because::Unrouted(unrouted) = &proof.because {
        return vec![(unrouted.help(proof), None)];
    }
    let place = |entry: &Entry| (entry.acl.clone(), entry.direction, entry.number);
    let rule = proof.opening().map(|opening| (opening.sentence(), Some(rule_command(opening))));
    let mut steps: Vec<_> = rule.into_iter().collect();
    for entry in proof.entries() {
        if entries.iter().all(|known| known == entry || place(known) != place(entry)) {
            steps.push((entry.sentence(), Some(entry_command(entry))));
            entries.push(entry.clone());
        }
    }
    steps
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn rule_command(opening: &Opening) -> Vec<String> {
    let Opening { group, direction, port, source } = opening;
    let verb = match direction {
        Direction::Egress => "authorize-security-group-egress",
        Direction::Ingress => "authorize-security-group-ingress",
    };
    let peers = match source {
        Source::Group(id) => vec![("UserIdGroupPairs", format!("{{GroupId={id}}}"))],
        Source::Blocks(nets) => {
            let list = |key: &str, v4: bool| -> Vec<String> {
                let nets = nets.iter().filter(|net| net.addr().is_ipv4() == v4);
                nets.map(|net| format!("{{{key}={net}}}")).collect()
            };
            vec![("IpRanges", list("CidrIp", true).join(",")), ("Ipv6Ranges", list("CidrIpv6", false).join(","))]
        }
    };
    let mut rule = format!("IpProtocol=tcp,FromPort={port},ToPort={port}");
    for (key, list) in peers.iter().filter(|(_, list)| !list.is_empty()) {
        rule += &format!(",{key}=[{list}]");
    }
    ["aws", "ec2", verb, "--group-id", &group.to_string(), "--ip-permissions", &rule].map(str::to_owned).into()
}

fn entry_command(entry: &Entry) -> Vec<String> {
    let Entry { acl, direction, number, ports: (first, last), net } = entry;
    let way = match direction {
        Direction::Egress => "--egress",
        Direction::Ingress => "--ingress",
    };
    let block = if net.addr().is_ipv4() { "--cidr-block" } else { "--ipv6-cidr-block" };
    let (id, number, net) = (acl.to_string(), number.to_string(), net.to_string());
    let range = format!("From={first},To={last}");
    let create = ["aws", "ec2", "create-network-acl-entry", "--network-acl-id", &id, way, "--rule-number", &number];
    let what = ["--protocol", "6", "--rule-action", "allow", block, &net, "--port-range", &range];
    create.into_iter().chain(what).map(str::to_owned).collect()
}
