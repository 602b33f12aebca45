"""Plans as Terraform's JSON, written by hand."""

from typing import Any

from infra.tools.prices.fixed_units import Resource, resources_of

FUNCTION = "module.api.module.function.aws_lambda_function.this"


def change(address: str, **after: Any) -> dict[str, Any]:
    """Return a resource that a plan creates."""
    kind = next(part for part in address.split(".") if part.startswith("aws_"))
    return {"address": address, "type": kind, "mode": "managed", "change": {"after": after}}


def alarm(name: str, *queues: str) -> dict[str, Any]:
    """Return an alarm on queues: of their metric, or of an expression of several."""
    address = f'module.alarms.aws_cloudwatch_metric_alarm.metric["{name}"]'
    dimensions = [{"QueueName": queue} for queue in queues]
    if len(queues) == 1:
        return change(address, metric_query=[], dimensions=dimensions[0])
    metrics = [{"metric": [{"dimensions": each}], "expression": None} for each in dimensions]
    expression = {"metric": [], "expression": "a - b"}
    return change(address, metric_query=[expression, *metrics], dimensions=None)


def function(memory_size: int = 512, architecture: str = "arm64") -> dict[str, Any]:
    """Return the function of the API."""
    return change(FUNCTION, memory_size=memory_size, architectures=[architecture])


def indexer() -> dict[str, Any]:
    """Return the function that writes the index of search."""
    address = "module.search.module.indexer.aws_lambda_function.this"
    return change(address, memory_size=1_769, architectures=["arm64"])


def resources(*changes: dict[str, Any]) -> list[Resource]:
    """Return the resources of a plan."""
    return resources_of({"resource_changes": list(changes)})
