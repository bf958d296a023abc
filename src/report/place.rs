//! Where evidence stands in a person's files, and what stands for it where there is no file.

use crate::model::{Origin, SourceFile, Subject};
use crate::run::Finding;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lines and columns from 1; columns count characters (Unicode scalar values), and the end
/// is the column behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

/// Where the lines of each file begin, found once.
#[derive(Default)]
pub(super) struct Positions(RefCell<BTreeMap<usize, Lined>>);

/// A file is told from others by where it lies, so it is held.
struct Lined {
    _file: Arc<SourceFile>,
    lines: Arc<[usize]>,
}

impl Positions {
    pub(super) fn of(&self, origin: &Origin) -> Position {
        let text = &*origin.file.text;
        let lines = self.lines(origin);
        let at = |byte: usize| {
            let byte = text.floor_char_boundary(byte);
            let line = line_of(&lines, byte);
            let start = lines.get(line).copied().unwrap_or_default();
            (line + 1, text.get(start..byte).unwrap_or_default().chars().count() + 1)
        };
        let ((line, column), (end_line, end_column)) = (at(origin.at.start), at(origin.at.end.max(origin.at.start)));
        Position { line, column, end_line, end_column }
    }

    /// The byte at which each line of the file begins.
    pub(super) fn lines(&self, origin: &Origin) -> Arc<[usize]> {
        let file = Arc::as_ptr(&origin.file).addr();
        let found = || {
            let breaks = origin.file.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
            Lined { _file: origin.file.clone(), lines }
        };
        self.0.borrow_mut().entry(file).or_insert_with(found).lines.clone()
    }
}

/// Which of the lines that begin there holds the byte, from 0.
pub(super) fn line_of(lines: &[usize], byte: usize) -> usize {
    lines.partition_point(|start| *start <= byte).saturating_sub(1)
}

/// Where a finding stands in a file, if anything that speaks for it does.
pub(super) fn first(finding: &Finding) -> Option<Origin> {
    let places = finding.places();
    places.into_iter().find_map(|(place, _)| place.written()).or_else(|| finding.origin.clone())
}

/// What stands for a file where a finding has none: formats of pipelines demand one, and the
/// same finding must name the same one in every run. No such file exists.
pub(super) fn placeholder(subject: &Subject) -> String {
    let scope = [subject.scope.account.lit(), subject.scope.region.lit()].into_iter().flatten();
    let name = subject.name.as_deref().unwrap_or(&subject.id);
    let steps = std::iter::once("aws").chain(scope).chain([subject.kind, name]);
    steps.filter(|step| !step.is_empty()).map(step).collect::<Vec<_>>().join("/")
}

/// The most characters of a name that a path keeps.
const STEP: usize = 80;

fn step(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_.-".contains(c) { c } else { '-' };
    let step: String = name.chars().take(STEP).map(plain).collect();
    if step.starts_with('.') { format!("-{step}") } else { step }
}

/// A path as the reference of a URI.
pub(super) fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let byte = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let path: String = path.bytes().map(byte).collect();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scope;

    fn origin(text: &str, part: &str) -> Origin {
        let start = text.find(part).expect("the part is there");
        let file = SourceFile::new("./a b/ä.yaml", text, None);
        Origin { file: Arc::new(file), at: start..start + part.len() }
    }

    #[test]
    fn columns_count_characters_from_one() {
        let positions = Positions::default();
        let found = |text: &str, part: &str| {
            let Position { line, column, end_line, end_column } = positions.of(&origin(text, part));
            (line, column, end_line, end_column)
        };
        assert_eq!(found("a: 1\nß😀: 30\n", "30"), (2, 5, 2, 7));
        assert_eq!(found("a: 1", "a"), (1, 1, 1, 2));
        assert_eq!(found("a: |\r\n  x\r\n  y\r\n", "|\r\n  x"), (1, 4, 2, 4));
        let beyond = Origin { at: 2..900, ..origin("äb", "ä") };
        assert_eq!(positions.of(&beyond), Position { line: 1, column: 2, end_line: 1, end_column: 3 });
    }

    #[test]
    fn no_name_climbs_out_of_a_path() {
        let subject = |name: &str| placeholder(&Subject::named("VPC link", name, &Scope::new("aws", "", "")));
        assert_eq!(subject("../../etc/pass wd"), "aws/VPC-link/-..-..-etc-pass-wd");
        assert_eq!(subject(&"x".repeat(10_000)).len(), "aws/VPC-link/".len() + STEP);
        let name = &origin("a", "a").file.path;
        assert_eq!((name.as_str(), uri(name).as_str()), ("a b/ä.yaml", "a%20b/%C3%A4.yaml"));
        assert_eq!(uri("/tmp/a:b"), "file:///tmp/a%3Ab");
    }
}
