use super::{CREATE_V1, CREATE_V2, NO_LINK};
use crate::follow::{Ctx, Field, FoundLink, NetworkPathHop};
use crate::model::refs::undefined;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Kind, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-missing",
    covers: &["R-J1", "V-C3"],
    check: Check::NetworkPath(check),
    symptoms: NO_LINK,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2],
    page: include_str!("vpc_link_missing.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let place = hop.call.place(Field::ConnectionId);
    if let Some(fault) = undefined_variable(hop) {
        return Err(fault.into());
    }
    let Some(id) = hop.connection_id.known()?.filter(|id| !id.is_empty()) else {
        return Err(Fault::new("no-id", hop.call.subject(), "the integration goes through a VPC link but names none")
            .because([Evidence::read(place, "no VPC link is named")])
            .help("Give the integration the id of a VPC link, or let it connect over the internet.")
            .cloudformation("ConnectionId of the integration")
            .terraform("connection_id of the integration")
            .into());
    };
    match hop.find_link(ctx.graph)? {
        FoundLink::Usable(_) => passes(format!("VPC link {id} exists")),
        FoundLink::OtherVersion(_) => passes(format!("VPC link {id} exists, in the other version")),
        FoundLink::Missing { proof } => {
            let create = if hop.needs_v2() { CREATE_V2 } else { CREATE_V1 };
            let name = Some(format!("of {}", hop.call.api_label()));
            let subject = Subject { name, ..Subject::named("VPC link", id.to_string(), hop.call.api().scope()) };
            Err(Fault::new("missing", subject, format!("VPC link {id} does not exist"))
                .because([
                    Evidence::read(place, "the integration goes through this VPC link"),
                    Evidence::missing(format!("VPC link {id}"), proof),
                ])
                .help("Create a VPC link, give its id to the integrations that named this one, and deploy.")
                .cli(create)
                .cloudformation("ConnectionId of the integration")
                .terraform("connection_id of the integration")
                .into())
        }
    }
}

/// A link's id from a stage variable that the stage does not have.
fn undefined_variable(hop: &NetworkPathHop<'_>) -> Option<Fault> {
    let (call, serving) = (hop.call, hop.call.serving);
    let (id, stage) = (call.by.connection_id(), serving.stage?);
    let name = undefined(id.set()?, &serving.vars)?;
    let api = call.api_label();
    let subject = Subject::named("stage variable", name, call.api().scope()).with(api.clone());
    let patch = format!("op=replace,path=/variables/{name},value=VPC_LINK_ID");
    let says = format!("the stage variable {name} names a VPC link of {api}, but the stage does not define it");
    let fault = Fault::new("undefined-variable", subject, says)
        .because([Evidence::read(call.place(Field::ConnectionId), "the VPC link's id comes from a stage variable")])
        .help("Define the variable on every stage that serves the integration. It works at once, without a deployment.")
        .cloudformation("Variables of the stage")
        .terraform("variables of the stage");
    Some(match call.protocol() {
        Protocol::Rest => fault.cli(&[
            "aws",
            "apigateway",
            "update-stage",
            "--rest-api-id",
            &call.api().id().to_string(),
            "--stage-name",
            &stage.to_string(),
            "--patch-operations",
            &patch,
        ]),
        _ => fault,
    })
}
