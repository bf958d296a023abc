use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, Share, View};
use crate::graph::Link;
use crate::model::lambda::{Function, State};
use crate::model::refs::qualified;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Gap, Kind, Place, Subject};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-not-invocable",
    covers: &["R-G12", "V-A3"],
    check: Check::Backend(check),
    symptoms: &[
        Symptom { of: &[Protocol::Rest], status: "5xx", body: r#"{"message": "Internal server error"}"#, log: "" },
        Symptom { of: &[Protocol::Http], status: "5xx", body: r#"{"message":"Internal Server Error"}"#, log: "" },
        Symptom { of: &[Protocol::WebSocket], status: "handshake 5xx", body: "", log: "" },
    ],
    needs: &[Kind::Function],
    page: include_str!("lambda_not_invocable.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let planned = hop.call.serving.view == View::Planned;
    let shares = hop.call.shares(ctx)?;
    all(shares.iter().map(|share| match &share.link {
        Link::To(id) => version(share, ctx.graph.get(*id), planned),
        Link::Unknown(gap) => Err(gap.clone().into()),
        // A version that is gone is another rule's business.
        Link::Dangling { .. } => Err(Stop::NotApplicable),
    }))
}

/// What a state does to a call.
struct Refusal {
    reason: &'static str,
    says: &'static str,
    /// Lambda leaves the state by itself.
    passing: Option<&'static str>,
    help: &'static str,
}

fn version(share: &Share, held: &Held<Function>, planned: bool) -> Verdict {
    let facts = &held.facts;
    let name = qualified(&facts.function_name, facts.qualifier.as_ref()).called();
    let Some(state) = facts.state.known()? else {
        // Lambda has a state for every function that exists: an answer without one is not
        // the whole answer.
        let gap = Gap::not_readable(format!("the state of {name}, which only GetFunctionConfiguration answers"));
        return Err(if planned { Stop::NotApplicable } else { gap.into() });
    };
    let Some(refusal) = refusal(state)? else { return passes(format!("{name} is active")) };
    let code = facts.state_reason_code.set().map(|_| Place::of(facts, "/StateReasonCode"));
    let reason = facts.state_reason.set().map(|_| Place::of(facts, "/StateReason"));
    let told = code.into_iter().chain(reason).map(|place| Evidence::read(place, "Lambda's own reason"));
    let fault = Fault::new(refusal.reason, Subject::of(facts, &held.scope), format!("{name} {}", refusal.says))
        .because([Evidence::read(Place::of(facts, "/State"), "only an active function can be invoked")])
        .because(told)
        .help(refusal.help);
    let fault = match refusal.passing {
        Some(when) => fault.when(when),
        None => fault,
    };
    Err(share.blamed(fault).into())
}

/// `None` if the function can be invoked.
fn refusal(state: &State) -> Result<Option<Refusal>, Gap> {
    let refusal = |reason, says, help| Some(Refusal { reason, says, passing: None, help });
    let passing = |reason, says, when, help| Some(Refusal { reason, says, passing: Some(when), help });
    Ok(match state {
        State::Active => None,
        State::Failed => refusal(
            "failed",
            "could not be set up, so Lambda refuses every call",
            "Mend what the reason names and deploy the function again; one whose creation failed must be deleted first.",
        ),
        State::Deleting => refusal("deleting", "is being deleted", "Create it again, or call a function that stays."),
        State::Deactivated => refusal("deactivated", "is deactivated", "Deploy the function again."),
        State::ActiveNonInvocable => {
            refusal("non-invocable", "is active but cannot be invoked", "Mend what the reason names.")
        }
        State::Pending => passing(
            "pending",
            "is still being set up, and until then Lambda refuses its calls",
            "Lambda has not finished setting it up",
            "Wait for it: aws lambda wait function-active-v2. If it stays Pending, mend what the reason names.",
        ),
        State::Deactivating => passing(
            "deactivating",
            "is being deactivated",
            "Lambda has finished deactivating it",
            "Deploy the function again.",
        ),
        State::Inactive => passing(
            "inactive",
            "has been idle, so Lambda took its resources away and the next calls fail",
            "it is called again after a long pause, until Lambda has set it up anew",
            "Invoke it once and wait until it is Active. If it falls back to Inactive, mend what the reason names.",
        ),
        State::Other(other) => return Err(Gap::not_modelled(format!("the Lambda state {other}"))),
    })
}
