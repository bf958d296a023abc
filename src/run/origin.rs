//! From facts back to the files in which people wrote them.

use super::{Run, each_place, mend};
use crate::model::{Evidence, Origins, Subject};

/// Gives what templates make the names that their authors gave it. Fingerprints and the order of the findings are made
/// before.
pub(super) fn attach(run: &mut Run, origins: &Origins) {
    for finding in &mut run.findings {
        finding.origin = origins.find(&finding.fault.subject.id, "").cloned();
        if let Some(path) = origins.path_of(&finding.fault.subject.id) {
            finding.fault.says = format!("{} (construct {path})", finding.fault.says);
        }
        subject(&mut finding.fault.subject, origins);
        let fix = &mut finding.fault.fix;
        if let Some(written) = fix.grant.as_ref().and_then(|grant| mend::written(grant, origins)) {
            fix.cloudformation = Some(written);
        }
    }
    run.unknown.iter_mut().for_each(|row| subject(&mut row.subject, origins));
}

/// Gives every place its origin, as soon as there is a fault: each request has evidence of its own.
pub(super) fn evidence(all: &mut [Evidence], origins: &Origins) {
    each_place(all, &mut |place| {
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
}
