//! The members that AWS documents for mapping templates.
//!
//! REST: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>,
//! WebSocket: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html>,
//! access logs: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>.

/// What a documented member of `$context` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id, a time, a number or an address that AWS makes: it needs no escape in a JSON string.
    Plain,
    /// Text that a client, an authorizer or a certificate may have a say in.
    Text,
    /// Members of any name below it.
    Open,
}

use Kind::{Open, Plain, Text};

pub(super) const BOTH: &[(&str, Kind)] = &[
    ("apiId", Plain),
    ("authorizer", Open),
    ("domainName", Text),
    ("error.messageString", Text),
    ("error.validationErrorString", Text),
    ("extendedRequestId", Text),
    ("identity.accountId", Plain),
    ("identity.apiKey", Text),
    ("identity.apiKeyId", Text),
    ("identity.caller", Text),
    ("identity.cognitoAuthenticationProvider", Text),
    ("identity.cognitoAuthenticationType", Text),
    ("identity.cognitoIdentityId", Text),
    ("identity.cognitoIdentityPoolId", Text),
    ("identity.sourceIp", Plain),
    ("identity.user", Text),
    ("identity.userAgent", Text),
    ("identity.userArn", Text),
    ("requestId", Text),
    ("requestTime", Plain),
    ("requestTimeEpoch", Plain),
    ("stage", Plain),
];

pub(super) const REST: &[(&str, Kind)] = &[
    ("accountId", Plain),
    ("awsEndpointRequestId", Text),
    ("deploymentId", Plain),
    ("domainPrefix", Text),
    ("httpMethod", Plain),
    ("identity.clientCert.clientCertPem", Text),
    ("identity.clientCert.issuerDN", Text),
    ("identity.clientCert.serialNumber", Text),
    ("identity.clientCert.subjectDN", Text),
    ("identity.clientCert.validity.notAfter", Text),
    ("identity.clientCert.validity.notBefore", Text),
    ("identity.principalOrgId", Plain),
    ("identity.vpcId", Plain),
    ("identity.vpceId", Plain),
    ("isCanaryRequest", Plain),
    ("path", Text),
    ("protocol", Text),
    ("requestOverride", Open),
    ("resourceId", Plain),
    ("resourcePath", Text),
    ("responseOverride", Open),
    ("wafResponseCode", Plain),
    ("webaclArn", Text),
];

pub(super) const WEB_SOCKET: &[(&str, Kind)] = &[
    ("connectedAt", Plain),
    ("connectionId", Text),
    ("eventType", Plain),
    ("messageId", Text),
    ("routeKey", Text),
    ("status", Plain),
];

/// In access logs, and `error` also in gateway responses, whose templates are not Velocity.
pub(super) const ELSEWHERE: &[&str] = &[
    "authenticate",
    "authorize",
    "cipherSuite",
    "customDomain",
    "endpointType",
    "error.message",
    "error.responseType",
    "integration",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "responseLatency",
    "responseLength",
    "status",
    "tlsVersion",
    "waf",
    "xrayTraceId",
];

/// Functions of `$util`, each of one argument.
pub(super) const UTIL: &[&str] =
    &["base64Decode", "base64Encode", "escapeJavaScript", "parseJson", "urlDecode", "urlEncode"];
