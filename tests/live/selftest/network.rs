//! Load balancers, and the network interfaces that AWS makes.

use serde_json::{Value, json};

use super::{Boto, array, text};
use crate::bed::Bed;

struct Vpc {
    subnets: Vec<String>,
    group: String,
}

fn vpc(boto: &Boto) -> Vpc {
    let vpc = text(&boto.call("ec2", "create_vpc", json!({"CidrBlock": "10.20.0.0/16"}))["Vpc"]["VpcId"]);
    let subnet = |block: &str, zone: &str| {
        let params = json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": zone});
        text(&boto.call("ec2", "create_subnet", params)["Subnet"]["SubnetId"])
    };
    let subnets = vec![subnet("10.20.1.0/24", "us-east-1a"), subnet("10.20.2.0/24", "us-east-1b")];
    let group = json!({"GroupName": "link", "Description": "link", "VpcId": vpc});
    let group = text(&boto.call("ec2", "create_security_group", group)["GroupId"]);
    Vpc { subnets, group }
}

fn balancer(boto: &Boto, vpc: &Vpc, kind: &str) -> Value {
    let params = json!({
        "Name": kind, "Type": kind, "Scheme": "internal", "Subnets": vpc.subnets, "SecurityGroups": [vpc.group],
    });
    boto.call("elbv2", "create_load_balancer", params)["LoadBalancers"][0].clone()
}

fn interfaces(boto: &Boto, name: &str, value: &str) -> Vec<Value> {
    let filters = json!({"Filters": [{"Name": name, "Values": [value]}]});
    array(&boto.call("ec2", "describe_network_interfaces", filters)["NetworkInterfaces"]).clone()
}

#[test]
fn a_network_load_balancer_has_the_arn_and_the_setting_that_aws_gives_it() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let vpc = vpc(&boto);
    let (nlb, alb) = (balancer(&boto, &vpc, "network"), balancer(&boto, &vpc, "application"));
    let arn = text(&nlb["LoadBalancerArn"]);
    assert!(arn.contains("loadbalancer/net/network/"), "{arn}");
    assert!(text(&alb["LoadBalancerArn"]).contains("loadbalancer/app/application/"), "{alb}");

    let setting = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let read = || {
        let found = boto.call("elbv2", "describe_load_balancers", json!({"LoadBalancerArns": [arn]}));
        found["LoadBalancers"][0].clone()
    };
    assert_eq!((&read()["LoadBalancerArn"], &read()[setting]), (&json!(arn), &json!("on")));
    assert!(alb[setting].is_null(), "{alb}");
    let change = json!({"LoadBalancerArn": arn, "SecurityGroups": [vpc.group], setting: "off"});
    assert_eq!(boto.call("elbv2", "set_security_groups", change)[setting], "off");
    assert_eq!(read()[setting], "off");

    let link = json!({"name": "link", "targetArns": [arn]});
    boto.call("apigateway", "create_vpc_link", link);
    let links = boto.call("apigateway", "get_vpc_links", json!({}));
    assert_eq!(links["items"][0]["targetArns"], json!([arn]), "the same name in every service");
}

#[test]
fn links_and_balancers_have_an_interface_in_each_subnet() {
    let bed = Bed::new();
    let boto = Boto(&bed);
    let vpc = vpc(&boto);
    let link = json!({"Name": "link", "SubnetIds": vpc.subnets, "SecurityGroupIds": [vpc.group]});
    let link = text(&boto.call("apigatewayv2", "create_vpc_link", link)["VpcLinkId"]);
    let nlb = balancer(&boto, &vpc, "network");

    let of_link = interfaces(&boto, "interface-type", "api_gateway_managed");
    let mut subnets: Vec<String> = of_link.iter().map(|one| text(&one["SubnetId"])).collect();
    subnets.sort();
    let mut want = vpc.subnets.clone();
    want.sort();
    assert_eq!(subnets, want);
    for one in &of_link {
        assert_eq!(one["Groups"][0]["GroupId"], vpc.group);
        let network = if one["SubnetId"] == vpc.subnets[0] { "10.20.1." } else { "10.20.2." };
        assert!(text(&one["PrivateIpAddress"]).starts_with(network), "{one}");
    }
    let of_balancer = interfaces(&boto, "description", "ELB net/network/*");
    assert_eq!(of_balancer.len(), 2);
    let arn = text(&nlb["LoadBalancerArn"]);
    let tail = arn.split_once("loadbalancer/").expect("an ARN of a load balancer").1;
    assert_eq!(of_balancer[0]["Description"], format!("ELB {tail}"));
    assert_eq!(of_balancer[0]["InterfaceType"], "network_load_balancer");
    assert_eq!(interfaces(&boto, "group-id", &vpc.group).len(), 4);
    assert_eq!(interfaces(&boto, "subnet-id", &vpc.subnets[0]).len(), 2);
    assert_eq!(interfaces(&boto, "subnet-id", "subnet-elsewhere").len(), 0);
    let unknown = json!({"Filters": [{"Name": "tag:colour", "Values": ["red"]}]});
    assert_eq!(boto.error("ec2", "describe_network_interfaces", unknown).0, "InvalidParameterValue");

    boto.call("apigatewayv2", "delete_vpc_link", json!({"VpcLinkId": link}));
    assert_eq!(interfaces(&boto, "interface-type", "api_gateway_managed").len(), 0);
}
