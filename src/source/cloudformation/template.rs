//! A template's sections.

use super::error::{Result, TemplateError, quoted};
use super::parameter::Parameter;
use super::{Given, loops};
use crate::model::{Gap, Str};
use crate::source::tree::{Is, Member, Node, Span};
use std::collections::BTreeMap;

/// A template whose loops are unrolled.
#[derive(Debug, Clone, Default)]
pub struct Template {
    pub parameters: BTreeMap<Str, Parameter>,
    /// By name: the node that holds the two levels of keys.
    pub mappings: BTreeMap<Str, Member>,
    pub conditions: BTreeMap<Str, Member>,
    /// `Rules`, in the file's order.
    pub rules: Vec<Member>,
    /// In the file's order.
    pub resources: Vec<Resource>,
    pub outputs: Vec<Output>,
    /// The macros that the whole template goes through, in order, and where they are named.
    pub transforms: Vec<(Str, Span)>,
    pub metadata: Option<Node>,
    /// What adds resources or outputs that are not known: loops over a list without a value, `Fn::Transform`.
    pub unseen: Vec<(Span, Gap)>,
    /// Other parameters may make other resources, conditions or outputs of it.
    pub loops: bool,
    by_name: BTreeMap<Str, usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    pub logical_id: Str,
    /// The key.
    pub at: Span,
    /// `Type`.
    pub kind: Str,
    pub condition: Option<Str>,
    pub depends_on: Vec<Str>,
    /// An object; empty where the resource has none.
    pub properties: Node,
    pub metadata: Option<Node>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub name: Str,
    /// The key.
    pub at: Span,
    pub condition: Option<Str>,
    pub value: Node,
    /// `Export.Name`.
    pub export: Option<Node>,
}

/// These add no name that is not in the text, or were followed before the template is read.
const TRANSPARENT: [&str; 2] = ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"];

/// A template has no more parameters
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>): of what has more no
/// pattern is asked, for nobody waits for that.
const MOST_PATTERNS: usize = 200;

impl Template {
    /// Reads the sections, and unrolls `Fn::ForEach` with the lists that `given` decides.
    ///
    /// # Errors
    /// CloudFormation would refuse the template: a section or a resource of the wrong shape, a name that nothing
    /// has, one name for two things, a loop of the wrong shape or without a bound that gatelint can bear.
    pub fn read(root: &Node, given: &Given) -> Result<Template> {
        if root.as_map().is_none() {
            return Err(TemplateError::new(root.at, "a template is an object"));
        }
        let mut template = Template { metadata: root.get("Metadata").cloned(), ..Template::default() };
        template.transforms = transforms(root)?;
        for (index, member) in section(root, "Parameters")?.iter().enumerate() {
            template.parameters.insert(member.key.clone(), Parameter::read(member, index < MOST_PATTERNS)?);
        }
        for member in section(root, "Mappings")? {
            map(&member.value, "a mapping")?;
            template.mappings.insert(member.key.clone(), member.clone());
        }
        template.rules = section(root, "Rules")?.to_vec();
        if root.get("Resources").is_none() {
            return Err(TemplateError::new(root.at, "the template has no Resources"));
        }
        template.loops = loops::has_loop(root);
        let unrolled = loops::unroll(&template, given, root)?;
        template.unseen = unrolled.unseen;
        for member in unrolled.conditions {
            let (at, name) = (member.key_at, member.key.clone());
            if template.conditions.insert(name.clone(), member).is_some() {
                return Err(twice(at, &name));
            }
        }
        for member in unrolled.resources {
            template.add(Resource::read(member)?)?;
        }
        template.outputs = unrolled.outputs.iter().map(Output::read).collect::<Result<_>>()?;
        template.check()?;
        Ok(template)
    }

    pub fn resource(&self, logical_id: &str) -> Option<&Resource> {
        self.resources.get(*self.by_name.get(logical_id)?)
    }

    /// Something that is not in the text may add names: a macro, an include, a loop over an unknown list. Then a
    /// name that is not found is no fault.
    pub fn may_have_more(&self) -> bool {
        !self.unseen.is_empty() || self.macros().next().is_some()
    }

    /// The macros that may make anything of the template.
    pub fn macros(&self) -> impl Iterator<Item = &Str> {
        self.transforms.iter().map(|(name, _)| name).filter(|name| !TRANSPARENT.contains(&&***name))
    }

    /// Could `name` stand for a part of a module, or of what SAM makes of a type that is left to it?
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/module-ref-resources.html>
    pub(super) fn in_module(&self, name: &str) -> bool {
        let made = |kind: &str| kind.ends_with("::MODULE") || kind.starts_with("AWS::Serverless::");
        let mut modules = self.resources.iter().filter(|resource| made(&resource.kind));
        modules.any(|module| name.starts_with(&*module.logical_id))
    }

    fn add(&mut self, resource: Resource) -> Result<()> {
        let id = resource.logical_id.clone();
        if let Some(first) = self.resource(&id) {
            return Err(twice(resource.at, &id).also(first.at, "the first"));
        }
        if let Some(parameter) = self.parameters.get(&id) {
            return Err(twice(resource.at, &id).also(parameter.at, "the parameter"));
        }
        self.by_name.insert(id, self.resources.len());
        self.resources.push(resource);
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let conditions = self.resources.iter().map(|resource| (resource.at, &resource.condition));
        let conditions = conditions.chain(self.outputs.iter().map(|output| (output.at, &output.condition)));
        for (at, condition) in conditions {
            if let Some(name) = condition.as_ref().filter(|name| !self.conditions.contains_key(*name)) {
                self.missing(at, "condition", name)?;
            }
        }
        for resource in &self.resources {
            if let Some(name) = resource.depends_on.iter().find(|name| self.resource(name).is_none()) {
                self.missing(resource.at, "resource", name)?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// Nothing can add the name.
    pub(super) fn missing(&self, at: Span, what: &str, name: &str) -> Result<()> {
        if self.may_have_more() || self.in_module(name) {
            return Ok(());
        }
        Err(TemplateError::new(at, format!("the template has no {what} {}", quoted(name))).label("named here"))
    }
}

impl Resource {
    fn read(mut member: Member) -> Result<Resource> {
        map(&member.value, "a resource")?;
        let Some(kind) = member.value.get("Type") else {
            return Err(TemplateError::new(member.key_at, format!("{} has no Type", quoted(&member.key))));
        };
        let kind: Str = text(kind, "a Type")?.into();
        let properties = match taken(&mut member.value, "Properties") {
            None => Node::map::<Str>(member.value.at, []),
            Some(Node { at, is: Is::Null }) => Node::map::<Str>(at, []),
            Some(node) => {
                map(&node, "Properties")?;
                node
            }
        };
        let depends_on = match member.value.get("DependsOn") {
            None => Vec::new(),
            Some(Node { is: Is::List(items), .. }) => {
                items.iter().map(|item| text(item, "DependsOn").map(Str::from)).collect::<Result<_>>()?
            }
            Some(node) => vec![text(node, "DependsOn")?.into()],
        };
        Ok(Resource {
            logical_id: member.key,
            at: member.key_at,
            kind,
            condition: condition(&member.value)?,
            depends_on,
            properties,
            metadata: taken(&mut member.value, "Metadata"),
        })
    }
}

impl Output {
    fn read(member: &Member) -> Result<Output> {
        map(&member.value, "an output")?;
        let Some(value) = member.value.get("Value") else {
            return Err(TemplateError::new(member.key_at, format!("the output {} has no Value", quoted(&member.key))));
        };
        let export = member.value.get("Export").and_then(|export| export.get("Name"));
        Ok(Output {
            name: member.key.clone(),
            at: member.key_at,
            condition: condition(&member.value)?,
            value: value.clone(),
            export: export.cloned(),
        })
    }
}

fn taken(node: &mut Node, name: &str) -> Option<Node> {
    let Is::Map(members) = &mut node.is else { return None };
    let at = members.iter().position(|member| &*member.key == name)?;
    Some(members.swap_remove(at).value)
}

fn condition(node: &Node) -> Result<Option<Str>> {
    node.get("Condition").map(|name| text(name, "a resource's Condition").map(Str::from)).transpose()
}

fn transforms(root: &Node) -> Result<Vec<(Str, Span)>> {
    let Some(node) = root.get("Transform") else { return Ok(Vec::new()) };
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    let name = |item: &Node| match item.get("Name") {
        Some(name) => text(name, "a macro's name").map(|name| (name.into(), item.at)),
        None => text(item, "Transform").map(|name| (name.into(), item.at)),
    };
    items.iter().map(name).collect()
}

/// The members of a section; none where the template lacks it.
pub(super) fn section<'n>(root: &'n Node, name: &'static str) -> Result<&'n [Member]> {
    match root.get(name) {
        None => Ok(&[]),
        Some(Node { is: Is::Null, .. }) => Ok(&[]),
        Some(node) => map(node, name),
    }
}

pub(super) fn map<'n>(node: &'n Node, what: &str) -> Result<&'n [Member]> {
    node.as_map().ok_or_else(|| TemplateError::new(node.at, format!("{what} should be an object")))
}

pub(super) fn text<'n>(node: &'n Node, what: &str) -> Result<&'n str> {
    node.as_text().ok_or_else(|| TemplateError::new(node.at, format!("{what} should be a text")))
}

fn twice(at: Span, name: &str) -> TemplateError {
    TemplateError::new(at, format!("{} names two things of the template", quoted(name))).label("the second")
}
