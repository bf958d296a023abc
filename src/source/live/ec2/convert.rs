//! The SDK's EC2 structs as the model's.

use crate::model::{Seen, ec2};
use crate::source::live::facts::{id, list, number, text, word};
use aws_sdk_ec2::types as sdk;

pub(super) fn network_interface(eni: sdk::NetworkInterface) -> ec2::NetworkInterface {
    ec2::NetworkInterface {
        network_interface_id: id(eni.network_interface_id),
        interface_type: text(eni.interface_type.map(|kind| kind.as_str().to_owned())),
        description: text(eni.description),
        subnet_id: text(eni.subnet_id),
        vpc_id: text(eni.vpc_id),
        owner_id: text(eni.owner_id),
        groups: list(eni.groups, |group| ec2::GroupIdentifier { group_id: text(group.group_id) }),
        private_ip_addresses: list(eni.private_ip_addresses, |address| ec2::PrivateIpAddress {
            private_ip_address: text(address.private_ip_address),
            primary: address.primary.into(),
        }),
        ipv6_addresses: list(eni.ipv6_addresses, |address| ec2::Ipv6Address {
            ipv6_address: text(address.ipv6_address),
        }),
        attachment: eni
            .attachment
            .map(|attachment| ec2::Attachment {
                instance_id: text(attachment.instance_id),
                device_index: number(attachment.device_index),
            })
            .into(),
    }
}

pub(super) fn security_group(group: sdk::SecurityGroup) -> ec2::SecurityGroup {
    ec2::SecurityGroup {
        group_id: id(group.group_id),
        group_name: text(group.group_name),
        vpc_id: text(group.vpc_id),
        owner_id: text(group.owner_id),
        // A group without rules has an empty list, which the SDK reports as none.
        ip_permissions: list(Some(group.ip_permissions.unwrap_or_default()), permission),
        ip_permissions_egress: list(Some(group.ip_permissions_egress.unwrap_or_default()), permission),
        tags: {
            let tags = group.tags.unwrap_or_default().into_iter();
            let mut tags: Vec<ec2::Tag> = tags.map(|tag| ec2::Tag { key: id(tag.key), value: id(tag.value) }).collect();
            tags.sort_by(|a, b| a.key.cmp(&b.key));
            tags
        },
    }
}

fn permission(rule: sdk::IpPermission) -> ec2::IpPermission {
    ec2::IpPermission {
        ip_protocol: text(rule.ip_protocol),
        from_port: number(rule.from_port),
        to_port: number(rule.to_port),
        ip_ranges: list(rule.ip_ranges, |range| ec2::IpRange { cidr_ip: text(range.cidr_ip) }),
        ipv6_ranges: list(rule.ipv6_ranges, |range| ec2::Ipv6Range { cidr_ipv6: text(range.cidr_ipv6) }),
        prefix_list_ids: list(rule.prefix_list_ids, |it| ec2::PrefixListId { prefix_list_id: text(it.prefix_list_id) }),
        user_id_group_pairs: list(rule.user_id_group_pairs, |pair| ec2::UserIdGroupPair {
            group_id: text(pair.group_id),
            user_id: text(pair.user_id),
            vpc_id: text(pair.vpc_id),
            vpc_peering_connection_id: text(pair.vpc_peering_connection_id),
            peering_status: text(pair.peering_status),
        }),
    }
}

pub(super) fn subnet(subnet: sdk::Subnet) -> ec2::Subnet {
    let blocks = subnet.ipv6_cidr_block_association_set.map(|blocks| {
        let associated = blocks.into_iter().filter(|block| {
            let state = block.ipv6_cidr_block_state.as_ref().and_then(|state| state.state.as_ref());
            state.is_none_or(|state| *state == sdk::SubnetCidrBlockStateCode::Associated)
        });
        associated.map(|block| ec2::Ipv6Block { ipv6_cidr_block: text(block.ipv6_cidr_block) }).collect()
    });
    ec2::Subnet {
        subnet_id: id(subnet.subnet_id),
        vpc_id: text(subnet.vpc_id),
        owner_id: text(subnet.owner_id),
        cidr_block: text(subnet.cidr_block),
        availability_zone: text(subnet.availability_zone),
        availability_zone_id: text(subnet.availability_zone_id),
        ipv6_cidr_block_association_set: blocks.into(),
    }
}

pub(super) fn network_acl(acl: sdk::NetworkAcl) -> ec2::NetworkAcl {
    ec2::NetworkAcl {
        network_acl_id: id(acl.network_acl_id),
        vpc_id: text(acl.vpc_id),
        is_default: acl.is_default.into(),
        entries: list(acl.entries, |entry| ec2::NetworkAclEntry {
            rule_number: number(entry.rule_number),
            egress: entry.egress.into(),
            protocol: text(entry.protocol),
            rule_action: word(entry.rule_action.as_ref().map(sdk::RuleAction::as_str)),
            cidr_block: text(entry.cidr_block),
            ipv6_cidr_block: text(entry.ipv6_cidr_block),
            port_range: entry
                .port_range
                .map(|range| ec2::PortRange { from: number(range.from), to: number(range.to) })
                .into(),
        }),
        associations: list(acl.associations, |association| ec2::SubnetAssociation {
            subnet_id: text(association.subnet_id),
            main: Seen::Unset,
        }),
    }
}

pub(super) fn route_table(table: sdk::RouteTable) -> ec2::RouteTable {
    ec2::RouteTable {
        route_table_id: id(table.route_table_id),
        vpc_id: text(table.vpc_id),
        associations: list(table.associations, |association| ec2::SubnetAssociation {
            subnet_id: text(association.subnet_id),
            main: association.main.into(),
        }),
        routes: list(table.routes, |route| ec2::Route {
            destination_cidr_block: text(route.destination_cidr_block),
            destination_ipv6_cidr_block: text(route.destination_ipv6_cidr_block),
            destination_prefix_list_id: text(route.destination_prefix_list_id),
            gateway_id: text(route.gateway_id),
            nat_gateway_id: text(route.nat_gateway_id),
            transit_gateway_id: text(route.transit_gateway_id),
            vpc_peering_connection_id: text(route.vpc_peering_connection_id),
            network_interface_id: text(route.network_interface_id),
            origin: text(route.origin.map(|origin| origin.as_str().to_owned())),
            state: word(route.state.as_ref().map(sdk::RouteState::as_str)),
        }),
    }
}

pub(super) fn prefix_list(id: &str, entries: Vec<sdk::PrefixListEntry>) -> ec2::PrefixList {
    ec2::PrefixList {
        prefix_list_id: id.into(),
        entries: list(Some(entries), |entry| ec2::PrefixListEntry { cidr: text(entry.cidr) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_rules_lets_nothing_through() {
        let group = security_group(sdk::SecurityGroup::builder().group_id("sg-1").build());
        assert_eq!(group.ip_permissions, Seen::Set(Vec::new()));
        assert_eq!(group.ip_permissions_egress, Seen::Set(Vec::new()));
    }

    #[test]
    fn only_associated_ipv6_blocks_count() {
        let block = |cidr: &str, state| {
            sdk::SubnetIpv6CidrBlockAssociation::builder()
                .ipv6_cidr_block(cidr)
                .ipv6_cidr_block_state(sdk::SubnetCidrBlockState::builder().state(state).build())
                .build()
        };
        let found = sdk::Subnet::builder()
            .ipv6_cidr_block_association_set(block("2001:db8::/64", sdk::SubnetCidrBlockStateCode::Associated))
            .ipv6_cidr_block_association_set(block("2001:db8:1::/64", sdk::SubnetCidrBlockStateCode::Disassociated))
            .build();
        assert_eq!(subnet(found).ipv6_cidr_block_association_set.list().unwrap().len(), 1);
    }
}
