//! The capture file: JSON Lines, gzipped or not, or one JSON array of the same records.
//!
//! In canonical order: header, coverage, calls, shared things, the directory of APIs, then
//! one record per API. Facts stand under botocore's member names; what is unknown about
//! them stands beside them in `gaps`, keyed by JSON pointer. A file whose directory comes
//! before its first API is streamed: one API's facts are in memory at a time. The
//! directory also tells where the file ends: an API in it without a record of its own
//! means that the file was cut off.

mod detect;
mod error;
mod front;
mod gaps;
mod kinds;
mod load;
mod merge;
mod pieces;
mod record;
mod write;

#[cfg(test)]
mod tests;

pub use detect::is_capture;
pub use error::{CaptureError, Fault};
pub use load::{fragment, read, read_from};
pub use merge::merge;
pub use write::{tee, write};
