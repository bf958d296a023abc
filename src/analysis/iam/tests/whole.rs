//! All policies together against the naive flow chart, and: what is learned never flips an
//! answer.

use super::laws::{SERVICE, SOURCE, call, document, single};
use super::naive::{Estate, Plain, whole};
use super::*;
use crate::analysis::iam::Level;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// A document whose statements say nobody, as those of a role do.
fn own() -> impl Strategy<Value = Json> {
    document().prop_map(|mut document| {
        for one in document["Statement"].as_array_mut().unwrap() {
            let statement = one.as_object_mut().unwrap();
            statement.retain(|name, _| !name.ends_with("Principal"));
        }
        document
    })
}

/// A document on a resource, of which the first statement may pick by `aws:PrincipalArn`.
fn on_resource() -> impl Strategy<Value = Json> {
    (document(), any::<bool>()).prop_map(|(mut document, by_arn)| {
        if let Some(first) = document["Statement"].as_array_mut().unwrap().first_mut()
            && by_arn
        {
            first["Condition"]["ArnEquals"]["aws:PrincipalArn"] = json!(ROLE);
        }
        document
    })
}

/// An RCP denies everyone, or has no say.
fn rcp() -> impl Strategy<Value = Json> {
    own().prop_map(|mut document| {
        for one in document["Statement"].as_array_mut().unwrap() {
            one["Principal"] = json!("*");
        }
        document
    })
}

#[derive(Debug, Clone)]
struct Scene {
    identity: Vec<Json>,
    boundary: Option<Json>,
    resource: Option<Json>,
    scps: Option<Vec<Json>>,
    rcps: Option<Vec<Json>>,
    of_service: bool,
    same_account: bool,
}

fn scene() -> impl Strategy<Value = Scene> {
    let levels = proptest::collection::vec(own(), 0..3);
    let above = proptest::collection::vec(rcp(), 0..2);
    let identity = proptest::collection::vec(own(), 0..3);
    let organization = (option::weighted(0.3, levels), option::weighted(0.2, above));
    let documents = (identity, option::weighted(0.4, own()), option::weighted(0.8, on_resource()), organization);
    (documents, any::<bool>(), any::<bool>()).prop_map(|(documents, of_service, same_account)| {
        let (identity, boundary, resource, (scps, rcps)) = documents;
        let scene = Scene { identity, boundary, resource, scps, rcps, of_service, same_account };
        if same_account { scene } else { scene.across() }
    })
}

/// Which documents are hidden, by their number.
type Hidden = Option<usize>;

const ELSEWHERE: &str = "arn:aws:lambda:us-east-1:444455556666:function:orders";

impl Scene {
    /// The function belongs to another account, wherever it is named.
    fn across(self) -> Scene {
        let moved = |document: Json| serde_json::from_str(&document.to_string().replace(FUNCTION, ELSEWHERE)).unwrap();
        let all = |list: Vec<Json>| list.into_iter().map(moved).collect();
        Scene {
            identity: all(self.identity),
            boundary: self.boundary.map(moved),
            resource: self.resource.map(moved),
            scps: self.scps.map(all),
            rcps: self.rcps.map(all),
            ..self
        }
    }

    fn function(&self) -> &'static str {
        if self.same_account { FUNCTION } else { ELSEWHERE }
    }

    fn call(&self, k: &Option<Vec<&'static str>>) -> Call {
        let mut call = call(self.of_service, SOURCE.into(), &[("k", k.clone())]);
        call.resource = self.function().into();
        call.context = call.context.with("aws:PrincipalArn", [Text::from(ROLE)]).without("n");
        if !self.of_service {
            call.principal = Caller::Role { arn: ROLE.into(), account: ACCOUNT.into(), session: "call".into() };
        }
        call
    }

    /// Asks with one document hidden; `halves`: 0 all, 1 the caller's account, 2 the resource's.
    fn ask(&self, call: &Call, hidden: Hidden, half: u8) -> char {
        let mut number = 0;
        let mut seen = |document: &Json| {
            number += 1;
            let gap = Gap::Denied { action: "iam:GetPolicy".into(), on: "it".into() };
            if hidden == Some(number - 1) { Seen::Unknown(gap) } else { Seen::Set(policy(&document.to_string())) }
        };
        let identity: Vec<_> = self.identity.iter().map(&mut seen).collect();
        let boundary = self.boundary.as_ref().map_or(Seen::Unset, &mut seen);
        let resource = self.resource.as_ref().map_or(Seen::Unset, &mut seen);
        let mut levels = |list: &Option<Vec<Json>>| list.as_ref().map(|list| list.iter().map(&mut seen).collect());
        let (scps, rcps): (Option<Vec<_>>, Option<Vec<_>>) = (levels(&self.scps), levels(&self.rcps));
        let labelled = |document| Labelled { label: "p", document };
        let (identity, boundary) = (identity.iter().map(labelled).collect::<Vec<_>>(), labelled(&boundary));
        let (scp_lists, rcp_lists) = (single_levels(&scps), single_levels(&rcps));
        let level = |policies| Level { label: "a level", policies };
        let scp_levels: Vec<_> = scp_lists.iter().map(|list| level(list.as_slice())).collect();
        let rcp_levels: Vec<_> = rcp_lists.iter().map(|list| level(list.as_slice())).collect();
        let policies = Policies {
            identity: (half != 2).then_some(Identity { policies: &identity, boundary: Some(boundary) }),
            resource: (half != 1).then_some(Resource::Policy(labelled(&resource))),
            service_control: scps.is_some().then_some(scp_levels.as_slice()),
            resource_control: rcps.is_some().then_some(rcp_levels.as_slice()),
        };
        mark(&may(&policies, call))
    }

    fn documents(&self) -> usize {
        let levels = [&self.scps, &self.rcps].map(|list| list.iter().flatten().count());
        self.identity.len() + self.boundary.iter().len() + self.resource.iter().len() + levels[0] + levels[1]
    }
}

fn single_levels(list: &Option<Vec<Seen<Policy>>>) -> Vec<[Labelled<'_>; 1]> {
    list.iter().flatten().map(|document| [Labelled { label: "p", document }]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_whole_is_judged_as_documented(scene in scene(), k in single()) {
        let mut plain = vec![("aws:SourceArn", vec![SOURCE]), ("aws:PrincipalArn", vec![ROLE])];
        plain.extend(k.clone().map(|values| ("k", values)));
        let estate = Estate {
            identity: &scene.identity,
            boundary: scene.boundary.as_ref(),
            resource: scene.resource.as_ref(),
            scps: scene.scps.as_deref(),
            rcps: scene.rcps.as_deref(),
            same_account: scene.same_account,
        };
        let expected = whole(&estate, &Plain { service: scene.of_service.then_some(SERVICE), keys: &plain, resource: scene.function() });
        let expected = expected.map_or('?', |allowed| if allowed { 'y' } else { 'n' });
        prop_assert_eq!(scene.ask(&scene.call(&k), None, 0), expected, "{:#?}", scene);
    }

    #[test]
    fn reading_a_document_never_flips_an_answer(scene in scene(), k in single(), at in 0..8usize) {
        let call = scene.call(&k);
        let hidden = at % scene.documents().max(1);
        let (before, after) = (scene.ask(&call, Some(hidden), 0), scene.ask(&call, None, 0));
        prop_assert!(before == '?' || before == after, "{} then {}: {:#?}", before, after, scene);
    }

    #[test]
    fn across_accounts_both_halves_have_to_allow(scene in scene(), k in single()) {
        let scene = Scene { same_account: false, of_service: false, rcps: None, scps: None, ..scene.across() };
        let call = scene.call(&k);
        let halves = [scene.ask(&call, None, 1), scene.ask(&call, None, 2)];
        let expected = if halves.contains(&'n') { 'n' } else if halves.contains(&'?') { '?' } else { 'y' };
        let whole = scene.ask(&call, None, 0);
        // Beside the boundary, what a NotPrincipal means is known.
        prop_assert!(whole == expected || halves[1] == '?', "{} and {:?}: {:#?}", whole, halves, scene);
    }
}

/// *Principal*: an account may pass a grant on, a role is limited by its boundary, a session
/// and (by `aws:PrincipalArn`) everyone is not.
#[test]
fn within_one_account_either_side_lets_a_role_in() {
    let on_function = |principal: &str, condition: &str| {
        Seen::Set(policy(&format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"lambda:*","Resource":"*"{condition}}}}}"#
        )))
    };
    let own = |action: &str| {
        Seen::Set(policy(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#)))
    };
    let (reading, invoking) = (own("s3:*"), own("lambda:Invoke*"));
    let role_arn = format!(r#"{{"AWS":"{ROLE}"}}"#);
    let (root, session) = (r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, format!(r#"{{"AWS":"{SESSION_ARN}"}}"#));
    let by_arn = format!(r#","Condition":{{"ArnEquals":{{"aws:PrincipalArn":"{ROLE}"}}}}"#);
    let context = Context::role(ROLE.into(), ACCOUNT.into());
    let principal = Caller::Role { arn: ROLE.into(), account: ACCOUNT.into(), session: "call".into() };
    let call = Call { principal, context, ..invoke() };
    // The grant on the function; without boundary, within one that allows, within one that does not.
    let table = [
        (on_function(&role_arn, ""), ['y', 'y', 'n']),
        (on_function(root, ""), ['n', 'n', 'n']),
        (on_function(&session, ""), ['y', 'y', 'y']),
        (on_function(r#""*""#, ""), ['y', 'y', '?']),
        (on_function(r#""*""#, &by_arn), ['y', 'y', 'y']),
        (Seen::Unset, ['n', 'n', 'n']),
    ];
    for (document, expected) in &table {
        let resource = Some(Resource::Policy(Labelled { label: "the function's", document }));
        let got = [None, Some(&invoking), Some(&reading)].map(|boundary| {
            let policies = [Labelled { label: "own", document: &reading }];
            let boundary = boundary.map(|document| Labelled { label: "bounds", document });
            let identity = Some(Identity { policies: &policies, boundary });
            mark(&may(&Policies { identity, resource, ..Policies::default() }, &call))
        });
        assert_eq!(got, *expected, "{document:?}");
    }
}
