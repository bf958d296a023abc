//! Network reachability.
