"""What can be wrong between API Gateway and a private backend, hop by hop, for every kind of API."""

from . import overrides
from .estate import Fault, error, warning

LINK_MISSING = "vpc-link-missing"
LINK_UNAVAILABLE = "vpc-link-not-available"
LINK_VERSION = "vpc-link-version-mismatch"
BALANCER_GONE = "vpc-link-load-balancer-gone"
LISTENER_MISSING = "listener-missing"
EMPTY = "target-group-empty"
UNUSABLE = "targets-unusable"
UNHEALTHY = "targets-unhealthy"
LINK_EGRESS = "vpc-link-egress-blocked"
BALANCER_INGRESS = "load-balancer-ingress-blocked"
BALANCER_EGRESS = "load-balancer-egress-blocked"
TARGET_INGRESS = "target-ingress-blocked"
ENFORCED = "privatelink-ingress-enforced"
NETWORK_ACL = "network-acl-blocked"
ROUTE = "route-blocked"


def closing(*rules):
    def change(world):
        for rule in rules:
            world.network.close(rule)

    return change


def reopening(rule, group, direction, port, *peers):
    """The same rule, made again with another port or for other peers."""

    def change(world):
        world.network.close(rule)
        world.network.open(rule, group, direction, port, *peers)

    return change


def delete_balancer(world):
    world.balancer.elb.delete_load_balancer(LoadBalancerArn=world.balancer.arn)


def delete_listener(world):
    world.balancer.elb.delete_listener(ListenerArn=world.balancer.listener)


def move_listener(world):
    world.balancer.elb.modify_listener(ListenerArn=world.balancer.listener, Port=8081)


def link_v1_faults(*routes):
    """R-J1, R-J2, V-C1. AWS refuses to delete a link that a deployment names; the emulator does not."""

    def deleted(world):
        world.aws("apigateway").delete_vpc_link(vpcLinkId=world.ids["link"])

    def status(value):
        return lambda world: overrides.link_v1_status(value)

    return [
        Fault("link-deleted", deleted, [error(LINK_MISSING, *routes)]),
        Fault("link-failed", status("FAILED"), [error(LINK_UNAVAILABLE, *routes)]),
        Fault("link-deleting", status("DELETING"), [error(LINK_UNAVAILABLE, *routes)]),
        Fault("link-pending", status("PENDING"), [warning(LINK_UNAVAILABLE, *routes)]),
    ]


def link_v2_faults(*routes):
    """R-J1, R-J3, V-C1."""

    def deleted(world):
        world.aws("apigatewayv2").delete_vpc_link(VpcLinkId=world.ids["link"])

    def status(value):
        return lambda world: overrides.link_v2_status(value)

    return [
        Fault("link-deleted", deleted, [error(LINK_MISSING, *routes)]),
        Fault("link-failed", status("FAILED"), [error(LINK_UNAVAILABLE, *routes)]),
        Fault("link-deleting", status("DELETING"), [error(LINK_UNAVAILABLE, *routes)]),
        Fault("link-inactive", status("INACTIVE"), [warning(LINK_UNAVAILABLE, *routes)]),
        Fault("link-pending", status("PENDING"), [warning(LINK_UNAVAILABLE, *routes)]),
    ]


def target_faults(*routes, application=False, instances=True):
    """V-C23, V-C24, V-C25, R-J9. `application`: behind an application load balancer, which alone gives full reasons."""

    def stop(*names):
        def change(world):
            stopped = [world.network.instances[name] for name in names]
            world.aws("ec2").stop_instances(InstanceIds=stopped)

        return change

    def health(state, reason):
        return lambda world: [overrides.target_health(state, reason)]

    faults = [
        Fault("targets-deregistered", lambda world: world.balancer.deregister(), [error(EMPTY, *routes)]),
        # V-C23 ignores targets that are draining, and nothing else is left.
        Fault("targets-draining", health("draining", "Target.DeregistrationInProgress"), [error(EMPTY, *routes)]),
        Fault("targets-in-other-zone", health("unused", "Target.NotInUse"), [error(UNUSABLE, *routes)]),
        # Load balancers fail open: all unhealthy is as good as all healthy, until it is not.
        Fault(
            "targets-failing-checks", health("unhealthy", "Target.FailedHealthChecks"), [warning(UNHEALTHY, *routes)]
        ),
    ]
    if application:
        mismatch = health("unhealthy", "Target.ResponseCodeMismatch")
        faults += [
            Fault("targets-timing-out", health("unhealthy", "Target.Timeout"), [warning(UNHEALTHY, *routes)]),
            Fault("targets-answering-otherwise", mismatch, [warning(UNHEALTHY, *routes)]),
        ]
    if instances:
        faults += [
            Fault("targets-stopped", stop("a", "b"), [error(UNUSABLE, *routes)]),
            Fault("one-target-stopped", stop("b"), [warning(UNUSABLE, *routes)]),
        ]
    else:
        faults += [Fault("targets-ip-unusable", health("unused", "Target.IpUnusable"), [error(UNUSABLE, *routes)])]
    return faults


def target_ingress_faults(*routes):
    """V-C28, R-J12."""
    return [
        Fault("target-ingress-removed", closing("app-a-in", "app-b-in"), [error(TARGET_INGRESS, *routes)]),
        Fault("one-target-ingress-removed", closing("app-b-in"), [warning(TARGET_INGRESS, *routes)]),
    ]


def balancer_egress_faults(*routes):
    """V-C29."""
    return [
        Fault(
            "balancer-egress-removed", closing("balancer-out-a", "balancer-out-b"), [error(BALANCER_EGRESS, *routes)]
        ),
        Fault("balancer-egress-to-one-target", closing("balancer-out-b"), [warning(BALANCER_EGRESS, *routes)]),
    ]


def link_leg_faults(*routes):
    """The leg from a v2 link to its load balancer (V-C8, V-C9, R-J14)."""
    egress, ingress = [error(LINK_EGRESS, *routes)], [error(BALANCER_INGRESS, *routes)]
    one_zone = reopening("balancer-in", "balancer", "ingress", 80, "10.20.1.0/24")
    both_zones = reopening("balancer-in", "balancer", "ingress", 80, "10.20.1.0/24", "10.20.2.0/24")
    return [
        Fault("link-egress-removed", closing("link-out"), egress),
        Fault("link-egress-to-other-port", reopening("link-out", "link", "egress", 443, "balancer"), egress),
        Fault("link-egress-to-other-group", reopening("link-out", "link", "egress", 80, "bastion"), egress),
        Fault("link-egress-to-other-range", reopening("link-out", "link", "egress", 80, "10.20.20.0/24"), egress),
        Fault("balancer-ingress-removed", closing("balancer-in"), ingress),
        Fault("balancer-ingress-on-other-port", reopening("balancer-in", "balancer", "ingress", 443, "link"), ingress),
        Fault(
            "balancer-ingress-from-other-group", reopening("balancer-in", "balancer", "ingress", 80, "bastion"), ingress
        ),
        # The link has interfaces in both of its subnets; one of them is let in.
        Fault("balancer-ingress-from-one-zone", one_zone, [warning(BALANCER_INGRESS, *routes)]),
        Fault("fine-balancer-ingress-by-ranges", both_zones, []),
    ]


EVERY_PORT = (0, 65535)


def network_acls(*acls):
    """Subnets, each with a network ACL of its own."""

    def change(world):
        for subnet, *entries in acls:
            world.network.network_acl(subnet, *entries)

    return change


def network_acl_faults(*routes, kind="app"):
    """V-C38, on the way to subnets of one kind in both zones."""
    wide = [(100, "in", *EVERY_PORT), (100, "out", *EVERY_PORT)]
    a, b = f"{kind}-a", f"{kind}-b"
    no_request = [(100, "in", 9999, 9999), wide[1]]
    no_reply = [wide[0], (100, "out", 80, 443)]
    some_replies = [wide[0], (100, "out", 32768, 65535)]
    return [
        Fault("network-acls-in", network_acls((a, *no_request), (b, *no_request)), [error(NETWORK_ACL, *routes)]),
        Fault("network-acls-replies", network_acls((a, *no_reply), (b, *no_reply)), [error(NETWORK_ACL, *routes)]),
        Fault("network-acl-in-one-zone", network_acls((b, *no_request)), [warning(NETWORK_ACL, *routes)]),
        Fault(
            "network-acls-some-replies",
            network_acls((a, *some_replies), (b, *some_replies)),
            [warning(NETWORK_ACL, *routes)],
        ),
        Fault("fine-network-acls-of-their-own", network_acls((a, *wide), (b, *wide)), []),
    ]


def route_faults(*routes):
    """V-C39: packets to the edge subnets leave the VPC by a route that is narrower than the local one.

    AWS would not take such a target for it; the emulator does, and what counts is how the answer is read.
    """

    def astray(*subnets):
        def change(world):
            gateway = world.network.internet_gateway()
            for subnet in subnets:
                world.network.route(subnet, "10.20.10.0/23", GatewayId=gateway)

        return change

    return [
        Fault("routes-lead-astray", astray("app-a", "app-b"), [error(ROUTE, *routes)]),
        Fault("route-leads-astray-in-one-zone", astray("app-b"), [warning(ROUTE, *routes)]),
    ]
