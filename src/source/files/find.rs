//! Which files a path means, and what each of them is.

use super::{FileError, assembly};
use crate::capture::file::is_capture;
use crate::source::tree::{self, Node};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file with its bytes.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

/// What a file is, by what it holds.
pub(super) enum Found {
    Capture(PathBuf),
    Template(File),
    OpenApi(File),
    /// A folder that the CDK made.
    Assembly(PathBuf),
}

/// Folders that hold what others wrote, or what a build made.
const PASSED_OVER: [&str; 4] = ["node_modules", "target", "vendor", "venv"];
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "template", "jsonl"];
/// What the Serverless Framework deploys.
const PACKAGED: &str = "cloudformation-template-update-stack.json";
/// How deep below a named folder.
const DEEPEST: usize = 32;

/// # Errors
/// A path does not exist or cannot be read, or a file that was named itself is nothing that gatelint knows.
pub(super) fn all(paths: &[PathBuf]) -> miette::Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths {
        let about = fs::metadata(path).map_err(|error| FileError::new(path, format!("cannot be read: {error}")))?;
        if about.is_dir() {
            for file in under(path, 0)? {
                if file.is_dir() {
                    found.push(Found::Assembly(file));
                    continue;
                }
                // A folder holds other things too: what is not for gatelint is passed over.
                match look(&file) {
                    Ok(it) => found.extend(it),
                    Err(error) if sounds_meant(&file) => return Err(error),
                    Err(_) => {}
                }
            }
        } else {
            found.push(look(path)?.ok_or_else(|| unknown(path))?);
        }
    }
    Ok(found)
}

pub(super) fn unknown(path: &Path) -> FileError {
    FileError::new(path, "is no template, API definition or capture").help(
        "gatelint reads CloudFormation and SAM templates (with Resources), OpenAPI documents (with openapi or swagger) \
         and its own captures",
    )
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
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))) {
            files.push(path);
        }
    }
    Ok(files)
}

/// What the file is; `None` if it is nothing of gatelint's.
fn look(path: &Path) -> miette::Result<Option<Found>> {
    let wrong = |error: std::io::Error| FileError::new(path, format!("cannot be read: {error}"));
    let mut file = fs::File::open(path).map_err(wrong)?;
    let mut bytes = vec![0; 4096];
    let got = file.read(&mut bytes).map_err(wrong)?;
    bytes.truncate(got);
    if is_capture(&bytes) {
        return Ok(Some(Found::Capture(path.to_owned())));
    }
    // One byte more than is allowed shows that there is more.
    file.take(tree::LARGEST as u64).read_to_end(&mut bytes).map_err(wrong)?;
    text(File { path: path.to_owned(), bytes })
}

/// What a text is that is no capture.
pub(super) fn text(file: File) -> miette::Result<Option<Found>> {
    let root = tree::read(0, &file.path.display().to_string(), &file.bytes)?.root;
    Ok(match kind(&root) {
        Some(Kind::Template) => Some(Found::Template(file)),
        Some(Kind::OpenApi) => Some(Found::OpenApi(file)),
        None => None,
    })
}

/// As much of a file as is ever judged, and one byte more, which shows that there is more: a device has no end.
pub(super) fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(tree::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A broken file in a folder is told where its text looks as if it were meant for gatelint.
fn sounds_meant(path: &Path) -> bool {
    let bytes = bytes(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    ["AWSTemplateFormatVersion", "AWS::", "x-amazon-apigateway"].iter().any(|it| text.contains(it))
}

enum Kind {
    Template,
    OpenApi,
}

fn kind(root: &Node) -> Option<Kind> {
    let is_object = |key| root.get(key).is_some_and(|it| it.as_map().is_some());
    if root.get("openapi").or_else(|| root.get("swagger")).is_some() && root.get("Resources").is_none() {
        return Some(Kind::OpenApi);
    }
    (root.get("AWSTemplateFormatVersion").is_some() || is_object("Resources")).then_some(Kind::Template)
}

/// The template of a stack inside another; `None` if it is not on this disk.
///
/// # Errors
/// It is there, but cannot be read, or is no template.
pub(super) fn template(path: &Path) -> miette::Result<Option<File>> {
    if !path.is_file() {
        return Ok(None);
    }
    match look(path)? {
        Some(Found::Template(file)) => Ok(Some(file)),
        _ => Err(unknown(path).into()),
    }
}
