//! Pure engines, each usable alone, three-valued, with a proof either way.

pub mod iam;
pub mod net;
pub mod regex;
pub mod tri;
pub mod vtl;

pub use tri::Tri;
