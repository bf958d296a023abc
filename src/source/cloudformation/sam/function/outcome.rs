//! `EventInvokeConfig`: where asynchronous invocations end, and the queues and topics that SAM makes for it.

use super::super::make::{Props, attribute, child, node, put, reference};
use super::super::policies::Policies;
use super::super::{SamError, Stack};
use super::{Callee, tag_list};
use crate::source::tree::{Is, Node};

pub(super) fn configure(
    stack: &mut Stack<'_>,
    callee: &Callee<'_>,
    alias: Option<&str>,
    policies: &mut Policies,
) -> Result<(), SamError> {
    let resource = callee.resource;
    let Some(config) = resource.properties.get("EventInvokeConfig") else { return Ok(()) };
    let at = config.at;
    let id = format!("{}EventInvokeConfig", resource.id);
    let mut destinations = config.get("DestinationConfig").cloned();
    for side in ["OnSuccess", "OnFailure"] {
        let Some(destination) = destinations.as_mut().and_then(|all| child(all, side)) else { continue };
        let at = destination.at;
        let kind = destination.get("Type").and_then(Node::as_text).unwrap_or_default().to_owned();
        let (action, made) = match &*kind {
            "SQS" => ("sqs:SendMessage", Some(("Queue", "AWS::SQS::Queue"))),
            "SNS" => ("sns:Publish", Some(("Topic", "AWS::SNS::Topic"))),
            "Lambda" => ("lambda:InvokeFunction", None),
            "EventBridge" => ("events:PutEvents", None),
            "S3Bucket" => ("s3:PutObject", None),
            _ => {
                return Err(SamError::new(at, "a destination needs a Type")
                    .help("it is SQS, SNS, Lambda, EventBridge or S3Bucket"));
            }
        };
        let target = match (destination.get("Destination"), made) {
            (Some(target), _) => target.clone(),
            (None, Some((part, resource_kind))) => {
                let made_id = format!("{id}{side}{part}");
                let tags = resource.properties.get("Tags").map(tag_list).filter(|_| part == "Queue" || part == "Topic");
                let tags = tags.filter(|_| super::is_true(resource.properties.get("PropagateTags")));
                let made = resource.make(at, resource_kind, Props::new(at).maybe("Tags", tags));
                stack.made.add(&made_id, made);
                match part {
                    "Queue" => attribute(at, &made_id, "Arn"),
                    _ => reference(at, &made_id),
                }
            }
            (None, None) => return Err(SamError::new(at, format!("{side} of type {kind} needs a Destination"))),
        };
        policies.inline.push(node!(at; {
            "PolicyName": (format!("{id}{side}{kind}Policy")),
            "PolicyDocument": {"Statement": [{"Action": (action), "Resource": (&target), "Effect": "Allow"}]}
        }));
        if let Is::Map(members) = &mut destination.is {
            members.retain(|member| &*member.key != "Type");
        }
        put(destination, "Destination", target);
    }
    let qualifier = alias.unwrap_or("$LATEST");
    let made = Props::new(at)
        .with("FunctionName", reference(at, &resource.id))
        .with("Qualifier", qualifier)
        .copy(config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"])
        .maybe("DestinationConfig", destinations);
    let mut made = resource.make(at, "AWS::Lambda::EventInvokeConfig", made);
    if let Some(alias) = &callee.alias {
        put(&mut made, "DependsOn", node!(at; [(alias.as_str())]));
    }
    if let Some(metadata) = resource.attribute("Metadata") {
        put(&mut made, "Metadata", metadata.clone());
    }
    stack.made.add(&id, made);
    Ok(())
}
