//! Where an ARN in a policy parts ways with the call's.

use super::pattern::{Reading, glob, matches};
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
    match (policy.lit(), call.lit()) {
        (Some(policy), Some(call)) => between(parts(policy), parts(call)?, letter_by_letter),
        _ => {
            let parts = |text: &Text| {
                Arn::parse(text).map(|arn| [arn.service, arn.partition, arn.region, arn.account, arn.resource])
            };
            between(parts(policy), parts(call)?, letter_by_letter)
        }
    }
}

/// Part of an ARN. Of a plain one, which is the common case, it is cut without a copy.
trait Stretch: Clone + Default {
    fn plain(&self) -> Option<&str>;
    fn to_text(&self) -> Text;
    fn differs(&self, call: &Self) -> bool;
    fn before_slash(&self) -> Option<Self>;
    /// At most four, cut at slashes that are sure to be there: all after the third is the path.
    fn segments(&self) -> Vec<Self>;
}

impl Stretch for &str {
    fn plain(&self) -> Option<&str> {
        Some(self)
    }

    fn to_text(&self) -> Text {
        Text::new(*self)
    }

    fn differs(&self, call: &Self) -> bool {
        !glob(self, call)
    }

    fn before_slash(&self) -> Option<Self> {
        self.strip_suffix('/')
    }

    fn segments(&self) -> Vec<Self> {
        self.splitn(4, '/').collect()
    }
}

impl Stretch for Text {
    fn plain(&self) -> Option<&str> {
        self.lit()
    }

    fn to_text(&self) -> Text {
        self.clone()
    }

    fn differs(&self, call: &Self) -> bool {
        matches(&Value::Plain(self), call, Reading::Wild).is_no()
    }

    fn before_slash(&self) -> Option<Self> {
        self.strip_suffix("/")
    }

    fn segments(&self) -> Vec<Self> {
        if let Some(lit) = self.lit() {
            return lit.splitn(4, '/').map(Text::from).collect();
        }
        let mut found: Vec<Vec<Part>> = vec![Vec::new()];
        for part in self.parts() {
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
}

/// Service, partition, region, account and resource.
type Parts<T> = [T; 5];

fn parts(arn: &str) -> Option<Parts<&str>> {
    let mut parts = arn.strip_prefix("arn:")?.splitn(5, ':');
    let mut next = || parts.next();
    let (partition, service, region, account, resource) = (next()?, next()?, next()?, next()?, next()?);
    Some([service, partition, region, account, resource])
}

fn between<T: Stretch>(policy: Option<Parts<T>>, call: Parts<T>, letter_by_letter: bool) -> Option<Miss> {
    if letter_by_letter {
        return Some(Miss::LetterByLetter);
    }
    let Some(policy) = policy else { return Some(Miss::NotAnArn) };
    let names = [ArnPart::Service, ArnPart::Partition, ArnPart::Region, ArnPart::Account];
    let mut parts = names.into_iter().zip(policy.iter().zip(&call));
    if let Some((part, (says, _))) = parts.find(|(_, (policy, call))| policy.differs(call)) {
        return Some(Miss::Part { part, says: says.to_text() });
    }
    let ([.., policy], [service, .., call]) = (policy, call);
    Some(match service.plain() {
        Some("execute-api") => Miss::Source(source(&policy, &call)),
        _ => Miss::Resource,
    })
}

fn source<T: Stretch>(policy: &T, call: &T) -> Vec<Segment> {
    let (policy, call) = (policy.segments(), call.segments());
    let at = |segments: &[T], index: usize| segments.get(index).cloned().unwrap_or_default();
    let other = |index: usize| at(&policy, index).differs(&at(&call, index));
    let authorizers = |segments: &[T]| at(segments, 1).plain() == Some("authorizers");
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
fn path_miss<T: Stretch>(policy: Option<&T>, call: &T) -> Option<Segment> {
    let Some(policy) = policy else {
        return Some(if call.plain() == Some("") { Segment::RootPath } else { Segment::NoPath });
    };
    let only_the_slash = |policy: T| policy.plain() != Some("") && !policy.differs(call);
    match policy.differs(call) {
        true if policy.before_slash().is_some_and(only_the_slash) => Some(Segment::TrailingSlash),
        true => Some(Segment::Path),
        false => None,
    }
}
