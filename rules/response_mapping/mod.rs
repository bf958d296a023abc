//! What becomes of the backend's answer.

mod response_override_set_twice;
mod response_template_invalid;
mod selection_pattern_invalid;

use crate::rule::Rule;

pub(super) const RULES: &[&Rule] =
    &[&response_template_invalid::RULE, &response_override_set_twice::RULE, &selection_pattern_invalid::RULE];
