"""Takes a FIFO queue's batch: its groups side by side, the records of one in order."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar, cast

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ingestion.discretion import describe
from ingestion.observability import logger

Record = dict[str, Any]
Result = TypeVar("Result")
# Powertools calls it by keyword: its parameter is `record`.
Take = Callable[[SQSRecord], Result]


def process(
    records: Iterable[Record], take: Take[Result], pool: Executor
) -> tuple[list[Result], list[Any]]:
    """The results, and what the queue must repeat: what raised, and what waits."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["attributes"]["MessageGroupId"]].append(record)
    results: list[Result] = []
    failures: list[Any] = []
    run = pool.map if len(groups) > 1 else map  # A thread costs more than it would save.
    for group_results, group_failures in run(partial(_process_group, take), groups.values()):
        results += group_results
        failures += group_failures
    return results, failures


def _process_group(take: Take[Result], records: list[Record]) -> tuple[list[Result], list[Any]]:
    """Results and failures of one group: after a failure the rest of it waits, in order."""
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    with processor(records, take):
        results = processor.process()
    failed = zip(processor.fail_messages, processor.exceptions, strict=True)
    for record, (_, error, trace) in failed:
        if error and trace:  # Powertools' own marks for the records that wait have none.
            message_id = cast("SQSRecord", record).message_id
            logger().warning("record_retried", error=describe(error), message_id=message_id)
    taken = [result for status, result, _ in results if status == "success"]
    return cast("list[Result]", taken), processor.response()["batchItemFailures"]
