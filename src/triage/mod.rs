//! What becomes of the findings: the settings' levels, what is ignored with a reason, and what a baseline knows already.
//! Unknowns pass through untouched: nothing here makes a question answered.

pub mod baseline;
mod ignore;
mod pattern;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::follow::Request;
use crate::run::{Run, order};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Applies the settings: levels first, then the ignores of the settings, then those of the files. What an ignore accepts goes
/// from `findings` to `suppressed`; what is wrong with an ignore becomes a notice.
pub fn settle(run: &mut Run, config: &Config, today: Date) {
    for finding in &mut run.findings {
        finding.level = config.levels.get(finding.rule.id).and_then(|level| level.severity());
    }
    ignore::apply(run, config, today);
    run.findings.sort_by(order);
}

/// Of which rules might there be more than was found? A question of theirs stayed open, or it is not known which questions
/// there are.
fn open(run: &Run) -> impl Fn(&str) -> bool + use<> {
    let rows = run.unknown.iter().filter(|row| !row.inherent);
    let open: BTreeSet<Option<&'static str>> = rows.map(|row| row.rule.map(|rule| rule.id)).collect();
    move |rule| open.contains(&None) || open.contains(&Some(rule))
}

/// `orders prod GET /orders`, of an API by one of its names.
fn named(api: &str, request: &Request) -> String {
    format!("{api} {} {}", request.stage.as_deref().unwrap_or_default(), request.route)
}
