//! `Rules`: what a template demands of its parameters before anything is made.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>. A rule refuses only what is
//! given. A default that it refuses is there to make people give a value, and then it is not the default that counts.
//! `Fn::RefAll`, `Fn::ValueOf` and `Fn::ValueOfAll` ask the account: what hangs on them is open.

use super::error::{Result, TemplateError, quoted};
use super::{Evaluator, Given, Known, Value, World, equal};
use crate::model::Gap;
use crate::source::tree::{Member, Node};
use std::sync::Arc;

impl Evaluator<'_> {
    /// # Errors
    /// An assertion is false whatever is not given, or is none.
    pub(super) fn check_rules(&self) -> Result<()> {
        if self.template.rules.is_empty() {
            return Ok(());
        }
        let unknown = Some(Gap::not_readable("which value is given"));
        let given = Given { unknown, ..Given::clone(&self.given) };
        let asked = Evaluator::begun(self.template, Arc::new(given), World::new());
        asked.deciding.set(true);
        self.template.rules.iter().try_for_each(|rule| asked.check_rule(rule))
    }

    fn check_rule(&self, rule: &Member) -> Result<()> {
        let condition = rule.value.get("RuleCondition").map(|condition| self.demanded(condition)).transpose()?;
        if condition.is_some_and(|truth| truth != Some(true)) {
            return Ok(());
        }
        for assertion in rule.value.get("Assertions").and_then(Node::as_list).unwrap_or_default() {
            let Some(assert) = assertion.get("Assert") else { continue };
            if self.demanded(assert)? == Some(false) {
                let says = assertion.get("AssertDescription").and_then(Node::as_text).map(quoted);
                let says = says.map(|says| format!(": {says}")).unwrap_or_default();
                let message = format!("the rule {} refuses the given values{says}", quoted(&rule.key));
                return Err(TemplateError::new(assert.at, message).label("this is false"));
            }
        }
        Ok(())
    }

    /// Is it so? `None` where that hangs on what is not given.
    fn demanded(&self, node: &Node) -> Result<Option<bool>> {
        let Some(only) = node.only() else { return Ok(None) };
        let (what, argument) = (&*only.key, &only.value);
        let each = |counts| -> Result<Vec<Option<bool>>> {
            let items = self.items(argument, what, counts)?;
            items.iter().map(|item| self.deeper(item.at, || self.demanded(item))).collect()
        };
        let two = || -> Result<Option<[Value; 2]>> {
            let [one, two] = self.items(argument, what, 2..=2)? else { return Ok(None) };
            Ok(Some([self.value(one)?, self.value(two)?]))
        };
        Ok(match what {
            "Fn::And" => equal::all(each(2..=10)?),
            "Fn::Or" => any(each(2..=10)?),
            "Fn::Not" => equal::all(each(1..=1)?).map(|truth| !truth),
            "Fn::Equals" => two()?.and_then(|[one, two]| equal::values(&one, &two)),
            "Fn::Contains" => two()?.and_then(|[list, item]| is_in(&item, &list)),
            "Fn::EachMemberEquals" => {
                two()?.and_then(|[list, item]| equal::all(members(&list)?.iter().map(|it| equal::values(it, &item))))
            }
            "Fn::EachMemberIn" => {
                two()?.and_then(|[list, among]| equal::all(members(&list)?.iter().map(|it| is_in(it, &among))))
            }
            _ => None,
        })
    }
}

fn members(list: &Value) -> Option<&[Value]> {
    match &list.is {
        Known::List(items) => Some(items),
        _ => None,
    }
}

fn is_in(item: &Value, list: &Value) -> Option<bool> {
    any(members(list)?.iter().map(|it| equal::values(it, item)))
}

fn any(each: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    equal::all(each.into_iter().map(|truth| truth.map(|truth| !truth))).map(|none| !none)
}
