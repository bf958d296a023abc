//! What `Ref` and `Fn::GetAtt` give for resources that do not exist yet: stable synthetic ids.
//!
//! The table follows the *Return values* of each type's page under
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html>. A pattern's
//! `{P} {R} {A} {S}` are partition, region, account and URL suffix, `{Ref}` what `Ref` gives, `{Name=slug}` the property
//! `Name` or, where it is not there, a name that AWS makes of such characters, `{Path~/}` a property with a default, and
//! `{#slug}` what AWS makes in any case (`{#digits:Version}`: it is also what the attribute of this name gives).

mod table;

use super::error::Result;
use super::evaluate::Outcome;
use super::strings::glued;
use super::{Evaluator, Known, Resource, Value};
use crate::model::{Charset, Part, Text};
use crate::source::tree::Span;
use table::TABLE;

impl Evaluator<'_> {
    /// What `Ref` gives for a resource of the template.
    ///
    /// # Errors
    /// CloudFormation would refuse a property that names the resource.
    pub fn reference(&self, logical_id: &str) -> Result<Text> {
        match self.attribute(logical_id, "Ref")?.is {
            Known::Text(text) => Ok(text),
            Known::Unknown(gap) => Ok(self.hole(logical_id, None, Charset::Any, gap)),
            _ => Ok(self.hole(logical_id, None, Charset::Any, self.gap(Span::default(), logical_id))),
        }
    }

    /// What `Fn::GetAtt` gives for a resource of the template.
    ///
    /// # Errors
    /// CloudFormation would refuse a property that the attribute is made of.
    pub fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value> {
        let Some(resource) = self.template.resource(logical_id) else {
            let gap = self.no_name(Span::default(), logical_id)?;
            return Ok(Value::new(Span::default(), Known::Unknown(gap)));
        };
        let circle = || self.gap(resource.at, &format!("{logical_id}.{attribute}"));
        self.remembered(logical_id, attribute, circle, || self.deeper(resource.at, || self.made(resource, attribute)))
    }

    fn made(&self, resource: &Resource, attribute: &str) -> Result<Value> {
        let (kind, id) = (&*resource.kind, &*resource.logical_id);
        if let Some(output) = attribute.strip_prefix("Outputs.").filter(|_| kind == "AWS::CloudFormation::Stack")
            && let Some(value) = self.given.nested.get(id).and_then(|outputs| outputs.get(output))
        {
            return Ok(value.clone());
        }
        let row = TABLE.iter().find(|(it, _)| *it == kind).map_or(&[] as &[_], |(_, rows)| rows);
        let known = match row.iter().find(|(name, _)| *name == attribute) {
            Some((_, pattern)) => Known::Text(self.filled(resource, attribute, pattern)?),
            None if attribute != "Ref" && sounds_plural(attribute) => {
                Known::Unknown(self.gap(resource.at, &format!("{id}.{attribute}")))
            }
            None => Known::Text(self.whole(resource, attribute, Charset::Any, false)),
        };
        Ok(Value::new(resource.at, known))
    }

    fn filled(&self, resource: &Resource, attribute: &str, pattern: &str) -> Result<Text> {
        let (mut texts, mut rest) = (Vec::new(), pattern);
        let alone = pattern.starts_with('{') && pattern.find('}') == Some(pattern.len() - 1);
        while let Some((before, (inside, after))) =
            rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
        {
            texts.push(Text::new(before));
            texts.push(self.piece(resource, attribute, inside, alone)?);
            rest = after;
        }
        texts.push(Text::new(rest));
        Ok(glued(&texts))
    }

    fn piece(&self, resource: &Resource, attribute: &str, piece: &str, alone: bool) -> Result<Text> {
        let pseudo = |name| -> Result<Text> {
            match self.named(resource.at, name)? {
                Known::Text(text) => Ok(text),
                _ => Ok(Text::default()),
            }
        };
        match piece {
            "P" => pseudo("AWS::Partition"),
            "R" => pseudo("AWS::Region"),
            "A" => pseudo("AWS::AccountId"),
            "S" => pseudo("AWS::URLSuffix"),
            "Ref" => self.reference(&resource.logical_id),
            "function" => self.function(resource),
            "flavour" => self.flavour(resource),
            "listener" => self.listener(resource),
            _ => self.property_or(resource, attribute, piece, alone),
        }
    }

    fn property_or(&self, resource: &Resource, attribute: &str, piece: &str, alone: bool) -> Result<Text> {
        if let Some(made) = piece.strip_prefix('#') {
            let (made, name) = made.split_once(':').unwrap_or((made, if alone { attribute } else { "#" }));
            let family = name == "Ref" && made != "any";
            return Ok(self.whole(resource, name, charset(made), family));
        }
        let (name, default, made) = match (piece.split_once('~'), piece.split_once('=')) {
            (Some((name, default)), _) => (name, Some(default), "any"),
            (None, Some((name, made))) => (name, None, made),
            (None, None) => (piece, None, "any"),
        };
        let as_ref = alone && attribute == "Ref";
        let of = if as_ref { "Ref" } else { name };
        match self.property(resource, name)? {
            Ok(Some(text)) => Ok(text),
            Ok(None) => Ok(match default {
                Some(default) => Text::new(default),
                // A generated name of a FIFO queue or topic ends in `.fifo`.
                None if resource.properties.get("FifoQueue").or(resource.properties.get("FifoTopic")).is_some() => {
                    self.whole(resource, of, Charset::Token, as_ref)
                }
                None => self.whole(resource, of, charset(made), as_ref),
            }),
            Err(()) => Ok(self.whole(resource, of, Charset::Any, false)),
        }
    }

    /// A property that names things; `Err`: whether it is there, or what it says, hangs on something.
    fn property(&self, resource: &Resource, name: &str) -> Result<std::result::Result<Option<Text>, ()>> {
        let Some(node) = resource.properties.get(name) else {
            let members = resource.properties.as_map().unwrap_or_default();
            let more = members.iter().any(|member| member.key.starts_with("Fn::"));
            return Ok(if more { Err(()) } else { Ok(None) });
        };
        Ok(match self.outcome(node)? {
            Outcome::Absent => Ok(None),
            Outcome::Maybe(..) => Err(()),
            Outcome::Is(value) if matches!(value.is, Known::Unknown(_)) => Err(()),
            Outcome::Is(value) => Ok(Some(self.text_of(value, node, name)?)),
        })
    }

    /// A hole for a thing, or for an attribute of it. Those of one family are known to differ from each other.
    fn whole(&self, resource: &Resource, attribute: &str, charset: Charset, family: bool) -> Text {
        let id = match attribute {
            "Ref" => resource.logical_id.to_string(),
            _ => format!("{}.{attribute}", resource.logical_id),
        };
        let gap = match attribute {
            "Ref" => self.gap(resource.at, &format!("what {id} will be called")),
            _ => self.gap(resource.at, &id),
        };
        self.hole(&id, family.then_some(&*resource.kind), charset, gap)
    }

    /// The ARN of the function that an alias or a version belongs to: its `FunctionName` is a name or an ARN.
    fn function(&self, resource: &Resource) -> Result<Text> {
        let Ok(Some(name)) = self.property(resource, "FunctionName")? else {
            return Ok(self.whole(resource, "FunctionName", Charset::Any, false));
        };
        let parts = name.parts();
        if matches!(parts.first(), Some(Part::Lit(lit)) if lit.starts_with("arn:")) {
            return Ok(name);
        }
        let is_name = parts.iter().all(|part| match part {
            Part::Lit(lit) => !lit.contains(':'),
            Part::Hole(hole) => !hole.charset.allows(':'),
        });
        Ok(match is_name {
            true => self.arn("lambda", &[Text::new("function:"), name]),
            false => self.whole(resource, "FunctionArn", Charset::Any, false),
        })
    }

    /// How the ARN of a load balancer calls its type.
    fn flavour(&self, resource: &Resource) -> Result<Text> {
        let kind = self.property(resource, "Type")?;
        let kind = kind.as_ref().map(|kind| kind.as_ref().map_or(Some("application"), Text::lit));
        Ok(match kind {
            Ok(Some("application")) => Text::new("app"),
            Ok(Some("network")) => Text::new("net"),
            Ok(Some("gateway")) => Text::new("gwy"),
            _ => self.whole(resource, "Type", Charset::Slug, false),
        })
    }

    /// A listener's ARN repeats its load balancer's, with another word for the type.
    fn listener(&self, resource: &Resource) -> Result<Text> {
        let made = self.whole(resource, "#", Charset::Id, false);
        if let Ok(Some(balancer)) = self.property(resource, "LoadBalancerArn")? {
            let parts = balancer.parts();
            let named = |part: &Part| matches!(part, Part::Lit(lit) if lit.contains(":loadbalancer/"));
            if parts.iter().filter(|part| named(part)).count() == 1 {
                let renamed = parts.into_iter().map(|part| match part {
                    Part::Lit(lit) => Part::Lit(lit.replacen(":loadbalancer/", ":listener/", 1).into()),
                    hole => hole,
                });
                return Ok(glued(&[Text::from_parts(renamed), Text::new("/"), made]));
            }
        }
        Ok(self.whole(resource, "Ref", Charset::Any, true))
    }
}

fn charset(name: &str) -> Charset {
    match name {
        "digits" => Charset::Digits,
        "id" => Charset::Id,
        "slug" => Charset::Slug,
        "name" => Charset::Name,
        "token" => Charset::Token,
        "segment" => Charset::Segment,
        _ => Charset::Any,
    }
}

/// `DnsEntries`, `NetworkInterfaceIds`: lists, of which nothing is known. `IpAddress`, `Status` are texts.
fn sounds_plural(attribute: &str) -> bool {
    attribute.ends_with('s') && !["ss", "us", "is"].iter().any(|end| attribute.ends_with(end))
}
