use super::trust::{undocumented_source, unused_name, with_gateway};
use super::{REFUSED, REFUSED_HTTP, REFUSED_REST, REFUSED_SOCKET};
use crate::analysis::iam::{self, Call, Caller, Context, Labelled, Proof};
use crate::capture::Held;
use crate::follow::{Ctx, Field, Invocation, PermissionHop};
use crate::graph::Link;
use crate::model::iam::{ManagedPolicy, Role};
use crate::model::lambda::Function;
use crate::model::policy::Policy;
use crate::model::refs::Arn;
use crate::model::{Evidence, Gap, Kind, Place, Ref, Seen, Subject, Text};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, all, judge};
use std::borrow::Cow;

pub(super) static RULE: Rule = Rule {
    id: "credentials-role-unusable",
    covers: &["R-G10", "R-D4", "V-A2", "V-A15"],
    check: Check::Permission(check),
    symptoms: &[NOT_ASSUMED, NOT_ASSUMED_SOCKET, REFUSED_REST, REFUSED_HTTP, REFUSED_SOCKET],
    needs: &[Kind::Role, Kind::ManagedPolicy, Kind::Function],
    page: include_str!("credentials_role_unusable.md"),
};

/// Where the role cannot even be assumed.
const UNUSABLE: &[Symptom] = &[NOT_ASSUMED, NOT_ASSUMED_SOCKET, REFUSED_HTTP];

const NOT_ASSUMED: Symptom = Symptom {
    log: "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role",
    ..REFUSED_REST
};

const NOT_ASSUMED_SOCKET: Symptom = Symptom { log: NOT_ASSUMED.log, ..REFUSED_SOCKET };

fn check(hop: &PermissionHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let call = hop.call;
    let named = call.role()?.ok_or(Stop::NotApplicable)?;
    let unreadable = || Gap::not_modelled(format!("credentials of the form {named}"));
    let arn = Arn::parse(named).ok_or_else(|| named.known().err().unwrap_or_else(unreadable))?;
    if arn.resource.strip_prefix("user/").is_some() {
        return Err(Gap::Runtime { what: "the caller's own permissions, which this integration uses".into() }.into());
    }
    let home = call.api().scope();
    let of = Ref::new(Kind::Role, arn.scope(home).global(), arn.text());
    let role = match ctx.graph.find::<Role>(&of) {
        Link::To(id) => ctx.graph.get(id),
        Link::Unknown(gap) => return Err(gap.into()),
        Link::Dangling { proof, .. } => return Err(gone(call, &arn, &proof).into()),
    };
    all([trusts(call, role), allows(call, role, ctx)])
}

fn gone(call: &Invocation<'_>, arn: &Arn, proof: &str) -> Fault {
    let name = arn.resource.lit().and_then(|it| it.rsplit('/').next()).unwrap_or("the role").to_owned();
    let subject = Subject { name: Some(name.clone()), ..Subject::named("role", arn.to_string(), call.api().scope()) };
    Fault::new("missing", subject, format!("the role {name} does not exist"))
        .looks_like(UNUSABLE)
        .because([
            Evidence::read(call.place(Field::Credentials), "API Gateway is to assume this role"),
            Evidence::missing(format!("{name} is gone"), proof),
        ])
        .help(format!("Create {name} again, or name a role that exists, and deploy."))
}

fn trusts(call: &Invocation<'_>, role: &Held<Role>) -> Verdict {
    let facts = &role.facts;
    let document = &facts.assume_role_policy_document;
    let absent = || Gap::not_readable(format!("the trust policy of {}", facts.role_name));
    let trust = document.known()?.ok_or_else(absent)?;
    let resource = Some(iam::Resource::Trust(Labelled { label: "the trust policy", document }));
    let account = call.api().scope().account.clone();
    let source = undocumented_source(&account);
    let assume = Call {
        principal: Caller::Service { name: "apigateway.amazonaws.com", account: account.clone() },
        action: "sts:AssumeRole".into(),
        resource: Text::from(&facts.arn),
        context: Context::apigateway_assuming(source, account),
    };
    let says = format!("API Gateway may not assume the role {}", facts.role_name);
    judge(
        iam::may(&iam::Policies { resource, ..Default::default() }, &assume),
        |proof| proof.sentence(),
        |proof| {
            let pointer = format!("/AssumeRolePolicyDocument{}", proof.pointer().unwrap_or_default());
            Fault::new("untrusted", Subject::of(facts, &role.scope), says)
            .looks_like(UNUSABLE)
            .decided_by(decided_by(&proof))
            .because([
                Evidence::read(Place::of(facts, pointer), proof.sentence()),
                Evidence::read(call.place(Field::Credentials), "API Gateway is to assume this role"),
            ])
            .help("Let the service apigateway.amazonaws.com do sts:AssumeRole in the role's trust policy, beside what it lets in already.")
            .cli(&["aws", "iam", "update-assume-role-policy", "--role-name", &facts.role_name.to_string(), "--policy-document", &with_gateway(trust)])
            .cloudformation("AWS::IAM::Role AssumeRolePolicyDocument")
            .terraform("aws_iam_role.assume_role_policy")
        },
    )
}

/// Which action another AWS service's call needs is not judged yet; a function's is.
fn allows(call: &Invocation<'_>, role: &Held<Role>, ctx: &Ctx<'_>) -> Verdict {
    if let Some(service) = call.service() {
        let service = if service.is_empty() { "a service that the URI does not name" } else { &service };
        return Err(Gap::not_modelled(format!("which permission a call to {service} needs")).into());
    }
    let function = call.function()?;
    let facts = &role.facts;
    let resource = Arn::new("lambda", &function.scope, Text::new("function:").join(&function.id)).text();
    let policies = ctx.graph.policies_of(role);
    let (arn, account) = (Text::from(&facts.arn), role.scope.account.clone());
    let invoke = Call {
        principal: Caller::role(arn.clone(), account.clone()),
        action: "lambda:InvokeFunction".into(),
        resource: resource.clone(),
        context: Context::role(arn, account),
    };
    let says = format!("the role {} may not invoke {}", facts.role_name, function.id);
    let beside = functions_own(call, ctx)?;
    let within_account = function.scope.account == role.scope.account;
    let beside = iam::Resource::Policy(Labelled { label: "the function's resource policy", document: &beside });
    judge(
        policies.allow(within_account.then_some(beside), &invoke),
        |proof| proof.sentence(),
        |proof| {
            let reason = match &proof {
                Proof::ExplicitDeny { .. } => "explicit-deny",
                Proof::NotInBoundary { .. } => "boundary",
                _ => "no-permission",
            };
            let fault = Fault::new(reason, Subject::of(facts, &role.scope).with(function.id.to_string()), says)
                .looks_like(REFUSED)
                .decided_by(decided_by(&proof))
                .because(decided_at(&proof, role, ctx))
                .because([Evidence::read(call.place(Field::Credentials), "the call is made with this role")]);
            match reason {
                "explicit-deny" => fault.help("Nothing that is allowed outweighs a deny: remove the statement, or narrow it."),
                "boundary" => fault
                    .help(format!("Allow lambda:InvokeFunction on exactly {resource} in the permissions boundary too: what it leaves out, no policy of the role gives."))
                    .cloudformation("AWS::IAM::ManagedPolicy PolicyDocument")
                    .terraform("aws_iam_policy.policy"),
                _ => {
                    let statement = serde_json::json!({"Version": "2012-10-17", "Statement": [
                        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource.to_string()}]});
                    // Only a qualified name has a colon.
                    let why = match function.id.split_once(':') {
                        Some(_) => ": a statement on the bare function does not cover an alias or version.",
                        None => ".",
                    };
                    fault
                        .help(format!("Allow lambda:InvokeFunction on exactly {resource}{why}"))
                        .cli(&["aws", "iam", "put-role-policy", "--role-name", &facts.role_name.to_string(), "--policy-name", &unused_name(facts),
                            "--policy-document", &statement.to_string()])
                        .cloudformation("AWS::IAM::Role Policies")
                        .terraform("aws_iam_role_policy")
                }
            }
        },
    )
}

fn decided_by(proof: &Proof) -> String {
    proof.statement().map(|it| format!("{} {}", it.policy, it.index)).unwrap_or_default()
}

/// Within one account a function's own policy can let a role in by name, or keep it out.
fn functions_own<'c>(call: &Invocation<'_>, ctx: &Ctx<'c>) -> Result<Cow<'c, Seen<Policy>>, Stop> {
    let function = ctx.graph.look_up::<Function>(call.function()?);
    Ok(match function {
        Ok(Some(held)) => Cow::Borrowed(&held.facts.policy),
        Ok(None) => Cow::Owned(Seen::Unset),
        Err(gap) => Cow::Owned(Seen::Unknown(gap)),
    })
}

/// The boundary that stops the call, and the statement that decides; where there is neither, the role.
fn decided_at(proof: &Proof, role: &Held<Role>, ctx: &Ctx<'_>) -> Vec<Evidence> {
    let (facts, says) = (&role.facts, proof.sentence());
    let own = |name: &str| facts.role_policy_list.set()?.iter().position(|own| *own.policy_name == *name);
    let managed = |name: &str| ctx.graph.managed_policy(role, name);
    let statement = proof.statement().zip(proof.pointer()).and_then(|(statement, pointer)| {
        let inline = |at| Place::of(facts, format!("/RolePolicyList/{at}/PolicyDocument{pointer}"));
        let attached = |held: &Held<ManagedPolicy>| Place::of(&held.facts, format!("/Document{pointer}"));
        own(&statement.policy).map(inline).or_else(|| managed(&statement.policy).map(attached))
    });
    if let Proof::NotInBoundary { .. } = proof {
        let boundary = Place::of(facts, "/PermissionsBoundary/PermissionsBoundaryArn");
        let allowed = statement.map(|place| Evidence::read(place, "the nearest that the boundary allows"));
        return [Evidence::read(boundary, says)].into_iter().chain(allowed).collect();
    }
    vec![Evidence::read(statement.unwrap_or_else(|| Place::of(facts, "/Arn")), says)]
}
