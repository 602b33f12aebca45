"""A dead-letter queue: leases, deletes and replaces its messages.

A lease hides messages from other readers until it ends. It adds to the receive counts that SQS
keeps, which have no effect here: these queues have no redrive policy of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, takewhile
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple

from ingestion.cli.dlq import dead_letter as dead_letters
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.target import LEASE_SECONDS, RedriveTarget

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGES = 10  # SQS: the most of one call.
MIN_MESSAGES_PER_SECOND = 10  # Assumed speed of a command. More messages need a longer lease.
MAX_LEASE_SECONDS = 12 * 3600  # SQS: the longest visibility timeout.
WAIT_SECONDS = 1  # Long polling asks all of a queue's servers.
_MAX_BATCH_BYTES = 262_144  # SQS: the most of one call that sends messages.
_ATTRIBUTE_BYTES = 8_000  # A generous bound: a detail has up to 1,000 characters.

Page = list[DeadLetter]


def backlog(sqs: "SQSClient", url: str) -> int:
    """Return about how many messages a queue holds, visible or not."""
    response = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, response["Attributes"].values()))


class Replacement(NamedTuple):
    """A message, its new body, and the deduplication id of the message with this body."""

    old: DeadLetter
    body: str
    new_id: str

    @property
    def entry(self) -> dict[str, Any]:
        """Return the new message as an entry of a batch. It has a group of its own."""
        attributes = {**self.old.attributes, dead_letters.ORIGINAL_ID: self.old.original_id}
        return {
            "MessageBody": self.body,
            "MessageGroupId": self.new_id,
            "MessageDeduplicationId": self.new_id,
            "MessageAttributes": dead_letters.string_attributes(attributes),
        }


@dataclass(frozen=True)
class DeadLetterQueue:
    """A queue by the name that operators use, and the target of its messages.

    `deleted` are the ids of the messages that were deleted: their leases need no release.
    """

    sqs: "SQSClient"
    name: str
    url: str
    target: RedriveTarget
    deleted: set[str] = field(default_factory=set)

    @contextmanager
    def leased(
        self,
        matches: Callable[[DeadLetter], bool] | None = None,
        lease_seconds: int = LEASE_SECONDS,
    ) -> Iterator[Iterator[Page]]:
        """Lease all visible messages and yield pages of those that match. Release all at the end.

        A FIFO queue shows only the first messages of a group while they are leased. The others
        show within the same lease once the first are deleted.
        """
        received: Page = []
        try:
            pages = (list(filter(matches, p)) for p in self._pages(received, lease_seconds))
            yield filter(None, pages)
        finally:
            self._release([each for each in received if each.message_id not in self.deleted])

    def read(self, is_stopping: Event | None = None) -> Page:
        """Return all visible messages, and release them. Ends early if that is asked for."""
        stop = is_stopping or Event()
        with self.leased() as pages:
            return list(chain.from_iterable(takewhile(lambda _: not stop.is_set(), pages)))

    def delete(self, page: Page) -> Page:
        """Delete up to `MAX_MESSAGES` messages. Return those that were deleted.

        A message whose lease has ended is not deleted.
        """
        if not page:
            return []
        response = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=_entries(page))
        done = [page[int(deleted["Id"])] for deleted in response.get("Successful", [])]
        self.deleted.update(found.message_id for found in done)
        return done

    def replace(self, replacements: Iterable[Replacement]) -> Page:
        """Replace up to `MAX_MESSAGES` messages, and return those that were replaced.

        The new ones are sent first, so that a crash loses none.
        """
        replaced: Page = []
        for batch in _batches(replacements):
            entries: list[Any] = [{"Id": str(n), **new.entry} for n, new in enumerate(batch)]
            response = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            replaced += [batch[int(sent["Id"])].old for sent in response.get("Successful", [])]
        self.delete(replaced)
        return replaced

    def _release(self, received: Page) -> None:
        for first in range(0, len(received), MAX_MESSAGES):
            entries = _entries(received[first : first + MAX_MESSAGES], VisibilityTimeout=0)
            self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def _pages(self, received: Page, lease_seconds: int) -> Iterator[Page]:
        lease_seconds += backlog(self.sqs, self.url) // MIN_MESSAGES_PER_SECOND
        seen: set[str] = set()
        while page := self._receive(min(lease_seconds, MAX_LEASE_SECONDS)):
            received += page
            yield [found for found in page if found.message_id not in seen]
            seen |= {found.message_id for found in page}

    def _receive(self, lease_seconds: int) -> Page:
        response = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=lease_seconds,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        found = (DeadLetter.from_message(self.name, m) for m in response.get("Messages", []))
        return list(map(self.target.describe, found))


def _batches(replacements: Iterable[Replacement]) -> Iterator[list[Replacement]]:
    """Yield lists that one call may send."""
    batch: list[Replacement] = []
    batch_bytes = 0
    for each in replacements:
        each_bytes = len(each.body.encode()) + _ATTRIBUTE_BYTES
        if batch and batch_bytes + each_bytes > _MAX_BATCH_BYTES:
            yield batch
            batch, batch_bytes = [], 0
        batch.append(each)
        batch_bytes += each_bytes
    if batch:
        yield batch


def _entries(page: Sequence[DeadLetter], **more: int) -> list[Any]:
    handles = enumerate(found.receipt_handle for found in page)
    return [{"Id": str(n), "ReceiptHandle": handle, **more} for n, handle in handles]
