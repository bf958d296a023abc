//! What a rule is: one question about one kind of hop.

use crate::follow::{
    BackendHop, Ctx, HopKind, IntegrationHop, NetworkPathHop, PermissionHop, RequestMappingHop, ResponseMappingHop,
};
use crate::model::Kind;
use crate::model::unit::Protocol;
pub use crate::verdict::Symptom;
use crate::verdict::{Client, Fault, Verdict};

/// A rule's whole registration. The page is its documentation and its tests.
pub struct Rule {
    /// Kebab case; names the defect, so that "allow …" reads well.
    pub id: &'static str,
    /// Ids of the catalogue of causes: `R-` REST, `V-` HTTP, WebSocket and private.
    pub covers: &'static [&'static str],
    pub check: Check,
    pub symptoms: &'static [Symptom],
    /// Kinds of facts without which it cannot answer.
    pub needs: &'static [Kind],
    pub page: &'static str,
}

/// The kind of hop a rule hangs on is the type of its function.
#[derive(Clone, Copy)]
pub enum Check {
    RequestMapping(fn(&RequestMappingHop<'_>, &Ctx<'_>) -> Verdict),
    Integration(fn(&IntegrationHop<'_>, &Ctx<'_>) -> Verdict),
    Permission(fn(&PermissionHop<'_>, &Ctx<'_>) -> Verdict),
    NetworkPath(fn(&NetworkPathHop<'_>, &Ctx<'_>) -> Verdict),
    Backend(fn(&BackendHop<'_>, &Ctx<'_>) -> Verdict),
    ResponseMapping(fn(&ResponseMappingHop<'_>, &Ctx<'_>) -> Verdict),
}

impl Rule {
    pub fn hop(&self) -> HopKind {
        match self.check {
            Check::RequestMapping(_) => HopKind::RequestMapping,
            Check::Integration(_) => HopKind::Integration,
            Check::Permission(_) => HopKind::Permission,
            Check::NetworkPath(_) => HopKind::NetworkPath,
            Check::Backend(_) => HopKind::Backend,
            Check::ResponseMapping(_) => HopKind::ResponseMapping,
        }
    }

    /// The first heading of the page.
    pub fn title(&self) -> &'static str {
        self.page.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.id)
    }

    /// The page without the examples that are its tests.
    pub fn manual(&self) -> &'static str {
        self.page.split("\n## Examples\n").next().unwrap_or(self.page).trim_end()
    }

    /// What a fault of this rule's looks like: as all of them do, unless it says better.
    pub fn symptoms_of(&self, fault: &Fault, client: Client) -> impl Iterator<Item = Symptom> + use<> {
        let symptoms = match (client, fault.symptoms) {
            (Client::Entering(_), _) => OF_AUTHORIZERS,
            (_, []) => self.symptoms,
            (_, own) => own,
        };
        symptoms.iter().filter(move |symptom| symptom.of.contains(&client.protocol())).map(
            move |symptom| match client {
                Client::Connected => {
                    Symptom { status: "frame", body: r#"{"message": "Internal server error"}"#, ..*symptom }
                }
                Client::Gone => Symptom { status: "nothing", body: "", ..*symptom },
                _ => *symptom,
            },
        )
    }
}

/// What is wrong with an authorizer looks the same whatever it is: the call to it failed.
pub const OF_AUTHORIZERS: &[Symptom] = &[
    Symptom {
        of: &[Protocol::Rest],
        status: "500",
        body: r#"{"message": null}"#,
        log: "Execution failed due to configuration error: Authorizer error",
    },
    Symptom {
        of: &[Protocol::Http],
        status: "500",
        body: r#"{"message":"Internal Server Error"}"#,
        log: "$context.authorizer.error: The IAM role configured on the authorizer or API Gateway doesn't have \
              permissions to call the authorizer",
    },
    Symptom { of: &[Protocol::WebSocket], status: "handshake 500", body: "", log: "Authorizer error" },
];
