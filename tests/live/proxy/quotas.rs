//! The request rates that AWS publishes for its control planes, as token buckets.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use super::answer::WireError;
use super::call::Call;

struct Rate {
    bucket: &'static str,
    /// Tokens when full.
    burst: f64,
    per_second: f64,
}

const APIGATEWAY: Rate = rate("API Gateway, v1 and v2 together", 40.0, 10.0);
const GET_RESOURCES: Rate = rate("GetResources, 5 in 2 seconds", 5.0, 2.5);
const LAMBDA_GET_POLICY: Rate = rate("Lambda GetPolicy", 15.0, 15.0);
const LAMBDA_REST: Rate = rate("the rest of Lambda", 15.0, 15.0);
// AWS publishes no rate for the calls below; these numbers are this bed's own choice.
const EC2: Rate = rate("EC2", 100.0, 20.0);
const ELB: Rate = rate("Elastic Load Balancing", 20.0, 20.0);
const IAM: Rate = rate("IAM", 20.0, 20.0);

const fn rate(bucket: &'static str, burst: f64, per_second: f64) -> Rate {
    Rate { bucket, burst, per_second }
}

fn rates(call: &Call) -> &'static [Rate] {
    match (call.service.as_str(), call.operation.as_str()) {
        ("apigateway", "GetResources") => &[APIGATEWAY, GET_RESOURCES],
        ("apigateway" | "apigatewayv2", _) => &[APIGATEWAY],
        ("lambda", "GetPolicy") => &[LAMBDA_GET_POLICY],
        ("lambda", _) => &[LAMBDA_REST],
        ("ec2", _) => &[EC2],
        ("elasticloadbalancing", _) => &[ELB],
        ("iam", _) => &[IAM],
        _ => &[],
    }
}

struct Level {
    tokens: f64,
    at: Instant,
}

/// Off until enforced.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<Option<HashMap<&'static str, Level>>>);

impl Quotas {
    /// From now on, with full buckets.
    pub(crate) fn enforce(&self) {
        *self.0.lock().expect("the quotas are poisoned") = Some(HashMap::new());
    }

    /// The error for a call that comes too soon; such a call takes no token.
    pub(crate) fn refuse(&self, call: &Call) -> Option<WireError> {
        let mut quotas = self.0.lock().expect("the quotas are poisoned");
        let levels = quotas.as_mut()?;
        let now = Instant::now();
        let rates = rates(call);
        for rate in rates {
            let level = levels.entry(rate.bucket).or_insert(Level { tokens: rate.burst, at: now });
            let refill = now.duration_since(level.at).as_secs_f64() * rate.per_second;
            level.tokens = (level.tokens + refill).min(rate.burst);
            level.at = now;
        }
        if let Some(empty) = rates.iter().find(|rate| levels[rate.bucket].tokens < 1.0) {
            return Some(too_many(call, empty));
        }
        for rate in rates {
            if let Some(level) = levels.get_mut(rate.bucket) {
                level.tokens -= 1.0;
            }
        }
        None
    }
}

fn too_many(call: &Call, rate: &Rate) -> WireError {
    let (code, status) = match call.service.as_str() {
        "ec2" => ("RequestLimitExceeded", 503),
        "elasticloadbalancing" | "iam" => ("Throttling", 400),
        _ => ("TooManyRequestsException", 429),
    };
    WireError::new(code, status, &format!("Rate exceeded: {}", rate.bucket))
}
