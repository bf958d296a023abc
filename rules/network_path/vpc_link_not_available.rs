use super::{CREATE_V1, CREATE_V2, NO_LINK};
use crate::follow::{Ctx, NetworkPathHop, View, VpcLink};
use crate::model::rest::VpcLinkStatus;
use crate::model::{Evidence, Gap, Kind, Place, Seen, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "vpc-link-not-available",
    covers: &["R-J2", "R-J3", "V-C1"],
    check: Check::NetworkPath(check),
    symptoms: NO_LINK,
    needs: &[Kind::VpcLinkV1, Kind::VpcLinkV2],
    page: include_str!("vpc_link_not_available.md"),
};

fn check(hop: &NetworkPathHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let (status, message, subject, place, create) = match hop.link(ctx)? {
        VpcLink::V1(link) => {
            let it = &link.facts;
            let subject = Subject::of(it, &link.scope);
            (&it.status, &it.status_message, subject, Place::of(it, "/status"), CREATE_V1)
        }
        VpcLink::V2(link) => {
            let it = &link.facts;
            let subject = Subject::of(it, &link.scope);
            let place = Place::of(it, "/VpcLinkStatus");
            (&it.vpc_link_status, &it.vpc_link_status_message, subject, place, CREATE_V2)
        }
    };
    let id = subject.id.clone();
    let Some(status) = status.known()? else {
        // A template makes its link; only a link that is there has a status.
        let planned = hop.call.serving.view == View::Planned;
        let unread = Gap::not_readable(format!("the status of VPC link {id}"));
        return Err(if planned { Stop::NotApplicable } else { unread.into() });
    };
    let message = match message {
        Seen::Set(message) if !message.is_empty() => format!(": {message}"),
        _ => String::new(),
    };
    let fault = |reason, says: String| {
        Fault::new(reason, subject, says)
            .because([Evidence::read(place, "the state that AWS reports for the VPC link")])
    };
    let renew =
        "Create a new VPC link, give its id to the integrations, and deploy: a link cannot be changed or repaired.";
    Err(match status {
        VpcLinkStatus::Available => return passes(format!("VPC link {id} is available")),
        VpcLinkStatus::Failed => {
            fault("failed", format!("VPC link {id} has failed{message}")).help(renew).cli(create).into()
        }
        VpcLinkStatus::Deleting => {
            fault("deleting", format!("VPC link {id} is being deleted{message}")).help(renew).cli(create).into()
        }
        VpcLinkStatus::Pending => fault("pending", format!("VPC link {id} is still being made{message}"))
            .when("they come before the link is available")
            .help("Wait until the link is AVAILABLE; it takes a few minutes.")
            .into(),
        VpcLinkStatus::Inactive => fault("inactive", format!("VPC link {id} sleeps for want of traffic{message}"))
            .when("they come before the link is awake again, which takes minutes")
            .help("Send requests until they pass. To keep the link awake, let a canary call it more often than every 60 days.")
            .into(),
        VpcLinkStatus::Other(status) => Gap::not_modelled(format!("a VPC link whose status is {status}")).into(),
    })
}
