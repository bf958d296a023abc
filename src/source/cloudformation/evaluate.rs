//! Follows the intrinsics of a template as far as it says.
//!
//! What CloudFormation documents as refused is an error with its place; what nobody documents, or only a deployment
//! knows, is unknown. A text keeps what is known around its holes. An unknown expression inside a text is a hole whose
//! id is a digest of the expression, so that the same expression is the same hole.

use super::error::{Result, TemplateError, quoted};
use super::{Entry, Given, Known, Template, Value, World, included};
use crate::model::{Charset, Gap, Hole, Part, Scope, Seen, Str, Text};
use crate::source::tree::{Is, Member, Node, Span};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// How deep expressions, and the references between them, may nest.
const DEEPEST: u32 = 128;
/// How many bytes all texts of one evaluation may have together.
const LONGEST: usize = 64 << 20;

/// A template under what is given and assumed. A clone shares what was found out so far.
#[derive(Debug, Clone)]
pub struct Evaluator<'t> {
    pub(super) template: &'t Template,
    pub(super) given: Arc<Given>,
    pub(super) world: World,
    pub(super) judged: Rc<RefCell<BTreeMap<Str, super::condition::Judged>>>,
    /// The mappings whose key a parameter without a value decides.
    pub(super) keys: Rc<RefCell<BTreeMap<Str, super::choice::Asked>>>,
    /// What attributes are, by logical id.
    references: Rc<RefCell<BTreeMap<Str, BTreeMap<Str, Value>>>>,
    pub(super) scope: OnceCell<Scope>,
    /// Inside a condition, a parameter shows its value even if it must not be printed: only the answer gets out.
    pub(super) deciding: Cell<bool>,
    depth: Cell<u32>,
    spent: Cell<usize>,
}

/// What stands where an expression stood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Is(Value),
    /// `AWS::NoValue`: as if it were not written.
    Absent,
    /// Whether anything stands there is not known.
    Maybe(Span, Gap),
}

impl<'t> Evaluator<'t> {
    /// # Errors
    /// CloudFormation would refuse the template: a given value does not fit its parameter or a rule, a condition is
    /// wrong, or conditions or resources refer to each other in a circle.
    pub fn new(template: &'t Template, given: Given) -> Result<Self> {
        let evaluator = Self::begun(template, Arc::new(given), World::new());
        evaluator.check_given()?;
        evaluator.check_rules()?;
        evaluator.judge_all()?;
        super::circle::check(&evaluator)?;
        Ok(evaluator)
    }

    /// Before anything is decided.
    pub(super) fn begun(template: &'t Template, given: Arc<Given>, world: World) -> Self {
        Evaluator {
            template,
            given,
            world,
            judged: Rc::default(),
            keys: Rc::default(),
            references: Rc::default(),
            scope: OnceCell::new(),
            deciding: Cell::new(false),
            depth: Cell::new(0),
            spent: Cell::new(0),
        }
    }

    /// The same under other assumptions, which replace what was assumed.
    ///
    /// # Errors
    /// No deployment is like that: an error here, or of what is asked later, says that CloudFormation refuses such a
    /// deployment, not that it refuses the template.
    pub fn with(&self, world: &World) -> Result<Evaluator<'t>> {
        let evaluator = Self::begun(self.template, self.given.clone(), world.clone());
        evaluator.judge_all()?;
        Ok(evaluator)
    }

    /// What stands before the ids of this template's holes.
    pub fn prefix(&self) -> &str {
        &self.given.prefix
    }

    pub fn template(&self) -> &'t Template {
        self.template
    }

    /// The value of an expression. `AWS::NoValue` as a whole is [`Known::Null`]; inside it removes its member.
    ///
    /// # Errors
    /// CloudFormation would refuse the expression, or it is larger than gatelint can bear.
    pub fn value(&self, node: &Node) -> Result<Value> {
        Ok(match self.outcome(node)? {
            Outcome::Is(value) => value,
            Outcome::Absent => Value::new(node.at, Known::Null),
            Outcome::Maybe(at, gap) => Value::new(at, Known::Unknown(gap)),
        })
    }

    /// Is the resource part of the stack?
    pub fn exists(&self, resource: &super::Resource) -> Seen<bool> {
        self.holds(resource.condition.as_deref())
    }

    /// Is a condition true, where there is one?
    pub fn holds(&self, condition: Option<&str>) -> Seen<bool> {
        let Some(name) = condition else { return Seen::Set(true) };
        match self.judged.borrow().get(name).and_then(|judged| judged.truth) {
            Some(truth) => Seen::Set(truth),
            None => Seen::Unknown(self.condition_gap(name)),
        }
    }

    pub(super) fn outcome(&self, node: &Node) -> Result<Outcome> {
        Ok(match self.deeper(node.at, || self.look(node))? {
            Outcome::Is(Value { at, is: Known::Text(text) }) => {
                Outcome::Is(Value::new(at, Known::Text(self.resolved(at, text))))
            }
            outcome => outcome,
        })
    }

    /// A dynamic reference is a value that only the deployment reads.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
    fn resolved(&self, at: Span, text: Text) -> Text {
        const OPEN: &str = "{{resolve:";
        if !text.parts().iter().any(|part| matches!(part, Part::Lit(lit) if lit.contains(OPEN))) {
            return text;
        }
        let (mut parts, mut inside) = (Vec::new(), None::<String>);
        for part in text.parts() {
            match (part, &mut inside) {
                (Part::Hole(hole), Some(name)) => *name += &format!("${{{}}}", hole.id),
                (part @ Part::Hole(_), None) => parts.push(part),
                (Part::Lit(lit), _) => {
                    let mut rest: &str = &lit;
                    loop {
                        let Some(name) = &mut inside else {
                            let Some((before, after)) = rest.split_once(OPEN) else { break };
                            parts.push(Part::Lit(before.into()));
                            (inside, rest) = (Some(String::new()), after);
                            continue;
                        };
                        let Some((end, after)) = rest.split_once("}}") else { break };
                        let id = format!("{OPEN}{name}{end}}}}}").into();
                        let gap = self.gap(at, &format!("the dynamic reference {id}"));
                        parts.push(Part::Hole(Hole { id, family: None, charset: Charset::Any, gap }.into()));
                        (inside, rest) = (None, after);
                    }
                    match &mut inside {
                        Some(name) => *name += rest,
                        None => parts.push(Part::Lit(rest.into())),
                    }
                }
            }
        }
        // One that is not closed yet may be closed by what is joined to it.
        if inside.is_some() { text } else { Text::from_parts(parts) }
    }

    fn look(&self, node: &Node) -> Result<Outcome> {
        let known = match &node.is {
            Is::Null => Known::Null,
            Is::Bool(is) => Known::Bool(*is),
            Is::Number(number) => Known::Number(number.clone()),
            Is::Text(text) => {
                self.spend(node.at, text.len())?;
                Known::Text(Text::from(text))
            }
            Is::List(items) => self.list(items)?,
            Is::Map(members) => match node.only() {
                Some(only) if is_intrinsic(&only.key) => return self.intrinsic(node, only),
                _ => self.map(members)?,
            },
        };
        Ok(Outcome::Is(Value::new(node.at, known)))
    }

    /// An item that may not be there leaves open how long the list is: then nothing of it is told.
    fn list(&self, items: &[Node]) -> Result<Known> {
        let (mut values, mut open) = (Vec::with_capacity(items.len()), None);
        for item in items {
            match self.outcome(item)? {
                Outcome::Is(value) => values.push(value),
                Outcome::Absent => {}
                Outcome::Maybe(_, gap) => open = open.or(Some(gap)),
            }
        }
        Ok(open.map_or(Known::List(values), Known::Unknown))
    }

    fn map(&self, members: &[Member]) -> Result<Known> {
        let mut entries = Vec::with_capacity(members.len());
        for Member { key, key_at, value } in members {
            if &**key == "Fn::Transform" || key.starts_with("Fn::ForEach::") {
                return Ok(Known::Unknown(self.gap(*key_at, key)));
            }
            let value = match self.outcome(value)? {
                Outcome::Is(value) => value,
                Outcome::Absent => continue,
                Outcome::Maybe(at, gap) => Value::new(at, Known::Unknown(gap)),
            };
            entries.push(Entry { key: key.clone(), key_at: *key_at, value });
        }
        Ok(Known::Map(entries))
    }

    fn intrinsic(&self, node: &Node, only: &Member) -> Result<Outcome> {
        let (at, argument) = (node.at, &only.value);
        let text = |text: Text| Ok(Known::Text(text));
        let known = match &*only.key {
            "Ref" => return self.follow_ref(node, argument),
            "Fn::If" => return self.follow_if(node, argument),
            "Fn::GetAtt" => self.follow_get_att(node, argument)?.is,
            "Fn::Sub" => text(self.sub(node, argument)?)?,
            "Fn::Join" => text(self.join(node, argument)?)?,
            "Fn::Select" => self.select(node, argument)?,
            "Fn::Split" => self.split(argument)?,
            "Fn::FindInMap" => self.find_in_map(node, argument)?,
            "Fn::Base64" => self.base64(node, argument)?,
            "Fn::Cidr" => self.cidr(node, argument)?,
            "Fn::ImportValue" => self.import(node, argument)?,
            "Fn::Length" => self.length(argument)?,
            "Fn::ToJsonString" => self.to_json(node, argument)?,
            "Fn::GetAZs" => Known::Unknown(self.gap(at, "the availability zones of the region")),
            included::OPEN => Known::Unknown(included::gap()),
            other => Known::Unknown(self.gap(at, other)),
        };
        Ok(Outcome::Is(Value::new(at, known)))
    }

    /// A value where CloudFormation wants a text. What cannot be told is a hole named by the expression.
    pub(super) fn as_text(&self, node: &Node, what: &str) -> Result<Text> {
        let value = self.value(node)?;
        self.text_of(value, node, what)
    }

    /// The same where the value is known already.
    pub(super) fn text_of(&self, value: Value, node: &Node, what: &str) -> Result<Text> {
        let gap = match value.is {
            Known::Text(text) => return Ok(text),
            Known::Number(number) => return Ok(Text::from(&number)),
            Known::Bool(is) => return Ok(Text::new(if is { "true" } else { "false" })),
            Known::Unknown(gap) => gap,
            Known::Null | Known::List(_) | Known::Map(_) if node.only().is_some_and(|it| is_intrinsic(&it.key)) => {
                self.gap(node.at, &format!("what is no text in {what}"))
            }
            _ => return Err(TemplateError::new(node.at, format!("{what} takes texts")).label("this is none")),
        };
        Ok(self.hidden(node, gap, Charset::Any))
    }

    /// A hole that stands for an expression.
    pub(super) fn hidden(&self, node: &Node, gap: Gap, charset: Charset) -> Text {
        let id = format!("{}{}", self.given.prefix, super::digest::of(node));
        Text::hole(Hole { id: id.into(), family: None, charset, gap })
    }

    /// The value exists only after deployment; `what` says which.
    pub(super) fn gap(&self, at: Span, what: &str) -> Gap {
        Gap::Computed { expr: what.to_owned(), at: format!("{}{}:{}", self.given.prefix, at.file, at.start) }
    }

    pub(super) fn items<'n>(
        &self,
        node: &'n Node,
        what: &str,
        counts: std::ops::RangeInclusive<usize>,
    ) -> Result<&'n [Node]> {
        let wrong = || TemplateError::new(node.at, format!("{what} takes a list of {}", counted(&counts)));
        node.as_list().filter(|items| counts.contains(&items.len())).ok_or_else(wrong)
    }

    pub(super) fn deeper<T>(&self, at: Span, look: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.depth.get() >= DEEPEST {
            let message = format!("expressions and references nest more than {DEEPEST} levels deep");
            return Err(TemplateError::new(at, message));
        }
        self.depth.set(self.depth.get() + 1);
        let found = look();
        self.depth.set(self.depth.get() - 1);
        found
    }

    pub(super) fn spend(&self, at: Span, bytes: usize) -> Result<()> {
        self.spent.set(self.spent.get().saturating_add(bytes));
        if self.spent.get() <= LONGEST {
            return Ok(());
        }
        let message = format!("the texts of the template come to more than {} MiB", LONGEST >> 20);
        Err(TemplateError::new(at, message).label("the limit is passed here"))
    }

    /// Each reference is followed once. One that comes back to itself through a branch that may not be taken is
    /// hidden by `circle`.
    pub(super) fn remembered(
        &self,
        name: &str,
        attribute: &str,
        circle: impl FnOnce() -> Gap,
        ask: impl FnOnce() -> Result<Value>,
    ) -> Result<Value> {
        if let Some(value) = self.references.borrow().get(name).and_then(|known| known.get(attribute)) {
            return Ok(value.clone());
        }
        let remember = |value| {
            self.references.borrow_mut().entry(name.into()).or_default().insert(attribute.into(), value);
        };
        remember(Value::new(Span::default(), Known::Unknown(circle())));
        let value = ask()?;
        remember(value.clone());
        Ok(value)
    }

    pub(super) fn no_name(&self, at: Span, name: &str) -> Result<Gap> {
        self.template.missing(at, "parameter or resource", name)?;
        Ok(self.gap(at, &format!("{}, which the template does not show", quoted(name))))
    }
}

fn counted(counts: &std::ops::RangeInclusive<usize>) -> String {
    match (counts.start(), counts.end()) {
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    }
}

pub(super) fn is_intrinsic(key: &str) -> bool {
    key == "Ref" || (key.starts_with("Fn::") && !key.starts_with("Fn::ForEach::"))
}
