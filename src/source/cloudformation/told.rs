//! Which generated names a template tells, so that whoever stands beside it can name what they belong to.
//!
//! A name that CloudFormation makes is known to nobody before the deployment. Another stack is told it by an output,
//! exported or not; by the parameters of a stack, an application or a product; or through what templates read while they
//! are deployed, a parameter of Systems Manager or a secret. A custom resource, or a type of anybody's registry, may
//! tell it to anyone. What other resources are given stays with them until no template asks any more.

use super::Evaluator;
use super::error::Result;
use crate::model::Str;
use crate::source::tree::{Is, Node};
use std::collections::BTreeSet;

/// Services whose resources hand on what they are given.
const TELL: [&str; 8] =
    ["CloudFormation", "CodeBuild", "CodePipeline", "Proton", "SSM", "SecretsManager", "Serverless", "ServiceCatalog"];

fn tells(kind: &str) -> bool {
    let service = kind.strip_prefix("AWS::").and_then(|rest| rest.split("::").next());
    kind.ends_with("::MODULE") || service.is_none_or(|service| TELL.contains(&service))
}

impl Evaluator<'_> {
    /// The ids of the holes that stand for these names.
    ///
    /// # Errors
    /// CloudFormation would refuse a property that names a resource.
    pub fn told(&self) -> Result<BTreeSet<Str>> {
        let template = self.template();
        let outputs = template.outputs.iter().flat_map(|it| [Some(&it.value), it.export.as_ref()]).flatten();
        let handed = template.resources.iter().filter(|it| tells(&it.kind)).map(|it| &it.properties);
        let mut open: Vec<&Node> = outputs.chain(handed).collect();
        let (mut told, mut named) = (BTreeSet::new(), BTreeSet::new());
        while let Some(node) = open.pop() {
            let resources: Vec<_> = match names(node) {
                Some(names) => names.into_iter().filter_map(|name| template.resource(name)).collect(),
                None => template.resources.iter().collect(),
            };
            for resource in resources.into_iter().filter(|it| named.insert(&it.logical_id)) {
                told.extend(self.reference(&resource.logical_id)?.holes().map(|hole| hole.id.clone()));
                // An alias or a URL is called by its function.
                if resource.kind.starts_with("AWS::Lambda::") {
                    open.push(&resource.properties);
                }
            }
            match &node.is {
                Is::Map(members) => open.extend(members.iter().map(|member| &member.value)),
                Is::List(items) => open.extend(items),
                _ => {}
            }
        }
        Ok(told)
    }
}

/// The resources that an expression names; `None` if it may name any of them.
fn names(node: &Node) -> Option<Vec<&str>> {
    let Is::Map(members) = &node.is else { return Some(Vec::new()) };
    let mut names = Vec::new();
    for member in members {
        let first = || member.value.as_list().map_or(Some(&member.value), <[Node]>::first).and_then(Node::as_text);
        match &*member.key {
            "Ref" | "Fn::GetAtt" => names.push(first()?.split('.').next()?),
            "Fn::Sub" => {
                names.extend(super::strings::variables(first()?).filter_map(|it| Some(it.split('.').next()?.trim())));
            }
            "Fn::Transform" => return None,
            _ => {}
        }
    }
    Some(names)
}
