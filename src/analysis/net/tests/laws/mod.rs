//! What holds for every small account.

mod brute;
mod crossing;
mod packets;
mod paths;
mod scene;

use super::account::denied;
use crate::analysis::Tri;
use crate::analysis::net::*;
use crate::model::{Gap, Seen};
use proptest::prelude::*;
use scene::{hides, scene};

type Judge = fn(&dyn World, &Flow<'_>) -> Tri<Proof>;

const DIRECTIONS: [(Judge, Direction); 2] = [(egress, Direction::Egress), (ingress, Direction::Ingress)];

/// -1 blocked, 0 unknown, 1 open.
fn sign<P>(answer: &Tri<P>) -> i8 {
    match answer {
        Tri::Yes(_) => 1,
        Tri::No(_) => -1,
        Tri::Unknown(_) => 0,
    }
}

fn rank(answer: &Admission) -> u8 {
    match answer {
        Admission::Yes(_) => 3,
        Admission::LikelyNot(_) => 2,
        Admission::No(_) => 1,
        Admission::Unknown(_) => 0,
    }
}

fn gaps<P>(answer: &Tri<P>) -> Option<&[Gap]> {
    match answer {
        Tri::Unknown(gaps) => Some(gaps),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn it_agrees_with_trying_every_address(scene in scene()) {
        for (judge, direction) in DIRECTIONS {
            let expected = brute::answer(&scene, direction);
            let answer = judge(&scene.account, &scene.flow());
            prop_assert_eq!(sign(&answer), expected, "{:?} {:?}", direction, answer);
        }
    }

    #[test]
    fn learning_turns_an_unknown_into_an_answer_and_never_flips_one(scene in scene(), first in hides(), second in hides()) {
        let less = scene.hide(&first, 0);
        let least = less.hide(&second, 1000);
        for (judge, _) in DIRECTIONS {
            let answers = [&scene, &less, &least].map(|scene| judge(&scene.account, &scene.flow()));
            for pair in answers.windows(2) {
                let (knows, guesses) = (sign(&pair[0]), sign(&pair[1]));
                prop_assert!(guesses == 0 || guesses == knows, "{:?}", pair);
            }
            for answer in &answers {
                prop_assert!(gaps(answer).is_none_or(|gaps| !gaps.is_empty() && gaps.is_sorted()));
            }
        }
    }

    #[test]
    fn the_smallest_rule_opens_what_is_blocked(scene in scene(), hidden in hides()) {
        for scene in [scene.clone(), scene.hide(&hidden, 0)] {
            for (judge, direction) in DIRECTIONS {
                let Tri::No(proof) = judge(&scene.account, &scene.flow()) else { continue };
                let Some(opening) = proof.opening() else { continue };
                let opened = scene.with(opening, direction);
                let answer = judge(&opened.account, &opened.flow());
                prop_assert!(answer.is_yes(), "{:?} after {}", answer, opening.sentence());
            }
        }
    }

    #[test]
    fn the_order_of_groups_rules_and_ranges_is_nothing(scene in scene(), hidden in hides()) {
        for scene in [scene.clone(), scene.hide(&hidden, 0)] {
            let turned = scene.turned();
            for (judge, _) in DIRECTIONS {
                let (answer, other) = (judge(&scene.account, &scene.flow()), judge(&turned.account, &turned.flow()));
                prop_assert_eq!(sign(&answer), sign(&other));
                prop_assert_eq!(gaps(&answer), gaps(&other));
            }
        }
    }

    #[test]
    fn a_yes_rests_on_the_rules_it_names(scene in scene()) {
        for (judge, direction) in DIRECTIONS {
            let Tri::Yes(proof) = judge(&scene.account, &scene.flow()) else { continue };
            let only = scene.only(&proof.spots(), direction);
            prop_assert!(judge(&only.account, &only.flow()).is_yes(), "{}", proof.sentence());
        }
    }

    #[test]
    fn learning_never_flips_an_admission(scene in scene(), hidden in hides(), on in any::<bool>(), flag in any::<bool>()) {
        let enforced = super::account::set(if on { "on" } else { "off" });
        let shown = if flag { enforced.clone() } else { Seen::Unknown(denied("flag")) };
        let less = scene.hide(&hidden, 0);
        let knows = private_link(&scene.account, &scene.to, &enforced, scene.port);
        let guesses = private_link(&less.account, &less.to, &shown, less.port);
        prop_assert_ne!(rank(&knows), 0, "{:?}", knows);
        prop_assert!(rank(&guesses) == 0 || rank(&guesses) == rank(&knows), "{:?} became {:?}", guesses, knows);
        prop_assert_eq!(rank(&knows), brute::admission(&scene, on));
    }
}
