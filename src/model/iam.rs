//! Roles and the policies on them: iam 2010-05-08.

use super::policy::Policy;
use super::{Seen, Str, Text, facts};
use std::collections::BTreeMap;

facts! { "PascalCase";
    pub struct Role {
        pub role_name: Text,
        pub arn: Text,
        /// The trust policy.
        pub assume_role_policy_document: Seen<Policy>,
        /// ARN of the managed policy that bounds what the role may do.
        pub permissions_boundary: Seen<PermissionsBoundary>,
        /// The inline policies. A refused GetRolePolicy leaves one with an unknown document.
        pub role_policy_list: Seen<Vec<InlinePolicy>>,
        pub attached_managed_policies: Seen<Vec<AttachedPolicy>>,
        pub tags: BTreeMap<Str, Str>,
    }

    pub struct PermissionsBoundary {
        pub permissions_boundary_arn: Seen<Text>,
    }

    pub struct InlinePolicy {
        pub policy_name: Str,
        pub policy_document: Seen<Policy>,
    }

    pub struct AttachedPolicy {
        pub policy_name: Seen<Text>,
        pub policy_arn: Seen<Text>,
    }

    /// A managed policy in its default version.
    pub struct ManagedPolicy {
        pub policy_name: Str,
        pub arn: Text,
        pub default_version_id: Seen<Text>,
        pub document: Seen<Policy>,
    }
}
