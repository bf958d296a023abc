//! Where the two engines differ, and why. The test holds these lists to the case: one that
//! differs without standing here fails it, and so does one that stands here and agrees.
//!
//! Each was assigned by a change that should mean the same (`0.0.0.0/0` as two halves, an
//! epoch as a date, a literal for a variable, the missing parts of an ARN) and after which
//! the tool gives gatelint's answer.

/// Cases that differ for one reason.
pub(super) struct Class {
    pub(super) why: &'static str,
    /// One allows, the other denies.
    pub(super) disagreements: &'static [usize],
    /// Both deny, one of them explicitly.
    pub(super) other_denials: &'static [usize],
}

pub(super) const CLASSES: &[Class] = &[
    Class {
        why: "The tool replaces policy variables whatever the Version; only 2012-10-17 has them (*IAM JSON policy elements: Version*).",
        disagreements: &[151, 1875, 2157, 2334, 2476, 2594, 2639, 2655],
        other_denials: &[1460, 2982],
    },
    Class {
        why: "The tool reads 0.0.0.0/0 as no address; as a CIDR range (*IP address condition operators*) it is every IPv4 address.",
        disagreements: &[771, 773, 838, 1308, 1463, 2210, 2557, 2709, 2924, 3613],
        other_denials: &[242, 1929, 2101, 2221, 3136, 3727, 3786, 3814],
    },
    Class {
        why: "The tool cannot compare a date in seconds since 1970, which *Date condition operators* allows.",
        disagreements: &[302, 468, 952, 1998, 3767, 3977],
        other_denials: &[1697, 2813],
    },
    Class {
        why: "The tool cuts an ARN at its colons before it replaces variables, whose names have colons too; *ARN condition operators* allows variables.",
        disagreements: &[571, 3754],
        other_denials: &[16, 2286],
    },
    Class {
        why: "The tool takes a NotResource of fewer than six parts as matching nothing; as written and as AWS completes it, it does not name the resource, so the statement applies.",
        disagreements: &[1967, 2834, 3483],
        other_denials: &[1968, 2453, 2564],
    },
    Class {
        why: "The tool ignores a Resource of fewer than six parts in an organisation policy; as written and as AWS completes it, it names the resource.",
        disagreements: &[2967],
        other_denials: &[1443, 3450],
    },
    Class {
        why: "The tool does not know the default in `${key, 'default'}` (*IAM policy elements: Variables and tags*).",
        disagreements: &[2301],
        other_denials: &[894],
    },
    Class {
        why: "The tool lets ForAnyValue fail on a missing key in spite of IfExists, which makes it true (*...IfExists condition operators*).",
        disagreements: &[3049],
        other_denials: &[],
    },
    Class {
        why: "Nothing allows the call. Whether a statement denies it as well is left open (a service and `{\"AWS\": \"*\"}`, an ARN condition without six parts, a variable without a value), so gatelint does not call the denial explicit.",
        disagreements: &[],
        other_denials: &[114, 271, 290, 373, 867, 1011, 1012, 1530, 2088, 2168, 3169, 3367, 3563, 3630],
    },
];

/// What gatelint leaves open: the first gap up to what it quotes, how often, and why it is
/// right to.
pub(super) const UNKNOWNS: &[(&str, usize, &str)] = &[
    (
        "gatelint does not judge this yet: ForAnyValue with a negated operator on a key that is not there",
        4,
        "AWS says false for no values and true for a negated operator without the key.",
    ),
    (
        "gatelint does not judge this yet: a NotPrincipal that names only some of account, role and session",
        3,
        "AWS \"might\" check the account first, then the role, then the session.",
    ),
    (
        "gatelint does not judge this yet: a Resource with fewer than the six parts of an ARN",
        15,
        "AWS says how it completes such an ARN; the two readings differ.",
    ),
    (
        "gatelint does not judge this yet: a condition that compares ",
        1,
        "A NumericEquals on a value that is no number.",
    ),
    (
        "gatelint does not judge this yet: a policy variable before the last part of a Resource",
        4,
        "Variables are only for the part after the fifth colon.",
    ),
    (
        "gatelint does not judge this yet: a wildcard for the service of an Action",
        49,
        "Wildcards are described for the action name after the colon only.",
    ),
    (
        "gatelint does not judge this yet: a wildcard in the middle of a segment of a Resource, across a colon",
        13,
        "Whether it crosses the colon is not said.",
    ),
    (
        "gatelint does not judge this yet: an ARN condition whose value does not have the six parts of an ARN",
        4,
        "What becomes of a value that is no ARN is not said.",
    ),
    (
        "gatelint does not judge this yet: the policy variable ${aws:PrincipalAccount}, which this call does not carry",
        1,
        "It may invalidate the whole statement, says AWS.",
    ),
    (
        "gatelint does not judge this yet: whether a boundary limits what a policy grants to everyone",
        3,
        "Said only for a grant that is narrowed by aws:PrincipalArn.",
    ),
    (
        "gatelint does not judge this yet: whether the principal {\"AWS\": \"*\"} includes AWS services",
        23,
        "Said to be equal to `*` for anonymous callers only.",
    ),
];
