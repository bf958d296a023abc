//! Each function against the examples of its page in the user guide, and with parts that are not known.

use super::*;

fn plain(expression: &Json) -> Json {
    value(json!({ "Parameters": parameters() }), &Given::default(), expression)
}

fn parameters() -> Json {
    json!({
        "Open": { "Type": "String" },
        "Number": { "Type": "Number", "Default": 3 },
        "List": { "Type": "CommaDelimitedList", "Default": "10.0.48.0/24, 10.0.112.0/24,10.0.176.0/24" },
        "OpenList": { "Type": "CommaDelimitedList" },
        "Password": { "Type": "String", "NoEcho": true, "Default": "hunter2" },
        "Ami": { "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/aws/ami" },
    })
}

#[test]
fn texts() {
    for (expression, expected) in [
        (json!({ "Fn::Join": [":", ["a", "b", "c"]] }), json!("a:b:c")),
        (
            json!({ "Fn::Join": ["", ["arn:", { "Ref": "AWS::Partition" }, ":s3:::x"]] }),
            json!("arn:${AWS::Partition}:s3:::x"),
        ),
        (json!({ "Fn::Join": ["-", ["a", { "Ref": "AWS::NoValue" }, 1, true]] }), json!("a-1-true")),
        (json!({ "Fn::Join": ["|", { "Ref": "List" }] }), json!("10.0.48.0/24|10.0.112.0/24|10.0.176.0/24")),
        (json!({ "Fn::Join": ["", []] }), json!("")),
        (
            json!({ "Fn::Sub": "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Open}" }),
            json!("arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc/${Open}"),
        ),
        (json!({ "Fn::Sub": ["www.${Domain}", { "Domain": { "Ref": "Number" } }] }), json!("www.3")),
        (json!({ "Fn::Sub": "${!Literal} ${Number} $ {x} ${!} ${" }), json!("${Literal} 3 $ {x} ${} ${")),
        (json!({ "Fn::Sub": "$${Number}" }), json!("$3")),
        (json!({ "Fn::Sub": ["${Open}", { "Open": "own" }] }), json!("own")),
        (json!({ "Fn::Split": ["|", "a|b|c"] }), json!(["a", "b", "c"])),
        (json!({ "Fn::Split": ["|", "|b|"] }), json!(["", "b", ""])),
        (
            json!({ "Fn::Split": [":", { "Fn::GetAtt": ["Topic", "TopicArn"] }] }),
            json!(["arn", "${AWS::Partition}", "sns", "${AWS::Region}", "${AWS::AccountId}", "${Topic.TopicName}"]),
        ),
        (json!({ "Fn::Split": ["|", { "Fn::Sub": "a|${Open}" }] }), json!({ "?": "parameter Open" })),
        (json!({ "Fn::Select": ["1", ["apples", "grapes", "oranges", "mangoes"]] }), json!("grapes")),
        (json!({ "Fn::Select": [0, { "Ref": "List" }] }), json!("10.0.48.0/24")),
        (json!({ "Fn::Select": [0, ["", { "Ref": "AWS::NoValue" }]] }), json!("")),
        (json!({ "Fn::Length": { "Fn::Split": [",", "a,b,c"] } }), json!(3)),
        (json!({ "Fn::Length": { "Ref": "OpenList" } }), json!({ "?": "parameter OpenList" })),
        (
            json!({ "Fn::ToJsonString": { "key1": "va\"lue1", "key2": [1, true, null, {}], "key3": { "Ref": "AWS::Region" } } }),
            json!(r#"{"key1":"va\"lue1","key2":[1,true,null,{}],"key3":"${AWS::Region}"}"#),
        ),
        (json!({ "Fn::ToJsonString": [{ "Ref": "Open" }] }), json!(r#"["${json(Open)}"]"#)),
    ] {
        assert_eq!(plain(&expression), expected, "{expression}");
    }
}

#[test]
fn one_function_and_nothing_beside_it() {
    let beside = json!({ "Ref": "Nothing", "Fn::Sub": "${Nothing}" });
    assert_eq!(plain(&beside), beside);
    assert_eq!(plain(&json!({ "Condition": "Nothing" })), json!({ "Condition": "Nothing" }));
    assert_eq!(plain(&json!({ "a": [{ "Ref": "Number" }] })), json!({ "a": ["3"] }));
    assert_eq!(plain(&json!({ "Fn::Unheard": 1 })), json!({ "?": "Fn::Unheard" }));
    assert_eq!(plain(&json!({ "Fn::Transform": {}, "a": 1 })), json!({ "?": "Fn::Transform" }));
}

#[test]
fn no_value_takes_its_member_away() {
    let none = json!({ "Ref": "AWS::NoValue" });
    assert_eq!(plain(&json!({ "a": none, "b": [1, none, 2] })), json!({ "b": [1, 2] }));
    assert_eq!(plain(&none), Json::Null);
}

#[test]
fn the_same_unknown_expression_is_the_same_hole() {
    let azs = |n: u8| json!({ "Fn::Sub": ["${x}", { "x": { "Fn::Select": [n, { "Fn::GetAZs": "" }] } }] });
    assert_eq!(plain(&azs(0)), plain(&azs(0)));
    assert_ne!(plain(&azs(0)), plain(&azs(1)));
}

#[test]
fn a_zone_is_known_by_its_region_and_index() {
    let zone = |index: Json, region: Json| json!({ "Fn::Select": [index, { "Fn::GetAZs": region }] });
    let here = || json!({ "Ref": "AWS::Region" });
    assert_eq!(plain(&zone(json!(0), json!(""))), json!("${Fn::GetAZs(${AWS::Region})[0]}"));
    assert_eq!(plain(&zone(json!("0"), here())), plain(&zone(json!(0), json!(""))));
    assert_ne!(plain(&zone(json!(0), json!("us-east-1"))), plain(&zone(json!(0), here())));
    // Neither one zone nor two.
    let equals = |a: Json, b: Json| {
        let template = template(&with(json!({ "Parameters": parameters() })), &Given::default());
        let evaluator = Evaluator::new(&template, Given::default()).unwrap();
        let [a, b] = [a, b].map(|it| evaluator.value(&node(&it)).unwrap());
        crate::source::cloudformation::equal::values(&a, &b)
    };
    assert_eq!(equals(zone(json!(0), here()), zone(json!(0), json!(""))), Some(true));
    assert_eq!(equals(zone(json!(0), here()), zone(json!(1), here())), None);
    assert_eq!(plain(&json!({ "Fn::GetAZs": "" })), json!({ "?": "the availability zones of the region" }));
}

#[test]
fn base64() {
    let of = |text: Json| plain(&json!({ "Fn::Base64": text }));
    // https://www.rfc-editor.org/rfc/rfc4648#section-10
    for (text, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")] {
        assert_eq!(of(json!(text)), json!(coded), "{text}");
    }
    let open = of(json!({ "Fn::Sub": "a-${Open}" }));
    assert!(open.as_str().is_some_and(|it| it.starts_with("${Base64:")), "{open}");
    let secret = of(json!({ "Ref": "Password" }));
    assert!(secret.as_str().is_some_and(|it| it.starts_with("${Base64:")), "{secret}");
}

#[test]
fn address_blocks() {
    let blocks = |list: Json| plain(&json!({ "Fn::Cidr": list }));
    let expected = [0, 32, 64, 96, 128, 160].map(|last| format!("192.168.0.{last}/27"));
    assert_eq!(blocks(json!(["192.168.0.0/24", 6, 5])), json!(expected));
    assert_eq!(blocks(json!(["192.168.0.0/24", "6", "5"])), json!(expected));
    assert_eq!(blocks(json!(["2001:db8::/56", 2, 64])), json!(["2001:db8::/64", "2001:db8:0:1::/64"]));
    let open = blocks(json!([{ "Ref": "Open" }, 3, 8]));
    assert_eq!(open.as_array().map(Vec::len), Some(3));
    let select = json!({ "Fn::Select": [3, { "Fn::Cidr": [{ "Ref": "Open" }, 3, 8] }] });
    assert!(refusal(json!({ "Parameters": parameters() }), &Given::default(), &select).message.contains("that has 3"));
}

#[test]
fn mappings() {
    let with = |allowed: Json, key: Json, more: Json| {
        let mut arguments = vec![json!("Timeouts"), key, json!("ms")];
        arguments.extend(Some(more).filter(|more| !more.is_null()));
        value(
            json!({
                "Parameters": { "Stage": allowed, "Open": { "Type": "String" } },
                "Mappings": { "Timeouts": { "dev": { "ms": 3000 }, "beta": { "ms": 3000 }, "prod": { "ms": 29000 }, "odd": {} } },
            }),
            &Given::default(),
            &json!({ "Fn::FindInMap": arguments }),
        )
    };
    let any = || json!({ "Type": "String" });
    assert_eq!(with(any(), json!("prod"), Json::Null), json!(29000));
    assert_eq!(with(any(), json!("none"), json!({ "DefaultValue": 1 })), json!(1));
    let unknown = json!({ "?": "Stage, the key of mapping Timeouts" });
    assert_eq!(with(any(), json!({ "Ref": "Stage" }), Json::Null), unknown);
    let small = json!({ "Type": "String", "AllowedValues": ["dev", "beta"] });
    assert_eq!(with(small.clone(), json!({ "Ref": "Stage" }), Json::Null), json!(3000));
    assert_eq!(with(small, json!({ "Ref": "Stage" }), json!({ "DefaultValue": 1 })), unknown);
}

#[test]
fn what_must_not_be_printed_is_not() {
    let shown = plain(&json!({ "Fn::Sub": "x-${Password}-${Ami}" }));
    assert_eq!(shown, json!("x-${Password}-${Ami}"));
    let template = template(&with(json!({ "Parameters": parameters() })), &given(&[("Password", "secret")]));
    let evaluator = Evaluator::new(&template, given(&[("Password", "secret")])).unwrap();
    let value = evaluator.value(&node(&json!({ "Ref": "Password" }))).unwrap();
    assert!(!format!("{value:?}").contains("secret"));
}

#[test]
fn imports_and_nested_outputs() {
    let text = |text: &str| Value::new(Span::default(), Known::Text(text.into()));
    let mut given = home();
    given.exports.insert(Text::from("net-us-east-1"), text("subnet-1"));
    given.nested.insert("Child".into(), [("Arn".into(), text("arn:child"))].into());
    let resources = json!({ "Resources": { "Child": { "Type": "AWS::CloudFormation::Stack" } } });
    let ask = |expression: Json| value(resources.clone(), &given, &expression);
    assert_eq!(ask(json!({ "Fn::ImportValue": { "Fn::Sub": "net-${AWS::Region}" } })), json!("subnet-1"));
    assert_eq!(ask(json!({ "Fn::ImportValue": "other" })), json!("${Fn::ImportValue(other)}"));
    assert_eq!(ask(json!({ "Fn::GetAtt": ["Child", "Outputs.Arn"] })), json!("arn:child"));
    assert_eq!(ask(json!({ "Fn::GetAtt": "Child.Outputs.Other" })), json!("${Child.Outputs.Other}"));
}
