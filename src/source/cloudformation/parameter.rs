//! Parameters: what is declared, and whether a value fits.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>. `AllowedPattern`
//! is documented for `String` (it must match the whole value) and `CommaDelimitedList` (each item; a text that is empty
//! is one empty item, which CloudFormation does look at); on other types it is not asked.

use super::error::{Result, TemplateError, quoted};
use super::template::{map, text};
use crate::analysis::regex::{Pattern, matches, validate};
use crate::model::excerpt::few;
use crate::model::{Charset, Str};
use crate::source::tree::{Is, Member, Node, Span};

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: Str,
    /// The key.
    pub at: Span,
    /// `Type`.
    pub kind: Str,
    pub default: Option<Str>,
    pub allowed: Option<Vec<Str>>,
    pub no_echo: bool,
    /// `AllowedPattern`, and where it stands.
    pattern: Option<(Span, Pattern)>,
    /// `ConstraintDescription`
    wants: Option<Str>,
    length: (Option<f64>, Option<f64>),
    range: (Option<f64>, Option<f64>),
}

impl Parameter {
    pub(super) fn read(member: &Member, asks_pattern: bool) -> Result<Parameter> {
        let node = &member.value;
        map(node, "a parameter")?;
        let Some(kind) = node.get("Type") else {
            return Err(TemplateError::new(
                member.key_at,
                format!("the parameter {} has no Type", quoted(&member.key)),
            ));
        };
        let allowed = match node.get("AllowedValues") {
            None => None,
            Some(Node { is: Is::List(items), .. }) => Some(items.iter().map(scalar).collect::<Result<Vec<_>>>()?),
            Some(other) => return Err(TemplateError::new(other.at, "AllowedValues should be a list")),
        };
        let kind: Str = text(kind, "a parameter's Type")?.into();
        let pattern =
            node.get("AllowedPattern").filter(|_| asks_pattern && matches!(&*kind, "String" | "CommaDelimitedList"));
        let bound = |name| node.get(name).and_then(|node| scalar(node).ok()?.parse().ok());
        let parameter = Parameter {
            name: member.key.clone(),
            at: member.key_at,
            kind,
            default: node.get("Default").map(scalar).transpose()?,
            allowed,
            no_echo: node
                .get("NoEcho")
                .is_some_and(|node| scalar(node).is_ok_and(|it| it.eq_ignore_ascii_case("true"))),
            pattern: pattern.map(compiled).transpose()?.flatten(),
            wants: node.get("ConstraintDescription").and_then(Node::as_text).map(Str::from),
            length: (bound("MinLength"), bound("MaxLength")),
            range: (bound("MinValue"), bound("MaxValue")),
        };
        if let (Some(default), Some(node)) = (&parameter.default, node.get("Default")) {
            parameter.check(default, "the value").map_err(|error| TemplateError { at: node.at, ..error })?;
        }
        Ok(parameter)
    }

    /// A list, written as one text with commas.
    pub fn is_list(&self) -> bool {
        let kind = self.kind.strip_prefix("AWS::SSM::Parameter::Value<").unwrap_or(&self.kind);
        kind.starts_with("CommaDelimitedList") || kind.starts_with("List<")
    }

    /// The value names a parameter of Systems Manager, whose value it takes.
    pub fn is_stored(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value<")
    }

    pub(super) fn charset(&self) -> Charset {
        match &*self.kind {
            "Number" => Charset::Token,
            "AWS::EC2::AvailabilityZone::Name" => Charset::Slug,
            kind if kind.starts_with("AWS::") && kind.ends_with("::Id") => Charset::Slug,
            _ => Charset::Any,
        }
    }

    /// May the value be this one?
    pub(super) fn allows(&self, value: &str) -> bool {
        self.lists(value) && !self.mismatches(value)
    }

    fn lists(&self, value: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|it| **it == *value))
    }

    /// Is it sure that the pattern does not match?
    fn mismatches(&self, value: &str) -> bool {
        self.pattern.as_ref().is_some_and(|(_, pattern)| matches(pattern, value).is_no())
    }

    /// # Errors
    /// CloudFormation would refuse `value`, which is `what`.
    pub(super) fn check(&self, value: &str, what: &str) -> Result<()> {
        let wrong = |why: &str| {
            let wants = self.wants.as_ref().map(|wants| format!(": {}", quoted(wants))).unwrap_or_default();
            let message = format!("{what} of the parameter {} {why}{wants}", quoted(&self.name));
            Err(TemplateError::new(self.at, message).label("declared here"))
        };
        let items: Vec<&str> = if self.is_list() { value.split(',').map(str::trim).collect() } else { vec![value] };
        if !self.is_stored() && items.iter().any(|item| !self.lists(item)) {
            let allowed = self.allowed.iter().flatten().filter(|_| !self.no_echo);
            let allowed: Vec<String> = allowed.map(|value| quoted(value)).collect();
            let wrong = wrong("is none of its AllowedValues");
            return match allowed.is_empty() {
                true => wrong,
                false => wrong.map_err(|error| error.help(format!("they are {}", few(&allowed, NAMED)))),
            };
        }
        if let Some((at, _)) = &self.pattern
            && items.iter().any(|item| self.mismatches(item))
        {
            return wrong("does not match its AllowedPattern").map_err(|error| error.also(*at, "the pattern"));
        }
        let within = |(least, most): (Option<f64>, Option<f64>), it: f64| {
            least.is_none_or(|least| it >= least) && most.is_none_or(|most| it <= most)
        };
        match &*self.kind {
            "Number" => match value.trim().parse::<f64>() {
                Err(_) => wrong("is no number"),
                Ok(number) if !within(self.range, number) => wrong("is outside MinValue and MaxValue"),
                Ok(_) => Ok(()),
            },
            "List<Number>" if items.iter().any(|item| item.parse::<f64>().is_err()) => wrong("is no list of numbers"),
            "String" if !within(self.length, value.chars().count() as f64) => {
                wrong("is outside MinLength and MaxLength")
            }
            _ => Ok(()),
        }
    }
}

/// How many values a message names.
const NAMED: usize = 12;

/// Where it cannot be known whether CloudFormation takes the pattern, it is none that we could ask.
fn compiled(node: &Node) -> Result<Option<(Span, Pattern)>> {
    let Some(pattern) = node.as_text() else { return Ok(None) };
    match validate(pattern) {
        Ok(pattern) => Ok(Some((node.at, pattern))),
        Err(error) if error.sure => {
            Err(TemplateError::new(node.at, format!("AllowedPattern is no regular expression of Java's: {error}")))
        }
        Err(_) => Ok(None),
    }
}

fn scalar(node: &Node) -> Result<Str> {
    match &node.is {
        Is::Text(text) | Is::Number(text) => Ok(text.clone()),
        Is::Bool(is) => Ok(is.to_string().into()),
        _ => Err(TemplateError::new(node.at, "expected a text or a number")),
    }
}
