//! Things that are asked for many at a time.

use super::{Done, Fact, Job, interfaces, refused};
use crate::capture::{Answer, EMPTY_ANSWER, Shared};
use crate::model::{Gap, Kind, Ref, Scope, Seen, Text};
use crate::source::calls::Call;
use crate::source::live::session::{Refusal, Region, Session};
use crate::source::live::{apigateway, apigatewayv2, ec2, elbv2};
use futures_util::future;
use std::collections::{BTreeMap, BTreeSet};

/// One job for each batch of each kind and region.
pub(super) fn jobs<'a>(session: &'a Session, refs: BTreeSet<Ref>, shared: &Shared) -> Vec<Job<'a>> {
    let mut lots: BTreeMap<(Kind, Scope), Vec<Ref>> = BTreeMap::new();
    for one in refs {
        lots.entry((one.kind, one.scope.clone())).or_default().push(one);
    }
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut links: BTreeSet<Scope> = BTreeSet::new();
    for ((kind, scope), refs) in lots {
        match kind {
            Kind::VpcLinkV1 | Kind::VpcLinkV2 => {
                // A link's id does not say of which version it is: both lists settle both.
                if links.insert(scope.clone()) {
                    jobs.push(Box::pin(vpc_links(session, scope)));
                }
            }
            Kind::NetworkInterface => jobs.extend(interfaces::jobs(session, &scope, refs, shared)),
            Kind::LoadBalancer | Kind::TargetGroup => {
                for batch in refs.chunks(elbv2::BATCH) {
                    jobs.push(Box::pin(balancing(session, kind, scope.clone(), batch.to_vec())));
                }
            }
            _ => {
                for batch in refs.chunks(ec2::VALUES) {
                    jobs.push(Box::pin(network(session, kind, scope.clone(), batch.to_vec())));
                }
            }
        }
    }
    jobs
}

async fn vpc_links(session: &Session, scope: Scope) -> Done {
    let region = session.region(scope.region.lit().unwrap_or_default());
    let (v1, v2) =
        future::join(apigateway::vpc_links(session, &region), apigatewayv2::vpc_links(session, &region)).await;
    let mut done = Done {
        listed: vec![
            (Kind::VpcLinkV1, scope.clone(), v1.as_ref().err().cloned()),
            (Kind::VpcLinkV2, scope.clone(), v2.as_ref().err().cloned()),
        ],
        ..Done::default()
    };
    done.facts.extend(v1.into_iter().flatten().map(|link| (scope.clone(), Fact::VpcLinkV1(link))));
    done.facts.extend(v2.into_iter().flatten().map(|link| (scope.clone(), Fact::VpcLinkV2(link))));
    done
}

async fn balancing(session: &Session, kind: Kind, scope: Scope, refs: Vec<Ref>) -> Done {
    let region = session.region(scope.region.lit().unwrap_or_default());
    if kind == Kind::LoadBalancer {
        let fetch = async |arns| elbv2::load_balancers(session, &region, arns).await;
        let (found, answers) = split(Call::DescribeLoadBalancers, refs, fetch, |lb| &lb.load_balancer_arn).await;
        let facts = found.into_iter().map(|lb| (scope.clone(), Fact::LoadBalancer(lb))).collect();
        Done { facts, answers, ..Done::default() }
    } else {
        let fetch = async |arns| elbv2::target_groups(session, &region, arns).await;
        let (found, answers) = split(Call::DescribeTargetGroups, refs, fetch, |group| &group.target_group_arn).await;
        let facts = found.into_iter().map(|group| (scope.clone(), Fact::TargetGroup(group))).collect();
        Done { facts, answers, ..Done::default() }
    }
}

/// Asks for all at once. Where the service refuses the whole batch for one ARN that does
/// not exist or is malformed, halves are asked for until the guilty one stands alone.
async fn split<T>(
    call: Call,
    refs: Vec<Ref>,
    fetch: impl AsyncFn(Vec<String>) -> Result<Vec<T>, Refusal>,
    id: impl Fn(&T) -> &Text,
) -> (Vec<T>, Vec<(Ref, Answer)>) {
    let (mut found, mut answers, mut batches) = (Vec::new(), Vec::new(), vec![refs]);
    while let Some(mut batch) = batches.pop() {
        let ids = batch.iter().map(|one| one.id.to_string()).collect();
        match fetch(ids).await {
            Ok(things) => {
                let there: BTreeSet<Text> = things.iter().map(|thing| id(thing).clone()).collect();
                answers.extend(batch.into_iter().map(|one| answer(call, one, &there)));
                found.extend(things);
            }
            Err(refusal) if batch.len() > 1 && blames_one(&refusal) => {
                let second = batch.split_off(batch.len() / 2);
                batches.extend([second, batch]);
            }
            Err(refusal) => answers.extend(batch.into_iter().map(|one| (one, refused(refusal.clone())))),
        }
    }
    (found, answers)
}

fn blames_one(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Absent { .. } => true,
        Refusal::Gap(Gap::Failed { code, .. }) => code == "ValidationError",
        Refusal::Gap(_) => false,
    }
}

fn answer(call: Call, one: Ref, there: &BTreeSet<Text>) -> (Ref, Answer) {
    let answer = if there.contains(&one.id) {
        Answer::Found
    } else {
        Answer::Absent { action: call.row().name.into(), code: EMPTY_ANSWER.into() }
    };
    (one, answer)
}

/// By filter: a value that matches nothing is proof of absence, except that every VPC
/// has a network ACL and a route table. Not to see those means that another account
/// owns the VPC.
async fn network(session: &Session, kind: Kind, scope: Scope, refs: Vec<Ref>) -> Done {
    let region = session.region(scope.region.lit().unwrap_or_default());
    let values: Vec<String> = refs.iter().map(|one| one.id.to_string()).collect();
    let (call, found) = described(session, &region, kind, values).await;
    let found = match found {
        Ok(found) => found,
        Err(gap) => {
            let answers = refs.into_iter().map(|one| (one, Answer::Gap(gap.clone()))).collect();
            return Done { answers, ..Done::default() };
        }
    };
    let there: BTreeSet<Text> = found.iter().filter_map(|(id, _)| id.clone()).collect();
    let answers = refs.into_iter().map(|one| {
        let (one, answer) = answer(call, one, &there);
        let hidden = matches!(kind, Kind::NetworkAcl | Kind::RouteTable) && answer != Answer::Found;
        let hidden = hidden
            .then(|| Gap::not_readable(format!("the {}s of {}, which another account owns", kind.noun(), one.id)));
        (one, hidden.map_or(answer, Answer::Gap))
    });
    let answers = answers.collect();
    Done { answers, facts: found.into_iter().map(|(_, fact)| (scope.clone(), fact)).collect(), ..Done::default() }
}

/// Facts under the ids by which they were asked for.
type Keyed = Vec<(Option<Text>, Fact)>;

async fn described(session: &Session, region: &Region, kind: Kind, values: Vec<String>) -> (Call, Result<Keyed, Gap>) {
    fn keyed<T>(
        found: Result<Vec<T>, Gap>,
        key: impl Fn(&T) -> Option<Text>,
        fact: fn(T) -> Fact,
    ) -> Result<Keyed, Gap> {
        Ok(found?.into_iter().map(|one| (key(&one), fact(one))).collect())
    }
    let vpc = |vpc: &Seen<Text>| vpc.set().cloned();
    match kind {
        Kind::SecurityGroup => {
            let found = ec2::security_group(session, region, vec![("group-id", values)]).await;
            (Call::DescribeSecurityGroups, keyed(found, |it| Some((&it.group_id).into()), Fact::SecurityGroup))
        }
        Kind::Subnet => {
            let found = ec2::subnet(session, region, vec![("subnet-id", values)]).await;
            (Call::DescribeSubnets, keyed(found, |it| Some((&it.subnet_id).into()), Fact::Subnet))
        }
        Kind::NetworkAcl => {
            let found = ec2::network_acl(session, region, vec![("vpc-id", values)]).await;
            (Call::DescribeNetworkAcls, keyed(found, |it| vpc(&it.vpc_id), Fact::NetworkAcl))
        }
        _ => {
            let found = ec2::route_table(session, region, vec![("vpc-id", values)]).await;
            (Call::DescribeRouteTables, keyed(found, |it| vpc(&it.vpc_id), Fact::RouteTable))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn refs(names: &[&str]) -> Vec<Ref> {
        let scope = Scope::new("aws", "1", "eu-west-1");
        names.iter().map(|name| Ref::new(Kind::LoadBalancer, scope.clone(), *name)).collect()
    }

    /// A service in which everything exists but `gone` and `odd`.
    fn ask(names: &[&str]) -> (Vec<Text>, Vec<(String, Answer)>, Vec<usize>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let sizes = RefCell::new(Vec::new());
        let fetch = async |arns: Vec<String>| {
            sizes.borrow_mut().push(arns.len());
            if arns.iter().any(|arn| arn == "gone") {
                return Err(Refusal::Absent { action: "elb:Describe", code: "LoadBalancerNotFound".into() });
            }
            if arns.iter().any(|arn| arn == "odd") {
                let gap = Gap::Failed { action: "elb:Describe".into(), code: "ValidationError".into() };
                return Err(Refusal::Gap(gap));
            }
            Ok(arns.into_iter().filter(|arn| arn != "silent").map(Text::from).collect())
        };
        let (mut found, answers) =
            runtime.block_on(split(Call::DescribeLoadBalancers, refs(names), fetch, |name| name));
        found.sort();
        let mut answers: Vec<_> = answers.into_iter().map(|(one, answer)| (one.id.to_string(), answer)).collect();
        answers.sort_by(|a, b| a.0.cmp(&b.0));
        (found, answers, sizes.into_inner())
    }

    #[test]
    fn one_call_where_everything_exists() {
        let (found, answers, sizes) = ask(&["a", "b", "c"]);
        assert_eq!(found.len(), 3);
        assert!(answers.iter().all(|(_, answer)| *answer == Answer::Found));
        assert_eq!(sizes, [3]);
    }

    #[test]
    fn a_batch_is_halved_until_the_missing_one_stands_alone() {
        let (found, answers, sizes) = ask(&["a", "b", "gone", "d"]);
        assert_eq!(found.iter().map(|it| it.lit().unwrap()).collect::<Vec<_>>(), ["a", "b", "d"]);
        let absent = Answer::Absent { action: "elb:Describe".into(), code: "LoadBalancerNotFound".into() };
        assert_eq!(answers[3], ("gone".into(), absent));
        assert_eq!(sizes, [4, 2, 2, 1, 1]);
    }

    #[test]
    fn a_malformed_name_spoils_only_itself() {
        let (found, answers, _) = ask(&["a", "odd"]);
        assert_eq!(found.len(), 1);
        assert!(matches!(&answers[1], (name, Answer::Gap(Gap::Failed { .. })) if name == "odd"));
    }

    #[test]
    fn what_an_answer_leaves_out_is_absent() {
        let (_, answers, _) = ask(&["a", "silent"]);
        let absent =
            Answer::Absent { action: "elasticloadbalancing:DescribeLoadBalancers".into(), code: EMPTY_ANSWER.into() };
        assert_eq!(answers[1].1, absent);
    }
}
