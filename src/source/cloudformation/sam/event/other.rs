//! Events that do not come through an API: what they make beside the function's permissions.

use super::super::function::Callee;
use super::super::make::{
    Make, Props, append, attribute, child, extend, is_intrinsic, node, put, reference, referred, within,
};
use super::super::policies::Policies;
use super::super::role::trust;
use super::super::{SamError, Stack};
use super::{Event, permission, unknown};
use crate::source::tree::{Is, Node};

/// Sources that Lambda polls: the policy that the role needs, and the property with the source's ARN.
const POLLED: [(&str, Option<&str>, &str); 7] = [
    ("SQS", Some("AWSLambdaSQSQueueExecutionRole"), "Queue"),
    ("Kinesis", Some("AWSLambdaKinesisExecutionRole"), "Stream"),
    ("DynamoDB", Some("AWSLambdaDynamoDBExecutionRole"), "Stream"),
    ("MSK", Some("AWSLambdaMSKExecutionRole"), "Stream"),
    ("MQ", None, "Broker"),
    ("DocumentDB", None, "Cluster"),
    ("SelfManagedKafka", None, ""),
];

pub(super) fn event(
    stack: &mut Stack<'_>,
    callee: &Callee<'_>,
    event: &Event<'_>,
    policies: &mut Policies,
) -> Result<(), SamError> {
    if let Some((_, policy, source)) = POLLED.iter().find(|(kind, ..)| *kind == event.kind) {
        if let Some(policy) = policy {
            policies.manage(event.at, policy);
        }
        return poll(stack, callee, event, source);
    }
    let (at, resource, id) = (event.at, callee.resource, format!("{}{}", callee.resource.id, event.id));
    match event.kind {
        "S3" => bucket(stack, callee, event),
        // Its queue, policy and subscription are no hop of a request through an API.
        "SNS" if event.properties.get("SqsSubscription").is_some_and(|it| !matches!(it.is, Is::Bool(false))) => Ok(()),
        "SNS" => {
            let topic = required(event, "Topic")?.clone();
            let made = Props::new(at)
                .with("Endpoint", callee.arn(at))
                .with("Protocol", "lambda")
                .with("TopicArn", &topic)
                .copy(&event.properties, &["FilterPolicy", "FilterPolicyScope", "Region", "RedrivePolicy"]);
            stack.made.add(&id, resource.make(at, "AWS::SNS::Subscription", made));
            permit(stack, callee, event, "sns.amazonaws.com", Some(topic));
            Ok(())
        }
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let target = Props::new(at)
                .with("Arn", callee.arn(at))
                .with("Id", format!("{id}LambdaTarget"))
                .copy(&event.properties, &["Input", "InputPath", "InputTransformer", "RetryPolicy"]);
            let made = rule(event, target);
            stack.made.add(&id, resource.make(at, "AWS::Events::Rule", made));
            permit(stack, callee, event, "events.amazonaws.com", Some(attribute(at, &id, "Arn")));
            Ok(())
        }
        "CloudWatchLogs" => {
            let group = required(event, "LogGroupName")?;
            let made = Props::new(at)
                .with("DestinationArn", callee.arn(at))
                .copy(&event.properties, &["FilterPattern", "LogGroupName"]);
            let mut made = resource.make(at, "AWS::Logs::SubscriptionFilter", made);
            put(&mut made, "DependsOn", node!(at; [(format!("{id}Permission"))]));
            let source = node!(at; {"Fn::Sub": [
                "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*",
                {"__LogGroupName__": (group)}
            ]});
            stack.made.add(&id, made);
            permit(stack, callee, event, "logs.amazonaws.com", Some(source));
            Ok(())
        }
        "IoTRule" => {
            let payload = Props::new(at)
                .with("RuleDisabled", false)
                .with("Actions", node!(at; [{"Lambda": {"FunctionArn": (callee.arn(at))}}]))
                .rename(&event.properties, "Sql", "Sql")
                .rename(&event.properties, "AwsIotSqlVersion", "AwsIotSqlVersion");
            let made = Props::new(at).with("TopicRulePayload", payload);
            stack.made.add(&id, resource.make(at, "AWS::IoT::TopicRule", made));
            let source = node!(at; {"Fn::Sub": [
                "arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}",
                {"RuleName": {"Ref": (id.as_str())}}
            ]});
            let mut made = permission(callee, event, "iot.amazonaws.com", Some(source));
            let account = node!(at; {"Fn::Sub": "${AWS::AccountId}"});
            within(&mut made, &["Properties"], at, |made| put(made, "SourceAccount", account));
            stack.made.add(&format!("{id}Permission"), made);
            Ok(())
        }
        "AlexaSkill" => {
            let mut made = permission(callee, event, "alexa-appkit.amazon.com", None);
            if let Some(skill) = event.properties.get("SkillId") {
                within(&mut made, &["Properties"], at, |made| put(made, "EventSourceToken", skill.clone()));
            }
            stack.made.add(&format!("{id}Permission"), made);
            Ok(())
        }
        "Cognito" => {
            let pool = required(event, "UserPool")?;
            let source = referred(pool).map(|pool| attribute(at, pool, "Arn"));
            stack.made.add(
                &format!("{}CognitoPermission", resource.id),
                permission(callee, event, "cognito-idp.amazonaws.com", source),
            );
            let triggers = super::list(event.properties.get("Trigger"));
            let pool = referred(pool).and_then(|pool| stack.made.get_mut(pool));
            if let Some(pool) = pool.filter(|pool| pool.as_map().is_some()) {
                let arn = |trigger: &Node| Some((trigger.as_text()?.into(), callee.arn(at)));
                let made = triggers.iter().filter_map(arn).collect::<Vec<_>>();
                within(pool, &["Properties", "LambdaConfig"], at, |config| extend(config, made));
            }
            Ok(())
        }
        "ScheduleV2" => {
            schedule(stack, callee, event);
            Ok(())
        }
        _ => Err(unknown(event)),
    }
}

/// A schedule of EventBridge Scheduler, and the role it needs.
fn schedule(stack: &mut Stack<'_>, callee: &Callee<'_>, event: &Event<'_>) {
    let (at, properties, id) = (event.at, &event.properties, format!("{}{}", callee.resource.id, event.id));
    let role = properties.get("RoleArn").cloned().unwrap_or_else(|| attribute(at, &format!("{id}Role"), "Arn"));
    if properties.get("RoleArn").is_none() {
        let made = Props::new(at)
            .with("AssumeRolePolicyDocument", trust(at, "scheduler.amazonaws.com"))
            .with(
                "Policies",
                node!(at; [{
                    "PolicyName": (format!("{id}LambdaPolicy")),
                    "PolicyDocument": {"Statement": [{
                        "Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": (callee.arn(at))
                    }]}
                }]),
            )
            .rename(properties, "PermissionsBoundary", "PermissionsBoundary");
        stack.made.add(&format!("{id}Role"), callee.resource.make(at, "AWS::IAM::Role", made));
    }
    let target = Props::new(at)
        .with("Arn", callee.arn(at))
        .with("RoleArn", role)
        .copy(properties, &["Input", "RetryPolicy", "DeadLetterConfig"]);
    let window = properties.get("FlexibleTimeWindow").cloned().unwrap_or_else(|| node!(at; {"Mode": "OFF"}));
    let name = properties.get("Name").cloned().unwrap_or_else(|| id.as_str().make(at));
    let made = Props::new(at)
        .copy(properties, &["ScheduleExpression", "ScheduleExpressionTimezone", "State", "StartDate", "EndDate"])
        .copy(properties, &["Description", "GroupName", "KmsKeyArn"])
        .with("FlexibleTimeWindow", window)
        .with("Name", name)
        .with("Target", target);
    stack.made.add(&id, callee.resource.make(at, "AWS::Scheduler::Schedule", made));
}

fn required<'e>(event: &'e Event<'_>, key: &str) -> Result<&'e Node, SamError> {
    event.properties.get(key).ok_or_else(|| SamError::new(event.at, format!("the event {} has no {key}", event.id)))
}

fn permit(stack: &mut Stack<'_>, callee: &Callee<'_>, event: &Event<'_>, principal: &str, source: Option<Node>) {
    let id = format!("{}{}Permission", callee.resource.id, event.id);
    stack.made.add(&id, permission(callee, event, principal, source));
}

/// A rule of EventBridge with one target.
pub(in super::super) fn rule(event: &Event<'_>, target: Props) -> Props {
    let properties = &event.properties;
    let state = properties.get("Enabled").map(|enabled| match enabled.is {
        Is::Bool(false) => "DISABLED".make(enabled.at),
        _ => "ENABLED".make(enabled.at),
    });
    let state = state.or_else(|| properties.get("State").cloned());
    Props::new(event.at)
        .rename(properties, "Schedule", "ScheduleExpression")
        .rename(properties, "Pattern", "EventPattern")
        .copy(properties, &["Name", "Description", "EventBusName"])
        .rename(properties, "RuleName", "Name")
        .maybe("State", state)
        .with("Targets", Node::list(event.at, [target.node()]))
}

fn poll(stack: &mut Stack<'_>, callee: &Callee<'_>, event: &Event<'_>, source: &str) -> Result<(), SamError> {
    let at = event.at;
    let arn = match source {
        "" => None,
        key => Some(required(event, key)?),
    };
    let mut made = Props::new(at).with("FunctionName", callee.name(at)).maybe("EventSourceArn", arn);
    for member in event.properties.as_map().unwrap_or_default().iter().filter(|member| *member.key != *source) {
        made = match &*member.key {
            "DatabaseName" | "CollectionName" | "FullDocument" => made,
            "KafkaBootstrapServers" => {
                let servers = node!(at; {"Endpoints": {"KafkaBootstrapServers": (&member.value)}});
                made.with("SelfManagedEventSource", servers)
            }
            key => made.copy(&event.properties, &[key]),
        };
    }
    let document = Props::new(at).copy(&event.properties, &["DatabaseName", "CollectionName", "FullDocument"]);
    if !document.is_empty() {
        made = made.with("DocumentDBEventSourceConfig", document);
    }
    let id = format!("{}{}", callee.resource.id, event.id);
    stack.made.add(&id, callee.resource.make(at, "AWS::Lambda::EventSourceMapping", made));
    Ok(())
}

/// The bucket of this template that notifies the function.
fn bucket(stack: &mut Stack<'_>, callee: &Callee<'_>, event: &Event<'_>) -> Result<(), SamError> {
    let at = event.at;
    let bucket = required(event, "Bucket")?;
    let wrong = || SamError::kind(bucket.at, "Bucket", "a Ref to a bucket of this template");
    let name = referred(bucket).ok_or_else(wrong)?;
    if stack.kinds.get(name).is_none_or(|kind| &**kind != "AWS::S3::Bucket") {
        return Err(wrong());
    }
    let id = format!("{}{}Permission", callee.resource.id, event.id);
    let mut made = permission(callee, event, "s3.amazonaws.com", None);
    within(&mut made, &["Properties"], at, |made| put(made, "SourceAccount", reference(at, "AWS::AccountId")));
    stack.made.add(&id, made);
    let Some(resource) = stack.made.get_mut(name) else { return Ok(()) };
    if let Some(after) = child(resource, "DependsOn")
        && after.as_text().is_some()
    {
        *after = Node::list(after.at, [after.clone()]);
    }
    append(resource, "DependsOn", id.make(at));
    let events = required(event, "Events")?;
    let events = if is_intrinsic(events) { std::slice::from_ref(events) } else { super::list(Some(events)) };
    for kind in events {
        let filter = event.properties.get("Filter");
        let made = Props::new(at).with("Event", kind).with("Function", callee.arn(at)).maybe("Filter", filter);
        within(resource, &["Properties", "NotificationConfiguration"], at, |place| {
            append(place, "LambdaConfigurations", made.node());
        });
    }
    Ok(())
}
