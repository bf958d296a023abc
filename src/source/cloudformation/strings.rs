//! The functions of texts and lists: `Sub`, `Join`, `Split`, `Select`, `Length`, `Base64`, `ToJsonString`.

use super::error::{Result, TemplateError, quoted};
use super::{Evaluator, Known, Value};
use crate::model::{Charset, Gap, Part, Text};
use crate::source::tree::Node;
use base64::prelude::{BASE64_STANDARD, Engine as _};

/// One text after the other. Unlike repeated joining, it looks at each once.
pub(super) fn glued<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
    let (mut parts, mut literal) = (Vec::new(), String::new());
    for part in texts.into_iter().flat_map(Text::parts) {
        match part {
            Part::Lit(lit) => literal.push_str(&lit),
            hole => {
                parts.push(Part::Lit(std::mem::take(&mut literal).into()));
                parts.push(hole);
            }
        }
    }
    parts.push(Part::Lit(literal.into()));
    Text::from_parts(parts)
}

pub(super) fn separated(texts: impl IntoIterator<Item = Text>, separator: &str) -> Text {
    let mut all = Vec::new();
    for text in texts {
        if !all.is_empty() {
            all.push(Text::new(separator));
        }
        all.push(text);
    }
    glued(&all)
}

/// The pieces between the separators; `None` if a hole could hold a part of one.
pub(super) fn cut(text: &Text, separator: &str) -> Option<Vec<Text>> {
    if separator.is_empty() || text.holes().any(|hole| separator.chars().any(|c| hole.charset.allows(c))) {
        return None;
    }
    let mut pieces = vec![Vec::new()];
    for part in text.parts() {
        let Part::Lit(lit) = part else {
            pieces.last_mut()?.push(part);
            continue;
        };
        for (i, piece) in lit.split(separator).enumerate() {
            if i > 0 {
                pieces.push(Vec::new());
            }
            pieces.last_mut()?.push(Part::Lit(piece.into()));
        }
    }
    Some(pieces.into_iter().map(Text::from_parts).collect())
}

/// A piece of the text of `Fn::Sub`.
enum Piece<'a> {
    Literal(&'a str),
    Variable(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, (inside, after))) =
        rest.split_once("${").and_then(|(before, from)| Some((before, from.split_once('}')?)))
    {
        found.push(Piece::Literal(before));
        match inside.strip_prefix('!') {
            Some(literal) => found.extend([Piece::Literal("${"), Piece::Literal(literal), Piece::Literal("}")]),
            None => found.push(Piece::Variable(inside)),
        }
        rest = after;
    }
    found.push(Piece::Literal(rest));
    found
}

/// The names between `${` and `}` in the text of a `Fn::Sub`.
pub(super) fn variables(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Variable(name) => Some(name),
        Piece::Literal(_) => None,
    })
}

impl Evaluator<'_> {
    pub(super) fn sub(&self, node: &Node, argument: &Node) -> Result<Text> {
        let (template, own) = match argument.as_list() {
            None => (argument, None),
            Some([template, own]) if own.as_map().is_some() => (template, Some(own)),
            Some(_) => {
                let message = "Fn::Sub takes a text, or a list of a text and an object of variables";
                return Err(TemplateError::new(argument.at, message));
            }
        };
        let Some(text) = template.as_text() else {
            return Err(TemplateError::new(template.at, "the first argument of Fn::Sub is a text without functions"));
        };
        let mut texts = Vec::new();
        for piece in pieces(text) {
            let text = match piece {
                Piece::Literal(literal) => Text::new(literal),
                Piece::Variable(name) => match own.and_then(|own| own.get(name)) {
                    Some(value) => self.as_text(value, "Fn::Sub")?,
                    None => self.variable(template, name)?,
                },
            };
            self.spend(node.at, length(&text))?;
            texts.push(text);
        }
        Ok(glued(&texts))
    }

    fn variable(&self, template: &Node, name: &str) -> Result<Text> {
        let (at, name) = (template.at, name.trim());
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_.:".contains(c)) {
            let message = format!("{} is no name for a variable of Fn::Sub", quoted(name));
            return Err(TemplateError::new(at, message).help("write ${!…} for a dollar sign and a brace as they stand"));
        }
        let long = match name.split_once('.') {
            Some((logical, attribute)) => {
                Node::map(at, [("Fn::GetAtt", Node::list(at, [Node::text(at, logical), Node::text(at, attribute)]))])
            }
            None => Node::map(at, [("Ref", Node::text(at, name))]),
        };
        self.as_text(&long, "Fn::Sub")
    }

    pub(super) fn join(&self, node: &Node, argument: &Node) -> Result<Text> {
        let [separator, list] = self.items(argument, "Fn::Join", 2..=2)? else { return Ok(Text::default()) };
        let separator = self.as_text(separator, "Fn::Join")?;
        let Some(items) = list.as_list() else {
            return match self.value(list)?.is {
                Known::List(values) => self.joined(node, &separator, values.iter().map(|value| value.is.clone())),
                Known::Unknown(gap) => Ok(self.hidden(node, gap, Charset::Any)),
                _ => Err(TemplateError::new(list.at, "the second argument of Fn::Join is a list")),
            };
        };
        let mut texts = Vec::new();
        for item in items {
            match self.outcome(item)? {
                super::evaluate::Outcome::Absent => {}
                super::evaluate::Outcome::Maybe(_, gap) => return Ok(self.hidden(node, gap, Charset::Any)),
                super::evaluate::Outcome::Is(value) => texts.push(Known::Text(self.text_of(value, item, "Fn::Join")?)),
            }
        }
        self.joined(node, &separator, texts)
    }

    fn joined(&self, node: &Node, separator: &Text, items: impl IntoIterator<Item = Known>) -> Result<Text> {
        let mut texts = Vec::new();
        for item in items {
            let text = match item {
                Known::Text(text) => text,
                Known::Number(number) => Text::from(&number),
                Known::Bool(is) => Text::new(is.to_string()),
                Known::Unknown(gap) => return Ok(self.hidden(node, gap, Charset::Any)),
                _ => return Err(TemplateError::new(node.at, "Fn::Join takes a list of texts")),
            };
            if !texts.is_empty() {
                texts.push(separator.clone());
            }
            self.spend(node.at, length(&text) + length(separator))?;
            texts.push(text);
        }
        Ok(glued(&texts))
    }

    pub(super) fn split(&self, argument: &Node) -> Result<Known> {
        let [separator, text] = self.items(argument, "Fn::Split", 2..=2)? else { return Ok(Known::Null) };
        let at = text.at;
        let (separator, text) = (self.as_text(separator, "Fn::Split")?, self.as_text(text, "Fn::Split")?);
        let gap = || text.known().err().unwrap_or_else(|| self.gap(at, "Fn::Split"));
        Ok(match separator.lit().and_then(|separator| cut(&text, separator)) {
            Some(items) => Known::List(items.into_iter().map(|item| Value::new(at, Known::Text(item))).collect()),
            None => Known::Unknown(gap()),
        })
    }

    pub(super) fn select(&self, node: &Node, argument: &Node) -> Result<Known> {
        let [index, list] = self.items(argument, "Fn::Select", 2..=2)? else { return Ok(Known::Null) };
        let (at, index) = (index.at, self.as_text(index, "Fn::Select")?);
        let value = self.value(list)?;
        let items = match value.is {
            Known::List(items) => items,
            Known::Unknown(gap) => return self.item_of(node, list, &index, gap),
            _ => return Err(TemplateError::new(list.at, "the second argument of Fn::Select is a list")),
        };
        let Some(index) = index.lit() else {
            return Ok(Known::Unknown(index.known().err().unwrap_or_else(|| self.gap(at, "Fn::Select"))));
        };
        let Ok(index) = index.parse::<usize>() else {
            let message = "the first argument of Fn::Select is the number of an item, from 0";
            return Err(TemplateError::new(at, message).only_if_reached());
        };
        let count = items.len();
        items.into_iter().nth(index).map(|item| item.is).ok_or_else(|| {
            TemplateError::new(at, format!("Fn::Select takes item {index} of a list that has {count}"))
                .only_if_reached()
                .also(list.at, "the list")
        })
    }

    /// An item of an unknown list: a text where only texts can be in it.
    fn item_of(&self, node: &Node, list: &Node, index: &Text, gap: Gap) -> Result<Known> {
        Ok(match list.only().map(|only| (&*only.key, &only.value)) {
            Some(("Fn::GetAZs", region)) => Known::Text(self.zone(node, region, index, gap)?),
            Some(("Fn::Split" | "Ref" | "Fn::GetAtt" | "Fn::Cidr", _)) => {
                Known::Text(self.hidden(node, gap, Charset::Any))
            }
            _ => Known::Unknown(gap),
        })
    }

    /// One item of a region's zones is the same zone wherever it is selected. That two items are two zones is nowhere
    /// documented. <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-getavailabilityzones.html>
    fn zone(&self, node: &Node, region: &Node, index: &Text, gap: Gap) -> Result<Text> {
        let (Known::Text(region), Some(index)) =
            (self.value(region)?.is, index.lit().and_then(|it| it.parse::<usize>().ok()))
        else {
            return Ok(self.hidden(node, gap, Charset::Slug));
        };
        let region = if region.is_empty() { self.scope().region.clone() } else { region };
        Ok(self.hole(&format!("Fn::GetAZs({region})[{index}]"), None, Charset::Slug, gap))
    }

    pub(super) fn length(&self, argument: &Node) -> Result<Known> {
        match self.value(argument)?.is {
            Known::List(items) => Ok(Known::Number(items.len().to_string().into())),
            Known::Unknown(gap) => Ok(Known::Unknown(gap)),
            _ => Err(TemplateError::new(argument.at, "Fn::Length takes a list")),
        }
    }

    /// A text with holes is one hole: a hole shifts all that stands behind it.
    pub(super) fn base64(&self, node: &Node, argument: &Node) -> Result<Known> {
        let text = self.as_text(argument, "Fn::Base64")?;
        Ok(Known::Text(match text.known() {
            Ok(text) => {
                self.spend(node.at, text.len().saturating_mul(2))?;
                Text::new(BASE64_STANDARD.encode(text))
            }
            Err(gap) => {
                let may_be_empty =
                    text.parts().iter().all(|part| matches!(part, Part::Hole(hole) if hole.charset.may_be_empty()));
                self.hidden(node, gap, if may_be_empty { Charset::Any } else { Charset::Token })
            }
        }))
    }
}

fn length(text: &Text) -> usize {
    text.parts().iter().map(|part| if let Part::Lit(lit) = part { lit.len() } else { 64 }).sum()
}
