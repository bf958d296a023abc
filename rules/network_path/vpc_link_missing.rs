use super::{CREATE_V1, CREATE_V2, NO_LINK};
use crate::follow::{Ctx, Field, FoundLink, NetworkPathHop};
use crate::model::{Evidence, Kind, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-missing",
    covers: &["R-J1"],
    check: Check::NetworkPath(check),
    symptoms: NO_LINK,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2],
    page: include_str!("vpc_link_missing.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let place = hop.call.place(Field::ConnectionId);
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
