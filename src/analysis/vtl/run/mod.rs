//! A template run on all requests at once.
//!
//! Values are sets of texts, conditions that are not known go both ways, loops go round until nothing new appears. What
//! it keeps is never smaller than what can happen, so that "always" and "never" are proofs; work beyond a bound that
//! grows with the template ends in "not known".

mod eval;
mod flow;
mod json;
mod operate;
pub(super) mod overrides;
mod set;
mod status;
mod value;

use super::Given;
use super::ast::{Block, Branch, Expr, NodeKind, Reference, Span};
use flow::{Flow, join};
use json::State;
use overrides::{Map, Overrides, Target, target};
use set::{Place, Set, Work};
use status::Found;
use std::collections::BTreeSet;
use value::{Items, Lang, Value};

/// Effort a byte of the template, and for the smallest one.
const EFFORT: usize = 200;
const BASE: usize = 200_000;
/// Loops that have not settled after so many rounds are not followed further.
const ROUNDS: usize = 12;
/// Iterations of one loop: a quota that cannot be raised.
pub(super) const ITERATIONS: usize = 1000;

/// All ends of a template.
pub(super) struct Ends<'t> {
    pub out: Output,
    pub overrides: Overrides<'t>,
    /// The work was given up, and nothing is known.
    pub given_up: bool,
}

/// What the output may be at its end.
pub(super) struct Output {
    /// The first place where a reading of it was no JSON any more, before and after a bracket was opened.
    pub outside: Option<Span>,
    pub inside: Option<Span>,
    /// Where the last reading ended to be JSON, if all did.
    pub killed: Option<Span>,
    /// Where the reading that the template's author had in mind ended to be JSON.
    pub slip: Option<Span>,
    pub readings: Vec<Reading>,
}

/// One way in which the whole output may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reading {
    /// It is one whole JSON value, if keys without quotes count.
    pub whole: bool,
    /// It has no such keys.
    pub strict: bool,
    /// Brackets may be open that were not seen.
    pub open: bool,
    /// It is white space.
    pub blank: bool,
    pub status: Code,
}

/// `statusCode` of a top-level object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Code {
    None,
    Integer(i64),
    Unsure,
}

#[derive(Clone, Copy)]
struct At {
    first: Option<bool>,
    last: Option<bool>,
}

struct Run<'t, 'g> {
    source: &'t str,
    given: &'g Given<'g>,
    work: Work,
    /// Joined at `#stop`.
    stopped: Option<Flow<'t>>,
    /// Joined at `#break`, one a loop around.
    broken: Vec<Option<Flow<'t>>>,
    around: Vec<At>,
    macros: BTreeSet<&'t str>,
    given_up: bool,
}

pub(super) fn run<'t>(source: &'t str, template: &'t Block, given: &Given<'_>) -> Ends<'t> {
    let mut run = Run {
        source,
        given,
        work: Work { left: EFFORT * source.len() + BASE },
        stopped: None,
        broken: Vec::new(),
        around: Vec::new(),
        macros: macros(template),
        given_up: false,
    };
    let mut end = run.block(template, Flow::start());
    if let Some(stopped) = run.stopped.take() {
        join(&mut end, stopped, &mut run.work);
    }
    let end = end.unwrap_or_else(Flow::start);
    let given_up = run.given_up || run.work.is_spent();
    Ends { out: output(end.out), overrides: end.overrides, given_up }
}

fn output(set: Set) -> Output {
    let mut readings: Vec<Reading> = set.live.iter().map(reading).collect();
    readings.sort_unstable();
    readings.dedup();
    Output { outside: set.outside, inside: set.inside, killed: set.killed, slip: set.slip, readings }
}

fn reading(state: &State) -> Reading {
    let status = match state.status.found {
        Found::Nothing => Code::None,
        Found::Code(n) => Code::Integer(n),
        Found::Sign | Found::Unsure => Code::Unsure,
    };
    Reading { whole: state.accepts(), strict: !state.lenient, open: state.open, blank: state.is_blank(), status }
}

fn macros(template: &Block) -> BTreeSet<&str> {
    struct Macros<'t>(BTreeSet<&'t str>);
    impl<'t> super::walk::Visit<'t> for Macros<'t> {
        fn reference(&mut self, _: &'t Reference, _: bool) {}
        fn node(&mut self, node: &'t super::ast::Node) {
            if let NodeKind::Macro { name, .. } = &node.kind {
                self.0.insert(name);
            }
        }
    }
    let mut found = Macros(BTreeSet::new());
    super::walk::walk(template, &mut found);
    found.0
}

impl<'t> Run<'t, '_> {
    /// `None`: no request gets past it.
    fn block(&mut self, block: &'t Block, flow: Flow<'t>) -> Option<Flow<'t>> {
        let mut flow = flow;
        for node in &block.nodes {
            if self.work.is_spent() {
                return Some(flow);
            }
            self.work.spend(4);
            match &node.kind {
                NodeKind::Text(text) => self.text(&mut flow, text, node.span),
                NodeKind::Unparsed(text) => {
                    let place = Place { span: node.span, verbatim: false };
                    flow.out = flow.out.text(text, place, &mut self.work);
                }
                NodeKind::Comment(_) | NodeKind::Macro { .. } => {}
                NodeKind::Reference(reference) => {
                    let value = self.reference(&mut flow, reference);
                    let block = value.block;
                    let lang = self.written(reference, value);
                    self.write(&mut flow, &lang, node.span);
                    if block {
                        flow.unseen(node.span);
                    }
                }
                NodeKind::Set { target, value } => self.set(&mut flow, target, value, node.span),
                NodeKind::If { branches, otherwise } => flow = self.branch(branches, otherwise.as_ref(), flow)?,
                NodeKind::Foreach { item, list, body } => flow = self.foreach(item, list, body, flow)?,
                NodeKind::Define { target, .. } => {
                    flow.insert(&target.name.text, Value::unseen());
                }
                NodeKind::Call { name, args, body } => {
                    if body.is_none() && !self.macros.contains(name.as_str()) && !flow.wild {
                        args.iter().flatten().for_each(|arg| drop(self.eval(&mut flow, arg)));
                        self.text(&mut flow, node.span.of(self.source), node.span);
                    } else {
                        self.unseen(&mut flow, node.span);
                    }
                }
                NodeKind::Literal { body } => {
                    let place = Place { span: node.span, verbatim: false };
                    flow.out = flow.out.text(body.span.of(self.source), place, &mut self.work);
                }
                NodeKind::Stop { .. } => {
                    join(&mut self.stopped, flow, &mut self.work);
                    return None;
                }
                NodeKind::Break { scope } => {
                    self.stop_loops(scope.is_some(), flow);
                    return None;
                }
                NodeKind::Include { .. }
                | NodeKind::Parse { .. }
                | NodeKind::Evaluate { .. }
                | NodeKind::Misused { .. } => self.unseen(&mut flow, node.span),
            }
        }
        Some(flow)
    }

    fn text(&mut self, flow: &mut Flow<'t>, text: &str, span: Span) {
        let place = Place { span, verbatim: text.len() == span.end - span.start };
        flow.out = flow.out.text(text, place, &mut self.work);
    }

    fn write(&mut self, flow: &mut Flow<'t>, lang: &Lang<'t>, span: Span) {
        flow.out = flow.out.write(lang, Place { span, verbatim: false }, &mut self.work);
    }

    fn unseen(&mut self, flow: &mut Flow<'t>, span: Span) {
        self.write(flow, &Lang::Any, span);
        flow.unseen(span);
    }

    /// Which loop, or whether the whole template, ends at a `#break` with a scope or outside of loops is not followed.
    fn stop_loops(&mut self, scoped: bool, flow: Flow<'t>) {
        let innermost = self.broken.len().saturating_sub(1);
        for (at, broken) in self.broken.iter_mut().enumerate() {
            if scoped || at == innermost {
                join(broken, flow.split(&mut self.work), &mut self.work);
            }
        }
        if scoped || self.broken.is_empty() {
            join(&mut self.stopped, flow, &mut self.work);
        }
    }

    fn set(&mut self, flow: &mut Flow<'t>, to: &'t Reference, value: &'t Expr, span: Span) {
        let value = self.eval(flow, value);
        let name = to.name.text.as_str();
        if to.path.is_empty() {
            let old = flow.get(name).cloned();
            let value = if value.null { value.join(&old.unwrap_or_else(|| flow.unset())) } else { value };
            flow.insert(name, value);
            return;
        }
        let sure = !value.null && !flow.wild;
        let known = flow.get(name).map(|value| value.context);
        if known.is_none() && name == "context" {
            self.reference(flow, to);
            match target(to, None) {
                Some(target) => flow.overrides.assign(target, span, sure),
                None => flow.wild = true,
            }
            return;
        }
        if flow.wild || known == Some(true) {
            flow.overrides.assign(Target { map: Map::Other, name: None }, span, false);
        }
        flow.wild |= known.is_none() && matches!(name, "input" | "stageVariables" | "util");
        self.reference(flow, to);
        flow.lists_change();
    }

    fn branch(&mut self, branches: &'t [Branch], otherwise: Option<&'t Block>, mut flow: Flow<'t>) -> Option<Flow<'t>> {
        let mut end = None;
        for branch in branches {
            let truth = self.eval(&mut flow, &branch.condition).is_true();
            if truth == Some(false) {
                continue;
            }
            let taken = flow.split(&mut self.work);
            if let Some(taken) = self.block(&branch.body, taken) {
                join(&mut end, taken, &mut self.work);
            }
            if truth == Some(true) {
                return end;
            }
        }
        let rest = match otherwise {
            Some(body) => self.block(body, flow),
            None => Some(flow),
        };
        if let Some(rest) = rest {
            join(&mut end, rest, &mut self.work);
        }
        end
    }

    fn foreach(
        &mut self,
        item: &'t Reference,
        list: &'t Expr,
        body: &'t Block,
        mut flow: Flow<'t>,
    ) -> Option<Flow<'t>> {
        let list = self.eval(&mut flow, list);
        let (least, most, each) = match list.items {
            Some(Items { least, most, each }) if !list.null => (least, most, Value::new(each)),
            _ => (0, None, Value { context: list.context, block: list.block, ..Value::any() }),
        };
        let name = item.name.text.as_str();
        let before = flow.get(name).cloned();
        if most.is_some_and(|most| most > ITERATIONS) {
            // Whether the rest is left out or the request fails is not documented.
            self.unseen(&mut flow, body.span);
            return Some(flow);
        }
        let own = body.span.of(self.source);
        self.work.spend(own.len() / 8);
        let placed = own.contains("foreach") || own.contains("velocity");
        self.broken.push(None);
        let once = |run: &mut Self, mut flow: Flow<'t>, first: bool, last: bool| {
            flow.insert(name, each.clone());
            let known = |truth| placed.then_some(truth);
            run.around.push(At { first: known(first), last: known(last) });
            let end = run.block(body, flow);
            run.around.pop();
            end
        };
        let mut end = if least == 0 { Some(flow.split(&mut self.work)) } else { None };
        if placed && least <= 1 && most != Some(0) {
            let only = flow.split(&mut self.work);
            if let Some(only) = once(self, only, true, true) {
                join(&mut end, only, &mut self.work);
            }
        }
        let least_turns = if placed { 2 } else { 1 };
        if most.is_none_or(|most| most >= least_turns)
            && let Some(mut middle) = once(self, flow, true, false)
        {
            if !placed && least > 1 {
                middle = match once(self, middle, false, false) {
                    Some(second) => second,
                    None => return self.end_of_loop(end, name, before, each.clone()),
                };
            }
            let mut settled = most.is_some_and(|most| most <= least_turns.max(least.min(2)));
            for _ in 0..ROUNDS {
                if settled || self.work.is_spent() {
                    break;
                }
                let was = middle.split(&mut self.work);
                let turn = middle.split(&mut self.work);
                if let Some(next) = once(self, turn, false, false) {
                    middle.join(&next, &mut self.work);
                }
                settled = middle == was;
            }
            self.given_up |= !settled;
            let last = if placed { once(self, middle, false, true) } else { Some(middle) };
            if let Some(last) = last {
                join(&mut end, last, &mut self.work);
            }
        }
        self.end_of_loop(end, name, before, each.clone())
    }

    fn end_of_loop(
        &mut self,
        mut end: Option<Flow<'t>>,
        name: &'t str,
        before: Option<Value<'t>>,
        each: Value<'t>,
    ) -> Option<Flow<'t>> {
        if let Some(Some(broken)) = self.broken.pop() {
            join(&mut end, broken, &mut self.work);
        }
        // The variable gets back what it had, or nothing.
        if let Some(end) = &mut end {
            let each = each.or_null();
            end.insert(name, before.map_or(each.clone(), |before| before.join(&each)));
        }
        end
    }
}
