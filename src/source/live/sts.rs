//! Signing in: region, credentials, and whose account it is. Everything here ends in one
//! clear sentence within ten seconds.

use super::ask::Ask;
use super::error::LiveError;
use super::failure::{Failure, innermost};
use super::pace::Pace;
use super::progress::Progress;
use super::session::Session;
use crate::source::calls::Call;
use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{ProvideCredentials, SharedCredentialsProvider};
use std::time::Duration;
use tokio::time::timeout;

/// For instance metadata, the last place where a region may be.
const REGION_WITHIN: Duration = Duration::from_millis(1_500);
/// The SDK itself gives every provider five seconds.
const CREDENTIALS_WITHIN: Duration = Duration::from_secs(5);
const IDENTITY_WITHIN: Duration = Duration::from_secs(8);

/// The session and the regions to scan, in the order of their names.
pub(super) async fn sign_in(ask: &Ask) -> Result<(Session, Vec<String>), LiveError> {
    if let Some(profile) = &ask.profile {
        check_profile(profile)?;
    }
    if let Some(endpoint) = ask.endpoint_url.as_ref().filter(|url| !url.starts_with("http")) {
        let why = "an endpoint begins with http:// or https://".into();
        return Err(LiveError::Unreachable { endpoint: endpoint.clone(), why });
    }
    let progress = Progress::new(ask.quiet);
    let regions = regions(ask).await?;
    let first = regions[0].clone();
    let config = config(ask, &first).await?;
    let identity = identity(&config, &first).await?;
    let session = Session::new(
        config,
        identity.account.as_str().into(),
        identity.partition.as_str().into(),
        Pace::new(ask.rate_percent),
        progress,
    );
    session.count(Call::GetCallerIdentity.row(), |count| {
        count.made += identity.attempts;
        count.retried += identity.attempts - 1;
    });
    Ok((session, regions))
}

/// Never empty.
async fn regions(ask: &Ask) -> Result<Vec<String>, LiveError> {
    let mut regions = ask.regions.clone();
    if regions.is_empty() {
        let mut chain = DefaultRegionChain::builder();
        if let Some(profile) = &ask.profile {
            chain = chain.profile_name(profile);
        }
        let chain = chain.build();
        let found = timeout(REGION_WITHIN, chain.region()).await.ok().flatten();
        match found {
            Some(region) => regions.push(region.to_string()),
            None => return Err(LiveError::NoRegion),
        }
    }
    regions.sort();
    regions.dedup();
    match regions.iter().find(|region| !reads_like_a_region(region)) {
        Some(region) => Err(LiveError::UnknownRegion { region: region.clone() }),
        None => Ok(regions),
    }
}

/// `eu-central-1`, `us-gov-west-1`: it becomes a part of host names, so nothing else may.
pub(super) fn reads_like_a_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    (2..=4).contains(&words.len())
        && (1..=2).contains(&number.len())
        && number.bytes().all(|c| c.is_ascii_digit())
        && words[0].len() <= 4
        && words.iter().all(|word| word.len() >= 2 && word.len() <= 12 && word.bytes().all(|c| c.is_ascii_lowercase()))
}

/// Areas in which AWS has regions; only used to explain a name that does not resolve.
fn may_exist(region: &str) -> bool {
    const AREAS: &[&str] = &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn", "eusc"];
    const POINTS: &[&str] =
        &["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];
    let mut parts = region.split('-').rev();
    let number = parts.next().and_then(|number| number.parse::<u32>().ok());
    let point = parts.next().is_some_and(|point| POINTS.contains(&point));
    point
        && number.is_some_and(|n| (1..=9).contains(&n))
        && region.split('-').next().is_some_and(|area| AREAS.contains(&area))
}

/// What to say where nothing answers in a region.
pub(super) fn nothing_answers(config: &SdkConfig, service: &str, region: &str, why: String) -> LiveError {
    match config.endpoint_url() {
        Some(endpoint) => LiveError::Unreachable { endpoint: endpoint.into(), why },
        None if !may_exist(region) => LiveError::UnknownRegion { region: region.into() },
        None => LiveError::Unreachable { endpoint: format!("{service}.{region}.amazonaws.com"), why },
    }
}

/// Looks for the profile's section; the SDK takes a profile that nobody defined for one
/// without credentials.
#[expect(clippy::disallowed_methods, reason = "the SDK's own two files, in the source that may read them")]
fn check_profile(profile: &str) -> Result<(), LiveError> {
    let home = std::env::home_dir().unwrap_or_default();
    let file = |variable: &str, default: &str| {
        let path = std::env::var_os(variable).map_or_else(|| home.join(default), Into::into);
        std::fs::read_to_string(path).unwrap_or_default()
    };
    let config = file("AWS_CONFIG_FILE", ".aws/config");
    let credentials = file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
    if sections(&config).chain(sections(&credentials)).any(|section| section == profile) {
        return Ok(());
    }
    Err(LiveError::UnknownProfile { profile: profile.into() })
}

/// The profiles that a file defines: `[profile NAME]` in one, `[NAME]` in the other.
fn sections(file: &str) -> impl Iterator<Item = &str> {
    let headers = file.lines().filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    headers.map(|header| header.trim().strip_prefix("profile ").unwrap_or(header).trim())
}

async fn config(ask: &Ask, region: &str) -> Result<SdkConfig, LiveError> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(30))
        .operation_attempt_timeout(Duration::from_secs(60))
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        // One retry loop, and it is ours: see Session::call.
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(profile) = &ask.profile {
        // An explicit profile wins over keys in the environment, as with the AWS CLI.
        let provider = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(provider);
    }
    if let Some(endpoint) = &ask.endpoint_url {
        loader = loader.endpoint_url(endpoint);
    }
    let config = loader.load().await;
    let provider = config.credentials_provider().ok_or_else(|| LiveError::NoCredentials { why: String::new() })?;
    match timeout(CREDENTIALS_WITHIN, provider.provide_credentials()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(no_credentials(&error)),
        Err(_) => return Err(LiveError::NoCredentials { why: ": their provider took longer than 5 seconds".into() }),
    }
    match &ask.role_arn {
        Some(role) => assume(config, role, ask.external_id.as_deref(), region).await,
        None => Ok(config),
    }
}

#[expect(clippy::disallowed_methods, reason = "the variable by which the SDK chose the profile")]
fn no_credentials(error: &(dyn std::error::Error + 'static)) -> LiveError {
    // A profile in the environment that does not exist is only a source less to the SDK.
    if let Ok(profile) = std::env::var("AWS_PROFILE")
        && let Err(error) = check_profile(&profile)
    {
        return error;
    }
    let why = innermost(error);
    // Without any source of credentials the SDK says so in many words.
    let plain = error.to_string().contains("was not enabled") || why.contains("IMDS");
    LiveError::NoCredentials { why: if plain { String::new() } else { format!(": {why}") } }
}

async fn assume(
    config: SdkConfig,
    role: &str,
    external_id: Option<&str>,
    region: &str,
) -> Result<SdkConfig, LiveError> {
    let mut builder = AssumeRoleProvider::builder(role).session_name("gatelint").configure(&config);
    if let Some(id) = external_id {
        builder = builder.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    let not_assumed = |why: String| LiveError::RoleNotAssumed { role: role.into(), why };
    match timeout(IDENTITY_WITHIN, provider.provide_credentials()).await {
        Ok(Ok(_)) => Ok(config.into_builder().credentials_provider(provider).build()),
        Ok(Err(error)) => Err(not_assumed(innermost(&error))),
        Err(_) => Err(nothing_answers(&config, "sts", region, "no answer within 8 seconds".into())),
    }
}

struct Identity {
    account: String,
    partition: String,
    attempts: u64,
}

async fn identity(config: &SdkConfig, region: &str) -> Result<Identity, LiveError> {
    let client = aws_sdk_sts::Client::new(config);
    let mut failure = Failure::Unreachable("no answer within 8 seconds".into());
    // Two attempts at most: somebody waits for the first sign of life.
    for attempts in 1..=2 {
        match timeout(IDENTITY_WITHIN, client.get_caller_identity().send()).await {
            Err(_) => break,
            Ok(Ok(who)) => {
                let account = who.account.filter(|it| it.len() == 12 && it.bytes().all(|b| b.is_ascii_digit()));
                let partition = who.arn.as_deref().and_then(|arn| arn.split(':').nth(1));
                let partition = partition.filter(|it| it.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
                return match account {
                    Some(account) => {
                        Ok(Identity { account, partition: partition.unwrap_or("aws").to_owned(), attempts })
                    }
                    None => Err(LiveError::NoIdentity { code: "an answer without an account".into() }),
                };
            }
            Ok(Err(error)) => failure = Failure::of(&error),
        }
        if !matches!(failure, Failure::Throttled(_) | Failure::Passing(_)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(match failure {
        Failure::Unreachable(why) => nothing_answers(config, "sts", region, why),
        Failure::Token(code) => LiveError::CredentialsRejected { code },
        Failure::Denied => LiveError::NoIdentity { code: "AccessDenied".into() },
        Failure::Throttled(_) => LiveError::NoIdentity { code: "throttling".into() },
        Failure::Disabled => LiveError::CredentialsRejected { code: format!("the region {region} is not enabled") },
        Failure::NotFound(code) | Failure::Passing(code) | Failure::Lasting(code) => LiveError::NoIdentity { code },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_both_files() {
        let config = "[default]\nregion = eu-west-1\n [profile dev ]\nx = y\n[sso-session s]\n";
        assert_eq!(sections(config).collect::<Vec<_>>(), ["default", "dev", "sso-session s"]);
        assert_eq!(sections("# [no]\n[ops]\n").collect::<Vec<_>>(), ["ops"]);
    }

    #[test]
    fn regions_by_their_looks() {
        for region in
            ["us-east-1", "eu-central-2", "us-gov-west-1", "ap-southeast-10", "us-isob-east-1", "eusc-de-east-1"]
        {
            assert!(reads_like_a_region(region), "{region}");
        }
        for region in ["", "nowhere", "us-east", "us_east_1", "us-east-1.evil.com", "-a-1", "US-EAST-1", "us-east-1a"] {
            assert!(!reads_like_a_region(region), "{region}");
        }
        assert!(may_exist("eu-central-1") && may_exist("us-gov-west-1"));
        assert!(!may_exist("us-esat-1") && !may_exist("us-east-99") && !may_exist("xx-east-1"));
    }
}
