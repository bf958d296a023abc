//! The resource policy that `Auth.ResourcePolicy` of an API and of its events make.

use super::super::SamError;
use super::super::body::{ANY, Body, arn_path, methods};
use super::super::domain::words;
use super::super::make::{Make, Props, items, node, put};
use crate::source::tree::{Node, Span};
use std::collections::BTreeSet;

/// In bytes, and far more than API Gateway takes.
const LARGEST: usize = 1 << 20;

/// Statements in the order in which SAM adds them, each once.
#[derive(Default)]
pub(in super::super) struct Policy {
    statements: Vec<Node>,
    said: BTreeSet<String>,
    size: usize,
}

/// Which sources a list names, and whether it lets them in.
const RANGES: [(&str, bool); 2] = [("IpRangeWhitelist", true), ("IpRangeBlacklist", false)];
const ACCOUNTS: [(&str, bool); 2] = [("AwsAccountWhitelist", true), ("AwsAccountBlacklist", false)];

impl Policy {
    /// What the policy says of one path. A policy of more than a megabyte is refused; API Gateway takes 8 KiB.
    pub(in super::super) fn add(
        &mut self,
        policy: &Node,
        stage: &Node,
        path: &str,
        methods: &[&str],
    ) -> Result<(), SamError> {
        if policy.as_map().is_none() {
            return Err(SamError::kind(policy.at, "ResourcePolicy", "an object"));
        }
        let resources = |at: Span| {
            let each = methods.iter().map(|method| {
                let method = if *method == ANY { "*".to_owned() } else { method.to_ascii_uppercase() };
                let text = format!("execute-api:/${{__Stage__}}/{method}{}", arn_path(path));
                node!(at; {"Fn::Sub": [(text), {"__Stage__": (stage)}]})
            });
            Node::list(at, each.collect::<Vec<_>>())
        };
        for (key, allowed) in ACCOUNTS {
            if let Some(accounts) = policy.get(key).filter(|it| !items(it).is_empty()) {
                let at = accounts.at;
                let principal = node!(at; {"AWS": (Node::list(at, items(accounts).to_vec()))});
                self.push(statement(at, allowed, principal, resources(at), None))?;
            }
        }
        for (key, allowed) in RANGES {
            if let Some(ranges) = policy.get(key).filter(|it| !items(it).is_empty()) {
                let at = ranges.at;
                let operator = if allowed { "NotIpAddress" } else { "IpAddress" };
                let condition = node!(at; {(operator): {"aws:SourceIp": (Node::list(at, items(ranges).to_vec()))}});
                self.deny_unless(at, resources(at), condition)?;
            }
        }
        for (kind, allowed) in [("Blacklist", false), ("Whitelist", true)] {
            let list = |key: String| policy.get(&key).map(items).unwrap_or_default();
            let is_endpoint = |node: &&Node| node.as_text().is_some_and(|text| text.starts_with("vpce-"));
            let plain = list(format!("SourceVpc{kind}"));
            let networks = list(format!("IntrinsicVpc{kind}")).iter().chain(plain.iter().filter(|it| !is_endpoint(it)));
            let endpoints = list(format!("IntrinsicVpce{kind}")).iter().chain(plain.iter().filter(is_endpoint));
            let (networks, endpoints): (Vec<Node>, Vec<Node>) =
                (networks.cloned().collect(), endpoints.cloned().collect());
            let Some(at) = networks.first().or(endpoints.first()).map(|first| first.at) else { continue };
            let some = |list: Vec<Node>| (!list.is_empty()).then(|| Node::list(at, list));
            let sources =
                Props::new(at).maybe("aws:SourceVpc", some(networks)).maybe("aws:SourceVpce", some(endpoints));
            let operator = if allowed { "StringNotEquals" } else { "StringEquals" };
            self.deny_unless(at, resources(at), node!(at; {(operator): (sources)}))?;
        }
        Ok(())
    }

    fn deny_unless(&mut self, at: Span, resources: Node, condition: Node) -> Result<(), SamError> {
        self.push(statement(at, true, "*".make(at), resources.clone(), None))?;
        self.push(statement(at, false, "*".make(at), resources, Some(condition)))
    }

    fn push(&mut self, statement: Node) -> Result<(), SamError> {
        let (at, words) = (statement.at, words(&statement));
        self.size += words.len();
        if self.size > LARGEST {
            return Err(SamError::new(at, "the resource policy grows too large").help("API Gateway takes 8192 bytes"));
        }
        if self.said.insert(words) {
            self.statements.push(statement);
        }
        Ok(())
    }

    /// The API's own policy for all of its paths, and the statements that it writes out.
    pub(super) fn add_all(&mut self, policy: &Node, stage: &Node, body: &Body) -> Result<(), SamError> {
        for path in &body.paths {
            self.add(policy, stage, &path.key, &methods(&path.value))?;
        }
        if let Some(custom) = policy.get("CustomStatements") {
            self.statements.extend(items(custom).iter().cloned());
        }
        Ok(())
    }

    pub(super) fn write(self, body: &mut Body) {
        let Some(at) = self.statements.first().map(|first| first.at) else { return };
        let policy = node!(at; {"Version": "2012-10-17", "Statement": (Node::list(at, self.statements))});
        put(&mut body.document, "x-amazon-apigateway-policy", policy);
    }
}

fn statement(at: Span, allow: bool, principal: Node, resources: Node, condition: Option<Node>) -> Node {
    Props::new(at)
        .with("Effect", if allow { "Allow" } else { "Deny" })
        .with("Action", "execute-api:Invoke")
        .with("Resource", resources)
        .with("Principal", principal)
        .maybe("Condition", condition)
        .node()
}
