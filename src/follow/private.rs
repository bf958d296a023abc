//! Private integrations: VPC link, load balancer, listener, target groups.
//!
//! | API | link | load balancer |
//! |---|---|---|
//! | HTTP | v2 | of the listener that the URI names |
//! | REST | v2, with `integrationTarget` | `integrationTarget`; the URI gives scheme and port |
//! | REST, WebSocket | v1 | the link's target; the URI gives scheme and port |
//!
//! The SDK calls `integrationTarget` "the ALB or NLB listener to send the request to",
//! the developer guide shows a load balancer's ARN: both are read.

mod blocked;
mod ends;
mod groups;
mod health;
mod legs;
mod mend;
mod zones;

pub use groups::Forwards;
pub use zones::Unserved;

use super::{Ctx, Field, NetworkPathHop};
use crate::capture::Held;
use crate::graph::{Entity, Graph, Link};
use crate::model::refs::{Backend, load_balancer_of};
use crate::model::unit::Protocol;
use crate::model::{Arn, Gap, Ref, Seen, Text, elb, rest, v2};
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
    Missing {
        of: &'g Held<elb::LoadBalancer>,
        what: String,
        /// The field of the integration that asks for it.
        by: Field,
    },
}

/// One version's answer for a connection id.
enum Sought<'g> {
    Found(VpcLink<'g>),
    Absent(String),
    Hidden(Gap),
}

impl<'g> NetworkPathHop<'g> {
    /// Which version this integration can use.
    pub fn needs_v2(&self) -> bool {
        match self.call.protocol() {
            Protocol::Http => true,
            Protocol::WebSocket => false,
            Protocol::Rest => !self.call.target().is_unset(),
        }
    }

    fn named(&self) -> Result<&Text, Stop> {
        let id = self.connection_id.known()?.filter(|id| !id.is_empty());
        id.ok_or(Stop::NotApplicable)
    }

    fn seek<'c, T: Entity>(
        &self,
        graph: &'c Graph,
        as_link: fn(&'c Held<T>) -> VpcLink<'c>,
    ) -> Result<Sought<'c>, Stop> {
        let of = Ref::new(T::KIND, self.call.api().scope().clone(), self.named()?.clone());
        Ok(match graph.find::<T>(&of) {
            Link::To(id) => Sought::Found(as_link(graph.get(id))),
            Link::Dangling { proof, .. } => Sought::Absent(proof),
            Link::Unknown(gap) => Sought::Hidden(gap),
        })
    }

    /// # Errors
    /// `NotApplicable` without a connection id, or the gap that hides the links.
    pub fn find_link<'c>(&self, graph: &'c Graph) -> Result<FoundLink<'c>, Stop> {
        let v1 = self.seek::<rest::VpcLink>(graph, VpcLink::V1)?;
        let v2 = self.seek::<v2::VpcLink>(graph, VpcLink::V2)?;
        // An unread integrationTarget leaves open which version is meant.
        let either = self.call.target().gap().is_some();
        // What a template makes has no id yet, so its name in the template is of one link only.
        let made = self.named()?.lit().is_none();
        let (wanted, other) = if self.needs_v2() { (v2, v1) } else { (v1, v2) };
        match (wanted, other) {
            (Sought::Found(link), _) => Ok(FoundLink::Usable(link)),
            (_, Sought::Found(link)) if either => Ok(FoundLink::Usable(link)),
            (_, Sought::Found(link)) if made => Ok(FoundLink::OtherVersion(link)),
            (Sought::Absent(_), Sought::Found(link)) => Ok(FoundLink::OtherVersion(link)),
            (Sought::Absent(one), Sought::Absent(two)) => Ok(FoundLink::Missing { proof: format!("{one}; {two}") }),
            (Sought::Hidden(gap), _) | (_, Sought::Hidden(gap)) => Err(gap.into()),
        }
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

    /// What the configuration says that the path leads to: a load balancer's ARN, or one
    /// of its listeners'.
    fn destination(&self, ctx: &Ctx<'_>) -> Result<Text, Stop> {
        if self.call.protocol() == Protocol::Http {
            return match &self.call.backend {
                Some(Backend::Listener(arn)) => Ok(arn.text()),
                Some(Backend::Unknown(gap)) => Err(gap.clone().into()),
                _ => Err(Stop::NotApplicable),
            };
        }
        let target = self.call.target();
        if let Seen::Set(target) = target {
            return Ok(target);
        }
        match self.link(ctx)? {
            VpcLink::V1(link) => {
                let nameless = || Gap::not_readable(format!("the load balancer of VPC link {}", link.facts.id));
                Ok(link.facts.target_arns.list()?.first().cloned().ok_or_else(nameless)?)
            }
            VpcLink::V2(_) => match target.gap() {
                Some(gap) => Err(gap.clone().into()),
                None => Err(Stop::NotApplicable),
            },
        }
    }

    /// The load balancer that the path leads to.
    ///
    /// # Errors
    /// `NotApplicable` where the path leads to none, or the gap that hides it.
    pub fn find_balancer(&self, ctx: &Ctx<'_>) -> Result<Link<elb::LoadBalancer>, Stop> {
        let named = self.destination(ctx)?;
        let of = load_balancer_of(&named, self.call.api().scope()).ok_or_else(|| unreadable(&named))?;
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
        let named = self.destination(ctx)?;
        let (found, what, by) = if self.call.protocol() == Protocol::Http || is_listener(&named) {
            let found = listeners.iter().find(|it| it.listener_arn == named);
            // What only a deployment knows may be any of them.
            if found.is_none() {
                named.known()?;
            }
            (found, format!("listener {named}"), Field::Target)
        } else {
            let port = match &self.call.backend {
                Some(Backend::Http { port, .. }) => i64::from(*port),
                Some(Backend::Unknown(gap)) => return Err(gap.clone().into()),
                _ => return Err(Stop::NotApplicable),
            };
            (on_port(listeners, port)?, format!("listener on port {port}"), Field::Uri)
        };
        Ok(found.map_or(FoundListener::Missing { of: lb, what, by }, |it| FoundListener::Listener(lb, it)))
    }

    /// # Errors
    /// `NotApplicable` where the listener is gone, or the gap that hides it.
    pub fn listener<'c>(&self, ctx: &Ctx<'c>) -> Result<(&'c Held<elb::LoadBalancer>, &'c elb::Listener), Stop> {
        match self.find_listener(ctx)? {
            FoundListener::Listener(lb, listener) => Ok((lb, listener)),
            FoundListener::Missing { .. } => Err(Stop::NotApplicable),
        }
    }
}

fn unreadable(destination: &Text) -> Stop {
    let gap = destination.known().err();
    gap.unwrap_or_else(|| Gap::not_modelled(format!("{destination} as a load balancer"))).into()
}

fn is_listener(arn: &Text) -> bool {
    Arn::parse(arn).is_some_and(|arn| arn.resource.strip_prefix("listener/").is_some())
}

/// None only where every listener's port is known to be another.
fn on_port(listeners: &[elb::Listener], port: i64) -> Result<Option<&elb::Listener>, Gap> {
    if let Some(found) = listeners.iter().find(|it| it.port.set() == Some(&port)) {
        return Ok(Some(found));
    }
    for listener in listeners {
        let nameless = || Gap::not_readable(format!("the port of listener {}", listener.listener_arn));
        listener.port.known()?.ok_or_else(nameless)?;
    }
    Ok(None)
}
