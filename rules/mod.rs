//! The product: one folder a hop, in the order in which a request passes them.

mod backend;
mod integration;
mod network_path;
mod permission;
mod request_mapping;
mod response_mapping;

use crate::model::nearest::{LONGEST, mistyped};
use crate::rule::Rule;
use std::cmp::Reverse;

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

/// The rule that takes the fewest keystrokes to mend what was asked for; if it takes too many, the nearest of those that
/// share the most words with it, if any does.
pub fn nearest(asked: &str) -> Option<&'static str> {
    if asked.len() > LONGEST {
        return None;
    }
    let shared = |id: &str| asked.split('-').filter(|word| id.split('-').any(|it| it == *word)).count();
    let ids = || all().map(|rule| rule.id);
    let typos = |id: &str| strsim::osa_distance(asked, id);
    let akin = || ids().filter(|id| shared(id) > 0).max_by_key(|id| (shared(id), Reverse(typos(id))));
    mistyped(asked, ids(), 4).or_else(akin)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_rule_is_mended_with_the_fewest_keystrokes() {
        for (asked, meant) in [
            ("lambda-integration-notpost", Some("lambda-integration-not-post")),
            ("lamdba-invoke-denied", Some("lambda-invoke-denied")),
            ("lambda_target_missing", Some("lambda-target-missing")),
            ("listner-mising", Some("listener-missing")),
            ("vpc-link-mising", Some("vpc-link-missing")),
            ("lambda-invoke", Some("lambda-invoke-denied")),
            ("acl", Some("network-acl-blocked")),
            ("timeout", Some("integration-timeout-too-small")),
            ("tags-spelled-right", None),
            ("", None),
        ] {
            assert_eq!(nearest(asked), meant, "{asked}");
        }
        assert_eq!(nearest(&"lambda-".repeat(100_000)), None, "in no time");
    }
}
