//! From the gateways outward: whatever was read names what to read next, until nothing
//! new is named. `model::refs::wants` is the only reader of names.
//!
//! What is asked for one by one starts at once, beside the APIs. What can be asked for
//! in batches waits until no running job can name more of its kind, so the number of
//! calls does not depend on timing.

mod batches;
mod interfaces;

use super::ask::Ask;
use super::error::LiveError;
use super::packed::Packed;
use super::session::{Refusal, Session};
use super::{ec2 as network, iam as identity, lambda as functions, sts, units};
use crate::capture::{Answer, Coverage, Held, Names, Shared};
use crate::model::refs::{Thing, wants};
use crate::model::{ApiEntry, Gap, Kind, Ref, Scope, Seen, Text, ec2, elb, iam, lambda, rest, v2};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was found, in an order of its own: sorted.
pub(super) struct Found {
    pub(super) coverage: Coverage,
    pub(super) shared: Shared,
    pub(super) units: Vec<(ApiEntry, Packed)>,
    pub(super) left_out: Names,
}

/// One thing that was read.
pub(super) enum Fact {
    Function(Box<lambda::Function>),
    Role(iam::Role),
    ManagedPolicy(iam::ManagedPolicy),
    VpcLinkV1(rest::VpcLink),
    VpcLinkV2(v2::VpcLink),
    LoadBalancer(elb::LoadBalancer),
    TargetGroup(elb::TargetGroup),
    NetworkInterface(ec2::NetworkInterface),
    SecurityGroup(ec2::SecurityGroup),
    Subnet(ec2::Subnet),
    PrefixList(ec2::PrefixList),
    NetworkAcl(ec2::NetworkAcl),
    RouteTable(ec2::RouteTable),
}

/// What a job brings home.
#[derive(Default)]
pub(super) struct Done {
    /// May it have named things that are asked for in batches?
    names_batches: bool,
    unit: Option<(ApiEntry, Packed)>,
    left_out: Names,
    wants: BTreeSet<Ref>,
    pub(super) facts: Vec<(Scope, Fact)>,
    pub(super) answers: Vec<(Ref, Answer)>,
    listed: Vec<(Kind, Scope, Option<Gap>)>,
    concurrency: Option<((Scope, Text), Seen<i64>)>,
}

type Job<'a> = LocalBoxFuture<'a, Done>;

struct Fixpoint<'a> {
    session: &'a Session,
    running: FuturesUnordered<Job<'a>>,
    /// Running jobs that may still name things of the kinds that wait.
    naming: usize,
    /// Every reference is followed once.
    seen: BTreeSet<Ref>,
    waiting: BTreeMap<u8, BTreeSet<Ref>>,
    concurrency: BTreeMap<(Scope, Text), Seen<i64>>,
    found: Found,
}

/// Reads everything that a request to these APIs can come across.
pub(super) async fn collect(session: &Session, ask: &Ask, regions: &[String]) -> Result<Found, LiveError> {
    let (apis, listings, left_out) = units::list(session, ask, regions).await?;
    session.progress.found_apis(apis.len());
    let mut fixpoint = Fixpoint {
        session,
        running: FuturesUnordered::new(),
        naming: 0,
        seen: BTreeSet::new(),
        waiting: BTreeMap::new(),
        concurrency: BTreeMap::new(),
        found: Found { coverage: Coverage::default(), shared: Shared::default(), units: Vec::new(), left_out },
    };
    for (kind, scope, gap) in listings {
        fixpoint.listed(kind, scope, gap);
    }
    for api in apis {
        fixpoint.start(true, Box::pin(read_unit(session, ask, api)));
    }
    fixpoint.run().await;
    Ok(fixpoint.finish())
}

async fn read_unit(session: &Session, ask: &Ask, api: units::Listed) -> Done {
    let unit = Box::pin(units::read(session, ask, api)).await;
    session.progress.read_api();
    let unit = match unit {
        Ok(unit) => unit,
        Err(left_out) => return Done { left_out, ..Done::default() },
    };
    let wants = wants(Thing::Api(&unit), unit.scope());
    // Packing writes to memory and cannot fail on the facts of one API.
    let packed = Packed::pack(&unit).ok().map(|packed| (unit.entry(), packed));
    Done { unit: packed, wants, ..Done::default() }
}

impl<'a> Fixpoint<'a> {
    async fn run(&mut self) {
        loop {
            while self.naming == 0 && self.start_batches() {}
            match self.running.next().await {
                Some(done) => self.take(done),
                None => return,
            }
        }
    }

    fn start(&mut self, names_batches: bool, job: Job<'a>) {
        self.naming += usize::from(names_batches);
        self.running.push(Box::pin(async move { Done { names_batches, ..job.await } }));
    }

    fn take(&mut self, done: Done) {
        self.naming -= usize::from(done.names_batches);
        self.session.progress.read_things(done.facts.len());
        self.found.units.extend(done.unit);
        self.found.left_out.add(done.left_out);
        for (kind, scope, gap) in done.listed {
            self.listed(kind, scope, gap);
        }
        if let Some((function, concurrency)) = done.concurrency {
            self.concurrency.insert(function, concurrency);
        }
        for (asked, answer) in done.answers {
            self.found.coverage.answer(asked, answer);
        }
        for (scope, fact) in done.facts {
            self.keep(scope, fact);
        }
        for wanted in done.wants {
            self.follow(wanted);
        }
    }

    fn listed(&mut self, kind: Kind, scope: Scope, gap: Option<Gap>) {
        match gap {
            None => self.found.coverage.complete(kind, scope),
            Some(gap) => self.found.coverage.partial(kind, scope, gap),
        }
    }

    /// Follows a reference, the first time it is named.
    fn follow(&mut self, wanted: Ref) {
        // With a hole in its name nothing can be asked for.
        if wanted.gap().is_some() || !self.seen.insert(wanted.clone()) {
            return;
        }
        if let Some(gap) = self.out_of_reach(&wanted) {
            self.found.coverage.answer(wanted, Answer::Gap(gap));
            return;
        }
        match rank(wanted.kind) {
            Some(rank) => {
                self.waiting.entry(rank).or_default().insert(wanted);
            }
            None => {
                let session = self.session;
                self.start(false, Box::pin(one(session, wanted)));
            }
        }
    }

    fn out_of_reach(&self, wanted: &Ref) -> Option<Gap> {
        let Scope { partition, account, region } = &wanted.scope;
        if account.lit() != Some(&*self.session.account) || partition.lit() != Some(&*self.session.partition) {
            return Some(Gap::Elsewhere { account: account.to_string() });
        }
        let global = matches!(wanted.kind, Kind::Role | Kind::ManagedPolicy);
        let region = region.lit().unwrap_or_default();
        // Regions come out of configuration and become a part of host names.
        (!global && !sts::reads_like_a_region(region)).then(|| Gap::not_readable(format!("the region `{region}`")))
    }

    /// Starts the batches of the first kinds that wait; later kinds may yet be named.
    fn start_batches(&mut self) -> bool {
        let Some((_, refs)) = self.waiting.pop_first() else { return false };
        let jobs = batches::jobs(self.session, refs, &self.found.shared);
        let any = !jobs.is_empty();
        for job in jobs {
            self.start(true, job);
        }
        !any
    }

    /// Files a fact and follows what it names.
    fn keep(&mut self, scope: Scope, fact: Fact) {
        let wanted = match &fact {
            Fact::Function(facts) => {
                self.ask_concurrency(&scope, &facts.function_name);
                wants(Thing::Function(facts), &scope)
            }
            Fact::Role(facts) => wants(Thing::Role(facts), &scope),
            // Links are listed whole; only those that some API names lead on.
            Fact::VpcLinkV1(facts) if self.is_named(Kind::VpcLinkV1, &scope, &facts.id) => {
                wants(Thing::VpcLinkV1(facts), &scope)
            }
            Fact::VpcLinkV2(facts) if self.is_named(Kind::VpcLinkV2, &scope, &facts.vpc_link_id) => {
                wants(Thing::VpcLinkV2(facts), &scope)
            }
            Fact::LoadBalancer(facts) => wants(Thing::LoadBalancer(facts), &scope),
            Fact::TargetGroup(facts) => wants(Thing::TargetGroup(facts), &scope),
            Fact::NetworkInterface(facts) => wants(Thing::NetworkInterface(facts), &scope),
            Fact::SecurityGroup(facts) => wants(Thing::SecurityGroup(facts), &scope),
            Fact::Subnet(facts) => wants(Thing::Subnet(facts), &scope),
            Fact::RouteTable(facts) => wants(Thing::RouteTable(facts), &scope),
            _ => BTreeSet::new(),
        };
        let shared = &mut self.found.shared;
        match fact {
            Fact::Function(facts) => shared.functions.push(Held { scope, facts: *facts }),
            Fact::Role(facts) => shared.roles.push(Held { scope, facts }),
            Fact::ManagedPolicy(facts) => shared.managed_policies.push(Held { scope, facts }),
            Fact::VpcLinkV1(facts) => shared.vpc_links_v1.push(Held { scope, facts }),
            Fact::VpcLinkV2(facts) => shared.vpc_links_v2.push(Held { scope, facts }),
            Fact::LoadBalancer(facts) => shared.load_balancers.push(Held { scope, facts }),
            Fact::TargetGroup(facts) => shared.target_groups.push(Held { scope, facts }),
            Fact::NetworkInterface(facts) => shared.network_interfaces.push(Held { scope, facts }),
            Fact::SecurityGroup(facts) => shared.security_groups.push(Held { scope, facts }),
            Fact::Subnet(facts) => shared.subnets.push(Held { scope, facts }),
            Fact::PrefixList(facts) => shared.prefix_lists.push(Held { scope, facts }),
            Fact::NetworkAcl(facts) => shared.network_acls.push(Held { scope, facts }),
            Fact::RouteTable(facts) => shared.route_tables.push(Held { scope, facts }),
        }
        for wanted in wanted {
            self.follow(wanted);
        }
    }

    fn is_named(&self, kind: Kind, scope: &Scope, id: &Text) -> bool {
        self.seen.contains(&Ref::new(kind, scope.clone(), id))
    }

    /// One call for a function, however many of its qualifiers are in use.
    fn ask_concurrency(&mut self, scope: &Scope, name: &Text) {
        let key = (scope.clone(), name.clone());
        if self.concurrency.contains_key(&key) {
            return;
        }
        self.concurrency.insert(key.clone(), Seen::Unset);
        let session = self.session;
        let job = async move {
            let region = session.region(key.0.region.lit().unwrap_or_default());
            let concurrency = functions::concurrency(session, &region, key.1.lit().unwrap_or_default()).await;
            Done { concurrency: Some((key, concurrency)), ..Done::default() }
        };
        self.start(false, Box::pin(job));
    }

    fn finish(self) -> Found {
        let Fixpoint { mut found, concurrency, .. } = self;
        for function in &mut found.shared.functions {
            let key = (function.scope.clone(), function.facts.function_name.clone());
            if let Some(known) = concurrency.get(&key) {
                function.facts.reserved_concurrent_executions = known.clone();
            }
        }
        sort(&mut found.shared);
        found.units.sort_by(|(a, _), (b, _)| (&a.region, &a.protocol, &a.id).cmp(&(&b.region, &b.protocol, &b.id)));
        found
    }
}

/// The order in which batches are asked for: each kind is named by earlier ones only,
/// but for balancers that are targets of balancers. `None`: one call for each thing.
fn rank(kind: Kind) -> Option<u8> {
    match kind {
        Kind::RestApi | Kind::Api | Kind::Function | Kind::Role | Kind::ManagedPolicy | Kind::PrefixList => None,
        Kind::VpcLinkV1 | Kind::VpcLinkV2 => Some(0),
        Kind::LoadBalancer => Some(1),
        Kind::TargetGroup => Some(2),
        Kind::NetworkInterface => Some(3),
        Kind::SecurityGroup | Kind::Subnet => Some(4),
        Kind::NetworkAcl | Kind::RouteTable => Some(5),
    }
}

/// Things that have no batch.
async fn one(session: &Session, wanted: Ref) -> Done {
    let region = wanted.scope.region.lit().unwrap_or_default();
    let id = wanted.id.lit().unwrap_or_default();
    let fact = match wanted.kind {
        Kind::Function => {
            functions::function(session, &session.region(region), id).await.map(|it| Fact::Function(Box::new(it)))
        }
        Kind::PrefixList => network::prefix_list(session, &session.region(region), id).await.map(Fact::PrefixList),
        Kind::Role => identity::role(session, &session.home(), id).await.map(Fact::Role),
        Kind::ManagedPolicy => identity::managed_policy(session, &session.home(), id).await.map(Fact::ManagedPolicy),
        kind => Err(Refusal::Gap(Gap::not_modelled(format!("a reference to a {}", kind.noun())))),
    };
    let scope = wanted.scope.clone();
    match fact {
        Ok(fact) => Done { facts: vec![(scope, fact)], answers: vec![(wanted, Answer::Found)], ..Done::default() },
        Err(refusal) => {
            let answer = refused(refusal);
            // If the function itself is there, only its alias or version is gone.
            let bare = matches!(answer, Answer::Absent { .. }).then(|| wanted.bare_function()).flatten();
            Done { wants: bare.into_iter().collect(), answers: vec![(wanted, answer)], ..Done::default() }
        }
    }
}

pub(super) fn refused(refusal: Refusal) -> Answer {
    match refusal {
        Refusal::Absent { action, code } => Answer::Absent { action: action.into(), code },
        Refusal::Gap(gap) => Answer::Gap(gap),
    }
}

fn sort(shared: &mut Shared) {
    fn by<T>(held: &mut Vec<Held<T>>, id: impl Fn(&T) -> (Text, Option<Text>)) {
        held.sort_by_cached_key(|one| (one.scope.clone(), id(&one.facts)));
        held.dedup_by(|a, b| a.scope == b.scope && id(&a.facts) == id(&b.facts));
    }
    by(&mut shared.functions, |it| (it.function_name.clone(), it.qualifier.clone()));
    by(&mut shared.roles, |it| (it.arn.clone(), None));
    by(&mut shared.managed_policies, |it| (it.arn.clone(), None));
    by(&mut shared.vpc_links_v1, |it| (it.id.clone(), None));
    by(&mut shared.vpc_links_v2, |it| (it.vpc_link_id.clone(), None));
    by(&mut shared.load_balancers, |it| (it.load_balancer_arn.clone(), None));
    by(&mut shared.target_groups, |it| (it.target_group_arn.clone(), None));
    by(&mut shared.network_interfaces, |it| ((&it.network_interface_id).into(), None));
    by(&mut shared.security_groups, |it| (it.group_id.clone(), None));
    by(&mut shared.subnets, |it| (it.subnet_id.clone(), None));
    by(&mut shared.prefix_lists, |it| ((&it.prefix_list_id).into(), None));
    by(&mut shared.network_acls, |it| (it.network_acl_id.clone(), None));
    by(&mut shared.route_tables, |it| (it.route_table_id.clone(), None));
}
