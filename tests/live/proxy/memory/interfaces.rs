//! The network interfaces that AWS makes for VPC links and load balancers, and moto does not.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Mutex;

use crate::proxy::answer::{Answer, WireError};
use crate::proxy::call::Call;
use crate::proxy::upstream::Upstream;
use crate::proxy::xml;

mod filters;

use filters::Filters;

/// Whose interfaces they are: one interface in each of its subnets.
#[derive(Clone)]
struct Owner {
    kind: &'static str,
    requester: &'static str,
    description: String,
    subnets: Vec<String>,
    groups: Vec<String>,
}

#[derive(Default)]
pub(super) struct Interfaces(Mutex<BTreeMap<String, Owner>>);

struct Interface {
    id: String,
    owner: Owner,
    subnet: String,
    vpc: String,
    zone: String,
    address: Ipv4Addr,
}

impl Interfaces {
    pub(super) fn watch_link(&self, call: &Call, answer: &Answer) {
        if !answer.ok() {
            return;
        }
        match call.operation.as_str() {
            "CreateVpcLink" => {
                let id = answer.value()["vpcLinkId"].as_str().unwrap_or_default().to_owned();
                let strings = |name: &str| {
                    let items = call.json[name].as_array().into_iter().flatten();
                    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
                };
                let owner = Owner {
                    kind: "api_gateway_managed",
                    requester: "apigateway",
                    description: format!("VPC link {id}"),
                    subnets: strings("subnetIds"),
                    groups: strings("securityGroupIds"),
                };
                self.lock().insert(id, owner);
            }
            "DeleteVpcLink" => {
                self.lock().remove(call.id(0));
            }
            _ => {}
        }
    }

    pub(super) fn watch_balancer(&self, call: &Call, answer: &Answer) {
        if !answer.ok() {
            return;
        }
        let arn = call.form.get("LoadBalancerArn").cloned().unwrap_or_default();
        match call.operation.as_str() {
            "CreateLoadBalancer" => {
                let text = answer.text();
                let arn = xml::text(&text, "LoadBalancerArn").unwrap_or_default();
                let network = call.form.get("Type").is_some_and(|kind| kind == "network");
                let tail = arn.split_once("loadbalancer/").map_or("", |(_, tail)| tail);
                let owner = Owner {
                    kind: if network { "network_load_balancer" } else { "interface" },
                    requester: "amazon-elb",
                    description: format!("ELB {tail}"),
                    subnets: members(&text, "AvailabilityZones", "SubnetId"),
                    groups: members(&text, "SecurityGroups", "member"),
                };
                self.lock().insert(arn.to_owned(), owner);
            }
            "SetSecurityGroups" => {
                if let Some(owner) = self.lock().get_mut(&arn) {
                    owner.groups = call.list("SecurityGroups");
                }
            }
            "SetSubnets" => {
                if let Some(owner) = self.lock().get_mut(&arn) {
                    owner.subnets = call.list("Subnets");
                }
            }
            "DeleteLoadBalancer" => {
                self.lock().remove(&arn);
            }
            _ => {}
        }
    }

    /// moto's interfaces and, as the filters of the call allow, those that AWS would have made.
    pub(super) async fn describe(&self, moto: &Upstream, call: &Call) -> Answer {
        let filters = match Filters::of(call) {
            Ok(filters) => filters,
            Err(unknown) => {
                let message = format!("this bed does not know the filter {unknown}");
                return WireError::new("InvalidParameterValue", 400, &message).answer(call);
            }
        };
        let mut made: Vec<Interface> = self.make(moto, call).await;
        made.retain(|interface| filters.allow(interface));
        // A caller may name an interface that only this bed knows: moto would call it unknown.
        let named = call.list("NetworkInterfaceId");
        let mut answer = if named.iter().any(|id| id.starts_with(ID_PREFIX)) {
            let empty = "<DescribeNetworkInterfacesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
                         <networkInterfaceSet/><requestId>gatelint</requestId></DescribeNetworkInterfacesResponse>";
            Answer::built(200, "text/xml;charset=UTF-8", empty)
        } else {
            moto.forward(call).await
        };
        if answer.ok() && !made.is_empty() {
            let items: String = made.iter().map(|interface| interface.xml(moto.account())).collect();
            let text = answer
                .text()
                .replace("<networkInterfaceSet/>", "<networkInterfaceSet></networkInterfaceSet>")
                .replace("</networkInterfaceSet>", &format!("{items}</networkInterfaceSet>"));
            answer.rewrite(text);
        }
        answer
    }

    async fn make(&self, moto: &Upstream, call: &Call) -> Vec<Interface> {
        let owners: Vec<Owner> = self.lock().values().cloned().collect();
        if owners.is_empty() {
            return Vec::new();
        }
        let body = "Action=DescribeSubnets&Version=2016-11-15".to_owned();
        let answer = moto.ask(call, "ec2", "POST", "/", body).await.text();
        let subnets = xml::children(&answer, "subnetSet", "item").unwrap_or_default();
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        let mut made = Vec::new();
        for (number, (owner, subnet)) in
            owners.iter().flat_map(|owner| owner.subnets.iter().map(move |subnet| (owner, subnet))).enumerate()
        {
            let facts = subnets.iter().map(|place| &answer[place.clone()]);
            let Some(facts) = facts.into_iter().find(|facts| xml::text(facts, "subnetId") == Some(subnet)) else {
                continue;
            };
            let fact = |name: &str| xml::text(facts, name).unwrap_or_default().to_owned();
            let block: ipnet::Ipv4Net = fact("cidrBlock").parse().expect("a subnet has a CIDR block");
            // From the top of the block downwards: moto hands out addresses from the bottom.
            let place = taken.entry(subnet.clone()).and_modify(|taken| *taken += 1).or_insert(1);
            made.push(Interface {
                id: format!("{ID_PREFIX}{number:08x}"),
                owner: owner.clone(),
                subnet: subnet.clone(),
                vpc: fact("vpcId"),
                zone: fact("availabilityZone"),
                address: Ipv4Addr::from(u32::from(block.broadcast()) - *place),
            });
        }
        made
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Owner>> {
        self.0.lock().expect("the interfaces are poisoned")
    }
}

const ID_PREFIX: &str = "eni-0bed00000";

impl Interface {
    fn xml(&self, account: &str) -> String {
        let groups: String = self
            .owner
            .groups
            .iter()
            .map(|group| format!("<item><groupId>{group}</groupId><groupName>{group}</groupName></item>"))
            .collect();
        format!(
            "<item><networkInterfaceId>{id}</networkInterfaceId><subnetId>{subnet}</subnetId><vpcId>{vpc}</vpcId>\
             <availabilityZone>{zone}</availabilityZone><description>{description}</description>\
             <ownerId>{account}</ownerId><requesterId>{requester}</requesterId>\
             <requesterManaged>true</requesterManaged><status>in-use</status>\
             <privateIpAddress>{address}</privateIpAddress><sourceDestCheck>true</sourceDestCheck>\
             <groupSet>{groups}</groupSet><attachment><instanceOwnerId>{requester}</instanceOwnerId>\
             <deviceIndex>1</deviceIndex><status>attached</status><deleteOnTermination>false</deleteOnTermination>\
             </attachment><tagSet/><privateIpAddressesSet><item><privateIpAddress>{address}</privateIpAddress>\
             <primary>true</primary></item></privateIpAddressesSet><ipv6AddressesSet/>\
             <interfaceType>{kind}</interfaceType></item>",
            id = self.id,
            subnet = self.subnet,
            vpc = self.vpc,
            zone = self.zone,
            description = xml::escape(&self.owner.description),
            requester = self.owner.requester,
            address = self.address,
            kind = self.owner.kind,
        )
    }
}

/// The text of each member of a list, or of one field of each member.
fn members(text: &str, list: &str, field: &str) -> Vec<String> {
    let places = xml::children(text, list, "member").unwrap_or_default();
    places.into_iter().filter_map(|place| xml::text(&text[place], field).map(str::to_owned)).collect()
}
