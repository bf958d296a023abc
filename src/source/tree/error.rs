//! What can be wrong with a file before anybody asks what it describes.

use super::{DEEPEST, LARGEST, MOST, Span};
use crate::model::excerpt::{excerpt, harmless};
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// Why a file is no tree, and where. Values of the file are never repeated in the message: they may be secrets.
#[derive(Debug)]
pub struct TreeError {
    pub fault: Fault,
    /// Empty where no one place is guilty; else the guilty one, then the one that makes it wrong.
    pub places: Vec<Span>,
    file: String,
    shown: Option<Box<Shown>>,
}

#[derive(Debug)]
struct Shown {
    text: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    #[error("is text in UTF-16, not in UTF-8")]
    Utf16,
    #[error("is no text: byte {at} is zero")]
    Binary { at: usize },
    #[error("is no text in UTF-8: byte {at} begins no character")]
    Encoding { at: usize },
    #[error("not YAML: {0}")]
    Yaml(Cow<'static, str>, &'static str),
    #[error("not JSON: {0}")]
    Json(Cow<'static, str>, &'static str),
    #[error("the key {0} stands here twice")]
    Duplicate(String),
    #[error("a key has to be plain text")]
    Key,
    #[error("a second document in one file")]
    SecondDocument,
    #[error("the tag {0} is none of CloudFormation's")]
    UnknownTag(String),
    #[error("the tag {0} does not fit what it stands before")]
    MisplacedTag(String),
    #[error("an alias inside of what it stands for")]
    Endless,
    #[error("`<<` takes an object or a list of objects")]
    Merge,
    #[error("nested more than {DEEPEST} deep")]
    TooDeep,
    #[error("more than {MOST} values, each alias counted as the values it stands for")]
    TooMany,
}

impl Fault {
    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Fault::TooLarge => "AWS takes templates of 1 MB and API definitions of 6 MB",
            Fault::Utf16 => "save the file as UTF-8",
            Fault::Binary { .. } | Fault::Encoding { .. } => {
                "name templates in YAML or JSON, saved as UTF-8; an archive has to be unpacked first"
            }
            Fault::Yaml(_, help) | Fault::Json(_, help) => help,
            Fault::Duplicate(_) => "keep one of the two: which one counts differs from reader to reader",
            Fault::Key => "write the key as text, in quotes if it has special characters",
            Fault::SecondDocument => "put each document into a file of its own, and remove the line `---` between them",
            Fault::UnknownTag(_) => {
                "write the function's long form, such as `Fn::Sub:`, or put a text that begins with `!` in quotes"
            }
            Fault::MisplacedTag(_) => "remove the tag, or write a value of its type",
            Fault::Endless => "an anchor cannot be used inside its own value",
            Fault::Merge => "name an anchor of an object: `<<: *defaults`",
            Fault::TooDeep => "no template is as deep as that: look for brackets that are never closed",
            Fault::TooMany => "aliases of aliases multiply: write the values out, or split the file",
        })
        .filter(|help| !help.is_empty())
    }

    /// What is said at the guilty place, and at the second.
    fn labels(&self) -> [&'static str; 2] {
        match self {
            Fault::Duplicate(_) => ["again here", "first here"],
            Fault::SecondDocument => ["the second begins here", "the first begins here"],
            Fault::Endless => ["used here", "begins here"],
            _ => ["here", "and here"],
        }
    }
}

impl TreeError {
    /// For a caller that learns the size before it reads.
    pub fn too_large(file: &str) -> TreeError {
        TreeError::whole(file, Fault::TooLarge)
    }

    /// No place, or none that could be shown.
    pub(super) fn whole(file: &str, fault: Fault) -> TreeError {
        TreeError { fault, places: Vec::new(), file: harmless(file), shown: None }
    }

    /// `text` is the whole file's, `secrets` what of it is not for a reader's eyes.
    pub(super) fn at(
        file: &str,
        text: &str,
        fault: Fault,
        places: Vec<Span>,
        secrets: fn(&str) -> Vec<Range<usize>>,
    ) -> TreeError {
        let (ranges, secrets): (Vec<_>, _) = (places.iter().map(|place| place.range()).collect(), secrets(text));
        let hidden = |at: &Range<usize>| secrets.iter().any(|secret| secret.start < at.end && at.start < secret.end);
        let fault = match fault {
            // A password without quotes may begin with an exclamation mark.
            Fault::UnknownTag(_) if ranges.iter().any(hidden) => Fault::UnknownTag("!***".into()),
            fault => fault,
        };
        let (text, ranges) = excerpt(text, &ranges, &secrets);
        let labels = ranges.into_iter().zip(fault.labels());
        let labels = labels.map(|(range, says)| LabeledSpan::new(Some(says.to_owned()), range.start, range.len()));
        let labels = labels.collect();
        let file = harmless(file);
        let shown = Some(Box::new(Shown { text: NamedSource::new(&file, text), labels }));
        TreeError { fault, places, file, shown }
    }
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown {
            Some(_) => self.fault.fmt(f),
            None => write!(f, "{} {}", self.file, self.fault),
        }
    }
}

impl std::error::Error for TreeError {}

impl Diagnostic for TreeError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("gatelint::file"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.help().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.shown.as_ref().map(|shown| &shown.text as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.shown.as_ref().map(|shown| Box::new(shown.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
