//! May API Gateway make the call?

mod credentials_role_unusable;
mod grant;
mod lambda_invoke_denied;
mod mend;
mod trust;

use crate::rule::Rule;

pub(super) const RULES: &[&Rule] = &[&lambda_invoke_denied::RULE, &credentials_role_unusable::RULE];
