//! What people write: templates and API definitions, found under the paths that were named, told apart by what they
//! hold, and read into one capture.
//!
//! | file | holds |
//! |---|---|
//! | `assembly.rs` | what the CDK leaves in `cdk.out` |
//! | `find.rs` | which files a path means, and what each of them is |
//! | `stacks.rs` | templates with the stacks inside them, under given parameters and assumed worlds, as facts |
//! | `unseen.rs` | what is deployed with a template and cannot be read |
//! | `places.rs` | templates that cannot go to one account and region |
//! | `document.rs` | OpenAPI documents that no template holds |
//! | `ignores.rs` | what people accept beside what they wrote |
//! | `parameters.rs` | `--parameters FILE` |
//! | `error.rs` | what is wrong, in the text where it stands |

mod assembly;
mod document;
mod error;
mod find;
mod ignores;
mod parameters;
mod places;
mod stacks;
#[cfg(test)]
mod tests;
mod unseen;

pub use error::FileError;
pub use parameters::{Parameter, parameters};

use crate::capture::{Capture, FORMAT, Header, Inline, Names, SourceInfo};
use crate::model::excerpt::{few, harmless};
use crate::model::nearest::mistyped;
use crate::model::{ApiUnit, Charset, Gap, Repository, SourceFile, Str, Text, source_file};
use crate::source::cloudformation::resources::fields::Ledger;
use crate::source::cloudformation::{Choice, Given, TemplateError, World};
use crate::source::tree::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the command line says of the deployment.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    pub parameters: BTreeMap<String, String>,
    /// Parameters that keep the value that the stack has, whatever it is.
    pub kept: BTreeSet<String>,
    pub account: Option<String>,
    pub region: Option<String>,
    pub stack_name: Option<String>,
}

impl Deployment {
    /// What is said later counts.
    pub fn set(&mut self, (name, value): Parameter) {
        match value {
            Some(value) => {
                self.kept.remove(&name);
                self.parameters.insert(name, value);
            }
            None => {
                self.parameters.remove(&name);
                self.kept.insert(name);
            }
        }
    }
}

/// What a file is that was named itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// One to be judged: what gatelint does not know is an error.
    All,
    /// As if it had been found in a folder: perhaps nothing of gatelint's.
    Perhaps,
}

/// How many parameters a message names.
const NAMED: usize = 12;

/// Everything that was found and could be read.
#[derive(Default)]
pub struct Project {
    /// Captures, which have a reader of their own.
    pub captures: Vec<PathBuf>,
    files: Vec<Arc<SourceFile>>,
    inline: Vec<Inline>,
    stacks: Vec<stacks::Source>,
    documents: Vec<document::Source>,
    broken: Vec<Broken>,
    repository: Option<Repository>,
}

/// The repository around the working folder.
pub fn repository() -> Option<Repository> {
    let here = std::env::current_dir().ok()?;
    let root = here.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
    Some(Repository { root, here })
}

/// A file that is meant to be judged, and cannot be.
pub struct Broken {
    pub name: String,
    /// As its repository calls it.
    pub path: String,
    /// What is wrong with it, in its text.
    pub error: miette::Report,
}

impl Broken {
    /// The line of the first place that is wrong, from 1.
    pub fn line(&self) -> usize {
        let label = self.error.labels().and_then(|mut labels| labels.next());
        let found = label.and_then(|label| self.error.source_code()?.read_span(label.inner(), 0, 0).ok());
        found.map_or(1, |found| found.line() + 1)
    }
}

impl Project {
    /// Finds and reads every file that `paths` mean. One that is broken, or none that gatelint knows although it was
    /// named itself, is set aside: it may hold anything.
    ///
    /// # Errors
    /// A path does not exist or cannot be read, or a parameter is no template's.
    pub fn read(paths: &[PathBuf], meant: Meant, deployment: &Deployment) -> miette::Result<Project> {
        let mut project = Project { repository: repository(), ..Project::default() };
        for found in find::all(paths, meant)? {
            let (name, asked) = (found.path().display().to_string(), project.inline.len());
            if let Err(error) = project.add(found, deployment) {
                project.inline.truncate(asked);
                let path = source_file::path_of(&name, project.repository.as_ref());
                project.broken.push(Broken { name, path, error });
            }
        }
        if let Some(name) = deployment.parameters.keys().chain(&deployment.kept).find(|name| !project.takes(name)) {
            return Err(project.no_parameter(name));
        }
        // A stack inside another is no stack of its own, and a document that a template includes no API of its own.
        let inside: Vec<u32> = project.stacks.iter().flat_map(stacks::Source::inside).collect();
        let files = &project.files;
        let path = |file: u32| files.get(file as usize).map(|file| &file.path);
        let inside: Vec<_> = inside.into_iter().filter_map(path).collect();
        project.stacks.retain(|stack| path(stack.file).is_none_or(|path| !inside.contains(&path)));
        let times = |file: u32| files.iter().filter(|it| Some(&it.path) == path(file)).count();
        project.documents.retain(|document| times(document.file) < 2);
        // Names of different templates are different things.
        if project.stacks.len() > 1 {
            let imports = project.imports();
            for (n, stack) in project.stacks.iter_mut().enumerate() {
                let stem = Path::new(files.get(stack.file as usize).map_or("", |file| &*file.name))
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned());
                stack.given.prefix = format!("{}#{n}/", stem.unwrap_or_default());
                if !imports {
                    continue;
                }
                // Where they go is not said, but what imports goes where the export is.
                let shared = |name: &str, charset| Text::computed(name, charset, name);
                stack.given.account.get_or_insert_with(|| shared("AWS::AccountId", Charset::Digits));
                stack.given.region.get_or_insert_with(|| shared("AWS::Region", Charset::Slug));
            }
        }
        Ok(project)
    }

    /// Reads a text that stands in no file, such as an example.
    ///
    /// # Errors
    /// As [`Project::read`].
    pub fn of_text(name: &str, text: &str, deployment: &Deployment) -> miette::Result<Project> {
        let mut project = Project::default();
        let file = find::File { path: name.into(), bytes: text.as_bytes().to_vec() };
        project.add(find::Found::Text(file, true), deployment)?;
        Ok(project)
    }

    /// Is nothing left to judge?
    pub fn is_empty(&self) -> bool {
        self.captures.is_empty() && self.stacks.is_empty() && self.documents.is_empty()
    }

    /// Is there anything besides captures?
    pub fn has_templates(&self) -> bool {
        !self.stacks.is_empty() || !self.documents.is_empty() || !self.broken.is_empty()
    }

    /// What was set aside.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// Sets aside the stack that CloudFormation would refuse.
    ///
    /// # Errors
    /// The same error, if it is of no stack.
    pub fn set_aside(&mut self, error: TemplateError) -> miette::Result<()> {
        let file = error.at.file;
        let shown = FileError::of_template(error, &self.files).into();
        let Some(at) = self.stacks.iter().position(|it| it.file == file || it.inside().contains(&file)) else {
            return Err(shown);
        };
        let stack = self.stacks.remove(at);
        let files: Vec<u32> = stack.inside().into_iter().chain([stack.file]).collect();
        let files: Vec<&Arc<SourceFile>> = files.iter().filter_map(|file| self.files.get(*file as usize)).collect();
        self.inline.retain(|ask| !files.iter().any(|file| Arc::ptr_eq(file, &ask.written.file)));
        let (name, path) = files.last().map(|file| (file.name.clone(), file.path.clone())).unwrap_or_default();
        self.broken.push(Broken { name, path, error: shown });
        Ok(())
    }

    fn add(&mut self, found: find::Found, deployment: &Deployment) -> miette::Result<()> {
        match found {
            find::Found::Capture(path) => self.captures.push(path),
            find::Found::Unreadable(_, error) => return Err(error),
            find::Found::Text(file, named) => match self.tree(&file) {
                Err(error) if named || find::sounds_meant(&file) => return Err(error),
                Err(_) => {}
                Ok((index, root)) => match find::kind(&root) {
                    Some(find::Kind::Template) => {
                        self.stack(file.path, index, root, stacks::given(deployment), None)?;
                    }
                    Some(find::Kind::OpenApi) => self.documents.push(document::Source { file: index, root }),
                    None if named => return Err(find::unknown(&file.path, &root).into()),
                    None => _ = self.files.pop(),
                },
            },
            find::Found::Assembly(folder) => {
                for listed in assembly::stacks(&folder)? {
                    let missing = || FileError::new(&listed.template, "is named by the manifest, but is not there");
                    let file = find::template(&listed.template)?.ok_or_else(missing)?;
                    let own = Deployment {
                        account: deployment.account.clone().or(listed.account),
                        region: deployment.region.clone().or(listed.region),
                        stack_name: Some(listed.name),
                        ..deployment.clone()
                    };
                    let (index, root) = self.template(&file)?;
                    self.stack(file.path, index, root, stacks::given(&own), Some("cdk"))?;
                }
            }
        }
        Ok(())
    }

    fn stack(
        &mut self,
        path: PathBuf,
        file: u32,
        root: Node,
        given: Given,
        kind: Option<&'static str>,
    ) -> miette::Result<()> {
        let given = Given { partition: self.partition(file, &given), ..given };
        let mut source = stacks::Source::load(self, path, file, root, given, 0)?;
        source.kind = kind.unwrap_or(source.kind);
        self.stacks.push(source);
        Ok(())
    }

    fn no_parameter(&self, name: &str) -> miette::Report {
        let theirs: BTreeSet<&str> = self.stacks.iter().flat_map(stacks::Source::parameters).collect();
        let theirs: Vec<&str> = theirs.into_iter().collect();
        // Names are short: one letter of three may be wrong.
        let meant = mistyped(name, theirs.iter().copied(), 3);
        let meant = meant.map(|it| format!("did you mean {it}? ")).unwrap_or_default();
        let help = match theirs.is_empty() {
            true => "the templates have no parameters".to_owned(),
            false => format!("{meant}the templates have {}", few(&theirs, NAMED)),
        };
        miette::miette!(help = harmless(&help), "no template has a parameter {}", harmless(name))
    }

    /// Without templates there is nothing to give a parameter to, and nothing is wrong with it.
    fn takes(&self, parameter: &str) -> bool {
        self.stacks.is_empty() || self.stacks.iter().any(|stack| stack.takes(parameter))
    }

    /// Nobody says it, and nearly everybody means `aws`: a template that could be meant for another partition names it.
    fn partition(&self, file: u32, given: &Given) -> Option<Text> {
        let text = self.files.get(file as usize).map_or("", |file| &*file.text);
        let other = ["aws-cn", "aws-us-gov", "aws-iso"].iter().any(|partition| text.contains(partition));
        (given.region.is_none() && !other).then(|| Text::new("aws"))
    }

    /// Does a stack take what another puts out?
    fn imports(&self) -> bool {
        self.files.iter().any(|file| file.text.contains("ImportValue"))
    }

    fn assumed(&self) -> Vec<String> {
        let mut assumed: Vec<String> = self.defaults().into_iter().collect();
        if !self.stacks.is_empty() {
            assumed.push("what these templates do not grant, route or open, nothing else does".into());
        }
        let placed = |stack: &stacks::Source| {
            [&stack.given.account, &stack.given.region]
                .into_iter()
                .all(|it| it.as_ref().is_some_and(|it| it.lit().is_some()))
        };
        if self.stacks.len() > 1 && self.imports() && !self.stacks.iter().all(placed) {
            assumed.push("templates that do not say where they go are for one account and one region".into());
        }
        if self.stacks.iter().any(|stack| stack.given.partition.is_some()) {
            assumed.push("the templates are for the partition aws, which --region settles".into());
        }
        assumed
    }

    /// Who gives other values may get another answer.
    fn defaults(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let names: BTreeSet<&Str> = self.stacks.iter().flat_map(stacks::Source::defaulted).collect();
        let names: Vec<String> = names.into_iter().map(|name| harmless(name)).collect();
        (!names.is_empty()).then(|| format!("parameters have their defaults: {}", few(&names, SHOWN)))
    }

    /// Parses what has to be a template.
    fn template(&mut self, file: &find::File) -> miette::Result<(u32, Node)> {
        let (index, root) = self.tree(file)?;
        match find::kind(&root) {
            Some(find::Kind::Template) => Ok((index, root)),
            _ => Err(find::unknown(&file.path, &root).into()),
        }
    }

    /// Parses the file, which from now on is one of the run's.
    fn tree(&mut self, file: &find::File) -> miette::Result<(u32, Node)> {
        let index = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let name = file.path.display().to_string();
        let document = crate::source::tree::read(index, &name, &file.bytes)?;
        let text = String::from_utf8_lossy(&file.bytes);
        let secrets = crate::source::tree::secrets(&document, &text);
        let source = Arc::new(SourceFile::new(name, text, self.repository.as_ref()).hiding(secrets));
        self.inline.extend(ignores::of(&source, &document));
        self.files.push(source);
        Ok((index, document.root))
    }

    /// The facts in a world, and which choices are still open in it.
    ///
    /// # Errors
    /// CloudFormation would refuse a template.
    pub fn capture(
        &self,
        deployment: &Deployment,
        world: &World,
        now: jiff::Timestamp,
    ) -> Result<(Capture, Vec<Choice>), TemplateError> {
        let ledger = Ledger::new(self.files.clone());
        let unseen = self.broken.iter().map(|it| {
            let gap = Gap::not_readable(format!("what {} holds, which is broken", it.name));
            (document::scope(deployment, &it.name), gap)
        });
        let stacks::All { shared, mut units, coverage, open, assumed } =
            stacks::all(&self.stacks, unseen, world, &ledger)?;
        units.extend(self.documents.iter().map(|it| it.unit(deployment, &self.files, &ledger)));
        let sources = self.stacks.iter().map(|it| (it.kind, it.file));
        let sources = sources.chain(self.documents.iter().map(|it| ("openapi", it.file)));
        let known = |it: &Option<String>| it.as_deref().map(Str::from);
        let sources = sources.filter_map(|(kind, file)| {
            let name: Str = self.files.get(file as usize)?.name.as_str().into();
            let (account, region) = (known(&deployment.account), known(&deployment.region));
            Some(SourceInfo { kind: kind.into(), name, account, region, taken: None })
        });
        let mut origins = ledger.finish();
        self.stacks.iter().for_each(|stack| origins.prefix(stack.given.prefix.as_str().into()));
        let header = Header {
            format: FORMAT.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            taken: now,
            sources: sources.collect(),
        };
        let capture = Capture {
            header,
            coverage,
            shared,
            directory: units.iter().map(ApiUnit::entry).collect(),
            calls: BTreeMap::new(),
            assumed: self.assumed().into_iter().chain(assumed).collect(),
            origins,
            inline: self.inline.clone(),
            left_out: Names::default(),
            units: Box::new(units.into_iter().map(Ok)),
        };
        Ok((capture, open))
    }
}
