//! What a failed attempt means: a refusal, a proof of absence, or bad luck.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Too many calls; perhaps with the time to stay away.
    Throttled(Option<Duration>),
    Denied,
    /// The service's own word that the thing does not exist.
    NotFound(String),
    /// The token is not good (any more), or not in this region.
    Token(String),
    /// The account has not enabled the region.
    Disabled,
    /// It may work in a moment: 5xx, timeouts, resets.
    Passing(String),
    /// Nothing answers there at all.
    Unreachable(String),
    /// It would fail again.
    Lasting(String),
}

impl Failure {
    pub(super) fn of<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Failure {
        if let Some(answer) = error.raw_response() {
            let header = |name| answer.headers().get(name);
            // An HTML or XML body where JSON was due hides the code from the SDK.
            let code = error.as_service_error().and_then(E::code).or_else(|| header("x-amzn-errortype"));
            let after = header("retry-after").and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
            return Failure::of_answer(answer.status().as_u16(), code.map(short), after);
        }
        match error {
            SdkError::TimeoutError(_) => Failure::Passing("a timeout".into()),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Failure::Unreachable("a timeout".into()),
            SdkError::DispatchFailure(failure) if failure.is_io() => {
                Failure::Unreachable(failure.as_connector_error().map(|error| innermost(error)).unwrap_or_default())
            }
            SdkError::DispatchFailure(failure) => match failure.as_connector_error().map(|error| innermost(error)) {
                // Signing needs credentials first: theirs is the error, not the network's.
                Some(reason) if failure.is_user() => Failure::Lasting(reason),
                reason => Failure::Passing(reason.unwrap_or_else(|| "a broken connection".into())),
            },
            SdkError::ConstructionFailure(_) => Failure::Lasting("a request that could not be made".into()),
            _ => Failure::Passing("an unreadable answer".into()),
        }
    }

    /// By HTTP status and error code.
    fn of_answer(status: u16, code: Option<&str>, after: Option<Duration>) -> Failure {
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            return match status {
                429 => Failure::Throttled(after),
                // An access check in front of the service answers in its own format.
                403 => Failure::Denied,
                500.. => Failure::Passing(format!("HTTP status {status}")),
                // A success whose body cannot be read, or a 404 from who knows where.
                _ => Failure::Lasting(format!("HTTP status {status} without an error code")),
            };
        };
        match code {
            "TooManyRequestsException"
            | "LimitExceededException"
            | "Throttling"
            | "ThrottlingException"
            | "ThrottledException"
            | "RequestThrottled"
            | "RequestThrottledException"
            | "RequestLimitExceeded"
            | "ProvisionedThroughputExceededException"
            | "BandwidthLimitExceeded"
            | "SlowDown"
            | "PriorRequestNotComplete" => Failure::Throttled(after),
            "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedOperation"
            | "UnauthorizedOperationException"
            | "UnauthorizedException"
            | "AuthorizationError"
            | "AuthorizationErrorException"
            | "NotAuthorized" => Failure::Denied,
            "OptInRequired" | "RegionDisabledException" => Failure::Disabled,
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidAccessKeyId"
            | "AuthFailure"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException" => Failure::Token(code.into()),
            "ResourceNotFoundException"
            | "NoSuchEntity"
            | "NoSuchEntityException"
            | "NotFoundException"
            | "LoadBalancerNotFound"
            | "LoadBalancerNotFoundException"
            | "ListenerNotFound"
            | "ListenerNotFoundException"
            | "TargetGroupNotFound"
            | "TargetGroupNotFoundException" => Failure::NotFound(code.into()),
            _ if code.ends_with(".NotFound") => Failure::NotFound(code.into()),
            "InternalError"
            | "InternalFailure"
            | "InternalServerError"
            | "ServiceException"
            | "ServiceFailure"
            | "ServiceUnavailable"
            | "ServiceUnavailableException"
            | "RequestTimeout"
            | "RequestTimeoutException"
            | "Unavailable" => Failure::Passing(code.into()),
            _ if status == 429 => Failure::Throttled(after),
            _ if status >= 500 => Failure::Passing(code.into()),
            _ => Failure::Lasting(code.into()),
        }
    }
}

/// `com.amazonaws#Code:http://…` and `Client.Code` are `Code`.
fn short(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.strip_prefix("Client.").or_else(|| code.strip_prefix("Server.")).unwrap_or(code);
    code.trim()
}

/// The last cause: `Connection refused (os error 111)` rather than `dispatch failure`.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: &str) -> Failure {
        Failure::of_answer(status, Some(short(code)), None)
    }

    #[test]
    fn access_denied_in_every_spelling() {
        for (status, code) in [
            (403, "AccessDenied"),
            (403, "AccessDeniedException"),
            (403, "UnauthorizedOperation"),
            (400, "UnauthorizedOperationException"),
            (403, "AuthorizationError"),
            (403, "Client.UnauthorizedOperation"),
            (403, "AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/"),
        ] {
            assert_eq!(answer(status, code), Failure::Denied, "{code}");
        }
        assert_eq!(Failure::of_answer(403, None, None), Failure::Denied, "a body that cannot be parsed");
    }

    #[test]
    fn throttling_with_and_without_a_code() {
        for (status, code) in [
            (429, "TooManyRequestsException"),
            (429, "LimitExceededException"),
            (400, "Throttling"),
            (400, "ThrottlingException"),
            (503, "RequestLimitExceeded"),
            (400, "RequestThrottled"),
            (503, "SlowDown"),
            (429, "SomethingNew"),
        ] {
            assert_eq!(answer(status, code), Failure::Throttled(None), "{code}");
        }
        let after = Some(Duration::from_secs(3));
        assert_eq!(Failure::of_answer(429, None, after), Failure::Throttled(after));
    }

    #[test]
    fn only_the_services_own_code_proves_absence() {
        for code in [
            "ResourceNotFoundException",
            "NoSuchEntity",
            "NotFoundException",
            "LoadBalancerNotFound",
            "TargetGroupNotFound",
            "InvalidGroup.NotFound",
            "InvalidPrefixListID.NotFound",
        ] {
            assert_eq!(answer(404, code), Failure::NotFound(code.into()));
        }
        assert!(matches!(Failure::of_answer(404, None, None), Failure::Lasting(_)));
        assert!(matches!(Failure::of_answer(200, None, None), Failure::Lasting(_)));
    }

    #[test]
    fn tokens_regions_and_bad_luck() {
        assert_eq!(answer(403, "ExpiredToken"), Failure::Token("ExpiredToken".into()));
        assert_eq!(answer(403, "UnrecognizedClientException"), Failure::Token("UnrecognizedClientException".into()));
        assert_eq!(answer(401, "OptInRequired"), Failure::Disabled);
        assert_eq!(answer(500, "InternalFailure"), Failure::Passing("InternalFailure".into()));
        assert_eq!(Failure::of_answer(502, None, None), Failure::Passing("HTTP status 502".into()));
        assert_eq!(answer(400, "ValidationError"), Failure::Lasting("ValidationError".into()));
    }
}
