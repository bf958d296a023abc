//! Where an ARN in a policy parts ways with the call's.

use super::pattern::{Reading, matches};
use super::variables::Value;
use crate::model::{Arn, Part, Text};

/// How an ARN of a policy misses the call's: the first of these that is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// It has wildcards, and the operator compares letter by letter.
    LetterByLetter,
    /// It is no ARN.
    NotAnArn,
    /// One of the five parts before the resource, service first: what the others mean
    /// depends on it.
    Part { part: ArnPart, says: Text },
    /// The resource of an execute-api ARN: all of its segments that are proven to differ,
    /// in order. Empty if no single one is.
    Source(Vec<Segment>),
    /// The resource of another service's ARN.
    Resource,
}

/// A part of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArnPart {
    Service,
    Partition,
    Region,
    Account,
}

/// A segment of what API Gateway sends as source: `API/STAGE/VERB/path`, `API/STAGE/route`
/// or `API/authorizers/ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    Api,
    /// Both mean authorizers, but not the same one.
    Authorizer,
    /// An authorizer calls, and the policy means routes.
    NotAuthorizer,
    /// A route calls, and the policy means authorizers.
    AuthorizersOnly,
    Stage,
    /// The policy wants a verb and a path; the call has one segment after the stage.
    TwoSegments,
    /// The one segment after the stage.
    Route,
    Verb,
    /// The policy has a verb and no path; the call's is `/`.
    RootPath,
    /// The policy has a verb and no path.
    NoPath,
    /// Only the slash at the end of the policy's path differs.
    TrailingSlash,
    Path,
}

/// `None` if the call's value is no ARN.
pub(super) fn miss(policy: &Text, call: &Text, letter_by_letter: bool) -> Option<Miss> {
    let call = Arn::parse(call)?;
    if letter_by_letter {
        return Some(Miss::LetterByLetter);
    }
    let Some(policy) = Arn::parse(policy) else { return Some(Miss::NotAnArn) };
    let parts = [
        (ArnPart::Service, &policy.service, &call.service),
        (ArnPart::Partition, &policy.partition, &call.partition),
        (ArnPart::Region, &policy.region, &call.region),
        (ArnPart::Account, &policy.account, &call.account),
    ];
    if let Some((part, says, _)) = parts.into_iter().find(|(_, policy, call)| differ(policy, call)) {
        return Some(Miss::Part { part, says: says.clone() });
    }
    Some(match call.service.lit() {
        Some("execute-api") => Miss::Source(source(&policy.resource, &call.resource)),
        _ => Miss::Resource,
    })
}

fn differ(policy: &Text, call: &Text) -> bool {
    matches(&Value::Plain(policy), call, Reading::Wild).is_no()
}

fn source(policy: &Text, call: &Text) -> Vec<Segment> {
    let (policy, call) = (segments(policy), segments(call));
    let at = |segments: &[Text], index: usize| segments.get(index).cloned().unwrap_or_default();
    let other = |index: usize| differ(&at(&policy, index), &at(&call, index));
    let authorizers = |segments: &[Text]| at(segments, 1).lit() == Some("authorizers");
    let mut found = Vec::new();
    let mut note = |is_so: bool, segment: Segment| found.extend(is_so.then_some(segment));
    note(other(0), Segment::Api);
    match (authorizers(&policy), authorizers(&call) && call.len() == 3) {
        (true, true) => note(true, Segment::Authorizer),
        (false, true) => note(true, Segment::NotAuthorizer),
        (true, false) => note(true, Segment::AuthorizersOnly),
        (false, false) => {
            note(other(1), Segment::Stage);
            match (policy.get(3), call.get(3)) {
                (Some(_), None) => note(true, Segment::TwoSegments),
                (None, None) => note(other(2), Segment::Route),
                (wanted, Some(path)) => {
                    note(other(2), Segment::Verb);
                    found.extend(path_miss(wanted, path));
                }
            }
        }
    }
    found
}

/// Both without the slash before them.
fn path_miss(policy: Option<&Text>, call: &Text) -> Option<Segment> {
    let Some(policy) = policy else {
        return Some(if call.is_empty() { Segment::RootPath } else { Segment::NoPath });
    };
    match differ(policy, call) {
        true if policy.strip_suffix("/").is_some_and(|policy| !policy.is_empty() && !differ(&policy, call)) => {
            Some(Segment::TrailingSlash)
        }
        true => Some(Segment::Path),
        false => None,
    }
}

/// At most four, cut at slashes that are sure to be there: all after the third is the path.
fn segments(text: &Text) -> Vec<Text> {
    if let Some(lit) = text.lit() {
        return lit.splitn(4, '/').map(Text::from).collect();
    }
    let mut found: Vec<Vec<Part>> = vec![Vec::new()];
    for part in text.parts() {
        let Part::Lit(lit) = &part else {
            found.last_mut().into_iter().for_each(|last| last.push(part.clone()));
            continue;
        };
        for (i, piece) in lit.splitn(5 - found.len(), '/').enumerate() {
            if i > 0 {
                found.push(Vec::new());
            }
            found.last_mut().into_iter().for_each(|last| last.push(Part::Lit(piece.into())));
        }
    }
    found.into_iter().map(Text::from_parts).collect()
}
