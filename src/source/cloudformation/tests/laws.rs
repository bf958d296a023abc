//! More knowledge never changes an answer, and every deployment is one of the worlds.

use super::*;
use crate::model::Part;
use crate::source::cloudformation::{Choice, World};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

const NAMES: [&str; 3] = ["A", "B", "C"];
const VALUES: [&str; 4] = ["", "x", "y", "x-y"];

fn parameters() -> Json {
    json!({
        "A": { "Type": "String" },
        "B": { "Type": "String" },
        "C": { "Type": "String", "AllowedValues": ["x", "y"] },
    })
}

/// Values that the declarations allow.
fn deployment() -> impl Strategy<Value = [&'static str; 3]> {
    let any = || prop::sample::select(VALUES.to_vec());
    (any(), any(), prop::sample::select(vec!["x", "y"])).prop_map(|(a, b, c)| [a, b, c])
}

fn some(values: [&str; 3], known: [bool; 3]) -> Given {
    let pairs: Vec<_> =
        NAMES.into_iter().zip(values).zip(known).filter(|(_, known)| *known).map(|(pair, _)| pair).collect();
    given(&pairs)
}

fn text() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        prop::sample::select(VALUES.to_vec()).prop_map(|text| json!(text)),
        prop::sample::select(NAMES.to_vec()).prop_map(|name| json!({ "Ref": name })),
        prop::sample::select(NAMES.to_vec()).prop_map(|name| json!({ "Fn::Sub": format!("x${{{name}}}y-") })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (prop::sample::select(vec!["", "-"]), vec(inner.clone(), 0..3))
                .prop_map(|(by, items)| json!({ "Fn::Join": [by, items] })),
            inner.clone().prop_map(|own| json!({ "Fn::Sub": ["${A}|${Own}", { "Own": own }] })),
            inner.prop_map(|of| json!({ "Fn::Select": [0, { "Fn::Split": ["-", of] }] })),
        ]
    })
}

fn condition() -> impl Strategy<Value = Json> {
    let equals = prop_oneof![
        (prop::sample::select(NAMES.to_vec()), prop::sample::select(VALUES.to_vec()))
            .prop_map(|(name, value)| json!({ "Fn::Equals": [{ "Ref": name }, value] })),
        (text(), text()).prop_map(|(a, b)| json!({ "Fn::Equals": [a, b] })),
    ];
    equals.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(|items| json!({ "Fn::And": items })),
            vec(inner.clone(), 2..4).prop_map(|items| json!({ "Fn::Or": items })),
            inner.prop_map(|item| json!({ "Fn::Not": [item] })),
        ]
    })
}

fn conditional(first: &Json, second: &Json) -> Json {
    let also = json!({ "Fn::Or": [{ "Condition": "First" }, second] });
    with(json!({ "Parameters": parameters(), "Conditions": { "First": first, "Second": also } }))
}

fn worlds(choices: &[Choice]) -> Vec<World> {
    choices.iter().fold(vec![World::new()], |worlds, choice| {
        let more = |world: World| {
            choice.alternatives.iter().map(move |alternative| {
                let mut world = world.clone();
                world.insert(choice.of.clone(), alternative.clone());
                world
            })
        };
        worlds.into_iter().flat_map(more).take(2000).collect()
    })
}

proptest! {
    #[test]
    fn a_value_never_flips_a_condition(
        first in condition(), second in condition(), values in deployment(), known in any::<[bool; 3]>(),
    ) {
        let json = conditional(&first, &second);
        let answers = |given: Given| {
            let template = template(&json, &given);
            let evaluator = Evaluator::new(&template, given).unwrap();
            ["First", "Second"].map(|name| evaluator.holds(Some(name)).set().copied())
        };
        let (none, some, all) = (answers(Given::default()), answers(some(values, known)), answers(some(values, [true; 3])));
        for at in 0..2 {
            prop_assert!(all[at].is_some(), "with every value, every condition is decided");
            prop_assert!(none[at].is_none() || none[at] == some[at], "{:?} {:?}", none, some);
            prop_assert!(some[at].is_none() || some[at] == all[at], "{:?} {:?}", some, all);
        }
    }

    #[test]
    fn every_deployment_is_one_of_the_worlds(first in condition(), second in condition(), values in deployment()) {
        let json = conditional(&first, &second);
        let template = template(&json, &Given::default());
        let open = Evaluator::new(&template, Given::default()).unwrap();
        let real = Evaluator::new(&template, some(values, [true; 3])).unwrap();
        let answers = |evaluator: &Evaluator<'_>| ["First", "Second"].map(|name| evaluator.holds(Some(name)).set().copied());
        let worlds = worlds(&open.undecided());
        prop_assume!(worlds.len() < 2000);
        let judged: Vec<_> = worlds.iter().map(|world| answers(&open.with(world).unwrap())).collect();
        prop_assert!(judged.iter().flatten().all(Option::is_some), "a world decides everything");
        prop_assert!(judged.contains(&answers(&real)), "{:?} is none of {:?}", answers(&real), judged);
    }

    #[test]
    fn to_fill_the_holes_is_to_know_the_values(expression in text(), values in deployment(), known in any::<[bool; 3]>()) {
        let json = with(json!({ "Parameters": parameters() }));
        let evaluate = |given: Given| {
            let template = template(&json, &given);
            let evaluator = Evaluator::new(&template, given).unwrap();
            evaluator.value(&node(&expression)).unwrap().is
        };
        let Known::Text(whole) = evaluate(some(values, [true; 3])) else { panic!("a text") };
        let Known::Text(holed) = evaluate(some(values, known)) else { panic!("a text") };
        let fillings: BTreeMap<&str, &str> = NAMES.into_iter().zip(values).collect();
        let parts: Option<String> = holed.parts().iter().map(|part| match part {
            Part::Lit(lit) => Some(lit.to_string()),
            Part::Hole(hole) => fillings.get(&*hole.id).map(|filling| (*filling).to_owned()),
        }).collect();
        match parts {
            Some(filled) => prop_assert_eq!(Some(&*filled), whole.lit()),
            // A function that was not followed hides a text; what stands around it is there.
            None => {
                let lit = whole.lit().unwrap();
                if let Some(Part::Lit(begin)) = holed.parts().first() {
                    prop_assert!(lit.starts_with(&**begin));
                }
                if let Some(Part::Lit(end)) = holed.parts().last() {
                    prop_assert!(lit.ends_with(&**end));
                }
            }
        }
    }
}
