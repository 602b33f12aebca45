"""Takes a FIFO queue's batch: its groups side by side, the records of one in order."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from ingestion.telemetry.redaction import describe

Record = dict[str, Any]
Result = TypeVar("Result")
Take = Callable[[Record], Result]


def process(
    records: Iterable[Record], take: Take[Result], pool: Executor
) -> tuple[list[Result], list[Any]]:
    """The results, and what the queue must repeat: what raised, and what waits.

    Not by Powertools' batch processor, which is serial and imports all its data classes: 100 ms of
    a start.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["attributes"]["MessageGroupId"]].append(record)
    results: list[Result] = []
    failures: list[Any] = []
    run = pool.map if len(groups) > 1 else map  # A thread costs more than it would save.
    # Made here: two threads that make the first Logger of a process would print each line twice.
    process_group = partial(_process_group, take, Logger())
    for group_results, group_failures in run(process_group, groups.values()):
        results += group_results
        failures += group_failures
    return results, failures


def _process_group(
    take: Take[Result], logger: Logger, records: list[Record]
) -> tuple[list[Result], list[Any]]:
    """Results and failures of one group: after a failure the rest of it waits, in order."""
    results: list[Result] = []
    for place, record in enumerate(records):
        try:
            results.append(take(record))
        except Exception as error:  # Whatever it is, it is this group's alone.
            failed = record["messageId"]
            logger.warning("record_retried", error=describe(error), message_id=failed)
            return results, [{"itemIdentifier": it["messageId"]} for it in records[place:]]
    return results, []
