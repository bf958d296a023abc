//! `Fn::ForEach`.

use super::*;

fn read(json: Json) -> Template {
    template(&json, &Given::default())
}

#[test]
fn topics_of_the_user_guide() {
    let json = json!({
        "Transform": "AWS::LanguageExtensions",
        "Parameters": { "TopicList": { "Type": "CommaDelimitedList", "Default": "Success,Failure,Timeout,Unknown" } },
        "Resources": { "Fn::ForEach::Topics": ["TopicName", { "Ref": "TopicList" }, {
            "SnsTopic${TopicName}": { "Type": "AWS::SNS::Topic", "Properties": {
                "TopicName": { "Fn::Join": [".", [{ "Ref": "TopicName" }, "fifo"]] }, "FifoTopic": true } } }] },
    });
    let template = read(json);
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    let names: Vec<_> = template
        .resources
        .iter()
        .map(|resource| {
            (
                resource.logical_id.to_string(),
                shown(&evaluator.value(&resource.properties).unwrap())["TopicName"].clone(),
            )
        })
        .collect();
    let expected =
        ["Success", "Failure", "Timeout", "Unknown"].map(|it| (format!("SnsTopic{it}"), json!(format!("{it}.fifo"))));
    assert_eq!(names, expected);
}

#[test]
fn loops_in_loops_properties_conditions_and_outputs() {
    let json = json!({
        "Conditions": { "Fn::ForEach::C": ["E", ["dev", "prod"], { "Is${E}": { "Fn::Equals": ["${E}", "prod"] } }] },
        "Resources": {
            "Fn::ForEach::Outer": ["A", ["x", "y"], { "Fn::ForEach::Inner": ["B", ["1", "2"], {
                "R${A}${B}": { "Type": "AWS::SQS::Queue", "DependsOn": ["Topic"], "Properties": {
                    "Fn::ForEach::P": ["K", ["q.0"], { "Key&{K}": { "Fn::Sub": "${A}-${B}-${K}-${AWS::Region}" } }] } } }] }],
            "Topic": { "Type": "AWS::SNS::Topic" },
        },
        "Outputs": { "Fn::ForEach::O": ["A", ["x"], { "Out${A}": { "Value": { "Fn::GetAtt": [{ "Fn::Sub": "R${A}1" }, { "Ref": "Kind" }] } } }] },
        "Parameters": { "Kind": { "Type": "String", "Default": "Arn" } },
    });
    let template = read(json);
    let evaluator = Evaluator::new(&template, home()).unwrap();
    let ids: Vec<_> = template.resources.iter().map(|resource| &*resource.logical_id).collect();
    assert_eq!(ids, ["Rx1", "Rx2", "Ry1", "Ry2", "Topic"]);
    let properties = evaluator.value(&template.resource("Ry2").unwrap().properties).unwrap();
    assert_eq!(shown(&properties), json!({ "Keyq0": "y-2-q.0-us-east-1" }));
    assert_eq!(evaluator.holds(Some("Isprod")).set(), Some(&true));
    assert_eq!(evaluator.holds(Some("Isdev")).set(), Some(&false));
    let outputs = evaluator.outputs().unwrap();
    assert_eq!(shown(&outputs["Outx"]), json!("arn:aws:sqs:us-east-1:111122223333:${Rx1.QueueName}"));
}

#[test]
fn a_loop_over_an_open_list_is_unseen() {
    let template = read(json!({
        "Parameters": { "Names": { "Type": "CommaDelimitedList" } },
        "Resources": {
            "Fn::ForEach::R": ["N", { "Ref": "Names" }, { "Q${N}": { "Type": "AWS::SQS::Queue" } }],
            "Fn::Transform": { "Name": "AWS::Include" },
            "P": { "Type": "T", "Properties": { "Fn::ForEach::P": ["N", { "Ref": "Names" }, { "${N}": 1 }] } },
        },
    }));
    assert_eq!(template.unseen.len(), 2);
    assert!(template.may_have_more());
    let evaluator = Evaluator::new(&template, Given::default()).unwrap();
    assert_eq!(
        shown(&evaluator.value(&template.resource("P").unwrap().properties).unwrap()),
        json!({ "?": "Fn::ForEach::P" })
    );
    assert_eq!(evaluator.reference("Q1").unwrap().to_string(), "${Q1}");
}

#[test]
fn wrong_loops_and_bombs() {
    let refused = |resources: Json| refusal(json!({ "Resources": resources }), &Given::default(), &json!(1)).message;
    assert!(refused(json!({ "Fn::ForEach::A": ["N", ["a"]] })).contains("Fn::ForEach takes"));
    assert!(
        refused(json!({ "Fn::ForEach::A": ["N", ["a", "b"], { "Same": { "Type": "T" } }] }))
            .contains("names two things")
    );
    let many: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let mut bomb = json!({});
    for name in ["A", "B", "C"] {
        bomb = json!({ format!("Fn::ForEach::{name}"): [name, many, bomb] });
    }
    assert!(refused(bomb).contains("loops of the template make more"));
}
