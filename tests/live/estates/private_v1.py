"""VPC links of version 1: a network load balancer behind PrivateLink, for REST and WebSocket APIs."""

from .estate import Estate, Fault, error, warning
from .gateway_v1 import READS as REST_READS
from .gateway_v1 import edited_and_deployed
from .gateway_v2 import READS as HTTP_READS
from .gateway_v2 import Api2, edited
from .network import Balancer
from .private_faults import (
    BALANCER_GONE,
    ENFORCED,
    LINK_MISSING,
    LINK_VERSION,
    LISTENER_MISSING,
    TARGET_INGRESS,
    balancer_egress_faults,
    closing,
    delete_balancer,
    delete_listener,
    link_v1_faults,
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
    NO_SUCH_LINK,
    link_v1,
    link_v2,
    network,
    open_balancer_to_targets,
    open_targets,
    rest_api,
    small_timeout,
    wrong_port,
)


def link_to_other_version(route):
    """A REST integration names a v2 link and no load balancer, as only v1 links do without one."""

    def change(world):
        world.network.group("link")
        edited_and_deployed(route, connectionId=link_v2(world), integrationTarget=None)(world)

    return change


# --- vpclink-v1-nlb

REST_ROUTES = ("GET /products", "ANY /inventory/{proxy+}")


def build_v1_nlb(world):
    net = network(world)
    open_targets(net, *EDGE_RANGES)
    balancer = world.balancer = Balancer(world, "network")
    rest_api(world, link_v1(world, balancer), REST_ROUTES)


from_own_zone = reopening("app-b-in", "app-b", "ingress", 8080, EDGE_RANGES[1])


def from_own_zone_of_two(world):
    from_own_zone(world)
    world.balancer.cross_zones()


V1_NLB_FAULTS = [
    *link_v1_faults(*REST_ROUTES),
    Fault(
        "link-id-mistyped",
        edited_and_deployed("GET /products", connectionId=NO_SUCH_LINK),
        [error(LINK_MISSING, "GET /products")],
    ),
    Fault("link-is-v2", link_to_other_version("GET /products"), [error(LINK_VERSION, "GET /products")]),
    Fault("balancer-deleted", delete_balancer, [error(BALANCER_GONE, *REST_ROUTES)]),
    Fault("listener-deleted", delete_listener, [error(LISTENER_MISSING, *REST_ROUTES)]),
    Fault("listener-on-other-port", move_listener, [error(LISTENER_MISSING, *REST_ROUTES)]),
    Fault("uri-with-other-port", wrong_port("GET /products"), [error(LISTENER_MISSING, "GET /products")]),
    *target_faults(*REST_ROUTES),
    *target_ingress_faults(*REST_ROUTES),
    *network_acl_faults(*REST_ROUTES),
    *route_faults(*REST_ROUTES),
    Fault(
        "one-target-ingress-from-elsewhere",
        reopening("app-b-in", "app-b", "ingress", 8080, "192.168.0.0/16"),
        [warning(TARGET_INGRESS, *REST_ROUTES)],
    ),
    # The balancer's node in its own zone is shut out, and no other sends to it; the other target is untouched.
    Fault(
        "one-target-ingress-from-other-zone",
        reopening("app-b-in", "app-b", "ingress", 8080, EDGE_RANGES[0]),
        [warning(TARGET_INGRESS, *REST_ROUTES)],
    ),
    Fault("fine-one-target-ingress-from-own-zone", from_own_zone, []),
    Fault("one-target-ingress-from-own-zone", from_own_zone_of_two, [warning(TARGET_INGRESS, *REST_ROUTES)]),
    # A balancer without groups may send to any port, so only the target's own group is in the way.
    Fault(
        "one-target-on-other-port",
        lambda world: world.balancer.move_target("b", 9090),
        [warning(TARGET_INGRESS, *REST_ROUTES)],
    ),
    # Through PrivateLink the targets always see the balancer's own addresses.
    Fault("fine-client-ip-preserved", lambda world: world.balancer.preserve_client_ip("true"), []),
    small_timeout("GET /products"),
]


# --- vpclink-v1-nlb-sg


def build_v1_nlb_sg(world):
    net = network(world, "balancer", "bastion", "whole-vpc", "everyone")
    net.open("balancer-in", "balancer", "ingress", 80, "bastion")
    net.open("whole-vpc-in", "whole-vpc", "ingress", 80, "10.20.0.0/16")
    net.open("everyone-in", "everyone", "ingress", 80, "0.0.0.0/0")
    open_balancer_to_targets(net)
    open_targets(net, "balancer")
    balancer = world.balancer = Balancer(world, "network", group="balancer")
    balancer.enforce("off")
    rest_api(world, link_v1(world, balancer), REST_ROUTES)


def enforced(*groups):
    return lambda world: world.balancer.enforce("on", *groups)


V1_NLB_SG_FAULTS = [
    # V-C11: only a group reference; API Gateway's client is never a member.
    Fault("ingress-enforced", enforced(), [error(ENFORCED, *REST_ROUTES)]),
    # A range of one's own: the client's addresses are not documented, and hardly these.
    Fault("ingress-enforced-for-whole-vpc", enforced("whole-vpc"), [warning(ENFORCED, *REST_ROUTES)]),
    Fault("fine-ingress-enforced-for-everyone", enforced("everyone"), []),
    Fault("fine-ingress-removed-while-not-enforced", closing("balancer-in"), []),
    *balancer_egress_faults(*REST_ROUTES),
    *target_ingress_faults(*REST_ROUTES),
]


# --- websocket-vpclink-v1

SOCKET_ROUTES = ("$connect", "$default")


def build_websocket(world):
    net = network(world)
    open_targets(net, *EDGE_RANGES)
    balancer = world.balancer = Balancer(world, "network")
    world.ids["link"] = link_v1(world, balancer)
    api = world.api = Api2(world, "shop-notifications", "WEBSOCKET")
    for key in SOCKET_ROUTES:
        uri = f"http://{balancer.host}/{key.strip('$')}"
        api.private_integration(key, uri, world.ids["link"], method="POST")
        api.route(key, key)
    api.deployed_stage("prod")


def socket_link_to_v2(world):
    world.network.group("link")
    edited("$default", ConnectionId=link_v2(world))(world)


WEBSOCKET_FAULTS = [
    *link_v1_faults(*SOCKET_ROUTES),
    Fault("link-is-v2", socket_link_to_v2, [error(LINK_VERSION, "$default")]),
    Fault("balancer-deleted", delete_balancer, [error(BALANCER_GONE, *SOCKET_ROUTES)]),
    Fault("listener-deleted", delete_listener, [error(LISTENER_MISSING, *SOCKET_ROUTES)]),
    *target_faults(*SOCKET_ROUTES),
    *target_ingress_faults(*SOCKET_ROUTES),
]


V1_DENIALS = ["apigateway:GetVpcLinks", *BALANCER_READS, GROUPS]
SOCKET_DENIALS = [*HTTP_READS, *V1_DENIALS]

ESTATES = [
    Estate("vpclink-v1-nlb", build_v1_nlb, V1_NLB_FAULTS, [*REST_READS, *V1_DENIALS]),
    Estate("vpclink-v1-nlb-sg", build_v1_nlb_sg, V1_NLB_SG_FAULTS, [*REST_READS, *V1_DENIALS]),
    Estate("websocket-vpclink-v1", build_websocket, WEBSOCKET_FAULTS, SOCKET_DENIALS),
]
