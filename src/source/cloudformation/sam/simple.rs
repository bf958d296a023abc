//! The resources that stand for one or few others: tables, layers, nested applications.

use super::function::tags;
use super::make::{Make, Props, node, put};
use super::rest::{s3, tag_list};
use super::{Resource, SamError, Stack, domain, hashed, websocket};
use crate::source::tree::Node;

/// An unknown type stays as it is.
pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    match &*resource.kind {
        "AWS::Serverless::SimpleTable" => table(stack, resource),
        "AWS::Serverless::LayerVersion" => layer(stack, resource),
        "AWS::Serverless::WebSocketApi" => websocket::transform(stack, resource)?,
        "AWS::Serverless::Application" => application(stack, resource),
        _ => {}
    }
    Ok(())
}

fn table(stack: &mut Stack<'_>, resource: &Resource) {
    let (at, properties) = (resource.at, &resource.properties);
    let key = properties.get("PrimaryKey");
    let part =
        |name: &str, default: &str| key.and_then(|key| key.get(name)).cloned().unwrap_or_else(|| default.make(at));
    let name = part("Name", "id");
    let kind = match key.and_then(|key| key.get("Type")).map(|kind| (kind, kind.as_text())) {
        None => "S".make(at),
        Some((kind, Some("String"))) => "S".make(kind.at),
        Some((kind, Some("Number"))) => "N".make(kind.at),
        Some((kind, Some("Binary"))) => "B".make(kind.at),
        Some((kind, _)) => kind.clone(),
    };
    let throughput = properties.get("ProvisionedThroughput");
    let made = Props::new(at)
        .with("AttributeDefinitions", node!(at; [{"AttributeName": (&name), "AttributeType": (kind)}]))
        .with("KeySchema", node!(at; [{"AttributeName": (&name), "KeyType": "HASH"}]))
        .maybe("BillingMode", throughput.is_none().then_some("PAY_PER_REQUEST"))
        .copy(
            properties,
            &["ProvisionedThroughput", "SSESpecification", "TableName", "PointInTimeRecoverySpecification"],
        )
        .maybe("Tags", properties.get("Tags").map(tag_list));
    stack.made.add(&resource.id, resource.main("AWS::DynamoDB::Table", made));
}

/// The layer's logical id changes with its content; `Ref` of the old one means the new one.
fn layer(stack: &mut Stack<'_>, resource: &Resource) {
    let (at, properties) = (resource.at, &resource.properties);
    let id = hashed(&resource.id, &domain::words(properties));
    let content = properties.get("ContentUri").and_then(|uri| s3(uri).ok()).map(|location| {
        Props::new(location.at)
            .rename(&location, "Bucket", "S3Bucket")
            .rename(&location, "Key", "S3Key")
            .rename(&location, "Version", "S3ObjectVersion")
            .node()
    });
    let name = properties.get("LayerName").cloned().unwrap_or_else(|| (&resource.id).make(at));
    let made = Props::new(at)
        .maybe("Content", content)
        .with("LayerName", name)
        .copy(properties, &["Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]);
    let kept = match properties.get("RetentionPolicy").and_then(Node::as_text) {
        Some(policy) if policy.eq_ignore_ascii_case("delete") => "Delete",
        _ => "Retain",
    };
    let mut made = resource.main("AWS::Lambda::LayerVersion", made);
    put(&mut made, "DeletionPolicy", kept.make(at));
    stack.made.rename(&resource.id, &id, made);
    stack.names.insert((resource.id.clone(), ""), id);
}

fn application(stack: &mut Stack<'_>, resource: &Resource) {
    let (at, properties) = (resource.at, &resource.properties);
    let made = Props::new(at)
        .rename(properties, "Location", "TemplateURL")
        .copy(properties, &["Parameters", "NotificationARNs", "TimeoutInMinutes"])
        .maybe("Tags", tags(properties, "lambda:createdBy"));
    // An application of the repository is no template that has a URL.
    if properties.get("Location").is_some_and(|location| location.as_text().is_some()) {
        stack.made.add(&resource.id, resource.main("AWS::CloudFormation::Stack", made));
    }
}
