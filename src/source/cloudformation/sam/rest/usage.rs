//! `Auth.UsagePlan`: a usage plan with a key, of one API or shared by all that ask for it.

use super::super::make::{Make, Props, node, reference};
use super::super::{Resource, SamError, Stack};
use super::security::Auth;
use crate::source::tree::{Node, Span};

/// The shared plan while APIs join it.
#[derive(Default)]
pub(in super::super) struct Shared {
    /// Each API with its stage.
    members: Vec<(String, String)>,
    /// What the last of them says of it.
    plan: Option<Node>,
}

pub(super) fn plan(stack: &mut Stack<'_>, api: &Resource, auth: Auth<'_>, stage: &str) -> Result<(), SamError> {
    let Some(plan) = auth.get("UsagePlan") else { return Ok(()) };
    let kind = plan.get("CreateUsagePlan");
    let Some(kind) = kind else {
        return Err(SamError::new(plan.at, "UsagePlan has no CreateUsagePlan").help("it is NONE, PER_API or SHARED"));
    };
    let member = (api.id.to_string(), stage.to_owned());
    match kind.as_text() {
        Some("NONE") => {}
        // What a parameter says decides nothing that a request meets.
        None if kind.as_map().is_some() => {}
        Some("PER_API") => {
            for (id, resource) in resources(&api.id, plan, &[member]) {
                stack.made.add(&id, api.carry(resource));
            }
        }
        Some("SHARED") => {
            stack.shared.members.push(member);
            stack.shared.plan = Some(plan.clone());
        }
        _ => return Err(SamError::new(kind.at, "CreateUsagePlan has to be NONE, PER_API or SHARED")),
    }
    Ok(())
}

/// The shared plan, once all APIs are read.
pub(in super::super) fn shared(stack: &mut Stack<'_>) {
    let Shared { members, plan } = std::mem::take(&mut stack.shared);
    for (id, resource) in plan.iter().flat_map(|plan| resources("Serverless", plan, &members)) {
        stack.made.add(&id, resource);
    }
}

fn resources(prefix: &str, plan: &Node, members: &[(String, String)]) -> [(String, Node); 3] {
    let at = plan.at;
    let [plan_id, key_id, link_id] = ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|part| format!("{prefix}{part}"));
    let list = |f: &dyn Fn(&(String, String)) -> Node| Node::list(at, members.iter().map(f).collect::<Vec<_>>());
    let apis = list(&|(api, _)| api.as_str().make(at));
    let stages =
        list(&|(api, stage)| node!(at; {"ApiId": {"Ref": (api.as_str())}, "Stage": {"Ref": (stage.as_str())}}));
    let keys =
        list(&|(api, stage)| node!(at; {"RestApiId": {"Ref": (api.as_str())}, "StageName": {"Ref": (stage.as_str())}}));
    let properties = Props::new(at)
        .with("ApiStages", stages)
        .copy(plan, &["UsagePlanName", "Description", "Quota", "Throttle", "Tags"]);
    let made = |kind: &str, after: Node, properties: Node| node!(at; {"Type": (kind), "DependsOn": (after), "Properties": (properties)});
    let after = |at: Span, id: &str| node!(at; [(id)]);
    [
        (plan_id.clone(), made("AWS::ApiGateway::UsagePlan", apis, properties.node())),
        (
            key_id.clone(),
            made("AWS::ApiGateway::ApiKey", after(at, &plan_id), node!(at; {"Enabled": true, "StageKeys": (keys)})),
        ),
        (
            link_id,
            made(
                "AWS::ApiGateway::UsagePlanKey",
                after(at, &key_id),
                node!(at; {
                    "KeyId": (reference(at, &key_id)), "KeyType": "API_KEY", "UsagePlanId": (reference(at, &plan_id))
                }),
            ),
        ),
    ]
}
