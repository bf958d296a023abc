//! gatelint's IAM engine against another one, over generated policies and calls.

mod cases;
mod dice;
mod explained;

use cases::{COUNT, GENERATOR, KEYS, OWN, ROLE, SERVICE, SESSION, USER, case};
use explained::{CLASSES, Class, UNKNOWNS};
use gatelint::analysis::Tri;
use gatelint::analysis::iam::{Call, Caller, Context, Identity, Labelled, Level, Policies, Proof, Resource, may};
use gatelint::model::policy::{Many, Policy};
use gatelint::model::{Seen, Text};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    principal: String,
    action: String,
    resource: String,
    context: BTreeMap<String, Many<String>>,
    identity: Vec<Policy>,
    boundary: Option<Policy>,
    resource_policy: Option<Policy>,
    scps: Option<Vec<Vec<Policy>>>,
    rcps: Option<Vec<Vec<Policy>>>,
}

impl Case {
    fn answer(self) -> Tri<Proof> {
        let principal = match self.principal.as_str() {
            SERVICE => Caller::Service { name: SERVICE, account: OWN.into() },
            USER => Caller::User { arn: USER.into(), account: OWN.into() },
            _ => Caller::Role { arn: ROLE.into(), account: OWN.into(), session: SESSION.into() },
        };
        let context = KEYS.iter().fold(Context::new(), |context, (key, _)| match self.context.get(*key) {
            Some(values) => context.with(key, values.iter().map(|value| Text::from(value.as_str()))),
            None => context.without(key),
        });
        let resource = self.resource.as_str().into();
        let is_trust = self.action == "sts:AssumeRole";
        let call = Call { principal, action: self.action.into(), resource, context };
        let seen = |policy: Option<Policy>| policy.map_or(Seen::Unset, Seen::Set);
        let own: Vec<_> = self.identity.into_iter().map(Seen::Set).collect();
        let (boundary, on_resource) = (seen(self.boundary), seen(self.resource_policy));
        let policies: Vec<_> = own.iter().map(labelled).collect();
        let (scps, rcps) = (self.scps.map(attached), self.rcps.map(attached));
        let (scp_lists, rcp_lists) = (named(&scps), named(&rcps));
        let level = |policies| Level { label: "a level", policies };
        let scp_levels: Vec<_> = scp_lists.iter().map(|list| level(list)).collect();
        let rcp_levels: Vec<_> = rcp_lists.iter().map(|list| level(list)).collect();
        let resource = labelled(&on_resource);
        let policies = Policies {
            identity: Some(Identity { policies: &policies, boundary: Some(labelled(&boundary)) }),
            resource: Some(if is_trust { Resource::Trust(resource) } else { Resource::Policy(resource) }),
            service_control: scps.is_some().then_some(scp_levels.as_slice()),
            resource_control: rcps.is_some().then_some(rcp_levels.as_slice()),
        };
        may(&policies, &call)
    }
}

fn labelled(document: &Seen<Policy>) -> Labelled<'_> {
    Labelled { label: "a policy", document }
}

fn attached(levels: Vec<Vec<Policy>>) -> Vec<Vec<Seen<Policy>>> {
    levels.into_iter().map(|level| level.into_iter().map(Seen::Set).collect()).collect()
}

fn named(levels: &Option<Vec<Vec<Seen<Policy>>>>) -> Vec<Vec<Labelled<'_>>> {
    levels.iter().flatten().map(|level| level.iter().map(labelled).collect()).collect()
}

/// All cases, a line each.
fn cases() -> String {
    (0..COUNT).map(|index| case(index) + "\n").collect()
}

/// The tool's answers: `A` allowed, `I` implicitly denied, `E` explicitly denied.
struct Recorded {
    header: BTreeMap<String, String>,
    answers: Vec<char>,
}

#[allow(clippy::disallowed_methods, reason = "the answers stand beside the test")]
fn recorded() -> Recorded {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/iam/answers.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let (header, answers) = text.split_once("\n\n").unwrap();
    let header = header.lines().map(|line| line.split_once(' ').unwrap());
    Recorded {
        header: header.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        answers: answers.chars().filter(|c| !c.is_whitespace()).collect(),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

#[test]
fn the_answers_are_for_these_cases() {
    let Recorded { header, answers } = recorded();
    assert_eq!(header["generator"], GENERATOR.to_string());
    assert_eq!(header["sha256"], sha256(&cases()), "the cases have changed: run tests/oracles/regenerate iam --write");
    assert_eq!(answers.len(), COUNT);
    assert!(answers.iter().all(|answer| "AIE".contains(*answer)), "the tool refused a case");
}

#[test]
fn both_engines_agree_but_for_what_is_explained() {
    let (mut differ, mut kinds, mut unknown) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (index, theirs) in recorded().answers.into_iter().enumerate() {
        let read: Case = serde_json::from_str(&case(index)).unwrap();
        let ours = match read.answer() {
            Tri::Yes(_) => 'A',
            Tri::No(Proof::ExplicitDeny { .. }) => 'E',
            Tri::No(_) => 'I',
            Tri::Unknown(gaps) => {
                // Texts that quote the case are counted by what they begin with.
                let why = gaps[0].remedy();
                *unknown.entry(why.split('`').next().unwrap().to_owned()).or_insert(0) += 1;
                continue;
            }
        };
        match (ours, theirs) {
            (ours, theirs) if ours == theirs => {}
            ('I' | 'E', 'I' | 'E') => kinds.push(index),
            _ => differ.push(index),
        }
    }
    let sorted = |of: fn(&Class) -> &'static [usize]| {
        let mut all: Vec<usize> = CLASSES.iter().flat_map(of).copied().collect();
        all.sort_unstable();
        all
    };
    let explained = (sorted(|class| class.disagreements), sorted(|class| class.other_denials));
    assert!(CLASSES.iter().all(|class| !class.why.is_empty()) && UNKNOWNS.iter().all(|(_, _, why)| !why.is_empty()));
    let counted: BTreeMap<String, usize> = UNKNOWNS.iter().map(|(why, count, _)| ((*why).to_owned(), *count)).collect();
    assert_eq!((differ, kinds), explained, "disagreements and denials of another kind, and those that are explained");
    assert_eq!(unknown, counted, "what gatelint leaves open");
}

/// For `tests/oracles/regenerate`, which names the file.
#[test]
#[ignore = "writes the cases for tests/oracles/regenerate"]
#[allow(clippy::disallowed_methods, reason = "the script says where")]
fn write_the_cases() {
    std::fs::write(std::env::var("ORACLE_CASES").unwrap(), cases()).unwrap();
}
