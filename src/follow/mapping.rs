//! What API Gateway makes of a request before it calls, and of the answer.

use super::{By, Invocation};
use crate::model::rest::{IntegrationResponse, IntegrationType};
use crate::model::unit::Protocol;
use crate::model::{Gap, Place, Seen, Str, Text};
use crate::verdict::Stop;
use std::collections::BTreeMap;

/// A request on its way to a backend that is not a proxy.
pub struct RequestMappingHop<'g> {
    pub call: &'g Invocation<'g>,
}

/// The answer of a backend that is not a proxy, on its way back.
pub struct ResponseMappingHop<'g> {
    pub call: &'g Invocation<'g>,
}

/// A mapping template and what it is for.
pub struct MappingTemplate<'g> {
    /// What selects it: a media type, or a WebSocket API's template key.
    pub key: &'g Str,
    pub text: &'g Text,
    pub place: Place,
}

impl<'g> Invocation<'g> {
    /// Proxy integrations ignore templates and integration responses.
    ///
    /// # Errors
    /// `NotApplicable` for a proxy or an authorizer, or the gap that hides the type.
    fn maps(&self) -> Result<IntegrationType, Stop> {
        match self.by.kind().known()? {
            Some(kind @ (IntegrationType::Aws | IntegrationType::Http | IntegrationType::Mock)) => Ok(kind.clone()),
            _ => Err(Stop::NotApplicable),
        }
    }

    fn templates(&self, at: &str, templates: &'g Seen<BTreeMap<Str, Text>>) -> Result<Vec<MappingTemplate<'g>>, Gap> {
        let templates = templates.known()?.into_iter().flatten();
        let pointer = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        Ok(templates.map(|(key, text)| MappingTemplate { key, text, place: self.place_at(&pointer(key)) }).collect())
    }
}

impl<'g> RequestMappingHop<'g> {
    /// Is it a MOCK, which answers what its template says?
    pub fn is_mock(&self) -> bool {
        self.call.calls_nobody()
    }

    /// The templates, each under what selects it; there may be none.
    ///
    /// # Errors
    /// `NotApplicable` where none would be used, or the gap that hides them.
    pub fn templates(&self) -> Result<Vec<MappingTemplate<'g>>, Stop> {
        self.call.maps()?;
        Ok(match self.call.by {
            By::Rest(it) => self.call.templates("/requestTemplates", &it.request_templates)?,
            // HTTP APIs have none.
            By::V2(it) if self.call.protocol() == Protocol::WebSocket => {
                self.call.templates("/RequestTemplates", &it.request_templates)?
            }
            _ => return Err(Stop::NotApplicable),
        })
    }
}

impl<'g> ResponseMappingHop<'g> {
    /// By status code. Those of WebSocket APIs are not read.
    ///
    /// # Errors
    /// `NotApplicable` where none would be used, or the gap that hides them.
    pub fn responses(&self) -> Result<Vec<(&'g Str, &'g IntegrationResponse)>, Stop> {
        let By::Rest(it) = self.call.by else { return Err(Stop::NotApplicable) };
        self.call.maps()?;
        Ok(it.integration_responses.known()?.into_iter().flatten().collect())
    }

    /// Where the selection pattern of that status stands.
    pub fn pattern_place(&self, status: &str) -> Place {
        self.call.place_at(&format!("/integrationResponses/{status}/selectionPattern"))
    }

    /// # Errors
    /// The gap that hides them.
    pub fn templates(&self, status: &str, of: &'g IntegrationResponse) -> Result<Vec<MappingTemplate<'g>>, Gap> {
        self.call.templates(&format!("/integrationResponses/{status}/responseTemplates"), &of.response_templates)
    }
}
