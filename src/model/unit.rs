//! One API with all that belongs to it: what is judged at a time.

use super::refs::Vars;
use super::{Scope, Seen, Str, Text, facts, rest, v2};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A line of the directory: enough of every API for questions across APIs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiEntry {
    pub id: Str,
    pub account: Text,
    pub region: Text,
    pub name: Seen<Text>,
    pub protocol: Str,
    /// Names of its stages, where they could be listed.
    pub stages: Seen<Vec<Str>>,
}

/// An API unit: one record of a capture, one arena of the graph.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiUnit {
    Rest(RestUnit),
    V2(V2Unit),
}

/// A REST API. Collections that a refused call hides are unknown, not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct RestUnit {
    pub scope: Scope,
    pub facts: RestFacts,
    /// A template makes it: nothing is deployed yet.
    pub planned: bool,
}

/// An HTTP or a WebSocket API.
#[derive(Debug, Clone, PartialEq)]
pub struct V2Unit {
    pub scope: Scope,
    pub facts: V2Facts,
    /// A template makes it: nothing is deployed yet.
    pub planned: bool,
}

facts! { "camelCase";
    pub struct RestFacts {
        pub api: rest::RestApi,
        pub stages: Seen<Vec<rest::Stage>>,
        /// The editable resources: what the next deployment will serve.
        pub draft: RestContent,
        /// What stages serve, by deployment.
        pub deployed: Vec<RestDeployed>,
    }

    pub struct RestContent {
        pub resources: Seen<Vec<rest::Resource>>,
        pub authorizers: Seen<Vec<rest::Authorizer>>,
    }

    /// A deployment as GetExport shows it through one of its stages.
    pub struct RestDeployed {
        pub deployment_id: Str,
        pub content: Seen<RestContent>,
    }

}

facts! { "PascalCase";
    pub struct V2Facts {
        pub api: v2::Api,
        pub stages: Seen<Vec<v2::Stage>>,
        pub deployments: Seen<Vec<v2::Deployment>>,
        pub draft: V2Content,
        pub deployed: Vec<V2Deployed>,
    }

    pub struct V2Content {
        pub routes: Seen<Vec<v2::Route>>,
        pub integrations: Seen<Vec<v2::Integration>>,
        pub authorizers: Seen<Vec<v2::Authorizer>>,
    }

    pub struct V2Deployed {
        pub deployment_id: Str,
        pub content: Seen<V2Content>,
    }
}

impl super::Blank for rest::RestApi {
    fn is_blank(&self) -> bool {
        false
    }
}

impl super::Blank for v2::Api {
    fn is_blank(&self) -> bool {
        false
    }
}

impl super::Blank for RestContent {
    fn is_blank(&self) -> bool {
        self.resources.is_unset() && self.authorizers.is_unset()
    }
}

impl super::Blank for V2Content {
    fn is_blank(&self) -> bool {
        self.routes.is_unset() && self.integrations.is_unset() && self.authorizers.is_unset()
    }
}

impl ApiUnit {
    pub fn id(&self) -> &Text {
        match self {
            ApiUnit::Rest(unit) => &unit.facts.api.id,
            ApiUnit::V2(unit) => &unit.facts.api.api_id,
        }
    }

    pub fn name(&self) -> Option<String> {
        match self {
            ApiUnit::Rest(unit) => unit.facts.api.name.set(),
            ApiUnit::V2(unit) => unit.facts.api.name.set(),
        }
        .and_then(Text::lit)
        .map(str::to_owned)
    }

    /// Its name, or its id where it has none that is known.
    pub fn label(&self) -> String {
        self.name().unwrap_or_else(|| self.id().called())
    }

    pub fn scope(&self) -> &Scope {
        match self {
            ApiUnit::Rest(unit) => &unit.scope,
            ApiUnit::V2(unit) => &unit.scope,
        }
    }

    pub fn tags(&self) -> &BTreeMap<Str, Str> {
        match self {
            ApiUnit::Rest(unit) => &unit.facts.api.tags,
            ApiUnit::V2(unit) => &unit.facts.api.tags,
        }
    }

    pub fn protocol(&self) -> Protocol {
        match self {
            ApiUnit::Rest(_) => Protocol::Rest,
            ApiUnit::V2(unit) => match unit.facts.api.protocol_type.set() {
                Some(v2::ProtocolType::WebSocket) => Protocol::WebSocket,
                _ => Protocol::Http,
            },
        }
    }

    pub fn entry(&self) -> ApiEntry {
        let stages = match self {
            ApiUnit::Rest(unit) => names(&unit.facts.stages, |stage| &stage.stage_name),
            ApiUnit::V2(unit) => names(&unit.facts.stages, |stage| &stage.stage_name),
        };
        ApiEntry {
            id: self.id().label().into(),
            account: self.scope().account.clone(),
            region: self.scope().region.clone(),
            name: self.name().map(Text::from).into(),
            protocol: self.protocol().as_str().into(),
            stages,
        }
    }

    /// Every set of variables that some stage or canary puts in force; one empty set
    /// for an API without stages.
    pub fn all_vars(&self) -> Vec<Vars> {
        let vars: Vec<Vars> = match self {
            ApiUnit::Rest(unit) => unit
                .facts
                .stages
                .set()
                .into_iter()
                .flatten()
                .flat_map(|stage| [Some(stage.variables.clone()), stage.canary_vars()])
                .flatten()
                .collect(),
            ApiUnit::V2(unit) => {
                unit.facts.stages.set().into_iter().flatten().map(|stage| stage.stage_variables.clone()).collect()
            }
        };
        if vars.is_empty() { vec![Seen::Unset] } else { vars }
    }
}

fn names<T>(stages: &Seen<Vec<T>>, name: impl Fn(&T) -> &Text) -> Seen<Vec<Str>> {
    match stages {
        Seen::Set(stages) => Seen::Set(stages.iter().map(|stage| name(stage).label().into()).collect()),
        Seen::Unset => Seen::Unset,
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
    }
}

impl rest::Stage {
    /// The variables of the canary's share of the traffic, if there is a canary.
    pub fn canary_vars(&self) -> Option<Vars> {
        let canary = self.canary_settings.set()?;
        Some(match (&self.variables, &canary.stage_variable_overrides) {
            (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap.clone()),
            (base, overrides) => {
                let mut vars = base.set().cloned().unwrap_or_default();
                vars.extend(overrides.set().cloned().unwrap_or_default());
                Seen::Set(vars)
            }
        })
    }
}

/// Which of the three animals it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    Rest,
    Http,
    WebSocket,
}

impl Protocol {
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Rest => "REST",
            Protocol::Http => "HTTP",
            Protocol::WebSocket => "WEBSOCKET",
        }
    }
}
