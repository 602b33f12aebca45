"""The queues of dead letters: look, delete, put another in a letter's place.

Looking hides messages from other readers for the length of the call. It adds to the receive counts
that SQS keeps, on which nothing acts here: these queues have no redrive policy of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from ingestion.cli.dlq.letter import LETTER_ID, Letter

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGES = 10  # SQS: the most of one call.
POOL_SIZE = 16  # Most of a look is waiting.
LETTERS_A_SECOND = 10  # What a look surely gets through: it holds a queue's letters for so long.
MAX_HOLD_SECONDS = 12 * 3600  # SQS: the longest visibility timeout.
WAIT_SECONDS = 1  # Long polling asks all of a queue's servers.


def backlog(sqs: "SQSClient", url: str) -> int:
    """About how many messages a queue holds, shown or not."""
    answer = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, answer["Attributes"].values()))


@dataclass(frozen=True)
class DeadLetterQueues:
    """The queues of dead letters by name, and which kind of letter is in which.

    A look hides the letters for `hold_seconds`, and for longer where there are many.
    """

    sqs: "SQSClient"
    urls: Mapping[str, str]
    letter_types: Mapping[str, type[Letter]] = field(default_factory=dict)
    hold_seconds: int = 60

    @contextmanager
    def look(self, name: str) -> Iterator[Iterator[Letter]]:
        """Every letter that the queue of this name shows, given back at the end.

        A FIFO queue shows no more of a group while some of it are looked at: of letters that came
        without a reason, which keep their entity's group, the first ones show. Deleting them lets
        the others show within the same look.
        """
        held: list[Letter] = []
        try:
            yield self._letters(name, held)
        finally:
            self._give_back(name, held)

    def read(self, *names: str) -> list[Letter]:
        """All letters that these queues show; on return nobody holds them."""

        def read_one(name: str) -> list[Letter]:
            with self.look(name) as letters:
                return list(letters)

        with ThreadPoolExecutor(POOL_SIZE) as pool:
            return list(chain.from_iterable(pool.map(read_one, names)))

    def count(self, *names: str) -> int:
        """About how many messages the queues hold, shown or not."""
        return sum(backlog(self.sqs, self.urls[name]) for name in names)

    def delete(self, letters: Sequence[Letter]) -> int:
        """Take up to `MAX_MESSAGES` letters of one queue away; how many it let go."""
        if not letters:
            return 0
        answer = self.sqs.delete_message_batch(
            QueueUrl=self.urls[letters[0].queue],
            Entries=_entries(letters),
        )
        return len(answer.get("Successful", []))

    def replace(self, letter: Letter, body: str) -> None:
        """Put a mended letter in the place of this one: first the new, so that none is lost."""
        own_id = sha256(f"{letter.message_id}\n{body}".encode()).hexdigest()
        self.sqs.send_message(
            QueueUrl=self.urls[letter.queue],
            MessageBody=body,
            MessageGroupId=own_id,
            MessageDeduplicationId=own_id,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in {**letter.attributes, LETTER_ID: letter.letter_id}.items()
                if value
            },
        )
        self.delete([letter])

    def _letters(self, name: str, held: list[Letter]) -> Iterator[Letter]:
        hold = self.hold_seconds + self.count(name) // LETTERS_A_SECOND
        seen: set[str] = set()
        while page := self._receive(name, min(hold, MAX_HOLD_SECONDS)):
            held += page
            yield from (letter for letter in page if letter.message_id not in seen)
            seen |= {letter.message_id for letter in page}

    def _receive(self, name: str, hold_seconds: int) -> list[Letter]:
        answer = self.sqs.receive_message(
            QueueUrl=self.urls[name],
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=hold_seconds,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        letter_type = self.letter_types.get(name, Letter)
        return [letter_type.from_message(name, message) for message in answer.get("Messages", [])]

    def _give_back(self, name: str, held: list[Letter]) -> None:
        """Show the letters again; those that were deleted meanwhile are passed over."""
        for first in range(0, len(held), MAX_MESSAGES):
            self.sqs.change_message_visibility_batch(
                QueueUrl=self.urls[name],
                Entries=_entries(held[first : first + MAX_MESSAGES], VisibilityTimeout=0),
            )


def _entries(letters: Sequence[Letter], **more: int) -> list[Any]:
    handles = enumerate(letter.receipt_handle for letter in letters)
    return [{"Id": str(n), "ReceiptHandle": handle, **more} for n, handle in handles]
