//! Moving gaps between their places in a record and the map beside it.
//!
//! Both ways work on the text: a tree of values would lose the order of the fields, and a
//! large API with one gap in it would cost several times its parsing.

mod lift;
mod splice;

pub(super) use lift::{lift, needs_lift};
pub(super) use splice::restored;

use crate::model::Gap;
use std::collections::BTreeMap;

/// Gaps by JSON pointer.
pub(super) type Gaps = BTreeMap<String, Gap>;
