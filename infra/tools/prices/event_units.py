"""Counts what a million events cost, from POST to table, change feed and index of search.

An event is a new entity of up to 1 KB. Nothing fails, and every batch of a queue is full if the
requests are.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from infra.tools.prices.fixed_units import Resource
from infra.tools.prices.price_list import Units

# Below this memory a function has a part of one CPU.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_OF_ONE_CPU = 1_769
# Lambda's own lines of each run: START, END, REPORT.
LOG_BYTES_A_RUN = 350
# What the change function prints for each run.
LOG_BYTES_OF_CHANGES = 330
# Assumed: the wait for one call of AWS, or for several at once.
WAIT_MS = 10
# A delivery by the topic, and for each batch one receive and one delete.
DELIVERY, RECEIVE_AND_DELETE = 1, 2
MESSAGES_A_RECEIVE = 10
# A commit of the index of search: the files of a segment, their list, and the pointer. Measured.
OBJECTS_A_COMMIT = 8
COMMIT_CPU_MS = 75
LOG_BYTES_OF_INDEXER = 700


class Traffic(NamedTuple):
    """How the events arrive. The CPU is that of one run; the log bytes are those of one event.

    The indexer waits some seconds for changes, so a commit depends on the events in a second.
    """

    events_a_request: int
    events_a_batch: int
    events_a_commit: int
    api_cpu_ms: float
    worker_cpu_ms: float
    log_bytes: float


# CPU: measured once on one core of a busy machine. Log: docs/performance.md.
# A commit: one event a second, and more than 200 a second.
SINGLE = Traffic(1, 1, 5, api_cpu_ms=2, worker_cpu_ms=1.6, log_bytes=667)
BATCHED = Traffic(100, 10, 1_000, api_cpu_ms=18, worker_cpu_ms=10, log_bytes=52)


def event_units(resources: Iterable[Resource], traffic: Traffic) -> list[Units]:
    """Return the units of a million events. A price is for a million, so these are per event."""
    found = list(resources)
    requests, batches = 1 / traffic.events_a_request, 1 / traffic.events_a_batch
    commits = 1 / traffic.events_a_commit
    firewalls = _count(found, "aws_wafv2_web_acl")
    subscribers = _count(found, "aws_sns_topic_subscription", 'module.subscriber["')
    return [
        Units("API requests", requests, "api_requests"),
        *([Units("requests through the firewall", requests, "firewall_requests")] * firewalls),
        Units("runs of functions", requests + 2 * batches + commits, "function_requests"),
        _gb_seconds(found, traffic),
        _gb_seconds_of_indexer(found, commits),
        # A call publishes up to ten messages; so does a call of the change function.
        Units("calls of topics", 2 * batches, "topic_requests"),
        Units("deliveries of topics", 2 + subscribers, "topic_deliveries"),
        Units("requests of queues", _queue_requests(batches, commits), "queue_requests"),
        Units("write units of table and indexes", 1 + _indexes(found), "write_units"),
        # The indexer reads each entity consistently.
        Units("read units of the table", 1, "read_units"),
        Units("objects of the search index", OBJECTS_A_COMMIT * commits, "object_writes"),
        Units("GB of log", _log_bytes(traffic) / 1_000, "log_gb"),
    ]


def _count(resources: Iterable[Resource], type_: str, part: str = "") -> int:
    return sum(each.type == type_ and part in each.address for each in resources)


def _indexes(resources: Iterable[Resource]) -> int:
    """Return the indexes of the entities' table: an event may fill all of them."""
    tables = [each for each in resources if each.address == "module.store.aws_dynamodb_table.this"]
    return sum(len(table.values["global_secondary_index"]) for table in tables)


def _queue_requests(batches: float, commits: float) -> float:
    """Return the requests of the source's queue and of the indexer's."""
    receives = max(commits, 1 / MESSAGES_A_RECEIVE)
    return 2 * DELIVERY + RECEIVE_AND_DELETE * (batches + receives)


def _gb_seconds(resources: Iterable[Resource], traffic: Traffic) -> Units:
    """Return a million gigabyte-seconds of API, worker and change function, which is not measured.

    The change function counts like the worker.
    """
    api = _function(resources, "module.api.module.function")
    memory = api["memory_size"]
    cpu_share = min(1, memory / MB_OF_ONE_CPU)
    api_ms = traffic.api_cpu_ms / cpu_share + WAIT_MS
    batch_ms = traffic.worker_cpu_ms / cpu_share + WAIT_MS
    milliseconds = api_ms / traffic.events_a_request + 2 * batch_ms / traffic.events_a_batch
    return _gb_second_units("functions", api, milliseconds)


def _gb_seconds_of_indexer(resources: Iterable[Resource], commits: float) -> Units:
    """Return a million gigabyte-seconds of the indexer, which waits for the objects at once."""
    indexer = _function(resources, "module.search.module.indexer")
    cpu_share = min(1, indexer["memory_size"] / MB_OF_ONE_CPU)
    # The pointer, the entities, the objects, and the pointer again.
    milliseconds = (COMMIT_CPU_MS / cpu_share + 4 * WAIT_MS) * commits
    return _gb_second_units("the indexer", indexer, milliseconds)


def _function(resources: Iterable[Resource], module: str) -> dict[str, Any]:
    address = f"{module}.aws_lambda_function.this"
    [found] = [each.values for each in resources if each.address == address]
    return found


def _gb_second_units(what: str, function: dict[str, Any], milliseconds: float) -> Units:
    memory, [architecture] = function["memory_size"], function["architectures"]
    label = f"million GB-seconds of {what} with {memory} MB"
    return Units(
        label, milliseconds / 1_000 * memory / 1_024, f"function_gb_seconds_{architecture}"
    )


def _log_bytes(traffic: Traffic) -> float:
    requests, batches = 1 / traffic.events_a_request, 1 / traffic.events_a_batch
    commits = 1 / traffic.events_a_commit
    own = traffic.log_bytes + LOG_BYTES_OF_CHANGES * batches + LOG_BYTES_OF_INDEXER * commits
    return own + LOG_BYTES_A_RUN * (requests + 2 * batches + commits)
