"""Makes one boto3 call per line of stdin, without retries, and answers one line of JSON for each."""

import datetime
import functools
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


@functools.cache
def client(endpoint: str, service: str):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIDGATELINT",
        aws_secret_access_key="dummy",
        config=Config(retries={"total_max_attempts": 1}),
    )


def code() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", "def handler(event, context):\n    return {'statusCode': 200}\n")
    return archive.getvalue()


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return json.loads(value.read())  # an export


def call(request: dict) -> dict:
    params = request["params"]
    if request["operation"] == "create_function":
        params["Code"] = {"ZipFile": code()}
    try:
        answer = getattr(client(request["endpoint"], request["service"]), request["operation"])(**params)
    except ClientError as error:
        meta = error.response["ResponseMetadata"]
        return {"ok": False, "code": error.response["Error"]["Code"], "status": meta["HTTPStatusCode"]}
    headers = answer.pop("ResponseMetadata")["HTTPHeaders"]
    return {"ok": True, "value": answer, "constructed": headers.get("x-gatelint-constructed") == "true"}


for line in sys.stdin:
    print(json.dumps(call(json.loads(line)), default=plain), flush=True)
