//! Where facts come from. Each source yields a capture.
#[cfg(feature = "live")]
pub mod live;
