//! From facts back to the files in which people wrote them.

use super::{Run, each_place, mend, places};
use crate::model::{Evidence, Gap, Origins, Place, Subject};
use crate::verdict::{Fault, Fix, Reach};
use std::borrow::Cow;

/// Gives what templates make the names that their authors gave it. Fingerprints and the order of the findings are made
/// before.
pub(super) fn attach(run: &mut Run, origins: &Origins) {
    let mut words = mend::Words::default();
    for finding in &mut run.findings {
        finding.origin = origins.find(&finding.fault.subject.id, "").cloned();
        if let Some(path) = origins.path_of(&finding.fault.subject.id) {
            finding.fault.says = format!("{} (construct {path})", finding.fault.says);
        }
        subject(&mut finding.fault.subject, origins);
        let fix = &mut finding.fault.fix;
        if let Some(written) = fix.grant.as_ref().and_then(|grant| mend::written(grant, origins, &mut words)) {
            fix.cloudformation = Some(written);
        }
        plain(&mut finding.fault, origins);
    }
    for row in &mut run.unknown {
        subject(&mut row.subject, origins);
        row.gaps.iter_mut().for_each(|gap| match gap {
            Gap::NotReadable { what } | Gap::NotModelled { what } | Gap::Runtime { what } => called(what, origins),
            _ => {}
        });
    }
}

/// What people read has no prefix of a template: the place says which one is meant.
fn plain(fault: &mut Fault, origins: &Origins) {
    let Fix { cli, cloudformation, terraform, .. } = &mut fault.fix;
    let fix = [cli, cloudformation, terraform].into_iter().flatten();
    let reach = match &mut fault.reach {
        Reach::SomeRequests { when } => Some(when),
        Reach::After { event } => Some(event),
        Reach::EveryRequest | Reach::UnderLoad => None,
    };
    [&mut fault.says, &mut fault.help].into_iter().chain(fix).chain(reach).for_each(|text| called(text, origins));
    each_text(&mut fault.evidence, &mut |text| called(text, origins));
}

fn each_text(evidence: &mut [Evidence], change: &mut impl FnMut(&mut String)) {
    for one in evidence {
        match one {
            Evidence::Read { says, .. } => change(says),
            Evidence::Missing { what, seen_all } => [what, seen_all].into_iter().for_each(&mut *change),
            Evidence::Because { says, of } => {
                change(says);
                each_text(of, change);
            }
            Evidence::Document { .. } => {}
        }
    }
}

fn called(text: &mut String, origins: &Origins) {
    if let Cow::Owned(plain) = origins.plain(text) {
        *text = plain;
    }
}

/// What a template's resource and an API definition's extension call the same. A pattern is the name of its response.
const EXTENSION: [(&str, &str); 6] = [
    ("AWS::ApiGateway::Method Integration.IntegrationHttpMethod", "httpMethod"),
    ("AWS::ApiGateway::Method Integration.IntegrationResponses[].ResponseTemplates", "responses.*.responseTemplates"),
    ("AWS::ApiGateway::Method Integration.IntegrationResponses[].SelectionPattern", "responses"),
    ("AWS::ApiGateway::Method Integration.RequestTemplates", "requestTemplates"),
    ("AWS::ApiGateway::Method Integration.TimeoutInMillis", "timeoutInMillis"),
    ("AWS::ApiGatewayV2::Integration TimeoutInMillis", "timeoutInMillis"),
];

/// Gives every place its origin, as soon as there is a fault: each request has evidence of its own.
pub(super) fn fault(fault: &mut Fault, origins: &Origins) {
    // Only a resource of a template has a name.
    let is_defined = |(place, _): &(&Place, &str)| {
        let is_call = place.resource.starts_with("restapis/") || place.resource.starts_with("apis/");
        is_call && origins.find(&place.resource, "").is_some() && origins.name_of(&place.resource).is_none()
    };
    if let Some(fix) = &mut fault.fix.cloudformation
        && let Some((_, field)) = EXTENSION.iter().find(|(of, _)| of == fix)
        && places(&fault.evidence).iter().any(is_defined)
    {
        *fix = format!("x-amazon-apigateway-integration {field}");
    }
    each_place(&mut fault.evidence, &mut |place| {
        place.origin = origins.find(&place.resource, &place.pointer).cloned();
        place.of = origins.find(&place.resource, "").cloned();
        if let Some(name) = origins.name_of(&place.resource) {
            place.resource = name.to_owned();
        }
    });
}

fn subject(subject: &mut Subject, origins: &Origins) {
    if let Some(name) = origins.name_of(&subject.id) {
        subject.id = name.to_owned();
    }
    let Subject { id, name, detail, .. } = subject;
    [id, detail].into_iter().chain(name).for_each(|text| called(text, origins));
}
