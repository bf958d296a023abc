//! What people write: templates and API definitions, found under the paths that were named, told apart by what they
//! hold, and read into one capture.
//!
//! | file | holds |
//! |---|---|
//! | `find.rs` | which files a path means, and what each of them is |
//! | `stacks.rs` | templates with the stacks inside them, under given parameters and assumed worlds, as facts |
//! | `document.rs` | OpenAPI documents that no template holds |
//! | `parameters.rs` | `--parameters FILE` |
//! | `error.rs` | what is wrong, in the text where it stands |

mod document;
mod error;
mod find;
mod parameters;
mod stacks;

pub use error::FileError;
pub use parameters::parameters;

use crate::capture::{Capture, Coverage, FORMAT, Header, SourceInfo};
use crate::model::{ApiUnit, SourceFile, Str};
use crate::source::cloudformation::resources::fields::Ledger;
use crate::source::cloudformation::{Choice, World};
use crate::source::tree::Node;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the command line says of the deployment.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    pub parameters: BTreeMap<String, String>,
    pub account: Option<String>,
    pub region: Option<String>,
    pub stack_name: Option<String>,
}

/// Everything that was found and could be read.
pub struct Project {
    /// Captures, which have a reader of their own.
    pub captures: Vec<PathBuf>,
    files: Vec<Arc<SourceFile>>,
    stacks: Vec<stacks::Source>,
    documents: Vec<document::Source>,
}

/// Assumptions by stack: the prefix of its names.
pub type Worlds = BTreeMap<String, World>;

/// A choice that something unknown may hang on, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    pub stack: String,
    pub choice: Choice,
}

impl Project {
    /// Finds and reads every file that `paths` mean.
    ///
    /// # Errors
    /// A file cannot be read, is none that gatelint knows although it was named itself, or is broken.
    pub fn read(paths: &[PathBuf], deployment: &Deployment) -> miette::Result<Project> {
        let mut project =
            Project { captures: Vec::new(), files: Vec::new(), stacks: Vec::new(), documents: Vec::new() };
        for found in find::all(paths)? {
            project.add(found, deployment)?;
        }
        // Names of different templates are different things.
        if project.stacks.len() > 1 {
            for (n, stack) in project.stacks.iter_mut().enumerate() {
                let stem = Path::new(&project.files[stack.file as usize].name)
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned());
                stack.given.prefix = format!("{}#{n}/", stem.unwrap_or_default());
            }
        }
        Ok(project)
    }

    /// Is there anything besides captures?
    pub fn has_templates(&self) -> bool {
        !self.stacks.is_empty() || !self.documents.is_empty()
    }

    fn add(&mut self, found: find::Found, deployment: &Deployment) -> miette::Result<()> {
        match found {
            find::Found::Capture(path) => self.captures.push(path),
            find::Found::Template(file) => {
                let given = stacks::given(deployment);
                let (index, root) = self.tree(&file)?;
                let source = stacks::Source::load(self, file.path.clone(), index, root, given, 0)?;
                self.stacks.push(source);
            }
            find::Found::OpenApi(file) => {
                let (index, root) = self.tree(&file)?;
                self.documents.push(document::Source { file: index, root });
            }
        }
        Ok(())
    }

    /// Parses the file, which from now on is one of the run's.
    fn tree(&mut self, file: &find::File) -> miette::Result<(u32, Node)> {
        let index = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let name = file.path.display().to_string();
        let document = crate::source::tree::read(index, &name, &file.bytes)?;
        let text = String::from_utf8_lossy(&file.bytes).into();
        self.files.push(Arc::new(SourceFile { name, text }));
        Ok((index, document.root))
    }

    /// The facts in these worlds, and which choices are still open in them.
    ///
    /// # Errors
    /// CloudFormation would refuse a template.
    pub fn capture(
        &self,
        deployment: &Deployment,
        worlds: &Worlds,
        now: jiff::Timestamp,
    ) -> miette::Result<(Capture, Vec<Open>)> {
        let ledger = Ledger::new(self.files.clone());
        let mut read = stacks::Read::default();
        stacks::all(&self.stacks, worlds, &ledger, &mut read)
            .map_err(|error| FileError::of_template(error, &self.files))?;
        for document in &self.documents {
            read.units.push(document.unit(deployment, &self.files, &ledger));
        }
        let stacks::Read { shared, units, open } = read;
        let sources = self.stacks.iter().map(|it| (it.kind, it.file));
        let sources = sources.chain(self.documents.iter().map(|it| ("openapi", it.file)));
        let known = |it: &Option<String>| it.as_deref().map(Str::from);
        let sources = sources.filter_map(|(kind, file)| {
            let name: Str = self.files.get(file as usize)?.name.as_str().into();
            let (account, region) = (known(&deployment.account), known(&deployment.region));
            Some(SourceInfo { kind: kind.into(), name, account, region, taken: None })
        });
        let header = Header {
            format: FORMAT.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            taken: now,
            sources: sources.collect(),
        };
        let capture = Capture {
            header,
            coverage: Coverage::default(),
            shared,
            directory: units.iter().map(ApiUnit::entry).collect(),
            calls: BTreeMap::new(),
            origins: ledger.finish(),
            units: Box::new(units.into_iter().map(Ok)),
        };
        Ok((capture, open))
    }
}
