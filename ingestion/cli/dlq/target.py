"""The base of redrive targets: reads dead letters, checks them and sends them again."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, ClassVar

from ingestion.aws.retry import FAILED_CALL
from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter, Replacement
from ingestion.cli.dlq.names import CALL_FAILED, UNDELIVERED, UNROUTED
from ingestion.cli.environment import Deployment
from ingestion.cli.start.failures import describe_failure
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import RETRIES_EXHAUSTED
from ingestion.messaging.router import Router

LEASE_SECONDS = 60
PUBLISH_SECONDS = 30  # Part of the lease of a page.
_ERROR_CODE = "ErrorCode"  # The attribute that SNS adds to what it could not deliver.
_POOL_SIZE = 10


@dataclass
class RedriveAttempt:
    """A dead letter, what its target sends, and whether it was sent.

    `content` is None if nothing can be sent. `rejection` says why the dead letter, or a part of it,
    would fail again. `remainder` is the new body of a dead letter that was sent in part.
    `events_of_request` counts the events of a request in quarantine; None for another message.
    `failure` says why it was not sent although a later redrive may succeed.
    """

    dead_letter: DeadLetter
    content: Any = None
    rejection: RejectedRecord | None = None
    is_sent: bool = False
    remainder: str | None = None
    events_of_request: int | None = None
    failure: str = ""

    @property
    def reported_problem(self) -> RejectedRecord | None:
        """Return why a call for the dead letter failed, or why the dead letter would fail again."""
        if self.failure:
            return RejectedRecord(CALL_FAILED, FieldError("", self.failure))
        return self.rejection

    @property
    def replacement(self) -> Replacement | None:
        """Return the dead letter of what was not sent; None if its body is the same as before."""
        old, body = self.dead_letter, self.remainder
        if body is None or body == old.body:
            return None
        return Replacement(old, body, sha256(f"{old.message_id}\n{body}".encode()).hexdigest())

    @property
    def counts_for_limit(self) -> bool:
        """Return whether something is stored. Of a request that still fails, there may be none."""
        return self.events_of_request != 0 or self.rejection is None

    @property
    def stops_others(self) -> bool:
        """Return whether the target may refuse others too. One request says nothing of others."""
        return not self.is_sent and self.events_of_request is None

    @property
    def problem(self) -> str | None:
        """Return why the dead letter would fail again, or None if it would succeed."""
        return f"{self.rejection.reason}: {self.rejection.detail}" if self.rejection else None


@dataclass(frozen=True)
class RedriveTarget(ABC):
    """A target of an environment. It reads messages as events unless a subclass overrides that.

    `edit_error` says why its messages cannot be edited. A redrive leases them for `lease_seconds`.
    """

    deployment: Deployment
    show_personal: bool
    edit_error: ClassVar[str] = ""
    lease_seconds: ClassVar[int] = LEASE_SECONDS
    redact = staticmethod(redact_output.event)

    def describe(self, dead_letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with its event's id, its reason, its detail and its content."""
        document, attributes = dead_letter.document, dead_letter.attributes
        event_id, detail = dead_letter.value("id"), attributes.get("detail", "")
        content = dead_letter.body if document is None else document
        default = UNDELIVERED if _ERROR_CODE in attributes else RETRIES_EXHAUSTED
        reason = attributes.get("reason", default)
        if not self.show_personal:
            # The worker writes this detail: class, code and place of an error, without values.
            if attributes.get("reason") != RETRIES_EXHAUSTED:
                detail = redact_output.stored_detail(detail, document)
            content = self.redact(document)
        is_unrouted = dead_letter.queue == UNROUTED
        return replace(
            dead_letter,
            event_id=event_id if event_id and isinstance(event_id, str) else dead_letter.message_id,
            reason=UNROUTED if is_unrouted else reason,
            detail=detail,
            content=content,
        )

    def prepare_attempt(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check the dead letter. The rejection quotes personal data only if `show_personal`."""
        try:
            attempt = self.check_dead_letter(dead_letter)
        except RejectedRecord as rejection:
            attempt = RedriveAttempt(dead_letter, rejection=rejection)
        if attempt.rejection and not self.show_personal:
            attempt.rejection = redact_output.rejection(attempt.rejection, dead_letter.document)
        return attempt

    def edit_error_of(self, dead_letter: DeadLetter) -> str:  # noqa: ARG002 - subclasses need it
        """Return why the message cannot be edited; empty if it can."""
        return self.edit_error

    def is_slow(self, dead_letter: DeadLetter) -> bool:  # noqa: ARG002 - a subclass needs it
        """Return whether the message takes a large part of the lease."""
        return False

    def details(self, dead_letter: DeadLetter) -> dict[str, Any]:  # noqa: ARG002 - subclasses need it
        """Return what `show` adds: content that the message points to."""
        return {}

    def delete_requests(self, dead_letters: Iterable[DeadLetter]) -> None:
        """Delete the requests in quarantine to which messages point. Events point to none."""
        _ = dead_letters

    def is_deleted(self, dead_letter: DeadLetter) -> bool:  # noqa: ARG002 - a subclass needs it
        """Return whether this command deleted the request of a dead letter that is there twice."""
        return False

    @abstractmethod
    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Return what is to be sent. Raises RejectedRecord if it would fail again."""

    @abstractmethod
    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Send the content of each attempt, and set `is_sent` of those that the target accepted."""

    def publish_messages(self, topic_arn: str, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the messages of each attempt, and set `is_sent` if all of them were published."""
        messages = [message for attempt in attempts for message in attempt.content]
        errors: list[Exception] = []
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            sns = self.deployment.client("sns")
            router = Router(sns, topic_arn, pool, on_failed_call=errors.append)
            unpublished = router.publish(messages, time.monotonic() + PUBLISH_SECONDS).unpublished
        reasons = {id(message): reason for message, reason in unpublished}
        for attempt in attempts:
            attempt.is_sent = reasons.keys().isdisjoint(map(id, attempt.content))
        reason = f"the topic did not accept all: {', '.join(sorted({*reasons.values()}))}"
        _note_failure(attempts, describe_failure(errors[-1]) if errors else reason)


def send_in_order(
    attempts: Sequence[RedriveAttempt], send_one: Callable[[RedriveAttempt], object]
) -> None:
    """Send one attempt after another until a service refuses one. Set `is_sent` of the others.

    An attempt for which `send_one` returns False is not sent.
    """
    try:
        for attempt in attempts:
            attempt.is_sent = send_one(attempt) is not False
    except FAILED_CALL as error:
        _note_failure(attempts, describe_failure(error))


def _note_failure(attempts: Sequence[RedriveAttempt], failure: str) -> None:
    """Set why attempts were not sent, unless that is known."""
    for attempt in attempts:
        if not attempt.is_sent:
            attempt.failure = attempt.failure or failure
