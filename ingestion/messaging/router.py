"""Publish messages to a topic: in batches, in parallel, in order within an entity."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, NamedTuple, Self

import boto3
from botocore.exceptions import ClientError

from ingestion.aws.encoding import register_encoders
from ingestion.aws.retry import FAILED_CALL, FIRST_PAUSE_SECONDS, attempts, failure_code
from ingestion.event import Message
from ingestion.settings import CLIENT_CONFIG, POOL_SIZE

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

# SNS PublishBatch: 10 entries and 262,144 bytes in all, attributes included.
MAX_ENTRIES = 10
MAX_BATCH_BYTES = 262_144
_ATTRIBUTE_BYTES = 256  # A generous bound for names, types and values of our attributes.

Batch = list[Message]


class UnpublishedEvent(NamedTuple):
    """An event that was not published (API status `not_taken`), and the last error code."""

    event: Message
    reason: str


class PublishResult(NamedTuple):
    """The events that were not published, and how many calls were retries."""

    unpublished: list[UnpublishedEvent]
    retried: int

    def count_published_by_entity(self, events: Iterable[Message]) -> Counter[str]:
        """Return how many of the events were published, by entity."""
        unpublished = {event.deduplication_id for event, _ in self.unpublished}
        return Counter(e.entity_name for e in events if e.deduplication_id not in unpublished)


@dataclass(frozen=True)
class Router:
    """A topic, its client, and the threads that may call it in parallel.

    If the topic accepts a call in part, it may accept a later event of an entity and not an earlier
    one. If `keeps_order`, a call therefore has at most one event of each entity. Publishers to the
    store need no order: the store decides by the events' times. `on_failed_call` gets each error.
    """

    sns: "SNSClient"
    topic_arn: str
    pool: Executor
    keeps_order: bool = True
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    on_failed_call: Callable[[Exception], object] = lambda _: None

    @classmethod
    def build(cls, session: boto3.Session, topic_arn: str, *, keeps_order: bool) -> Self:
        """Build the client and the threads of a function that publishes to the topic."""
        sns = register_encoders(session.client("sns", config=CLIENT_CONFIG))
        return cls(sns, topic_arn, ThreadPoolExecutor(POOL_SIZE), keeps_order)

    def publish(
        self, events: Collection[Message], deadline: float, **attributes: str
    ) -> PublishResult:
        """Publish the events before `deadline` (of `time.monotonic`).

        Each event gets `attributes` (at most 100 bytes) in addition to its own attributes. Events
        of an entity are published in their order. After a failed event, no later event of its
        entity is published. Repeats are published once, because the topic would ignore them.
        """
        distinct: dict[str, Message] = {}
        for event in events:
            distinct.setdefault(event.deduplication_id, event)
        chains = _ordered_chains(distinct.values())
        if not self.keeps_order:
            chains = [_full_batches(chain.from_iterable(batches)) for batches in chains]
        publish_chain = partial(self._publish_chain, deadline=deadline, attributes=attributes)
        map_chains = self.pool.map if len(chains) > 1 else map
        results = list(map_chains(publish_chain, chains))
        reason_by_id = {e.deduplication_id: reason for r in results for e, reason in r.unpublished}
        unpublished = [
            UnpublishedEvent(event, reason_by_id[event.deduplication_id])
            for event in events
            if event.deduplication_id in reason_by_id
        ]
        return PublishResult(unpublished, sum(result.retried for result in results))

    def _publish_chain(
        self, batches: Sequence[Batch], deadline: float, attributes: Mapping[str, str]
    ) -> PublishResult:
        """Publish batches in order. Skip an entity's later events after one event failed."""
        reason_by_group: dict[str, str] = {}  # Why the later events of an entity are skipped.
        unpublished: list[UnpublishedEvent] = []
        retried = 0
        for batch in batches:
            skipped = [event for event in batch if event.group_id in reason_by_group]
            ready = [event for event in batch if event.group_id not in reason_by_group]
            failed, reason, retries = self._publish_with_retries(deadline, ready, attributes)
            reason_by_group.update((event.group_id, reason) for event in failed)
            unpublished += (
                UnpublishedEvent(event, reason_by_group[event.group_id])
                for event in (*skipped, *failed)
            )
            retried += retries
        return PublishResult(unpublished, retried)

    def _publish_with_retries(
        self, deadline: float, batch: Batch, attributes: Mapping[str, str]
    ) -> tuple[Batch, str, int]:
        """Return the events that no attempt published, the reason, and the number of retries."""
        left, reason, retried = batch, "DeadlineExceeded", 0
        waits = attempts(deadline, self.first_pause_seconds) if batch else ()
        for attempt, _ in enumerate(waits):
            retried = attempt
            left, reason, is_worth_retrying = self._publish_batch(left, attributes)
            if not left or not is_worth_retrying:
                break
        return left, reason, retried

    def _publish_batch(
        self, batch: Batch, attributes: Mapping[str, str]
    ) -> tuple[Batch, str, bool]:
        """Return the events that a call did not publish, the reason, and whether to retry."""
        entries = [_entry(str(index), event, attributes) for index, event in enumerate(batch)]
        try:
            response = self.sns.publish_batch(
                TopicArn=self.topic_arn, PublishBatchRequestEntries=entries
            )
        except FAILED_CALL as error:
            self.on_failed_call(error)
            return batch, failure_code(error), _is_transient(error)
        failed = response.get("Failed", [])
        # An entry that the response does not name was not published.
        published = {entry["Id"] for entry in response.get("Successful", [])}
        left = [event for index, event in enumerate(batch) if str(index) not in published]
        reason = failed[0]["Code"] if failed else "Unanswered"
        return left, reason, not any(entry["SenderFault"] for entry in failed)


def _entry(
    entry_id: str, event: Message, attributes: Mapping[str, str]
) -> "PublishBatchRequestEntryTypeDef":
    return {
        "Id": entry_id,
        "Message": event.json_bytes.decode(),
        "MessageGroupId": event.group_id,
        "MessageDeduplicationId": event.deduplication_id,
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in {**attributes, **event.attributes}.items()
        },
    }


def _is_transient(error: Exception) -> bool:
    """Return whether a retry may help. botocore does not retry the throttling errors of SNS."""
    if not isinstance(error, ClientError):
        return True
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or "Throttl" in failure_code(error)


def _ordered_chains(events: Iterable[Message]) -> list[list[Batch]]:
    """Return chains of batches. A chain holds all events of each of its entities, in order.

    A batch holds at most one event of an entity: if the topic accepts a batch in part, it may
    accept a later event of the entity and not an earlier one. Entities with about as many events
    share a chain, so that most of its batches are full.
    """
    groups: dict[str, list[Message]] = {}
    for event in events:
        groups.setdefault(event.group_id, []).append(event)
    shared: list[list[list[Message]]] = []
    free_bytes = 0
    for group in sorted(groups.values(), key=len, reverse=True):
        size = max(len(event.json_bytes) for event in group) + _ATTRIBUTE_BYTES
        if size > free_bytes or len(shared[-1]) == MAX_ENTRIES:
            shared.append([])
            free_bytes = MAX_BATCH_BYTES
        shared[-1].append(group)
        free_bytes -= size
    return [[[*filter(None, batch)] for batch in zip_longest(*groups)] for groups in shared]


def _full_batches(events: Iterable[Message]) -> list[Batch]:
    """Return the events in as few batches as a call's limits allow."""
    batches: list[Batch] = []
    free_bytes = 0
    for event in events:
        size = len(event.json_bytes) + _ATTRIBUTE_BYTES
        if size > free_bytes or len(batches[-1]) == MAX_ENTRIES:
            batches.append([])
            free_bytes = MAX_BATCH_BYTES
        batches[-1].append(event)
        free_bytes -= size
    return batches
