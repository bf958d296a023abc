//! What does the work: the function, or the targets behind the listener.

mod lambda_reserved_concurrency_zero;

use crate::rule::Rule;

pub(super) const RULES: &[&Rule] = &[&lambda_reserved_concurrency_zero::RULE];
