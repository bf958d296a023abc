//! What CloudFormation refuses, with its place; and what is too much for anybody.

use super::*;

fn message(json: Json, expression: &Json) -> String {
    refusal(json, &Given::default(), expression).message
}

#[test]
fn wrong_arguments() {
    for (expression, says) in [
        (json!({ "Ref": "Nothing" }), "no parameter or resource \"Nothing\""),
        (json!({ "Ref": "AWS::Nothing" }), "no pseudo parameter \"AWS::Nothing\""),
        (json!({ "Ref": ["Topic"] }), "Ref takes texts"),
        (json!({ "Fn::GetAtt": "Topic" }), "Fn::GetAtt takes"),
        (json!({ "Fn::GetAtt": ["Topic"] }), "Fn::GetAtt takes"),
        (json!({ "Fn::GetAtt": "Nothing.Arn" }), "no parameter or resource \"Nothing\""),
        (json!({ "Fn::Sub": "${Nothing}" }), "no parameter or resource \"Nothing\""),
        (json!({ "Fn::Sub": "${a b}" }), "no name for a variable"),
        (json!({ "Fn::Sub": "${}" }), "no name for a variable"),
        (json!({ "Fn::Sub": ["x"] }), "Fn::Sub takes"),
        (json!({ "Fn::Sub": { "Ref": "Topic" } }), "without functions"),
        (json!({ "Fn::Sub": ["${x}", { "x": ["a"] }] }), "Fn::Sub takes texts"),
        (json!({ "Fn::Join": ["a"] }), "a list of 2 arguments"),
        (json!({ "Fn::Join": ["a", "b"] }), "is a list"),
        (json!({ "Fn::Join": ["a", [{ "x": 1 }]] }), "Fn::Join takes texts"),
        (json!({ "Fn::Select": [4, ["a"]] }), "item 4 of a list that has 1"),
        (json!({ "Fn::Select": ["x", ["a"]] }), "number of an item"),
        (json!({ "Fn::Select": [-1, ["a"]] }), "number of an item"),
        (json!({ "Fn::If": ["Nothing", 1, 2] }), "no condition \"Nothing\""),
        (json!({ "Fn::If": ["Nothing", 1] }), "a list of 3 arguments"),
        (json!({ "Fn::FindInMap": ["Nothing", "a", "b"] }), "no mapping \"Nothing\""),
        (json!({ "Fn::FindInMap": ["M", "a", "z"] }), "no key of this name"),
        (json!({ "Fn::FindInMap": ["M", "z", "b"] }), "no key of this name"),
        (json!({ "Fn::Length": "a" }), "takes a list"),
        (json!({ "Fn::ToJsonString": "a" }), "an object or a list"),
        (json!({ "Fn::Cidr": ["x", 1, 8] }), "address block"),
        (json!({ "Fn::Cidr": ["10.0.0.0/24", 300, 8] }), "from 1 to 256"),
        (json!({ "Fn::Cidr": ["10.0.0.0/24", 2, 8] }), "no room"),
        (json!({ "Fn::Cidr": ["10.0.0.0/24", 2, 99] }), "no room"),
    ] {
        let found = message(json!({ "Mappings": { "M": { "a": { "b": 1 } } } }), &expression);
        assert!(found.contains(says), "{expression}: {found}");
    }
}

#[test]
fn wrong_sections() {
    let topic = json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
    for (json, says) in [
        (json!({ "Resources": [] }), "Resources should be an object"),
        (json!({ "Resources": { "A": {} } }), "\"A\" has no Type"),
        (json!({ "Resources": { "A": { "Type": 3 } } }), "a Type should be a text"),
        (json!({ "Resources": { "A": { "Type": "T", "Properties": [] } } }), "Properties should be an object"),
        (json!({ "Resources": { "A": { "Type": "T", "DependsOn": "B" } } }), "no resource \"B\""),
        (json!({ "Resources": { "A": { "Type": "T", "Condition": "B" } } }), "no condition \"B\""),
        (json!({ "Parameters": { "Topic": { "Type": "String" } }, "Resources": topic }), "names two things"),
        (json!({ "Parameters": { "P": {} } }), "\"P\" has no Type"),
        (json!({ "Parameters": { "P": { "Type": "Number", "Default": "x" } } }), "is no number"),
        (
            json!({ "Parameters": { "P": { "Type": "String", "Default": "x", "AllowedValues": ["y"] } } }),
            "AllowedValues",
        ),
        (
            json!({ "Parameters": { "P": { "Type": "String", "Default": "", "AllowedPattern": "\\w+" } } }),
            "AllowedPattern",
        ),
        (
            json!({ "Parameters": { "P": { "Type": "CommaDelimitedList", "Default": "", "AllowedPattern": "\\w+" } } }),
            "AllowedPattern",
        ),
        (json!({ "Parameters": { "P": { "Type": "String", "AllowedPattern": "^abc|def)$" } } }), "at offset 8"),
        (json!({ "Outputs": { "O": {} } }), "\"O\" has no Value"),
        (json!({ "Mappings": { "M": 1 } }), "a mapping should be an object"),
        (json!({ "Conditions": { "C": true } }), "a function, not a value"),
        (json!({ "Conditions": { "C": { "Fn::Sub": "x" } } }), "none of conditions"),
        (json!({ "Conditions": { "C": { "Fn::And": [{ "Condition": "C" }] } } }), "2 to 10 arguments"),
        (json!({ "Conditions": { "C": { "Condition": "D" } } }), "no condition \"D\""),
        (json!({ "Conditions": { "C": { "Fn::Equals": [{ "Ref": "Topic" }, "x"] } } }), "cannot refer to a resource"),
    ] {
        let found = message(json.clone(), &json!(1));
        assert!(found.contains(says), "{json}: {found}");
    }
}

#[test]
fn given_values_must_fit_and_are_never_told() {
    let parameters = json!({ "Parameters": {
        "Env": { "Type": "String", "AllowedValues": ["dev", "prod"] },
        "Count": { "Type": "Number", "MaxValue": 5 },
        "Zones": { "Type": "CommaDelimitedList", "AllowedValues": ["a", "b"] },
        "Name": { "Type": "String", "MinLength": 3 },
    } });
    for (name, value) in
        [("Env", "hunter2"), ("Count", "hunter2"), ("Count", "6"), ("Zones", "a,hunter2"), ("Name", "h2")]
    {
        let error = refusal(parameters.clone(), &given(&[(name, value)]), &json!(1));
        assert!(error.message.contains(name) && !format!("{error:?}").contains(value), "{error:?}");
    }
    assert_eq!(value(parameters, &given(&[("Zones", "b, a")]), &json!({ "Ref": "Zones" })), json!(["b", "a"]));
}

#[test]
fn a_pattern_is_for_the_whole_value_or_each_item_and_refuses_only_what_is_sure() {
    let of = |kind: &str, pattern: &str| json!({ "Parameters": { "P": { "Type": kind, "AllowedPattern": pattern, "ConstraintDescription": "four digits" } } });
    for (kind, pattern, value) in [
        ("String", r"\d{4}", "12345"),
        ("String", "[a-z]+|[0-9]{4}", "hunter2"),
        ("CommaDelimitedList", r"\d{4}", "1234,567"),
    ] {
        let error = refusal(of(kind, pattern), &given(&[("P", value)]), &json!(1));
        assert!(error.message.contains("does not match its AllowedPattern: \"four digits\""), "{error}");
        assert!(error.labels().iter().any(|(_, label)| label == "the pattern"));
        assert!(!format!("{error:?}").contains(value), "{error:?}");
    }
    let open = ["(?=x).*", r"\p{IsLatin}+é"];
    let fitting = [("String", r"\d{4}", "1234"), ("CommaDelimitedList", r"\d{4}", "1234, 5678")];
    let not_asked = ["Number", "List<String>", "AWS::EC2::Image::Id", "AWS::SSM::Parameter::Value<String>"];
    let fitting = fitting.into_iter().chain(open.map(|pattern| ("String", pattern, "ñé")));
    for (kind, pattern, value) in fitting.chain(not_asked.map(|kind| (kind, "x", "1"))) {
        self::value(of(kind, pattern), &given(&[("P", value)]), &json!(1));
    }
}

#[test]
fn patterns_of_more_parameters_than_there_can_be_are_not_asked() {
    let with = |before: usize| {
        let wrong = json!({ "Type": "String", "AllowedPattern": "x", "Default": "y" });
        let all = (0..before).map(|n| (format!("A{n:03}"), json!({ "Type": "String" })));
        json!({ "Parameters": all.chain([("Z".to_owned(), wrong)]).collect::<serde_json::Map<_, _>>() })
    };
    assert!(message(with(199), &json!(1)).contains("AllowedPattern"));
    value(with(200), &Given::default(), &json!(1));
}

#[test]
fn circles() {
    let conditions = json!({ "Conditions": {
        "A": { "Fn::Not": [{ "Condition": "B" }] }, "B": { "Fn::Not": [{ "Condition": "A" }] } } });
    let error = refusal(conditions, &Given::default(), &json!(1));
    assert!(error.message.contains("refers to itself"), "{error}");
    assert_eq!(error.labels().len(), 3);
    let resource = |properties: Json| json!({ "Type": "T", "Properties": properties });
    for resources in [
        json!({ "A": resource(json!({ "x": { "Ref": "B" } })), "B": resource(json!({ "x": { "Fn::Sub": "${A.Arn}" } })) }),
        json!({ "A": resource(json!({ "x": { "Fn::GetAtt": "A.Arn" } })) }),
        json!({ "A": { "Type": "T", "DependsOn": ["B"] }, "B": resource(json!([{ "Fn::GetAtt": ["A", "Arn"] }])[0].clone()),
                "C": { "Type": "T", "DependsOn": "C" } }),
    ] {
        let error = refusal(json!({ "Resources": resources }), &Given::default(), &json!(1));
        assert!(error.message.contains("wait for each other"), "{error}");
    }
}

#[test]
fn a_circle_that_may_not_close_is_none() {
    let json = |condition: Json| {
        json!({
            "Parameters": { "Env": { "Type": "String" } },
            "Conditions": { "C": condition },
            "Resources": {
                "A": { "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": { "Fn::If": ["C", { "Ref": "B" }, "x"] } } },
                "B": { "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": { "Ref": "A" } } },
            },
        })
    };
    let undecided = json(json!({ "Fn::Equals": [{ "Ref": "Env" }, "prod"] }));
    assert_eq!(value(undecided, &Given::default(), &json!({ "Ref": "A" })), json!("${A}"));
    let no = json(json!({ "Fn::Equals": ["a", "b"] }));
    assert_eq!(value(no, &Given::default(), &json!({ "Ref": "B" })), json!("x"));
    let yes = json(json!({ "Fn::Equals": ["a", "a"] }));
    assert!(message(yes, &json!(1)).contains("wait for each other"));
}

#[test]
fn what_macros_may_add_is_no_fault() {
    let unknown = json!({ "Transform": ["AWS::LanguageExtensions", "My::Macro"] });
    assert_eq!(value(unknown, &Given::default(), &json!({ "Ref": "Made" })), json!("${Made}"));
    let known = json!({ "Transform": "AWS::LanguageExtensions" });
    assert!(message(known, &json!({ "Ref": "Made" })).contains("no parameter or resource"));
    let module = json!({ "Resources": { "Mod": { "Type": "My::S3::Bucket::MODULE" } } });
    assert_eq!(value(module, &Given::default(), &json!({ "Ref": "ModBucket" })), json!("${ModBucket}"));
}

#[test]
fn bombs() {
    let mut deep = json!("x");
    for _ in 0..200 {
        deep = json!({ "Fn::Join": ["", [deep]] });
    }
    assert!(message(json!({}), &deep).contains("levels deep"));
    let chain: serde_json::Map<String, Json> = (0..200)
        .map(|n| (format!("F{n}"), json!({ "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": { "Ref": format!("F{}", n + 1) } } })))
        .chain([("F200".to_owned(), json!({ "Type": "AWS::Lambda::Function" }))])
        .collect();
    assert!(message(json!({ "Resources": chain }), &json!({ "Ref": "F0" })).contains("levels deep"));
    let double: serde_json::Map<String, Json> = (0..40)
        .map(|n| {
            let name = format!("${{F{}}}${{F{}}}", n + 1, n + 1);
            (
                format!("F{n}"),
                json!({ "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": { "Fn::Sub": name } } }),
            )
        })
        .chain([(
            "F40".to_owned(),
            json!({ "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": "name" } }),
        )])
        .collect();
    assert!(message(json!({ "Resources": double }), &json!({ "Ref": "F0" })).contains("MiB"));
}
