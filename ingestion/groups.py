"""Takes a FIFO queue's batch: its groups side by side, the records of one in order."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ingestion.observability import logger

Record = dict[str, Any]
Take = Callable[[SQSRecord], str]  # Powertools calls it by keyword: its parameter is `record`.


def process(
    records: Iterable[Record], take: Take, pool: Executor
) -> tuple[Counter[str], list[Any]]:
    """How often each outcome was, and what the queue must repeat: what raised, and what waits."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record["attributes"]["MessageGroupId"]].append(record)
    outcomes: Counter[str] = Counter()
    failures: list[Any] = []
    for group_outcomes, group_failures in pool.map(partial(_process_group, take), groups.values()):
        outcomes += group_outcomes
        failures += group_failures
    return outcomes, failures


def _process_group(take: Take, records: list[Record]) -> tuple[Counter[str], list[Any]]:
    """Outcomes and failures of one group: after a failure the rest of it waits, in order."""
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    with processor(records, take):
        results = processor.process()
    failed = zip(processor.fail_messages, processor.exceptions, strict=True)
    for record, (_, error, trace) in failed:
        if trace:  # Powertools' own marks for the records that wait have none.
            message_id = cast("SQSRecord", record).message_id
            logger().warning("record_retried", exc_info=error, message_id=message_id)
    outcomes = Counter(result for status, result, _ in results if status == "success")
    return outcomes, processor.response()["batchItemFailures"]
