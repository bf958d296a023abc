use super::super::integration::TIMED_OUT;
use crate::capture::Held;
use crate::follow::{BackendHop, Ctx, Field, Invocation, Share};
use crate::graph::Link;
use crate::model::lambda::Function;
use crate::model::refs::qualified;
use crate::model::{Evidence, Kind, Place, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Client, Fault, Stop, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-timeout-exceeds-integration",
    covers: &["R-G17", "V-A5", "V-B12"],
    check: Check::Backend(check),
    symptoms: TIMED_OUT,
    needs: &[Kind::Function],
    page: include_str!("lambda_timeout_exceeds_integration.md"),
};

/// Seconds; what Lambda gives a function that asks for nothing.
const LAMBDA_DEFAULT: i64 = 3;

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let Some((waits, is_default)) = call.timeout_ms()? else { return Err(Stop::NotApplicable) };
    let shares = call.shares(ctx)?;
    if call.client() == Client::Gone || call.streams().set() == Some(&true) || call.queued() == Ok(true) {
        return Err(Stop::NotApplicable);
    }
    let waits = Waits { ms: waits, is_default };
    all(shares.iter().map(|share| match &share.link {
        Link::To(id) => version(call, share, ctx.graph.get(*id), &waits),
        Link::Unknown(gap) => Err(gap.clone().into()),
        Link::Dangling { .. } => Err(Stop::NotApplicable),
    }))
}

/// How long API Gateway waits for the answer.
struct Waits {
    ms: i64,
    is_default: bool,
}

impl Waits {
    fn evidence(&self, call: &Invocation<'_>) -> Evidence {
        let time = seconds(self.ms);
        match self.is_default {
            true => Evidence::because(format!("the integration sets no time-out: the default is {time}"), Vec::new()),
            false => Evidence::read(call.place(Field::Timeout), format!("API Gateway waits {time} for the answer")),
        }
    }
}

fn version(call: &Invocation<'_>, share: &Share, held: &Held<Function>, waits: &Waits) -> Verdict {
    let facts = &held.facts;
    let runs = facts.timeout.known()?.copied().unwrap_or(LAMBDA_DEFAULT).saturating_mul(1000);
    let name = qualified(&facts.function_name, facts.qualifier.as_ref()).called();
    let (may, patience) = (seconds(runs), seconds(waits.ms));
    if runs <= waits.ms {
        return passes(format!("{name} may run {may}, and API Gateway waits {patience}"));
    }
    // Neither hides from a call that is short enough, so they are asked only now.
    call.streams().known()?;
    call.queued()?;
    let says = format!("{name} may run {may}, but API Gateway answers for it after {patience}");
    let subject = Subject::of(facts, &held.scope).with(format!("{} ms", waits.ms));
    let fault = Fault::new("too-long", subject, says)
        .when(format!("a run takes longer than {patience}"))
        .because([
            Evidence::read(Place::of(facts, "/Timeout"), format!("Lambda lets it run {may}")),
            waits.evidence(call),
        ])
        .help(
            "Make the slow runs faster, or answer first and work afterwards (an asynchronous call, a queue). Where the \
             integration allows, let it wait longer. Then lower the function's Timeout: a run nobody waits for still \
             costs, and still changes data while the client tries again.",
        )
        .cloudformation("AWS::Lambda::Function Timeout")
        .terraform("aws_lambda_function.timeout");
    Err(share.blamed(fault).into())
}

fn seconds(ms: i64) -> String {
    match (ms / 1000, ms % 1000) {
        (whole, 0) => format!("{whole} s"),
        _ => format!("{ms} ms"),
    }
}
