//! API Gateway HTTP and WebSocket APIs: apigatewayv2 2018-11-29.

pub use super::rest::{ConnectionType, IntegrationType, VpcLinkStatus};
use super::{Seen, Str, Text, aws_enum, facts};
use std::collections::BTreeMap;

aws_enum! {
    pub enum ProtocolType { Http = "HTTP", WebSocket = "WEBSOCKET", }
    pub enum AuthorizationType {
        None = "NONE",
        AwsIam = "AWS_IAM",
        Custom = "CUSTOM",
        Jwt = "JWT",
    }
    pub enum DeploymentStatus { Pending = "PENDING", Failed = "FAILED", Deployed = "DEPLOYED", }
}

facts! { "PascalCase";
    pub struct Api {
        pub api_id: Text,
        pub name: Seen<Text>,
        pub protocol_type: Seen<ProtocolType>,
        pub route_selection_expression: Seen<Text>,
        pub tags: BTreeMap<Str, Str>,
    }

    pub struct Stage {
        pub stage_name: Text,
        pub auto_deploy: Seen<bool>,
        pub deployment_id: Seen<Str>,
        pub last_deployment_status_message: Seen<Text>,
        pub stage_variables: Seen<BTreeMap<Str, Text>>,
        pub tags: BTreeMap<Str, Str>,
    }

    pub struct Deployment {
        pub deployment_id: Str,
        pub deployment_status: Seen<DeploymentStatus>,
        pub auto_deployed: Seen<bool>,
        pub created_date: Seen<Text>,
    }

    pub struct Route {
        pub route_id: Str,
        /// `GET /orders/{id}`, `$default`, or a WebSocket route key.
        pub route_key: Text,
        /// `integrations/` and the integration's id.
        pub target: Seen<Text>,
        pub authorization_type: Seen<AuthorizationType>,
        pub authorizer_id: Seen<Text>,
        /// Exports name their authorizers instead of carrying ids.
        pub authorizer_name: Seen<Text>,
    }

    pub struct Integration {
        pub integration_id: Text,
        #[serde(rename = "IntegrationType")]
        pub kind: Seen<IntegrationType>,
        pub integration_subtype: Seen<Text>,
        pub integration_method: Seen<Text>,
        pub integration_uri: Seen<Text>,
        pub connection_type: Seen<ConnectionType>,
        pub connection_id: Seen<Text>,
        pub credentials_arn: Seen<Text>,
        pub payload_format_version: Seen<Text>,
        /// Milliseconds; without a value 30,000 for HTTP and 29,000 for WebSocket APIs.
        pub timeout_in_millis: Seen<i64>,
        pub request_parameters: Seen<BTreeMap<Str, Text>>,
        pub request_templates: Seen<BTreeMap<Str, Text>>,
        pub tls_config: Seen<TlsConfig>,
    }

    pub struct TlsConfig {
        pub server_name_to_verify: Seen<Text>,
    }

    pub struct Authorizer {
        pub authorizer_id: Text,
        pub name: Seen<Text>,
        pub authorizer_type: Seen<Text>,
        pub authorizer_uri: Seen<Text>,
        pub authorizer_credentials_arn: Seen<Text>,
        pub authorizer_payload_format_version: Seen<Text>,
    }

    /// A VPC link of the second version: interfaces of API Gateway in your subnets.
    pub struct VpcLink {
        pub vpc_link_id: Text,
        pub name: Seen<Text>,
        pub security_group_ids: Seen<Vec<Text>>,
        pub subnet_ids: Seen<Vec<Text>>,
        pub vpc_link_status: Seen<VpcLinkStatus>,
        pub vpc_link_status_message: Seen<Text>,
        pub vpc_link_version: Seen<Text>,
        pub tags: BTreeMap<Str, Str>,
    }
}

impl Stage {
    /// Does it serve the latest configuration of its HTTP or WebSocket API?
    ///
    /// With automatic deployment every change is deployed at once; if that fails, the
    /// stage goes on serving what it had.
    pub fn serves_draft(&self, deployments: &Seen<Vec<Deployment>>) -> bool {
        if self.auto_deploy.set() != Some(&true) {
            return false;
        }
        if let Some(message) = self.last_deployment_status_message.set().and_then(|message| message.lit()) {
            return message.starts_with("Successfully");
        }
        match (&self.deployment_id, deployments.set()) {
            // Without a deployment of its own there is nothing else that it could serve.
            (Seen::Unset, _) => true,
            (Seen::Set(id), Some(deployments)) => deployments.iter().any(|one| {
                one.deployment_id == *id && one.deployment_status.set() == Some(&DeploymentStatus::Deployed)
            }),
            _ => false,
        }
    }
}
