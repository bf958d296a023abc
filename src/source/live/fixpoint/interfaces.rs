//! Network interfaces: no configuration names their ids, so they are asked for by what
//! is known of them. Questions of one form share a call.

use super::{Done, Fact, Job};
use crate::capture::{Answer, EMPTY_ANSWER, Shared};
use crate::model::{Gap, Ref, Scope, Text, ec2};
use crate::source::calls::Call;
use crate::source::live::ec2 as network;
use crate::source::live::session::Session;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an interface: see `model::refs::network_interfaces`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// An instance has it.
    Instance,
    /// It has this private IPv4 address: not found proves that no interface of this
    /// account and region has it.
    Address4,
    Address6,
    /// It is a load balancer's node, by its description.
    Node,
    /// It is API Gateway's own in one of a VPC link's subnets.
    Link,
}

/// A question and the filter values of which any answers it.
#[derive(Debug)]
struct Question {
    asked: Ref,
    values: BTreeSet<String>,
}

pub(super) fn jobs<'a>(session: &'a Session, scope: &Scope, refs: Vec<Ref>, shared: &Shared) -> Vec<Job<'a>> {
    let mut forms: BTreeMap<Form, Vec<Question>> = BTreeMap::new();
    let mut unreadable = Vec::new();
    for asked in refs {
        match question(&asked, shared) {
            Ok((form, values)) => forms.entry(form).or_default().push(Question { asked, values }),
            Err(gap) => unreadable.push((asked, Answer::Gap(gap))),
        }
    }
    let mut jobs: Vec<Job<'a>> = Vec::new();
    if !unreadable.is_empty() {
        jobs.push(Box::pin(async { Done { answers: unreadable, ..Done::default() } }));
    }
    for (form, questions) in forms {
        for lot in lots(questions) {
            jobs.push(Box::pin(describe(session, scope.clone(), form, lot)));
        }
    }
    jobs
}

fn question(asked: &Ref, shared: &Shared) -> Result<(Form, BTreeSet<String>), Gap> {
    let id = asked.id.lit().unwrap_or_default();
    let one = |value: String| BTreeSet::from([value]);
    match id.split_once('/') {
        Some(("instance", instance)) => Ok((Form::Instance, one(instance.into()))),
        Some(("address", ip)) if ip.contains(':') => Ok((Form::Address6, one(ip.into()))),
        Some(("address", ip)) => Ok((Form::Address4, one(ip.into()))),
        Some(("load-balancer", name)) => Ok((Form::Node, one(format!("ELB {name}")))),
        Some(("vpc-link", link)) => {
            let links = &shared.vpc_links_v2;
            let link =
                links.iter().find(|held| held.scope == asked.scope && held.facts.vpc_link_id.lit() == Some(link));
            let subnets: BTreeSet<String> =
                link.and_then(|held| held.facts.subnet_ids.set()).into_iter().flatten().map(Text::to_string).collect();
            if subnets.is_empty() {
                return Err(Gap::not_readable(format!("the subnets of VPC link {id}")));
            }
            Ok((Form::Link, subnets))
        }
        _ => Err(Gap::not_modelled(format!("network interfaces by {id}"))),
    }
}

/// As many questions together as a call's filters may have values.
fn lots(questions: Vec<Question>) -> Vec<Vec<Question>> {
    let mut lots: Vec<Vec<Question>> = Vec::new();
    let mut values = 0;
    for question in questions {
        let more = question.values.len();
        match lots.last_mut().filter(|_| values + more <= network::VALUES) {
            Some(lot) => lot.push(question),
            None => {
                lots.push(vec![question]);
                values = 0;
            }
        }
        values += more;
    }
    lots
}

async fn describe(session: &Session, scope: Scope, form: Form, lot: Vec<Question>) -> Done {
    let region = session.region(scope.region.lit().unwrap_or_default());
    let values: BTreeSet<String> = lot.iter().flat_map(|question| question.values.clone()).collect();
    let values: Vec<String> = values.into_iter().collect();
    let by = match form {
        Form::Instance => vec![("attachment.instance-id", values)],
        Form::Address4 => vec![("addresses.private-ip-address", values)],
        Form::Address6 => vec![("ipv6-addresses.ipv6-address", values)],
        Form::Node => vec![("description", values)],
        Form::Link => vec![("interface-type", vec!["api_gateway_managed".into()]), ("subnet-id", values)],
    };
    let found = match network::network_interface(session, &region, by).await {
        Ok(found) => found,
        Err(gap) => {
            let answers = lot.into_iter().map(|question| (question.asked, Answer::Gap(gap.clone()))).collect();
            return Done { answers, ..Done::default() };
        }
    };
    let answers = lot.into_iter().map(|question| {
        let there = found.iter().any(|eni| known_by(form, eni).iter().any(|value| question.values.contains(*value)));
        let absent =
            || Answer::Absent { action: Call::DescribeNetworkInterfaces.row().name.into(), code: EMPTY_ANSWER.into() };
        (question.asked, if there { Answer::Found } else { absent() })
    });
    let answers = answers.collect();
    let facts = found.into_iter().map(|eni| (scope.clone(), Fact::NetworkInterface(eni))).collect();
    Done { facts, answers, ..Done::default() }
}

/// The values under which a question of this form would find it.
fn known_by(form: Form, eni: &ec2::NetworkInterface) -> Vec<&str> {
    let texts: Vec<&Text> = match form {
        Form::Instance => eni.attachment.set().and_then(|it| it.instance_id.set()).into_iter().collect(),
        Form::Address4 => {
            let addresses = eni.private_ip_addresses.set().into_iter().flatten();
            addresses.filter_map(|address| address.private_ip_address.set()).collect()
        }
        Form::Address6 => {
            let addresses = eni.ipv6_addresses.set().into_iter().flatten();
            addresses.filter_map(|address| address.ipv6_address.set()).collect()
        }
        Form::Node => eni.description.set().into_iter().collect(),
        Form::Link => eni.subnet_id.set().into_iter().collect(),
    };
    texts.into_iter().filter_map(Text::lit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Held;
    use crate::model::{Kind, Seen, v2};

    fn asked(id: &str) -> Ref {
        Ref::new(Kind::NetworkInterface, Scope::new("aws", "1", "eu-west-1"), id)
    }

    #[test]
    fn each_form_of_question() {
        let link = v2::VpcLink {
            vpc_link_id: "l1".into(),
            subnet_ids: Seen::Set(vec!["subnet-1".into(), "subnet-2".into()]),
            ..Default::default()
        };
        let held = Held { scope: Scope::new("aws", "1", "eu-west-1"), facts: link };
        let shared = Shared { vpc_links_v2: vec![held], ..Shared::default() };
        let form = |id: &str| {
            question(&asked(id), &shared).map(|(form, values)| (form, values.into_iter().collect::<Vec<_>>()))
        };
        assert_eq!(form("instance/i-1"), Ok((Form::Instance, vec!["i-1".into()])));
        assert_eq!(form("address/10.0.0.1"), Ok((Form::Address4, vec!["10.0.0.1".into()])));
        assert_eq!(form("address/2001:db8::1"), Ok((Form::Address6, vec!["2001:db8::1".into()])));
        assert_eq!(form("load-balancer/app/n/1"), Ok((Form::Node, vec!["ELB app/n/1".into()])));
        assert_eq!(form("vpc-link/l1"), Ok((Form::Link, vec!["subnet-1".into(), "subnet-2".into()])));
        assert!(form("vpc-link/l2").is_err() && form("odd").is_err());
    }

    #[test]
    fn a_call_has_at_most_two_hundred_values() {
        let question =
            |n: usize| Question { asked: asked(&format!("instance/i-{n}")), values: [format!("i-{n}")].into() };
        let sizes: Vec<usize> = lots((0..450).map(question).collect()).iter().map(Vec::len).collect();
        assert!(sizes.iter().all(|size| *size <= network::VALUES));
        assert_eq!(sizes.iter().sum::<usize>(), 450);
        assert_eq!(sizes.len(), 3);
    }
}
