//! The transform `AWS::Serverless-2016-10-31`: a SAM template as the plain CloudFormation template that it stands for.
//!
//! The resources are those that SAM makes, logical ids included; each generated node carries the span of what the person
//! wrote. What this transform does not know stays as it is: a resource of an unknown `AWS::Serverless::` type is never
//! dropped. <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html>.
//!
//! `tests/oracles/sam` compares it with aws-sam-translator 1.115.0: over 86 templates 650 of 667 resources, other sections and
//! refusals are the same, and each of the 17 others stands in the test with its reason (ten are tags, an order, or the region
//! written out).
//!
//! A parameter counts with its `Default`: whoever knows another value puts it there before. Managed policies become ARNs
//! by their name alone, and properties of a function that SAM does not know are left to Lambda.
//!
//! Where SAM looks at the region it is deployed to, this is a commercial one: the partition is `aws`.

mod body;
mod connector;
mod domain;
mod event;
mod function;
mod globals;
mod http;
mod implicit;
mod include;
mod machine;
mod make;
mod names;
mod policies;
mod rest;
mod role;
mod simple;
mod size;
#[cfg(test)]
mod tests;
mod websocket;

use crate::model::{Str, hex};
use crate::source::tree::{Is, Member, Node, Span};
use globals::Globals;
use make::Props;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Types that stay as they are, and of which SAM makes no API, no permission for one, and no policy of a role that it does
/// not make too.
pub(in crate::source) const BESIDE_THE_WAY: [&str; 5] = [
    "AWS::Serverless::CapacityProvider",
    "AWS::Serverless::GraphQLApi",
    "AWS::Serverless::MicrovmImage",
    "AWS::Serverless::NetworkConnector",
    "AWS::Serverless::WebFunction",
];

/// The template is not one that SAM takes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct SamError {
    pub at: Span,
    pub message: String,
    pub help: Option<String>,
}

impl SamError {
    fn new(at: Span, message: impl Into<String>) -> SamError {
        SamError { at, message: message.into(), help: None }
    }

    fn kind(at: Span, what: &str, kind: &str) -> SamError {
        SamError::new(at, format!("{what} has to be {kind}"))
    }

    fn help(self, help: impl Into<String>) -> SamError {
        SamError { help: Some(help.into()), ..self }
    }
}

/// The files that a template names.
pub trait Include {
    /// The file that stands at `location` (`DefinitionUri`, `AWS::Include`), relative to the template. `None` if that is
    /// not for this machine to know, as for `s3://`.
    ///
    /// # Errors
    /// The file cannot be read.
    fn read(&self, location: &Node) -> Result<Option<Node>, SamError>;
}

/// A resource of the template.
struct Resource {
    id: Str,
    at: Span,
    kind: Str,
    properties: Node,
    /// All but its type and properties.
    attributes: Vec<Member>,
}

impl Resource {
    fn read(member: &Member) -> Option<Resource> {
        let members = member.value.as_map()?;
        let kind: Str = member.value.get("Type")?.as_text()?.into();
        let properties = member.value.get("Properties").filter(|properties| properties.as_map().is_some());
        let attributes = members.iter().filter(|member| !matches!(&*member.key, "Type" | "Properties"));
        Some(Resource {
            id: member.key.clone(),
            at: member.key_at,
            kind,
            properties: properties.cloned().unwrap_or_else(|| Props::new(member.value.at).node()),
            attributes: attributes.cloned().collect(),
        })
    }

    fn attribute(&self, key: &str) -> Option<&Node> {
        self.attributes.iter().find(|member| &*member.key == key).map(|member| &member.value)
    }

    fn condition(&self) -> Option<&Str> {
        match self.attribute("Condition").map(|node| &node.is) {
            Some(Is::Text(name)) => Some(name),
            _ => None,
        }
    }

    /// The resource that takes this one's place, with all of its attributes.
    fn main(&self, kind: &str, properties: Props) -> Node {
        let mut made = Props::new(self.at).with("Type", kind).with("Properties", properties).node();
        let attributes =
            self.attributes.iter().filter(|member| !matches!(&*member.key, "IgnoreGlobals" | "Connectors"));
        attributes.for_each(|member| make::put(&mut made, &member.key, member.value.clone()));
        made
    }

    /// A resource beside it, which lives and dies with it.
    fn make(&self, at: Span, kind: &str, properties: Props) -> Node {
        let kind = Props::new(at).with("Type", kind);
        let kind = if properties.is_empty() { kind } else { kind.with("Properties", properties) };
        self.carry(kind.node())
    }

    fn carry(&self, mut made: Node) -> Node {
        for key in ["Condition", "DeletionPolicy", "UpdateReplacePolicy"] {
            if let Some(value) = self.attribute(key)
                && made.get(key).is_none()
            {
                make::put(&mut made, key, value.clone());
            }
        }
        made
    }
}

/// The resources of the new template, in order.
#[derive(Default)]
struct Made {
    members: Vec<Member>,
    index: BTreeMap<Str, usize>,
}

impl Made {
    fn add(&mut self, id: &str, resource: Node) {
        let member = Member { key: id.into(), key_at: resource.at, value: resource };
        match self.index.get(id).and_then(|index| self.members.get_mut(*index)) {
            Some(known) => *known = member,
            None => {
                self.index.insert(id.into(), self.members.len());
                self.members.push(member);
            }
        }
    }

    /// Puts a resource in the place of another, under another id.
    fn rename(&mut self, old: &str, id: &str, resource: Node) {
        if let Some(index) = self.index.remove(old)
            && let Some(member) = self.members.get_mut(index)
        {
            *member = Member { key: id.into(), key_at: resource.at, value: resource };
            self.index.insert(id.into(), index);
        }
    }

    fn strip(&mut self, id: &str, attribute: &str) {
        if let Some(Is::Map(members)) = self.get_mut(id).map(|node| &mut node.is) {
            members.retain(|member| &*member.key != attribute);
        }
    }

    fn get(&self, id: &str) -> Option<&Node> {
        self.members.get(*self.index.get(id)?).map(|member| &member.value)
    }

    fn get_mut(&mut self, id: &str) -> Option<&mut Node> {
        let index = *self.index.get(id)?;
        self.members.get_mut(index).map(|member| &mut member.value)
    }
}

/// The template while it is transformed.
struct Stack<'a> {
    root: &'a Node,
    files: &'a dyn Include,
    /// The types of all resources that the template writes.
    kinds: BTreeMap<Str, Str>,
    rest: BTreeMap<Str, rest::Api>,
    http: BTreeMap<Str, http::Api>,
    made: Made,
    conditions: Vec<Member>,
    shared: rest::usage::Shared,
    deployments: function::deployment::Deployments,
    /// What `Ref Fn.Alias` and its kin stand for: a logical id by resource and property.
    names: BTreeMap<(Str, &'static str), String>,
    /// What each connector became.
    connectors: BTreeMap<Str, Vec<String>>,
}

/// CloudFormation's quota is 1 MB, but a packaged template may have fewer bytes than a written one.
const LARGEST: usize = 2 << 20;

/// Replaces a template's SAM resources by those that SAM makes of them. A template without the transform comes back as it is.
///
/// # Errors
/// SAM would refuse the template, or a file that it names cannot be read; the first such place.
pub fn transform(root: &Node, files: &dyn Include) -> Result<Node, SamError> {
    if !is_sam(root) {
        return Ok(root.clone());
    }
    if root.at.range().len() > LARGEST {
        return Err(SamError::new(
            Span { end: root.at.start, ..root.at },
            "the template is larger than CloudFormation takes",
        )
        .help("CloudFormation reads templates of up to 1 MB"));
    }
    let globals = Globals::read(root)?;
    let Some(resources) = root.get("Resources").and_then(Node::as_map) else { return Ok(root.clone()) };
    size::globals(root, resources.len())?;
    let mut stack = Stack {
        root,
        files,
        kinds: BTreeMap::new(),
        rest: BTreeMap::new(),
        http: BTreeMap::new(),
        made: Made::default(),
        conditions: Vec::new(),
        shared: Default::default(),
        deployments: Default::default(),
        names: BTreeMap::new(),
        connectors: BTreeMap::new(),
    };
    let (mut first, mut apis, mut last, mut connectors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for member in resources {
        stack.made.add(&member.key, member.value.clone());
        let Some(mut resource) = Resource::read(member) else { continue };
        stack.kinds.insert(member.key.clone(), resource.kind.clone());
        connectors.extend(connector::inside(&resource)?);
        if !resource.kind.starts_with("AWS::Serverless::") {
            stack.made.strip(&member.key, "Connectors");
            continue;
        }
        let properties = member.value.get("Properties").filter(|properties| !matches!(properties.is, Is::Null));
        if let Some(wrong) = properties.filter(|properties| properties.as_map().is_none()) {
            return Err(SamError::kind(wrong.at, "Properties", "an object"));
        }
        globals.under(&mut resource);
        resource.properties = include::inline(resource.properties, files)?;
        match &*resource.kind {
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => first.push(resource),
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => apis.push(resource),
            "AWS::Serverless::Connector" => connectors.push(resource),
            _ => last.push(resource),
        }
    }
    size::resources(first.iter().chain(&apis).chain(&last).chain(&connectors))?;
    let mut order = Vec::new();
    for resource in apis {
        order.push(resource.id.clone());
        stack.open(resource)?;
    }
    let implicit = implicit::apis(&mut stack, &globals, &mut first)?;
    for resource in &first {
        match &*resource.kind {
            "AWS::Serverless::Function" => function::transform(&mut stack, resource)?,
            _ => machine::transform(&mut stack, resource)?,
        }
    }
    for id in order.into_iter().chain(implicit) {
        if let Some(api) = stack.rest.remove(&id) {
            rest::transform(&mut stack, api)?;
        } else if let Some(api) = stack.http.remove(&id) {
            http::transform(&mut stack, api)?;
        }
    }
    for resource in &last {
        simple::transform(&mut stack, resource)?;
    }
    for resource in &connectors {
        connector::transform(&mut stack, resource)?;
    }
    connector::finish(&mut stack);
    rest::usage::shared(&mut stack);
    function::deployment::finish(&mut stack);
    Ok(names::finish(stack))
}

/// Does the template ask for SAM's transform?
pub(crate) fn is_sam(root: &Node) -> bool {
    let named = |node: &Node| node.as_text() == Some("AWS::Serverless-2016-10-31");
    root.get("Transform").is_some_and(|transform| make::items(transform).iter().any(named))
}

impl Stack<'_> {
    fn open(&mut self, resource: Resource) -> Result<(), SamError> {
        let id = resource.id.clone();
        if &*resource.kind == "AWS::Serverless::Api" {
            self.rest.insert(id, rest::Api::read(resource)?);
        } else {
            self.http.insert(id, http::Api::read(resource)?);
        }
        Ok(())
    }

    /// The logical id of a deployment.
    fn hashed(&self, api: &str, part: &str, properties: &Node) -> String {
        hashed(&format!("{api}{part}"), &domain::words(properties))
    }

    /// What a parameter of the template is by default, or the node itself.
    fn resolve<'n>(&'n self, node: &'n Node) -> &'n Node {
        let parameter = make::referred(node).and_then(|name| self.root.get("Parameters")?.get(name)?.get("Default"));
        parameter.unwrap_or(node)
    }
}

/// A logical id with a digest of what the resource is made of, as SAM gives to what it replaces at each change.
fn hashed(prefix: &str, text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("{prefix}{}", hex(&digest[..5]))
}
