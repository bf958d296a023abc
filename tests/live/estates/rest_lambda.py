"""REST APIs in front of Lambda: by resource policy, by role, by alias, by stage variable, across regions."""

from .aws import REGION, allow, trust
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
from .gateway_v1 import READS, RestApi, edited_and_deployed, lambda_proxy
from .roles import GATEWAY, Roles, role_faults
from .roles import READS as ROLE_READS

OTHER_REGION = "eu-west-1"


def start(world, name):
    world.functions = Functions(world)
    world.rest = RestApi(world, name)


def publish(world):
    world.rest.stage("prod", world.rest.deploy())


# --- rest-permission


def build_permission(world):
    start(world, "shop")
    functions, rest = world.functions, world.rest
    names = ("storefront", "orders", "carts", "catalog", "products", "gate")
    arn = {name: functions.create(f"shop-{name}") for name in names}
    gate = rest.request_authorizer("gate", invocation_uri(arn["gate"]))
    by_function = {
        "GET /": "storefront",
        "GET /orders": "orders",
        "POST /orders": "orders",
        "GET /orders/{id}": "orders",
        "ANY /carts": "carts",
        "GET /products": "products",
        "ANY /{proxy+}": "catalog",
    }
    for route, function in by_function.items():
        authorizer = gate if route == "GET /products" else None
        rest.method(route, lambda_proxy(invocation_uri(arn[function])), authorizer)
    functions.grant("storefront", "shop-storefront", "{api}/*/GET/")
    functions.grant("list-orders", "shop-orders", "{api}/*/GET/orders")
    functions.grant("create-order", "shop-orders", "{api}/*/POST/orders")
    functions.grant("read-order", "shop-orders", "{api}/*/GET/orders/*")
    functions.grant("carts", "shop-carts", "{api}/*/*/carts")
    functions.grant("products", "shop-products", "{api}/*/GET/products")
    functions.grant("catalog", "shop-catalog", "{api}/*/*/*")
    functions.grant("gate", "shop-gate", "{api}/authorizers/{authorizer}")
    publish(world)


def deployed_then_mended(world):
    """The stage serves the broken deployment; only the draft has been mended."""
    edited_and_deployed("GET /orders", integrationHttpMethod="GET")(world)
    world.rest.edit("GET /orders", integrationHttpMethod="POST")


def broken_draft(world):
    world.rest.edit("GET /orders", integrationHttpMethod="GET")


NOT_POST = "lambda-integration-not-post"
ORDERS = ("GET /orders", "POST /orders", "GET /orders/{id}")

PERMISSION_FAULTS = [
    *grant_faults("carts", "{api}/*/*/carts", "ANY /carts"),
    Fault("grant-for-wrong-verb", regrant("create-order", resource="{api}/*/PUT/orders"), denied("POST /orders")),
    Fault("grant-for-wrong-path", regrant("read-order", resource="{api}/*/GET/order/*"), denied("GET /orders/{id}")),
    Fault("grant-with-trailing-slash", regrant("list-orders", resource="{api}/*/GET/orders/"), denied("GET /orders")),
    Fault("grant-for-root-without-slash", regrant("storefront", resource="{api}/*/GET"), denied("GET /")),
    Fault(
        "one-of-three-grants-missing", lambda world: world.functions.revoke("read-order"), denied("GET /orders/{id}")
    ),
    # R-G6, edges: the granted verb of an ANY method works, the others do not.
    Fault(
        "grant-for-one-verb-of-any",
        regrant("carts", resource="{api}/*/GET/carts"),
        [warning("lambda-invoke-denied", "ANY /carts")],
    ),
    Fault("fine-grant-for-verb-any", regrant("carts", resource="{api}/*/ANY/carts"), []),
    Fault("fine-grant-for-whole-api", regrant("carts", resource="{api}/*"), []),
    Fault(
        "fine-grant-for-own-source-account",
        lambda world: world.functions.regrant("carts", source_account=world.aws.account),
        [],
    ),
    Fault("fine-grant-with-question-mark", regrant("list-orders", resource="{api}/prod/?ET/orders"), []),
    *function_faults("shop-orders", *ORDERS),
    slow_function_fault("shop-orders", *ORDERS),
    # R-G17: equal values still race.
    slow_function_fault("shop-carts", name="fine-function-as-slow-as-integration", seconds=29),
    Fault(
        "integration-method-get",
        edited_and_deployed("GET /orders", integrationHttpMethod="GET"),
        [error(NOT_POST, "GET /orders")],
    ),
    # What the stage serves is whole; the next deployment will break it.
    Fault("integration-method-get-in-draft", broken_draft, [warning(NOT_POST, "GET /orders")]),
    Fault("integration-method-get-until-deployed", deployed_then_mended, [error(NOT_POST, "GET /orders")]),
    # Half a second is little for a cold start, and less than the ten seconds the function may take.
    Fault(
        "integration-timeout-half-second",
        edited_and_deployed("GET /products", timeoutInMillis=500),
        [
            warning("integration-timeout-too-small", "GET /products"),
            warning("lambda-timeout-exceeds-integration", "GET /products"),
        ],
    ),
    *authorizer_faults("gate", "shop-gate", "GET /products"),
]


# --- rest-role


def build_role(world):
    start(world, "shop-by-role")
    functions, rest = world.functions, world.rest
    roles = world.roles = Roles(world)
    orders, products, carts = (functions.create(f"shop-{name}") for name in ("orders", "products", "carts"))
    version = functions.publish("shop-carts", "first")
    live = world.aws("lambda").create_alias(FunctionName="shop-carts", Name="live", FunctionVersion=version)["AliasArn"]

    invoke = "lambda:InvokeFunction"
    by_orders = roles.create("shop-gateway-orders")
    roles.inline("shop-gateway-orders", "invoke", allow(invoke, orders))
    boundary = roles.managed("shop-boundary", allow("lambda:*", "*"))
    by_products = roles.create("shop-gateway-products", boundary=boundary)
    roles.attach("shop-gateway-products", roles.managed("shop-invoke-products", allow(invoke, products)))
    by_carts = roles.create("shop-gateway-carts")
    roles.inline("shop-gateway-carts", "invoke", allow(invoke, live))

    rest.method("GET /orders", lambda_proxy(invocation_uri(orders), credentials=by_orders))
    rest.method("POST /orders", lambda_proxy(invocation_uri(orders), credentials=by_orders))
    rest.method("GET /products", lambda_proxy(invocation_uri(products), credentials=by_products))
    rest.method("GET /carts", lambda_proxy(invocation_uri(live), credentials=by_carts))
    publish(world)


def unusable(*routes):
    return [error("credentials-role-unusable", *routes)]


def carts_bare_only(world):
    arn = world.functions.arns["shop-carts"]
    world.roles.inline("shop-gateway-carts", "invoke", allow("lambda:InvokeFunction", arn))


def carts_with_star(world):
    arn = world.functions.arns["shop-carts"]
    world.roles.inline("shop-gateway-carts", "invoke", allow("lambda:InvokeFunction", f"{arn}*"))


def trusted_for_own_account(operator):
    def change(world):
        condition = {operator: {"aws:SourceAccount": world.aws.account}}
        world.roles.trusted_by("shop-gateway-carts", trust(GATEWAY, condition=condition))

    return change


def narrower_boundary(world):
    world.roles.bound("shop-gateway-products", world.roles.managed("shop-boundary-sqs", allow("sqs:*", "*")))


def boundary_removed(world):
    world.aws("iam").delete_role_permissions_boundary(RoleName="shop-gateway-products")


def managed_policy_rewritten(world):
    world.roles.rewrite("shop-invoke-products", allow("lambda:GetFunction", "*"))


def managed_policy_detached(world):
    world.roles.detach("shop-gateway-products", "shop-invoke-products")


ROLE_FAULTS = [
    *role_faults(
        "shop-gateway-orders",
        "invoke",
        action="lambda:InvokeFunction",
        other_action="lambda:GetFunction",
        other_resource=f"arn:aws:lambda:{REGION}:123456789012:function:shop-invoices",
        routes=("GET /orders", "POST /orders"),
    ),
    Fault("role-allows-bare-function-only", carts_bare_only, unusable("GET /carts")),
    Fault("fine-role-allows-with-star", carts_with_star, []),
    # §1.5: one field report says the key is not sent at all, so a condition on it is a warning, and IfExists holds.
    Fault(
        # One field report says that the call carries no aws:SourceAccount; AWS does not say.
        "unknown-role-trusts-own-account",
        trusted_for_own_account("StringEquals"),
        [],
    ),
    Fault("fine-role-trusts-own-account-if-exists", trusted_for_own_account("StringEqualsIfExists"), []),
    Fault("boundary-without-invoke", narrower_boundary, unusable("GET /products")),
    Fault("fine-boundary-removed", boundary_removed, []),
    Fault("managed-policy-rewritten", managed_policy_rewritten, unusable("GET /products")),
    Fault("managed-policy-detached", managed_policy_detached, unusable("GET /products")),
    *function_faults("shop-orders", "GET /orders", "POST /orders"),
    # No resource policy is asked when a role is given, so the alias is all that is missed.
    Fault(
        "alias-deleted",
        lambda world: world.functions.delete_alias("shop-carts", "live"),
        [error("lambda-target-missing", "GET /carts")],
    ),
    slow_function_fault("shop-products", "GET /products"),
]


# --- rest-alias


def build_alias(world):
    start(world, "shop-by-alias")
    functions, rest = world.functions, world.rest
    live = {}
    for name in ("orders", "products"):
        functions.create(f"shop-{name}")
        functions.publish(f"shop-{name}", "first")
        version = functions.publish(f"shop-{name}", "second")
        created = world.aws("lambda").create_alias(FunctionName=f"shop-{name}", Name="live", FunctionVersion=version)
        live[name] = created["AliasArn"]
    rest.method("GET /orders", lambda_proxy(invocation_uri(live["orders"])))
    rest.method("POST /orders", lambda_proxy(invocation_uri(live["orders"])))
    rest.method("GET /products", lambda_proxy(invocation_uri(live["products"])))
    functions.grant("orders", "shop-orders", "{api}/*/*/orders", qualifier="live")
    functions.grant("products", "shop-products", "{api}/*/GET/products", qualifier="live")
    world.ids["aliases"] = live
    publish(world)


def bare_function_invoked(world):
    uri = invocation_uri(world.functions.arns["shop-orders"])
    edited_and_deployed("GET /orders", uri=uri)(world)


def live_version_deleted(world):
    # Lambda itself may refuse to delete a version that an alias names; the emulator does not.
    world.aws("lambda").delete_function(FunctionName="shop-orders", Qualifier="2")


def slow_version_live(world):
    functions = world.functions
    world.aws("lambda").update_function_configuration(FunctionName="shop-orders", Timeout=60)
    version = functions.publish("shop-orders", "third")
    world.aws("lambda").update_alias(FunctionName="shop-orders", Name="live", FunctionVersion=version)


def slow_latest(world):
    world.aws("lambda").update_function_configuration(FunctionName="shop-orders", Timeout=60)


BOTH_ORDERS = ("GET /orders", "POST /orders")

ALIAS_FAULTS = [
    Fault("grant-on-bare-function", regrant("orders", qualifier=None), denied(*BOTH_ORDERS)),
    Fault("grant-on-version", regrant("orders", qualifier="2"), denied(*BOTH_ORDERS)),
    Fault("bare-function-invoked", bare_function_invoked, denied("GET /orders")),
    *grant_faults("products", "{api}/*/GET/products", "GET /products"),
    # An alias's policy goes with the alias: nothing to invoke, and nothing that grants it.
    Fault(
        "alias-deleted",
        lambda world: world.functions.delete_alias("shop-orders", "live"),
        [error("lambda-target-missing", *BOTH_ORDERS)],
    ),
    # Here the alias and its policy stay.
    Fault("alias-to-deleted-version", live_version_deleted, [error("lambda-target-missing", *BOTH_ORDERS)]),
    Fault("alias-to-slow-version", slow_version_live, [warning("lambda-timeout-exceeds-integration", *BOTH_ORDERS)]),
    Fault("fine-only-latest-is-slow", slow_latest, []),
    *function_faults("shop-orders", *BOTH_ORDERS),
]


# --- rest-stage-variable


def build_stage_variable(world):
    start(world, "shop-by-stage-variable")
    functions, rest = world.functions, world.rest
    for stage in ("prod", "staging"):
        functions.create(f"shop-orders-{stage}")
        functions.grant(stage, f"shop-orders-{stage}", "{api}/" + stage + "/*/orders")
    uri = invocation_uri(f"arn:aws:lambda:{REGION}:{world.aws.account}:function:${{stageVariables.fn}}")
    rest.method("GET /orders", lambda_proxy(uri))
    rest.method("POST /orders", lambda_proxy(uri))
    deployment = rest.deploy()
    for stage in ("prod", "staging"):
        rest.stage(stage, deployment, {"fn": f"shop-orders-{stage}"})


def variable_names_nothing(world):
    world.aws("apigateway").update_stage(
        restApiId=world.rest.id,
        stageName="staging",
        patchOperations=[{"op": "replace", "path": "/variables/fn", "value": "shop-orders-retired"}],
    )


def variable_names_other_stage(world):
    world.aws("apigateway").update_stage(
        restApiId=world.rest.id,
        stageName="staging",
        patchOperations=[{"op": "replace", "path": "/variables/fn", "value": "shop-orders-prod"}],
    )


STAGING = {"stages": ["staging"]}

STAGE_VARIABLE_FAULTS = [
    *grant_faults("staging", "{api}/staging/*/orders", *BOTH_ORDERS, stages=["staging"]),
    Fault(
        "grant-for-wrong-verb",
        regrant("prod", resource="{api}/prod/GET/orders"),
        denied("POST /orders", stages=["prod"]),
    ),
    # The prod function's grant is pinned to the prod stage.
    Fault("variable-names-other-stages-function", variable_names_other_stage, denied(*BOTH_ORDERS, **STAGING)),
    # No such function, hence no policy of it either.
    Fault(
        "variable-names-missing-function",
        variable_names_nothing,
        [error("lambda-target-missing", *BOTH_ORDERS, **STAGING)],
    ),
    *function_faults("shop-orders-prod", *BOTH_ORDERS, stages=["prod"]),
]


# --- rest-function-region


def build_function_region(world):
    start(world, "shop-across-regions")
    functions, rest = world.functions, world.rest
    reports = functions.create("shop-reports", region=OTHER_REGION)
    rest.method("GET /reports", lambda_proxy(invocation_uri(reports)))
    # §1.4: the source ARN carries the region of the function.
    functions.grant("reports", "shop-reports", "{api}/*/GET/reports", source_region=OTHER_REGION)
    publish(world)


FUNCTION_REGION_FAULTS = [
    Fault("grant-in-region-of-api", regrant("reports", source_region=REGION), denied("GET /reports")),
    Fault("no-grant", lambda world: world.functions.revoke("reports"), denied("GET /reports")),
]


BY_POLICY = [*READS, POLICY_READ, *FUNCTION_READS]
BY_ROLE = [*READS, *FUNCTION_READS, *ROLE_READS, "iam:GetPolicy", "iam:GetPolicyVersion"]

ESTATES = [
    Estate("rest-permission", build_permission, PERMISSION_FAULTS, [*BY_POLICY, "apigateway:GetAuthorizers"]),
    Estate("rest-role", build_role, ROLE_FAULTS, BY_ROLE),
    Estate("rest-alias", build_alias, ALIAS_FAULTS, BY_POLICY),
    Estate("rest-stage-variable", build_stage_variable, STAGE_VARIABLE_FAULTS, BY_POLICY),
    Estate("rest-function-region", build_function_region, FUNCTION_REGION_FAULTS, BY_POLICY),
]
