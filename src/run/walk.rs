//! Follows the requests of one API, hop by hop.

use super::fold::{At, Fold};
use super::{Hidden, Options, Views, origin};
use crate::follow::{By, Ctx, Hop, HopKey, HopKind, Invocation, Route, Serving, View, hops_of, servings};
use crate::graph::Graph;
use crate::model::unit::Protocol;
use crate::model::{ApiUnit, Gap, Kind, Origin, Origins, Seen, Subject};
use crate::rule::{Check, Rule};
use crate::verdict::{Stop, Verdict};
use std::collections::HashMap;
use std::rc::Rc;

/// Listings of APIs that could not be read hide whole APIs.
pub(super) fn listings(graph: &Graph, fold: &mut Fold<'_>) {
    for (kind, scope, gap) in graph.coverage.listed() {
        if let (Kind::RestApi | Kind::Api, Some(gap)) = (kind, gap) {
            let region = scope.region.lit().map(|region| format!(" in {region}")).unwrap_or_default();
            let hides = format!("every {}{region}", kind.noun());
            fold.hide(Hidden { gap: gap.clone(), scope: scope.clone(), api: None, hides }, false);
        }
    }
}

const STANDS_IN: &str = "where a stage's deployment cannot be read, it serves the API's current configuration";

pub(super) fn unit(unit: &ApiUnit, graph: &Graph, now: jiff::Timestamp, options: &Options, fold: &mut Fold<'_>) {
    let hidden = |gap: &Gap, hides: String| Hidden {
        gap: gap.clone(),
        scope: unit.scope().clone(),
        api: Some(unit.id().label().into()),
        hides,
    };
    let label = unit.label();
    let stages = match unit {
        ApiUnit::Rest(unit) => unit.facts.stages.gap(),
        ApiUnit::V2(unit) => unit.facts.stages.gap(),
    };
    if let Some(gap) = stages {
        fold.hide(hidden(gap, format!("the stages of {label}, and with them its deployed requests")), false);
        fold.assume(STANDS_IN);
    }
    let (servings, unread) = servings(unit);
    if options.views != Views::Draft {
        for unread in &unread {
            if options.asks_for(Some(&(&*unread.stage).into())) {
                let inherent = unit.protocol() == Protocol::WebSocket && unread.gap == Gap::no_websocket_export();
                let stage = &unread.stage;
                fold.hide(hidden(&unread.gap, format!("what stage {stage} of {label} really serves")), inherent);
                fold.assume(STANDS_IN);
            }
        }
    }
    let mut memo = Memo::new();
    for serving in servings.iter().filter(|serving| chosen(serving, options)) {
        match serving.routes() {
            Err(gap) => {
                let stage = serving.stage.map_or_else(String::new, |stage| format!(" on stage {stage}"));
                fold.hide(hidden(&gap, format!("all requests of {label}{stage}")), false);
            }
            Ok(routes) => {
                let walk = Walk { ctx: Ctx { graph, now }, options, origins: fold.origins, serving };
                routes.iter().for_each(|route| walk.route(route, &mut memo, fold));
            }
        }
    }
}

fn chosen(serving: &Serving<'_>, options: &Options) -> bool {
    let view = match options.views {
        Views::Both => true,
        Views::Deployed => serving.view != View::Draft || serving.stands_in,
        Views::Draft => serving.view != View::Deployed || serving.serves_draft(),
    };
    view && options.asks_for(serving.stage)
}

impl Serving<'_> {
    /// Automatic deployment: what is deployed is the draft.
    fn serves_draft(&self) -> bool {
        match (self.unit, self.stage) {
            (ApiUnit::V2(unit), Some(name)) => {
                let mut stages = unit.facts.stages.set().into_iter().flatten();
                stages.any(|stage| stage.stage_name == *name && stage.serves_draft(&unit.facts.deployments))
            }
            _ => false,
        }
    }
}

/// What the rules said, by id, of hops that are alike.
type Memo = HashMap<HopKey, Vec<(&'static str, Rc<Verdict>)>>;

struct Walk<'w> {
    ctx: Ctx<'w>,
    options: &'w Options,
    origins: &'w Origins,
    serving: &'w Serving<'w>,
}

impl Walk<'_> {
    fn route(&self, route: &Route<'_>, memo: &mut Memo, fold: &mut Fold<'_>) {
        let at = At {
            request: self.serving.request(route),
            view: self.serving.view,
            full: self.serving.stands_in || self.options.views == Views::Draft,
        };
        fold.enter(&at);
        self.call(&route.authorizer, route, &at, memo, fold);
        match &route.integration {
            Seen::Unset if self.answers_itself(route) => {}
            Seen::Unset => {
                let gap = Gap::not_modelled("a route without an integration");
                fold.unknown(&at, None, Some(HopKind::Integration), self.whole(route), self.api(), &[gap]);
            }
            integration => self.call(integration, route, &at, memo, fold),
        }
    }

    /// `$connect` and `$disconnect` work without an integration.
    fn answers_itself(&self, route: &Route<'_>) -> bool {
        self.serving.unit.protocol() == Protocol::WebSocket && matches!(route.key.as_str(), "$connect" | "$disconnect")
    }

    fn whole(&self, route: &Route<'_>) -> Subject {
        let unit = self.serving.unit;
        Subject::named("route", format!("{} {}", unit.label(), route.key), unit.scope())
    }

    /// Where the API was written.
    fn api(&self) -> Option<&Origin> {
        self.origins.find(&self.serving.unit.id().label(), "")
    }

    fn at(&self, call: &Invocation<'_>) -> Option<&Origin> {
        self.origins.find(&call.resource(), "").or_else(|| self.api())
    }

    fn call(&self, by: &Seen<By<'_>>, route: &Route<'_>, at: &At, memo: &mut Memo, fold: &mut Fold<'_>) {
        let by = match by {
            Seen::Unset => return,
            Seen::Unknown(gap) => {
                return fold.unknown(at, None, None, self.whole(route), self.api(), std::slice::from_ref(gap));
            }
            Seen::Set(by) => *by,
        };
        let call = Invocation::new(self.serving, route, by);
        if at.view == View::Deployed && call.target().set().is_some() {
            fold.assume("a deployed integration has the integrationTarget of its current configuration, which exports leave out");
        }
        if let Some(gap) = call.unjudged() {
            fold.unknown(at, None, Some(HopKind::Integration), call.subject(), self.at(&call), &[gap]);
        }
        for hop in hops_of(&call) {
            let mut known = hop.key().map(|key| memo.entry(key).or_default());
            for rule in self.options.rules.iter().filter(|rule| rule.hop() == hop.kind()) {
                let Some(verdict) = self.ask(rule, &hop, known.as_deref_mut()) else { continue };
                let tally = fold.tally(rule.id);
                tally.asked += 1;
                match verdict.as_ref() {
                    Ok(_) => tally.passed += 1,
                    Err(Stop::NotApplicable) => tally.not_applicable += 1,
                    Err(Stop::Not { faults, gaps }) => {
                        tally.dies += u64::from(!faults.is_empty());
                        tally.unknown += u64::from(faults.is_empty() && !gaps.is_empty());
                        faults.iter().for_each(|fault| fold.fault(at, rule, fault, call.client()));
                        if !gaps.is_empty() {
                            fold.unknown(at, Some(rule), Some(hop.kind()), call.subject(), self.at(&call), gaps);
                        }
                    }
                }
            }
        }
    }

    fn ask(
        &self,
        rule: &Rule,
        hop: &Hop<'_>,
        known: Option<&mut Vec<(&'static str, Rc<Verdict>)>>,
    ) -> Option<Rc<Verdict>> {
        let ctx = &self.ctx;
        let asked = || match (rule.check, hop) {
            (Check::RequestMapping(check), Hop::RequestMapping(hop)) => Some(check(hop, ctx)),
            (Check::Integration(check), Hop::Integration(hop)) => Some(check(hop, ctx)),
            (Check::Permission(check), Hop::Permission(hop)) => Some(check(hop, ctx)),
            (Check::NetworkPath(check), Hop::NetworkPath(hop)) => Some(check(hop, ctx)),
            (Check::Backend(check), Hop::Backend(hop)) => Some(check(hop, ctx)),
            (Check::ResponseMapping(check), Hop::ResponseMapping(hop)) => Some(check(hop, ctx)),
            _ => None,
        };
        let ask = || {
            let mut verdict = asked()?;
            if let Err(Stop::Not { faults, .. }) = &mut verdict {
                faults.iter_mut().for_each(|fault| origin::fault(fault, self.origins));
            }
            Some(verdict)
        };
        let Some(known) = known else { return ask().map(Rc::new) };
        // The answer is the same, but where people wrote it, each request's evidence stands in a line of its own.
        let own = |verdict: &Verdict| {
            self.serving.view == View::Planned && matches!(verdict, Err(Stop::Not { faults, .. }) if !faults.is_empty())
        };
        if let Some((_, verdict)) = known.iter().find(|(id, _)| *id == rule.id) {
            return Some(verdict.clone());
        }
        let verdict = Rc::new(ask()?);
        if !own(&verdict) {
            known.push((rule.id, verdict.clone()));
        }
        Some(verdict)
    }
}
