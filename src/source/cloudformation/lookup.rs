//! `FindInMap`, `Cidr`, `ImportValue`, and the outputs of stacks.

use super::choice::Asked;
use super::error::{Result, TemplateError, quoted};
use super::{Evaluator, Given, Known, Resource, Value, equal};
use crate::model::{Charset, Gap, Seen, Str, Text};
use crate::source::tree::{Is, Node};
use ipnet::IpNet;
use std::collections::BTreeMap;

/// More keys than this are not compared.
const MOST_KEYS: usize = 64;

impl Evaluator<'_> {
    pub(super) fn find_in_map(&self, node: &Node, argument: &Node) -> Result<Known> {
        let [name, keys @ ..] = self.items(argument, "Fn::FindInMap", 3..=4)? else { return Ok(Known::Null) };
        let (keys, default) = match keys {
            [top, second] => ([top, second], None),
            [top, second, options] => ([top, second], options.get("DefaultValue")),
            _ => return Ok(Known::Null),
        };
        let text = self.as_text(name, "Fn::FindInMap")?;
        let Some(mapping) = text.lit() else { return Ok(Known::Unknown(self.gap_of(&text, node))) };
        let Some(member) = self.template.mappings.get(mapping) else {
            self.template.missing(name.at, "mapping", mapping)?;
            return Ok(Known::Unknown(self.gap(name.at, &format!("mapping {mapping}"))));
        };
        self.descend(mapping, &member.value, &keys, default)
    }

    fn descend(&self, mapping: &str, level: &Node, keys: &[&Node], default: Option<&Node>) -> Result<Known> {
        let [key, rest @ ..] = keys else { return Ok(self.value(level)?.is) };
        if level.as_map().is_some_and(|members| members.iter().any(|member| &*member.key == "Fn::Transform")) {
            return Ok(Known::Unknown(self.gap(level.at, &format!("mapping {mapping}"))));
        }
        let text = self.as_text(key, "Fn::FindInMap")?;
        let Some(literal) = text.lit() else { return self.any_of(mapping, level, &text, key, rest, default) };
        match (level.get(literal), default) {
            (Some(next), _) => self.descend(mapping, next, rest, default),
            (None, Some(default)) => Ok(self.value(default)?.is),
            (None, None) => {
                let message = format!("the mapping {} has no key of this name", quoted(mapping));
                let error = TemplateError::new(key.at, message).label("this key").also(level.at, "is not here");
                Err(error.only_if_reached())
            }
        }
    }

    /// A key without a value: known only if every key that it could be leads to the same.
    fn any_of(
        &self,
        mapping: &str,
        level: &Node,
        text: &Text,
        key: &Node,
        rest: &[&Node],
        default: Option<&Node>,
    ) -> Result<Known> {
        let key_value = Value::new(key.at, Known::Text(text.clone()));
        let members = level.as_map().unwrap_or_default();
        let Some(hole) = self.assignable(&key_value).filter(|_| members.len() <= MOST_KEYS) else {
            return Ok(Known::Unknown(self.gap_of(text, key)));
        };
        let possible = |key: &str| self.own(&hole.id).is_none_or(|parameter| parameter.allows(key));
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for member in members.iter().filter(|member| possible(&member.key)) {
            keys.push(member.key.clone());
            // A key that leads nowhere is one that CloudFormation would refuse.
            values.extend(self.descend(mapping, &member.value, rest, default).ok());
        }
        values.extend(default.map(|default| self.value(default)).transpose()?.map(|value| value.is));
        let mut values = values.into_iter().map(|known| Value::new(key.at, known));
        if let Some(first) = values.next()
            && values.all(|other| equal::alike(&first, &other))
            && !matches!(first.is, Known::Unknown(_))
        {
            return Ok(first.is);
        }
        let label = format!("{}, the key of mapping {mapping}", hole.id);
        let asked = Asked::key(hole.id.to_string(), keys.into_iter().collect(), default.is_none(), label.clone());
        self.keys.borrow_mut().entry(hole.id.clone()).or_default().merge(asked);
        Ok(Known::Unknown(self.gap(key.at, &label)))
    }

    fn gap_of(&self, text: &Text, node: &Node) -> Gap {
        text.known().err().unwrap_or_else(|| self.gap(node.at, "a key that is not known"))
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html>
    pub(super) fn cidr(&self, node: &Node, argument: &Node) -> Result<Known> {
        let [block, count, bits @ ..] = self.items(argument, "Fn::Cidr", 2..=3)? else { return Ok(Known::Null) };
        let number = |node: &Node| -> Result<Option<usize>> {
            let text = self.as_text(node, "Fn::Cidr")?;
            let wrong = |_| TemplateError::new(node.at, "this argument of Fn::Cidr is a number").only_if_reached();
            text.lit().map(|lit| lit.trim().parse().map_err(wrong)).transpose()
        };
        let text = self.as_text(block, "Fn::Cidr")?;
        let count_at = count.at;
        let (count, bits) = (number(count)?, bits.first().map(number).transpose()?.flatten());
        let Some(count) = count else { return Ok(Known::Unknown(self.gap(node.at, "Fn::Cidr"))) };
        if !(1..=256).contains(&count) {
            return Err(TemplateError::new(count_at, "Fn::Cidr makes from 1 to 256 blocks").only_if_reached());
        }
        let list =
            |texts: Vec<Text>| Known::List(texts.into_iter().map(|it| Value::new(node.at, Known::Text(it))).collect());
        let (Some(lit), Some(bits)) = (text.lit(), bits) else {
            let hidden = |i: usize| {
                let id = format!("{}[{i}]", super::digest::of(node));
                self.hole(&id, None, Charset::Any, self.gap_of(&text, node))
            };
            return Ok(list((0..count).map(hidden).collect()));
        };
        let Ok(net) = lit.parse::<IpNet>() else {
            let message = "the first argument of Fn::Cidr is an address block";
            return Err(TemplateError::new(block.at, message).only_if_reached());
        };
        let length = usize::from(net.max_prefix_len()).checked_sub(bits).and_then(|it| u8::try_from(it).ok());
        let made: Vec<_> = length
            .and_then(|length| net.trunc().subnets(length).ok())
            .map(|subnets| subnets.take(count).map(|it| Text::new(it.to_string())).collect())
            .unwrap_or_default();
        if made.len() < count {
            let message = format!("the block has no room for {count} blocks of this size");
            return Err(TemplateError::new(node.at, message).only_if_reached());
        }
        Ok(list(made))
    }

    pub(super) fn import(&self, node: &Node, argument: &Node) -> Result<Known> {
        let name = self.as_text(argument, "Fn::ImportValue")?;
        if let Some(value) = self.given.exports.get(&name) {
            return Ok(value.is.clone());
        }
        let gap = self.gap(node.at, &format!("the export {name}"));
        Ok(Known::Text(Text::hole(crate::model::Hole {
            id: format!("Fn::ImportValue({name})").into(),
            family: None,
            charset: Charset::Any,
            gap,
        })))
    }

    /// The outputs that the stack has, or may have, by name.
    ///
    /// # Errors
    /// CloudFormation would refuse an output's value.
    pub fn outputs(&self) -> Result<BTreeMap<Str, Value>> {
        let mut outputs = BTreeMap::new();
        for output in &self.template.outputs {
            let value = match self.holds(output.condition.as_deref()) {
                Seen::Set(true) => self.value(&output.value)?,
                Seen::Unknown(gap) => Value::new(output.value.at, Known::Unknown(gap)),
                _ => continue,
            };
            outputs.insert(output.name.clone(), value);
        }
        Ok(outputs)
    }

    /// What other stacks can import.
    ///
    /// # Errors
    /// CloudFormation would refuse an output's name or value.
    pub fn exports(&self) -> Result<BTreeMap<Text, Value>> {
        let mut exports = BTreeMap::new();
        for output in &self.template.outputs {
            let Some(name) = &output.export else { continue };
            let value = match self.holds(output.condition.as_deref()) {
                Seen::Set(true) => self.value(&output.value)?,
                Seen::Unknown(gap) => Value::new(output.value.at, Known::Unknown(gap)),
                _ => continue,
            };
            exports.insert(self.as_text(name, "an export's name")?, value);
        }
        Ok(exports)
    }

    /// What this template gives to a stack inside it, a resource of type `AWS::CloudFormation::Stack`: its parameters,
    /// and the account and region around it. Holes stay this template's.
    ///
    /// # Errors
    /// CloudFormation would refuse a parameter.
    pub fn given_to(&self, stack: &Resource) -> Result<Given> {
        let (mut parameters, mut unknown) = (BTreeMap::new(), None);
        let declared = stack.properties.get("Parameters");
        match declared.map(|node| self.value(node)).transpose()?.map(|value| value.is) {
            Some(Known::Map(entries)) => {
                for entry in entries {
                    let node = declared.and_then(|node| node.get(&entry.key)).unwrap_or(&stack.properties);
                    parameters.insert(entry.key.to_string(), self.handed(entry.value, node)?);
                }
            }
            Some(Known::Unknown(gap)) => unknown = Some(gap),
            _ => {}
        }
        let scope = self.scope().clone();
        Ok(Given {
            parameters,
            unknown,
            account: Some(scope.account),
            region: Some(scope.region),
            partition: Some(scope.partition),
            prefix: format!("{}{}/", self.given.prefix, stack.logical_id),
            exports: self.given.exports.clone(),
            ..Given::default()
        })
    }

    /// A list is given to a stack as one text.
    fn handed(&self, value: Value, node: &Node) -> Result<Text> {
        let Known::List(items) = value.is else { return self.text_of(value, node, "a stack's parameter") };
        let texts = items.into_iter().map(|item| self.text_of(item, node, "a stack's parameter"));
        Ok(super::strings::separated(texts.collect::<Result<Vec<_>>>()?, ","))
    }

    pub(super) fn to_json(&self, node: &Node, argument: &Node) -> Result<Known> {
        if !matches!(argument.is, Is::Map(_) | Is::List(_)) {
            return Err(TemplateError::new(argument.at, "Fn::ToJsonString takes an object or a list"));
        }
        let mut pieces = Vec::new();
        Ok(match super::json::write(&self.value(argument)?, &mut pieces) {
            Ok(()) => Known::Text(super::strings::glued(&pieces)),
            Err(gap) => Known::Text(self.hidden(node, gap, Charset::Any)),
        })
    }
}
