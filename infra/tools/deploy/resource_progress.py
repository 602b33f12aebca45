"""Counts the resources that Terraform reports, under names for people."""

import re
from typing import Any

from infra.tools.progress import Progress

_FINISHED = re.compile(
    r"(?P<address>\S.*?): (?:(?:Creation|Modifications|Destruction) complete|Refreshing state)"
)
_SERVICE = re.compile("^aws_(api_gateway|[a-z0-9]+)_")
_KEY = re.compile(r'\["([^"]+)"\]')
_INDEX = re.compile(r"\[.*?\]")
_UNNAMED = {"module", "this", "function"}
_CHANGES = {"create", "update", "delete"}


def count_changes(plan: dict[str, Any]) -> int:
    """Return how many resources a plan, given as Terraform's JSON, changes."""
    actions = [resource["change"]["actions"] for resource in plan.get("resource_changes", [])]
    return sum(action in _CHANGES for each in actions for action in each)


def count_resource(progress: Progress, line: str) -> None:
    """Count the resource that a line of Terraform's output reports as finished."""
    if found := _FINISHED.match(line):
        progress.count(resource_name(found["address"]))


def resource_name(address: str) -> str:
    """Return a name such as "queue sourceA" for `module.source["sourceA"].aws_sqs_queue.this`."""
    keys = _KEY.findall(address)
    *modules, kind, role = _INDEX.sub("", address).split(".")
    named = [role, *reversed(modules)]
    wanted = [*keys[-1:], *(name for name in named if name not in _UNNAMED)]
    return " ".join([*_SERVICE.sub("", kind).split("_"), *wanted[:1]])
