//! What CloudFormation would refuse in a template, and where it stands.

use crate::source::tree::Span;
use miette::Diagnostic;
use std::fmt;

/// Why a template cannot be followed. Whoever knows the files attaches the text to the [`labels`](Self::labels).
/// Values that were given from outside are never repeated: they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is guilty.
    pub at: Span,
    pub message: String,
    /// What stands at `at`, in a few words.
    pub label: String,
    pub help: Option<String>,
    /// What else belongs to it: the other members of a circle, the first of two names.
    pub also: Vec<(Span, String)>,
    /// It hangs on values: where the expression is not reached, nothing is wrong with it.
    pub(super) only_if_reached: bool,
}

impl TemplateError {
    pub fn new(at: Span, message: impl Into<String>) -> Self {
        let (message, label) = (message.into(), "here".to_owned());
        TemplateError { at, message, label, help: None, also: Vec::new(), only_if_reached: false }
    }

    #[must_use]
    pub(super) fn only_if_reached(self) -> Self {
        TemplateError { only_if_reached: true, ..self }
    }

    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        TemplateError { label: label.into(), ..self }
    }

    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        TemplateError { help: Some(help.into()), ..self }
    }

    #[must_use]
    pub fn also(mut self, at: Span, label: impl Into<String>) -> Self {
        self.also.push((at, label.into()));
        self
    }

    /// Every place with what is to be said there, the guilty one first.
    pub fn labels(&self) -> Vec<(Span, String)> {
        [(self.at, self.label.clone())].into_iter().chain(self.also.iter().cloned()).collect()
    }
}

impl Diagnostic for TemplateError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("gatelint::template"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}

pub(super) type Result<T> = std::result::Result<T, TemplateError>;

/// A name of the template, cut to a bearable length and without control characters.
pub(super) fn quoted(name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    format!("{short:?}{}", if short.len() < name.len() { "…" } else { "" })
}
