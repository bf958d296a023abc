//! The kinds of shared things: one row each, from which reading, writing, sorting and
//! merging follow.

use super::error::Fault;
use super::front::Front;
use super::record::{self, Home, Name, Wrong};
use super::write::Writer;
use crate::capture::{Answer, Coverage, Held, Shared};
use crate::model::refs::qualified;
use crate::model::{Gap, Kind, Ref, Scope, Str, Text, ec2, elb, iam, lambda, rest, v2};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// A thing that several APIs may share.
trait Fact {
    const KIND: Kind;
    /// The member that identifies it.
    const FIELD: &'static str;

    fn id(&self) -> Cow<'_, str>;

    /// How it is asked for by name, where that is not its identifier.
    fn asked_as(&self) -> Text {
        Text::from(&*self.id())
    }
}

macro_rules! fact {
    ($kind:ident $list:ident $type:ty: $id:ident $field:literal $(, $asked:expr)?) => {
        impl Fact for $type {
            const KIND: Kind = Kind::$kind;
            const FIELD: &'static str = $field;

            fn id(&self) -> Cow<'_, str> {
                self.$id.named()
            }

            $(fn asked_as(&self) -> Text {
                let asked: fn(&Self) -> Text = $asked;
                asked(self)
            })?
        }
    };
}

macro_rules! shared {
    ($($kind:ident $list:ident $type:ty: $id:ident $field:literal $(, $asked:expr)?;)+) => {
        $(fact! { $kind $list $type: $id $field $(, $asked)? })+

        impl Shared {
            /// By account, region and identifier: the order in which records are written.
            pub(super) fn sort(&mut self) {
                $(self.$list.sort_by(|a, b| key(a).cmp(&key(b)));)+
            }

            /// Lays what was seen later over this.
            pub(super) fn overlay(&mut self, newer: Shared, coverage: &Coverage) {
                let seen = Later::of(coverage);
                $(overlay(&mut self.$list, newer.$list, &seen);)+
            }
        }

        /// Reads the record of a shared thing.
        pub(super) fn read(kind: Kind, text: &str, home: Option<&Home>, front: &mut Front) -> Result<(), Wrong> {
            match kind {
                $(Kind::$kind => {
                    let held: Held<$type> = held(text, home)?;
                    front.first(kind, &held.scope, &held.facts.id())?;
                    front.shared.$list.push(held);
                })+
                Kind::RestApi | Kind::Api => {
                    return Err(Fault::Expected("the record of an API to be a restUnit or an apiUnit").into());
                }
            }
            Ok(())
        }

        /// Writes every shared thing.
        pub(super) fn write<W: Write>(shared: &Shared, to: &mut Writer<W>) -> miette::Result<()> {
            $({
                let mut things: Vec<_> = shared.$list.iter().collect();
                things.sort_by(|a, b| key(a).cmp(&key(b)));
                for held in things {
                    to.record(Name::Thing(Kind::$kind), Some(&held.scope), "facts", &held.facts)?;
                }
            })+
            Ok(())
        }
    };
}

shared! {
    Function functions lambda::Function: function_arn "FunctionArn",
        |it| qualified(&it.function_name, it.qualifier.as_ref());
    Role roles iam::Role: arn "Arn";
    ManagedPolicy managed_policies iam::ManagedPolicy: arn "Arn";
    VpcLinkV1 vpc_links_v1 rest::VpcLink: id "id";
    VpcLinkV2 vpc_links_v2 v2::VpcLink: vpc_link_id "VpcLinkId";
    LoadBalancer load_balancers elb::LoadBalancer: load_balancer_arn "LoadBalancerArn";
    TargetGroup target_groups elb::TargetGroup: target_group_arn "TargetGroupArn";
    NetworkInterface network_interfaces ec2::NetworkInterface: network_interface_id "NetworkInterfaceId";
    SecurityGroup security_groups ec2::SecurityGroup: group_id "GroupId";
    Subnet subnets ec2::Subnet: subnet_id "SubnetId";
    PrefixList prefix_lists ec2::PrefixList: prefix_list_id "PrefixListId";
    NetworkAcl network_acls ec2::NetworkAcl: network_acl_id "NetworkAclId";
    RouteTable route_tables ec2::RouteTable: route_table_id "RouteTableId";
}

fn key<T: Fact>(held: &Held<T>) -> (&Scope, Cow<'_, str>) {
    (&held.scope, held.facts.id())
}

fn held<T>(text: &str, home: Option<&Home>) -> Result<Held<T>, Wrong>
where
    T: Fact + serde::Serialize + serde::de::DeserializeOwned,
{
    let (spoken, facts): (_, T) = record::facts(text)?;
    let scope = spoken.scope(T::KIND, home)?;
    if facts.id().is_empty() {
        return Err(Fault::Incomplete { record: T::KIND.noun(), field: T::FIELD }.into());
    }
    Ok(Held { scope, facts })
}

/// An identifier as it is compared and printed: only a template's may have holes.
trait Named {
    fn named(&self) -> Cow<'_, str>;
}

impl Named for Str {
    fn named(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Named for Text {
    fn named(&self) -> Cow<'_, str> {
        self.lit().map_or_else(|| Cow::Owned(self.to_string()), Cow::Borrowed)
    }
}

/// What a later capture knows to be gone.
struct Later<'a> {
    listed: BTreeSet<(Kind, &'a Scope)>,
    absent: BTreeSet<&'a Ref>,
}

impl<'a> Later<'a> {
    fn of(coverage: &'a Coverage) -> Self {
        let absent = coverage.asked().filter(|(_, answer)| matches!(answer, Answer::Absent { .. }));
        // A list of functions shows neither aliases nor versions.
        let whole = |kind: Kind, gap: Option<&Gap>| gap.is_none() && kind != Kind::Function;
        let listed = coverage.listed().filter(|(kind, _, gap)| whole(*kind, *gap));
        Later {
            listed: listed.map(|(kind, scope, _)| (kind, scope)).collect(),
            absent: absent.map(|(asked, _)| asked).collect(),
        }
    }

    fn is_gone<T: Fact>(&self, held: &Held<T>) -> bool {
        self.listed.contains(&(T::KIND, &held.scope))
            || self.absent.contains(&Ref::new(T::KIND, held.scope.clone(), held.facts.asked_as()))
    }
}

fn overlay<T: Fact>(older: &mut Vec<Held<T>>, newer: Vec<Held<T>>, seen: &Later<'_>) {
    older.retain(|held| !seen.is_gone(held));
    let mut all: BTreeMap<(Scope, String), Held<T>> = BTreeMap::new();
    for held in std::mem::take(older).into_iter().chain(newer) {
        let (scope, id) = key(&held);
        all.insert((scope.clone(), id.into_owned()), held);
    }
    older.extend(all.into_values());
}
