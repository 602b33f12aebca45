"""The messages that replace edited dead letters, and those that were sent in part."""

from collections.abc import Iterable, Iterator, Sized
from hashlib import sha256
from typing import Any, NamedTuple, Self

from ingestion.cli.counts import count_of
from ingestion.cli.dlq.dead_letter import ORIGINAL_ID, DeadLetter, string_attributes
from ingestion.cli.dlq.target import RedriveAttempt

MAX_MESSAGES = 10  # SQS: the most of one call.
_MAX_BATCH_BYTES = 262_144  # SQS: the most of one call that sends messages.
_ATTRIBUTE_BYTES = 8_000  # A generous bound: a detail has up to 1,000 characters.


class Replacement(NamedTuple):
    """A message, its new body, and the deduplication id of the message with this body."""

    old: DeadLetter
    body: str
    new_id: str

    @classmethod
    def of_remainder(cls, attempt: RedriveAttempt) -> Self | None:
        """Return the dead letter of what was not sent; None if its body is the same as before."""
        old, body = attempt.dead_letter, attempt.remainder
        if body is None or body == old.body:
            return None
        return cls(old, body, sha256(f"{old.message_id}\n{body}".encode()).hexdigest())

    @property
    def entry(self) -> dict[str, Any]:
        """Return the new message as an entry of a batch. It has a group of its own."""
        attributes = {**self.old.attributes, ORIGINAL_ID: self.old.original_id}
        return {
            "MessageBody": self.body,
            "MessageGroupId": self.new_id,
            "MessageDeduplicationId": self.new_id,
            "MessageAttributes": string_attributes(attributes),
        }


def batches(replacements: Iterable[Replacement]) -> Iterator[list[Replacement]]:
    """Yield lists that one call may send."""
    batch: list[Replacement] = []
    batch_bytes = 0
    for each in replacements:
        each_bytes = len(each.body.encode()) + _ATTRIBUTE_BYTES
        is_full = len(batch) == MAX_MESSAGES or batch_bytes + each_bytes > _MAX_BATCH_BYTES
        if batch and is_full:
            yield batch
            batch, batch_bytes = [], 0
        batch.append(each)
        batch_bytes += each_bytes
    if batch:
        yield batch


def added(replaced: Sized) -> str:
    """Return that so many were sent and perhaps not deleted; empty without any."""
    count = count_of(len(replaced), "edited dead letter")
    return f"{count} were added, and the old ones may be there too" if replaced else ""
