//! Conditions: true, false, or undecided, and then what they hang on.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>. Kleene's
//! strong logic: the first false decides an `And`, whatever is undecided beside it.

use super::choice::Asked;
use super::error::{Result, TemplateError, quoted};
use super::evaluate::Outcome;
use super::parameter::Parameter;
use super::{Alternative, Evaluator, Known, Value, digest, equal};
use crate::model::{Gap, Hole, Part, Str, Text};
use crate::source::tree::{Is, Member, Node};
use std::collections::BTreeMap;

/// How a condition came out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Judged {
    /// `None`: undecided.
    pub(super) truth: Option<bool>,
    /// What an undecided one asks of what.
    pub(super) asks: BTreeMap<Str, Asked>,
    /// Still being followed.
    underway: bool,
}

impl Judged {
    fn decided(truth: bool) -> Self {
        Judged { truth: Some(truth), ..Judged::default() }
    }

    fn negate(self) -> Self {
        Judged { truth: self.truth.map(|truth| !truth), ..self }
    }
}

impl Evaluator<'_> {
    pub(super) fn judge_all(&self) -> Result<()> {
        self.template.conditions.values().try_for_each(|member| self.judge(member).map(drop))
    }

    fn judge(&self, member: &Member) -> Result<Judged> {
        match self.judged.borrow().get(&member.key) {
            Some(judged) if judged.underway => {
                let message = format!("the condition {} refers to itself", quoted(&member.key));
                return Err(TemplateError::new(member.key_at, message).label("the circle begins here"));
            }
            Some(judged) => return Ok(judged.clone()),
            None => {}
        }
        self.judged.borrow_mut().insert(member.key.clone(), Judged { underway: true, ..Judged::default() });
        let before = self.deciding.replace(true);
        let judged = self.deeper(member.value.at, || self.decide(&member.value));
        self.deciding.set(before);
        let judged = judged?;
        self.judged.borrow_mut().insert(member.key.clone(), judged.clone());
        Ok(judged)
    }

    fn decide(&self, node: &Node) -> Result<Judged> {
        let Some(only) = node.only() else { return Err(no_condition(node)) };
        let argument = &only.value;
        let each = |what, counts| -> Result<Vec<Judged>> {
            let items = self.items(argument, what, counts)?;
            items.iter().map(|item| self.deeper(item.at, || self.decide(item))).collect()
        };
        match &*only.key {
            "Condition" => {
                let name = argument.as_text().ok_or_else(|| no_condition(node))?;
                match self.template.conditions.get(name) {
                    Some(member) => self.judge(member).map_err(|error| error.also(argument.at, "referred to here")),
                    None => {
                        self.template.missing(argument.at, "condition", name)?;
                        Ok(self.ask_comparison(node))
                    }
                }
            }
            "Fn::And" => Ok(all(each("Fn::And", 2..=10)?)),
            "Fn::Or" => Ok(all(each("Fn::Or", 2..=10)?.into_iter().map(Judged::negate)).negate()),
            "Fn::Not" => Ok(all(each("Fn::Not", 1..=1)?.into_iter().map(Judged::negate))),
            "Fn::Equals" => self.equals(node, argument),
            key if key.starts_with("Fn::Transform") => Ok(self.ask_comparison(node)),
            _ => Err(no_condition(node)),
        }
    }

    fn equals(&self, node: &Node, argument: &Node) -> Result<Judged> {
        let [left, right] = self.items(argument, "Fn::Equals", 2..=2)? else { return Ok(Judged::default()) };
        let (a, b) = (self.value(left)?, self.value(right)?);
        if let Some(truth) = equal::values(&a, &b) {
            return Ok(Judged::decided(truth));
        }
        // What was open when the choices were made may have become a question about one parameter.
        let comparison = self.ask_comparison(node);
        if comparison.truth.is_some() {
            return Ok(comparison);
        }
        for (one, other) in [(&a, &b), (&b, &a)] {
            if let (Some(hole), Some(literal)) = (self.assignable(one), literal(other)) {
                return Ok(self.ask(hole, literal));
            }
        }
        Ok(comparison)
    }

    fn ask(&self, hole: &Hole, literal: Str) -> Judged {
        let other = self.world.get(&hole.id) == Some(&Alternative::Other);
        if other || self.own(&hole.id).is_some_and(|parameter| !parameter.allows(&literal)) {
            return Judged::decided(false);
        }
        Judged { asks: [(hole.id.clone(), Asked::value(hole.id.to_string(), literal))].into(), ..Judged::default() }
    }

    /// A comparison that cannot be followed is a choice of its own. The same comparison is the same choice.
    fn ask_comparison(&self, node: &Node) -> Judged {
        let of: Str = format!("{}{}", self.given.prefix, digest::of(node)).into();
        match self.world.get(&of) {
            Some(Alternative::Holds(truth)) => Judged::decided(*truth),
            _ => Judged { asks: [(of, Asked::comparison())].into(), ..Judged::default() },
        }
    }

    /// The hole that this value is, if it stands for a parameter or pseudo parameter, of this template or of the one
    /// around it.
    pub(super) fn assignable<'v>(&self, value: &'v Value) -> Option<&'v Hole> {
        let Known::Text(text) = &value.is else { return None };
        let hole = whole_hole(text)?;
        let name = hole.id.strip_prefix(&*self.given.prefix);
        let own = name.is_some_and(|name| name.starts_with("AWS::")) || self.open(&hole.id).is_some();
        let given =
            || self.given.parameters.values().chain([&self.given.account, &self.given.region].into_iter().flatten());
        (own || given().any(|given| given == text)).then_some(hole)
    }

    /// The parameter without a value whose hole has this id.
    fn open(&self, id: &str) -> Option<&Parameter> {
        let name = id.strip_prefix(&*self.given.prefix)?;
        self.template.parameters.get(name).filter(|_| !self.given.parameters.contains_key(name))
    }

    /// The same, if its value is what is given: what its declaration says holds for it.
    pub(super) fn own(&self, id: &str) -> Option<&Parameter> {
        self.open(id).filter(|parameter| !parameter.is_stored())
    }

    pub(super) fn condition_gap(&self, name: &str) -> Gap {
        let at = self.template.conditions.get(name).map(|member| member.key_at).unwrap_or_default();
        self.gap(at, &format!("condition {}{name}", self.given.prefix))
    }

    pub(super) fn follow_if(&self, node: &Node, argument: &Node) -> Result<Outcome> {
        let [name, yes, no] = self.items(argument, "Fn::If", 3..=3)? else { return Ok(Outcome::Absent) };
        let (at, truth) = (name.at, self.condition_of(name)?);
        let gap = match truth {
            Ok(truth) => return self.outcome(if truth { yes } else { no }),
            Err(gap) => gap,
        };
        Ok(match (self.branch(yes, &gap)?, self.branch(no, &gap)?) {
            (Outcome::Absent, Outcome::Absent) => Outcome::Absent,
            (Outcome::Is(yes), Outcome::Is(no)) if equal::alike(&yes, &no) => Outcome::Is(yes),
            (Outcome::Is(_), Outcome::Is(_)) => Outcome::Is(Value::new(node.at, Known::Unknown(gap))),
            _ => Outcome::Maybe(at, gap),
        })
    }

    /// What may not be taken is not refused for what only its taking would show.
    fn branch(&self, node: &Node, gap: &Gap) -> Result<Outcome> {
        match self.outcome(node) {
            Err(error) if error.only_if_reached => Ok(Outcome::Maybe(node.at, gap.clone())),
            found => found,
        }
    }

    fn condition_of(&self, name: &Node) -> Result<std::result::Result<bool, Gap>> {
        let Some(text) = name.as_text() else {
            return Err(TemplateError::new(name.at, "the first argument of Fn::If is a condition's name"));
        };
        let Some(member) = self.template.conditions.get(text) else {
            self.template.missing(name.at, "condition", text)?;
            return Ok(Err(self.condition_gap(text)));
        };
        Ok(self.judge(member)?.truth.ok_or_else(|| self.condition_gap(text)))
    }
}

fn all(each: impl IntoIterator<Item = Judged>) -> Judged {
    let mut open = None;
    for judged in each {
        match judged.truth {
            Some(false) => return Judged::decided(false),
            Some(true) => {}
            None => {
                let asks: &mut BTreeMap<Str, Asked> = open.get_or_insert_default();
                judged.asks.into_iter().for_each(|(name, asked)| asks.entry(name).or_default().merge(asked));
            }
        }
    }
    match open {
        Some(asks) => Judged { asks, ..Judged::default() },
        None => Judged::decided(true),
    }
}

fn literal(value: &Value) -> Option<Str> {
    match &value.is {
        Known::Text(text) => text.lit().map(Str::from),
        Known::Number(number) => Some(number.clone()),
        Known::Bool(is) => Some(is.to_string().into()),
        _ => None,
    }
}

pub(super) fn whole_hole(text: &Text) -> Option<&Hole> {
    let mut holes = text.holes();
    let only = holes.next().filter(|_| holes.next().is_none())?;
    text.parts().iter().all(|part| matches!(part, Part::Hole(_))).then_some(only)
}

fn no_condition(node: &Node) -> TemplateError {
    let message = match &node.is {
        Is::Map(_) => "this function is none of conditions",
        _ => "a condition is a function, not a value",
    };
    TemplateError::new(node.at, message)
        .help("conditions are made of Fn::And, Fn::Or, Fn::Not, Fn::Equals and Condition")
}
