//! A folder of this one: an architecture in its forms, and the ways in which it breaks.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum Form {
    #[serde(rename = "template.yaml")]
    CloudFormation,
    #[serde(rename = "sam.yaml")]
    Sam,
    #[serde(rename = "cdk.out")]
    Cdk,
    #[serde(rename = "openapi.yaml")]
    OpenApi,
    #[serde(rename = "capture.jsonl")]
    Capture,
}

/// The capture is the last: what the others say is compared with it.
const FORMS: [Form; 5] = [Form::CloudFormation, Form::Sam, Form::Cdk, Form::OpenApi, Form::Capture];

impl Form {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Form::CloudFormation => "template.yaml",
            Form::Sam => "sam.yaml",
            Form::Cdk => "cdk.out",
            Form::OpenApi => "openapi.yaml",
            Form::Capture => "capture.jsonl",
        }
    }

    /// A manifest of the CDK's has the name, a capture the tags, and a document becomes no stack.
    pub(crate) fn is_deployed_with_a_name(self) -> bool {
        matches!(self, Form::CloudFormation | Form::Sam)
    }

    pub(crate) fn has_stages(self) -> bool {
        self != Form::OpenApi
    }

    /// Does the file belong to this form? What lies beside the forms belongs to the template.
    fn holds(self, file: &str) -> bool {
        let of = FORMS.into_iter().find(|form| Path::new(file).starts_with(form.path()));
        of.unwrap_or(Form::CloudFormation) == self
    }
}

/// `breaks.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    #[serde(skip)]
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) folder: PathBuf,
    /// What stays unknown while all is well.
    #[serde(default)]
    pub(crate) open: Vec<Open>,
    #[serde(rename = "break")]
    pub(crate) breaks: Vec<Broken>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    #[serde(rename = "in")]
    pub(crate) forms: Vec<Form>,
    /// A part of what the report says would settle it.
    pub(crate) gap: String,
    #[serde(rename = "because")]
    _because: String,
}

/// One thing that is wrong, in each form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Broken {
    pub(crate) name: String,
    pub(crate) findings: Vec<Finding>,
    edits: Vec<Edit>,
    /// Forms that cannot be wrong in this way, and why.
    #[serde(default)]
    pub(crate) without: BTreeMap<String, String>,
    /// Why the finding underlines something else than what was edited.
    pub(crate) elsewhere: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    pub(crate) severity: String,
    /// Stage and route.
    pub(crate) requests: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    #[serde(rename = "in")]
    file: String,
    find: String,
    replace: String,
    /// A capture has what is deployed beside what can be edited.
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

pub(crate) fn all() -> Vec<Scenario> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let read = |folder: PathBuf| {
        let text = fs::read_to_string(folder.join("breaks.toml")).unwrap();
        let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        Scenario { name, folder, ..scenario }
    };
    folders.into_iter().map(read).collect()
}

impl Scenario {
    pub(crate) fn forms(&self) -> Vec<Form> {
        FORMS.into_iter().filter(|form| self.folder.join(form.path()).exists()).collect()
    }

    /// A copy of the folder in which this form is broken.
    pub(crate) fn broken(&self, broken: &Broken, form: Form) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_all(&self.folder, copy.path());
        for edit in broken.edits(form) {
            let path = copy.path().join(&edit.file);
            let text = fs::read_to_string(&path).unwrap();
            let found = text.matches(&edit.find).count();
            let at = format!("{}, {}: {}", self.name, broken.name, edit.file);
            assert_eq!(found, edit.times, "{at} has {:?} so many times", edit.find);
            fs::write(path, text.replace(&edit.find, &edit.replace)).unwrap();
        }
        copy
    }
}

impl Broken {
    pub(crate) fn edits(&self, form: Form) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(move |edit| form.holds(&edit.file))
    }

    /// Files, and which lines in them are what was edited.
    pub(crate) fn lines(&self, form: Form, healthy: &Path) -> BTreeSet<(String, u64)> {
        let edited = self.edits(form).flat_map(|edit| {
            let text = fs::read_to_string(healthy.join(&edit.file)).unwrap();
            let newlines = |text: &str| text.matches('\n').count() as u64;
            let starts: Vec<u64> = text.match_indices(&edit.find).map(|(at, _)| newlines(&text[..at]) + 1).collect();
            let more = newlines(&edit.replace);
            starts.into_iter().flat_map(move |first| first..=first + more).map(|line| (edit.file.clone(), line))
        });
        edited.collect()
    }
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if path.is_dir() {
            fs::create_dir(&to).unwrap();
            copy_all(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap();
        }
    }
}
