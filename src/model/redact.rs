//! No secret enters a capture, a rule, or what a report shows of a file.
//!
//! What looks like a credential becomes a [`Hole`] whose id tells its length and a salted
//! tag: equal values keep equal holes within one capture, and nothing else remains. Names
//! stay, and so does all that routing needs: ARNs, hosts, ports, function names, ids.

mod files;
mod names;
mod shapes;

pub use files::{lines, masked, merged, promises, value, values, written};

use super::policy::{Many, Policy, Scalar};
use super::unit::{RestContent, V2Content};
use super::{ApiUnit, Charset, Gap, Hole, Part, Seen, Str, Text, hex, iam, lambda, rest, v2};
use names::{is_credential, is_target_credential};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

/// Why a redacted part is not known.
const WHY: &str = "redacted; --keep-values keeps it";

/// What the ids of such holes begin with.
const REDACTED: &str = "redacted:";

/// How many characters the secret had that the hole stands for.
pub fn length(hole: &Hole) -> Option<usize> {
    hole.id.strip_prefix(REDACTED)?.split_once(':')?.0.parse().ok()
}

/// A text with this in place of each character of its secrets.
pub fn filled(text: &Text, with: &str) -> String {
    let spelt = |part: Part| match part {
        Part::Lit(lit) => lit.to_string(),
        Part::Hole(hole) => match length(&hole) {
            Some(length) => with.repeat(length),
            None => Text::hole(hole).to_string(),
        },
    };
    text.parts().into_iter().map(spelt).collect()
}

/// What makes the tags of one capture useless outside of it.
#[derive(Clone)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Of a recording: nobody can try values until a tag fits. The standard library keys
    /// its hashers with what the operating system's source of randomness gives.
    pub fn random() -> Self {
        let mut digest = Sha256::new();
        for _ in 0..4 {
            digest.update(RandomState::new().build_hasher().finish().to_le_bytes());
        }
        Salt(digest.finalize().into())
    }

    /// Of files that hold their values in the clear anyway: the same input gives the same
    /// tags.
    pub fn of(input: &[u8]) -> Self {
        Salt(Sha256::digest(input).into())
    }

    fn hole(&self, value: &str) -> Hole {
        let digest = Sha256::new().chain_update(self.0).chain_update(value).finalize();
        let id = format!("{REDACTED}{}:{}", value.chars().count(), hex(&digest[..4]));
        let token = !value.is_empty() && value.chars().all(|c| Charset::Token.allows(c));
        let charset = if token { Charset::Token } else { Charset::Any };
        Hole { id: id.into(), family: None, charset, gap: Gap::not_readable(WHY) }
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// Redacts an API: stage variables, parameter mappings, templates and URIs.
pub fn redact_unit(unit: &mut ApiUnit, salt: &Salt) {
    let routing = routing_variables(unit);
    match unit {
        ApiUnit::Rest(unit) => {
            for stage in list_mut(&mut unit.facts.stages) {
                variables(&mut stage.variables, &routing, salt);
                if let Seen::Set(canary) = &mut stage.canary_settings {
                    variables(&mut canary.stage_variable_overrides, &routing, salt);
                }
            }
            let deployed = unit.facts.deployed.iter_mut();
            let deployed = deployed.filter_map(|deployed| set_mut(&mut deployed.content));
            deployed.chain([&mut unit.facts.draft]).for_each(|content| rest_content(content, salt));
        }
        ApiUnit::V2(unit) => {
            for stage in list_mut(&mut unit.facts.stages) {
                variables(&mut stage.stage_variables, &routing, salt);
                field(&mut stage.last_deployment_status_message, salt);
            }
            let deployed = unit.facts.deployed.iter_mut();
            let deployed = deployed.filter_map(|deployed| set_mut(&mut deployed.content));
            deployed.chain([&mut unit.facts.draft]).for_each(|content| v2_content(content, salt));
        }
    }
}

/// Redacts what a function says about itself, and the tokens that its policy asks for.
pub fn redact_function(function: &mut lambda::Function, salt: &Salt) {
    field(&mut function.state_reason, salt);
    if let Seen::Set(policy) = &mut function.policy {
        redact_policy(policy, salt);
    }
}

/// Redacts the tokens that a role's policies ask for.
pub fn redact_role(role: &mut iam::Role, salt: &Salt) {
    let inline = list_mut(&mut role.role_policy_list).iter_mut().map(|inline| &mut inline.policy_document);
    for policy in inline.chain([&mut role.assume_role_policy_document]) {
        if let Seen::Set(policy) = policy {
            redact_policy(policy, salt);
        }
    }
}

/// Condition keys that carry a shared secret.
const SECRET_KEYS: [&str; 2] = ["lambda:EventSourceToken", "aws:Referer"];

/// Redacts the values of condition keys that carry a shared secret. They say nothing about
/// a request of API Gateway's, which brings none of these keys.
pub fn redact_policy(policy: &mut Policy, salt: &Salt) {
    let statements = match &mut policy.statement {
        Many::One(statement) => std::slice::from_mut(statement),
        Many::List(statements) => statements,
    };
    for (key, values) in statements.iter_mut().flat_map(|statement| statement.condition.values_mut()).flatten() {
        let values = match values {
            Many::One(value) => std::slice::from_mut(value),
            Many::List(values) => values,
        };
        for value in values {
            let Scalar::Text(text) = value else { continue };
            let secret = SECRET_KEYS.iter().any(|secret| secret.eq_ignore_ascii_case(key));
            redact(
                text,
                salt,
                |joined| if secret { shapes::only(0..joined.len()) } else { shapes::unmistakable(joined) },
            );
        }
    }
}

/// Redacts a message or an address of the AWS API.
pub fn redact_text(text: &mut Text, salt: &Salt) {
    redact(text, salt, shapes::anywhere);
}

fn rest_content(content: &mut RestContent, salt: &Salt) {
    for resource in list_mut(&mut content.resources) {
        for method in resource.resource_methods.values_mut() {
            if let Seen::Set(integration) = &mut method.method_integration {
                let rest::Integration { uri, request_parameters, request_templates, integration_responses, .. } =
                    integration;
                field(uri, salt);
                mappings(request_parameters, salt);
                templates(request_templates, salt);
                for response in set_mut(integration_responses).into_iter().flat_map(BTreeMap::values_mut) {
                    templates(&mut response.response_templates, salt);
                    if let Seen::Set(pattern) = &mut response.selection_pattern {
                        redact(pattern, salt, shapes::in_pattern);
                    }
                }
            }
        }
    }
    list_mut(&mut content.authorizers).iter_mut().for_each(|authorizer| field(&mut authorizer.authorizer_uri, salt));
}

fn v2_content(content: &mut V2Content, salt: &Salt) {
    for integration in list_mut(&mut content.integrations) {
        let v2::Integration { integration_uri, request_parameters, request_templates, .. } = integration;
        field(integration_uri, salt);
        mappings(request_parameters, salt);
        templates(request_templates, salt);
    }
    list_mut(&mut content.authorizers).iter_mut().for_each(|authorizer| field(&mut authorizer.authorizer_uri, salt));
}

/// A variable whose name or value gives a credential away. What names a function, a host
/// or a link stays, whatever it is called.
fn variables(variables: &mut Seen<BTreeMap<Str, Text>>, routing: &BTreeSet<String>, salt: &Salt) {
    for (name, value) in set_mut(variables).into_iter().flatten() {
        let routes = routing.contains(&**name);
        redact(value, salt, |joined| {
            let by_name = is_credential(name) && !shapes::is_plain(joined);
            match !routes && (by_name || shapes::is_random(joined)) {
                true => shapes::only(0..joined.len()),
                false => shapes::anywhere(joined),
            }
        });
    }
}

/// A constant whose target or value gives a credential away.
fn mappings(mappings: &mut Seen<BTreeMap<Str, Text>>, salt: &Salt) {
    for (target, value) in set_mut(mappings).into_iter().flatten() {
        redact(value, salt, |joined| {
            let Some(constant) = constant(joined) else { return shapes::anywhere(joined) };
            let value = &joined[constant.clone()];
            let by_target = is_target_credential(target) && !shapes::is_plain(value);
            let secret = by_target || shapes::is_random(value) || shapes::is_login(value);
            if secret { shapes::only(constant) } else { shapes::anywhere(joined) }
        });
    }
}

/// What a mapping sends as it is: `'…'`, and for HTTP APIs everything without a `$`, which may be a mistake elsewhere.
fn constant(value: &str) -> Option<Range<usize>> {
    match value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')) {
        Some(inside) => Some(1..1 + inside.len()),
        None => (!value.contains('$') && !is_mapping(value)).then_some(0..value.len()),
    }
}

/// Names of where a value comes from.
fn is_mapping(value: &str) -> bool {
    const ROOTS: [&str; 8] = [
        "method.re",
        "integration.re",
        "route.re",
        "stageVariables.",
        "context.",
        "$request.",
        "$response.",
        "$context.",
    ];
    ROOTS.iter().any(|root| value.starts_with(root))
}

fn templates(templates: &mut Seen<BTreeMap<Str, Text>>, salt: &Salt) {
    for template in set_mut(templates).into_iter().flat_map(BTreeMap::values_mut) {
        redact(template, salt, |joined| {
            let mut found = shapes::anywhere(joined);
            found.extend(shapes::quoted_random(joined));
            found
        });
    }
}

fn field(field: &mut Seen<Text>, salt: &Salt) {
    if let Seen::Set(text) = field {
        redact_text(text, salt);
    }
}

/// Stands for a hole while a text is looked at as one string. No secret holds it, and no
/// shape reaches across it.
const HOLE: char = '\u{fdd0}';

/// Replaces what `find` finds in the text as a whole; holes stay. What a hole now parts
/// from its neighbours may stand out as well, so that a second look must find nothing.
fn redact(text: &mut Text, salt: &Salt, find: impl Fn(&str) -> Vec<Range<usize>>) {
    while let Some(redacted) = redacted_once(text, salt, &find) {
        *text = redacted;
    }
}

fn redacted_once(text: &Text, salt: &Salt, find: impl Fn(&str) -> Vec<Range<usize>>) -> Option<Text> {
    let joined: Cow<'_, str> = match text.lit() {
        Some(lit) => lit.into(),
        None => text
            .parts()
            .iter()
            .map(|part| if let Part::Lit(lit) = part { lit.to_string() } else { HOLE.into() })
            .collect(),
    };
    let secret = merged(find(&joined));
    if secret.is_empty() {
        return None;
    }
    let (mut at, mut found) = (0, false);
    let mut redacted = Vec::new();
    for part in text.parts() {
        let Part::Lit(lit) = &part else {
            at += HOLE.len_utf8();
            redacted.push(part);
            continue;
        };
        let mut kept = 0;
        for range in &secret {
            let start = range.start.clamp(at, at + lit.len()) - at;
            let end = range.end.clamp(at, at + lit.len()) - at;
            if start < end {
                redacted.push(Part::Lit(lit[kept..start].into()));
                redacted.push(Part::Hole(salt.hole(&lit[start..end]).into()));
                (kept, found) = (end, true);
            }
        }
        redacted.push(Part::Lit(lit[kept..].into()));
        at += lit.len();
    }
    found.then(|| Text::from_parts(redacted))
}

/// The stage variables that decide where a request goes: those in an ARN, in an address's
/// host, or in the id of a VPC link.
fn routing_variables(unit: &ApiUnit) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match unit {
        ApiUnit::Rest(unit) => {
            let deployed = unit.facts.deployed.iter().filter_map(|deployed| deployed.content.set());
            for content in deployed.chain([&unit.facts.draft]) {
                let resources = content.resources.set().into_iter().flatten();
                let methods = resources.flat_map(|resource| resource.resource_methods.values());
                for integration in methods.filter_map(|method| method.method_integration.set()) {
                    let rest::Integration { uri, connection_id, integration_target, credentials, .. } = integration;
                    routed([uri, connection_id, integration_target, credentials], &mut found);
                }
                for authorizer in content.authorizers.set().into_iter().flatten() {
                    routed([&authorizer.authorizer_uri, &authorizer.authorizer_credentials], &mut found);
                }
            }
        }
        ApiUnit::V2(unit) => {
            let deployed = unit.facts.deployed.iter().filter_map(|deployed| deployed.content.set());
            for content in deployed.chain([&unit.facts.draft]) {
                for integration in content.integrations.set().into_iter().flatten() {
                    let v2::Integration { integration_uri, connection_id, credentials_arn, .. } = integration;
                    routed([integration_uri, connection_id, credentials_arn], &mut found);
                }
                for authorizer in content.authorizers.set().into_iter().flatten() {
                    routed([&authorizer.authorizer_uri, &authorizer.authorizer_credentials_arn], &mut found);
                }
            }
        }
    }
    found
}

fn routed<const N: usize>(fields: [&Seen<Text>; N], found: &mut BTreeSet<String>) {
    for text in fields.into_iter().filter_map(Seen::set) {
        let written = text.lit().map_or_else(|| text.to_string().into(), Cow::Borrowed);
        if !written.contains("${") {
            continue;
        }
        // Behind the host nothing routes; an ARN's query is no part of the ARN.
        let decides = match written.split_once("://") {
            Some((_, rest)) => {
                let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
                authority.rsplit_once('@').map_or(authority, |(_, host)| host)
            }
            None => written.split('?').next().unwrap_or_default(),
        };
        let named = decides.split("${stageVariables.").skip(1).filter_map(|rest| rest.split_once('}'));
        found.extend(named.map(|(name, _)| name.to_owned()));
    }
}

fn set_mut<T>(field: &mut Seen<T>) -> Option<&mut T> {
    match field {
        Seen::Set(value) => Some(value),
        Seen::Unset | Seen::Unknown(_) => None,
    }
}

fn list_mut<T>(field: &mut Seen<Vec<T>>) -> &mut [T] {
    set_mut(field).map_or(&mut [], Vec::as_mut_slice)
}

#[cfg(test)]
mod tests;
