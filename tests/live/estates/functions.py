"""Lambda functions, who may invoke them, and what can be wrong with either."""

import io
import zipfile

from . import overrides
from .aws import REGION, policy, trust
from .estate import Fault, error, warning

READS = ["lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"]
POLICY_READ = "lambda:GetPolicy"

STRANGER_ACCOUNT = "999988887777"
STRANGER_API = "a1b2c3d4e5"


class Functions:
    """The account's functions by name, and its grants to API Gateway by statement id."""

    def __init__(self, world):
        self.world = world
        self.aws = world.aws
        self.arns = {}
        self.grants = {}
        self.role = self.aws("iam").create_role(
            RoleName="shop-functions", AssumeRolePolicyDocument=policy(trust("lambda.amazonaws.com"))
        )["Role"]["Arn"]
        self.world.ids["functions"] = self.arns

    def create(self, name, region=REGION, timeout=10):
        self.arns[name] = self.aws("lambda", region).create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="index.handler",
            Role=self.role,
            Timeout=timeout,
            Code={"ZipFile": code(name)},
        )["FunctionArn"]
        return self.arns[name]

    def publish(self, name, revision):
        """A new version of the function; the code has to differ for Lambda to make one."""
        self.aws("lambda").update_function_code(FunctionName=name, ZipFile=code(f"{name} {revision}"))
        return self.aws("lambda").publish_version(FunctionName=name)["Version"]

    def grant(self, sid, function, resource, **details):
        """Lets API Gateway invoke; `resource` is the tail of the source ARN, `{api}` in it this world's API."""
        self._add(sid, {"function": function, "resource": resource, **details})

    def regrant(self, sid, **changes):
        """The same grant, made again with something else in it."""
        grant = {**self.grants[sid], **changes}
        self.revoke(sid)
        self._add(sid, grant)

    def revoke(self, sid):
        grant = self.grants.pop(sid)
        self._client(grant).remove_permission(FunctionName=grant["function"], StatementId=sid, **qualified(grant))

    def source_arn(self, grant):
        resource = grant["resource"]
        for name in ("api", "authorizer"):
            resource = resource.replace("{" + name + "}", self.world.ids.get(name, ""))
        if resource.startswith("arn:"):
            return resource
        account, partition = grant.get("account"), grant.get("partition", "aws")
        return self.aws.execute_api_arn(resource, grant.get("source_region", REGION), account, partition)

    def statement(self, sid, operator="ArnLike", effect="Allow"):
        """A grant as it stands in the function's policy."""
        grant = self.grants[sid]
        return {
            "Sid": f"{sid}-{effect.lower()}",
            "Effect": effect,
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": ":".join(filter(None, [self.arns[grant["function"]], grant.get("qualifier")])),
            "Condition": {operator: {"AWS:SourceArn": self.source_arn(grant)}},
        }

    def rewritten_policy(self, sid, *statements):
        """An override: the policy with other statements in place of one grant."""
        function = self.grants[sid]["function"]
        others = [other for other, grant in self.grants.items() if grant["function"] == function and other != sid]
        return overrides.function_policy(function, [*map(self.statement, others), *statements])

    def delete(self, function):
        """Deletes a function; its policy goes with it."""
        self.aws("lambda").delete_function(FunctionName=function)

    def delete_alias(self, function, alias):
        """Deletes an alias. Lambda drops the alias's policy with it; said here because the emulator does not."""
        for sid, grant in list(self.grants.items()):
            if (grant["function"], grant.get("qualifier")) == (function, alias):
                self.revoke(sid)
        self.aws("lambda").delete_alias(FunctionName=function, Name=alias)

    def _add(self, sid, grant):
        self.grants[sid] = grant
        account = {"SourceAccount": grant["source_account"]} if "source_account" in grant else {}
        self._client(grant).add_permission(
            FunctionName=grant["function"],
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=grant.get("principal", "apigateway.amazonaws.com"),
            SourceArn=self.source_arn(grant),
            **account,
            **qualified(grant),
        )

    def _client(self, grant):
        return self.aws("lambda", self.arns[grant["function"]].split(":")[3])


def qualified(grant):
    return {"Qualifier": grant["qualifier"]} if grant.get("qualifier") else {}


def code(comment):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", f"# {comment}\ndef handler(event, context): return {{'statusCode': 200}}\n")
    return archive.getvalue()


def invocation_uri(function_arn):
    """The integration URI API Gateway calls; the outer ARN carries the function's own region."""
    region = function_arn.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def regrant(sid, **changes):
    """The change of a fault: one grant, made again with something else in it."""
    return lambda world: world.functions.regrant(sid, **changes)


def denied(*routes, stages=None):
    return [error("lambda-invoke-denied", *routes, stages=stages)]


def grant_faults(sid, resource, *routes, prefix="", stages=None):
    """What can be wrong with one grant, whatever kind of API it is for (R-G5, R-G6, R-G8, R-G9, V-A1, V-B1)."""
    refused = denied(*routes, stages=stages)
    api, stage, *rest = resource.split("/")

    def explicit_deny(world):
        functions = world.functions
        deny = functions.statement(sid, effect="Deny")
        return [functions.rewritten_policy(sid, functions.statement(sid), deny)]

    def string_equals(world):
        functions = world.functions
        return [functions.rewritten_policy(sid, functions.statement(sid, operator="StringEquals"))]

    faults = [
        Fault("no-grant", lambda world: world.functions.revoke(sid), refused),
        Fault("grant-for-other-api", regrant(sid, resource="/".join([STRANGER_API, stage, *rest])), refused),
        Fault("grant-for-other-stage", regrant(sid, resource="/".join([api, "retired", *rest])), refused),
        Fault("grant-for-authorizers-only", regrant(sid, resource=f"{api}/authorizers/*"), refused),
        Fault("grant-in-other-region", regrant(sid, source_region="eu-west-1"), refused),
        Fault("grant-in-other-account", regrant(sid, account=STRANGER_ACCOUNT), refused),
        Fault("grant-in-other-partition", regrant(sid, partition="aws-cn"), refused),
        Fault(
            "grant-for-control-plane-arn",
            regrant(sid, resource=f"arn:aws:apigateway:{REGION}::/restapis/{api}/*"),
            refused,
        ),
        Fault("grant-to-other-service", regrant(sid, principal="events.amazonaws.com"), refused),
        Fault("grant-with-other-source-account", regrant(sid, source_account=STRANGER_ACCOUNT), refused),
        Fault("explicit-deny", explicit_deny, refused),
    ]
    if "*" in resource:
        # StringEquals takes the star literally, so no request ever matches.
        faults.append(Fault("grant-with-string-equals", string_equals, refused))
    return [Fault(prefix + fault.name, fault.change, fault.expect) for fault in faults]


def function_faults(function, *routes, prefix="", stages=None):
    """What can be wrong with a function itself (R-G4, R-G12, R-G14, V-A3)."""
    # The resource policy went with the function, but that is the same fault: one finding.
    missing = [error("lambda-target-missing", *routes, stages=stages)]

    def state(name, code, reason):
        return lambda world: [overrides.function_state(function, name, code, reason)]

    def no_concurrency(world):
        world.aws("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)

    not_invocable = "lambda-not-invocable"
    failed = state("Failed", "InvalidSubnet", "The subnet of the function no longer exists")
    inactive = state("Inactive", "Idle", "The function is idle")
    pending = state("Pending", "Creating", "The function is being created")
    faults = [
        Fault("function-deleted", lambda world: world.functions.delete(function), missing),
        Fault("function-failed", failed, [error(not_invocable, *routes, stages=stages)]),
        Fault("function-inactive", inactive, [warning(not_invocable, *routes, stages=stages)]),
        Fault("function-pending", pending, [warning(not_invocable, *routes, stages=stages)]),
        Fault(
            "reserved-concurrency-zero",
            no_concurrency,
            [error("lambda-reserved-concurrency-zero", *routes, stages=stages)],
        ),
    ]
    return [Fault(prefix + fault.name, fault.change, fault.expect) for fault in faults]


def slow_function_fault(function, *routes, name="slow-function", seconds=60):
    """R-G17, V-A5, V-B12: API Gateway gives up while the function still runs."""

    def slow(world):
        world.aws("lambda").update_function_configuration(FunctionName=function, Timeout=seconds)

    return Fault(name, slow, [warning("lambda-timeout-exceeds-integration", *routes)] if routes else [])


def authorizer_faults(sid, function, *routes):
    """R-D3, V-A15: the same questions for the function that decides who may pass."""
    refused = denied(*routes)

    return [
        Fault("authorizer-no-grant", lambda world: world.functions.revoke(sid), refused),
        # Three segments are asked for, `{api}/authorizers/{id}` has two.
        Fault("authorizer-three-star-grant", regrant(sid, resource="{api}/*/*/*"), refused),
        Fault("authorizer-grant-with-verb", regrant(sid, resource="{api}/*/GET/*"), refused),
        Fault("authorizer-grant-for-stage", regrant(sid, resource="{api}/prod/*"), refused),
        Fault("authorizer-grant-for-other-authorizer", regrant(sid, resource="{api}/authorizers/zz9zzz"), refused),
        Fault("fine-authorizer-two-star-grant", regrant(sid, resource="{api}/*/*"), []),
        Fault("fine-authorizer-any-grant", regrant(sid, resource="{api}/authorizers/*"), []),
        *function_faults(function, *routes, prefix="authorizer-"),
    ]
