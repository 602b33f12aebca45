"""A dead-letter queue: leases, deletes and replaces its messages.

A lease hides messages from other readers until it ends. It adds to the receive counts that SQS
keeps, which have no effect here: these queues have no redrive policy of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, takewhile
from math import ceil
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from ingestion.aws.retry import FAILED_CALL
from ingestion.cli.audit.unfinished import after_audit_line
from ingestion.cli.counts import count_of
from ingestion.cli.dlq.dead_letter import MAX_MESSAGES, DeadLetter, Replacement, batches
from ingestion.cli.dlq.target import LEASE_SECONDS, RedriveTarget

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_CALLS = 10  # At once. Most of their time is waiting for SQS.
MIN_MESSAGES_PER_SECOND = 10  # Assumed speed of a command. More messages need a longer lease.
MAX_LEASE_SECONDS = 12 * 3600  # SQS: the longest visibility timeout.
WAIT_SECONDS = 1  # Long polling asks all of a queue's servers.

Page = list[DeadLetter]
Batch = TypeVar("Batch")
Answer = TypeVar("Answer")


def backlog(sqs: "SQSClient", url: str) -> int:
    """Return about how many messages a queue holds, visible or not."""
    response = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, response["Attributes"].values()))


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
        max_calls: int = MAX_CALLS,
    ) -> Iterator[Iterator[Page]]:
        """Lease all visible messages and yield pages of those that match. Release all at the end.

        A page has up to `MAX_MESSAGES`. While all calls find so many, the pages grow to the
        messages of `max_calls` calls at once. The messages of a group keep their order: SQS never
        leases a group to two calls.

        A FIFO queue shows only the first messages of a group while they are leased. The others
        show within the same lease once the first are deleted.
        """
        received: Page = []
        try:
            found = self._pages(received, lease_seconds, max_calls)
            yield filter(None, (list(filter(matches, page)) for page in found))
        except BaseException:
            with suppress(*FAILED_CALL):  # SQS ends the leases later. The first failure is raised.
                self._release(received, max_calls)
            raise
        self._release(received, max_calls)

    def steps(self, page: Page) -> Iterator[Page]:
        """Yield what a redrive sends at once: a page, but few of those that take long."""
        slow = [found for found in page if self.target.is_slow(found)]
        slow_ids = {found.message_id for found in slow}
        yield [found for found in page if found.message_id not in slow_ids]
        for few in _in_tens(slow):
            yield self._renew(few, self.target.lease_seconds)

    def read(self, is_stopping: Event | None = None, max_calls: int = MAX_CALLS) -> Page:
        """Return all visible messages, and release them. Ends early if that is asked for."""
        stop = is_stopping or Event()
        with self.leased(max_calls=max_calls) as pages:
            return list(chain.from_iterable(takewhile(lambda _: not stop.is_set(), pages)))

    def delete(self, page: Page) -> Page:
        """Delete messages. Return those that were deleted.

        A message whose lease has ended is not deleted.
        """
        return list(chain.from_iterable(_call_at_once(self._delete, _in_tens(page))))

    def _delete(self, page: Page) -> Page:
        response = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=_entries(page))
        done = [page[int(deleted["Id"])] for deleted in response.get("Successful", [])]
        self.deleted.update(found.message_id for found in done)
        return done

    def replace(self, replacements: Iterable[Replacement]) -> Page:
        """Replace messages, and return those that were replaced.

        The new ones are sent first, so that a crash loses none.
        """
        replaced: Page = []

        def send(batch: list[Replacement]) -> Page:
            entries: list[Any] = [{"Id": str(n), **new.entry} for n, new in enumerate(batch)]
            response = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            sent = [batch[int(each["Id"])].old for each in response.get("Successful", [])]
            replaced.extend(sent)
            return sent

        with after_audit_line(lambda: _added(replaced)):
            sent = _call_at_once(send, list(batches(replacements)))
            self.delete(replaced)
        return list(chain.from_iterable(sent))

    def _renew(self, page: Page, lease_seconds: int) -> Page:
        """Set the lease of up to `MAX_MESSAGES`. Return those whose lease had not ended."""
        entries = _entries(page, VisibilityTimeout=lease_seconds)
        response = self.sqs.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)
        return [page[int(renewed["Id"])] for renewed in response.get("Successful", [])]

    def _release(self, received: Page, max_calls: int) -> None:
        leased = [each for each in received if each.message_id not in self.deleted]
        _call_at_once(lambda page: self._renew(page, 0), _in_tens(leased), max_calls)

    def _pages(self, received: Page, lease_seconds: int, max_calls: int) -> Iterator[Page]:
        expected = backlog(self.sqs, self.url)
        lease_seconds += expected // MIN_MESSAGES_PER_SECOND
        seen: set[str] = set()
        waits = [WAIT_SECONDS]  # One call waits for messages. The others find what is there.
        receive = partial(self._receive, received, min(lease_seconds, MAX_LEASE_SECONDS))
        while any(answers := _call_at_once(receive, waits, max_calls)):
            new = {found.message_id: found for page in answers for found in page}
            yield [found for message_id, found in new.items() if message_id not in seen]
            seen |= new.keys()
            full = sum(len(page) == MAX_MESSAGES for page in answers)
            left = ceil((expected - len(seen)) / MAX_MESSAGES)
            waits = [WAIT_SECONDS] + [0] * (min(2 * full, left, max_calls) - 1)

    def _receive(self, received: Page, lease_seconds: int, wait_seconds: int) -> Page:
        """Lease up to `MAX_MESSAGES` messages, and add them to `received`."""
        response = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=lease_seconds,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        found = [DeadLetter.from_message(self.name, m) for m in response.get("Messages", [])]
        received.extend(found)
        return list(map(self.target.describe, found))


def _added(replaced: Page) -> str:
    count = count_of(len(replaced), "edited dead letter")
    return f"{count} were added, and the old ones may be there too" if replaced else ""


def _call_at_once(
    call: Callable[[Batch], Answer], batches: Sequence[Batch], max_calls: int = MAX_CALLS
) -> list[Answer]:
    """Return the answers of a call for each batch, in their order. Waits for all calls."""
    if len(batches) == 1:
        return [call(batches[0])]
    with ThreadPoolExecutor(max_calls) as pool:
        return list(pool.map(call, batches))


def _in_tens(page: Page) -> list[Page]:
    """Return pages of up to `MAX_MESSAGES`."""
    return [page[first : first + MAX_MESSAGES] for first in range(0, len(page), MAX_MESSAGES)]


def _entries(page: Sequence[DeadLetter], **more: int) -> list[Any]:
    handles = enumerate(found.receipt_handle for found in page)
    return [{"Id": str(n), "ReceiptHandle": handle, **more} for n, handle in handles]
