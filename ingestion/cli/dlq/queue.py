"""A dead-letter queue: leases, deletes and replaces its messages.

A lease hides messages from other readers until it ends. It adds to the receive counts that SQS
keeps, which have no effect here: these queues have no redrive policy of their own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from ingestion.cli.dlq import dead_letter as dead_letters
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.target import RedriveTarget

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGES = 10  # SQS: the most of one call.
MIN_MESSAGES_PER_SECOND = 10  # Assumed speed of a command. More messages need a longer lease.
MAX_LEASE_SECONDS = 12 * 3600  # SQS: the longest visibility timeout.
WAIT_SECONDS = 1  # Long polling asks all of a queue's servers.

Page = list[DeadLetter]


def backlog(sqs: "SQSClient", url: str) -> int:
    """Return about how many messages a queue holds, visible or not."""
    response = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, response["Attributes"].values()))


@dataclass(frozen=True)
class DeadLetterQueue:
    """A queue by the name that operators use, and the target of its messages."""

    sqs: "SQSClient"
    name: str
    url: str
    target: RedriveTarget
    lease_seconds: int = 60

    @contextmanager
    def leased(
        self, matches: Callable[[DeadLetter], bool] | None = None
    ) -> Iterator[Iterator[Page]]:
        """Lease all visible messages and yield pages of those that match. Release all at the end.

        A FIFO queue shows only the first messages of a group while they are leased. The others
        show within the same lease once the first are deleted.
        """
        received: Page = []
        try:
            pages = (list(filter(matches, page)) for page in self._pages(received))
            yield filter(None, pages)
        finally:
            for first in range(0, len(received), MAX_MESSAGES):
                self.sqs.change_message_visibility_batch(
                    QueueUrl=self.url,
                    Entries=_entries(received[first : first + MAX_MESSAGES], VisibilityTimeout=0),
                )

    def read(self) -> Page:
        """Return all visible messages, and release them."""
        with self.leased() as pages:
            return list(chain.from_iterable(pages))

    def delete(self, page: Page) -> int:
        """Delete up to `MAX_MESSAGES` messages. Return how many were deleted."""
        if not page:
            return 0
        response = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=_entries(page))
        return len(response.get("Successful", []))

    def replace(self, old: DeadLetter, body: str) -> None:
        """Replace a message. The new one is sent first, so that a crash loses none."""
        new_id = sha256(f"{old.message_id}\n{body}".encode()).hexdigest()
        attributes = {**old.attributes, dead_letters.ORIGINAL_ID: old.original_id}
        self.sqs.send_message(
            QueueUrl=self.url,
            MessageBody=body,
            MessageGroupId=new_id,
            MessageDeduplicationId=new_id,
            MessageAttributes=dead_letters.string_attributes(attributes),
        )
        self.delete([old])

    def _pages(self, received: Page) -> Iterator[Page]:
        lease_seconds = self.lease_seconds + backlog(self.sqs, self.url) // MIN_MESSAGES_PER_SECOND
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


def _entries(page: Sequence[DeadLetter], **more: int) -> list[Any]:
    handles = enumerate(found.receipt_handle for found in page)
    return [{"Id": str(n), "ReceiptHandle": handle, **more} for n, handle in handles]
