//! Small accounts to judge.

mod account;
mod answers;
mod endpoints;
mod extents;
mod laws;
mod privatelink;
mod sentences;
