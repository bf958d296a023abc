"""Builds test estates in an emulated AWS account, one for each line read.

{"endpoint": "http://127.0.0.1:PORT", "estate": NAME, "fault": NAME or null}
    -> {"ok": true, "ids": {…}, "overrides": […], "expect": […], "denials": […]}
{"endpoint": …, "many": N}
    -> {"ok": true, "ids": {"apis": […], "function": …}, "overrides": [], "expect": [], "denials": []}
{"list": true}
    -> {"ok": true, "estates": {NAME: [FAULT, …]}, "denials": {NAME: ["service:Operation", …]}}
anything that fails
    -> {"ok": false, "error": "…"}

The account behind the endpoint has to be empty. `"plain": true` says that the endpoint is the emulator itself, without
the proxy; calls that only the proxy knows are then tolerated when they fail. Loopback only.
"""

import json
import sys
from urllib.parse import urlsplit

sys.dont_write_bytecode = True  # the tests leave nothing behind in the source tree

from estates import BY_NAME  # noqa: E402
from estates.aws import Aws  # noqa: E402
from estates.estate import World  # noqa: E402
from estates.many import build_many  # noqa: E402

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main():
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(safely(line)), flush=True)


def safely(line):
    try:
        return {"ok": True, **answer(json.loads(line))}
    except Exception as failure:  # a bad request must not end the driver
        return {"ok": False, "error": f"{type(failure).__name__}: {failure}"}


def answer(request):
    if request.get("list"):
        return {
            "estates": {name: [fault.name for fault in estate.faults] for name, estate in BY_NAME.items()},
            "denials": {name: estate.denials for name, estate in BY_NAME.items()},
        }
    if urlsplit(request["endpoint"]).hostname not in LOOPBACK:
        raise ValueError(f"not a loopback endpoint: {request['endpoint']}")
    world = World(Aws(request["endpoint"], plain=request.get("plain", False)))
    if "many" in request:
        build_many(world, request["many"])
        return {"ids": world.ids, "overrides": [], "expect": [], "denials": []}
    return build(world, request["estate"], request.get("fault"))


def build(world, name, fault_name):
    if name not in BY_NAME:
        raise ValueError(f"no estate {name}")
    estate = BY_NAME[name]
    fault = estate.fault(fault_name)
    if fault_name and not fault:
        raise ValueError(f"{name} has no fault {fault_name}")
    estate.build(world)
    overrides = (fault.change(world) or []) if fault else []
    return {
        "ids": world.ids,
        "overrides": overrides,
        "expect": fault.expect if fault else [],
        "denials": estate.denials,
    }


if __name__ == "__main__":
    main()
