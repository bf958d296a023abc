//! The live source: an account's API Gateways and all that their requests can come
//! across, read through the AWS SDK.
//!
//! The only code that is asynchronous and the only code that may name the SDK; what
//! leaves it is a [`Capture`] like any other.

mod apigateway;
mod apigatewayv2;
mod ask;
mod bucket;
mod deployed;
mod ec2;
mod elbv2;
mod error;
mod facts;
mod failure;
mod fixpoint;
mod iam;
mod lambda;
mod nulls;
mod pace;
mod packed;
mod progress;
mod session;
mod sts;
mod units;

pub use ask::{Ask, View};
pub use error::LiveError;

use crate::capture::{Capture, FORMAT, Header, SourceInfo};
use crate::model::Origins;

/// Reads the account. `now` is the time that the capture bears and is judged at.
///
/// Refused calls become gaps in the capture, never errors.
///
/// # Errors
/// Why nothing could be read at all: credentials, region, endpoint, or every listing of
/// APIs refused.
pub fn capture(ask: &Ask, now: jiff::Timestamp) -> Result<Capture, LiveError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let capture = runtime.block_on(read(ask, now));
    // A name lookup that hangs must not hold the process back.
    runtime.shutdown_background();
    capture
}

async fn read(ask: &Ask, now: jiff::Timestamp) -> Result<Capture, LiveError> {
    let (session, regions) = sts::sign_in(ask).await?;
    let found = tokio::select! {
        found = fixpoint::collect(&session, ask, &regions) => found?,
        never = session.pace.run() => match never {},
    };
    let sources = regions.iter().map(|region| SourceInfo {
        taken: None,
        kind: "live".into(),
        name: ask.profile.as_deref().unwrap_or(&session.account).into(),
        account: Some(session.account.clone()),
        region: Some(region.as_str().into()),
    });
    let (directory, units): (Vec<_>, Vec<_>) = found.units.into_iter().unzip();
    Ok(Capture {
        header: Header {
            format: FORMAT.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            taken: now,
            sources: sources.collect(),
        },
        coverage: found.coverage,
        shared: found.shared,
        directory,
        calls: session.calls(),
        assumed: Vec::new(),
        origins: Origins::default(),
        units: Box::new(units.into_iter().map(packed::Packed::unpack)),
        inline: Vec::new(),
        left_out: found.left_out,
    })
}
