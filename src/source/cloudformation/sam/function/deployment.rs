//! `DeploymentPreference`: how CodeDeploy moves the traffic of an alias.

use super::super::make::{Props, attribute, is_intrinsic, items, node, put, reference};
use super::super::role::trust;
use super::super::{SamError, Stack};
use super::{Callee, not_off};
use crate::source::tree::{Node, Span};

/// What all preferences share.
#[derive(Default)]
pub(in super::super) struct Deployments {
    application: Option<Span>,
    role: Option<Span>,
}

const APPLICATION: &str = "ServerlessDeploymentApplication";
const ROLE: &str = "CodeDeployServiceRole";

pub(super) fn prefer(stack: &mut Stack<'_>, callee: &Callee<'_>) -> Result<(), SamError> {
    let resource = callee.resource;
    let Some(preference) = resource.properties.get("DeploymentPreference") else { return Ok(()) };
    if preference.as_map().is_none() {
        return Err(SamError::kind(preference.at, "DeploymentPreference", "an object"));
    }
    if !not_off(preference.get("Enabled").map(|enabled| stack.resolve(enabled))) {
        return Ok(());
    }
    let at = preference.at;
    let Some(alias) = &callee.alias else {
        return Err(SamError::new(at, "DeploymentPreference needs an AutoPublishAlias"));
    };
    let kind = preference.get("Type").ok_or_else(|| SamError::new(at, "DeploymentPreference has no Type"))?;
    stack.deployments.application.get_or_insert(at);
    let role = preference.get("Role").cloned().unwrap_or_else(|| {
        stack.deployments.role.get_or_insert(at);
        attribute(at, ROLE, "Arn")
    });
    let kind = match kind.as_text() {
        Some(name) if AWS_OWN.iter().any(|own| name.starts_with(own)) => {
            node!(kind.at; {"Fn::Sub": ["CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": (name)}]})
        }
        _ => kind.clone(),
    };
    let alarms = preference.get("Alarms").map(|alarms| match is_intrinsic(alarms) {
        true => alarms.clone(),
        false => {
            let named = items(alarms).iter().map(|alarm| node!(alarm.at; {"Name": (alarm)}));
            Node::list(alarms.at, named.collect::<Vec<_>>())
        }
    });
    let group = format!("{}DeploymentGroup", resource.id);
    let made = Props::new(at)
        .with("ApplicationName", reference(at, APPLICATION))
        .maybe("AlarmConfiguration", alarms.map(|alarms| node!(at; {"Enabled": true, "Alarms": (alarms)})))
        .with(
            "AutoRollbackConfiguration",
            node!(at; {
                "Enabled": true,
                "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
            }),
        )
        .with("DeploymentConfigName", kind)
        .with(
            "DeploymentStyle",
            node!(at; {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}),
        )
        .with("ServiceRoleArn", role)
        .maybe("TriggerConfigurations", preference.get("TriggerConfigurations").filter(|list| !items(list).is_empty()));
    let made = Props::new(at).with("Type", "AWS::CodeDeploy::DeploymentGroup").with("Properties", made).node();
    stack.made.add(&group, made);
    let hooks = preference.get("Hooks");
    let hook = |key| hooks.and_then(|hooks| hooks.get(key));
    let update = Props::new(at)
        .with("ApplicationName", reference(at, APPLICATION))
        .with("DeploymentGroupName", reference(at, &group))
        .maybe("BeforeAllowTrafficHook", hook("PreTraffic"))
        .maybe("AfterAllowTrafficHook", hook("PostTraffic"));
    if let Some(made) = stack.made.get_mut(alias) {
        put(made, "UpdatePolicy", node!(at; {"CodeDeployLambdaAliasUpdate": (update)}));
    }
    Ok(())
}

const AWS_OWN: [&str; 3] = ["AllAtOnce", "Canary10Percent", "Linear10PercentEvery"];

pub(in super::super) fn finish(stack: &mut Stack<'_>) {
    if let Some(at) = stack.deployments.application {
        let application =
            node!(at; {"Type": "AWS::CodeDeploy::Application", "Properties": {"ComputePlatform": "Lambda"}});
        stack.made.add(APPLICATION, application);
    }
    if let Some(at) = stack.deployments.role {
        let role = node!(at; {"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": (trust(at, "codedeploy.amazonaws.com")),
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"]
        }});
        stack.made.add(ROLE, role);
    }
}
