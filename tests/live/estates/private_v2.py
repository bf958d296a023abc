"""VPC links of version 2: interfaces with security groups, for HTTP APIs and, with a target named, REST APIs."""

from .estate import Estate, Fault, error, warning
from .gateway_v1 import READS as REST_READS
from .gateway_v1 import edited_and_deployed
from .gateway_v2 import READS as HTTP_READS
from .gateway_v2 import Api2, edited
from .network import Balancer
from .private_faults import (
    BALANCER_EGRESS,
    BALANCER_GONE,
    BALANCER_INGRESS,
    LINK_EGRESS,
    LINK_MISSING,
    LINK_VERSION,
    LISTENER_MISSING,
    TARGET_INGRESS,
    balancer_egress_faults,
    closing,
    delete_balancer,
    delete_listener,
    link_leg_faults,
    link_v2_faults,
    move_listener,
    network_acl_faults,
    reopening,
    route_faults,
    target_faults,
    target_ingress_faults,
)
from .private_parts import (
    BALANCER_READS,
    EDGE_RANGES,
    GROUPS,
    INTERFACES,
    NO_SUCH_LINK,
    link_v2,
    network,
    open_balancer_to_targets,
    open_targets,
    rest_api,
    small_timeout,
    wrong_port,
)


def http_api(world):
    world.ids["link"] = link_v2(world)
    api = world.api = Api2(world, "shop-private", "HTTP")
    for name, key in (("orders", "GET /orders"), ("everything", "ANY /{proxy+}")):
        api.private_integration(name, world.balancer.listener, world.ids["link"])
        api.route(key, name)
    api.auto_deployed_stage()


def link_network(world):
    """Every leg by group reference: link -> balancer -> app."""
    net = network(world, "link", "balancer", "bastion")
    net.open("link-out", "link", "egress", 80, "balancer")
    net.open("balancer-in", "balancer", "ingress", 80, "link")
    open_balancer_to_targets(net)
    open_targets(net, "balancer")


# --- vpclink-v2-alb

HTTP_ROUTES = ("GET /orders", "ANY /{proxy+}")


def build_v2_alb(world):
    link_network(world)
    world.balancer = Balancer(world, "application", group="balancer")
    http_api(world)


def http_link_to_v1(world):
    network_balancer = world.aws("elbv2").create_load_balancer(
        Name="shop-legacy", Scheme="internal", Type="network", Subnets=world.network.pair("edge")
    )["LoadBalancers"][0]
    made = world.aws("apigateway").create_vpc_link(name="shop-legacy", targetArns=[network_balancer["LoadBalancerArn"]])
    edited("orders", ConnectionId=made["id"])(world)


HTTP_LINK_FAULTS = [
    *link_v2_faults(*HTTP_ROUTES),
    Fault("link-id-mistyped", edited("orders", ConnectionId=NO_SUCH_LINK), [error(LINK_MISSING, "GET /orders")]),
    Fault("listener-deleted", delete_listener, [error(LISTENER_MISSING, *HTTP_ROUTES)]),
    # The listener that the integration names goes with its balancer: one fault.
    Fault("balancer-deleted", delete_balancer, [error(BALANCER_GONE, *HTTP_ROUTES)]),
]

MOVED_LISTENER = Fault(
    "listener-on-other-port",
    move_listener,
    # The integration follows the listener's ARN to port 8081, where neither group has a rule.
    [error(LINK_EGRESS, *HTTP_ROUTES), error(BALANCER_INGRESS, *HTTP_ROUTES)],
)

V2_ALB_FAULTS = [
    *HTTP_LINK_FAULTS,
    Fault("link-is-v1", http_link_to_v1, [error(LINK_VERSION, "GET /orders")]),
    MOVED_LISTENER,
    *link_leg_faults(*HTTP_ROUTES),
    *balancer_egress_faults(*HTTP_ROUTES),
    *target_faults(*HTTP_ROUTES, application=True),
    *target_ingress_faults(*HTTP_ROUTES),
    *network_acl_faults(*HTTP_ROUTES),
    *route_faults(*HTTP_ROUTES),
    # Neither the balancer's group nor the target's knows the new port.
    Fault(
        "one-target-on-other-port",
        lambda world: world.balancer.move_target("b", 9090),
        [warning(BALANCER_EGRESS, *HTTP_ROUTES), warning(TARGET_INGRESS, *HTTP_ROUTES)],
    ),
    Fault(
        "integration-timeout-half-second",
        edited("orders", TimeoutInMillis=500),
        [warning("integration-timeout-too-small", "GET /orders")],
    ),
]


# --- vpclink-v2-nlb


def build_v2_nlb(world):
    link_network(world)
    balancer = world.balancer = Balancer(world, "network", group="balancer", targets="ip")
    balancer.enforce("off")  # PrivateLink only: a v2 link has to pass the inbound rules all the same
    balancer.preserve_client_ip("false")
    http_api(world)


def targets_admit_link(world):
    for zone in "ab":
        reopening(f"app-{zone}-in", f"app-{zone}", "ingress", 8080, "link")(world)


V2_NLB_FAULTS = [
    *HTTP_LINK_FAULTS,
    MOVED_LISTENER,
    *link_leg_faults(*HTTP_ROUTES),
    *balancer_egress_faults(*HTTP_ROUTES),
    *target_faults(*HTTP_ROUTES, instances=False),
    *target_ingress_faults(*HTTP_ROUTES),
    # V-C36: behind a network load balancer the client's group is not recognised.
    Fault("target-ingress-from-link-group", targets_admit_link, [error(TARGET_INGRESS, *HTTP_ROUTES)]),
    # A reference to the balancer's group holds with preservation too.
    Fault("fine-client-ip-preserved", lambda world: world.balancer.preserve_client_ip("true"), []),
]


# --- vpclink-v2-nlb-open: a balancer without groups, everything by address range


def build_v2_nlb_open(world):
    net = network(world, "link")
    net.open("link-out", "link", "egress", 80, *EDGE_RANGES)
    open_targets(net, *EDGE_RANGES)
    balancer = world.balancer = Balancer(world, "network", targets="ip")
    balancer.preserve_client_ip("false")
    http_api(world)


V2_NLB_OPEN_FAULTS = [
    # V-C36: the targets now see the link's addresses, and admit only the balancer's.
    Fault(
        "client-ip-preserved",
        lambda world: world.balancer.preserve_client_ip("true"),
        [error(TARGET_INGRESS, *HTTP_ROUTES)],
    ),
    Fault("link-egress-removed", closing("link-out"), [error(LINK_EGRESS, *HTTP_ROUTES)]),
    Fault(
        "link-egress-to-one-zone",
        reopening("link-out", "link", "egress", 80, EDGE_RANGES[0]),
        [warning(LINK_EGRESS, *HTTP_ROUTES)],
    ),
    *target_ingress_faults(*HTTP_ROUTES),
]


# --- rest-vpclink-v2-alb

REST_V2_ROUTES = ("GET /orders", "POST /orders", "GET /orders/{id}")


def build_rest_v2_alb(world):
    link_network(world)
    balancer = world.balancer = Balancer(world, "application", group="balancer")
    rest_api(world, link_v2(world), REST_V2_ROUTES, integrationTarget=balancer.arn)


REST_V2_FAULTS = [
    *link_v2_faults(*REST_V2_ROUTES),
    Fault(
        "link-id-mistyped",
        edited_and_deployed("GET /orders", connectionId=NO_SUCH_LINK),
        [error(LINK_MISSING, "GET /orders")],
    ),
    # V-C2: a v2 link without integrationTarget.
    Fault(
        "target-not-named",
        edited_and_deployed("GET /orders", integrationTarget=None),
        [error(LINK_VERSION, "GET /orders")],
    ),
    # V-C13, R-J13: what integrationTarget names is gone, and with it any listener to ask about.
    Fault("balancer-deleted", delete_balancer, [error(BALANCER_GONE, *REST_V2_ROUTES)]),
    Fault("listener-deleted", delete_listener, [error(LISTENER_MISSING, *REST_V2_ROUTES)]),
    Fault("listener-on-other-port", move_listener, [error(LISTENER_MISSING, *REST_V2_ROUTES)]),
    Fault("uri-with-other-port", wrong_port("GET /orders"), [error(LISTENER_MISSING, "GET /orders")]),
    *link_leg_faults(*REST_V2_ROUTES),
    *balancer_egress_faults(*REST_V2_ROUTES),
    *target_faults(*REST_V2_ROUTES, application=True),
    *target_ingress_faults(*REST_V2_ROUTES),
    small_timeout("GET /orders"),
]


V2_DENIALS = ["apigatewayv2:GetVpcLinks", *BALANCER_READS, GROUPS]

ESTATES = [
    Estate("vpclink-v2-alb", build_v2_alb, V2_ALB_FAULTS, [*HTTP_READS, *V2_DENIALS]),
    Estate("vpclink-v2-nlb", build_v2_nlb, V2_NLB_FAULTS, [*HTTP_READS, *V2_DENIALS, INTERFACES]),
    Estate(
        "vpclink-v2-nlb-open",
        build_v2_nlb_open,
        V2_NLB_OPEN_FAULTS,
        [*HTTP_READS, *V2_DENIALS, INTERFACES],
    ),
    Estate("rest-vpclink-v2-alb", build_rest_v2_alb, REST_V2_FAULTS, [*REST_READS, *V2_DENIALS]),
]
