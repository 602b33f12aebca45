"""Puts messages on a topic: in batches, in parallel, in order within an entity."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from ingestion.aws.retry import FIRST_PAUSE_SECONDS, NO_ANSWER, attempts
from ingestion.event import Message

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

# SNS PublishBatch: 10 entries and 262,144 bytes in all, attributes included.
MAX_ENTRIES = 10
MAX_BATCH_BYTES = 262_144
_ATTRIBUTE_BYTES = 256  # A generous bound for names, types and values of our attributes.

Batch = list[Message]


class NotTaken(NamedTuple):
    """An event that the topic did not take, and the error code of the last attempt."""

    event: Message
    reason: str


class Published(NamedTuple):
    """What the topic did not take, and how often a call was repeated."""

    left: list[NotTaken]
    retried: int

    def taken(self, events: Iterable[Message]) -> Counter[str]:
        """How many of the events that were published the topic took, by entity."""
        left = {id(event) for event, _ in self.left}
        return Counter(event.entity_name for event in events if id(event) not in left)


@dataclass(frozen=True)
class Router:
    """A topic, the client that reaches it, and the threads that may do so at once."""

    sns: "SNSClient"
    topic_arn: str
    pool: Executor
    first_pause_seconds: float = FIRST_PAUSE_SECONDS

    def publish(self, events: Iterable[Message], deadline: float, **attributes: str) -> Published:
        """Publish what the topic takes before `deadline` (of `time.monotonic`).

        The attributes, 100 bytes at most, go with each event beside its own.

        Events of one entity go in order: batches that share an entity go one after another, and
        stop at the first failure. Where a call is taken in part, an earlier event may follow a
        later one of that call; the store sorts that out.
        """
        chains = _ordered_chains(events)
        publish_chain = partial(self._publish_chain, deadline=deadline, attributes=attributes)
        run = self.pool.map if len(chains) > 1 else map
        runs = list(run(publish_chain, chains))
        left = [entry for run in runs for entry in run.left]
        return Published(left, sum(run.retried for run in runs))

    def _publish_chain(
        self, batches: Sequence[Batch], deadline: float, attributes: Mapping[str, str]
    ) -> Published:
        retried = 0
        for position, batch in enumerate(batches):
            left, reason, repeats = self._publish_batch(batch, deadline, attributes)
            retried += repeats
            if left:
                rest = chain(left, *batches[position + 1 :])
                return Published([NotTaken(event, reason) for event in rest], retried)
        return Published([], retried)

    def _publish_batch(
        self, batch: Batch, deadline: float, attributes: Mapping[str, str]
    ) -> tuple[Batch, str, int]:
        """What is left of the batch, why, and how many calls came after the first."""
        left, reason, repeats = batch, "DeadlineExceeded", 0
        for repeats, _ in enumerate(attempts(deadline, self.first_pause_seconds)):  # noqa: B007 - the last one counts
            left, reason, worth_repeating = self._attempt(left, attributes)
            if not left or not worth_repeating:
                break
        return left, reason, repeats

    def _attempt(self, batch: Batch, attributes: Mapping[str, str]) -> tuple[Batch, str, bool]:
        """What one call left behind, why, and whether another call may take it."""
        entries = [_entry(str(index), event, attributes) for index, event in enumerate(batch)]
        try:
            answer = self.sns.publish_batch(
                TopicArn=self.topic_arn, PublishBatchRequestEntries=entries
            )
        except ClientError as error:
            return batch, error.response["Error"]["Code"], _is_passing(error)
        except NO_ANSWER as error:
            return batch, type(error).__name__, True
        failed = answer.get("Failed", [])
        # Only what the topic says it took is taken.
        taken = {entry["Id"] for entry in answer.get("Successful", [])}
        left = [event for index, event in enumerate(batch) if str(index) not in taken]
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


def _is_passing(error: ClientError) -> bool:
    """Throttling and faults of the service pass; botocore repeats neither of SNS's throttles."""
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or "Throttl" in error.response["Error"]["Code"]


def _ordered_chains(events: Iterable[Message]) -> list[list[Batch]]:
    """Return chains of batches. A chain holds all events of each of its entities, in order."""
    groups: dict[str, list[Message]] = {}
    for event in events:
        groups.setdefault(event.group_id, []).append(event)
    chains: list[list[Batch]] = []
    room = 0
    for group in groups.values():
        for position, event in enumerate(group):
            size = len(event.json_bytes) + _ATTRIBUTE_BYTES
            if size > room or len(chains[-1][-1]) == MAX_ENTRIES:
                if position == 0:
                    chains.append([])
                chains[-1].append([])
                room = MAX_BATCH_BYTES
            chains[-1][-1].append(event)
            room -= size
    return chains
