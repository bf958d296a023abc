"""The one door to the emulated account: cached boto3 clients and the identifiers everything else is built from."""

import functools
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
SESSION = boto3.Session(aws_access_key_id="AKIDTEST", aws_secret_access_key="not-a-secret", region_name=REGION)
CONFIG = Config(retries={"total_max_attempts": 1}, max_pool_connections=16)


@functools.lru_cache(maxsize=64)
def client(endpoint, service, region):
    return SESSION.client(service, endpoint_url=endpoint, region_name=region, config=CONFIG)


class Aws:
    """An endpoint and its account. `plain` says that no proxy stands in front of the emulator."""

    def __init__(self, endpoint, plain=False):
        self.endpoint = endpoint
        self.plain = plain
        self.account = self("sts").get_caller_identity()["Account"]

    def __call__(self, service, region=REGION):
        return client(self.endpoint, service, region)

    def through_proxy(self, call, **arguments):
        """Makes a call that the emulator alone does not implement; without the proxy its refusal is tolerated."""
        try:
            return call(**arguments)
        except ClientError as refused:
            if self.plain and refused.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 500, 501):
                return {}
            raise

    def execute_api_arn(self, resource, region=REGION, account=None, partition="aws"):
        """The ARN that API Gateway presents as aws:SourceArn; `resource` begins with the API id."""
        return f"arn:{partition}:execute-api:{region}:{account or self.account}:{resource}"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def deny(action, resource):
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def trust(service, effect="Allow", condition=None):
    statement = {"Effect": effect, "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return statement
