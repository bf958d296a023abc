//! `AWS::Serverless::StateMachine`: the state machine, its role, and the events that start it.

use super::event::{self, Event, rest_operation};
use super::function::tags;
use super::make::{Props, attribute, is_true, node, only_if, reference};
use super::policies::Policies;
use super::rest::s3;
use super::role::{role, starter};
use super::{Resource, SamError, Stack};
use crate::source::tree::Is;

pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    let properties = &resource.properties;
    let role_id = format!("{}Role", resource.id);
    let given = properties.get("Role").filter(|role| !matches!(role.is, Is::Null));
    let tags = tags(properties, "stateMachine:createdBy");
    if given.is_none() {
        let mut policies = Policies::default();
        let traced = properties.get("Tracing").filter(|tracing| is_true(tracing.get("Enabled")));
        if let Some(tracing) = traced {
            policies.manage(tracing.at, "AWSXrayWriteOnlyAccess");
        }
        if let Some(written) = properties.get("Policies") {
            policies.read(written, &role_id)?;
        }
        stack.made.add(&role_id, role(resource, "states.amazonaws.com", policies, tags.clone()));
    }
    for event in &event::all(resource)? {
        start(stack, resource, event)?;
    }
    let location = properties.get("DefinitionUri").and_then(|uri| s3(uri).ok());
    let made = Props::new(resource.at)
        .with("RoleArn", given.cloned().unwrap_or_else(|| attribute(resource.at, &role_id, "Arn")))
        .rename(properties, "Name", "StateMachineName")
        .rename(properties, "Type", "StateMachineType")
        .rename(properties, "Logging", "LoggingConfiguration")
        .rename(properties, "Tracing", "TracingConfiguration")
        .rename(properties, "Definition", "Definition")
        .copy(properties, &["DefinitionSubstitutions", "EncryptionConfiguration"])
        .maybe("DefinitionS3Location", location)
        .maybe("Tags", tags);
    stack.made.add(&resource.id, resource.main("AWS::StepFunctions::StateMachine", made));
    Ok(())
}

fn start(stack: &mut Stack<'_>, resource: &Resource, event: &Event<'_>) -> Result<(), SamError> {
    let (at, id) = (event.at, format!("{}{}", resource.id, event.id));
    let role_id = format!("{id}Role");
    let machine = || reference(at, &resource.id);
    match event.kind {
        "Api" => {
            let role = starter(resource, at, &role_id, "apigateway.amazonaws.com", "states:StartExecution", machine());
            stack.made.add(&role_id, role);
            api(stack, resource, event, &role_id)
        }
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let target = Props::new(at)
                .with("Arn", machine())
                .with("Id", format!("{id}StepFunctionsTarget"))
                .with("RoleArn", attribute(at, &role_id, "Arn"))
                .copy(&event.properties, &["Input", "InputPath", "InputTransformer", "RetryPolicy"]);
            stack.made.add(&id, resource.make(at, "AWS::Events::Rule", event::rule(event, target)));
            let role = starter(resource, at, &role_id, "events.amazonaws.com", "states:StartExecution", machine());
            stack.made.add(&role_id, role);
            Ok(())
        }
        "ScheduleV2" => Ok(()),
        _ => Err(SamError::new(event.kind_at, format!("a state machine has no event of type {}", event.kind))
            .help("its types are Api, Schedule, ScheduleV2, CloudWatchEvent and EventBridgeRule")),
    }
}

fn api(stack: &mut Stack<'_>, resource: &Resource, event: &Event<'_>, role: &str) -> Result<(), SamError> {
    let at = event.at;
    let (_, _) = (event.text("Path")?, event.text("Method")?);
    let id = event.properties.get("RestApiId").cloned();
    let id = id.ok_or_else(|| SamError::new(at, "the event names no RestApiId"))?;
    let input = match is_true(event.properties.get("UnescapeMappingTemplate")) {
        true => r#"$util.escapeJavaScript($input.json('$')).replaceAll(\"\\'\",\"'\")"#.replace("\\\"", "\""),
        false => "$util.escapeJavaScript($input.json('$'))".to_owned(),
    };
    let template = format!("{{\"input\": \"{input}\", \"stateMachineArn\": \"${{{}}}\"}}", resource.id);
    let uri = node!(at; {"Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"});
    let answers = |key: &str| match key {
        "statusCode" => node!(at; {"200": {"statusCode": "200"}, "400": {"statusCode": "400"}}),
        _ => node!(at; {"200": {"description": "OK"}, "400": {"description": "Bad Request"}}),
    };
    let integration = Props::new(at)
        .with("type", "aws")
        .with("httpMethod", "POST")
        .with("uri", only_if(resource.condition(), uri))
        .with("responses", answers("statusCode"))
        .with("credentials", attribute(at, role, "Arn"))
        .with("requestTemplates", node!(at; {"application/json": {"Fn::Sub": (template)}}));
    let made =
        Props::new(at).with("x-amazon-apigateway-integration", integration).with("responses", answers("description"));
    rest_operation(stack, resource, event, &id, made.node())
}
