//! What does the work: the function, or the targets behind the listener.

mod lambda_not_invocable;
mod lambda_reserved_concurrency_zero;
mod lambda_target_missing;
mod lambda_timeout_exceeds_integration;

use crate::rule::Rule;

pub(super) const RULES: &[&Rule] = &[
    &lambda_target_missing::RULE,
    &lambda_not_invocable::RULE,
    &lambda_reserved_concurrency_zero::RULE,
    &lambda_timeout_exceeds_integration::RULE,
];
