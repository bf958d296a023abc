//! Where facts come from. Each source yields a capture.
pub mod captured;
#[cfg(feature = "live")]
pub mod live;
