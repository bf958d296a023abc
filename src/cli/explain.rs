//! `gatelint explain RULE`

use super::{Outcome, output};
use clap::Args;

#[derive(Args)]
pub(super) struct Explain {
    /// A rule's id, as findings print it
    rule: String,
    /// With the examples that are the rule's tests
    #[arg(long)]
    examples: bool,
}

impl Explain {
    pub(super) fn run(self) -> miette::Result<Outcome> {
        let pages: Vec<&str> = crate::rules::all()
            .filter(|rule| rule.id == self.rule || rule.covers.contains(&self.rule.as_str()))
            .map(|rule| match self.examples {
                true => rule.page,
                false => rule.manual(),
            })
            .collect();
        if pages.is_empty() {
            let help = match crate::rules::nearest(&self.rule) {
                Some(id) => format!("did you mean {id}? `gatelint rules` lists them all"),
                None => "`gatelint rules` lists them all".into(),
            };
            return Err(miette::miette!(help = help, "there is no rule {}", self.rule.escape_debug()));
        }
        output::say(&pages.join("\n\n"))
    }
}
