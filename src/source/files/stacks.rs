//! Templates, with the stacks inside them, as the facts of a deployment.

use super::{Deployment, FileError, Open, Project, Worlds};
use crate::capture::Shared;
use crate::model::{ApiUnit, Gap, Seen, Str, Text};
use crate::source::cloudformation::resources::fields::Ledger;
use crate::source::cloudformation::resources::{Declared, Facts, Stack};
use crate::source::cloudformation::{Evaluator, Given, Known, Resource, Template, TemplateError, Value};
use crate::source::tree::Node;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many stacks may stand inside each other.
const DEEPEST: usize = 8;
const NESTED: &str = "AWS::CloudFormation::Stack";

/// A template as it was read, before anything is given or assumed.
pub(super) struct Source {
    pub(super) file: u32,
    /// As reports name it.
    pub(super) kind: &'static str,
    pub(super) given: Given,
    root: Node,
    /// Stacks whose templates lie beside this one, by logical id.
    children: BTreeMap<Str, Source>,
}

/// All stacks, followed as far as they say.
#[derive(Default)]
struct Read<'l> {
    stacks: Vec<Stack<'l>>,
    open: Vec<Open>,
}

pub(super) fn given(deployment: &Deployment) -> Given {
    let text = |it: &Option<String>| it.as_deref().map(Text::from);
    Given {
        parameters: deployment
            .parameters
            .iter()
            .map(|(key, value)| (key.clone(), Text::from(value.as_str())))
            .collect(),
        account: text(&deployment.account),
        region: text(&deployment.region),
        stack_name: text(&deployment.stack_name),
        ..Given::default()
    }
}

impl Source {
    /// The template, and those beside it that it names.
    pub(super) fn load(
        project: &mut Project,
        path: PathBuf,
        file: u32,
        root: Node,
        given: Given,
        depth: usize,
    ) -> miette::Result<Source> {
        let wrong = |error, project: &Project| FileError::of_template(error, &project.files);
        // Parameters are for the template that was named, if it has them.
        let template = Template::read(&root, &Given::default()).map_err(|error| wrong(error, project))?;
        let mut children = BTreeMap::new();
        for resource in template.resources.iter().filter(|resource| &*resource.kind == NESTED) {
            let Some(beside) = template_of(&path, resource) else { continue };
            if depth >= DEEPEST {
                let message = format!("stacks stand more than {DEEPEST} deep inside each other");
                return Err(wrong(TemplateError::new(resource.at, message), project).into());
            }
            let Some(found) = super::find::template(&beside)? else { continue };
            let (index, root) = project.tree(&found)?;
            let child = Source::load(project, beside, index, root, Given::default(), depth + 1)?;
            children.insert(resource.logical_id.clone(), child);
        }
        Ok(Source { file, kind: "cloudformation", given, root, children })
    }

    /// A stack inside that is not on this disk may grant and add what nobody sees.
    fn unread(&self, template: &Template) -> Option<Gap> {
        let inside = ["AWS::Serverless::Application", NESTED];
        let mut stacks = template.resources.iter().filter(|it| inside.contains(&&*it.kind));
        let unread = stacks.find(|it| !self.children.contains_key(&it.logical_id))?;
        Some(Gap::not_readable(format!("the stack {}, whose template is not on this disk", unread.logical_id)))
    }

    /// The files of the stacks inside.
    pub(super) fn inside(&self) -> Vec<u32> {
        self.children.values().flat_map(|child| child.inside().into_iter().chain([child.file])).collect()
    }

    /// What the stack puts out, for the one around it.
    fn outputs(&self, given: Given, worlds: &Worlds) -> Result<BTreeMap<Str, Value>, TemplateError> {
        let template = Template::read(&self.root, &given)?;
        self.evaluator(&template, given, worlds)?.outputs()
    }

    /// With the outputs of the stacks inside, which may take parameters from each other.
    fn evaluator<'t>(
        &self,
        template: &'t Template,
        given: Given,
        worlds: &Worlds,
    ) -> Result<Evaluator<'t>, TemplateError> {
        let mut nested: BTreeMap<Str, BTreeMap<Str, Value>> = BTreeMap::new();
        for _ in 0..self.children.len().min(DEEPEST) {
            let evaluator = under(template, Given { nested: nested.clone(), ..given.clone() }, worlds)?;
            let mut next = BTreeMap::new();
            for (id, child) in &self.children {
                let Some(resource) = template.resource(id) else { continue };
                next.insert(id.clone(), child.outputs(evaluator.given_to(resource)?, worlds)?);
            }
            if next == nested {
                break;
            }
            nested = next;
        }
        under(template, Given { nested, ..given }, worlds)
    }

    fn read<'l>(
        &self,
        given: Given,
        worlds: &Worlds,
        ledger: &'l Ledger,
        into: &mut Read<'l>,
    ) -> Result<(), TemplateError> {
        let template = Template::read(&self.root, &given)?;
        let (prefix, name) = (given.prefix.clone(), given.stack_name.clone());
        let evaluator = self.evaluator(&template, given, worlds)?;
        let mut resources = Vec::with_capacity(template.resources.len());
        for resource in &template.resources {
            let undecided = match evaluator.exists(resource) {
                Seen::Set(true) => None,
                Seen::Unknown(gap) => Some(gap),
                _ => continue,
            };
            resources.push(declared(&evaluator, resource, undecided)?);
        }
        let scope = evaluator.scope();
        let name = name.as_ref().and_then(Text::lit).map(Str::from);
        let may_have_more = template.may_have_more().then(|| more(&template)).or_else(|| self.unread(&template));
        into.stacks.push(Stack { scope, name, resources, may_have_more, ledger });
        into.open.extend(evaluator.undecided().into_iter().map(|choice| Open { stack: prefix.clone(), choice }));
        for (id, child) in &self.children {
            let Some(resource) = template.resource(id) else { continue };
            match evaluator.exists(resource) {
                Seen::Set(false) => {}
                _ => child.read(evaluator.given_to(resource)?, worlds, ledger, into)?,
            }
        }
        Ok(())
    }
}

fn under<'t>(template: &'t Template, given: Given, worlds: &Worlds) -> Result<Evaluator<'t>, TemplateError> {
    let world = worlds.get(&given.prefix).cloned();
    let evaluator = Evaluator::new(template, given)?;
    world.map_or(Ok(evaluator.clone()), |world| evaluator.with(&world))
}

/// Reads all stacks; what one exports, the others can import.
pub(super) fn all(
    sources: &[Source],
    worlds: &Worlds,
    ledger: &Ledger,
) -> Result<(Shared, Vec<ApiUnit>, Vec<Open>), TemplateError> {
    let mut exports = BTreeMap::new();
    // An export may hang on an import.
    let rounds = if sources.len() > 1 { sources.len().min(DEEPEST) } else { 0 };
    for _ in 0..rounds {
        let mut next = BTreeMap::new();
        for source in sources {
            let given = Given { exports: exports.clone(), ..source.given.clone() };
            let template = Template::read(&source.root, &given)?;
            next.extend(source.evaluator(&template, given, worlds)?.exports()?);
        }
        if next == exports {
            break;
        }
        exports = next;
    }
    let mut read = Read::default();
    for source in sources {
        source.read(Given { exports: exports.clone(), ..source.given.clone() }, worlds, ledger, &mut read)?;
    }
    let mut facts = Facts::default();
    read.stacks.iter().for_each(|stack| stack.things(&mut facts));
    read.stacks.iter().for_each(|stack| stack.parts(&mut facts));
    let (shared, units) = facts.finish();
    Ok((shared, units, read.open))
}

/// What facts are made of besides properties.
const ATTRIBUTES: [&str; 7] =
    ["Arn", "RootResourceId", "GroupId", "DNSName", "LoadBalancerName", "TargetGroupName", "DefaultNetworkAcl"];

fn declared(
    evaluator: &Evaluator<'_>,
    resource: &Resource,
    undecided: Option<Gap>,
) -> Result<Declared<'static>, TemplateError> {
    let id = resource.logical_id.clone();
    let mut attributes = BTreeMap::new();
    for name in ATTRIBUTES {
        if let Known::Text(text) = evaluator.attribute(&id, name)?.is {
            attributes.insert(name, text);
        }
    }
    Ok(Declared {
        kind: resource.kind.clone(),
        at: resource.at,
        properties: evaluator.value(&resource.properties)?,
        reference: evaluator.reference(&id)?,
        construct: resource.metadata.as_ref().and_then(|it| it.get("aws:cdk:path")?.as_text()).map(Str::from),
        undecided,
        attribute: Box::new(move |name| attributes.get(name).cloned().unwrap_or_default()),
        logical_id: id,
    })
}

/// What may add resources that nobody sees.
fn more(template: &Template) -> Gap {
    match template.transforms.iter().find(|(name, _)| name.starts_with("AWS::") == template.unseen.is_empty()) {
        Some((name, _)) => Gap::not_readable(format!("what the macro {name} adds to the template")),
        None => Gap::not_readable("what the template includes from elsewhere"),
    }
}

/// The template of a stack inside, if it lies on this disk.
fn template_of(path: &Path, stack: &Resource) -> Option<PathBuf> {
    // The CDK names the asset that it will put there.
    let asset = || stack.metadata.as_ref()?.get("aws:asset:path")?.as_text();
    let url = asset().or_else(|| stack.properties.get("TemplateURL")?.as_text())?;
    (!url.contains("://")).then(|| path.parent().unwrap_or(Path::new("")).join(url))
}
