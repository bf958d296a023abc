//! Every call that the live source can make: the right it needs, the quota it draws on,
//! the fact it fills. A call that has no row here cannot be made.
//!
//! Actions and resource patterns are those of AWS's service authorization reference. A
//! resource of `*` says that the action has no resource-level permission.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One operation of an AWS API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiCall {
    /// `service:Operation`, under which calls are counted.
    pub name: &'static str,
    /// The IAM action that allows it. All of API Gateway's reads share one.
    pub action: &'static str,
    /// The IAM resource pattern that it acts on.
    pub resource: &'static str,
    pub class: RateClass,
    /// What is unknown without it.
    pub fills: &'static str,
}

/// Calls that share a quota of an account and region. An earlier class is served first
/// where two of them draw on the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateClass {
    /// Also takes from [`RateClass::ApiGateway`].
    GetResources,
    /// All management calls of both API Gateway services together.
    ApiGateway,
    LambdaGetPolicy,
    /// Lambda's other control-plane calls together.
    Lambda,
    Ec2,
    LoadBalancing,
    Iam,
    Sts,
}

/// What a class may be asked: a rate, and how much at once after a rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    pub per_second: f64,
    pub burst: f64,
    /// AWS publishes it. Where it does not, this is our own cautious start.
    pub published: bool,
}

impl RateClass {
    pub fn quota(self) -> Quota {
        let published = |per_second, burst| Quota { per_second, burst, published: true };
        match self {
            // "5 requests every 2 seconds per account", inside the total below.
            RateClass::GetResources => published(2.5, 5.0),
            // "10 requests per second with a burst quota of 40".
            RateClass::ApiGateway => published(10.0, 40.0),
            RateClass::LambdaGetPolicy | RateClass::Lambda => published(15.0, 15.0),
            RateClass::Ec2 | RateClass::LoadBalancing | RateClass::Iam | RateClass::Sts => {
                Quota { per_second: 20.0, burst: 20.0, published: false }
            }
        }
    }

    /// The wider quota that a call of this class takes from too.
    pub fn within(self) -> Option<RateClass> {
        (self == RateClass::GetResources).then_some(RateClass::ApiGateway)
    }
}

macro_rules! calls {
    ($($call:ident = $name:literal, $action:literal, $resource:literal, $class:ident, $fills:literal;)+) => {
        /// A row of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Call { $($call,)+ }

        pub static CALLS: &[ApiCall] = &[$(ApiCall {
            name: $name,
            action: $action,
            resource: $resource,
            class: RateClass::$class,
            fills: $fills,
        },)+];
    };
}

impl Call {
    pub fn row(self) -> &'static ApiCall {
        &CALLS[self as usize]
    }
}

calls! {
    GetCallerIdentity = "sts:GetCallerIdentity", "sts:GetCallerIdentity", "*", Sts,
        "the account and the partition";

    GetRestApis = "apigateway:GetRestApis", "apigateway:GET", "arn:aws:apigateway:*::/restapis", ApiGateway,
        "which REST APIs there are";
    GetResources = "apigateway:GetResources", "apigateway:GET", "arn:aws:apigateway:*::/restapis/*/resources", GetResources,
        "the editable resources, methods and integrations of a REST API";
    GetStages = "apigateway:GetStages", "apigateway:GET", "arn:aws:apigateway:*::/restapis/*/stages", ApiGateway,
        "the stages of a REST API, their variables, deployments and canaries";
    GetAuthorizers = "apigateway:GetAuthorizers", "apigateway:GET", "arn:aws:apigateway:*::/restapis/*/authorizers", ApiGateway,
        "the authorizers of a REST API";
    GetExport = "apigateway:GetExport", "apigateway:GET", "arn:aws:apigateway:*::/restapis/*/stages/*/exports/*", ApiGateway,
        "what a stage of a REST API serves";
    GetVpcLinks = "apigateway:GetVpcLinks", "apigateway:GET", "arn:aws:apigateway:*::/vpclinks", ApiGateway,
        "VPC links of REST APIs";

    GetApis = "apigatewayv2:GetApis", "apigateway:GET", "arn:aws:apigateway:*::/apis", ApiGateway,
        "which HTTP and WebSocket APIs there are";
    GetRoutesV2 = "apigatewayv2:GetRoutes", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/routes", ApiGateway,
        "the routes of an HTTP or WebSocket API";
    GetIntegrationsV2 = "apigatewayv2:GetIntegrations", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/integrations", ApiGateway,
        "the integrations of an HTTP or WebSocket API";
    GetAuthorizersV2 = "apigatewayv2:GetAuthorizers", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/authorizers", ApiGateway,
        "the authorizers of an HTTP or WebSocket API";
    GetStagesV2 = "apigatewayv2:GetStages", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/stages", ApiGateway,
        "the stages of an HTTP or WebSocket API";
    GetDeploymentsV2 = "apigatewayv2:GetDeployments", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/deployments", ApiGateway,
        "whether the last deployment of an HTTP or WebSocket API succeeded";
    ExportApi = "apigatewayv2:ExportApi", "apigateway:GET", "arn:aws:apigateway:*::/apis/*/exports/*", ApiGateway,
        "what a stage of an HTTP API serves, where that is not the latest configuration";
    GetVpcLinksV2 = "apigatewayv2:GetVpcLinks", "apigateway:GET", "arn:aws:apigateway:*::/vpclinks", ApiGateway,
        "VPC links of the second version";

    GetFunctionConfiguration = "lambda:GetFunctionConfiguration", "lambda:GetFunctionConfiguration", "arn:aws:lambda:*:*:function:*", Lambda,
        "whether a function exists and can run, its timeout";
    GetFunctionConcurrency = "lambda:GetFunctionConcurrency", "lambda:GetFunctionConcurrency", "arn:aws:lambda:*:*:function:*", Lambda,
        "how many invocations of a function may run at once";
    GetFunctionPolicy = "lambda:GetPolicy", "lambda:GetPolicy", "arn:aws:lambda:*:*:function:*", LambdaGetPolicy,
        "who may invoke a function";
    GetAlias = "lambda:GetAlias", "lambda:GetAlias", "arn:aws:lambda:*:*:function:*", Lambda,
        "which versions a function's alias leads to";

    GetRole = "iam:GetRole", "iam:GetRole", "arn:aws:iam::*:role/*", Iam,
        "whether a role exists, who may assume it, its boundary";
    ListRolePolicies = "iam:ListRolePolicies", "iam:ListRolePolicies", "arn:aws:iam::*:role/*", Iam,
        "which inline policies a role has";
    GetRolePolicy = "iam:GetRolePolicy", "iam:GetRolePolicy", "arn:aws:iam::*:role/*", Iam,
        "what an inline policy of a role allows";
    ListAttachedRolePolicies = "iam:ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", "arn:aws:iam::*:role/*", Iam,
        "which managed policies a role has";
    GetManagedPolicy = "iam:GetPolicy", "iam:GetPolicy", "arn:aws:iam::*:policy/*", Iam,
        "which version of a managed policy is in force";
    GetPolicyVersion = "iam:GetPolicyVersion", "iam:GetPolicyVersion", "arn:aws:iam::*:policy/*", Iam,
        "what a managed policy allows";

    DescribeLoadBalancers = "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", "*", LoadBalancing,
        "whether a load balancer exists and is active, its zones and security groups";
    DescribeLoadBalancerAttributes = "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancerAttributes", "*", LoadBalancing,
        "whether a network load balancer sends to targets in other zones";
    DescribeListeners = "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeListeners", "*", LoadBalancing,
        "the listeners of a load balancer";
    DescribeRules = "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeRules", "*", LoadBalancing,
        "where the rules of an application load balancer lead";
    DescribeTargetGroups = "elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetGroups", "*", LoadBalancing,
        "whether a target group exists, its protocol and port";
    DescribeTargetHealth = "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeTargetHealth", "*", LoadBalancing,
        "the targets of a target group and whether they are healthy";
    DescribeTargetGroupAttributes = "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroupAttributes", "*", LoadBalancing,
        "whether a load balancer keeps the client's address and sends to targets in other zones";

    DescribeNetworkInterfaces = "ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces", "*", Ec2,
        "the addresses, subnets and security groups of links, balancers and targets";
    DescribeSecurityGroups = "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroups", "*", Ec2,
        "what security groups let through";
    DescribeSubnets = "ec2:DescribeSubnets", "ec2:DescribeSubnets", "*", Ec2,
        "where subnets are";
    DescribeNetworkAcls = "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkAcls", "*", Ec2,
        "what network ACLs let through";
    DescribeRouteTables = "ec2:DescribeRouteTables", "ec2:DescribeRouteTables", "*", Ec2,
        "where subnets route to";
    GetManagedPrefixListEntries = "ec2:GetManagedPrefixListEntries", "ec2:GetManagedPrefixListEntries", "arn:aws:ec2:*:*:prefix-list/*", Ec2,
        "the address ranges of prefix lists in security group rules";
}

/// The least read-only policy under which nothing stays unknown for want of a right.
///
/// Actions on the same resources share a statement. The ARNs are those of the `aws`
/// partition.
pub fn policy() -> Value {
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for call in CALLS {
        resources.entry(call.action).or_default().insert(call.resource);
    }
    let mut statements: BTreeMap<BTreeSet<&str>, BTreeSet<&str>> = BTreeMap::new();
    for (action, on) in resources {
        statements.entry(on).or_default().insert(action);
    }
    let mut statements: Vec<_> = statements.into_iter().map(|(on, actions)| (actions, on)).collect();
    statements.sort();
    let statements =
        statements.into_iter().map(|(actions, on)| json!({ "Effect": "Allow", "Action": actions, "Resource": on }));
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_where_their_names_say() {
        assert_eq!(Call::GetCallerIdentity.row().name, "sts:GetCallerIdentity");
        assert_eq!(Call::GetManagedPrefixListEntries.row().name, "ec2:GetManagedPrefixListEntries");
        let names: BTreeSet<_> = CALLS.iter().map(|call| call.name).collect();
        assert_eq!(names.len(), CALLS.len(), "a call has two rows");
    }

    #[test]
    fn the_policy_allows_every_call_and_only_reads() {
        let policy = policy();
        let statements = policy["Statement"].as_array().unwrap();
        for call in CALLS {
            let allows = |statement: &&Value| {
                let has = |key: &str, what: &str| statement[key].as_array().unwrap().iter().any(|it| it == what);
                has("Action", call.action) && has("Resource", call.resource)
            };
            assert_eq!(statements.iter().filter(allows).count(), 1, "{}", call.name);
            let verb = call.action.split_once(':').unwrap().1;
            assert!(["Get", "List", "Describe", "GET"].iter().any(|read| verb.starts_with(read)), "{verb} is no read");
        }
        assert_eq!(statements.len(), 6);
    }
}
