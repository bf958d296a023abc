use super::{CREATE_V1, CREATE_V2, NO_LINK};
use crate::follow::{By, Ctx, Field, FoundLink, NetworkPathHop, VpcLink};
use crate::model::unit::Protocol;
use crate::model::{Evidence, Kind, Place, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-version-mismatch",
    covers: &["V-C2", "V-B11", "R-J13"],
    check: Check::NetworkPath(check),
    symptoms: NO_LINK,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2],
    page: include_str!("vpc_link_version_mismatch.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let link = match hop.find_link(ctx.graph)? {
        FoundLink::Missing { .. } => return Err(Stop::NotApplicable),
        FoundLink::Usable(link) => {
            if let (By::Rest(it), VpcLink::V2(_)) = (hop.call.by, link) {
                // A v2 link leads nowhere without it, so nothing is proven until it is read.
                it.integration_target.known()?;
            }
            return passes("the VPC link is of the version that this integration uses");
        }
        FoundLink::OtherVersion(link) => link,
    };
    let (subject, place, has) = match link {
        VpcLink::V1(link) => (Subject::of(&link.facts, &link.scope), Place::of(&link.facts, "/id"), "first"),
        VpcLink::V2(link) => (Subject::of(&link.facts, &link.scope), Place::of(&link.facts, "/VpcLinkId"), "second"),
    };
    let id = subject.id.clone();
    let evidence = [
        Evidence::read(hop.call.place(Field::ConnectionId), "the integration goes through this VPC link"),
        Evidence::read(place, format!("the link is of the {has} version")),
    ];
    let fault = match (hop.call.protocol(), link) {
        (Protocol::Http, _) => Fault::new(
            "http-needs-v2",
            subject,
            format!("VPC link {id} is of version 1, and HTTP APIs use version 2 only"),
        )
        .help("Create a VPC link of version 2 in the load balancer's VPC and give its id to the integration.")
        .cli(CREATE_V2)
        .cloudformation("AWS::ApiGatewayV2::VpcLink")
        .terraform("aws_apigatewayv2_vpc_link"),
        (Protocol::WebSocket, _) => Fault::new(
            "websocket-needs-v1",
            subject,
            format!("VPC link {id} is of version 2, and WebSocket APIs use version 1 only"),
        )
        .help("Create a VPC link of version 1 on a network load balancer and give its id to the integration.")
        .cli(CREATE_V1)
        .cloudformation("AWS::ApiGateway::VpcLink")
        .terraform("aws_api_gateway_vpc_link"),
        (Protocol::Rest, VpcLink::V2(_)) => Fault::new(
            "target-not-named",
            subject,
            format!("VPC link {id} is of version 2, and the integration does not name the load balancer behind it"),
        )
        .because([Evidence::read(hop.call.place(Field::Target), "no load balancer is named")])
        .help("Set integrationTarget to the load balancer's ARN and deploy, or use a VPC link of version 1.")
        .cli(&[
            "aws",
            "apigateway",
            "update-integration",
            "--rest-api-id",
            "API",
            "--resource-id",
            "RESOURCE",
            "--http-method",
            "METHOD",
            "--patch-operations",
            "op=replace,path=/integrationTarget,value=LOAD_BALANCER_ARN",
        ])
        .cloudformation("IntegrationTarget of AWS::ApiGateway::Method Integration")
        .terraform("integration_target of aws_api_gateway_integration"),
        (Protocol::Rest, VpcLink::V1(_)) => Fault::new(
            "target-of-v1",
            subject,
            format!(
                "VPC link {id} is of version 1, which knows its load balancer, and the integration names another target"
            ),
        )
        .because([Evidence::read(hop.call.place(Field::Target), "only VPC links of version 2 use this")])
        .when("API Gateway takes the integration for one of version 2, which AWS does not document")
        .help("Remove integrationTarget, or use a VPC link of version 2."),
    };
    Err(fault.because(evidence).into())
}
