//! Which requests exist, which hops each crosses, and in which order.

mod hop;
mod invocation;
mod mapping;
mod private;
mod request;
mod route;
mod serving;
mod share;

pub use hop::{BackendHop, Hop, HopKey, HopKind, IntegrationHop, NetworkPathHop, PermissionHop, hops_of};
pub use invocation::{By, Field, Invocation};
pub use mapping::{MappedResponse, MappingTemplate, RequestMappingHop, ResponseMappingHop};
pub use private::{Forwards, FoundLink, FoundListener, Unserved, VpcLink};
pub use request::{Request, View};
pub use route::Route;
pub use serving::{Content, Serving, Unread, servings};
pub use share::Share;

use crate::graph::Graph;

/// What a rule may look at besides its hop.
pub struct Ctx<'g> {
    pub graph: &'g Graph,
    /// When the facts were true: certificates and such are judged at this time.
    pub now: jiff::Timestamp,
}
