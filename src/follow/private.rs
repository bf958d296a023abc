//! Private integrations: VPC link, load balancer, listener, target groups.
//!
//! | API | link | load balancer |
//! |---|---|---|
//! | HTTP | v2 | of the listener that the URI names |
//! | REST | v2, with `integrationTarget` | `integrationTarget`; the URI gives scheme and port |
//! | REST, WebSocket | v1 | the link's target; the URI gives scheme and port |

use super::{By, Ctx, NetworkPathHop};
use crate::capture::Held;
use crate::graph::{Graph, Link};
use crate::model::refs::{Backend, load_balancer_of, substitute};
use crate::model::unit::Protocol;
use crate::model::{Gap, Kind, Ref, Seen, Text, elb, rest, v2};
use crate::verdict::Stop;

/// A VPC link of either version.
#[derive(Clone, Copy)]
pub enum VpcLink<'g> {
    V1(&'g Held<rest::VpcLink>),
    V2(&'g Held<v2::VpcLink>),
}

/// What the account has for a connection id.
pub enum FoundLink<'g> {
    Usable(VpcLink<'g>),
    /// It exists, in the version that this kind of integration cannot use.
    OtherVersion(VpcLink<'g>),
    Missing {
        proof: String,
    },
}

/// The listener that takes the request.
pub enum FoundListener<'g> {
    Listener(&'g Held<elb::LoadBalancer>, &'g elb::Listener),
    Missing { of: &'g Held<elb::LoadBalancer>, what: String },
}

/// Where a listener sends what it takes.
pub struct Forwards {
    pub groups: Vec<Ref>,
    /// Every request that the listener takes goes to one of these groups.
    pub exhaustive: bool,
    pub gaps: Vec<Gap>,
}

impl<'g> NetworkPathHop<'g> {
    /// Which version this integration can use.
    pub fn needs_v2(&self) -> bool {
        match self.call.protocol() {
            Protocol::Http => true,
            Protocol::WebSocket => false,
            Protocol::Rest => matches!(self.call.by, By::Rest(it) if !it.integration_target.is_unset()),
        }
    }

    fn named(&self) -> Result<&Text, Stop> {
        let id = self.connection_id.known()?.filter(|id| !id.is_empty());
        id.ok_or(Stop::NotApplicable)
    }

    /// # Errors
    /// `NotApplicable` without a connection id, or the gap that hides the links.
    pub fn find_link<'c>(&self, graph: &'c Graph) -> Result<FoundLink<'c>, Stop> {
        let scope = self.call.api().scope();
        let of = |kind| Ok::<_, Stop>(Ref::new(kind, scope.clone(), self.named()?.clone()));
        let v1 = || Ok::<_, Stop>(graph.look_up::<rest::VpcLink>(&of(Kind::VpcLinkV1)?)?.map(VpcLink::V1));
        let v2 = || Ok::<_, Stop>(graph.look_up::<v2::VpcLink>(&of(Kind::VpcLinkV2)?)?.map(VpcLink::V2));
        if let By::Rest(it) = self.call.by {
            // An unread integrationTarget leaves open which version is meant.
            if it.integration_target.gap().is_some() {
                let found = v1()?.or(v2()?).map(FoundLink::Usable);
                return Ok(found.unwrap_or_else(missing));
            }
        }
        let (usable, other) = if self.needs_v2() { (v2()?, v1()) } else { (v1()?, v2()) };
        Ok(match usable {
            Some(link) => FoundLink::Usable(link),
            None => other?.map_or_else(missing, FoundLink::OtherVersion),
        })
    }

    /// The link, where it exists in a usable version.
    ///
    /// # Errors
    /// `NotApplicable` where it does not, or the gap that hides it.
    pub fn link<'c>(&self, ctx: &Ctx<'c>) -> Result<VpcLink<'c>, Stop> {
        match self.find_link(ctx.graph)? {
            FoundLink::Usable(link) => Ok(link),
            FoundLink::OtherVersion(_) | FoundLink::Missing { .. } => Err(Stop::NotApplicable),
        }
    }

    /// The load balancer that the path leads to.
    ///
    /// # Errors
    /// `NotApplicable` where the path leads to none, or the gap that hides it.
    pub fn find_balancer(&self, ctx: &Ctx<'_>) -> Result<Link<elb::LoadBalancer>, Stop> {
        let home = self.call.api().scope();
        let named = match (self.call.protocol(), self.call.by) {
            (Protocol::Http, _) => match &self.call.backend {
                Some(Backend::Listener(arn)) => Some(arn.text()),
                Some(Backend::Unknown(gap)) => return Err(gap.clone().into()),
                _ => None,
            },
            (Protocol::Rest, By::Rest(it)) if !it.integration_target.is_unset() => {
                it.integration_target.known()?.map(|target| substitute(target, &self.call.serving.vars))
            }

            _ => match self.link(ctx)? {
                VpcLink::V1(link) => link.facts.target_arns.list()?.first().cloned(),
                VpcLink::V2(_) => None,
            },
        };
        let named = named.ok_or(Stop::NotApplicable)?;
        let of = load_balancer_of(&named, home)
            .ok_or_else(|| Stop::from(Gap::not_modelled(format!("{named} as a load balancer"))))?;
        Ok(ctx.graph.find(&of))
    }

    /// # Errors
    /// `NotApplicable` where the load balancer is gone or none is named, or the gap.
    pub fn balancer<'c>(&self, ctx: &Ctx<'c>) -> Result<&'c Held<elb::LoadBalancer>, Stop> {
        match self.find_balancer(ctx)? {
            Link::To(id) => Ok(ctx.graph.get(id)),
            Link::Dangling { .. } => Err(Stop::NotApplicable),
            Link::Unknown(gap) => Err(gap.into()),
        }
    }

    /// # Errors
    /// As [`Self::balancer`], and the gap that hides the listeners.
    pub fn find_listener<'c>(&self, ctx: &Ctx<'c>) -> Result<FoundListener<'c>, Stop> {
        let lb = self.balancer(ctx)?;
        let listeners = lb.facts.listeners.list()?;
        let (found, what) = match &self.call.backend {
            Some(Backend::Listener(arn)) => {
                let arn = arn.text();
                let arn = arn.known()?;
                (listeners.iter().find(|it| &*it.listener_arn == arn), format!("listener {arn}"))
            }
            Some(Backend::Http { port, .. }) => {
                let port = i64::from(*port);
                (listeners.iter().find(|it| it.port.set() == Some(&port)), format!("listener on port {port}"))
            }
            Some(Backend::Unknown(gap)) => return Err(gap.clone().into()),
            _ => return Err(Stop::NotApplicable),
        };
        Ok(found.map_or(FoundListener::Missing { of: lb, what }, |it| FoundListener::Listener(lb, it)))
    }

    /// # Errors
    /// `NotApplicable` where the listener is gone, or the gap that hides it.
    pub fn listener<'c>(&self, ctx: &Ctx<'c>) -> Result<(&'c Held<elb::LoadBalancer>, &'c elb::Listener), Stop> {
        match self.find_listener(ctx)? {
            FoundListener::Listener(lb, listener) => Ok((lb, listener)),
            FoundListener::Missing { .. } => Err(Stop::NotApplicable),
        }
    }

    /// Where the listener sends what it takes.
    ///
    /// # Errors
    /// As [`Self::listener`].
    pub fn forwards(&self, ctx: &Ctx<'_>) -> Result<Forwards, Stop> {
        let (lb, listener) = self.listener(ctx)?;
        let mut gaps = Vec::new();
        let mut actions: Vec<&elb::Action> = Vec::new();
        for list in [Some(&listener.default_actions)].into_iter().chain(rules(lb, listener, &mut gaps)).flatten() {
            match list.list() {
                Ok(list) => actions.extend(list),
                Err(gap) => gaps.push(gap),
            }
        }
        let forward = |action: &&elb::Action| action.kind.set() == Some(&elb::ActionType::Forward);
        let exhaustive = gaps.is_empty() && !actions.is_empty() && actions.iter().all(forward);
        let mut arns: Vec<&Text> = actions.iter().flat_map(|action| action.weighted_groups()).collect();
        arns.sort();
        arns.dedup();
        let groups = arns.into_iter().map(|arn| Ref::new(Kind::TargetGroup, lb.scope.clone(), arn.clone())).collect();
        Ok(Forwards { groups, exhaustive, gaps })
    }
}

fn missing<'g>() -> FoundLink<'g> {
    FoundLink::Missing { proof: "the lists of VPC links of both versions were read to their end".into() }
}

type ActionLists<'c> = Vec<Option<&'c Seen<Vec<elb::Action>>>>;

/// Only application load balancers have rules besides the default action.
fn rules<'c>(lb: &Held<elb::LoadBalancer>, listener: &'c elb::Listener, gaps: &mut Vec<Gap>) -> ActionLists<'c> {
    if lb.facts.kind.set() == Some(&elb::LoadBalancerType::Network) {
        return Vec::new();
    }
    match listener.rules.list() {
        Ok(rules) => rules.iter().map(|rule| Some(&rule.actions)).collect(),
        Err(gap) => {
            gaps.push(gap);
            Vec::new()
        }
    }
}

impl elb::Action {
    /// The groups that get traffic: a weight of 0 takes a group out where another has more.
    fn weighted_groups(&self) -> Vec<&Text> {
        let config = self.forward_config.set().and_then(|config| config.target_groups.set());
        let Some(tuples) = config.filter(|tuples| !tuples.is_empty()) else {
            return self.target_groups();
        };
        let weighted = tuples.iter().filter(|tuple| tuple.weight.set() != Some(&0)).collect::<Vec<_>>();
        let live = if weighted.is_empty() { tuples.iter().collect() } else { weighted };
        live.into_iter().filter_map(|tuple| tuple.target_group_arn.set()).collect()
    }
}
