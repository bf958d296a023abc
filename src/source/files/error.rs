//! What is wrong with a file, shown in its text.

use crate::model::SourceFile;
use crate::model::excerpt::{excerpt, harmless};
use crate::source::cloudformation::TemplateError;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// An input that cannot be judged.
#[derive(Debug)]
pub struct FileError {
    message: String,
    help: Option<String>,
    shown: Option<(NamedSource<String>, Vec<LabeledSpan>)>,
}

impl FileError {
    pub(super) fn new(path: &Path, message: impl fmt::Display) -> FileError {
        FileError { message: format!("{} {message}", harmless(&path.display().to_string())), help: None, shown: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> FileError {
        FileError { help: Some(help.into()), ..self }
    }

    /// With the text of the file that its first place is in. What stands in other files is left out.
    pub(super) fn of_template(error: TemplateError, files: &[Arc<SourceFile>]) -> FileError {
        let labels = error.labels();
        let shown = files.get(error.at.file as usize).map(|file| {
            let here: Vec<_> = labels.iter().filter(|(at, _)| at.file == error.at.file).collect();
            let ranges: Vec<_> = here.iter().map(|(at, _)| at.range()).collect();
            let (text, ranges) = excerpt(&file.text, &ranges, &file.secrets(&(0..file.text.len())));
            let labels = ranges.into_iter().zip(here);
            let labels =
                labels.map(|(range, (_, says))| LabeledSpan::new(Some(says.clone()), range.start, range.len()));
            (NamedSource::new(harmless(&file.name), text), labels.collect())
        });
        FileError { message: error.message, help: error.help, shown }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FileError {}

impl Diagnostic for FileError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("gatelint::template"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.shown.as_ref().map(|(text, _)| text as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.shown.as_ref().map(|(_, labels)| Box::new(labels.iter().cloned()) as Box<_>)
    }
}
