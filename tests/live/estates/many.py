"""Many small REST APIs on one function, for counting calls and meeting quotas."""

from concurrent.futures import ThreadPoolExecutor

from .functions import Functions, invocation_uri
from .gateway_v1 import lambda_proxy

VERBS = ("GET", "POST", "DELETE")


def build_many(world, count):
    functions = world.functions = Functions(world)
    uri = invocation_uri(functions.create("shop-shared"))
    functions.grant("every-api", "shop-shared", "*/*/*/*")
    gateway = world.aws("apigateway")
    with ThreadPoolExecutor(4) as threads:
        apis = list(threads.map(lambda number: small_api(gateway, f"shop-{number:04}", uri), range(count)))
    world.ids.update(apis=apis, function=functions.arns["shop-shared"])


def small_api(gateway, name, uri):
    """Three methods on the root, one deployment, two stages on it."""
    created = gateway.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})
    api, root = created["id"], created["rootResourceId"]
    for verb in VERBS:
        method = {"restApiId": api, "resourceId": root, "httpMethod": verb}
        gateway.put_method(**method, authorizationType="NONE")
        gateway.put_integration(**method, **lambda_proxy(uri))
    deployment = gateway.create_deployment(restApiId=api)["id"]
    for stage in ("prod", "staging"):
        gateway.create_stage(restApiId=api, stageName=stage, deploymentId=deployment)
    return api
