//! The engines against independent implementations, whose answers are checked in. `tests/oracles/regenerate NAME` asks
//! them again.

mod pattern;
mod velocity;
