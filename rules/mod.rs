//! The product: one folder a hop, in the order in which a request passes them.

mod backend;
mod integration;
mod network_path;
mod permission;
mod request_mapping;
mod response_mapping;

use crate::rule::Rule;

/// Every rule, in the order in which a request meets their hops.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let hops = [
        request_mapping::RULES,
        integration::RULES,
        permission::RULES,
        network_path::RULES,
        backend::RULES,
        response_mapping::RULES,
    ];
    hops.into_iter().flatten().copied()
}

/// The rule that shares the most words with what was asked for, if any does.
pub fn nearest(asked: &str) -> Option<&'static str> {
    let shared = |id: &str| asked.split('-').filter(|word| id.split('-').any(|it| it == *word)).count();
    all().map(|rule| (shared(rule.id), rule.id)).filter(|(shared, _)| *shared > 0).max().map(|(_, id)| id)
}
