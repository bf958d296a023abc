//! What a run looks like to people and to programs. Formats are known only here.

mod aside;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod place;
mod requests;
mod sarif;
mod snippet;
mod span;
#[cfg(test)]
mod tests;

pub use crate::model::excerpt::harmless;
pub use github::Github;
pub use gitlab::Gitlab;
pub use human::Human;
pub use json::Json;
pub use junit::Junit;
pub use sarif::Sarif;

use crate::model::excerpt::plain;
use crate::run::{Finding, Run};
use std::collections::BTreeMap;
use std::io;

pub trait Reporter {
    /// # Errors
    /// Those of the writer.
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The JSON report's published schema.
pub const REPORT_SCHEMA: &str = include_str!("../../schemas/report.schema.json");

/// The findings to tell, each with a fingerprint that no other of the run has: some differ only in what
/// fingerprints leave out on purpose, such as the view.
fn unique(run: &Run) -> impl Iterator<Item = (&Finding, String)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    run.told().map(move |finding| {
        let count = seen.entry(&finding.fingerprint).or_default();
        *count += 1;
        let print = &finding.fingerprint;
        (finding, if *count == 1 { print.clone() } else { format!("{print}:{count}") })
    })
}
