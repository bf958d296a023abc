//! `AWS::Serverless::Connector`, and `Connectors` of any resource: what lets one resource use another, as a policy of a
//! role, a queue or a topic, or as a function's permission. A pair that SAM did not know in 1.115.0 stays as it is: what a
//! later SAM makes of it is not known.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html>. The order
//! in which CloudFormation then makes things (`DependsOn`) is SAM's only where the template wrote it.

mod end;
mod profiles;

use super::make::{Make, Props, child, items, node, put};
use super::{Resource, SamError, Stack};
use crate::source::tree::{Is, Member, Node, Span};
use end::End;
use profiles::{By, Profile, Statement};

pub(super) fn transform(stack: &mut Stack<'_>, resource: &Resource) -> Result<(), SamError> {
    let needed = |name: &str| {
        let missing = || SamError::new(resource.at, format!("the connector {} has no {name}", resource.id));
        resource.properties.get(name).ok_or_else(missing)
    };
    let (source, destination, permissions) = (needed("Source")?, needed("Destination")?, needed("Permissions")?);
    let permissions: Option<Vec<&str>> =
        permissions.as_list().filter(|all| !all.is_empty()).and_then(|all| all.iter().map(Node::as_text).collect());
    let permissions = permissions.ok_or_else(|| {
        SamError::kind(needed("Permissions").map_or(resource.at, |it| it.at), "Permissions", "a list of Read and Write")
    })?;
    let (mut made, mut unknown) = (Vec::new(), items(destination).is_empty());
    if unknown {
        return Err(SamError::new(destination.at, format!("the connector {} leads nowhere", resource.id)));
    }
    for (n, node) in items(destination).iter().enumerate() {
        let (from, to) = (End::read(stack, resource, source, node)?, End::read(stack, resource, node, source)?);
        let Some(profile) = profiles::between(&from.kind, &to.kind) else {
            unknown = true;
            continue;
        };
        let suffix = destination.as_list().map_or(String::new(), |_| format!("Destination{n}"));
        made.push(Pair { resource, profile, from, to }.connect(&permissions, &suffix)?);
    }
    let mut made = made.into_iter();
    if unknown {
        // Written inside another resource, it has no place of its own yet.
        stack.made.add(&resource.id, resource.main(&resource.kind, Props::of(&resource.properties)));
    } else {
        stack.connectors.insert(resource.id.clone(), made.as_slice().iter().map(|(id, _)| id.clone()).collect());
        if stack.made.get(&resource.id).is_some()
            && let Some((id, first)) = made.next()
        {
            stack.made.rename(&resource.id, &id, first);
        }
    }
    made.for_each(|(id, made)| stack.made.add(&id, made));
    Ok(())
}

/// Whoever waits for a connector waits for what it became.
pub(super) fn finish(stack: &mut Stack<'_>) {
    let connectors = std::mem::take(&mut stack.connectors);
    if connectors.is_empty() {
        return;
    }
    for resource in stack.made.members.iter_mut().map(|member| &mut member.value) {
        let Some(after) = child(resource, "DependsOn") else { continue };
        let became = |id: &Node| id.as_text().and_then(|id| connectors.get(id));
        if items(after).iter().any(|id| became(id).is_some()) {
            let (gone, mut kept): (Vec<Node>, Vec<Node>) =
                items(after).iter().cloned().partition(|id| became(id).is_some());
            for id in &gone {
                kept.extend(became(id).into_iter().flatten().map(|new| new.as_str().make(id.at)));
            }
            after.is = Is::List(kept);
        }
    }
}

/// A connector's source and one of its destinations.
struct Pair<'a> {
    resource: &'a Resource,
    profile: &'static Profile,
    from: End,
    to: End,
}

impl Pair<'_> {
    /// The resource that it makes, with its logical id.
    fn connect(&self, permissions: &[&str], suffix: &str) -> Result<(String, Node), SamError> {
        let (resource, at, profile) = (self.resource, self.resource.at, self.profile);
        let Pair { from, to, .. } = self;
        let pair = format!("from {} to {}", from.kind, to.kind);
        let known: Vec<&str> = profile.allows.iter().map(|(permission, _)| *permission).collect();
        if let Some(wrong) = permissions.iter().find(|permission| !known.contains(*permission)) {
            return Err(SamError::new(at, format!("a connector {pair} has no permission {wrong}"))
                .help(format!("it has {}", known.join(" and "))));
        }
        let alone = |(one, other): &&(&str, &str)| permissions.contains(one) && !permissions.contains(other);
        if let Some((one, other)) = profile.needs.iter().find(alone) {
            return Err(SamError::new(at, format!("a connector {pair} gives {one} only with {other}")));
        }
        let missing = |side: &str, what: &str| {
            SamError::new(at, format!("the connector {} does not say the {what} of its {side}", resource.id))
        };
        let (kind, name, made) = match profile.by {
            By::SourceRole | By::DestinationRole => {
                let (side, end) = match profile.by {
                    By::SourceRole => ("source", from),
                    _ => ("destination", to),
                };
                let role = end.role.as_ref().ok_or_else(|| missing(side, "role"))?;
                let mut statements = Vec::new();
                for (permission, allowed) in profile.allows {
                    for statement in *allowed {
                        let statement = self.statement(statement)?;
                        statements.extend(permissions.contains(permission).then_some(statement));
                    }
                }
                let made = policy(at, statements).with("Roles", node!(at; [(role)]));
                ("AWS::IAM::ManagedPolicy", "Policy", made)
            }
            By::QueuePolicy(service) => {
                let queue = to.url.as_ref().ok_or_else(|| missing("destination", "QueueUrl"))?;
                let made =
                    policy(at, vec![self.grant(service, "sqs:SendMessage")?]).with("Queues", node!(at; [(queue)]));
                ("AWS::SQS::QueuePolicy", "QueuePolicy", made)
            }
            By::TopicPolicy(service) => {
                let topic = self.fill("${DestinationArn}")?;
                let made = policy(at, vec![self.grant(service, "sns:Publish")?]).with("Topics", node!(at; [(topic)]));
                ("AWS::SNS::TopicPolicy", "TopicPolicy", made)
            }
            By::FunctionPermission(service, requests) => {
                let function = to.arn.clone().ok_or_else(|| missing("destination", "Arn"))?;
                // A bucket's ARN does not say whose it is.
                let account = (service == "s3").then(|| node!(at; {"Fn::Sub": "${AWS::AccountId}"}));
                let made = Props::new(at)
                    .with("Action", "lambda:InvokeFunction")
                    .with("FunctionName", function)
                    .with("Principal", format!("{service}.amazonaws.com"))
                    .with("SourceArn", self.fill(requests)?)
                    .maybe("SourceAccount", account);
                ("AWS::Lambda::Permission", "WriteLambdaPermission", made)
            }
        };
        let mut made = resource.make(at, kind, made);
        if let Some(after) = resource.attribute("DependsOn") {
            put(&mut made, "DependsOn", after.clone());
        }
        let mut metadata = resource.attribute("Metadata").cloned().unwrap_or_else(|| node!(at; {}));
        let ends =
            node!(at; {"Source": {"Type": (from.written.as_str())}, "Destination": {"Type": (to.written.as_str())}});
        put(&mut metadata, "aws:sam:connectors", node!(at; {(&*resource.id): (ends)}));
        put(&mut made, "Metadata", metadata);
        Ok((format!("{}{name}{suffix}", resource.id), made))
    }

    fn statement(&self, (actions, resources): &Statement) -> Result<Node, SamError> {
        let at = self.resource.at;
        let mut words = actions.split_ascii_whitespace();
        let service = words.next().unwrap_or_default();
        let actions: Vec<Node> = words.map(|action| format!("{service}:{action}").make(at)).collect();
        let resources = resources.iter().map(|text| self.fill(text)).collect::<Result<Vec<_>, _>>()?;
        Ok(node!(at; {
            "Effect": "Allow",
            "Action": (Node::list(at, actions)),
            "Resource": (Node::list(at, resources))
        }))
    }

    /// Lets a service that acts for the source use the destination.
    fn grant(&self, service: &str, action: &str) -> Result<Node, SamError> {
        let at = self.resource.at;
        let (source, destination) = (self.fill("${SourceArn}")?, self.fill("${DestinationArn}")?);
        Ok(node!(at; {
            "Effect": "Allow",
            "Principal": {"Service": (format!("{service}.amazonaws.com"))},
            "Resource": (destination),
            "Action": (action),
            "Condition": {"ArnEquals": {"aws:SourceArn": (source)}}
        }))
    }

    /// A text with what it names of the two ends.
    fn fill(&self, text: &str) -> Result<Node, SamError> {
        let at = self.resource.at;
        let mut own = Props::new(at);
        for (name, value) in self.from.values("Source").into_iter().chain(self.to.values("Destination")) {
            let variable = format!("${{{name}}}");
            if !text.contains(&variable) {
                continue;
            }
            let missing = || SamError::new(at, format!("the connector {} does not say its {name}", self.resource.id));
            let value = value.ok_or_else(missing)?;
            if text == variable {
                return Ok(value.clone());
            }
            own = own.with(&name, value);
        }
        Ok(if own.is_empty() { node!(at; {"Fn::Sub": (text)}) } else { node!(at; {"Fn::Sub": [(text), (own)]}) })
    }
}

fn policy(at: Span, statements: Vec<Node>) -> Props {
    let statements = Node::list(at, statements);
    Props::new(at).with("PolicyDocument", node!(at; {"Version": "2012-10-17", "Statement": (statements)}))
}

/// The connectors that a resource holds, as if they were written beside it.
pub(super) fn inside(resource: &Resource) -> Result<Vec<Resource>, SamError> {
    let Some(connectors) = resource.attribute("Connectors") else { return Ok(Vec::new()) };
    let members = connectors.as_map().ok_or_else(|| SamError::kind(connectors.at, "Connectors", "an object"))?;
    let each = |member: &Member| {
        let at = member.key_at;
        let written = member.value.get("Properties").filter(|properties| properties.as_map().is_some());
        let written =
            written.ok_or_else(|| SamError::kind(member.value.at, "Properties of a connector", "an object"))?;
        let mut source = node!(at; {"Id": (&resource.id)});
        if let Some(reference) = written.get("SourceReference") {
            let more = reference.as_map().filter(|_| reference.get("Id").is_none());
            let more = more.ok_or_else(|| SamError::kind(reference.at, "SourceReference", "an object without Id"))?;
            more.iter().for_each(|member| put(&mut source, &member.key, member.value.clone()));
        }
        let kept = written.as_map().unwrap_or_default().iter();
        let kept = kept.filter(|member| !matches!(&*member.key, "Source" | "SourceReference")).cloned().collect();
        let mut properties = Node::new(written.at, Is::Map(kept));
        put(&mut properties, "Source", source);
        let attributes = member.value.as_map().unwrap_or_default().iter();
        Ok(Resource {
            id: format!("{}{}", resource.id, member.key).into(),
            at,
            kind: "AWS::Serverless::Connector".into(),
            properties,
            attributes: attributes.filter(|it| !matches!(&*it.key, "Type" | "Properties")).cloned().collect(),
        })
    };
    members.iter().map(each).collect()
}
