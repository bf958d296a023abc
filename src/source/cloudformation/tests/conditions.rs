//! Conditions in three values, and the worlds of those that are undecided.

use super::*;
use crate::model::Seen;
use crate::source::cloudformation::{Alternative, Choice, World};

/// `T`, `F` and `U` come out so.
fn logic() -> Json {
    json!({
        "T": { "Fn::Equals": ["a", "a"] },
        "F": { "Fn::Equals": ["a", "b"] },
        "U": { "Fn::Equals": [{ "Ref": "Env" }, "prod"] },
    })
}

fn answer(parameters: &Json, given: &Given, condition: &Json) -> Option<bool> {
    let mut conditions = logic();
    conditions["It"] = condition.clone();
    let template = template(&with(json!({ "Parameters": parameters, "Conditions": conditions })), given);
    let evaluator = Evaluator::new(&template, given.clone()).unwrap();
    evaluator.holds(Some("It")).set().copied()
}

fn environment() -> Json {
    json!({ "Env": { "Type": "String" } })
}

#[test]
fn truth_tables() {
    let of = |function: &str, names: &[&str]| {
        let items: Vec<_> = names.iter().map(|name| json!({ "Condition": name })).collect();
        answer(&environment(), &Given::default(), &json!({ function: items }))
    };
    let (yes, no, open) = (Some(true), Some(false), None);
    for (a, b, and, or) in [
        ("T", "T", yes, yes),
        ("T", "F", no, yes),
        ("T", "U", open, yes),
        ("F", "F", no, no),
        ("F", "U", no, open),
        ("U", "U", open, open),
    ] {
        assert_eq!((of("Fn::And", &[a, b]), of("Fn::And", &[b, a])), (and, and), "{a} and {b}");
        assert_eq!((of("Fn::Or", &[a, b]), of("Fn::Or", &[b, a])), (or, or), "{a} or {b}");
    }
    for (name, not) in [("T", no), ("F", yes), ("U", open)] {
        assert_eq!(of("Fn::Not", &[name]), not);
    }
}

#[test]
fn comparisons() {
    let parameters = json!({
        "Env": { "Type": "String" },
        "Small": { "Type": "String", "AllowedValues": ["dev", "prod"] },
        "Word": { "Type": "String", "AllowedPattern": "[a-z]+" },
        "Vpc": { "Type": "AWS::EC2::VPC::Id" },
        "List": { "Type": "CommaDelimitedList", "Default": "" },
        "Secret": { "Type": "String", "NoEcho": true, "Default": "" },
        "Count": { "Type": "Number", "Default": 3 },
    });
    for (a, b, expected) in [
        (json!({ "Ref": "Env" }), json!({ "Ref": "Env" }), Some(true)),
        (json!({ "Ref": "Env" }), json!(""), None),
        (json!({ "Ref": "Small" }), json!("dev"), None),
        (json!({ "Ref": "Small" }), json!("test"), Some(false)),
        (json!({ "Ref": "Word" }), json!("dev"), None),
        (json!({ "Ref": "Word" }), json!(""), Some(false)),
        (json!({ "Ref": "Vpc" }), json!(""), Some(false)),
        (json!({ "Ref": "AWS::Region" }), json!("US"), Some(false)),
        (json!({ "Ref": "AWS::Region" }), json!("us-east-1"), None),
        (json!({ "Fn::Join": ["", { "Ref": "List" }] }), json!(""), Some(true)),
        (json!({ "Ref": "Secret" }), json!(""), Some(true)),
        (json!({ "Ref": "Count" }), json!(3), Some(true)),
        (json!(true), json!("true"), Some(true)),
        (json!({ "Fn::Sub": "a-${Env}" }), json!("b-x"), Some(false)),
        (json!({ "Fn::Sub": "${Env}-a" }), json!("x-b"), Some(false)),
        (json!({ "Fn::Sub": "${Env}-a" }), json!("x-a"), None),
        (json!({ "Fn::Sub": "ab${Env}" }), json!("a"), Some(false)),
        (json!({ "Fn::Sub": "a${Env}" }), json!({ "Fn::Sub": "a${Env}" }), Some(true)),
    ] {
        for pair in [[a.clone(), b.clone()], [b.clone(), a.clone()]] {
            let condition = json!({ "Fn::Equals": pair });
            assert_eq!(answer(&parameters, &Given::default(), &condition), expected, "{condition}");
        }
    }
    let secret = json!({ "Fn::Equals": [{ "Ref": "Secret" }, "hunter2"] });
    assert_eq!(answer(&parameters, &given(&[("Secret", "hunter2")]), &secret), Some(true));
}

fn conditional() -> Json {
    json!({
        "Parameters": {
            "Env": { "Type": "String" },
            "Size": { "Type": "String", "AllowedValues": ["small", "large"] },
            "A": { "Type": "String" },
            "B": { "Type": "String" },
        },
        "Mappings": { "Ms": { "small": { "ms": 1 }, "large": { "ms": 2 } } },
        "Conditions": {
            "Prod": { "Fn::Equals": [{ "Ref": "Env" }, "prod"] },
            "Test": { "Fn::Equals": ["test", { "Ref": "Env" }] },
            "Either": { "Fn::Or": [{ "Condition": "Prod" }, { "Condition": "Test" }] },
            "Large": { "Fn::Equals": [{ "Ref": "Size" }, "large"] },
            "NotSmall": { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "Size" }, "small"] }] },
            "Same": { "Fn::Equals": [{ "Ref": "A" }, { "Ref": "B" }] },
            "SameToo": { "Fn::Not": [{ "Fn::Equals": [{ "Ref": "A" }, { "Ref": "B" }] }] },
        },
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic", "Condition": "Either" } },
    })
}

fn choices(evaluator: &Evaluator<'_>) -> Vec<Choice> {
    evaluator.undecided()
}

#[test]
fn branches() {
    let of = |expression: Json| value(conditional(), &Given::default(), &expression);
    let none = json!({ "Ref": "AWS::NoValue" });
    assert_eq!(of(json!({ "Fn::If": ["Prod", "a", "a"] })), json!("a"));
    assert_eq!(of(json!({ "Fn::If": ["Prod", { "x": [1] }, { "x": [1] }] })), json!({ "x": [1] }));
    assert_eq!(of(json!({ "Fn::If": ["Prod", "a", "b"] })), json!({ "?": "condition Prod" }));
    assert_eq!(of(json!({ "a": { "Fn::If": ["Prod", 1, none] } })), json!({ "a": { "?": "condition Prod" } }));
    assert_eq!(of(json!([1, { "Fn::If": ["Prod", 2, none] }])), json!({ "?": "condition Prod" }));
    assert_eq!(of(json!([1, { "Fn::If": ["Prod", none, none] }])), json!([1]));
    let prod = given(&[("Env", "prod")]);
    assert_eq!(value(conditional(), &prod, &json!({ "Fn::If": ["Prod", "a", { "Ref": "Env" }] })), json!("a"));
    assert_eq!(value(conditional(), &prod, &json!([1, { "Fn::If": ["Prod", none, 2] }])), json!([1]));
}

#[test]
fn a_branch_that_may_not_be_taken_is_not_refused_for_its_values() {
    let of = |branch: Json| value(conditional(), &Given::default(), &json!({ "Fn::If": ["Prod", branch, "b"] }));
    assert_eq!(of(json!({ "Fn::Select": [4, ["a"]] })), json!({ "?": "condition Prod" }));
    let dangling = json!({ "Fn::If": ["Prod", { "Ref": "Nothing" }, "b"] });
    assert!(refusal(conditional(), &Given::default(), &dangling).message.contains("no parameter or resource"));
}

#[test]
fn what_undecided_conditions_hang_on() {
    let template = template(&conditional(), &Given::default());
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    let found = choices(&evaluator);
    let labels: Vec<_> = found.iter().map(|choice| (&*choice.of, choice.alternatives.len())).collect();
    let comparison = found.iter().find(|choice| choice.alternatives.contains(&Alternative::Holds(true))).unwrap();
    assert_eq!(labels.len(), 3, "{labels:?}");
    let env = found.iter().find(|choice| &*choice.of == "Env").unwrap();
    let is = |text: &str| Alternative::Is(text.into());
    assert_eq!(env.alternatives, [is("prod"), is("test"), Alternative::Other]);
    assert_eq!(env.settles, ["condition Either", "condition Prod", "condition Test"].map(String::from).into());
    let size = found.iter().find(|choice| &*choice.of == "Size").unwrap();
    assert_eq!(size.alternatives, [is("large"), is("small")], "the allowed values are all there is");
    assert_eq!(comparison.settles, ["condition Same", "condition SameToo"].map(String::from).into());
    let topic = template.resource("Topic").unwrap();
    let Seen::Unknown(gap) = evaluator.exists(topic) else { panic!("decided") };
    assert!(env.settles(&gap) && !size.settles(&gap));
}

#[test]
fn worlds_decide() {
    let template = template(&conditional(), &Given::default());
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    let env = |alternative: Alternative| -> World { [("Env".into(), alternative)].into() };
    let holds = |world: &World, name: &str| evaluator.with(world).unwrap().holds(Some(name));
    for (alternative, prod, test, either) in [
        (Alternative::Is("prod".into()), true, false, true),
        (Alternative::Is("test".into()), false, true, true),
        (Alternative::Other, false, false, false),
    ] {
        let world = env(alternative);
        assert_eq!(holds(&world, "Prod"), Seen::Set(prod));
        assert_eq!(holds(&world, "Test"), Seen::Set(test));
        assert_eq!(holds(&world, "Either"), Seen::Set(either));
        assert!(matches!(holds(&world, "Large"), Seen::Unknown(_)));
    }
    let prod = evaluator.with(&env(Alternative::Is("prod".into()))).unwrap();
    assert_eq!(shown(&prod.value(&node(&json!({ "Ref": "Env" }))).unwrap()), json!("prod"));
    assert!(choices(&prod).iter().all(|choice| &*choice.of != "Env"), "what is assumed is not asked again");
    let same = choices(&evaluator).into_iter().find(|choice| choice.alternatives.contains(&Alternative::Holds(true)));
    let world = [(same.unwrap().of, Alternative::Holds(false))].into();
    assert_eq!((holds(&world, "Same"), holds(&world, "SameToo")), (Seen::Set(false), Seen::Set(true)));
}

#[test]
fn a_mappings_key_is_a_choice_once_it_was_asked() {
    let template = template(&conditional(), &Given::default());
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    let find = node(&json!({ "Fn::FindInMap": ["Ms", { "Ref": "Size" }, "ms"] }));
    let Known::Unknown(gap) = evaluator.value(&find).unwrap().is else { panic!("known") };
    let choice = choices(&evaluator).into_iter().find(|choice| choice.settles(&gap)).unwrap();
    let answers: Vec<_> = choice
        .alternatives
        .iter()
        .map(|alternative| {
            let world = [(choice.of.clone(), alternative.clone())].into();
            shown(&evaluator.with(&world).unwrap().value(&find).unwrap())
        })
        .collect();
    assert_eq!(answers, [json!(2), json!(1)]);
}

#[test]
fn a_key_that_the_mapping_lacks_is_no_case() {
    let mut json = conditional();
    json["Conditions"]["Odd"] = json!({ "Fn::Equals": [{ "Ref": "Env" }, "odd"] });
    json["Mappings"]["Stages"] = json!({ "prod": { "ms": 1 }, "dev": { "ms": 2 } });
    let template = template(&json, &Given::default());
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    let find = node(&json!({ "Fn::FindInMap": ["Stages", { "Ref": "Env" }, "ms"] }));
    evaluator.value(&find).unwrap();
    let env = choices(&evaluator).into_iter().find(|choice| &*choice.of == "Env").unwrap();
    assert_eq!(env.alternatives, ["dev", "prod"].map(|it| Alternative::Is(it.into())));
}
