//! Which files a path means, and what each of them is.

use super::{FileError, Meant, assembly};
use crate::capture::file::is_capture;
use crate::source::tree::{self, Node};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file with its bytes.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// What was found under a path.
pub(super) enum Found {
    Capture(PathBuf),
    /// A text, which may be a template or a document; was it named itself?
    Text(File, bool),
    /// A folder that the CDK made.
    Assembly(PathBuf),
    /// A file of a folder that cannot be read.
    Unreadable(PathBuf, miette::Report),
}

impl Found {
    pub(super) fn path(&self) -> &Path {
        match self {
            Found::Capture(path) | Found::Assembly(path) | Found::Unreadable(path, _) => path,
            Found::Text(file, _) => &file.path,
        }
    }
}

/// Folders that hold what others wrote, or what a build made.
const PASSED_OVER: [&str; 4] = ["node_modules", "target", "vendor", "venv"];
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "jsonl"];
/// As a path.
const STANDARD_INPUT: &str = "-";
/// What the Serverless Framework deploys.
const PACKAGED: &str = "cloudformation-template-update-stack.json";
/// How deep below a named folder.
const DEEPEST: usize = 32;

/// # Errors
/// A path that was named does not exist or cannot be read.
pub(super) fn all(paths: &[PathBuf], meant: Meant) -> miette::Result<Vec<Found>> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT && seen.insert(path.clone()) {
            found.push(Found::Text(standard_input()?, true));
            continue;
        }
        // What is named twice is one thing.
        if !seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())) {
            continue;
        }
        let about = fs::metadata(path).map_err(|error| FileError::new(path, format!("cannot be read: {error}")))?;
        if about.is_dir() {
            for file in under(path, 0)? {
                if file.is_dir() {
                    found.push(Found::Assembly(file));
                    continue;
                }
                if !seen.insert(fs::canonicalize(&file).unwrap_or_else(|_| file.clone())) {
                    continue;
                }
                found.push(look(&file, false).unwrap_or_else(|error| Found::Unreadable(file, error)));
            }
        } else {
            found.push(look(path, meant == Meant::All)?);
        }
    }
    Ok(found)
}

pub(super) fn unknown(path: &Path, root: &Node) -> FileError {
    let has = |key| root.get(key).is_some();
    if has("terraform_version") || (has("resource") && is_terraform(path)) {
        return terraform(path);
    }
    if has("service") && has("provider") {
        let help = "run `serverless package` and check the folder .serverless/, which then holds the template";
        return FileError::new(path, "is written for the Serverless Framework, and no template").help(help);
    }
    FileError::new(path, "is no template, API definition or capture").help(
        "gatelint reads CloudFormation and SAM templates (with Resources), OpenAPI documents (with openapi or swagger) \
         and its own captures",
    )
}

fn is_terraform(path: &Path) -> bool {
    let name = path.to_string_lossy();
    [".tf", ".tf.json", ".tfplan"].iter().any(|ending| name.ends_with(ending))
}

fn terraform(path: &Path) -> FileError {
    FileError::new(path, "is Terraform's, which gatelint cannot read: that is not built yet")
        .help("apply it to an account and scan that")
}

/// Files, and folders that are one thing as a whole, in a stable order; links to folders are not followed.
fn under(folder: &Path, depth: usize) -> miette::Result<Vec<PathBuf>> {
    if assembly::is_assembly(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let wrong = |error| FileError::new(folder, format!("cannot be read: {error}"));
    let mut entries: Vec<_> = fs::read_dir(folder).map_err(wrong)?.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if name == ".serverless" {
                files.extend(Some(path.join(PACKAGED)).filter(|file| file.is_file()));
            } else if !name.starts_with('.') && !PASSED_OVER.contains(&&*name) && depth < DEEPEST {
                files.extend(under(&path, depth + 1)?);
            }
        } else if !kind.is_symlink() && !kind.is_file() {
            // A pipe waits for whoever writes to it.
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))) {
            files.push(path);
        }
    }
    Ok(files)
}

fn look(path: &Path, named: bool) -> miette::Result<Found> {
    let wrong = |error: std::io::Error| FileError::new(path, format!("cannot be read: {error}"));
    let mut file = fs::File::open(path).map_err(wrong)?;
    let mut bytes = vec![0; 4096];
    let got = file.read(&mut bytes).map_err(wrong)?;
    bytes.truncate(got);
    if named && is_terraform(path) && path.extension().is_none_or(|it| it != "json") {
        return Err(terraform(path).into());
    }
    if is_capture(&bytes) {
        return Ok(Found::Capture(path.to_owned()));
    }
    // One byte more than is allowed shows that there is more.
    file.take(tree::LARGEST as u64).read_to_end(&mut bytes).map_err(wrong)?;
    Ok(Found::Text(File { path: path.to_owned(), bytes }, named))
}

fn standard_input() -> miette::Result<File> {
    let (path, mut bytes) = (PathBuf::from("<standard input>"), Vec::new());
    let read = std::io::stdin().take(tree::LARGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| FileError::new(&path, format!("cannot be read: {error}")))?;
    match is_capture(&bytes) {
        true => Err(FileError::new(&path, "holds a capture, which is read from a file").into()),
        false => Ok(File { path, bytes }),
    }
}

/// As much of a file as is ever judged, and one byte more, which shows that there is more: a device has no end.
pub(super) fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(tree::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A broken file in a folder is told where its text looks as if it were meant for gatelint.
pub(super) fn sounds_meant(file: &File) -> bool {
    let text = String::from_utf8_lossy(&file.bytes);
    let key =
        |line: &str| line.trim_start_matches(['{', ' ', '"', '\t']).split(['"', ':']).next().unwrap_or("").to_owned();
    let named = |line: &str| ["openapi", "swagger", "Resources"].contains(&key(line).as_str());
    ["AWSTemplateFormatVersion", "AWS::", "x-amazon-apigateway"].iter().any(|it| text.contains(it))
        || text.lines().take(200).filter(|line| !line.starts_with("  ")).any(named)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Template,
    OpenApi,
}

/// A folder holds other things too: what is nothing of gatelint's is `None`.
pub(super) fn kind(root: &Node) -> Option<Kind> {
    let is_object = |key| root.get(key).is_some_and(|it| it.as_map().is_some());
    if root.get("openapi").or_else(|| root.get("swagger")).is_some() && root.get("Resources").is_none() {
        return Some(Kind::OpenApi);
    }
    (root.get("AWSTemplateFormatVersion").is_some() || is_object("Resources")).then_some(Kind::Template)
}

/// The template of a stack inside another; `None` if it is not on this disk.
///
/// # Errors
/// It is there, but cannot be read.
pub(super) fn template(path: &Path) -> miette::Result<Option<File>> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = bytes(path).map_err(|error| FileError::new(path, format!("cannot be read: {error}")))?;
    Ok(Some(File { path: path.to_owned(), bytes }))
}
