//! Small accounts to judge.

mod account;
mod answers;
mod endpoints;
mod extents;
mod identity;
mod laws;
mod privatelink;
mod sentences;
