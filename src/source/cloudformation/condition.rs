//! Conditions: true, false, or undecided, and then what they hang on.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>. Kleene's
//! strong logic: the first false decides an `And`, whatever is undecided beside it.

use super::choice::Asked;
use super::error::{Result, TemplateError, quoted};
use super::evaluate::Outcome;
use super::{Alternative, Evaluator, Known, Value, digest, equal};
use crate::model::{Gap, Hole, Part, Str};
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
            if let (Some((name, hole)), Some(literal)) = (self.assignable(one), literal(other)) {
                return Ok(self.ask(&name, hole, literal));
            }
        }
        Ok(comparison)
    }

    fn ask(&self, name: &str, hole: &Hole, literal: Str) -> Judged {
        let parameter = self.template.parameters.get(name);
        let other = self.world.get(name) == Some(&Alternative::Other);
        if other || parameter.is_some_and(|parameter| !parameter.is_stored() && !parameter.allows(&literal)) {
            return Judged::decided(false);
        }
        let label = hole.id.to_string();
        Judged { asks: [(name.into(), Asked::value(label, literal))].into(), ..Judged::default() }
    }

    /// A comparison that cannot be followed is a choice of its own. The same comparison is the same choice.
    fn ask_comparison(&self, node: &Node) -> Judged {
        let name: Str = digest::of(node).into();
        match self.world.get(&name) {
            Some(Alternative::Holds(truth)) => Judged::decided(*truth),
            _ => Judged { asks: [(name, Asked::comparison())].into(), ..Judged::default() },
        }
    }

    /// The parameter or pseudo parameter whose value this is and which nothing gives.
    pub(super) fn assignable<'v>(&self, value: &'v Value) -> Option<(Str, &'v Hole)> {
        let Known::Text(text) = &value.is else { return None };
        let mut holes = text.holes();
        let hole = holes.next().filter(|_| holes.next().is_none())?;
        let name = hole.id.strip_prefix(&*self.given.prefix)?;
        let whole = text.parts().iter().all(|part| matches!(part, Part::Hole(_)));
        let known = self.template.parameters.contains_key(name) || name.starts_with("AWS::");
        (whole && known && !self.given.parameters.contains_key(name)).then(|| (name.into(), hole))
    }

    pub(super) fn condition_gap(&self, name: &str) -> Gap {
        let at = self.template.conditions.get(name).map(|member| member.key_at).unwrap_or_default();
        self.gap(at, &format!("condition {name}"))
    }

    pub(super) fn follow_if(&self, node: &Node, argument: &Node) -> Result<Outcome> {
        let [name, yes, no] = self.items(argument, "Fn::If", 3..=3)? else { return Ok(Outcome::Absent) };
        let (at, truth) = (name.at, self.condition_of(name)?);
        let gap = match truth {
            Ok(truth) => return self.outcome(if truth { yes } else { no }),
            Err(gap) => gap,
        };
        Ok(match (self.outcome(yes)?, self.outcome(no)?) {
            (Outcome::Absent, Outcome::Absent) => Outcome::Absent,
            (Outcome::Is(yes), Outcome::Is(no)) if equal::alike(&yes, &no) => Outcome::Is(yes),
            (Outcome::Is(_), Outcome::Is(_)) => Outcome::Is(Value::new(node.at, Known::Unknown(gap))),
            _ => Outcome::Maybe(at, gap),
        })
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

fn no_condition(node: &Node) -> TemplateError {
    let message = match &node.is {
        Is::Map(_) => "this function is none of conditions",
        _ => "a condition is a function, not a value",
    };
    TemplateError::new(node.at, message)
        .help("conditions are made of Fn::And, Fn::Or, Fn::Not, Fn::Equals and Condition")
}
