"""Handle the batch of a FIFO queue: groups in parallel, the records of one group in order."""

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


def process_fifo_batch(
    records: Iterable[Record], take: Take[Result], pool: Executor
) -> tuple[list[Result], list[Any]]:
    """Return the results, and the records that the queue must redeliver.

    The queue redelivers a record that raised and the later records of its group. Powertools' batch
    processor is serial, and its imports add 100 ms to a start.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["attributes"]["MessageGroupId"]].append(record)
    results: list[Result] = []
    failures: list[Any] = []
    run = pool.map if len(groups) > 1 else map  # For one group a thread would only cost.
    # Created before the threads: two threads that create the first Logger print each line twice.
    process_group = partial(_process_group, take, Logger())
    for group_results, group_failures in run(process_group, groups.values()):
        results += group_results
        failures += group_failures
    return results, failures


def _process_group(
    take: Take[Result], logger: Logger, records: list[Record]
) -> tuple[list[Result], list[Any]]:
    """Return the results and failures of one group. It ends at the first failure."""
    results: list[Result] = []
    for position, record in enumerate(records):
        try:
            results.append(take(record))
        except Exception as error:  # Any error concerns this group only.
            message_id = record["messageId"]
            logger.warning("record_retried", error=describe(error), message_id=message_id)
            return results, [{"itemIdentifier": left["messageId"]} for left in records[position:]]
    return results, []
