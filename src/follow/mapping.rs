//! What API Gateway makes of a request before it calls, and of the answer.

use super::{By, Invocation};
use crate::analysis::Tri;
use crate::analysis::vtl::ast::Span;
use crate::analysis::vtl::{Analysis, Api, Given, ParseError, Parsed, Target, parse, refusal, refused, too_long};
use crate::model::refs::Vars;
use crate::model::rest::{IntegrationResponse, IntegrationType};
use crate::model::unit::Protocol;
use crate::model::{Charset, Gap, Hole, Part, Place, Seen, Str, Text, redact};
use crate::verdict::Stop;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A request on its way to a backend that is not a proxy.
pub struct RequestMappingHop<'g> {
    pub call: &'g Invocation<'g>,
}

/// The answer of a backend that is not a proxy, on its way back.
pub struct ResponseMappingHop<'g> {
    pub call: &'g Invocation<'g>,
    responses: OnceCell<Result<Vec<MappedResponse<'g>>, Stop>>,
}

/// An integration response, with the templates that write what the client gets.
pub struct MappedResponse<'g> {
    pub status: &'g Str,
    pub response: &'g IntegrationResponse,
    pub templates: Result<Vec<MappingTemplate<'g>>, Gap>,
}

/// A mapping template and what it is for. It is parsed and analysed once at most, when it is first asked about.
#[derive(Debug)]
pub struct MappingTemplate<'g> {
    /// What selects it: a media type, or a WebSocket API's template key.
    pub key: &'g Str,
    pub text: &'g Text,
    pub place: Place,
    given: Given<'g>,
    parsed: OnceCell<Result<Parsed, ParseError>>,
    analysis: OnceCell<Analysis<'g>>,
}

fn too_large() -> Gap {
    Gap::not_modelled("a mapping template of more than 300 KB: API Gateway takes none")
}

impl<'g> MappingTemplate<'g> {
    /// Its text. A secret of a token's characters means nothing to Velocity: for one that was taken out stand letters, so
    /// that places stay.
    fn source(&self) -> Result<Cow<'g, str>, Gap> {
        let text: &'g Text = self.text;
        let token = |hole: &Hole| hole.charset == Charset::Token && redact::length(hole).is_some();
        match text.lit().is_none() && text.holes().all(token) {
            true => Ok(Cow::Owned(redact::filled(text, "x"))),
            false => text.known().map(Cow::Borrowed),
        }
    }

    fn parse(&self, source: &str) -> &Result<Parsed, ParseError> {
        self.parsed.get_or_init(|| parse(source))
    }

    /// Why no version of Velocity reads it; `None` where every version does.
    ///
    /// # Errors
    /// What leaves it open: the version that AWS runs, or what a hole holds.
    pub fn refusal(&self) -> Result<Option<ParseError>, Vec<Gap>> {
        match self.source() {
            Ok(source) if too_long(&source).is_yes() => Err(vec![too_large()]),
            Ok(source) => refused(self.parse(&source)),
            Err(_) => refusal(self.text),
        }
    }

    /// What it means on its stage.
    ///
    /// # Errors
    /// The gap that hides its text, or `NotApplicable` where Velocity does not read it: that is a fault of its own.
    pub fn analysis(&self) -> Result<&Analysis<'g>, Stop> {
        let source = self.source()?;
        if too_long(&source).is_yes() {
            return Err(too_large().into());
        }
        match self.parse(&source) {
            Ok(parsed) => Ok(self.analysis.get_or_init(|| Analysis::of(source, &parsed.template, self.given))),
            Err(error) if error.sure => Err(Stop::NotApplicable),
            Err(error) => Err(Gap::not_modelled(format!("a template with {}", error.found)).into()),
        }
    }

    /// Is it sure that it overrides nothing, although it is not known as a whole? What can be in the holes begins no
    /// reference and no directive, and nothing around them speaks of an override or makes a name while it runs.
    pub fn overrides_nothing(&self) -> bool {
        let plain = |charset| matches!(charset, Charset::Digits | Charset::Id | Charset::Slug | Charset::Name);
        let speaks = |lit: &str| ["verride", ".get(", "#evaluate", "#parse"].iter().any(|word| lit.contains(word));
        self.text.lit().is_none()
            && self.text.parts().iter().all(|part| match part {
                Part::Lit(lit) => !speaks(lit),
                Part::Hole(hole) => plain(hole.charset),
            })
    }

    /// Does it override this parameter? One that Velocity does not read does not: no request gets past it.
    pub fn overridden(&self, wanted: &Target<'_>) -> Tri<Span> {
        match self.analysis() {
            Ok(analysis) => analysis.overridden(wanted),
            Err(Stop::NotApplicable) => Tri::No(Span::default()),
            Err(Stop::Not { gaps, .. }) => Tri::Unknown(gaps),
        }
    }
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
        let vars: &'g Vars = &self.serving.vars;
        let api = if self.protocol() == Protocol::WebSocket { Api::WebSocket } else { Api::Rest };
        Ok(templates
            .map(|(key, text)| {
                let place = self.place_at(&format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")));
                let given = Given { api, vars: Some(vars) };
                MappingTemplate { key, text, place, given, parsed: OnceCell::new(), analysis: OnceCell::new() }
            })
            .collect())
    }

    /// What the configuration holds, whether or not the integration uses it.
    ///
    /// # Errors
    /// The gap that hides them.
    pub(super) fn request_templates(&self) -> Result<&[MappingTemplate<'g>], Gap> {
        let templates = self.templates.get_or_init(|| match self.by {
            By::Rest(it) => self.templates("/requestTemplates", &it.request_templates),
            By::V2(it) => self.templates("/RequestTemplates", &it.request_templates),
            By::RestAuthorizer(_) | By::V2Authorizer(_) => Ok(Vec::new()),
        });
        templates.as_deref().map_err(Gap::clone)
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
    pub fn templates(&self) -> Result<&'g [MappingTemplate<'g>], Stop> {
        self.call.maps()?;
        match self.call.protocol() {
            Protocol::Http => Err(Stop::NotApplicable),
            Protocol::Rest | Protocol::WebSocket => Ok(self.call.request_templates()?),
        }
    }
}

impl<'g> ResponseMappingHop<'g> {
    pub(super) fn new(call: &'g Invocation<'g>) -> ResponseMappingHop<'g> {
        ResponseMappingHop { call, responses: OnceCell::new() }
    }

    /// By status code. Those of WebSocket APIs are not read.
    ///
    /// # Errors
    /// `NotApplicable` where none would be used, or the gap that hides them.
    pub fn responses(&self) -> Result<&[MappedResponse<'g>], Stop> {
        self.responses.get_or_init(|| self.mapped()).as_deref().map_err(Stop::clone)
    }

    fn mapped(&self) -> Result<Vec<MappedResponse<'g>>, Stop> {
        let By::Rest(it) = self.call.by else { return Err(Stop::NotApplicable) };
        self.call.maps()?;
        let responses = it.integration_responses.known()?.into_iter().flatten();
        Ok(responses
            .map(|(status, response)| {
                let at = format!("/integrationResponses/{status}/responseTemplates");
                MappedResponse { status, response, templates: self.call.templates(&at, &response.response_templates) }
            })
            .collect())
    }

    /// Where the selection pattern of that status stands.
    pub fn pattern_place(&self, status: &str) -> Place {
        self.call.place_at(&format!("/integrationResponses/{status}/selectionPattern"))
    }
}
