//! One template, and what is known of where it runs.

use super::ast::{Block, Span};
use super::run::{Ends, run};
use super::{Api, Field, Form, Literal, Loop, Override, Read, Shape, Status, Target, Unknown};
use super::{loops, members, mock, overrides, shape, stage_variables, writes};
use crate::analysis::Tri;
use crate::model::Gap;
use crate::model::refs::Vars;
use std::borrow::Cow;
use std::rc::Rc;

/// What is known beside the template itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    pub api: Api,
    /// The variables of the stage, if one is meant. More knowledge never turns one answer into its opposite.
    pub vars: Option<&'a Vars>,
}

/// All that can be said of a template without a request. What needs the template run is worked out once, the lists
/// when they are asked for.
///
/// Yes, No, always and never hold for every request for which the template renders to its end.
#[derive(Clone, Debug)]
pub struct Analysis<'t> {
    source: Cow<'t, str>,
    template: Rc<Block>,
    given: Given<'t>,
    shape: Shape,
    status: Status,
    overrides: Vec<Override>,
    /// There may be others.
    unseen: bool,
}

impl<'t> Analysis<'t> {
    /// `template` is what `source` was parsed to.
    pub fn of(source: impl Into<Cow<'t, str>>, template: &Rc<Block>, given: Given<'t>) -> Analysis<'t> {
        let source = source.into();
        let whole = Span::new(0, source.len());
        let Ends { out, overrides: all, given_up } = run(&source, template, &given);
        let shape = shape::shape(&out, given_up, whole);
        let status = mock::status(&out, given_up, !source.contains('$'), whole);
        let may_override = overrides::may_override(&source, template);
        let unseen = may_override && (given_up || all.unseen.is_some());
        let overrides = if may_override { overrides::overrides(&all, given_up) } else { Vec::new() };
        Analysis { source, template: template.clone(), given, shape, status, overrides, unseen }
    }

    /// Whether the output is JSON.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The status code for a MOCK integration.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Every parameter that is overridden, in the order of [`super::Target`].
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// May there be overrides that cannot be told, in code that cannot be followed?
    pub fn may_override_more(&self) -> bool {
        self.unseen
    }

    /// Is this parameter overridden? Yes: by every request that the template renders for, and the last of the places. No:
    /// by none; the proof is the whole template. Unknown: by some, or a name is computed, or code runs that cannot be seen.
    pub fn overridden(&self, wanted: &Target<'_>) -> Tri<Span> {
        let mut may = self.unseen;
        for one in &self.overrides {
            match one.target.is(wanted) {
                Some(true) if one.always => return Tri::Yes(one.at.last().copied().unwrap_or_default()),
                Some(false) => {}
                _ => may = true,
            }
        }
        match may {
            true => Tri::unknown(Gap::Runtime { what: format!("whether the template overrides {wanted}") }),
            false => Tri::No(self.template.span),
        }
    }

    /// Members that AWS does not document.
    pub fn unknown_members(&self) -> Vec<Unknown> {
        members::unknown(&self.template, &self.given)
    }

    /// Stage variables, in source order.
    pub fn stage_variables(&self) -> Vec<Read> {
        stage_variables::reads(&self.template)
    }

    /// String members of JSON, such as `TableName`.
    pub fn fields(&self) -> Vec<Field> {
        writes::fields(&self.source, &self.template)
    }

    /// ARNs in the output and in strings.
    pub fn arns(&self) -> Vec<Literal> {
        writes::arns(&self.source, &self.template)
    }

    /// The pairs of an `Action=…` body.
    pub fn form(&self) -> Option<Form> {
        writes::form(&self.source, &self.template)
    }

    pub fn loops(&self) -> Vec<Loop> {
        loops::loops(&self.template)
    }
}
