"""Private backends: VPC links of both versions, in front of network and application load balancers."""

from .estate import Estate, Fault, error, warning
from .gateway_v1 import RestApi, edited_and_deployed, private_proxy
from .gateway_v2 import Api2, edited
from .network import Balancer, Network
from .private_faults import (
    BALANCER_EGRESS,
    BALANCER_GONE,
    BALANCER_INGRESS,
    ENFORCED,
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
    link_v1_faults,
    link_v2_faults,
    move_listener,
    reopening,
    target_faults,
    target_ingress_faults,
)

REST_READS = ["apigateway:GetResources", "apigateway:GetStages"]
HTTP_READS = ["apigatewayv2:GetRoutes", "apigatewayv2:GetIntegrations", "apigatewayv2:GetStages"]
BALANCER_READS = [
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
]
GROUPS = "ec2:DescribeSecurityGroups"
# Where a rule names address ranges, the subnets say who has those addresses.
SUBNETS = "ec2:DescribeSubnets"
INTERFACES = "ec2:DescribeNetworkInterfaces"

EDGE_RANGES = ("10.20.10.0/24", "10.20.11.0/24")
NO_SUCH_LINK = "zzz999"


def network(world, *groups):
    """The VPC, its groups, and one instance in each zone with a group of its own."""
    built = world.parts["network"] = Network(world)
    for group in ("app-a", "app-b", *groups):
        built.group(group)
    for zone in "ab":
        built.instance(zone, f"app-{zone}", f"app-{zone}")
    return built


def open_targets(net, *peers):
    for zone in "ab":
        net.open(f"app-{zone}-in", f"app-{zone}", "ingress", 8080, *peers)


def open_balancer_to_targets(net):
    for zone in "ab":
        net.open(f"balancer-out-{zone}", "balancer", "egress", 8080, f"app-{zone}")


def link_v1(world, balancer):
    return world.aws("apigateway").create_vpc_link(name="shop-link", targetArns=[balancer.arn])["id"]


def link_v2(world):
    net = world.network
    made = world.aws("apigatewayv2").create_vpc_link(
        Name="shop-link", SubnetIds=net.pair("link"), SecurityGroupIds=[net.groups["link"]]
    )
    return made["VpcLinkId"]


def rest_api(world, link, routes, **details):
    rest = world.parts["rest"] = RestApi(world, "shop-private")
    world.ids["link"] = link
    for route in routes:
        rest.method(route, private_proxy(route, link, world.balancer.host, **details))
    rest.stage("prod", rest.deploy())


def http_api(world):
    world.ids["link"] = link_v2(world)
    api = world.parts["api"] = Api2(world, "shop-private", "HTTP")
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


def link_to_other_version(route):
    """A REST integration names a v2 link and no load balancer, as only v1 links do without one."""

    def change(world):
        if "link" not in world.network.groups:
            world.network.group("link")
        edited_and_deployed(route, connectionId=link_v2(world), integrationTarget=None)(world)

    return change


# --- vpclink-v1-nlb

REST_ROUTES = ("GET /products", "ANY /inventory/{proxy+}")


def build_v1_nlb(world):
    net = network(world)
    open_targets(net, *EDGE_RANGES)
    balancer = world.parts["balancer"] = Balancer(world, "network")
    rest_api(world, link_v1(world, balancer), REST_ROUTES)


def wrong_port(world):
    host = world.balancer.host
    edited_and_deployed("GET /products", uri=f"http://{host}:8443/products")(world)


def small_timeout(route):
    change = edited_and_deployed(route, timeoutInMillis=500)
    return Fault("integration-timeout-half-second", change, [warning("integration-timeout-too-small", route)])


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
    Fault("uri-with-other-port", wrong_port, [error(LISTENER_MISSING, "GET /products")]),
    *target_faults(*REST_ROUTES),
    *target_ingress_faults(*REST_ROUTES),
    Fault(
        "one-target-ingress-from-elsewhere",
        reopening("app-b-in", "app-b", "ingress", 8080, "192.168.0.0/16"),
        [warning(TARGET_INGRESS, *REST_ROUTES)],
    ),
    # The balancer's node in the other zone is shut out; the other target is untouched.
    Fault(
        "one-target-ingress-from-one-zone",
        reopening("app-b-in", "app-b", "ingress", 8080, EDGE_RANGES[0]),
        [warning(TARGET_INGRESS, *REST_ROUTES)],
    ),
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
    balancer = world.parts["balancer"] = Balancer(world, "network", group="balancer")
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
    balancer = world.parts["balancer"] = Balancer(world, "network")
    world.ids["link"] = link_v1(world, balancer)
    api = world.parts["api"] = Api2(world, "shop-notifications", "WEBSOCKET")
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


# --- vpclink-v2-alb

HTTP_ROUTES = ("GET /orders", "ANY /{proxy+}")


def build_v2_alb(world):
    link_network(world)
    world.parts["balancer"] = Balancer(world, "application", group="balancer")
    http_api(world)


def http_link_to_v1(world):
    network_balancer = world.aws("elbv2").create_load_balancer(
        Name="shop-legacy", Scheme="internal", Type="network", Subnets=world.network.pair("edge")
    )["LoadBalancers"][0]
    made = world.aws("apigateway").create_vpc_link(
        name="shop-legacy", targetArns=[network_balancer["LoadBalancerArn"]]
    )
    edited("orders", ConnectionId=made["id"])(world)


HTTP_LINK_FAULTS = [
    *link_v2_faults(*HTTP_ROUTES),
    Fault("link-id-mistyped", edited("orders", ConnectionId=NO_SUCH_LINK), [error(LINK_MISSING, "GET /orders")]),
    Fault("listener-deleted", delete_listener, [error(LISTENER_MISSING, *HTTP_ROUTES)]),
    # The listener that the integration names goes with its balancer.
    Fault("balancer-deleted", delete_balancer, [error(LISTENER_MISSING, *HTTP_ROUTES)]),
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
    balancer = world.parts["balancer"] = Balancer(world, "network", group="balancer", targets="ip")
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
    balancer = world.parts["balancer"] = Balancer(world, "network", targets="ip")
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
    balancer = world.parts["balancer"] = Balancer(world, "application", group="balancer")
    rest_api(world, link_v2(world), REST_V2_ROUTES, integrationTarget=balancer.arn)


def rest_v2_wrong_port(world):
    host = world.balancer.host
    edited_and_deployed("GET /orders", uri=f"http://{host}:8443/orders")(world)


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
    Fault("uri-with-other-port", rest_v2_wrong_port, [error(LISTENER_MISSING, "GET /orders")]),
    *link_leg_faults(*REST_V2_ROUTES),
    *balancer_egress_faults(*REST_V2_ROUTES),
    *target_faults(*REST_V2_ROUTES, application=True),
    *target_ingress_faults(*REST_V2_ROUTES),
    small_timeout("GET /orders"),
]


V1_DENIALS = ["apigateway:GetVpcLinks", *BALANCER_READS, GROUPS]
V2_DENIALS = ["apigatewayv2:GetVpcLinks", *BALANCER_READS, GROUPS]
SOCKET_DENIALS = [*HTTP_READS, *V1_DENIALS, SUBNETS]

ESTATES = [
    Estate("vpclink-v1-nlb", build_v1_nlb, V1_NLB_FAULTS, [*REST_READS, *V1_DENIALS, SUBNETS]),
    Estate("vpclink-v1-nlb-sg", build_v1_nlb_sg, V1_NLB_SG_FAULTS, [*REST_READS, *V1_DENIALS]),
    Estate("websocket-vpclink-v1", build_websocket, WEBSOCKET_FAULTS, SOCKET_DENIALS),
    Estate("vpclink-v2-alb", build_v2_alb, V2_ALB_FAULTS, [*HTTP_READS, *V2_DENIALS]),
    Estate("vpclink-v2-nlb", build_v2_nlb, V2_NLB_FAULTS, [*HTTP_READS, *V2_DENIALS, INTERFACES]),
    Estate("vpclink-v2-nlb-open", build_v2_nlb_open, V2_NLB_OPEN_FAULTS, [*HTTP_READS, *V2_DENIALS, SUBNETS, INTERFACES]),
    Estate("rest-vpclink-v2-alb", build_rest_v2_alb, REST_V2_FAULTS, [*REST_READS, *V2_DENIALS]),
]
