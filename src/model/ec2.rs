//! What stands between two network interfaces: ec2 2016-11-15.

use super::{Seen, Str, Text, aws_enum, facts};

aws_enum! {
    pub enum RouteState { Active = "active", Blackhole = "blackhole", Filtered = "filtered", }
    pub enum RuleAction { Allow = "allow", Deny = "deny", }
}

facts! { "PascalCase";
    pub struct NetworkInterface {
        pub network_interface_id: Str,
        /// `interface`, `api_gateway_managed`, `network_load_balancer`, …
        pub interface_type: Seen<Text>,
        /// `ELB app/{name}/{id}` for a load balancer's node.
        pub description: Seen<Text>,
        pub subnet_id: Seen<Text>,
        pub vpc_id: Seen<Text>,
        pub owner_id: Seen<Text>,
        pub groups: Seen<Vec<GroupIdentifier>>,
        pub private_ip_addresses: Seen<Vec<PrivateIpAddress>>,
        pub ipv6_addresses: Seen<Vec<Ipv6Address>>,
        pub attachment: Seen<Attachment>,
    }

    pub struct GroupIdentifier {
        pub group_id: Seen<Text>,
    }

    pub struct PrivateIpAddress {
        pub private_ip_address: Seen<Text>,
        pub primary: Seen<bool>,
    }

    pub struct Ipv6Address {
        pub ipv6_address: Seen<Text>,
    }

    pub struct Attachment {
        pub instance_id: Seen<Text>,
        pub device_index: Seen<i64>,
    }

    pub struct SecurityGroup {
        pub group_id: Text,
        pub group_name: Seen<Text>,
        pub vpc_id: Seen<Text>,
        pub owner_id: Seen<Text>,
        pub ip_permissions: Seen<Vec<IpPermission>>,
        pub ip_permissions_egress: Seen<Vec<IpPermission>>,
        pub tags: Vec<Tag>,
    }

    pub struct Tag {
        pub key: Str,
        pub value: Str,
    }

    pub struct IpPermission {
        /// `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all.
        pub ip_protocol: Seen<Text>,
        pub from_port: Seen<i64>,
        pub to_port: Seen<i64>,
        pub ip_ranges: Seen<Vec<IpRange>>,
        pub ipv6_ranges: Seen<Vec<Ipv6Range>>,
        pub prefix_list_ids: Seen<Vec<PrefixListId>>,
        pub user_id_group_pairs: Seen<Vec<UserIdGroupPair>>,
    }

    pub struct IpRange {
        pub cidr_ip: Seen<Text>,
    }

    pub struct Ipv6Range {
        pub cidr_ipv6: Seen<Text>,
    }

    pub struct PrefixListId {
        pub prefix_list_id: Seen<Text>,
    }

    pub struct UserIdGroupPair {
        pub group_id: Seen<Text>,
        pub user_id: Seen<Text>,
        pub vpc_id: Seen<Text>,
        pub vpc_peering_connection_id: Seen<Text>,
        pub peering_status: Seen<Text>,
    }

    pub struct Subnet {
        pub subnet_id: Text,
        pub vpc_id: Seen<Text>,
        pub owner_id: Seen<Text>,
        pub cidr_block: Seen<Text>,
        pub availability_zone: Seen<Text>,
        pub availability_zone_id: Seen<Text>,
        /// IPv6 blocks, associated ones only.
        pub ipv6_cidr_block_association_set: Seen<Vec<Ipv6Block>>,
    }

    pub struct Ipv6Block {
        pub ipv6_cidr_block: Seen<Text>,
    }

    pub struct PrefixList {
        pub prefix_list_id: Str,
        pub entries: Seen<Vec<PrefixListEntry>>,
    }

    pub struct PrefixListEntry {
        pub cidr: Seen<Text>,
    }

    pub struct NetworkAcl {
        pub network_acl_id: Text,
        pub vpc_id: Seen<Text>,
        pub is_default: Seen<bool>,
        pub entries: Seen<Vec<NetworkAclEntry>>,
        pub associations: Seen<Vec<SubnetAssociation>>,
    }

    pub struct SubnetAssociation {
        pub subnet_id: Seen<Text>,
        /// Of route tables: the table of every subnet without one of its own.
        pub main: Seen<bool>,
    }

    pub struct NetworkAclEntry {
        pub rule_number: Seen<i64>,
        pub egress: Seen<bool>,
        pub protocol: Seen<Text>,
        pub rule_action: Seen<RuleAction>,
        pub cidr_block: Seen<Text>,
        pub ipv6_cidr_block: Seen<Text>,
        pub port_range: Seen<PortRange>,
    }

    pub struct PortRange {
        pub from: Seen<i64>,
        pub to: Seen<i64>,
    }

    pub struct RouteTable {
        pub route_table_id: Text,
        pub vpc_id: Seen<Text>,
        pub associations: Seen<Vec<SubnetAssociation>>,
        pub routes: Seen<Vec<Route>>,
    }

    pub struct Route {
        pub destination_cidr_block: Seen<Text>,
        pub destination_ipv6_cidr_block: Seen<Text>,
        pub destination_prefix_list_id: Seen<Text>,
        /// `local`, `igw-…`, `vgw-…`, `vpce-…`.
        pub gateway_id: Seen<Text>,
        pub nat_gateway_id: Seen<Text>,
        pub transit_gateway_id: Seen<Text>,
        pub vpc_peering_connection_id: Seen<Text>,
        pub network_interface_id: Seen<Text>,
        pub origin: Seen<Text>,
        pub state: Seen<RouteState>,
    }
}
