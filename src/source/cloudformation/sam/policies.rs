//! `Policies` of a function or a state machine: managed policies, inline documents, and SAM's policy templates.
//!
//! `policies.json` holds what each template stands for, as the transform expands it; the list:
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>.

use super::SamError;
use super::make::{Make, is_intrinsic, items, node, put};
use crate::source::tree::{Is, Member, Node, Span};
use serde_json::Value;
use std::sync::LazyLock;

static TEMPLATES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("policies.json")).unwrap_or_default());

/// AWS's own policies for Lambda that do not stand at the root.
const SERVICE_ROLE: [&str; 9] = [
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaBasicDurableExecutionRolePolicy",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaENIManagementAccess",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaMSKExecutionRole",
    "AWSLambdaRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
];

/// What a role gets of them.
#[derive(Default)]
pub(super) struct Policies {
    pub(super) managed: Vec<Node>,
    pub(super) inline: Vec<Node>,
}

impl Policies {
    pub(super) fn manage(&mut self, at: Span, name: &str) {
        let arn = managed(name);
        if !self.managed.iter().any(|known| known.as_text() == Some(&arn)) {
            self.managed.push(arn.make(at));
        }
    }

    pub(super) fn read(&mut self, policies: &Node, role: &str) -> Result<(), SamError> {
        for (index, policy) in entries(policies).iter().enumerate() {
            self.entry(policy, &format!("{role}Policy{index}"))?;
        }
        Ok(())
    }

    fn entry(&mut self, policy: &Node, name: &str) -> Result<(), SamError> {
        if let Is::Text(text) = &policy.is {
            self.manage(policy.at, text);
            return Ok(());
        }
        if let Some([condition, yes, no]) = branches(policy) {
            let [yes_text, no_text] = [yes, no].map(|branch| branch.as_text().is_some());
            let at = policy.at;
            let is_document = |branch: &Node| branch.as_text().is_none() && !is_intrinsic(branch);
            if yes_text || no_text || !(is_document(yes) || is_document(no)) {
                let arn = |branch: &Node| match branch.as_text() {
                    Some(text) => managed(text).make(branch.at),
                    None => branch.clone(),
                };
                self.managed.push(node!(at; {"Fn::If": [(condition), (arn(yes)), (arn(no))]}));
            } else {
                let document = |branch: &Node| match is_intrinsic(branch) {
                    true => Ok(branch.clone()),
                    false => Ok(node!(branch.at; {"PolicyName": (name), "PolicyDocument": (document(branch)?)})),
                };
                let written = |branch: &Node| branch.get("Statement").is_some();
                if is_document(yes) && is_document(no) && written(yes) != written(no) {
                    return Err(SamError::new(at, "one branch is a policy document, the other a policy template")
                        .help("write one Fn::If for each"));
                }
                let (yes, no) = (document(yes)?, document(no)?);
                self.inline.push(node!(at; {"Fn::If": [(condition), (yes), (no)]}));
            }
            return Ok(());
        }
        if is_intrinsic(policy) {
            self.managed.push(policy.clone());
            return Ok(());
        }
        let document = document(policy)?;
        self.inline.push(node!(policy.at; {"PolicyName": (name), "PolicyDocument": (document)}));
        Ok(())
    }
}

fn entries(policies: &Node) -> &[Node] {
    match &policies.is {
        Is::Null => &[],
        _ => items(policies),
    }
}

fn branches(policy: &Node) -> Option<[&Node; 3]> {
    match policy.get("Fn::If")?.as_list()? {
        [condition, yes, no] => Some([condition, yes, no]),
        _ => None,
    }
}

fn managed(name: &str) -> String {
    match name {
        arn if arn.starts_with("arn:") => arn.to_owned(),
        name if SERVICE_ROLE.contains(&name) => format!("arn:aws:iam::aws:policy/service-role/{name}"),
        name => format!("arn:aws:iam::aws:policy/{name}"),
    }
}

fn document(policy: &Node) -> Result<Node, SamError> {
    if policy.get("Statement").is_some() {
        return Ok(policy.clone());
    }
    match policy.as_map() {
        Some([template]) => expand(template),
        Some(_) => Err(SamError::new(policy.at, "this is not a policy")
            .help("one entry is one policy: a name, a document with Statement, or one policy template")),
        None => Err(SamError::kind(policy.at, "a policy", "a name or an object")),
    }
}

fn expand(template: &Member) -> Result<Node, SamError> {
    let Some(known) = TEMPLATES.get(&*template.key) else {
        return Err(SamError::new(template.key_at, format!("SAM has no policy template {}", template.key))
            .help("a policy document has a Statement; a managed policy is written as its name"));
    };
    for name in known["parameters"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if template.value.get(name).is_none() {
            return Err(SamError::new(template.key_at, format!("{} has no {name}", template.key)));
        }
    }
    let at = template.key_at;
    let mut made = node!(at; {});
    put(&mut made, "Statement", instance(&known["statements"], at, &template.value));
    Ok(made)
}

/// The template with the parameters that it is given.
fn instance(json: &Value, at: Span, parameters: &Node) -> Node {
    match json {
        Value::String(text) => text.as_str().make(at),
        Value::Array(items) => {
            Node::list(at, items.iter().map(|item| instance(item, at, parameters)).collect::<Vec<_>>())
        }
        Value::Object(members) => match members.get("parameter").and_then(Value::as_str) {
            Some(name) => parameters.get(name).cloned().unwrap_or_else(|| Node::new(at, Is::Null)),
            None => Node::map(at, members.iter().map(|(key, value)| (key.as_str(), instance(value, at, parameters)))),
        },
        Value::Bool(it) => (*it).make(at),
        Value::Number(number) => Node::new(at, Is::Number(number.to_string().into())),
        Value::Null => Node::new(at, Is::Null),
    }
}
