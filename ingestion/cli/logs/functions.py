"""The functions of an environment by the names that operators use, and which lines to read."""

from collections.abc import Iterable
from typing import NamedTuple

from ingestion.cli.environment import Deployment

KINDS = ("worker", "delivery")  # Each is the first word of the names of several functions.
# They serve all sources, and their lines name the source.
_SHARED = ("api", "extractor", "inserter", "changes")


class Selection(NamedTuple):
    """The lines of a function to read: all, or only those that name the source."""

    function: str
    log_group: str
    source: str | None = None


def worker_of(source: str) -> str:
    """Return the name of a source's worker, as operators use it."""
    return f"worker {source}"


def other_function(deployment: Deployment, part: str) -> str | None:
    """Return the function of a part that is no source: of `changes`, `search` or a subscriber."""
    names = {f"subscriber {name}": f"delivery {name}" for name in deployment.delivery_functions}
    return {**names, "changes": "changes", "search": "indexer"}.get(part)


def log_groups(deployment: Deployment) -> dict[str, str]:
    """Return the log groups by the function's name: `api`, `worker sourceA`, `delivery web`."""
    found, deliveries = deployment.function_names, deployment.delivery_functions
    names = {name: function for name, function in found.items() if isinstance(function, str)}
    names |= {worker_of(source): function for source, function in found["workers"].items()}
    names |= {f"delivery {subscriber}": function for subscriber, function in deliveries.items()}
    return {name: log_group_of(function) for name, function in names.items()}


def log_group_of(function: str) -> str:
    """Return the log group of a function by its name in Lambda."""
    return f"/aws/lambda/{function}"


def of_functions(deployment: Deployment, names: Iterable[str]) -> list[Selection]:
    """Select all lines of these functions."""
    groups = log_groups(deployment)
    return [Selection(name, groups[name]) for name in names]


def of_source(deployment: Deployment, source: str) -> list[Selection]:
    """Select the lines of the source's worker, and those of shared functions that name it."""
    groups = log_groups(deployment)
    shared = (Selection(name, groups[name], source) for name in _SHARED)
    worker = worker_of(source)
    return [Selection(worker, groups[worker]), *shared]
