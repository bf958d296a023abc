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
    pub(crate) fn refuse(&self, call: &Call, now: Instant) -> Option<WireError> {
        let mut quotas = self.0.lock().expect("the quotas are poisoned");
        let levels = quotas.as_mut()?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::HeaderMap;
    use hyper::body::Bytes;
    use hyper::header::HeaderValue;

    use super::*;

    fn call(service: &str, target: &str, body: &'static str) -> Call {
        let mut headers = HeaderMap::new();
        let scope = format!("AWS4-HMAC-SHA256 Credential=AKID/20300101/us-east-1/{service}/aws4_request");
        headers.insert("authorization", HeaderValue::from_str(&scope).expect("a header"));
        if !body.is_empty() {
            headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        Call::parse(if body.is_empty() { "GET" } else { "POST" }, target, headers, Bytes::from_static(body.as_bytes()))
    }

    /// How many of a thousand calls pass at once, and how many more of a thousand a second later.
    fn passing(calls: &[Call]) -> (usize, usize) {
        let quotas = Quotas::default();
        let start = Instant::now();
        quotas.enforce();
        let pass =
            |at: Instant| calls.iter().cycle().take(1000).filter(|call| quotas.refuse(call, at).is_none()).count();
        (pass(start), pass(start + Duration::from_secs(1)))
    }

    #[test]
    fn each_quota_has_its_burst_and_its_refill() {
        let v1 = call("apigateway", "/restapis", "");
        let v2 = call("apigateway", "/v2/apis", "");
        let resources = call("apigateway", "/restapis/a/resources", "");
        let policy = call("lambda", "/2015-03-31/functions/f/policy", "");
        let configuration = call("lambda", "/2015-03-31/functions/f/configuration", "");
        let alias = call("lambda", "/2015-03-31/functions/f/aliases/live", "");
        let ec2 = call("ec2", "/", "Action=DescribeVpcs");
        let role = call("iam", "/", "Action=GetRole");
        assert_eq!(passing(std::slice::from_ref(&v1)), (40, 10));
        assert_eq!(passing(&[v1, v2]), (40, 10), "v1 and v2 share");
        assert_eq!(passing(&[resources]), (5, 2));
        assert_eq!(passing(std::slice::from_ref(&policy)), (15, 15));
        assert_eq!(passing(&[configuration.clone(), alias]), (15, 15), "the rest of Lambda shares");
        assert_eq!(passing(&[policy, configuration]), (30, 30), "GetPolicy does not");
        assert_eq!(passing(&[ec2]), (100, 20));
        assert_eq!(passing(&[role]), (20, 20));
    }

    #[test]
    fn nothing_is_refused_before_quotas_are_enforced() {
        let quotas = Quotas::default();
        let call = call("apigateway", "/restapis", "");
        assert!((0..1000).all(|_| quotas.refuse(&call, Instant::now()).is_none()));
    }
}
