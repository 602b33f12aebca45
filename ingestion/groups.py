"""Takes a FIFO queue's batch: its groups side by side, the records of one in order."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from ingestion.discretion import describe
from ingestion.observability import logger

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
    for group_results, group_failures in run(partial(_process_group, take), groups.values()):
        results += group_results
        failures += group_failures
    return results, failures


class _OwnTrouble:
    """Keeps to a group what it raised, whatever it is: other groups go on."""

    error: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


def _process_group(take: Take[Result], records: list[Record]) -> tuple[list[Result], list[Any]]:
    """Results and failures of one group: after a failure the rest of it waits, in order."""
    results: list[Result] = []
    with _OwnTrouble() as trouble:
        for record in records:
            results.append(take(record))  # noqa: PERF401  # What came before a failure counts.
    waiting = [record["messageId"] for record in records[len(results) :]]
    if trouble.error:
        error = describe(trouble.error)
        logger().warning("record_retried", error=error, message_id=waiting[0])
    return results, [{"itemIdentifier": message_id} for message_id in waiting]
