//! `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic` of network load balancers, which moto does not keep.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::proxy::answer::Answer;
use crate::proxy::call::Call;
use crate::proxy::xml;

const FIELD: &str = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";

#[derive(Default)]
pub(super) struct Balancers(Mutex<BTreeMap<String, String>>);

impl Balancers {
    pub(super) fn watch(&self, call: &Call, answer: &mut Answer) {
        if !answer.ok() {
            return;
        }
        match call.operation.as_str() {
            "SetSecurityGroups" => {
                let (Some(arn), Some(value)) = (call.form.get("LoadBalancerArn"), call.form.get(FIELD)) else {
                    return;
                };
                self.0.lock().expect("poisoned").insert(arn.clone(), value.clone());
                let close = "</SetSecurityGroupsResult>";
                let text = answer.text().replace(close, &format!("{}{close}", element(value)));
                answer.rewrite(text);
            }
            "CreateLoadBalancer" | "DescribeLoadBalancers" => self.complete(answer),
            _ => {}
        }
    }

    /// Only a network load balancer with security groups has the setting; AWS's default is on.
    fn complete(&self, answer: &mut Answer) {
        let mut text = answer.text();
        let balancers = xml::children(&text, "LoadBalancers", "member").unwrap_or_default();
        for place in balancers.into_iter().rev() {
            let balancer = &text[place.clone()];
            let network = xml::text(balancer, "Type") == Some("network");
            let groups = xml::children(balancer, "SecurityGroups", "member").unwrap_or_default();
            if !network || groups.is_empty() {
                continue;
            }
            let arn = xml::text(balancer, "LoadBalancerArn").unwrap_or_default();
            let set = self.0.lock().expect("poisoned").get(arn).cloned();
            text.insert_str(place.end - "</member>".len(), &element(set.as_deref().unwrap_or("on")));
        }
        answer.rewrite(text);
    }
}

fn element(value: &str) -> String {
    format!("<{FIELD}>{}</{FIELD}>", xml::escape(value))
}
