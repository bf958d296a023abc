"""What an estate is: a healthy account, the faults that can be put into it, and the reads that may be denied."""

from dataclasses import dataclass, field
from typing import Callable


class World:
    """One account while it is being built; builders hang their parts on it. `ids` is what the harness gets to see."""

    def __init__(self, aws):
        self.aws = aws
        self.ids = {"account": aws.account}


@dataclass(frozen=True)
class Fault:
    """`change` does one thing to a healthy world and may return overrides for what the emulator cannot say.

    An empty `expect` is a change that must stay without any finding; its name begins with `fine-`.
    """

    name: str
    change: Callable
    expect: list


@dataclass(frozen=True)
class Estate:
    name: str
    build: Callable
    faults: list = field(default_factory=list)
    denials: list = field(default_factory=list)

    def fault(self, name):
        return next((fault for fault in self.faults if fault.name == name), None)


def error(rule, *routes, stages=None):
    return _finding("error", rule, routes, stages)


def warning(rule, *routes, stages=None):
    return _finding("warning", rule, routes, stages)


def _finding(severity, rule, routes, stages):
    finding = {"rule": rule, "routes": list(routes), "severity": severity}
    if stages:
        finding["stages"] = list(stages)
    return finding
