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
use crate::model::hex;
use crate::run::{Finding, Run};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io;

pub trait Reporter {
    /// # Errors
    /// Those of the writer.
    fn report(&self, run: &Run, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The JSON report's published schema.
pub const REPORT_SCHEMA: &str = include_str!("../../schemas/report.schema.json");

/// The findings to tell, each with a fingerprint that no other of the run has: GitHub and GitLab show one of those that
/// share one. Some differ only in what fingerprints leave out on purpose, such as the view, or two templates
/// give their APIs one name: there the file tells which.
fn unique(run: &Run) -> impl Iterator<Item = (&Finding, String)> {
    let mut seen = BTreeSet::new();
    run.told().map(move |finding| {
        let own = finding.fingerprint.clone();
        let path = place::first(finding).map(|origin| origin.file.path.clone()).unwrap_or_default();
        let more = (1..).map(|n| hash(&format!("{own}\0{path}\0{n}")));
        let print = std::iter::once(own.clone()).chain(more).find(|print| seen.insert(print.clone()));
        (finding, print.unwrap_or(own))
    })
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}
