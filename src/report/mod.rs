//! What a run looks like to people and to programs. Formats are known only here.

mod human;
mod json;
mod span;

pub use crate::model::excerpt::harmless;
pub use human::Human;
pub use json::Json;

use crate::model::excerpt::in_json;
use crate::run::Run;
use std::io;

pub trait Reporter {
    /// # Errors
    /// Those of the writer.
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The JSON report's published schema.
pub const REPORT_SCHEMA: &str = include_str!("../../schemas/report.schema.json");

/// One line of text. Names come from accounts and templates: nothing in them may steer a
/// terminal or begin a line of its own.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { "\\u000a".to_owned() } else { in_json(c) }).collect()
}
