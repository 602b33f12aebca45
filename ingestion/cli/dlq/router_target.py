"""Sends events to the router again."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256

from pydantic import Field

from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.target import UNROUTED, RedriveAttempt, RedriveTarget
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, Event


class RedrivenEvent(Event):
    """A dead letter's event under a new deduplication id.

    The topic ignores an id that it has seen within five minutes. The new id is made of the message
    and its redrive count, so an event that was edited or failed again is not ignored.
    """

    letter: DeadLetter = Field(exclude=True)

    @cached_property
    def json_bytes(self) -> bytes:
        """The original text, with all that its sender wrote."""
        return self.letter.body.encode()

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes that the topic filters by, the redrive count and the first request."""
        known = self.letter.attributes.get(REQUEST_ID)
        request = {REQUEST_ID: known} if known else {}
        return super().attributes | request | {REDRIVE_COUNT: str(self.letter.redrive_count + 1)}

    @property
    def deduplication_id(self) -> str:
        """Equal only when the same message is sent twice by one redrive."""
        redrive = f"{self.source}\n{self.id}:r{self.letter.redrive_count + 1}"
        return sha256(f"{redrive}\n{self.letter.message_id}".encode()).hexdigest()


class RouterTarget(RedriveTarget):
    """The router, which takes events of the catalog's sources."""

    def prepare(self, letter: DeadLetter) -> RedriveAttempt:
        """Check the event as the worker does."""
        event = Event.from_json(letter.body)
        if letter.queue not in (UNROUTED, event.source):
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {letter.queue!r}"))
        self.deployment.catalog.entity_of(event)
        return RedriveAttempt(letter, [RedrivenEvent(**event.model_dump(), letter=letter)])

    def send(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the events."""
        self.publish(self.deployment.topic_arn, attempts)
