//! The pace of the scan: who may call next, in one place.

use super::bucket::{Bucket, Ready};
use crate::model::Str;
use crate::source::calls::RateClass;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// Below this share of the quota (in percent), bursts are left to others.
const FULL: f64 = 100.0;

type Lane = (Str, RateClass);

/// A token bucket for every region and rate class of the account.
pub(super) struct Pace {
    percent: f64,
    lanes: RefCell<BTreeMap<Lane, Queue>>,
    changed: Notify,
}

struct Queue {
    bucket: Bucket,
    /// Served from the end: an API under way is finished before another is begun, so
    /// few are held in memory and what they refer to is known early.
    waiting: Vec<oneshot::Sender<()>>,
}

/// The right to make one attempt; dropped when its answer is there.
pub(super) struct Permit<'a> {
    pace: &'a Pace,
    lane: Lane,
}

impl Pace {
    /// `percent` of each quota is used, 1 to 100.
    pub(super) fn new(percent: f64) -> Self {
        let percent = if percent.is_finite() { percent.clamp(1.0, FULL) } else { FULL / 2.0 };
        Pace { percent, lanes: RefCell::default(), changed: Notify::new() }
    }

    fn queue(&self, class: RateClass, now: Instant) -> Queue {
        let quota = class.quota();
        let per_second = quota.per_second * self.percent / FULL;
        let whole = self.percent >= FULL;
        let burst = if whole { quota.burst } else { per_second };
        // Nobody published the others' quota, so there is no room to be careless with.
        Queue { bucket: Bucket::new(per_second, burst, whole || !quota.published, now), waiting: Vec::new() }
    }

    /// Waits for its turn.
    pub(super) async fn permit(&self, region: &Str, class: RateClass) -> Permit<'_> {
        let lane = (region.clone(), class);
        let (turn, is_turn) = oneshot::channel();
        {
            let now = Instant::now();
            let mut lanes = self.lanes.borrow_mut();
            for class in class.within().into_iter().chain([class]) {
                lanes.entry((region.clone(), class)).or_insert_with(|| self.queue(class, now));
            }
            if let Some(queue) = lanes.get_mut(&lane) {
                queue.waiting.push(turn);
            }
        }
        self.changed.notify_one();
        // The sender is only dropped unsent when the whole scan ends.
        let _ = is_turn.await;
        Permit { pace: self, lane }
    }

    /// Hands out turns for as long as it is polled.
    pub(super) async fn run(&self) -> std::convert::Infallible {
        loop {
            let next = self.hand_out(Instant::now());
            let changed = self.changed.notified();
            match next {
                None => changed.await,
                Some(at) => tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep_until(at.into()) => {}
                },
            }
        }
    }

    /// Gives all turns that are due; says when the next may be.
    fn hand_out(&self, now: Instant) -> Option<Instant> {
        let mut lanes = self.lanes.borrow_mut();
        let mut next: Option<Instant> = None;
        let keys: Vec<Lane> =
            lanes.iter().filter(|(_, queue)| !queue.waiting.is_empty()).map(|(k, _)| k.clone()).collect();
        for lane in keys {
            let needed: Vec<Lane> =
                [Some(lane.1), lane.1.within()].into_iter().flatten().map(|class| (lane.0.clone(), class)).collect();
            while lanes.get(&lane).is_some_and(|queue| !queue.waiting.is_empty()) {
                let mut at = Ready::Now;
                for one in needed.iter().filter_map(|key| lanes.get_mut(key).map(|queue| queue.bucket.ready(now))) {
                    at = later(at, one);
                }
                match at {
                    Ready::Now => {}
                    Ready::At(at) => {
                        next = Some(next.map_or(at, |next| next.min(at)));
                        break;
                    }
                    Ready::AfterAnswer => break,
                }
                needed.iter().for_each(|key| {
                    if let Some(queue) = lanes.get_mut(key) {
                        queue.bucket.take(now);
                    }
                });
                if let Some(turn) = lanes.get_mut(&lane).and_then(|queue| queue.waiting.pop()) {
                    let _ = turn.send(());
                }
            }
        }
        next
    }

    /// The service refused a call of this class for its rate.
    pub(super) fn throttled(&self, region: &Str, class: RateClass, pause: Duration) {
        self.each(region, class, |bucket| bucket.throttled(Instant::now(), pause));
    }

    fn each(&self, region: &Str, class: RateClass, mut what: impl FnMut(&mut Bucket)) {
        let mut lanes = self.lanes.borrow_mut();
        for class in [Some(class), class.within()].into_iter().flatten() {
            if let Some(queue) = lanes.get_mut(&(region.clone(), class)) {
                what(&mut queue.bucket);
            }
        }
    }
}

fn later(a: Ready, b: Ready) -> Ready {
    match (a, b) {
        (Ready::AfterAnswer, _) | (_, Ready::AfterAnswer) => Ready::AfterAnswer,
        (Ready::At(a), Ready::At(b)) => Ready::At(a.max(b)),
        (Ready::At(at), Ready::Now) | (Ready::Now, Ready::At(at)) => Ready::At(at),
        (Ready::Now, Ready::Now) => Ready::Now,
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let (region, class) = &self.lane;
        self.pace.each(region, *class, |bucket| bucket.answered(Instant::now()));
        self.pace.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    /// Runs calls of these classes at full rate and says how long they took.
    fn run(calls: &[(RateClass, usize)]) -> Duration {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let pace = Pace::new(100.0);
            let region: Str = "eu-west-1".into();
            let one = |class| {
                let (pace, region) = (&pace, &region);
                async move { drop(pace.permit(region, class).await) }
            };
            let start = Instant::now();
            let all = calls.iter().flat_map(|(class, n)| std::iter::repeat_n(*class, *n)).map(one);
            tokio::select! {
                _ = join_all(all) => {}
                never = pace.run() => match never {},
            }
            start.elapsed()
        })
    }

    #[test]
    fn get_resources_takes_from_both_quotas_and_goes_first() {
        // 8 GetResources need (8 - 5) / 2.5 s; the 40 of the burst serve all others.
        let took = run(&[(RateClass::ApiGateway, 32), (RateClass::GetResources, 8)]);
        assert!(took >= Duration::from_millis(1_190) && took < Duration::from_millis(1_600), "{took:?}");
    }

    #[test]
    fn classes_do_not_wait_for_each_other() {
        let took = run(&[(RateClass::LambdaGetPolicy, 15), (RateClass::Lambda, 15), (RateClass::Iam, 20)]);
        assert!(took < Duration::from_millis(200), "{took:?}");
    }
}
