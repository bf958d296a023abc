//! Which types of resources there are, of the services that a request's way is made of.
//!
//! Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html>

const TYPES: [&str; 51] = [
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::BasePathMappingV2",
    "AWS::ApiGateway::ClientCertificate",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::DocumentationPart",
    "AWS::ApiGateway::DocumentationVersion",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Model",
    "AWS::ApiGateway::RequestValidator",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::ApiGateway::VpcLink",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::ApiGatewayManagedOverrides",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::ApiGatewayV2::Deployment",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::IntegrationResponse",
    "AWS::ApiGatewayV2::Model",
    "AWS::ApiGatewayV2::PortalProduct",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::RouteResponse",
    "AWS::ApiGatewayV2::RoutingRule",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::VpcLink",
    "AWS::Lambda::Alias",
    "AWS::Lambda::CapacityProvider",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lambda::MicrovmImage",
    "AWS::Lambda::NetworkConnector",
    "AWS::Lambda::Permission",
    "AWS::Lambda::ResourcePolicy",
    "AWS::Lambda::Url",
    "AWS::Lambda::Version",
];

/// The type that a type of these services which there is not comes nearest to; `None` if there is such a type, or if it
/// is of another service.
pub(in crate::source) fn meant(kind: &str) -> Option<&'static str> {
    let service = |kind: &str| kind.split("::").nth(1).map(str::to_ascii_lowercase);
    let ours = service(kind).filter(|_| kind.starts_with("AWS::") && !kind.ends_with("::MODULE"))?;
    if TYPES.contains(&kind) || !TYPES.iter().any(|it| service(it).as_ref() == Some(&ours)) {
        return None;
    }
    TYPES.into_iter().max_by_key(|it| shared(it, kind))
}

/// How many bytes two names have in common at both ends.
fn shared(a: &str, b: &str) -> usize {
    let same = |(a, b): &(u8, u8)| a == b;
    let begin = a.bytes().zip(b.bytes()).take_while(same).count();
    let end = a.bytes().rev().zip(b.bytes().rev()).take_while(same).count();
    (begin + end).min(a.len()).min(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_there_is_not_has_one_that_it_is_near() {
        assert_eq!(meant("AWS::ApiGateway::Methd"), Some("AWS::ApiGateway::Method"));
        assert_eq!(meant("AWS::ApiGateway::Route"), Some("AWS::ApiGatewayV2::Route"));
        assert_eq!(meant("AWS::APIGateway::Method"), Some("AWS::ApiGateway::Method"));
        assert_eq!(meant("AWS::Lambda::Permissions"), Some("AWS::Lambda::Permission"));
        assert!(meant("AWS::Lambda::").is_some());
    }

    #[test]
    fn of_other_services_nothing_is_said() {
        assert!(TYPES.iter().all(|it| meant(it).is_none()));
        for other in ["AWS::DynamoDB::Tabel", "Custom::Lambda::Thing", "AWS::Lambda::Thing::MODULE", "AWS", ""] {
            assert_eq!(meant(other), None, "{other}");
        }
    }
}
