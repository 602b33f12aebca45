"""Where dead letters are sent again, and how their messages are read."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from ingestion.aws.retry import NO_ANSWER
from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.environment import Deployment
from ingestion.errors import RejectedRecord
from ingestion.event import RETRIES_EXHAUSTED
from ingestion.messaging.router import Router

# The queues that belong to no source. The last is a reason too.
CHANGES, FILES, UNROUTED = "changes", "files", "unrouted"
UNDELIVERED = "undelivered"
OUTCOMES = ("redriven", "would_fail", "not_taken")
PUBLISH_SECONDS = 30  # Part of the lease of a page.
_ERROR_CODE = "ErrorCode"  # The attribute that SNS adds to what it could not deliver.
_POOL_SIZE = 10


@dataclass
class RedriveAttempt:
    """A dead letter, what its target sends, and whether that was taken.

    `content` is None if nothing can be sent. `rejection` says why the dead letter, or a part of it,
    would fail again.
    """

    letter: DeadLetter
    content: Any = None
    rejection: RejectedRecord | None = None
    is_taken: bool = False

    @property
    def outcome(self) -> str:
        """One of `OUTCOMES`."""
        if self.rejection:
            return "would_fail"
        return "redriven" if self.is_taken else "not_taken"


@dataclass(frozen=True)
class RedriveTarget(ABC):
    """A target of an environment. It reads messages as events unless a subclass overrides that.

    `edit_error` says why its messages cannot be edited.
    """

    deployment: Deployment
    show_personal: bool
    edit_error: ClassVar[str] = ""

    def describe(self, letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with its event's id, its reason, its detail and its content."""
        event_id, detail = letter.value("id"), letter.attributes.get("detail", "")
        if not self.show_personal:
            detail = redact_output.stored_detail(detail, letter.document)
        default = UNDELIVERED if _ERROR_CODE in letter.attributes else RETRIES_EXHAUSTED
        reason = letter.attributes.get("reason", default)
        return replace(
            letter,
            event_id=event_id if event_id and isinstance(event_id, str) else letter.message_id,
            reason=UNROUTED if letter.queue == UNROUTED else reason,
            detail=detail,
            content=self.content(letter, redact_output.event),
        )

    def content(self, letter: DeadLetter, redact: Callable[[Any], Any]) -> Any:
        """Return the redacted document. With `show_personal`, return all of the message."""
        if not self.show_personal:
            return redact(letter.document)
        return letter.body if letter.document is None else letter.document

    @abstractmethod
    def prepare(self, letter: DeadLetter) -> RedriveAttempt:
        """Check the dead letter. Raises RejectedRecord if it would fail again."""

    @abstractmethod
    def send(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Send the content of each attempt, and mark those that were taken."""

    def publish(self, topic_arn: str, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the messages of each attempt, and mark those that were taken as a whole."""
        messages = [message for attempt in attempts for message in attempt.content]
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            router = Router(self.deployment.client("sns"), topic_arn, pool)
            left = router.publish(messages, time.monotonic() + PUBLISH_SECONDS).left
        left_ids = {id(message) for message, _ in left}
        for attempt in attempts:
            attempt.is_taken = left_ids.isdisjoint(map(id, attempt.content))


def send_in_order(
    attempts: Sequence[RedriveAttempt], send_one: Callable[[RedriveAttempt], object]
) -> None:
    """Send one attempt after another until a service refuses one. Mark those that were taken."""
    with suppress(ClientError, *NO_ANSWER):
        for attempt in attempts:
            send_one(attempt)
            attempt.is_taken = True
