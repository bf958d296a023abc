//! Small accounts to judge.

mod account;
mod answers;
mod endpoints;
mod extents;
mod privatelink;
mod sentences;
