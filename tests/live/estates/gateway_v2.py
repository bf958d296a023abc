"""HTTP and WebSocket APIs while they are being built."""

READS = ["apigatewayv2:GetRoutes", "apigatewayv2:GetIntegrations", "apigatewayv2:GetStages"]


class Api2:
    def __init__(self, world, name, protocol):
        self.world = world
        self.gateway = world.aws("apigatewayv2")
        selection = {"RouteSelectionExpression": "$request.body.action"} if protocol == "WEBSOCKET" else {}
        self.protocol = protocol
        self.id = self.gateway.create_api(Name=name, ProtocolType=protocol, **selection)["ApiId"]
        world.ids["api"] = self.id
        self.integrations = {}
        self.routes = {}
        self.stage_name = None

    def integration(self, name, **details):
        created = self.gateway.create_integration(ApiId=self.id, **details)
        self.integrations[name] = created["IntegrationId"]

    def lambda_integration(self, name, uri, **details):
        if self.protocol == "HTTP":
            details = {"PayloadFormatVersion": "2.0", "TimeoutInMillis": 30000, **details}
        else:
            details = {"TimeoutInMillis": 29000, **details}
        self.integration(name, IntegrationType="AWS_PROXY", IntegrationMethod="POST", IntegrationUri=uri, **details)

    def private_integration(self, name, uri, link, method="ANY"):
        details = {"PayloadFormatVersion": "1.0", "TimeoutInMillis": 30000}
        if self.protocol == "WEBSOCKET":
            details = {"TimeoutInMillis": 29000}
        self.integration(
            name,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod=method,
            IntegrationUri=uri,
            ConnectionType="VPC_LINK",
            ConnectionId=link,
            **details,
        )

    def edit(self, name, **changes):
        self.gateway.update_integration(ApiId=self.id, IntegrationId=self.integrations[name], **changes)

    def route(self, key, integration, authorizer=None):
        authorization = {"AuthorizationType": "NONE"}
        if authorizer:
            authorization = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer}
        target = f"integrations/{self.integrations[integration]}"
        created = self.gateway.create_route(ApiId=self.id, RouteKey=key, Target=target, **authorization)
        self.routes[key] = created["RouteId"]

    def request_authorizer(self, name, uri):
        details = {"IdentitySource": ["route.request.querystring.token"]}
        if self.protocol == "HTTP":
            details = {
                "IdentitySource": ["$request.header.Authorization"],
                "AuthorizerPayloadFormatVersion": "2.0",
                "EnableSimpleResponses": True,
                "AuthorizerResultTtlInSeconds": 300,
            }
        created = self.gateway.create_authorizer(
            ApiId=self.id, Name=name, AuthorizerType="REQUEST", AuthorizerUri=uri, **details
        )
        self.world.ids["authorizer"] = created["AuthorizerId"]
        return created["AuthorizerId"]

    def auto_deployed_stage(self, name="$default"):
        self.stage_name = name
        self.gateway.create_stage(ApiId=self.id, StageName=name, AutoDeploy=True)

    def deployed_stage(self, name):
        """A stage on a deployment made by hand, as WebSocket APIs need it."""
        self.gateway.create_stage(ApiId=self.id, StageName=name)
        self.stage_name = name
        self.deploy()

    def deploy(self):
        """A deployment of the draft, put on the stage. CreateDeployment is the proxy's: the emulator has none."""
        made = self.world.aws.through_proxy(self.gateway.create_deployment, ApiId=self.id, StageName=self.stage_name)
        self.world.ids["deployment"] = made.get("DeploymentId")


def edited(name, **changes):
    """A change of one integration, made live: at once by autoDeploy, or by a deployment."""

    def change(world):
        world.api.edit(name, **changes)
        if world.api.protocol == "WEBSOCKET":
            world.api.deploy()

    return change
