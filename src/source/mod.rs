//! Where facts come from: each source reads one kind of input into a capture.

/// The calls of the live source as data, in every build: `gatelint permissions` reads them.
#[path = "live/calls.rs"]
pub mod calls;
pub mod captured;
pub mod cloudformation;
pub mod files;
#[cfg(feature = "live")]
pub mod live;
pub mod openapi;
pub mod tree;
