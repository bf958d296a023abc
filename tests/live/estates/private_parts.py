"""What private estates are built from, whatever the version of their VPC link."""

from .estate import Fault, warning
from .gateway_v1 import RestApi, edited_and_deployed, private_proxy
from .network import Network

BALANCER_READS = [
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
]
GROUPS = "ec2:DescribeSecurityGroups"
# Where a rule names address ranges, the subnets say who has those addresses.
INTERFACES = "ec2:DescribeNetworkInterfaces"

EDGE_RANGES = ("10.20.10.0/24", "10.20.11.0/24")
NO_SUCH_LINK = "zzz999"


def network(world, *groups):
    """The VPC, its groups, and one instance in each zone with a group of its own."""
    built = world.network = Network(world)
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
    rest = world.rest = RestApi(world, "shop-private")
    world.ids["link"] = link
    for route in routes:
        rest.method(route, private_proxy(route, link, world.balancer.host, **details))
    rest.stage("prod", rest.deploy())


def wrong_port(route):
    """The URI names a port on which the balancer does not listen."""

    def change(world):
        path = route.split(" ")[1]
        edited_and_deployed(route, uri=f"http://{world.balancer.host}:8443{path}")(world)

    return change


def small_timeout(route):
    change = edited_and_deployed(route, timeoutInMillis=500)
    return Fault("integration-timeout-half-second", change, [warning("integration-timeout-too-small", route)])
