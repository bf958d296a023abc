//! `Domain` of an API: the domain name, its mappings to the stage, and its records.

use super::make::{Make, Props, attribute, is_true, items, node, reference};
use super::{Resource, SamError, Stack, hashed, rest};
use crate::source::tree::{Is, Node};

pub(super) struct Domain<'a> {
    node: &'a Node,
    name: &'a Node,
    /// The logical id of the domain name.
    id: String,
}

impl<'a> Domain<'a> {
    pub(super) fn read(node: &'a Node, prefix: &str) -> Result<Domain<'a>, SamError> {
        let part = |key| {
            node.get(key).ok_or_else(|| {
                SamError::new(node.at, format!("Domain has no {key}"))
                    .help("a custom domain needs a DomainName and a CertificateArn")
            })
        };
        let name = part("DomainName")?;
        part("CertificateArn")?;
        let id = hashed(prefix, &words(name));
        Ok(Domain { node, name, id })
    }

    fn certificate(&self) -> Option<&'a Node> {
        self.node.get("CertificateArn")
    }
}

/// A node's text without its places: what a hash is made of.
pub(super) fn words(node: &Node) -> String {
    match &node.is {
        Is::Text(text) => text.to_string(),
        Is::Number(number) => number.to_string(),
        Is::Bool(it) => it.to_string(),
        Is::Null => "null".to_owned(),
        Is::List(items) => format!("[{}]", items.iter().map(words).collect::<Vec<_>>().join(",")),
        Is::Map(members) => {
            let all = members.iter().map(|member| format!("{}:{}", member.key, words(&member.value)));
            format!("{{{}}}", all.collect::<Vec<_>>().join(","))
        }
    }
}

/// The base paths that the domain maps, each with what it adds to a logical id.
fn paths(domain: &Domain<'_>) -> Vec<(Option<Node>, String)> {
    let Some(list) = domain.node.get("BasePath") else { return vec![(None, String::new())] };
    let each = |path: &Node| (Some(path.clone()), path.as_text().map(rest::letters).unwrap_or_default());
    items(list).iter().map(each).collect()
}

pub(super) fn rest(
    stack: &mut Stack<'_>,
    api: &Resource,
    domain: &Domain<'_>,
    stage: &str,
    properties: &Node,
) -> Result<(), SamError> {
    let at = domain.node.at;
    let kind = domain.node.get("EndpointConfiguration");
    let edge = kind.is_some_and(|kind| kind.as_text() == Some("EDGE"));
    let kind = kind.cloned().unwrap_or_else(|| "REGIONAL".make(at));
    let certificate = if edge { "CertificateArn" } else { "RegionalCertificateArn" };
    let made = Props::new(at)
        .with("DomainName", domain.name)
        .with("EndpointConfiguration", node!(kind.at; {"Types": (Node::list(kind.at, [kind.clone()]))}))
        .maybe(certificate, domain.certificate())
        .copy(domain.node, &["SecurityPolicy", "MutualTlsAuthentication", "OwnershipVerificationCertificateArn"])
        .maybe("Tags", properties.get("Tags").filter(|_| is_true(properties.get("PropagateTags"))).map(rest::tag_list));
    stack.made.add(&domain.id, api.make(at, "AWS::ApiGateway::DomainName", made));
    stack.names.insert((api.id.clone(), "DomainName"), domain.id.clone());
    let strip = !matches!(domain.node.get("NormalizeBasePath").map(|node| &node.is), Some(Is::Bool(false)));
    for (path, id) in paths(domain) {
        // SAM drops from the path what is not a letter or digit, unless that is turned off.
        let path = path.map(|path| match path.as_text().filter(|_| strip) {
            Some(text) => Node::text(path.at, rest::letters(text)),
            None => path,
        });
        let at = path.as_ref().map_or(at, |path| path.at);
        let made = Props::new(at)
            .with("DomainName", reference(at, &domain.id))
            .with("RestApiId", reference(at, &api.id))
            .with("Stage", reference(at, stage))
            .maybe("BasePath", path);
        let id = format!("{}{id}BasePathMapping", api.id);
        stack.made.add(&id, api.make(at, "AWS::ApiGateway::BasePathMapping", made));
    }
    let (name, zone) = match edge {
        true => ("DistributionDomainName", "Z2FDTNDATAQYW2".make(at)),
        false => ("RegionalDomainName", attribute(at, &domain.id, "RegionalHostedZoneId")),
    };
    records(stack, api, domain, name, zone)
}

pub(super) fn http(
    stack: &mut Stack<'_>,
    api: &Resource,
    domain: &Domain<'_>,
    stage: &str,
    tags: Option<Node>,
) -> Result<(), SamError> {
    let at = domain.node.at;
    let kind = domain.node.get("EndpointConfiguration").cloned().unwrap_or_else(|| "REGIONAL".make(at));
    if kind.as_text().is_some_and(|kind| kind != "REGIONAL") {
        return Err(SamError::new(kind.at, "EndpointConfiguration of this API's domain has to be REGIONAL"));
    }
    let configuration = Props::new(at)
        .maybe("CertificateArn", domain.certificate())
        .with("EndpointType", kind)
        .copy(domain.node, &["SecurityPolicy", "OwnershipVerificationCertificateArn", "IpAddressType"]);
    let made = Props::new(at)
        .with("DomainName", domain.name)
        .with("DomainNameConfigurations", Node::list(at, [configuration.node()]))
        .copy(domain.node, &["MutualTlsAuthentication"])
        .maybe("Tags", tags);
    stack.made.add(&domain.id, api.make(at, "AWS::ApiGatewayV2::DomainName", made));
    for (path, id) in paths(domain) {
        let at = path.as_ref().map_or(at, |path| path.at);
        let path = match path.as_ref().map(Node::as_text) {
            None => None,
            Some(Some(text)) => Some(Node::text(at, text.trim_matches('/'))),
            Some(None) => return Err(SamError::kind(at, "BasePath", "a text")),
        };
        let made = Props::new(at)
            .with("DomainName", reference(at, &domain.id))
            .with("ApiId", reference(at, &api.id))
            .with("Stage", reference(at, stage))
            .maybe("ApiMappingKey", path);
        stack.made.add(&format!("{}{id}ApiMapping", api.id), api.make(at, "AWS::ApiGatewayV2::ApiMapping", made));
    }
    records(stack, api, domain, "RegionalDomainName", attribute(at, &domain.id, "RegionalHostedZoneId"))
}

/// One group of records a hosted zone: what several APIs put into it comes together.
fn records(stack: &mut Stack<'_>, api: &Resource, domain: &Domain<'_>, name: &str, zone: Node) -> Result<(), SamError> {
    let Some(route53) = domain.node.get("Route53") else { return Ok(()) };
    let at = route53.at;
    let Some((key, hosted)) = ["HostedZoneId", "HostedZoneName"].iter().find_map(|key| Some((*key, route53.get(key)?)))
    else {
        return Err(SamError::new(at, "Route53 names no hosted zone").help("give HostedZoneId or HostedZoneName"));
    };
    let target = Props::new(at)
        .with("HostedZoneId", zone)
        .with("DNSName", attribute(at, &domain.id, name))
        .copy(route53, &["EvaluateTargetHealth"])
        .node();
    let record = |kind: &str| node!(at; {"Name": (domain.name), "Type": (kind), "AliasTarget": (&target)});
    let mut made = vec![record("A")];
    if is_true(route53.get("IpV6")) {
        made.push(record("AAAA"));
    }
    let id = hashed("RecordSetGroup", &words(hosted));
    if let Some(group) = stack.made.get_mut(&id)
        && let Some(Node { is: Is::List(records), .. }) =
            super::make::child(group, "Properties").and_then(|properties| super::make::child(properties, "RecordSets"))
    {
        records.extend(made);
        return Ok(());
    }
    let properties = Props::new(at).with(key, hosted).with("RecordSets", Node::list(at, made));
    stack.made.add(&id, api.make(at, "AWS::Route53::RecordSetGroup", properties));
    Ok(())
}
