//! One token bucket. It knows no clock: every question brings its own `now`.

use std::time::{Duration, Instant};

/// Tokens come at a steady rate up to a burst.
///
/// A strict bucket counts a token as spent when the answer has come, and lends one to
/// each call under way. The service took its own token at some moment before the answer,
/// so this bucket is never fuller than the service's: however long and uneven the way
/// there, a service that enforces exactly this quota refuses nothing. The rate is not
/// lowered by that, only how much of the burst can be used at once.
#[derive(Debug)]
pub(super) struct Bucket {
    full_rate: f64,
    /// Tokens per second; below the full rate for a while after a throttle.
    rate: f64,
    burst: f64,
    level: f64,
    lent: u32,
    strict: bool,
    at: Instant,
    paused_until: Option<Instant>,
}

/// When the next call may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ready {
    Now,
    At(Instant),
    /// Not before one that is under way has its answer.
    AfterAnswer,
}

impl Bucket {
    pub(super) fn new(per_second: f64, burst: f64, strict: bool, now: Instant) -> Self {
        let burst = burst.max(1.0);
        Bucket {
            full_rate: per_second,
            rate: per_second,
            burst,
            level: burst,
            lent: 0,
            strict,
            at: now,
            paused_until: None,
        }
    }

    fn refill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        self.level = (self.level + gained).min(self.burst);
        self.at = self.at.max(now);
    }

    pub(super) fn ready(&mut self, now: Instant) -> Ready {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Ready::At(until);
        }
        self.refill(now);
        let missing = 1.0 + f64::from(self.lent) - self.level;
        if missing <= 1e-9 {
            Ready::Now
        } else if self.level + missing > self.burst + 1e-9 {
            Ready::AfterAnswer
        } else {
            // A little late rather than a rounding error too early.
            Ready::At(now + Duration::from_secs_f64(missing / self.rate) + Duration::from_micros(1))
        }
    }

    pub(super) fn take(&mut self, now: Instant) {
        self.refill(now);
        if self.strict {
            self.lent += 1;
        } else {
            self.level -= 1.0;
        }
    }

    /// The answer to a call is there, whatever it says.
    pub(super) fn answered(&mut self, now: Instant) {
        self.refill(now);
        if self.strict {
            self.lent = self.lent.saturating_sub(1);
            self.level -= 1.0;
        }
        // Back to the full rate in about twenty answers.
        self.rate = (self.rate + self.full_rate / 40.0).min(self.full_rate);
    }

    /// Somebody else uses the quota too: half the rate, and nothing at all for a while.
    pub(super) fn throttled(&mut self, now: Instant, pause: Duration) {
        self.refill(now);
        self.rate = (self.rate / 2.0).max(self.full_rate / 16.0);
        self.level = self.level.min(f64::from(self.lent));
        self.paused_until = self.paused_until.max(Some(now + pause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Sends as soon as the bucket lets it; answers take `latency(n)`, of which the way
    /// there is a part given in percent. Returns when each call reached the service.
    fn send(
        bucket: &mut Bucket,
        start: Instant,
        calls: u64,
        latency: impl Fn(u64) -> (Duration, u32),
    ) -> Vec<Duration> {
        let (mut now, mut arrivals, mut under_way) = (start, Vec::new(), Vec::<Instant>::new());
        while (arrivals.len() as u64) < calls {
            under_way.sort();
            while under_way.first().is_some_and(|at| *at <= now) {
                bucket.answered(under_way.remove(0));
            }
            match bucket.ready(now) {
                Ready::Now => {
                    bucket.take(now);
                    let (whole, way) = latency(arrivals.len() as u64);
                    arrivals.push(now + whole * way / 100 - start);
                    under_way.push(now + whole);
                }
                Ready::At(at) => now = under_way.first().map_or(at, |answer| at.min(*answer)),
                Ready::AfterAnswer => now = under_way[0],
            }
        }
        arrivals.sort();
        arrivals
    }

    /// How many of these a service with exactly this quota would refuse.
    fn refused(arrivals: &[Duration], per_second: f64, burst: f64) -> usize {
        let (mut level, mut at, mut refused) = (burst, Duration::ZERO, 0);
        for arrival in arrivals {
            level = (level + (*arrival - at).as_secs_f64() * per_second).min(burst);
            at = *arrival;
            if level + 1e-6 < 1.0 {
                refused += 1;
            } else {
                level -= 1.0;
            }
        }
        refused
    }

    #[test]
    fn at_full_rate_an_exact_service_refuses_nothing_however_uneven_the_way() {
        for (per_second, burst) in [(10.0, 40.0), (2.5, 5.0), (15.0, 15.0)] {
            let start = Instant::now();
            let mut bucket = Bucket::new(per_second, burst, true, start);
            let uneven = |n: u64| (millis(20 + (n * 7919) % 300), ((n * 31) % 100) as u32);
            let arrivals = send(&mut bucket, start, 400, uneven);
            assert_eq!(refused(&arrivals, per_second, burst), 0);
            let floor = (400.0 - burst) / per_second;
            let took = arrivals.last().unwrap().as_secs_f64();
            assert!(took < floor * 1.02 + 0.4, "{took} s, the floor is {floor} s");
        }
    }

    #[test]
    fn below_full_rate_calls_are_spread() {
        let start = Instant::now();
        let mut bucket = Bucket::new(1.25, 1.0, false, start);
        let arrivals = send(&mut bucket, start, 11, |_| (millis(900), 50));
        let spread = arrivals[10] - arrivals[0];
        assert!(spread >= millis(7_999) && spread < millis(8_010), "{spread:?}");
    }

    #[test]
    fn after_a_throttle_it_rests_then_halves_then_recovers() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10.0, 10.0, false, start);
        bucket.take(start);
        bucket.throttled(start, millis(500));
        assert_eq!(bucket.ready(start), Ready::At(start + millis(500)));
        let later = start + millis(500);
        assert_eq!(bucket.rate, 5.0);
        bucket.take(later);
        for _ in 0..20 {
            bucket.answered(later);
        }
        assert_eq!(bucket.rate, 10.0);
    }
}
