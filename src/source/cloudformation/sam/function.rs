//! `AWS::Serverless::Function`: the function, its role, its version and alias, its URL, and its events.

pub(super) mod deployment;
mod outcome;

use super::make::{Make, Props, attribute, is_true, node, put, reference};
use super::policies::Policies;
use super::rest::{s3, tag_list};
use super::{Resource, SamError, Stack, domain, event, hashed, role};
use crate::source::tree::{Is, Node, Span};

/// What SAM itself reads; all else is Lambda's.
const OWN: [&str; 25] = [
    "CodeUri",
    "InlineCode",
    "ImageUri",
    "Role",
    "Policies",
    "PermissionsBoundary",
    "RolePath",
    "AssumeRolePolicyDocument",
    "Events",
    "DeadLetterQueue",
    "Tracing",
    "Tags",
    "PropagateTags",
    "AutoPublishAlias",
    "AutoPublishCodeSha256",
    "AutoPublishAliasAllProperties",
    "VersionDescription",
    "VersionDeletionPolicy",
    "DeploymentPreference",
    "ProvisionedConcurrencyConfig",
    "EventInvokeConfig",
    "FunctionUrlConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
    "SourceKMSKeyArn",
];

/// What events and permissions call the function by.
pub(super) struct Callee<'a> {
    pub(super) resource: &'a Resource,
    /// The logical id of the alias, if there is one.
    pub(super) alias: Option<String>,
}

impl Callee<'_> {
    /// `Ref` of the alias, which is its ARN, or of the function, which is its name.
    pub(super) fn name(&self, at: Span) -> Node {
        reference(at, self.alias.as_deref().unwrap_or(&self.resource.id))
    }

    /// The ARN as `Fn::Sub` writes it.
    pub(super) fn in_sub(&self) -> String {
        match &self.alias {
            Some(alias) => format!("${{{alias}}}"),
            None => format!("${{{}.Arn}}", self.resource.id),
        }
    }

    pub(super) fn arn(&self, at: Span) -> Node {
        match &self.alias {
            Some(alias) => reference(at, alias),
            None => attribute(at, &self.resource.id, "Arn"),
        }
    }
}

pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    let properties = &resource.properties;
    if properties.get("PackageType").is_none_or(|kind| kind.as_text() == Some("Zip")) {
        for key in ["Handler", "Runtime"] {
            if properties.get(key).is_none_or(|node| matches!(node.is, Is::Null)) {
                return Err(SamError::new(resource.at, format!("{} has no {key}", resource.id))
                    .help("a function of PackageType Zip needs a Handler and a Runtime"));
            }
        }
    }
    let alias = alias_name(stack, properties)?;
    let callee = Callee { resource, alias: alias.as_ref().map(|(name, _)| alias_id(resource, name)) };
    let mut policies = Policies::default();
    let tags = tags(properties, "lambda:createdBy");

    let role_id = format!("{}Role", resource.id);
    policies.manage(resource.at, "AWSLambdaBasicExecutionRole");
    if let Some(tracing) = properties.get("Tracing").filter(|tracing| tracing.as_text() != Some("Disabled")) {
        policies.manage(tracing.at, "AWSXrayWriteOnlyAccess");
    }
    if let Some(network) = properties.get("VpcConfig") {
        policies.manage(network.at, "AWSLambdaVPCAccessExecutionRole");
    }
    if let Some(written) = properties.get("Policies") {
        policies.read(written, &role_id)?;
    }
    if let Some(queue) = properties.get("DeadLetterQueue") {
        policies.inline.push(dead_letters(queue)?);
    }
    let version = alias.as_ref().map(|(name, at)| publish(stack, resource, name, *at));
    outcome::configure(stack, &callee, alias.as_ref().map(|(name, _)| &**name), &mut policies)?;
    if let Some(config) = properties.get("FunctionUrlConfig") {
        url(stack, &callee, config);
    }
    event::function(stack, &callee, &mut policies)?;
    let given = properties.get("Role").filter(|role| !matches!(role.is, Is::Null));
    let role = match given {
        Some(role) => role.clone(),
        None => attribute(resource.at, &role_id, "Arn"),
    };
    if given.is_none() {
        stack.made.add(&role_id, role::role(resource, "lambda.amazonaws.com", policies, tags.clone()));
    }
    let mut made = Props::new(resource.at).maybe("Code", code(properties)?).with("Role", role);
    for member in properties.as_map().unwrap_or_default().iter().filter(|member| !OWN.contains(&&*member.key)) {
        made = made.copy(properties, &[&member.key]);
    }
    if let Some(tracing) = properties.get("Tracing") {
        made = made.with("TracingConfig", node!(tracing.at; {"Mode": (tracing)}));
    }
    if let Some(target) = properties.get("DeadLetterQueue").and_then(|queue| queue.get("TargetArn")) {
        made = made.with("DeadLetterConfig", node!(target.at; {"TargetArn": (target)}));
    }
    let made = made.maybe("Tags", tags);
    stack.made.add(&resource.id, resource.main("AWS::Lambda::Function", made));
    if let (Some(alias), Some(version)) = (&callee.alias, version) {
        stack.names.insert((resource.id.clone(), "Alias"), alias.clone());
        stack.names.insert((resource.id.clone(), "Version"), version);
    }
    deployment::prefer(stack, &callee)
}

/// The name of `AutoPublishAlias`, which may be a parameter's.
fn alias_name(stack: &Stack<'_>, properties: &Node) -> Result<Option<(String, Span)>, SamError> {
    let Some(node) = properties.get("AutoPublishAlias").filter(|node| !matches!(node.is, Is::Null)) else {
        return Ok(None);
    };
    match &stack.resolve(node).is {
        Is::Text(name) | Is::Number(name) => Ok(Some((name.to_string(), node.at))),
        _ => Err(SamError::new(node.at, "AutoPublishAlias is not known")
            .help("it is a text, or a Ref to a parameter with a Default")),
    }
}

fn alias_id(resource: &Resource, alias: &str) -> String {
    format!("{}Alias{}", resource.id, alias.replace('-', "D").replace('_', "U"))
}

fn code(properties: &Node) -> Result<Option<Node>, SamError> {
    if let Some(inline) = properties.get("InlineCode") {
        return Ok(Some(node!(inline.at; {"ZipFile": (inline)})));
    }
    if let Some(image) = properties.get("ImageUri") {
        return Ok(Some(node!(image.at; {"ImageUri": (image)})));
    }
    // A folder or file of this machine is no code yet.
    let Some(uri) = properties.get("CodeUri") else { return Ok(None) };
    if uri.as_text().is_some_and(|text| !text.starts_with("s3://")) {
        return Ok(None);
    }
    let location = s3(uri)?;
    Ok(Some(
        Props::new(uri.at)
            .rename(&location, "Bucket", "S3Bucket")
            .rename(&location, "Key", "S3Key")
            .rename(&location, "Version", "S3ObjectVersion")
            .node(),
    ))
}

/// The tags that the person wrote after the one that SAM adds.
pub(super) fn tags(properties: &Node, key: &str) -> Option<Node> {
    let at = properties.at;
    let mut tags = vec![node!(at; {"Key": (key), "Value": "SAM"})];
    if let Some(Node { is: Is::List(own), .. }) = properties.get("Tags").map(tag_list) {
        // SAM forgets its own tag where it hands on others.
        if is_true(properties.get("PropagateTags")) {
            tags.clear();
        }
        tags.extend(own);
    }
    Some(Node::list(at, tags))
}

fn dead_letters(queue: &Node) -> Result<Node, SamError> {
    let at = queue.at;
    let action = match queue.get("Type").and_then(Node::as_text) {
        Some("SQS") => "sqs:SendMessage",
        Some("SNS") => "sns:Publish",
        _ => return Err(SamError::new(at, "DeadLetterQueue needs a Type, SQS or SNS")),
    };
    let target = queue.get("TargetArn").ok_or_else(|| SamError::new(at, "DeadLetterQueue needs a TargetArn"))?;
    Ok(node!(at; {
        "PolicyName": "DeadLetterQueuePolicy",
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": (action), "Resource": (target), "Effect": "Allow"}]
        }
    }))
}

/// The version and the alias; the version's logical id.
fn publish(stack: &mut Stack<'_>, resource: &Resource, alias: &str, at: Span) -> String {
    let properties = &resource.properties;
    let code = ["CodeUri", "InlineCode", "ImageUri"].iter().find_map(|key| properties.get(key));
    let version = hashed(&format!("{}Version", resource.id), &code.map(domain::words).unwrap_or_default());
    let made = Props::new(at).with("FunctionName", reference(at, &resource.id)).rename(
        properties,
        "VersionDescription",
        "Description",
    );
    let mut made = resource.make(at, "AWS::Lambda::Version", made);
    let kept = properties.get("VersionDeletionPolicy").cloned().unwrap_or_else(|| "Retain".make(at));
    put(&mut made, "DeletionPolicy", kept);
    stack.made.add(&version, made);
    let made = Props::new(at)
        .with("Name", alias)
        .with("FunctionName", reference(at, &resource.id))
        .with("FunctionVersion", attribute(at, &version, "Version"))
        .copy(properties, &["ProvisionedConcurrencyConfig"]);
    stack.made.add(&alias_id(resource, alias), resource.make(at, "AWS::Lambda::Alias", made));
    version
}

fn url(stack: &mut Stack<'_>, callee: &Callee<'_>, config: &Node) {
    let (at, resource) = (config.at, callee.resource);
    let made =
        Props::new(at).with("TargetFunctionArn", callee.name(at)).copy(config, &["AuthType", "Cors", "InvokeMode"]);
    stack.made.add(&format!("{}Url", resource.id), resource.make(at, "AWS::Lambda::Url", made));
    if config.get("AuthType").and_then(Node::as_text) != Some("NONE") {
        return;
    }
    let open = |action: &str| {
        Props::new(at).with("Action", action).with("FunctionName", callee.name(at)).with("Principal", "*")
    };
    let called = open("lambda:InvokeFunctionUrl").with("FunctionUrlAuthType", "NONE");
    stack
        .made
        .add(&format!("{}UrlPublicPermissions", resource.id), resource.make(at, "AWS::Lambda::Permission", called));
    let invoked = open("lambda:InvokeFunction").with("InvokedViaFunctionUrl", true);
    stack.made.add(
        &format!("{}URLInvokeAllowPublicAccess", resource.id),
        resource.make(at, "AWS::Lambda::Permission", invoked),
    );
}

/// Whether a switch is on, or not known.
pub(super) fn not_off(node: Option<&Node>) -> bool {
    node.is_none_or(|node| is_true(Some(node)) || !matches!(node.is, Is::Bool(false)))
}
