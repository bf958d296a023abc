//! Network: ec2 2016-11-15. Everything is asked for by filter, never by id: one stale id
//! in a list of ids fails the whole call, a stale value in a filter only matches nothing.

mod convert;

use super::session::{Refusal, Region, Session, pages};
use crate::model::{Gap, ec2};
use crate::source::calls::Call;
use aws_sdk_ec2::types::Filter;

/// The most values that one call's filters may have.
pub(super) const VALUES: usize = 200;

/// One filter: its name and the values of which any may match.
pub(super) type Where<'a> = (&'a str, Vec<String>);

fn filters(filters: Vec<Where<'_>>) -> Option<Vec<Filter>> {
    Some(
        filters
            .into_iter()
            .map(|(name, values)| Filter::builder().name(name).set_values(Some(values)).build())
            .collect(),
    )
}

macro_rules! described {
    ($($(#[$meta:meta])* $name:ident: $type:ident by $call:ident, $operation:ident, $field:ident;)+) => {$(
        $(#[$meta])*
        pub(super) async fn $name(
            session: &Session,
            region: &Region,
            by: Vec<Where<'_>>,
        ) -> Result<Vec<ec2::$type>, Gap> {
            let request = region.ec2.$operation().set_filters(filters(by));
            pages(Call::$call, async |token| {
                let request = request.clone().set_next_token(token);
                let page = session.call(region, Call::$call, "*", || request.clone().send()).await?;
                Ok((page.$field.unwrap_or_default().into_iter().map(convert::$name).collect(), page.next_token))
            })
            .await
            .map_err(Refusal::gap)
        }
    )+};
}

described! {
    security_group: SecurityGroup by DescribeSecurityGroups, describe_security_groups, security_groups;
    subnet: Subnet by DescribeSubnets, describe_subnets, subnets;
    network_acl: NetworkAcl by DescribeNetworkAcls, describe_network_acls, network_acls;
    route_table: RouteTable by DescribeRouteTables, describe_route_tables, route_tables;
}

/// Also those that AWS services manage and an account may have hidden: load balancers'
/// nodes and VPC links' interfaces.
pub(super) async fn network_interface(
    session: &Session,
    region: &Region,
    by: Vec<Where<'_>>,
) -> Result<Vec<ec2::NetworkInterface>, Gap> {
    let request = region.ec2.describe_network_interfaces().include_managed_resources(true).set_filters(filters(by));
    pages(Call::DescribeNetworkInterfaces, async |token| {
        let request = request.clone().set_next_token(token);
        let page = session.call(region, Call::DescribeNetworkInterfaces, "*", || request.clone().send()).await?;
        let found = page.network_interfaces.unwrap_or_default();
        Ok((found.into_iter().map(convert::network_interface).collect(), page.next_token))
    })
    .await
    .map_err(Refusal::gap)
}

/// The current version's entries.
pub(super) async fn prefix_list(session: &Session, region: &Region, id: &str) -> Result<ec2::PrefixList, Refusal> {
    let on = format!("arn:{}:ec2:{}:{}:prefix-list/{id}", session.partition, region.name, session.account);
    let mut entries = pages(Call::GetManagedPrefixListEntries, async |token| {
        let request = region.ec2.get_managed_prefix_list_entries().prefix_list_id(id).set_next_token(token);
        let page = session.call(region, Call::GetManagedPrefixListEntries, &on, || request.clone().send()).await?;
        Ok((page.entries.unwrap_or_default(), page.next_token))
    })
    .await?;
    entries.sort_by(|a, b| a.cidr.cmp(&b.cidr));
    Ok(convert::prefix_list(id, entries))
}
