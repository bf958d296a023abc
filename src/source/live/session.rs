//! One account as one caller sees it: who, where, at what pace, and the one retry loop.

use super::failure::Failure;
use super::nulls::WithoutNulls;
use super::pace::Pace;
use super::progress::Progress;
use crate::capture::CallCount;
use crate::model::{Gap, Scope, Str};
use crate::source::calls::{ApiCall, Call, RateClass};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::rc::Rc;
use std::time::Duration;

/// Attempts at a call that the service throttles: with the pauses between them this is
/// about a minute.
const THROTTLED_ATTEMPTS: u32 = 8;
/// How many REST APIs may have their resources in memory while their exports are read.
///
/// Measured: 32 held GetResources back and cost 200 APIs a quarter of their time.
const UNPACKED: usize = 512;

/// Attempts at a call that breaks: 5xx, timeouts, resets.
const BROKEN_ATTEMPTS: u32 = 4;
/// Attempts where nothing answers that did answer before: an outage of 15 seconds.
const OUTAGE_ATTEMPTS: u32 = 6;
/// Attempts where nothing has ever answered.
const DEAD_ATTEMPTS: u32 = 2;
/// Calls in a row that nothing answered, after which the rest are not tried: a scan of
/// thousands of calls must not wait for each of them.
const LOST: u32 = 5;
/// The longest that a service may send us away for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

pub(super) struct Session {
    pub(super) config: SdkConfig,
    pub(super) account: Str,
    pub(super) partition: Str,
    pub(super) pace: Pace,
    pub(super) progress: Progress,
    /// Places for APIs in memory.
    pub(super) unpacked: tokio::sync::Semaphore,
    tally: RefCell<BTreeMap<&'static str, CallCount>>,
    regions: RefCell<BTreeMap<Str, Rc<Region>>>,
    /// By region and service.
    lines: RefCell<BTreeMap<(Str, &'static str), Line>>,
}

/// What is known of the way to a service's endpoint.
#[derive(Debug, Default)]
struct Line {
    has_answered: bool,
    /// Calls in a row that were given up because nothing answered.
    lost: u32,
}

/// The clients of one region.
pub(super) struct Region {
    pub(super) name: Str,
    /// Where things of this region live.
    pub(super) scope: Scope,
    pub(super) apigateway: aws_sdk_apigateway::Client,
    pub(super) apigatewayv2: aws_sdk_apigatewayv2::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) ec2: aws_sdk_ec2::Client,
    pub(super) elb: aws_sdk_elasticloadbalancingv2::Client,
    pub(super) iam: aws_sdk_iam::Client,
}

/// Why a call gave no facts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Refusal {
    /// The service says that the thing does not exist.
    Absent {
        action: &'static str,
        code: String,
    },
    Gap(Gap),
}

impl Refusal {
    /// For facts of a thing that exists: its absence would be a contradiction.
    pub(super) fn gap(self) -> Gap {
        match self {
            Refusal::Absent { action, code } => Gap::Failed { action: action.into(), code },
            Refusal::Gap(gap) => gap,
        }
    }
}

impl Session {
    pub(super) fn new(config: SdkConfig, account: Str, partition: Str, pace: Pace, progress: Progress) -> Self {
        Session {
            config,
            account,
            partition,
            pace,
            progress,
            unpacked: tokio::sync::Semaphore::new(UNPACKED),
            tally: RefCell::default(),
            regions: RefCell::default(),
            lines: RefCell::default(),
        }
    }

    pub(super) fn calls(&self) -> BTreeMap<String, CallCount> {
        self.tally.borrow().iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    pub(super) fn scope(&self, region: &str) -> Scope {
        Scope::new(&self.partition, &self.account, region)
    }

    /// Clients are made when a region is first needed: a function may live in another one.
    pub(super) fn region(&self, name: &str) -> Rc<Region> {
        if let Some(region) = self.regions.borrow().get(name) {
            return region.clone();
        }
        let config = self.config.to_builder().region(aws_config::Region::new(name.to_owned())).build();
        let region = Rc::new(Region {
            name: name.into(),
            scope: self.scope(name),
            apigateway: aws_sdk_apigateway::Client::from_conf(
                aws_sdk_apigateway::config::Builder::from(&config).interceptor(WithoutNulls).build(),
            ),
            apigatewayv2: aws_sdk_apigatewayv2::Client::new(&config),
            lambda: aws_sdk_lambda::Client::new(&config),
            ec2: aws_sdk_ec2::Client::new(&config),
            elb: aws_sdk_elasticloadbalancingv2::Client::new(&config),
            iam: aws_sdk_iam::Client::new(&config),
        });
        self.regions.borrow_mut().insert(name.into(), region.clone());
        region
    }

    /// Any region: for services that have none.
    pub(super) fn home(&self) -> Rc<Region> {
        let name = self.config.region().map_or("us-east-1", |region| region.as_ref()).to_owned();
        self.region(&name)
    }

    pub(super) fn count(&self, call: &ApiCall, what: impl FnOnce(&mut CallCount)) {
        what(self.tally.borrow_mut().entry(call.name).or_default());
    }

    fn line<T>(&self, line: &(Str, &'static str), what: impl FnOnce(&mut Line) -> T) -> T {
        what(self.lines.borrow_mut().entry(line.clone()).or_default())
    }

    /// Makes a call until it has an answer that more attempts will not change. `on` is
    /// the ARN to grant the action on where the call is denied.
    pub(super) async fn call<T, E, F>(
        &self,
        region: &Region,
        call: Call,
        on: &str,
        attempt: impl Fn() -> F,
    ) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata,
    {
        let row = call.row();
        // IAM has one quota for the account, whatever the region of the client.
        let lane = if row.class == RateClass::Iam { Str::from("") } else { region.name.clone() };
        let service = row.name.split(':').next().unwrap_or_default();
        let line = (lane.clone(), service);
        let failed = |code| Err(Refusal::Gap(Gap::Failed { action: row.name.into(), code }));
        let (mut throttled, mut broken) = (0, 0);
        loop {
            if self.line(&line, |line| line.lost >= LOST) {
                return failed("no connection".into());
            }
            let permit = self.pace.permit(&lane, row.class).await;
            self.count(row, |count| {
                count.made += 1;
                count.retried += u64::from(throttled + broken > 0);
            });
            // Boxed, so that the many calls that wait for their turn are small.
            let answer = Box::pin(attempt()).await;
            drop(permit);
            self.progress.called();
            let answer = answer.map_err(|error| Failure::of(&error));
            if !matches!(answer, Err(Failure::Unreachable(_))) {
                self.line(&line, |line| *line = Line { has_answered: true, lost: 0 });
            }
            let failure = match answer {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let pause = match failure {
                Failure::Throttled(after) => {
                    throttled += 1;
                    self.count(row, |count| count.throttled += 1);
                    let pause = after.unwrap_or_default().min(LONGEST_PAUSE) + backoff(500, throttled);
                    self.pace.throttled(&lane, row.class, pause);
                    if throttled == THROTTLED_ATTEMPTS {
                        return Err(Refusal::Gap(Gap::Throttled { action: row.name.into() }));
                    }
                    pause
                }
                Failure::Passing(code) => {
                    broken += 1;
                    if broken >= BROKEN_ATTEMPTS {
                        return failed(code);
                    }
                    backoff(200, broken)
                }
                Failure::Unreachable(code) => {
                    broken += 1;
                    let answered = self.line(&line, |line| line.has_answered);
                    if broken >= if answered { OUTAGE_ATTEMPTS } else { DEAD_ATTEMPTS } {
                        self.line(&line, |line| line.lost += 1);
                        return failed(code);
                    }
                    backoff(500, broken)
                }
                failure => return Err(lasting(row, region, on, failure)),
            };
            tokio::time::sleep(pause).await;
        }
    }
}

fn lasting(row: &'static ApiCall, region: &Region, on: &str, failure: Failure) -> Refusal {
    match failure {
        Failure::Denied => Refusal::Gap(Gap::Denied { action: row.action.into(), on: on.into() }),
        Failure::NotFound(code) => Refusal::Absent { action: row.name, code },
        Failure::Disabled => Refusal::Gap(Gap::Disabled { region: region.name.to_string() }),
        Failure::Token(code) | Failure::Lasting(code) | Failure::Passing(code) | Failure::Unreachable(code) => {
            Refusal::Gap(Gap::Failed { action: row.name.into(), code })
        }
        Failure::Throttled(_) => Refusal::Gap(Gap::Throttled { action: row.name.into() }),
    }
}

/// Twice as long each time, up to ten seconds, between half and the whole of it.
fn backoff(first_millis: u64, attempt: u32) -> Duration {
    let whole = (first_millis << attempt.saturating_sub(1).min(10)).min(10_000);
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    Duration::from_millis(whole / 2 + random % (whole / 2).max(1))
}

/// More pages than any quota of AWS's allows for.
const MOST_PAGES: usize = 10_000;

/// Reads a collection to its end. A token that comes again would never end.
pub(super) async fn pages<T>(
    call: Call,
    mut page: impl AsyncFnMut(Option<String>) -> Result<(Vec<T>, Option<String>), Refusal>,
) -> Result<Vec<T>, Refusal> {
    let (mut all, mut token) = (Vec::new(), None);
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let (items, next) = page(token.take()).await?;
        all.extend(items);
        let next = next.filter(|next| !next.is_empty());
        let Some(next) = next else { return Ok(all) };
        if !seen.insert(next.clone()) || seen.len() > MOST_PAGES {
            let gap = Gap::Truncated { action: call.row().name.into(), got: all.len() as u64 };
            return Err(Refusal::Gap(gap));
        }
        token = Some(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_read_to_its_end_and_never_forever() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = |last: u32, stuck: bool| {
            runtime.block_on(pages(Call::GetAuthorizers, async move |token: Option<String>| {
                let n: u32 = token.map_or(0, |token| token.parse().unwrap());
                let next = if stuck { n.max(1) } else { n + 1 };
                Ok((vec![n], (n < last).then(|| next.to_string())))
            }))
        };
        assert_eq!(read(2, false), Ok(vec![0, 1, 2]));
        let truncated = Gap::Truncated { action: "apigateway:GetAuthorizers".into(), got: 2 };
        assert_eq!(read(9, true), Err(Refusal::Gap(truncated)));
    }

    #[test]
    fn pauses_grow_and_stay_bounded() {
        for attempt in 1..20 {
            let pause = backoff(500, attempt);
            assert!(pause >= Duration::from_millis(250) && pause <= Duration::from_secs(10));
        }
        assert!(backoff(200, 1) < Duration::from_millis(200));
    }
}
