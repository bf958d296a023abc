//! The `Condition` element.

use super::context::{Carried, Context};
use super::operator::{Operator, Set, Test, boolean, compare};
use super::variables::one_of;
use crate::analysis::Tri;
use crate::model::policy::{Many, Scalar};
use crate::model::{Gap, Text};

/// Is the condition on this key true for the call? `variables` says whether the
/// policy's version has policy variables.
pub(super) fn holds(name: &str, key: &str, values: &Many<Scalar>, context: &Context, variables: bool) -> Tri<()> {
    let Some(operator) = Operator::parse(name) else {
        return Tri::unknown(Gap::not_modelled(format!("the condition operator {name}")));
    };
    if values.as_slice().is_empty() {
        return Tri::unknown(Gap::not_modelled(format!("a condition on {key} without values")));
    }
    let condition = Condition { operator, context, variables, values };
    match context.get(key) {
        Carried::Present(call) => condition.present(call),
        Carried::Absent => condition.absent(),
        Carried::Perhaps(call) => match (condition.present(call), condition.absent()) {
            (Tri::Yes(()), Tri::Yes(())) => Tri::Yes(()),
            (Tri::No(()), Tri::No(())) => Tri::No(()),
            _ => Tri::unknown(Gap::Runtime { what: key.to_owned() }),
        },
        Carried::Unknown => Tri::unknown(Gap::Runtime { what: key.to_owned() }),
    }
}

struct Condition<'a> {
    operator: Operator,
    context: &'a Context,
    variables: bool,
    values: &'a Many<Scalar>,
}

impl Condition<'_> {
    fn absent(&self) -> Tri<()> {
        let operator = self.operator;
        match operator.set {
            _ if operator.test == Test::Null => self.null(true),
            _ if operator.if_exists => Tri::Yes(()),
            Some(Set::ForAllValues) => Tri::Yes(()),
            Some(Set::ForAnyValue) if operator.negated => {
                Tri::unknown(Gap::not_modelled("ForAnyValue with a negated operator on a key that is not there"))
            }
            Some(Set::ForAnyValue) => Tri::No(()),
            None => Tri::of(operator.negated, ()),
        }
    }

    fn present(&self, call: &[Text]) -> Tri<()> {
        if self.operator.test == Test::Null {
            return self.null(call.is_empty());
        }
        if call.is_empty() {
            return self.absent();
        }
        // An empty string counts as an empty set.
        if self.operator.set.is_some() && call.iter().all(Text::is_empty) {
            return Tri::of(self.operator.set == Some(Set::ForAllValues), ());
        }
        let maybe_empty = |text: &Text| text.lit().is_none() && text.holes().all(|hole| hole.charset.may_be_empty());
        if self.operator.set.is_some() && call.iter().any(maybe_empty) {
            return Tri::Unknown(call.iter().flat_map(Text::gaps).collect());
        }
        let each = call.iter().map(|call| self.one(call));
        match (self.operator.set, call) {
            (Some(Set::ForAllValues), _) => Tri::all(each, ()),
            (Some(Set::ForAnyValue), _) => Tri::any(each, ()),
            (None, [only]) => self.one(only),
            (None, _) => Tri::unknown(Gap::not_modelled("several values of a key without ForAllValues or ForAnyValue")),
        }
    }

    fn one(&self, call: &Text) -> Tri<()> {
        let context = (self.variables && self.operator.takes_variables()).then_some(self.context);
        one_of(self.values.iter().map(Scalar::text), context, self.operator.negated, |text, value| {
            compare(self.operator.test, text, value, call)
        })
    }

    fn null(&self, is_null: bool) -> Tri<()> {
        let answers =
            self.values.iter().map(Scalar::text).map(|text| match (text.known(), text.lit().and_then(boolean)) {
                (_, Some(wanted)) => Tri::of(wanted == is_null, ()),
                (Err(gap), _) => Tri::unknown(gap),
                _ => Tri::unknown(Gap::not_modelled(format!("Null with the value {text}"))),
            });
        Tri::any(answers, ())
    }
}
