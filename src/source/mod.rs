//! Where facts come from. Each source yields a capture.

/// The calls of the live source as data, in every build: `gatelint permissions` reads them.
#[path = "live/calls.rs"]
pub mod calls;
#[cfg(feature = "live")]
pub mod live;
