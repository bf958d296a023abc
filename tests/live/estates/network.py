"""The network behind private integrations: subnets, security groups, instances, load balancers."""

from .aws import REGION

ANYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
IMAGE = "ami-12c6146b"


class Network:
    """One VPC in two zones. Load balancers and links live in the edge subnets, targets in the app subnets."""

    CIDRS = {
        "link-a": "10.20.1.0/24",
        "link-b": "10.20.2.0/24",
        "edge-a": "10.20.10.0/24",
        "edge-b": "10.20.11.0/24",
        "app-a": "10.20.20.0/24",
        "app-b": "10.20.21.0/24",
    }

    def __init__(self, world):
        self.world = world
        self.ec2 = world.aws("ec2")
        self.vpc = self.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        self.subnets = {name: self._subnet(cidr, name[-1]) for name, cidr in self.CIDRS.items()}
        self.groups = world.ids["groups"] = {}
        self.rules = {}
        self.instances = world.ids["instances"] = {}
        self.addresses = {}
        world.ids["vpc"] = self.vpc

    def pair(self, kind):
        return [self.subnets[f"{kind}-a"], self.subnets[f"{kind}-b"]]

    def group(self, name):
        """A security group that lets nothing in or out until told."""
        created = self.ec2.create_security_group(GroupName=f"shop-{name}", Description=f"shop {name}", VpcId=self.vpc)
        self.groups[name] = created["GroupId"]
        self.ec2.revoke_security_group_egress(GroupId=created["GroupId"], IpPermissions=ANYWHERE)
        return created["GroupId"]

    def open(self, rule, group, direction, port, *peers):
        """Opens a TCP port of a group towards other groups (by name) or address ranges."""
        groups = [{"GroupId": self.groups[peer]} for peer in peers if peer in self.groups]
        ranges = [{"CidrIp": peer} for peer in peers if peer not in self.groups]
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        if groups:
            permission["UserIdGroupPairs"] = groups
        if ranges:
            permission["IpRanges"] = ranges
        self.rules[rule] = (group, direction, [permission])
        call = getattr(self.ec2, f"authorize_security_group_{direction}")
        call(GroupId=self.groups[group], IpPermissions=[permission])

    def close(self, rule):
        group, direction, permissions = self.rules.pop(rule)
        call = getattr(self.ec2, f"revoke_security_group_{direction}")
        call(GroupId=self.groups[group], IpPermissions=permissions)

    def network_acl(self, subnet, *entries):
        """A network ACL of a subnet's own, with these entries: number, out or in, first and last port."""
        made = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for number, direction, first, last in entries:
            self.ec2.create_network_acl_entry(
                NetworkAclId=made,
                RuleNumber=number,
                Protocol="6",
                RuleAction="allow",
                Egress=direction == "out",
                CidrBlock="0.0.0.0/0",
                PortRange={"From": first, "To": last},
            )
        every = self.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])["NetworkAcls"]
        associations = [association for acl in every for association in acl["Associations"]]
        current = next(it for it in associations if it["SubnetId"] == self.subnets[subnet])
        self.ec2.replace_network_acl_association(
            AssociationId=current["NetworkAclAssociationId"], NetworkAclId=made
        )

    def route(self, subnet, cidr, **target):
        """A route table of a subnet's own, with one route beside the local one."""
        made = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=made, SubnetId=self.subnets[subnet])
        self.ec2.create_route(RouteTableId=made, DestinationCidrBlock=cidr, **target)

    def internet_gateway(self):
        made = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=self.vpc)
        return made

    def instance(self, name, subnet, *groups):
        launched = self.ec2.run_instances(
            ImageId=IMAGE,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.micro",
            SubnetId=self.subnets[subnet],
            SecurityGroupIds=[self.groups[group] for group in groups],
        )["Instances"][0]
        self.instances[name] = launched["InstanceId"]
        self.addresses[name] = launched["PrivateIpAddress"]

    def _subnet(self, cidr, zone):
        created = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=cidr, AvailabilityZone=REGION + zone)
        return created["Subnet"]["SubnetId"]


class Balancer:
    """An internal load balancer with one listener on port 80 and one target group on port 8080."""

    def __init__(self, world, kind, group=None, targets="instance"):
        self.world = world
        self.elb = world.aws("elbv2")
        network = world.network
        protocol = "HTTP" if kind == "application" else "TCP"
        groups = {"SecurityGroups": [network.groups[group]]} if group else {}
        balancer = self.elb.create_load_balancer(
            Name="shop-internal", Scheme="internal", Type=kind, Subnets=network.pair("edge"), **groups
        )["LoadBalancers"][0]
        self.arn, self.host = balancer["LoadBalancerArn"], balancer["DNSName"]
        health = {"HealthCheckPath": "/health"} if protocol == "HTTP" else {}
        self.target_group = self.elb.create_target_group(
            Name="shop-backend", Protocol=protocol, Port=8080, VpcId=network.vpc, TargetType=targets, **health
        )["TargetGroups"][0]["TargetGroupArn"]
        self.targets = self._targets(targets)
        self.elb.register_targets(TargetGroupArn=self.target_group, Targets=self.targets)
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.target_group}],
        )["Listeners"][0]["ListenerArn"]
        world.ids.update(load_balancer=self.arn, listener=self.listener, target_group=self.target_group)

    def _targets(self, kind):
        known = self.world.network.instances if kind == "instance" else self.world.network.addresses
        return [{"Id": target, "Port": 8080} for target in known.values()]

    def deregister(self):
        self.elb.deregister_targets(TargetGroupArn=self.target_group, Targets=self.targets)

    def move_target(self, name, port):
        """One target takes its traffic on another port from now on."""
        target = self.world.network.instances[name]
        old = [{"Id": target, "Port": 8080}]
        self.elb.deregister_targets(TargetGroupArn=self.target_group, Targets=old)
        self.elb.register_targets(TargetGroupArn=self.target_group, Targets=[{"Id": target, "Port": port}])

    def enforce(self, value, *groups):
        """Whether inbound rules apply to PrivateLink traffic; the proxy remembers what the emulator drops."""
        known = self.world.network.groups
        self.elb.set_security_groups(
            LoadBalancerArn=self.arn,
            SecurityGroups=[known[group] for group in ("balancer", *groups)],
            EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=value,
        )

    def cross_zones(self):
        """Every node sends to the targets of all zones; by default to those of its own."""
        self.elb.modify_load_balancer_attributes(
            LoadBalancerArn=self.arn, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
        )

    def preserve_client_ip(self, value):
        self.elb.modify_target_group_attributes(
            TargetGroupArn=self.target_group, Attributes=[{"Key": "preserve_client_ip.enabled", "Value": value}]
        )
