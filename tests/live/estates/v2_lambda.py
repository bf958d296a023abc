"""HTTP and WebSocket APIs in front of Lambda."""

from .aws import REGION, allow
from .estate import Estate, Fault, error, warning
from .functions import (
    POLICY_READ,
    Functions,
    authorizer_faults,
    denied,
    function_faults,
    grant_faults,
    invocation_uri,
    regrant,
    slow_function_fault,
)
from .functions import READS as FUNCTION_READS
from .gateway_v2 import READS, Api2, edited
from .roles import READS as ROLE_READS
from .roles import Roles, role_faults


def too_small(name, *routes):
    """Half a second is little, and less than the function's ten seconds: two warnings from one number."""
    expect = [warning("integration-timeout-too-small", *routes), warning("lambda-timeout-exceeds-integration", *routes)]
    return Fault("integration-timeout-half-second", edited(name, TimeoutInMillis=500), expect)


# --- http-lambda


def build_http(world):
    functions = world.functions = Functions(world)
    roles = world.roles = Roles(world)
    api = world.api = Api2(world, "shop-http", "HTTP")
    arn = {name: functions.create(f"shop-{name}") for name in ("orders", "catalog", "carts", "products", "gate")}
    version = functions.publish("shop-carts", "first")
    live = world.aws("lambda").create_alias(FunctionName="shop-carts", Name="live", FunctionVersion=version)["AliasArn"]
    role = roles.create("shop-gateway-products")
    roles.inline("shop-gateway-products", "invoke", allow("lambda:InvokeFunction", arn["products"]))
    gate = api.request_authorizer("gate", invocation_uri(arn["gate"]))

    api.lambda_integration("orders", arn["orders"])
    api.lambda_integration("catalog", arn["catalog"])
    api.lambda_integration("carts", live)
    api.lambda_integration("products", arn["products"], CredentialsArn=role)
    api.route("GET /orders", "orders")
    api.route("POST /orders", "orders", authorizer=gate)
    api.route("ANY /{proxy+}", "catalog")
    api.route("GET /carts", "carts")
    api.route("GET /products", "products")
    functions.grant("list-orders", "shop-orders", "{api}/*/GET/orders")
    functions.grant("create-order", "shop-orders", "{api}/*/POST/orders")
    functions.grant("catalog", "shop-catalog", "{api}/*/*/{proxy+}")
    functions.grant("carts", "shop-carts", "{api}/*/GET/carts", qualifier="live")
    functions.grant("gate", "shop-gate", "{api}/authorizers/{authorizer}")
    api.auto_deployed_stage()


HTTP_FAULTS = [
    *grant_faults("catalog", "{api}/*/*/{proxy+}", "ANY /{proxy+}"),
    Fault("grant-for-wrong-verb", regrant("create-order", resource="{api}/*/PUT/orders"), denied("POST /orders")),
    Fault("grant-for-wrong-path", regrant("list-orders", resource="{api}/*/GET/order"), denied("GET /orders")),
    Fault("grant-with-trailing-slash", regrant("list-orders", resource="{api}/*/GET/orders/"), denied("GET /orders")),
    Fault("grant-for-stage-prod", regrant("list-orders", resource="{api}/prod/GET/orders"), denied("GET /orders")),
    Fault("grant-on-bare-function", regrant("carts", qualifier=None), denied("GET /carts")),
    Fault("fine-grant-for-stage-default", regrant("list-orders", resource="{api}/$default/GET/orders"), []),
    Fault("fine-grant-for-whole-api", regrant("catalog", resource="{api}/*/*"), []),
    *function_faults("shop-orders", "GET /orders", "POST /orders"),
    slow_function_fault("shop-orders", "GET /orders", "POST /orders"),
    Fault(
        "alias-deleted",
        lambda world: world.functions.delete_alias("shop-carts", "live"),
        [error("lambda-target-missing", "GET /carts")],
    ),
    too_small("catalog", "ANY /{proxy+}"),
    *authorizer_faults("gate", "shop-gate", "POST /orders"),
    *role_faults(
        "shop-gateway-products",
        "invoke",
        action="lambda:InvokeFunction",
        other_action="lambda:GetFunction",
        other_resource=f"arn:aws:lambda:{REGION}:123456789012:function:shop-invoices",
        routes=("GET /products",),
    ),
    *function_faults("shop-products", "GET /products", prefix="by-role-"),
]


# --- http-default


def build_default(world):
    functions = world.functions = Functions(world)
    api = world.api = Api2(world, "shop-default", "HTTP")
    api.lambda_integration("storefront", functions.create("shop-storefront"))
    api.route("$default", "storefront")
    functions.grant("storefront", "shop-storefront", "{api}/$default/$default")
    api.auto_deployed_stage()


DEFAULT_FAULTS = [
    *grant_faults("storefront", "{api}/$default/$default", "$default"),
    # Two segments after the API id are asked for; these want three.
    Fault("grant-with-three-stars", regrant("storefront", resource="{api}/*/*/*"), denied("$default")),
    Fault("grant-with-verb", regrant("storefront", resource="{api}/$default/GET/*"), denied("$default")),
    Fault("fine-grant-with-two-stars", regrant("storefront", resource="{api}/*/*"), []),
    Fault("fine-grant-for-any-stage", regrant("storefront", resource="{api}/*/$default"), []),
    *function_faults("shop-storefront", "$default"),
    slow_function_fault("shop-storefront", "$default"),
    too_small("storefront", "$default"),
]


# --- websocket


def build_websocket(world):
    functions = world.functions = Functions(world)
    api = world.api = Api2(world, "shop-support-chat", "WEBSOCKET")
    arn = {name: functions.create(f"shop-{name}") for name in ("sessions", "messages", "gate")}
    gate = api.request_authorizer("gate", invocation_uri(arn["gate"]))
    api.lambda_integration("sessions", invocation_uri(arn["sessions"]))
    api.lambda_integration("messages", invocation_uri(arn["messages"]))
    api.route("$connect", "sessions", authorizer=gate)
    api.route("$disconnect", "sessions")
    api.route("$default", "messages")
    api.route("sendmessage", "messages")
    functions.grant("connect", "shop-sessions", "{api}/*/$connect")
    functions.grant("disconnect", "shop-sessions", "{api}/*/$disconnect")
    functions.grant("default", "shop-messages", "{api}/*/$default")
    functions.grant("sendmessage", "shop-messages", "{api}/*/sendmessage")
    functions.grant("gate", "shop-gate", "{api}/authorizers/{authorizer}")
    api.deployed_stage("prod")


MESSAGES = ("$default", "sendmessage")

WEBSOCKET_FAULTS = [
    *grant_faults("sendmessage", "{api}/*/sendmessage", "sendmessage"),
    # Grants as REST APIs want them: WebSocket routes have no verb segment.
    Fault("grant-with-verb", regrant("sendmessage", resource="{api}/*/POST/sendmessage"), denied("sendmessage")),
    Fault("grant-with-three-stars", regrant("connect", resource="{api}/*/*/*"), denied("$connect")),
    Fault("grant-for-other-route", regrant("disconnect", resource="{api}/*/$connect"), denied("$disconnect")),
    Fault("fine-grant-with-two-stars", regrant("sendmessage", resource="{api}/*/*"), []),
    Fault("fine-grant-for-stage-prod", regrant("sendmessage", resource="{api}/prod/sendmessage"), []),
    *function_faults("shop-messages", *MESSAGES),
    slow_function_fault("shop-messages", *MESSAGES),
    too_small("messages", *MESSAGES),
    *authorizer_faults("gate", "shop-gate", "$connect"),
]


BY_POLICY = [*READS, POLICY_READ, *FUNCTION_READS]
AUTHORIZERS = "apigatewayv2:GetAuthorizers"

ESTATES = [
    Estate("http-lambda", build_http, HTTP_FAULTS, [*BY_POLICY, AUTHORIZERS, *ROLE_READS]),
    Estate("http-default", build_default, DEFAULT_FAULTS, BY_POLICY),
    Estate("websocket", build_websocket, WEBSOCKET_FAULTS, [*BY_POLICY, AUTHORIZERS]),
]
