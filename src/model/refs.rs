//! What the configuration names, and the one reader that finds it.
//!
//! [`wants`] is the only place that reads URIs and ARNs out of configuration: the live
//! source fetches what it answers until nothing new appears, and the graph's edges
//! resolve the same [`Ref`]s.

mod arn;
mod uri;
mod vars;
mod wants;

pub use arn::Arn;
pub use uri::{Backend, backend_of};
pub use vars::{Vars, substitute, undefined};
pub use wants::{Thing, load_balancer_of, network_interfaces, qualified, role_name, wants};

use super::{Gap, Str, Text};
use serde::{Deserialize, Serialize};

/// The kinds of things that a reference can name or a listing can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    RestApi,
    /// HTTP and WebSocket APIs.
    Api,
    Function,
    Role,
    ManagedPolicy,
    /// The first version: PrivateLink to one network load balancer.
    VpcLinkV1,
    VpcLinkV2,
    LoadBalancer,
    TargetGroup,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    PrefixList,
    NetworkAcl,
    RouteTable,
}

impl Kind {
    /// What a person calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::RestApi => "REST API",
            Kind::Api => "HTTP or WebSocket API",
            Kind::Function => "Lambda function",
            Kind::Role => "role",
            Kind::ManagedPolicy => "managed policy",
            Kind::VpcLinkV1 => "VPC link (v1)",
            Kind::VpcLinkV2 => "VPC link (v2)",
            Kind::LoadBalancer => "load balancer",
            Kind::TargetGroup => "target group",
            Kind::NetworkInterface => "network interface",
            Kind::SecurityGroup => "security group",
            Kind::Subnet => "subnet",
            Kind::PrefixList => "prefix list",
            Kind::NetworkAcl => "network ACL",
            Kind::RouteTable => "route table",
        }
    }
}

/// A place where things live. Global services (IAM) have an empty region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    #[serde(default = "aws_partition", skip_serializing_if = "is_aws")]
    pub partition: Text,
    pub account: Text,
    pub region: Text,
}

fn aws_partition() -> Text {
    Text::new("aws")
}

fn is_aws(partition: &Text) -> bool {
    partition.lit() == Some("aws")
}

impl Scope {
    pub fn new(partition: &str, account: &str, region: &str) -> Self {
        Scope { partition: partition.into(), account: account.into(), region: region.into() }
    }

    /// The same account where a service has no regions.
    #[must_use]
    pub fn global(&self) -> Self {
        Scope { region: Text::new(""), ..self.clone() }
    }
}

/// What a configuration says: a kind, where it lives, and its name there.
///
/// The id is the function's name with `:qualifier` if there is one, the ARN where that
/// is how a service names things, a generated id for VPC links and EC2, the VPC's id
/// for its network ACLs and route tables, and a query for network interfaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ref {
    pub kind: Kind,
    #[serde(flatten)]
    pub scope: Scope,
    pub id: Text,
}

impl Ref {
    pub fn new(kind: Kind, scope: Scope, id: impl Into<Text>) -> Self {
        Ref { kind, scope, id: id.into() }
    }

    /// The gap of its first hole: nothing with a hole can be asked for by name. Who does not know what a thing is called
    /// gains nothing by saying where it is.
    pub fn gap(&self) -> Option<Gap> {
        [&self.id, &self.scope.account, &self.scope.region].into_iter().find_map(|text| text.known().err())
    }

    /// The unqualified function of an alias or version.
    pub fn bare_function(&self) -> Option<Ref> {
        let (name, _) = self.id.lit().filter(|_| self.kind == Kind::Function)?.split_once(':')?;
        Some(Ref { id: name.into(), ..self.clone() })
    }

    /// As people name it in a sentence.
    pub fn label(&self) -> String {
        let of = if matches!(self.kind, Kind::NetworkAcl | Kind::RouteTable) { "of " } else { "" };
        format!("{} {of}{}", self.kind.noun(), self.id)
    }
}

impl From<Str> for Text {
    fn from(text: Str) -> Self {
        Text::new(text)
    }
}

impl From<&Str> for Text {
    fn from(text: &Str) -> Self {
        Text::new(text.clone())
    }
}
