//! `Rules` against the examples of the user guide, with and without values.

use super::*;

/// What the rules say to these values.
fn refused(rules: Json, values: &[(&str, &str)]) -> Option<String> {
    let json = with(json!({
        "Parameters": {
            "Environment": { "Type": "String", "Default": "test", "AllowedValues": ["test", "prod"] },
            "InstanceType": { "Type": "String", "Default": "" },
            "Ports": { "Type": "CommaDelimitedList" },
            "Secret": { "Type": "String", "NoEcho": true, "Default": "" },
            "Subnets": { "Type": "List<AWS::EC2::Subnet::Id>" },
        },
        "Rules": rules,
    }));
    let given = Given { region: Some("eu-west-1".into()), ..given(values) };
    let template = template(&json, &given);
    Evaluator::new(&template, given).err().map(|error| error.message)
}

fn rule(condition: Json, assert: Json) -> Json {
    let mut rule = json!({ "Assertions": [{ "Assert": assert, "AssertDescription": "as it should be" }] });
    if !condition.is_null() {
        rule["RuleCondition"] = condition;
    }
    json!({ "Sizes": rule })
}

#[test]
fn what_is_given_has_to_be_what_is_demanded() {
    let prod = || json!({ "Fn::Equals": [{ "Ref": "Environment" }, "prod"] });
    let large = || json!({ "Fn::Contains": [["m1.large", "m1.xlarge"], { "Ref": "InstanceType" }] });
    let sizes = || rule(prod(), large());
    let said = Some("the rule \"Sizes\" refuses the given values: \"as it should be\"".to_owned());
    assert_eq!(refused(sizes(), &[("Environment", "prod"), ("InstanceType", "m1.small")]), said);
    assert_eq!(refused(sizes(), &[("Environment", "prod"), ("InstanceType", "m1.large")]), None);
    assert_eq!(refused(sizes(), &[("Environment", "test"), ("InstanceType", "m1.small")]), None);
    // A default is no value that is given.
    assert_eq!(refused(sizes(), &[("Environment", "prod")]), None);
    assert_eq!(refused(sizes(), &[]), None);
    assert_eq!(refused(rule(Json::Null, json!({ "Fn::Not": [prod()] })), &[("Environment", "prod")]), said);
    assert_eq!(refused(rule(json!({ "Fn::Not": [prod()] }), large()), &[("Environment", "prod")]), None);
}

#[test]
fn every_function_of_rules() {
    let ports = || json!({ "Ref": "Ports" });
    let region = || json!({ "Ref": "AWS::Region" });
    let yes = || json!({ "Fn::Equals": ["a", "a"] });
    let no = || json!({ "Fn::Equals": ["a", "b"] });
    let open = || json!({ "Fn::Equals": [{ "Ref": "InstanceType" }, "b"] });
    for (assert, holds) in [
        (json!({ "Fn::EachMemberEquals": [ports(), "80"] }), Some(false)),
        (json!({ "Fn::EachMemberEquals": [["80", "80"], "80"] }), Some(true)),
        (json!({ "Fn::EachMemberIn": [ports(), ["80", "443", "22"]] }), Some(true)),
        (json!({ "Fn::EachMemberIn": [ports(), ["80"]] }), Some(false)),
        (json!({ "Fn::EachMemberIn": [{ "Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Department"] }, ["IT"]] }), None),
        (json!({ "Fn::EachMemberIn": [{ "Ref": "Subnets" }, ["a"]] }), None),
        (json!({ "Fn::Contains": [{ "Fn::RefAll": "AWS::EC2::VPC::Id" }, "vpc-1"] }), None),
        (json!({ "Fn::Contains": [["us-east-1"], region()] }), Some(false)),
        (json!({ "Fn::Contains": [["eu-west-1"], region()] }), Some(true)),
        (json!({ "Fn::And": [no(), open()] }), Some(false)),
        (json!({ "Fn::And": [yes(), open()] }), None),
        (json!({ "Fn::Or": [yes(), open()] }), Some(true)),
        (json!({ "Fn::Or": [no(), open()] }), None),
        (json!({ "Fn::Or": [no(), no()] }), Some(false)),
    ] {
        let values = [("Ports", "80,443")];
        assert_eq!(refused(rule(Json::Null, assert.clone()), &values).is_some(), holds == Some(false), "{assert}");
        let turned = rule(Json::Null, json!({ "Fn::Not": [assert.clone()] }));
        assert_eq!(refused(turned, &values).is_some(), holds == Some(true), "not {assert}");
    }
    let wrong = refused(rule(Json::Null, json!({ "Fn::Not": [] })), &[]);
    assert_eq!(wrong.as_deref(), Some("Fn::Not takes a list of 1 arguments"));
}

#[test]
fn a_secret_decides_and_is_not_told() {
    let long = json!({ "Fn::Equals": [{ "Ref": "Secret" }, "open sesame"] });
    let said = refused(rule(Json::Null, long), &[("Secret", "hunter2")]).unwrap();
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_value_outside_its_declaration_says_what_is_wanted() {
    let json = json!({
        "Name": { "Type": "String", "MinLength": 3, "MaxLength": "5", "ConstraintDescription": "three to five letters" },
        "Count": { "Type": "Number", "MinValue": 1, "MaxValue": 9 },
        "Stage": { "Type": "String", "AllowedValues": ["dev", "prod"] },
    });
    let said = |name: &str, value: &str| {
        let given = given(&[(name, value)]);
        let template = template(&with(json!({ "Parameters": json })), &given);
        Evaluator::new(&template, given).err().map(|error| error.message)
    };
    let outside = "the value of the parameter \"Name\" is outside MinLength and MaxLength: \"three to five letters\"";
    assert_eq!(said("Name", "ab").as_deref(), Some(outside));
    assert_eq!(said("Name", "abc"), None);
    for (name, value, wrong) in [
        ("Count", "0", true),
        ("Count", "9", false),
        ("Count", "x", true),
        ("Stage", "beta", true),
        ("Stage", "dev", false),
    ] {
        assert_eq!(said(name, value).is_some(), wrong, "{name} {value}");
    }
}

#[test]
fn a_kept_value_is_not_the_default() {
    let json = json!({ "Parameters": { "Stage": { "Type": "String", "Default": "dev" } } });
    let kept = Given { kept: ["Stage".to_owned()].into(), ..Given::default() };
    assert_eq!(value(json.clone(), &kept, &json!({ "Ref": "Stage" })), json!("${Stage}"));
    assert_eq!(value(json, &Given::default(), &json!({ "Ref": "Stage" })), json!("dev"));
}
