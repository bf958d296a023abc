"""Answers that the emulator cannot be brought to give, as edits for the proxy."""

import json


def function_state(function, state, code, reason):
    """GetFunctionConfiguration of one function reports another State."""
    return {
        "service": "lambda",
        "operation": "GetFunctionConfiguration",
        "contains": function,
        "merge": {"State": state, "StateReasonCode": code, "StateReason": reason},
    }


def function_policy(function, statements):
    """GetPolicy of one function: what AddPermission cannot write (a Deny, another operator)."""
    document = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    return {
        "service": "lambda",
        "operation": "GetPolicy",
        "contains": function,
        "merge": {"Policy": json.dumps(document)},
    }


def target_health(state, reason):
    """Every target of every target group is in another state."""
    health = f"<State>{state}</State><Reason>{reason}</Reason>"
    return {
        "service": "elasticloadbalancing",
        "operation": "DescribeTargetHealth",
        "replace": [["<State>healthy</State>", health]],
    }


def link_v1_status(status):
    return [_status("apigateway", operation, "status", status) for operation in ("GetVpcLinks", "GetVpcLink")]


def link_v2_status(status):
    return [_status("apigatewayv2", operation, "vpcLinkStatus", status) for operation in ("GetVpcLinks", "GetVpcLink")]


def _status(service, operation, member, status):
    return {
        "service": service,
        "operation": operation,
        "replace": [[f'"{member}":{space}"AVAILABLE"', f'"{member}":{space}"{status}"'] for space in ("", " ")],
    }
