//! What stands for resources, parameters and the place of a deployment.

use super::*;
use crate::model::Charset;

fn estate() -> Json {
    json!({
        "Parameters": { "Env": { "Type": "String" } },
        "Conditions": { "Named": { "Fn::Equals": [{ "Ref": "Env" }, "prod"] } },
        "Resources": {
            "Fn": { "Type": "AWS::Lambda::Function" },
            "Named": { "Type": "AWS::Lambda::Function", "Properties": { "FunctionName": { "Fn::Sub": "orders-${Env}" } } },
            "Maybe": { "Type": "AWS::Lambda::Function",
                "Properties": { "FunctionName": { "Fn::If": ["Named", "orders", { "Ref": "AWS::NoValue" }] } } },
            "Live": { "Type": "AWS::Lambda::Alias", "Properties": { "FunctionName": { "Ref": "Fn" }, "Name": "live" } },
            "ByArn": { "Type": "AWS::Lambda::Alias",
                "Properties": { "FunctionName": { "Fn::GetAtt": ["Fn", "Arn"] }, "Name": "live" } },
            "V": { "Type": "AWS::Lambda::Version", "Properties": { "FunctionName": { "Ref": "Fn" } } },
            "Role": { "Type": "AWS::IAM::Role", "Properties": { "Path": "/service/", "RoleName": "r" } },
            "Bare": { "Type": "AWS::IAM::Role" },
            "Api": { "Type": "AWS::ApiGateway::RestApi" },
            "Http": { "Type": "AWS::ApiGatewayV2::Api" },
            "Alb": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": { "Name": "front" } },
            "Nlb": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": { "Type": "network" } },
            "Listener": { "Type": "AWS::ElasticLoadBalancingV2::Listener",
                "Properties": { "LoadBalancerArn": { "Ref": "Alb" } } },
            "Queue": { "Type": "AWS::SQS::Queue" },
            "Custom": { "Type": "Custom::Thing" },
            "Endpoint": { "Type": "AWS::EC2::VPCEndpoint" },
        },
    })
}

#[test]
fn synthetic_values() {
    let lambda = "arn:aws:lambda:us-east-1:111122223333:function";
    let elb = "arn:aws:elasticloadbalancing:us-east-1:111122223333";
    for (reference, expected) in [
        ("Fn", "${Fn}"),
        ("Fn.Arn", &format!("{lambda}:${{Fn}}")),
        ("Named", "orders-${Env}"),
        ("Named.Arn", &format!("{lambda}:orders-${{Env}}")),
        ("Maybe.Arn", &format!("{lambda}:${{Maybe}}")),
        ("Live", &format!("{lambda}:${{Fn}}:live")),
        ("ByArn", &format!("{lambda}:${{Fn}}:live")),
        ("V", &format!("{lambda}:${{Fn}}:${{V.Version}}")),
        ("V.Version", "${V.Version}"),
        ("Role", "r"),
        ("Role.Arn", "arn:aws:iam::111122223333:role/service/r"),
        ("Bare.Arn", "arn:aws:iam::111122223333:role/${Bare}"),
        ("Api.RootResourceId", "${Api.RootResourceId}"),
        ("Http.ApiId", "${Http}"),
        ("Alb", &format!("{elb}:loadbalancer/app/front/${{Alb.#}}")),
        ("Alb.LoadBalancerFullName", "app/front/${Alb.#}"),
        ("Nlb", &format!("{elb}:loadbalancer/net/${{Nlb.Name}}/${{Nlb.#}}")),
        ("Listener", &format!("{elb}:listener/app/front/${{Alb.#}}/${{Listener.#}}")),
        ("Queue", "https://sqs.us-east-1.amazonaws.com/111122223333/${Queue.QueueName}"),
        ("Queue.Arn", "arn:aws:sqs:us-east-1:111122223333:${Queue.QueueName}"),
        ("Custom", "${Custom}"),
        ("Custom.Any.Thing", "${Custom.Any.Thing}"),
        ("AWS::URLSuffix", "amazonaws.com"),
        ("AWS::StackId", "arn:aws:cloudformation:us-east-1:111122223333:stack/${AWS::StackName}/${AWS::StackId}"),
    ] {
        let sub = json!({ "Fn::Sub": format!("${{{reference}}}") });
        assert_eq!(value(estate(), &home(), &sub), json!(expected), "{reference}");
    }
    let entries = json!({ "Fn::GetAtt": ["Endpoint", "DnsEntries"] });
    assert_eq!(value(estate(), &home(), &entries), json!({ "?": "Endpoint.DnsEntries" }));
}

#[test]
fn holes_say_what_they_can_be() {
    let template = template(&estate(), &Given::default());
    let evaluator = Evaluator::new(&template, Given { prefix: "a/".into(), ..Given::default() }).unwrap();
    for (id, charset, family) in [
        ("Fn", Charset::Name, Some("AWS::Lambda::Function")),
        ("Maybe", Charset::Any, None),
        ("Api", Charset::Id, Some("AWS::ApiGateway::RestApi")),
        ("Http", Charset::Id, Some("AWS::ApiGatewayV2::Api")),
        ("Endpoint", Charset::Slug, Some("AWS::EC2::VPCEndpoint")),
        ("Custom", Charset::Any, None),
    ] {
        let text = evaluator.reference(id).unwrap();
        let hole = text.holes().next().unwrap();
        assert_eq!((&*hole.id, hole.charset, hole.family.as_deref()), (&*format!("a/{id}"), charset, family));
    }
    let scope = evaluator.scope();
    let charset = |text: &Text| text.holes().next().map(|hole| hole.charset);
    assert_eq!(charset(&scope.account), Some(Charset::Digits));
    assert_eq!(charset(&scope.region), Some(Charset::Slug));
}

#[test]
fn the_partition_follows_from_the_region() {
    for (region, partition) in
        [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("xx-1", "${AWS::Partition}")]
    {
        let given = Given { region: Some(region.into()), ..Given::default() };
        assert_eq!(value(json!({}), &given, &json!({ "Ref": "AWS::Partition" })), json!(partition));
    }
}

#[test]
fn a_stack_inside_is_given_what_the_template_says() {
    let outer = json!({
        "Parameters": { "Env": { "Type": "String" } },
        "Resources": {
            "Child": { "Type": "AWS::CloudFormation::Stack", "Properties": { "Parameters": {
                "Stage": { "Ref": "Env" }, "Subnets": ["a", "b"], "Gone": { "Ref": "AWS::NoValue" } } } },
        },
    });
    let template = template(&outer, &home());
    let evaluator = Evaluator::new(&template, home()).unwrap();
    let inner = evaluator.given_to(template.resource("Child").unwrap()).unwrap();
    assert_eq!(inner.parameters["Stage"].to_string(), "${Env}");
    assert_eq!(inner.parameters["Subnets"].lit(), Some("a,b"));
    assert!(!inner.parameters.contains_key("Gone"));
    assert_eq!(inner.region, Some("us-east-1".into()));
    let child = json!({
        "Parameters": { "Stage": { "Type": "String" }, "Subnets": { "Type": "List<AWS::EC2::Subnet::Id>" } },
        "Resources": { "Fn": { "Type": "AWS::Lambda::Function" } },
    });
    let text = json!({ "Fn::Sub": ["${Stage}/${S}/${Fn}/${AWS::AccountId}", { "S": { "Fn::Select": [1, { "Ref": "Subnets" }] } }] });
    assert_eq!(value(child, &inner, &text), json!("${Env}/b/${Child/Fn}/111122223333"));
}

#[test]
fn outputs_and_exports() {
    let json = with(json!({
        "Parameters": { "Env": { "Type": "String" } },
        "Conditions": { "Prod": { "Fn::Equals": [{ "Ref": "Env" }, "prod"] }, "Never": { "Fn::Equals": ["a", "b"] } },
        "Outputs": {
            "A": { "Value": { "Ref": "Env" }, "Export": { "Name": { "Fn::Sub": "x-${AWS::Region}" } } },
            "B": { "Condition": "Prod", "Value": 1 },
            "C": { "Condition": "Never", "Value": 1 },
        },
    }));
    let template = template(&json, &home());
    let evaluator = Evaluator::new(&template, home()).unwrap();
    let outputs: Vec<_> =
        evaluator.outputs().unwrap().iter().map(|(name, value)| (name.to_string(), shown(value))).collect();
    assert_eq!(outputs, [("A".to_owned(), json!("${Env}")), ("B".to_owned(), json!({ "?": "condition Prod" }))]);
    let exports = evaluator.exports().unwrap();
    assert_eq!(
        exports.iter().map(|(name, value)| (name.lit(), shown(value))).collect::<Vec<_>>(),
        [(Some("x-us-east-1"), json!("${Env}"))]
    );
}

#[test]
fn one_world_holds_for_a_stack_and_the_one_inside() {
    use crate::source::cloudformation::{Alternative, World};
    let outer = json!({
        "Parameters": { "Env": { "Type": "String" } },
        "Conditions": { "Test": { "Fn::Equals": [{ "Ref": "Env" }, "test"] } },
        "Resources": { "Child": { "Type": "AWS::CloudFormation::Stack",
            "Properties": { "Parameters": { "Stage": { "Ref": "Env" } } } } },
    });
    let inner = json!({
        "Parameters": { "Stage": { "Type": "String" } },
        "Conditions": { "Prod": { "Fn::Equals": [{ "Ref": "Stage" }, "prod"] } },
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
    });
    let around = template(&outer, &home());
    let around = Evaluator::new(&around, home()).unwrap();
    let given = around.given_to(around.template().resource("Child").unwrap()).unwrap();
    let inside = template(&inner, &given);
    let inside = Evaluator::new(&inside, given).unwrap();
    let [own] = around.undecided().try_into().unwrap();
    let [asked] = inside.undecided().try_into().unwrap();
    assert_eq!((&*own.of, &*asked.of), ("Env", "Env"));
    let both = own.merge(asked);
    let is = |text: &str| Alternative::Is(text.into());
    assert_eq!(both.alternatives, [is("test"), is("prod"), Alternative::Other]);
    assert_eq!(both.settles, ["condition Child/Prod", "condition Test"].map(String::from).into());
    for (alternative, prod) in [(is("prod"), true), (is("test"), false), (Alternative::Other, false)] {
        let world: World = [("Env".into(), alternative)].into();
        assert_eq!(inside.with(&world).unwrap().holds(Some("Prod")).set(), Some(&prod));
    }
}
