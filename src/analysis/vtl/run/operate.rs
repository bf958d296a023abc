//! Operators on values that are known in part.

use super::value::{Const, Lang, Value};
use crate::analysis::vtl::ast::Operator;
use std::borrow::Cow;

impl<'t> Value<'t> {
    pub(super) fn as_int(&self) -> Option<i64> {
        match &self.lang {
            Lang::Words(words) => match words.as_slice() {
                [Const::Int(n)] if !self.null => Some(*n),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn known_text(&self) -> Option<Cow<'_, str>> {
        match &self.lang {
            Lang::Words(words) => match words.as_slice() {
                [only] if !self.null => Some(only.text()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_text(&self, text: &str) -> bool {
        self.known_text().is_some_and(|own| own == text)
    }
}

pub(super) fn operate<'t>(operator: Operator, left: &Value<'t>, right: &Value<'t>) -> Value<'t> {
    use Operator::{Add, And, Divide, Equal, Modulo, Multiply, NotEqual, Or, Subtract};
    match operator {
        Or => Value::truth(match (left.is_true(), right.is_true()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }),
        And => Value::truth(match (left.is_true(), right.is_true()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }),
        Add | Subtract | Multiply | Divide | Modulo => {
            let (Some(a), Some(b)) = (left.as_int(), right.as_int()) else { return Value::any() };
            let result = match operator {
                Add => a.checked_add(b),
                Subtract => a.checked_sub(b),
                Multiply => a.checked_mul(b),
                Divide => a.checked_div(b),
                _ => a.checked_rem(b),
            };
            result.map_or(Value::any(), Value::int)
        }
        Equal => Value::truth(compare(operator, left, right)),
        NotEqual => Value::truth(compare(Equal, left, right).map(|equal| !equal)),
        _ => Value::truth(compare(operator, left, right)),
    }
}

/// Where every version of Velocity agrees: values of one kind. API Gateway has been observed to find `null == ""` true,
/// which Velocity's documentation does not.
fn compare(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    if left.null || right.null {
        return None;
    }
    match (&left.lang, &right.lang) {
        (Lang::Words(a), Lang::Words(b)) => {
            let mut all = a.iter().flat_map(|a| b.iter().map(move |b| one(operator, a, b)));
            let first = all.next()??;
            all.all(|truth| truth == Some(first)).then_some(first)
        }
        (Lang::Integer { at_least: Some(least) }, Lang::Words(_)) => {
            let n = right.as_int()?;
            match operator {
                Greater if *least > n => Some(true),
                GreaterOrEqual if *least >= n => Some(true),
                Less if *least >= n => Some(false),
                LessOrEqual | Equal if *least > n => Some(false),
                _ => None,
            }
        }
        (Lang::Words(_), Lang::Integer { .. }) => {
            let turned = match operator {
                Greater => Less,
                GreaterOrEqual => LessOrEqual,
                Less => Greater,
                LessOrEqual => GreaterOrEqual,
                other => other,
            };
            compare(turned, right, left)
        }
        _ => None,
    }
}

fn one(operator: Operator, a: &Const<'_>, b: &Const<'_>) -> Option<bool> {
    match (operator, a, b) {
        (Operator::Equal, Const::Str(a), Const::Str(b)) => Some(a == b),
        (Operator::Equal, Const::Bool(a), Const::Bool(b)) => Some(a == b),
        (Operator::Equal, Const::Int(a), Const::Int(b)) => Some(a == b),
        (Operator::Greater, Const::Int(a), Const::Int(b)) => Some(a > b),
        (Operator::GreaterOrEqual, Const::Int(a), Const::Int(b)) => Some(a >= b),
        (Operator::Less, Const::Int(a), Const::Int(b)) => Some(a < b),
        (Operator::LessOrEqual, Const::Int(a), Const::Int(b)) => Some(a <= b),
        _ => None,
    }
}
