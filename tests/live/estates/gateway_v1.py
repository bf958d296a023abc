"""A REST API while it is being built: resources, methods, deployments and stages."""

READS = ["apigateway:GetResources", "apigateway:GetStages"]


class RestApi:
    def __init__(self, world, name, endpoint="REGIONAL"):
        self.world = world
        self.gateway = world.aws("apigateway")
        created = self.gateway.create_rest_api(name=name, endpointConfiguration={"types": [endpoint]})
        self.id = world.ids["api"] = created["id"]
        root = next(item for item in self.gateway.get_resources(restApiId=self.id)["items"] if item["path"] == "/")
        self.resources = {"/": root["id"]}
        self.integrations = {}
        self.responses = {}
        self.stages = []

    def resource(self, path):
        if path not in self.resources:
            parent, _, part = path.rpartition("/")
            created = self.gateway.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )
            self.resources[path] = created["id"]
        return self.resources[path]

    def method(self, route, integration, authorizer=None):
        """`route` is "VERB /path", as findings name it."""
        authorization = {"authorizationType": "NONE"}
        if authorizer:
            authorization = {"authorizationType": "CUSTOM", "authorizerId": authorizer}
        parameters = {f"method.request.path.{name}": True for name in path_parameters(route)}
        self.gateway.put_method(**self.key(route), **authorization, requestParameters=parameters)
        self.integrations[route] = integration
        self._put(route)

    def respond(self, route, status, pattern):
        """A method response and the integration response that leads to it."""
        self.gateway.put_method_response(**self.key(route), statusCode=status)
        self.responses.setdefault(route, []).append({"statusCode": status, "selectionPattern": pattern})
        self.gateway.put_integration_response(**self.key(route), **self.responses[route][-1])

    def request_authorizer(self, name, uri):
        created = self.gateway.create_authorizer(
            restApiId=self.id,
            name=name,
            type="REQUEST",
            authorizerUri=uri,
            identitySource="method.request.header.Authorization",
            authorizerResultTtlInSeconds=300,
        )
        self.world.ids["authorizer"] = created["id"]
        return created["id"]

    def edit(self, route, **changes):
        """Edits an integration in the draft; what is deployed stays. None removes a member."""
        merged = {**self.integrations[route], **changes}
        self.integrations[route] = {name: value for name, value in merged.items() if value is not None}
        self._put(route)

    def deploy(self):
        """A new deployment of the draft, put on every stage. Returns its id."""
        deployment = self.gateway.create_deployment(restApiId=self.id)["id"]
        for stage in self.stages:
            self.gateway.update_stage(
                restApiId=self.id,
                stageName=stage,
                patchOperations=[{"op": "replace", "path": "/deploymentId", "value": deployment}],
            )
        return deployment

    def stage(self, name, deployment, variables=None):
        self.gateway.create_stage(restApiId=self.id, stageName=name, deploymentId=deployment, variables=variables or {})
        self.stages.append(name)

    def key(self, route):
        verb, path = route.split(" ")
        return {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}

    def _put(self, route):
        """PutIntegration replaces, so that one call both makes and edits an integration; its responses go with it."""
        self.gateway.put_integration(**self.key(route), **self.integrations[route])
        for response in self.responses.get(route, []):
            self.gateway.put_integration_response(**self.key(route), **response)


def path_parameters(route):
    names = [part[1:-1] for part in route.split("/") if part.startswith("{")]
    return [name.rstrip("+") for name in names]


def lambda_proxy(uri, **details):
    return {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri, "timeoutInMillis": 29000, **details}


def private_proxy(route, link, host, **details):
    """HTTP_PROXY through a VPC link, path parameters passed on."""
    path = route.split(" ")[1].replace("+}", "}")
    parameters = {f"integration.request.path.{name}": f"method.request.path.{name}" for name in path_parameters(route)}
    return {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": route.split(" ")[0],
        "uri": f"http://{host}{path}",
        "connectionType": "VPC_LINK",
        "connectionId": link,
        "requestParameters": parameters,
        "timeoutInMillis": 29000,
        **details,
    }


def edited_and_deployed(route, **changes):
    """A change of one integration, brought to the stages as one brings it: by a deployment."""

    def change(world):
        world.rest.edit(route, **changes)
        world.rest.deploy()

    return change
