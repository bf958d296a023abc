"""A REST API that puts orders into a queue itself: an AWS integration with a role, no function in between."""

from .aws import REGION, allow
from .estate import Estate, Fault, warning
from .gateway_v1 import READS, RestApi, edited_and_deployed
from .roles import Roles, role_faults

ROUTE = "POST /orders"
ROLE = "shop-gateway-queue"


def build(world):
    sqs = world.aws("sqs")
    roles = world.roles = Roles(world)
    # Edge-optimised: here no integration may take longer than 29 seconds.
    rest = world.rest = RestApi(world, "shop-intake", endpoint="EDGE")
    url = sqs.create_queue(QueueName="shop-orders")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    role = roles.create(ROLE)
    roles.inline(ROLE, "send", allow("sqs:SendMessage", queue))
    rest.method(
        ROUTE,
        {
            "type": "AWS",
            "integrationHttpMethod": "POST",
            "uri": f"arn:aws:apigateway:{REGION}:sqs:path/{world.aws.account}/shop-orders",
            "credentials": role,
            "requestParameters": {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
            "requestTemplates": {"application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"},
            "passthroughBehavior": "NEVER",
            "timeoutInMillis": 29000,
        },
    )
    rest.respond(ROUTE, "200", "")
    rest.respond(ROUTE, "400", "[45]\\d{2}")
    rest.stage("prod", rest.deploy())
    world.ids["queue"] = queue


# Which action a service's call needs is not judged yet: these stay unknown.
NOT_JUDGED = {
    "role-without-policy",
    "role-allows-other-action",
    "role-allows-other-resource",
    "role-denies",
    "role-boundary-of-other-service",
}


def judged(faults):
    return [fault for fault in faults if fault.name not in NOT_JUDGED]


FAULTS = [
    *judged(role_faults(
        ROLE,
        "send",
        action="sqs:SendMessage",
        other_action="sqs:ReceiveMessage",
        other_resource=f"arn:aws:sqs:{REGION}:123456789012:shop-invoices",
        routes=(ROUTE,),
    )),
    Fault(
        "integration-timeout-half-second",
        edited_and_deployed(ROUTE, timeoutInMillis=500),
        [warning("integration-timeout-too-small", ROUTE)],
    ),
    # R-K2: impossible on an edge-optimised API. Only requests that do take longer die, hence a warning.
    Fault(
        "integration-timeout-one-minute",
        edited_and_deployed(ROUTE, timeoutInMillis=60000),
        [warning("integration-timeout-above-limit", ROUTE)],
    ),
    Fault("fine-integration-timeout-one-second", edited_and_deployed(ROUTE, timeoutInMillis=1000), []),
]

ESTATES = [Estate("aws-service", build, FAULTS, [*READS, "iam:GetRole"])]
