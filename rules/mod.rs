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
