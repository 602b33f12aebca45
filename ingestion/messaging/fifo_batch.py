"""Handle the batch of a FIFO queue: groups in parallel, the records of one group in order."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from ingestion.messaging.identity import identity_of
from ingestion.telemetry.redaction import describe_error

Record = dict[str, Any]
Result = TypeVar("Result")
ProcessRecord = Callable[[Record], Result]
# Returns the result of a failed record, or None if the queue must redeliver it.
HandleFailure = Callable[[Record, Exception], Result | None]


def process_fifo_batch(
    records: Iterable[Record],
    process_record: ProcessRecord[Result],
    pool: Executor,
    handle_failure: HandleFailure[Result] = lambda _record, _error: None,
) -> tuple[list[Result], list[Any]]:
    """Return the results, and the records that the queue must redeliver.

    The queue redelivers a failed record for which `handle_failure` returns None, and the later
    records of its group, which are not tried. Powertools' batch processor is serial, and its
    imports add 100 ms to a start.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["attributes"]["MessageGroupId"]].append(record)
    results: list[Result] = []
    failures: list[Any] = []
    map_groups = pool.map if len(groups) > 1 else map  # For one group a thread would only cost.
    # Created before the threads: two threads that create the first Logger print each line twice.
    process_group = partial(_process_group, process_record, handle_failure, Logger())
    for group_results, group_failures in map_groups(process_group, groups.values()):
        results += group_results
        failures += group_failures
    return results, failures


def _process_group(
    process_record: ProcessRecord[Result],
    handle_failure: HandleFailure[Result],
    logger: Logger,
    records: list[Record],
) -> tuple[list[Result], list[Any]]:
    """Return the results and failures of one group. None is tried behind a failure.

    Each failure has a log line with the ids of its event.
    """
    results: list[Result] = []
    for record in records:
        try:
            results.append(process_record(record))
        except Exception as error:  # Any error concerns this group only.
            logger.warning("record_failed", error=describe_error(error), **identity_of(record))
            if (result := handle_failure(record, error)) is None:
                break
            results.append(result)
    left = records[len(results) :]
    for record in left[1:]:
        logger.warning("record_not_tried", **identity_of(record))
    return results, [{"itemIdentifier": record["messageId"]} for record in left]
