use crate::follow::{BackendHop, Ctx, Field, Share};
use crate::graph::Link;
use crate::model::lambda::Function;
use crate::model::refs::Arn;
use crate::model::unit::Protocol;
use crate::model::{Evidence, Kind, Ref, Subject, Text};
use crate::rule::{Check, Rule, Symptom};
use crate::verdict::{Fault, Stop, Verdict, all, passes};

pub(super) static RULE: Rule = Rule {
    id: "lambda-target-missing",
    covers: &["R-G4", "V-A3"],
    check: Check::Backend(check),
    symptoms: &[
        Symptom {
            of: &[Protocol::Rest],
            status: "500",
            body: r#"{"message": "Internal server error"}"#,
            log: "Execution failed due to configuration error: Invalid permissions on Lambda function",
        },
        Symptom { of: &[Protocol::Http], status: "5xx", body: r#"{"message":"Internal Server Error"}"#, log: "" },
        Symptom {
            of: &[Protocol::WebSocket],
            status: "handshake 500",
            body: "",
            log: "Execution failed due to configuration error: Invalid permissions on Lambda function",
        },
    ],
    needs: &[Kind::Function],
    page: include_str!("lambda_target_missing.md"),
};

fn check(hop: &BackendHop<'_>, ctx: &Ctx<'_>) -> Verdict {
    let called = hop.call.function()?;
    match ctx.graph.find::<Function>(called) {
        // A name that is not known to its end cannot be proven absent.
        Link::Dangling { proof, .. } => {
            Err(called.gap().map_or_else(|| missing(hop, ctx, called, proof).into(), Stop::from))
        }
        Link::Unknown(gap) => Err(gap.into()),
        Link::To(_) => all(hop.call.shares(ctx)?.iter().map(version)),
    }
}

fn missing(hop: &BackendHop<'_>, ctx: &Ctx<'_>, called: &Ref, proof: String) -> Fault {
    let id = called.id.to_string();
    let whole = |name: &str| Ref::new(Kind::Function, called.scope.clone(), name);
    let says = match id.split_once(':') {
        Some((name, qualifier)) if matches!(ctx.graph.find::<Function>(&whole(name)), Link::To(_)) => {
            format!("{name} has no version or alias {qualifier}")
        }
        _ => format!("the Lambda function {id} does not exist"),
    };
    Fault::new("missing", subject(called), says)
        .because([
            Evidence::read(hop.call.place(Field::Uri), format!("calls {id}")),
            Evidence::missing(format!("{id} is gone"), proof),
        ])
        .help(
            "Create it again, or name one that exists. What is created anew has no resource policy: grant API Gateway \
             lambda:InvokeFunction on it too, or the log goes on saying the same.",
        )
        .cloudformation(if id.contains(':') { "AWS::Lambda::Alias Name" } else { "AWS::Lambda::Function FunctionName" })
        .terraform(if id.contains(':') { "aws_lambda_alias.name" } else { "aws_lambda_function.function_name" })
}

fn version(share: &Share) -> Verdict {
    let id = &share.function.id;
    match &share.link {
        Link::To(_) => passes(format!("{id} exists")),
        Link::Unknown(gap) => Err(gap.clone().into()),
        Link::Dangling { proof, .. } => {
            let says = format!("calls go to {id}, which does not exist");
            let fault = Fault::new("version-missing", subject(&share.function), says)
                .because([Evidence::missing(format!("{id} is gone"), proof)])
                .help("Send the alias's whole traffic to its main version, or to versions that exist.")
                .cloudformation("AWS::Lambda::Alias RoutingConfig")
                .terraform("aws_lambda_alias.routing_config");
            Err(share.blamed(fault).into())
        }
    }
}

/// It is gone, so only its name is left of it.
fn subject(of: &Ref) -> Subject {
    let arn = Arn::new("lambda", &of.scope, Text::new("function:").join(&of.id));
    Subject { id: arn.to_string(), ..Subject::named("Lambda function", of.id.to_string(), &of.scope) }
}
