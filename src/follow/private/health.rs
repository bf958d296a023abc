//! The connections by which a load balancer checks its targets: always from its nodes.

use super::NetworkPathHop;
use super::legs::{Kept, Leg, port_of};
use super::zones::CrossZone;
use crate::capture::Held;
use crate::follow::Ctx;
use crate::model::elb::{TargetGroup, TargetHealthDescription, TargetState};
use crate::model::{Gap, Seen, Text};
use crate::verdict::Stop;

impl NetworkPathHop<'_> {
    /// From the load balancer's nodes to the port of every target that is checked there;
    /// `None` where AWS says that all of these pass their checks.
    ///
    /// # Errors
    /// `NotApplicable` where the checks take the way of the requests or no target is checked, or the gaps.
    pub fn health_checks<'c>(&self, ctx: &Ctx<'c>, group: &'c Held<TargetGroup>) -> Result<Option<Leg<'c>>, Stop> {
        let it = &group.facts;
        // What holds for requests from the nodes to the same port is said of those.
        let same_source = matches!(self.kept(ctx, group)?, Kept::Node);
        // What is only planned has no port for checks of its own, and will be checked.
        let planned = self.unasked(it);
        if planned && same_source && it.health_check_port.set().and_then(Text::lit) == Some("traffic-port") {
            return Err(Stop::NotApplicable);
        }
        let traffic = |target: &TargetHealthDescription| {
            port_of(if target.target.port.is_unset() { &it.port } else { &target.target.port }, "a target's port")
        };
        let (mut asked, mut checked, mut gaps) = (Vec::new(), false, Vec::new());
        for target in self.registered(it)? {
            let port = match (checked_port(it, target), traffic(target)) {
                (Ok(None), traffic) => traffic,
                (Ok(Some(port)), _) => Ok(port),
                (Err(gap), _) => Err(gap),
            };
            if same_source && port == traffic(target) && port.is_ok() {
                continue;
            }
            match target.state() {
                _ if planned => asked.push((target, None)),
                Ok(TargetState::Healthy) => checked = true,
                // It is not checked at all.
                Ok(TargetState::Unavailable | TargetState::Unused) => {}
                Ok(_) => asked.push((target, None)),
                Err(gap) => gaps.push(gap),
            }
        }
        if asked.is_empty() && gaps.is_empty() {
            return if checked { Ok(None) } else { Err(Stop::NotApplicable) };
        }
        if asked.is_empty() {
            return Err(gaps.into());
        }
        let door = |target: &TargetHealthDescription| checked_port(it, target)?.map_or_else(|| traffic(target), Ok);
        let crossing = CrossZone::of(group, self.balancer(ctx)?).of_checks();
        let mut leg = self.nodes_to(ctx, group, &crossing, asked, door)?;
        leg.gaps.extend(gaps);
        Ok(Some(leg))
    }
}

/// The target's own port for checks, else the group's; `None` where it is that of requests.
fn checked_port(group: &TargetGroup, target: &TargetHealthDescription) -> Result<Option<u16>, Gap> {
    let said: &Seen<Text> =
        if target.health_check_port.is_unset() { &group.health_check_port } else { &target.health_check_port };
    let what = || Gap::not_readable(format!("the health check port of {}", group.target_group_name));
    match said.known()?.ok_or_else(what)?.known()? {
        "traffic-port" => Ok(None),
        number => number.parse().map(Some).map_err(|_| what()),
    }
}
