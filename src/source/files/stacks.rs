//! Templates, with the stacks inside them, as the facts of a deployment.

use super::places::{self, Once};
use super::{Deployment, FileError, Project};
use crate::capture::{Coverage, Shared};
use crate::model::{ApiUnit, Charset, Gap, Hole, Kind, Scope, Seen, Str, Text};
use crate::source::cloudformation::resources::fields::Ledger;
use crate::source::cloudformation::resources::{Declared, Facts, Stack, Unseen};
use crate::source::cloudformation::sam::{self, Include, SamError};
use crate::source::cloudformation::{Choice, Evaluator, Given, Known, Resource, Template, TemplateError, Value, World};
use crate::source::tree::{Is, Member, Node, Span};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many stacks may stand inside each other.
const DEEPEST: usize = 8;
pub(super) const NESTED: &str = "AWS::CloudFormation::Stack";

/// A template as it was read, before anything is given or assumed.
pub(super) struct Source {
    pub(super) file: u32,
    /// As reports name it.
    pub(super) kind: &'static str,
    pub(super) given: Given,
    template: Template,
    /// What the template is read from again when other parameters make another one of it.
    loops: Option<Node>,
    /// Stacks whose templates lie beside this one, by logical id.
    children: BTreeMap<Str, Source>,
}

/// What all stacks say together.
pub(super) struct All {
    pub(super) shared: Shared,
    pub(super) units: Vec<ApiUnit>,
    pub(super) coverage: Coverage,
    pub(super) open: Vec<Choice>,
    /// What is taken for true of where they go.
    pub(super) assumed: Vec<String>,
}

/// All stacks, followed as far as they say.
#[derive(Default)]
struct Read<'l> {
    stacks: Vec<Stack<'l>>,
    open: BTreeMap<Str, Choice>,
}

pub(super) fn given(deployment: &Deployment) -> Given {
    let text = |it: &Option<String>| it.as_deref().map(Text::from);
    Given {
        parameters: deployment
            .parameters
            .iter()
            .map(|(key, value)| (key.clone(), Text::from(value.as_str())))
            .collect(),
        kept: deployment.kept.clone(),
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
        let is_sam = sam::is_sam(&root);
        // SAM takes what is given before it makes anything of the template.
        let root = if is_sam { with_parameters(root, &given) } else { root };
        let beside =
            Beside { folder: path.parent().unwrap_or(Path::new("")).to_owned(), project: RefCell::new(project) };
        if let Some(at) = without_transform(&root).filter(|_| !is_sam) {
            let wrong = TemplateError::new(at, "a serverless resource needs SAM's transform")
                .help("write `Transform: AWS::Serverless-2016-10-31` at the top");
            return Err(FileError::of_template(wrong, &beside.project.borrow().files).into());
        }
        let transformed = if is_sam { sam::transform(&root, &beside) } else { Ok(root) };
        let root = transformed.map_err(|error| wrong(refused(error), project))?;
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
            let (index, root) = project.template(&found)?;
            let child = Source::load(project, beside, index, root, Given::default(), depth + 1)?;
            children.insert(resource.logical_id.clone(), child);
        }
        let kind = if is_sam { "sam" } else { "cloudformation" };
        let loops = template.loops.then_some(root);
        Ok(Source { file, kind, given, template, loops, children })
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.template.parameters.keys().map(|name| &**name)
    }

    pub(super) fn takes(&self, parameter: &str) -> bool {
        self.template.parameters.contains_key(parameter)
    }

    /// The parameters that have their defaults.
    pub(super) fn defaulted(&self) -> impl Iterator<Item = &Str> {
        let given = |name: &str| self.given.parameters.contains_key(name) || self.given.kept.contains(name);
        let all = self.template.parameters.values();
        all.filter(move |it| it.default.is_some() && !it.is_stored() && !given(&it.name)).map(|it| &it.name)
    }

    fn template(&self, given: &Given) -> Result<Cow<'_, Template>, TemplateError> {
        match &self.loops {
            Some(root) => Template::read(root, given).map(Cow::Owned),
            None => Ok(Cow::Borrowed(&self.template)),
        }
    }

    /// The files of the stacks inside.
    pub(super) fn inside(&self) -> Vec<u32> {
        self.children.values().flat_map(|child| child.inside().into_iter().chain([child.file])).collect()
    }

    /// What the stack puts out, for the one around it.
    fn outputs(&self, given: Given, world: &World) -> Result<BTreeMap<Str, Value>, TemplateError> {
        let template = self.template(&given)?;
        self.evaluator(&template, given, world)?.outputs()
    }

    /// With the outputs of the stacks inside, which may take parameters from each other.
    fn evaluator<'t>(
        &self,
        template: &'t Template,
        given: Given,
        world: &World,
    ) -> Result<Evaluator<'t>, TemplateError> {
        let mut nested: BTreeMap<Str, BTreeMap<Str, Value>> = BTreeMap::new();
        for _ in 0..self.children.len().min(DEEPEST) {
            let evaluator = under(template, Given { nested: nested.clone(), ..given.clone() }, world)?;
            let mut next = BTreeMap::new();
            for (id, child) in &self.children {
                let Some(resource) = template.resource(id) else { continue };
                next.insert(id.clone(), child.outputs(evaluator.given_to(resource)?, world)?);
            }
            if next == nested {
                break;
            }
            nested = next;
        }
        under(template, Given { nested, ..given }, world)
    }

    /// What it makes, with the stacks inside it, of which a place has only one.
    pub(super) fn once(&self, given: Given, world: &World, into: &mut BTreeSet<Once>) -> Result<(), TemplateError> {
        let template = self.template(&given)?;
        let evaluator = self.evaluator(&template, given, world)?;
        for resource in template.resources.iter().filter(|it| evaluator.exists(it) != Seen::Set(false)) {
            if let Some((noun, property)) = Once::property(resource)
                && let Some(name) = resource.properties.get(property)
                && let Known::Text(name) = evaluator.value(name)?.is
            {
                into.insert(Once::new(noun, evaluator.scope().clone(), name));
            }
            if let Some(child) = self.children.get(&resource.logical_id) {
                child.once(evaluator.given_to(resource)?, world, into)?;
            }
        }
        Ok(())
    }

    fn read<'l>(
        &self,
        given: Given,
        world: &World,
        ledger: &'l Ledger,
        into: &mut Read<'l>,
    ) -> Result<(), TemplateError> {
        let template = self.template(&given)?;
        let name = given.stack_name.clone();
        let evaluator = self.evaluator(&template, given, world)?;
        let mut resources = Vec::with_capacity(template.resources.len());
        for resource in &template.resources {
            let undecided = match evaluator.exists(resource) {
                Seen::Set(true) => None,
                Seen::Unknown(gap) => Some(gap),
                _ => continue,
            };
            resources.push(declared(&evaluator, resource, undecided)?);
        }
        let scope = evaluator.scope().clone();
        let name = name.as_ref().and_then(Text::lit).map(Str::from);
        let unseen = super::unseen::of(&evaluator, |nested| self.children.contains_key(nested))?;
        into.stacks.push(Stack { scope, name, resources, unseen, ledger });
        for choice in evaluator.undecided() {
            let known = into.open.remove(&choice.of);
            into.open.insert(choice.of.clone(), known.map_or(choice.clone(), |known| known.merge(choice)));
        }
        for (id, child) in &self.children {
            let Some(resource) = template.resource(id) else { continue };
            match evaluator.exists(resource) {
                Seen::Set(false) => {}
                _ => child.read(evaluator.given_to(resource)?, world, ledger, into)?,
            }
        }
        Ok(())
    }
}

fn under<'t>(template: &'t Template, given: Given, world: &World) -> Result<Evaluator<'t>, TemplateError> {
    Evaluator::new(template, given)?.with(world)
}

/// Reads all stacks; what one exports, the others can import. Beside them may be what is `unseen`, and why.
pub(super) fn all(
    sources: &[Source],
    unseen: impl Iterator<Item = (Scope, Gap)>,
    world: &World,
    ledger: &Ledger,
) -> Result<All, TemplateError> {
    let (given, assumed) = places::of(sources, world, |file| ledger.file(file))?;
    let given = |n: usize, exports: &BTreeMap<_, _>| {
        let own = given.get(n).cloned().unwrap_or_default();
        Given { exports: exports.clone(), ..own }
    };
    let mut exports = BTreeMap::new();
    // An export may hang on an import.
    let rounds = if sources.len() > 1 { sources.len().min(DEEPEST) } else { 0 };
    for _ in 0..rounds {
        let mut next = BTreeMap::new();
        for (n, source) in sources.iter().enumerate() {
            let given = given(n, &exports);
            let template = source.template(&given)?;
            next.extend(source.evaluator(&template, given, world)?.exports()?);
        }
        if next == exports {
            break;
        }
        exports = next;
    }
    let mut read = Read::default();
    for (n, source) in sources.iter().enumerate() {
        source.read(given(n, &exports), world, ledger, &mut read)?;
    }
    for (scope, gap) in unseen {
        let unseen = Unseen { beside: Some(gap), ..Unseen::default() };
        read.stacks.push(Stack { scope, name: None, resources: Vec::new(), unseen, ledger });
    }
    let mut facts = Facts::default();
    let mut coverage = Coverage::default();
    for stack in &read.stacks {
        // What nobody sees may hold whole APIs, and a macro may change those that are seen.
        if let Some(gap) = stack.unseen.any() {
            [Kind::RestApi, Kind::Api]
                .into_iter()
                .for_each(|kind| coverage.partial(kind, stack.scope.clone(), gap.clone()));
        }
    }
    read.stacks.iter().for_each(|stack| stack.things(&mut facts));
    read.stacks.iter().for_each(|stack| stack.parts(&mut facts));
    let (shared, units) = facts.finish();
    let open = read.open.into_values().collect();
    Ok(All { shared, units, coverage, open, assumed })
}

/// What facts are made of besides properties.
const ATTRIBUTES: [(&str, &[&str]); 7] = [
    ("AWS::ApiGateway::RestApi", &["RootResourceId"]),
    ("AWS::EC2::SecurityGroup", &["GroupId"]),
    ("AWS::EC2::VPC", &["DefaultNetworkAcl"]),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &["DNSName", "LoadBalancerName"]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["TargetGroupName"]),
    ("AWS::IAM::Role", &["Arn"]),
    ("AWS::Lambda::Function", &["Arn"]),
];

fn declared(evaluator: &Evaluator<'_>, resource: &Resource, undecided: Option<Gap>) -> Result<Declared, TemplateError> {
    let id = resource.logical_id.clone();
    let mut attributes = BTreeMap::new();
    let asked = ATTRIBUTES.iter().find(|(kind, _)| *kind == &*resource.kind);
    for name in asked.into_iter().flat_map(|(_, names)| *names) {
        let text = match evaluator.attribute(&id, name)?.is {
            Known::Text(text) => text,
            Known::Unknown(gap) => hole(evaluator, &id, name, gap),
            _ => hole(evaluator, &id, name, Gap::not_readable(format!("{id}.{name}"))),
        };
        attributes.insert(*name, text);
    }
    Ok(Declared {
        kind: resource.kind.clone(),
        at: resource.at,
        properties: evaluator.value(&resource.properties)?,
        reference: evaluator.reference(&id)?,
        construct: resource.metadata.as_ref().and_then(|it| it.get("aws:cdk:path")?.as_text()).map(Str::from),
        condition: resource.condition.clone(),
        undecided,
        attributes,
        logical_id: id,
    })
}

/// The template with what is given in place of its parameters' defaults.
fn with_parameters(mut root: Node, given: &Given) -> Node {
    let parameters = match &mut root.is {
        Is::Map(members) => members.iter_mut().find(|it| &*it.key == "Parameters").map(|it| &mut it.value.is),
        _ => None,
    };
    let Some(Is::Map(parameters)) = parameters else { return root };
    for parameter in parameters {
        let value = given.parameters.get(&*parameter.key).and_then(Text::lit);
        let Is::Map(members) = &mut parameter.value.is else { continue };
        if value.is_some() || given.kept.contains(&*parameter.key) {
            members.retain(|it| &*it.key != "Default");
        }
        if let Some(value) = value {
            let at = parameter.key_at;
            members.push(Member { key: "Default".into(), key_at: at, value: Node::text(at, value) });
        }
    }
    root
}

/// The first serverless resource of a template that CloudFormation would not know.
fn without_transform(root: &Node) -> Option<Span> {
    let transforms = root.get("Transform").is_some();
    let resources = root.get("Resources").and_then(Node::as_map).unwrap_or_default();
    let serverless = |it: &&Member| {
        it.value.get("Type").and_then(Node::as_text).is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
    };
    resources.iter().find(serverless).filter(|_| !transforms).map(|it| it.key_at)
}

fn refused(error: SamError) -> TemplateError {
    let wrong = TemplateError::new(error.at, error.message);
    error.help.map_or(wrong.clone(), |help| wrong.help(help))
}

/// The files that lie beside a template.
struct Beside<'p> {
    folder: PathBuf,
    project: RefCell<&'p mut Project>,
}

impl Include for Beside<'_> {
    fn read(&self, location: &Node) -> Result<Option<Node>, SamError> {
        let Some(name) = location.as_text().filter(|name| !name.contains("://")) else { return Ok(None) };
        let wrong = |message: String| SamError { at: location.at, message, help: None };
        let path = self.folder.join(name);
        // A pipe would be waited for.
        if path.exists() && !path.is_file() {
            return Err(wrong(format!("{name} is no file")));
        }
        let bytes = super::find::bytes(&path).map_err(|error| wrong(format!("{name} cannot be read: {error}")))?;
        let read = self.project.borrow_mut().tree(&super::find::File { path, bytes });
        read.map(|(_, root)| Some(root)).map_err(|error| wrong(format!("{name}: {error}")))
    }
}

/// What stands for an attribute of which nothing is known.
fn hole(evaluator: &Evaluator<'_>, id: &str, name: &str, gap: Gap) -> Text {
    let id = format!("{}{id}.{name}", evaluator.prefix()).into();
    Text::hole(Hole { id, family: None, charset: Charset::Any, gap })
}

/// The template of a stack inside, if it lies on this disk.
fn template_of(path: &Path, stack: &Resource) -> Option<PathBuf> {
    // The CDK names the asset that it will put there.
    let asset = || stack.metadata.as_ref()?.get("aws:asset:path")?.as_text();
    let url = asset().or_else(|| stack.properties.get("TemplateURL")?.as_text())?;
    (!url.contains("://")).then(|| path.parent().unwrap_or(Path::new("")).join(url))
}
