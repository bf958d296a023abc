//! What holds for network ACLs, routes and whole connections of every small account.

use super::packets::{self, Fate};
use super::scene::{Scene, hides, scene};
use crate::analysis::net::*;
use crate::model::Seen;
use crate::model::ec2::{NetworkAclEntry, PortRange, RuleAction};
use proptest::prelude::*;

fn fate(answer: &Answer) -> Fate {
    match answer {
        Answer::Open(_) => Fate::Open,
        Answer::Partly(..) => Fate::Partly,
        Answer::Blocked(_) => Fate::Blocked,
        Answer::Unknown(_) => Fate::Unknown,
    }
}

fn stages(scene: &Scene) -> [Answer; 5] {
    let (world, flow) = (&scene.account, scene.flow());
    [
        acl(world, &flow),
        routes(world, &flow).into(),
        egress(world, &flow).into(),
        ingress(world, &flow).into(),
        reach(world, &flow),
    ]
}

/// May what was said with less knowledge be followed by this?
fn follows(before: &Answer, after: &Answer) -> bool {
    match (before, fate(after)) {
        (Answer::Unknown(_), _) => true,
        (Answer::Partly(_, gaps), Fate::Blocked) => !gaps.is_empty(),
        (before, after) => fate(before) == after,
    }
}

fn gaps(answer: &Answer) -> Option<&[crate::model::Gap]> {
    match answer {
        Answer::Unknown(gaps) | Answer::Partly(_, gaps) => Some(gaps),
        _ => None,
    }
}

/// With these entries added.
fn with(scene: &Scene, entries: &[Entry]) -> Scene {
    let mut scene = scene.clone();
    for entry in entries {
        let acl = scene.account.acls.iter_mut().find(|acl| acl.network_acl_id.lit() == entry.acl.lit()).unwrap();
        let Seen::Set(list) = &mut acl.entries else { panic!("hidden") };
        let egress = Seen::Set(entry.direction == Direction::Egress);
        let taken = |it: &NetworkAclEntry| it.egress == egress && it.rule_number == Seen::Set(entry.number);
        assert!(!list.iter().any(taken), "entry {} is taken", entry.number);
        let (first, last) = (i64::from(entry.ports.0), i64::from(entry.ports.1));
        list.push(NetworkAclEntry {
            rule_number: Seen::Set(entry.number),
            egress,
            protocol: super::super::account::set("6"),
            rule_action: Seen::Set(RuleAction::Allow),
            cidr_block: super::super::account::set(&entry.net.to_string()),
            port_range: Seen::Set(PortRange { from: Seen::Set(first), to: Seen::Set(last) }),
            ..NetworkAclEntry::default()
        });
    }
    scene
}

fn proof(answer: &Answer) -> Option<&Proof> {
    match answer {
        Answer::Blocked(proof) | Answer::Partly(proof, _) => Some(proof),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn network_acls_agree_with_sending_every_packet(scene in scene()) {
        let (answer, expected) = (acl(&scene.account, &scene.flow()), packets::acl(&scene));
        // Two sides may each let some replies through and together none: that is told as some.
        let together = fate(&answer) == Fate::Partly && expected == Fate::Blocked;
        prop_assert!(fate(&answer) == expected || together, "{:?} is not {:?}", answer, expected);
    }

    #[test]
    fn routes_agree_with_sending_every_packet(scene in scene()) {
        let lists = (0..2).all(|n| scene.account.lists.contains_key(&format!("pl-{n}")));
        prop_assert!(lists);
        let answer = Answer::from(routes(&scene.account, &scene.flow()));
        let expected = packets::routes(&scene);
        prop_assert_eq!(fate(&answer), expected, "{:?}", answer);
    }

    #[test]
    fn what_is_said_of_the_whole_holds_for_every_packet(scene in scene()) {
        let answer = reach(&scene.account, &scene.flow());
        let fates = packets::reach(&scene);
        let holds = match fate(&answer) {
            Fate::Open => fates.iter().all(|it| *it == Fate::Open),
            Fate::Blocked => fates.iter().all(|it| *it == Fate::Blocked),
            Fate::Partly => fates.iter().all(|it| matches!(it, Fate::Partly | Fate::Blocked)),
            Fate::Unknown => true,
        };
        prop_assert!(holds, "{:?} of {:?}", answer, fates);
        let one = fates.len() == 1;
        prop_assert!(!one || fates[0] == fate(&answer) || fates[0] == Fate::Blocked, "{:?} of {:?}", answer, fates);
    }

    #[test]
    fn learning_never_flips_a_stage_or_the_whole(scene in scene(), first in hides(), second in hides()) {
        let less = scene.hide(&first, 0);
        let least = less.hide(&second, 1000);
        let [knows, guesses, blind] = [&scene, &less, &least].map(stages);
        for n in 0..knows.len() {
            prop_assert!(follows(&guesses[n], &knows[n]), "{}: {:?} became {:?}", n, guesses[n], knows[n]);
            prop_assert!(follows(&blind[n], &guesses[n]), "{}: {:?} became {:?}", n, blind[n], guesses[n]);
            for answer in [&guesses[n], &blind[n]] {
                let named = matches!(answer, Answer::Partly(..)) || gaps(answer).is_none_or(|gaps| !gaps.is_empty());
                prop_assert!(named && gaps(answer).is_none_or(|gaps| gaps.is_sorted()), "{:?}", answer);
            }
        }
    }

    #[test]
    fn one_stage_that_blocks_decides(scene in scene(), hidden in hides()) {
        for scene in [scene.clone(), scene.hide(&hidden, 0)] {
            let answers = stages(&scene);
            let (whole, parts) = answers.split_last().unwrap();
            let all = |wanted| parts.iter().all(|part| fate(part) == wanted);
            prop_assert_eq!(fate(whole) == Fate::Blocked, parts.iter().any(|part| fate(part) == Fate::Blocked));
            prop_assert_eq!(fate(whole) == Fate::Open, all(Fate::Open));
        }
    }

    #[test]
    fn the_smallest_entries_open_what_a_network_acl_stops(scene in scene()) {
        let mut scene = scene;
        for _ in 0..4 {
            let answer = acl(&scene.account, &scene.flow());
            let Some(proof) = proof(&answer) else { return Ok(()) };
            if proof.entries().is_empty() {
                return Ok(());
            }
            scene = with(&scene, proof.entries());
        }
        let answer = acl(&scene.account, &scene.flow());
        prop_assert!(proof(&answer).is_none(), "{:?}", answer);
    }

    #[test]
    fn the_order_in_which_entries_and_routes_are_listed_is_nothing(scene in scene(), hidden in hides()) {
        for scene in [scene.clone(), scene.hide(&hidden, 0)] {
            for (answer, other) in stages(&scene).iter().zip(stages(&scene.turned())) {
                prop_assert_eq!(fate(answer), fate(&other), "{:?} and {:?}", answer, other);
            }
        }
    }
}
