//! `Ref` and `Fn::GetAtt`: parameters, pseudo parameters, resources.

use super::error::{Result, TemplateError};
use super::evaluate::Outcome;
use super::parameter::Parameter;
use super::{Alternative, Evaluator, Known, Value};
use crate::model::{Charset, Gap, Hole, Scope, Text};
use crate::source::tree::{Is, Node, Span};

impl Evaluator<'_> {
    pub(super) fn follow_ref(&self, node: &Node, argument: &Node) -> Result<Outcome> {
        let name = self.as_text(argument, "Ref")?;
        let Some(name) = name.lit() else {
            return Ok(Outcome::Is(Value::new(node.at, Known::Unknown(self.gap(node.at, "Ref of a computed name")))));
        };
        if name == "AWS::NoValue" {
            return Ok(Outcome::Absent);
        }
        let known = self.named(argument.at, name)?;
        Ok(Outcome::Is(Value::new(node.at, known)))
    }

    /// What `Ref` gives for a name.
    pub(super) fn named(&self, at: Span, name: &str) -> Result<Known> {
        if let Some(parameter) = self.template.parameters.get(name) {
            return self.parameter(at, parameter);
        }
        if name.starts_with("AWS::") {
            return self.pseudo(at, name);
        }
        if self.template.resource(name).is_none() {
            return Ok(self.plain(name, self.no_name(at, name)?));
        }
        if self.deciding.get() {
            let message = "a condition cannot refer to a resource: conditions are decided before any exists";
            return Err(TemplateError::new(at, message));
        }
        Ok(Known::Text(self.reference(name)?))
    }

    pub(super) fn follow_get_att(&self, node: &Node, argument: &Node) -> Result<Value> {
        let (name, attribute) = match &argument.is {
            Is::Text(path) => match path.split_once('.') {
                Some((name, attribute)) => (Text::new(name), Text::new(attribute)),
                None => return Err(not_get_att(argument)),
            },
            Is::List(items) if items.len() >= 2 => {
                let mut parts = items.iter().map(|item| self.as_text(item, "Fn::GetAtt"));
                let name = parts.next().transpose()?.unwrap_or_default();
                let attribute = parts.try_fold(Text::default(), |path, part| {
                    let dot = if path.is_empty() { "" } else { "." };
                    Ok(path.join(&Text::new(dot)).join(&part?))
                })?;
                (name, attribute)
            }
            _ => return Err(not_get_att(argument)),
        };
        match (name.lit(), attribute.lit()) {
            (Some(name), Some(attribute)) => self.got(argument.at, name, attribute),
            _ => {
                let gap = self.gap(node.at, "Fn::GetAtt of a computed name");
                Ok(Value::new(node.at, Known::Unknown(gap)))
            }
        }
    }

    /// What `Fn::GetAtt` gives.
    pub(super) fn got(&self, at: Span, name: &str, attribute: &str) -> Result<Value> {
        if self.template.resource(name).is_some() {
            return Ok(Value { at, ..self.attribute(name, attribute)? });
        }
        let gap = self.no_name(at, name)?;
        Ok(Value::new(at, self.plain(&format!("{name}.{attribute}"), gap)))
    }

    fn plain(&self, id: &str, gap: Gap) -> Known {
        Known::Text(self.hole(id, None, Charset::Any, gap))
    }

    pub(super) fn hole(&self, id: &str, family: Option<&str>, charset: Charset, gap: Gap) -> Text {
        let id = format!("{}{id}", self.given.prefix);
        Text::hole(Hole { id: id.into(), family: family.map(Into::into), charset, gap })
    }

    fn assumed(&self, name: &str) -> Option<Text> {
        self.assumed_of(&format!("{}{name}", self.given.prefix))
    }

    fn assumed_of(&self, id: &str) -> Option<Text> {
        match self.world.get(id) {
            Some(Alternative::Is(value)) => Some(Text::from(value)),
            _ => None,
        }
    }

    fn parameter(&self, at: Span, parameter: &Parameter) -> Result<Known> {
        let gap = self.gap(parameter.at, &format!("parameter {}{}", self.given.prefix, parameter.name));
        let hole = |charset| self.hole(&parameter.name, None, charset, gap.clone());
        let has_default = self.given.unknown.is_none() && !self.given.kept.contains(&*parameter.name);
        let default = || parameter.default.as_ref().filter(|_| has_default).map(Text::from);
        let text = match self.given.parameters.get(&*parameter.name).cloned().or_else(default) {
            _ if parameter.is_stored() && parameter.is_list() => return Ok(Known::Unknown(gap)),
            _ if parameter.is_stored() => self.assumed(&parameter.name).unwrap_or_else(|| hole(Charset::Any)),
            Some(_) if parameter.no_echo && !self.deciding.get() => {
                let gap = Gap::not_readable(format!("the parameter {} is NoEcho", parameter.name));
                if parameter.is_list() {
                    return Ok(Known::Unknown(gap));
                }
                self.hole(&parameter.name, None, Charset::Any, gap)
            }
            Some(text) => match super::condition::whole_hole(&text).and_then(|hole| self.assumed_of(&hole.id)) {
                Some(assumed) => assumed,
                None => text,
            },
            None => match self.assumed(&parameter.name) {
                Some(text) if !parameter.no_echo || self.deciding.get() => text,
                _ if parameter.is_list() => return Ok(Known::Unknown(gap)),
                _ => hole(parameter.charset()),
            },
        };
        if let Some(text) = text.lit() {
            self.spend(at, text.len())?;
        }
        if !parameter.is_list() {
            return Ok(Known::Text(text));
        }
        Ok(match super::strings::cut(&text, ",") {
            Some(items) => Known::List(items.iter().map(|item| Value::new(at, Known::Text(trimmed(item)))).collect()),
            None => Known::Unknown(text.known().err().unwrap_or(gap)),
        })
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    fn pseudo(&self, at: Span, name: &str) -> Result<Known> {
        let text = match name {
            "AWS::AccountId" => self.scope().account.clone(),
            "AWS::Region" => self.scope().region.clone(),
            "AWS::Partition" => self.scope().partition.clone(),
            "AWS::URLSuffix" => match self.scope().partition.lit() {
                Some("aws" | "aws-us-gov") => Text::new("amazonaws.com"),
                Some("aws-cn") => Text::new("amazonaws.com.cn"),
                _ => self.unset(name, Charset::Token),
            },
            "AWS::StackName" => self.given.stack_name.clone().unwrap_or_else(|| self.unset(name, Charset::Name)),
            "AWS::StackId" => self.arn(
                "cloudformation",
                &[
                    Text::new("stack/"),
                    self.given.stack_name.clone().unwrap_or_else(|| self.unset("AWS::StackName", Charset::Name)),
                    Text::new("/"),
                    self.unset(name, Charset::Slug),
                ],
            ),
            "AWS::NotificationARNs" => return Ok(Known::Unknown(self.gap(at, name))),
            _ => {
                self.template.missing(at, "pseudo parameter", name)?;
                self.unset(name, Charset::Any)
            }
        };
        Ok(Known::Text(text))
    }

    fn unset(&self, name: &str, charset: Charset) -> Text {
        self.assumed(name).unwrap_or_else(|| self.hole(name, None, charset, self.gap(Span::default(), name)))
    }

    pub(super) fn arn(&self, service: &str, rest: &[Text]) -> Text {
        let scope = self.scope();
        let head = [&"arn:".into(), &scope.partition, &format!(":{service}:").into(), &scope.region];
        let tail = [&":".into(), &scope.account, &":".into()];
        super::strings::glued(head.into_iter().chain(tail).chain(rest))
    }

    /// Where the stack is deployed: what is given or assumed, else a hole for each of them.
    pub fn scope(&self) -> &Scope {
        self.scope.get_or_init(|| self.told_scope())
    }

    fn told_scope(&self) -> Scope {
        let or_hole = |given: &Option<Text>, name, charset| given.clone().unwrap_or_else(|| self.unset(name, charset));
        let region = or_hole(&self.given.region, "AWS::Region", Charset::Slug);
        let follows = || region.lit().and_then(partition_of).map(Text::new);
        let partition = self.given.partition.clone().or_else(follows);
        Scope {
            partition: or_hole(&partition, "AWS::Partition", Charset::Slug),
            account: or_hole(&self.given.account, "AWS::AccountId", Charset::Digits),
            region,
        }
    }

    /// # Errors
    /// A given value does not fit the parameter's declaration.
    pub(super) fn check_given(&self) -> Result<()> {
        for parameter in self.template.parameters.values() {
            let given = self.given.parameters.get(&*parameter.name).and_then(Text::lit);
            given.map_or(Ok(()), |given| parameter.check(given, "the value"))?;
        }
        Ok(())
    }
}

/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>; other partitions are not told from a region's name.
fn partition_of(region: &str) -> Option<&'static str> {
    match region.split('-').collect::<Vec<_>>().as_slice() {
        ["cn", _, _] => Some("aws-cn"),
        ["us", "gov", _, _] => Some("aws-us-gov"),
        ["us" | "eu" | "ap" | "ca" | "sa" | "me" | "af" | "il" | "mx", _, _] => Some("aws"),
        _ => None,
    }
}

fn trimmed(text: &Text) -> Text {
    text.lit().map_or_else(|| text.clone(), |lit| Text::new(lit.trim()))
}

fn not_get_att(argument: &Node) -> TemplateError {
    TemplateError::new(argument.at, "Fn::GetAtt takes a resource's logical id and the name of an attribute")
        .help("write [Resource, Attribute], or !GetAtt Resource.Attribute")
}
