use super::REFUSED;
use super::grant::{self, fault};
use crate::analysis::Tri;
use crate::analysis::iam::{self, Call, Caller, Context, Labelled, Proof};
use crate::capture::Held;
use crate::follow::{Ctx, Field, Invocation, PermissionHop, View};
use crate::model::lambda::Function;
use crate::model::refs::qualified;
use crate::model::{Evidence, Gap, Kind, Place, Ref, Str, Text};
use crate::rule::{Check, Rule};
use crate::verdict::{Fault, Stop, Verdict, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-invoke-denied",
    covers: &["R-G5", "R-G6", "R-G7", "R-G8", "R-G9", "R-D3", "V-A1", "V-A15", "V-B1", "V-B2"],
    check: Check::Permission(check),
    symptoms: REFUSED,
    needs: &[Kind::Function],
    page: include_str!("lambda_invoke_denied.md"),
};

fn check(hop: &PermissionHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let called = call.function()?;
    let role = call.credentials.known()?;
    if role.is_some() && called.scope.account == call.api().scope().account {
        // In one account the role's own policies are enough.
        return Err(Stop::NotApplicable);
    }
    let function = call.function_facts(ctx)?;
    let document = &function.facts.policy;
    if document.known()?.is_none() {
        return Err(no_policy(call, called, function, ctx)?.into());
    }
    // A role in another account needs this beside what its own account says.
    let resource = Some(iam::Resource::Policy(Labelled { label: "its resource policy", document }));
    let policies = iam::Policies { resource, ..Default::default() };
    let ask = |source_arn| iam::may(&policies, &invocation(call, role, &function.facts, source_arn));
    let source_arns = call.source_arns(&called.scope.region);
    let answers: Vec<_> = source_arns.into_iter().map(|(verb, arn)| (verb, answer(&arn, call, ask))).collect();
    decide(answers, call, function)
}

/// What holds for a source ARN, and whether a No holds only for some values of the path's parameters. One that is refused
/// however they are spelt is refused, even if other values get through.
fn answer(source_arn: &Text, call: &Invocation<'_>, ask: impl Fn(Text) -> Tri<Proof>) -> (Tri<Proof>, bool) {
    let whole = ask(source_arn.clone());
    if !matches!(whole, Tri::Unknown(_)) {
        return (whole, false);
    }
    let mut spelt: Vec<_> = call.spellings(source_arn).into_iter().map(ask).collect();
    match spelt.iter().all(|answer| matches!(answer, Tri::No(_))).then(|| spelt.pop()).flatten() {
        Some(refused) => (refused, true),
        None => (whole, false),
    }
}

fn invocation(call: &Invocation<'_>, role: Option<&Text>, function: &Function, source_arn: Text) -> Call {
    let account = call.api().scope().account.clone();
    let (principal, context) = match role {
        None => {
            let context = Context::apigateway(source_arn, account.clone());
            (Caller::Service { name: "apigateway.amazonaws.com", account }, context)
        }
        Some(role) => {
            let context = Context::role(role.clone(), account.clone());
            (Caller::role(role.clone(), account), context)
        }
    };
    let resource = Text::from(&function.function_arn);
    Call { principal, action: "lambda:InvokeFunction".into(), resource, context }
}

/// An ANY route carries every verb: what one grant leaves out, another may cover. A grant
/// on the literal verb ANY is documented to work too.
fn decide(answers: Vec<(Str, (Tri<Proof>, bool))>, call: &Invocation<'_>, function: &Held<Function>) -> Verdict {
    let (mut open, mut shut, mut gaps, mut any, mut every_value) = (Vec::new(), Vec::new(), Vec::new(), None, true);
    for (verb, (answer, for_some_values)) in answers {
        match answer {
            answer if &*verb == "ANY" => any = Some(answer),
            Tri::Yes(proof) => open.push((verb, proof)),
            Tri::No(proof) => {
                every_value &= !for_some_values;
                shut.push(proof);
            }
            Tri::Unknown(more) => gaps.extend(more),
        }
    }
    // An explicit deny tells more than the lack of a grant, and no grant outweighs it.
    let denied = |proof: &Proof| matches!(proof, Proof::ExplicitDeny { .. });
    let worst = shut.iter().position(denied).map(|at| shut.remove(at)).or_else(|| shut.into_iter().next());
    let faults = match (any, worst) {
        (Some(Tri::Yes(proof)), None) if gaps.is_empty() => return passes(proof.sentence()),
        (Some(Tri::Yes(proof)), Some(worst)) if gaps.is_empty() && !denied(&worst) => return passes(proof.sentence()),
        (_, None) if gaps.is_empty() => {
            return passes(open.first().map(|(_, proof)| proof.sentence()).unwrap_or_default());
        }
        // The literal verb ANY may cover what no single verb's grant does.
        (Some(Tri::Unknown(more)), Some(worst)) if !denied(&worst) => {
            gaps.extend(more);
            None
        }
        (_, worst) => worst,
    };
    let whole = open.is_empty() && gaps.is_empty() && every_value;
    let verbs: Vec<&str> = open.iter().map(|(verb, _)| &**verb).collect();
    let fault = faults.map(|proof| denial(&proof, call, function)).map(|fault| match whole {
        true => fault,
        false if verbs.is_empty() && !every_value => fault.when("the path is not one that the grant spells out"),
        false if verbs.is_empty() => fault.when("the verb is not covered"),
        false => fault.when(format!("the verb is not {}", verbs.join(" or "))),
    });
    Err(Stop::Not { faults: fault.into_iter().collect(), gaps })
}

fn denial(proof: &Proof, call: &Invocation<'_>, function: &Held<Function>) -> Fault {
    let reason = grant::reason(proof, call);
    let at = proof
        .pointer()
        .map(|pointer| Evidence::read(Place::of(&function.facts, format!("/Policy{pointer}")), proof.sentence()));
    let statement = proof.statement().map(|it| format!("{} {:?}", it.index, it.sid)).unwrap_or_default();
    let decided_by = format!("{} {statement}", call.api().id());
    let nothing = || Evidence::read(Place::of(&function.facts, "/Policy"), proof.sentence());
    fault(reason, call, function)
        .decided_by(decided_by)
        .because([at.unwrap_or_else(nothing), Evidence::read(call.place(Field::Uri), "this is what is called")])
}

/// Without a policy nobody may call. Often the grant stands on the bare function.
fn no_policy(call: &Invocation<'_>, called: &Ref, function: &Held<Function>, ctx: &Ctx<'_>) -> Result<Fault, Gap> {
    let facts = &function.facts;
    let uri = Evidence::read(call.place(Field::Uri), "this is what is called");
    let name = qualified(&facts.function_name, facts.qualifier.as_ref()).called();
    if let Some(bare) = called.bare_function() {
        let bare = ctx.graph.look_up::<Function>(&bare).ok().flatten();
        if let Some(bare) = bare.filter(|bare| bare.facts.policy.set().is_some()) {
            let says = format!("this grant does not cover {name}");
            let evidence = Evidence::read(Place::of(&bare.facts, "/Policy"), says);
            return Ok(fault(grant::WRONG_QUALIFIER, call, function).because([evidence, uri]));
        }
    }
    let proof = match call.serving.view {
        View::Planned => "no AWS::Lambda::Permission is for it",
        _ => "lambda:GetPolicy answered ResourceNotFoundException",
    };
    let missing = Evidence::missing(
        format!("{name} has no resource policy"),
        format!("{proof}; a grant on another alias or version does not count"),
    );
    Ok(fault(grant::NO_POLICY, call, function).because([uri, missing]))
}
