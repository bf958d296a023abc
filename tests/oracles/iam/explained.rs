//! Where the two engines differ, and why. The test holds these lists to the case.

/// Cases that differ for one reason.
pub(super) struct Class {
    /// What gatelint says, what the tool says, and what AWS documents.
    pub(super) _why: &'static str,
    pub(super) cases: &'static [usize],
}

/// One allows, the other denies.
pub(super) const DISAGREEMENTS: &[Class] = &[];

/// Both deny, one explicitly.
pub(super) const OTHER_DENIALS: &[Class] = &[];

/// What gatelint leaves open: the first gap, how often, and why it is right to.
pub(super) const UNKNOWNS: &[(&str, usize, &str)] = &[];
