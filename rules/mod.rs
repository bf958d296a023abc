//! The product: one folder a hop, in the order in which a request passes them.

mod backend;
mod integration;
mod network_path;
mod permission;

use crate::rule::Rule;

/// Every rule, in the order in which a request meets their hops.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [integration::RULES, permission::RULES, network_path::RULES, backend::RULES].into_iter().flatten().copied()
}
