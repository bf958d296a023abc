//! What stops a scan before it has begun, in one sentence each.

use crate::model::Gap;
use miette::Diagnostic;
use thiserror::Error;

/// Why an account could not be read at all. What is refused later is a gap, not an error.
#[derive(Debug, Error, Diagnostic)]
pub enum LiveError {
    #[error("no AWS credentials were found{why}")]
    #[diagnostic(
        code(gatelint::live::no_credentials),
        help(
            "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`; `--profile` chooses one"
        )
    )]
    NoCredentials {
        /// Empty, or `: ` and the reason.
        why: String,
    },
    #[error("the profile `{profile}` is not defined")]
    #[diagnostic(
        code(gatelint::live::unknown_profile),
        help("`aws configure list-profiles` lists those in ~/.aws/config and ~/.aws/credentials")
    )]
    UnknownProfile { profile: String },
    #[error("AWS did not accept the credentials: {code}")]
    #[diagnostic(
        code(gatelint::live::credentials_rejected),
        help(
            "renew them (`aws sso login`, new access keys); keys are also refused in a region that the account has not enabled"
        )
    )]
    CredentialsRejected { code: String },
    #[error("the role {role} could not be assumed: {why}")]
    #[diagnostic(
        code(gatelint::live::role_not_assumed),
        help("the role's trust policy must name the caller, and require the same `--external-id` that you give")
    )]
    RoleNotAssumed { role: String, why: String },
    #[error("no region is configured")]
    #[diagnostic(code(gatelint::live::no_region), help("give `--region`, or set AWS_REGION or the profile's region"))]
    NoRegion,
    #[error("there is no region `{region}`")]
    #[diagnostic(code(gatelint::live::unknown_region), help("a region reads like eu-central-1"))]
    UnknownRegion { region: String },
    #[error("nothing answers at {endpoint}: {why}")]
    #[diagnostic(
        code(gatelint::live::unreachable),
        help("check the network, the proxy (HTTPS_PROXY) and `--endpoint-url` or AWS_ENDPOINT_URL")
    )]
    Unreachable { endpoint: String, why: String },
    #[error("the account behind the credentials could not be determined: sts:GetCallerIdentity failed with {code}")]
    #[diagnostic(
        code(gatelint::live::no_identity),
        help("sts:GetCallerIdentity needs no right of its own; an endpoint that is not AWS must answer it too")
    )]
    NoIdentity { code: String },
    #[error("every list of APIs failed, the first one so: {first}")]
    #[diagnostic(
        code(gatelint::live::every_listing_failed),
        help("{remedy}; `gatelint permissions` prints the policy to attach")
    )]
    EveryListingFailed { first: String, remedy: String },
    #[error("the network runtime could not be started")]
    #[diagnostic(code(gatelint::live::runtime))]
    Runtime(#[from] std::io::Error),
}

impl LiveError {
    pub(super) fn every_listing_failed(gap: &Gap) -> Self {
        let first = match gap {
            Gap::Denied { action, on } => format!("{action} is denied on {on}"),
            Gap::Throttled { action } => format!("{action} stayed throttled"),
            Gap::Failed { action, code } => format!("{action} failed with {code}"),
            Gap::Disabled { region } => format!("the region {region} is not enabled"),
            other => other.remedy(),
        };
        LiveError::EveryListingFailed { first, remedy: gap.remedy() }
    }
}
