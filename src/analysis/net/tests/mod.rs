//! Small accounts to judge.

mod account;
mod acls;
mod answers;
mod endpoints;
mod extents;
mod identity;
mod laws;
mod privatelink;
mod routes;
mod sentences;
