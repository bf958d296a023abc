//! API Gateway REST APIs (v1): apigateway 2015-07-09.

use super::{Seen, Str, Text, aws_enum, facts};
use std::collections::BTreeMap;

aws_enum! {
    /// `Integration.type`. A proxy type hands the backend's answer through as it is.
    pub enum IntegrationType {
        Http = "HTTP",
        Aws = "AWS",
        Mock = "MOCK",
        HttpProxy = "HTTP_PROXY",
        AwsProxy = "AWS_PROXY",
    }
    pub enum ConnectionType { Internet = "INTERNET", VpcLink = "VPC_LINK", }
    pub enum AuthorizationType {
        None = "NONE",
        AwsIam = "AWS_IAM",
        Custom = "CUSTOM",
        CognitoUserPools = "COGNITO_USER_POOLS",
        Jwt = "JWT",
    }
    pub enum VpcLinkStatus {
        Available = "AVAILABLE",
        Pending = "PENDING",
        Deleting = "DELETING",
        Failed = "FAILED",
        Inactive = "INACTIVE",
    }
    pub enum EndpointType { Regional = "REGIONAL", Edge = "EDGE", Private = "PRIVATE", }
    pub enum ResponseTransferMode { Buffered = "BUFFERED", Stream = "STREAM", }
}

facts! { "camelCase";
    pub struct RestApi {
        pub id: Text,
        pub name: Seen<Text>,
        pub endpoint_configuration: Seen<EndpointConfiguration>,
        pub tags: BTreeMap<Str, Str>,
    }

    pub struct EndpointConfiguration {
        pub types: Vec<EndpointType>,
    }

    /// A named address of an API. It serves its deployment, not the editable resources.
    pub struct Stage {
        pub stage_name: Text,
        pub deployment_id: Seen<Str>,
        pub variables: Seen<BTreeMap<Str, Text>>,
        pub canary_settings: Seen<CanarySettings>,
        pub tags: BTreeMap<Str, Str>,
    }

    /// A share of a stage's traffic that gets another deployment and other variables.
    pub struct CanarySettings {
        /// 0 to 100. The SDK cannot tell 0 from absent.
        pub percent_traffic: Seen<f64>,
        pub deployment_id: Seen<Str>,
        /// These win over the stage's own variables.
        pub stage_variable_overrides: Seen<BTreeMap<Str, Text>>,
    }

    /// A path of the API. An export has no resource ids.
    pub struct Resource {
        pub id: Str,
        pub path: Str,
        /// Keyed by verb as AWS writes it, `ANY` included.
        pub resource_methods: BTreeMap<Str, Box<Method>>,
    }

    pub struct Method {
        pub http_method: Str,
        pub authorization_type: Seen<AuthorizationType>,
        pub authorizer_id: Seen<Text>,
        /// Exports name their authorizers instead of carrying ids.
        pub authorizer_name: Seen<Text>,
        pub method_integration: Seen<Integration>,
    }

    pub struct Integration {
        #[serde(rename = "type")]
        pub kind: Seen<IntegrationType>,
        /// The verb of the call to the backend, not the client's.
        pub http_method: Seen<Text>,
        pub uri: Seen<Text>,
        pub connection_type: Seen<ConnectionType>,
        pub connection_id: Seen<Text>,
        /// For VPC links of the second version: the load balancer's (or listener's) ARN.
        pub integration_target: Seen<Text>,
        pub credentials: Seen<Text>,
        /// Milliseconds; 29,000 where AWS has no value.
        pub timeout_in_millis: Seen<i64>,
        pub response_transfer_mode: Seen<ResponseTransferMode>,
        pub request_parameters: Seen<BTreeMap<Str, Text>>,
        pub request_templates: Seen<BTreeMap<Str, Text>>,
        pub passthrough_behavior: Seen<Text>,
        /// By status code. Proxy types ignore them.
        pub integration_responses: Seen<BTreeMap<Str, IntegrationResponse>>,
    }

    /// What becomes of some of the backend's answers.
    pub struct IntegrationResponse {
        /// A regular expression of Java's; unset or empty for the default.
        pub selection_pattern: Seen<Text>,
        /// By media type, as the client accepts it.
        pub response_templates: Seen<BTreeMap<Str, Text>>,
    }

    pub struct Authorizer {
        pub id: Text,
        pub name: Seen<Text>,
        #[serde(rename = "type")]
        pub kind: Seen<Text>,
        pub authorizer_uri: Seen<Text>,
        pub authorizer_credentials: Seen<Text>,
        pub identity_source: Seen<Text>,
        pub authorizer_result_ttl_in_seconds: Seen<i64>,
    }

    /// A VPC link of the first version: PrivateLink to one network load balancer.
    pub struct VpcLink {
        pub id: Text,
        pub name: Seen<Text>,
        pub target_arns: Seen<Vec<Text>>,
        pub status: Seen<VpcLinkStatus>,
        pub status_message: Seen<Text>,
        pub tags: BTreeMap<Str, Str>,
    }
}
