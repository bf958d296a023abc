//! Files that people write, as they and their repositories call them.

use super::redact::merged;
use std::ops::Range;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

/// A file that was read: a template, or a document beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As it was named on the command line, or found under what was.
    pub name: String,
    /// As its repository calls it, with `/`; as it was named, if it lies in none.
    pub path: String,
    pub text: Arc<str>,
    /// Which bytes of the text are secrets: in order, none touching another.
    secrets: Vec<Range<usize>>,
}

/// Pipelines name files as their repository does, wherever in it gatelint was called.
#[derive(Debug, Clone)]
pub struct Repository {
    pub root: PathBuf,
    /// From where names of files go out.
    pub here: PathBuf,
}

impl Repository {
    fn path_of(&self, file: &Path) -> Option<PathBuf> {
        let mut path = PathBuf::new();
        for step in self.here.join(file).components() {
            match step {
                Component::CurDir => {}
                Component::ParentDir => _ = path.pop(),
                step => path.push(step),
            }
        }
        path.strip_prefix(&self.root).ok().map(Path::to_owned)
    }
}

/// Is what stands there JSON, as people and programs write objects?
pub fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// As the repository calls a file, with `/`; as it was named, if it lies in none.
pub fn path_of(name: &str, repository: Option<&Repository>) -> String {
    let inside = repository.and_then(|it| it.path_of(Path::new(name)));
    let path = inside.map_or_else(|| name.to_owned(), |path| path.display().to_string());
    path.replace(MAIN_SEPARATOR, "/").trim_start_matches("./").to_owned()
}

impl SourceFile {
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>, repository: Option<&Repository>) -> SourceFile {
        let name = name.into();
        let path = path_of(&name, repository);
        SourceFile { name, path, text: text.into(), secrets: Vec::new() }
    }

    /// These bytes are masked wherever a piece of the file is shown.
    pub fn hiding(self, secrets: Vec<Range<usize>>) -> SourceFile {
        SourceFile { secrets: merged(secrets), ..self }
    }

    /// The secrets in a part of the text, from its start.
    pub fn secrets(&self, part: &Range<usize>) -> Vec<Range<usize>> {
        let first = self.secrets.partition_point(|secret| secret.end <= part.start);
        let here = self.secrets.iter().skip(first).take_while(|secret| secret.start < part.end);
        here.map(|it| it.start.max(part.start) - part.start..it.end.min(part.end) - part.start).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_name_files_from_their_root() {
        let repository = Repository { root: "/r".into(), here: "/r/infra/a".into() };
        let path = |name: &str| SourceFile::new(name, "", Some(&repository)).path;
        assert_eq!(path("t.yaml"), "infra/a/t.yaml");
        assert_eq!(path("./.././t.yaml"), "infra/t.yaml");
        assert_eq!(path("/r/t.yaml"), "t.yaml");
        assert_eq!(path("/elsewhere/t.yaml"), "/elsewhere/t.yaml");
        assert_eq!(path("../../../t.yaml"), "../../../t.yaml");
        assert_eq!(SourceFile::new("./a b/ä.yaml", "", None).path, "a b/ä.yaml");
    }
}
