"""Redrive targets whose messages contain everything to send: events, changes, failed calls."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from urllib.parse import unquote_plus

from pydantic import Field, ValidationError
from pydantic_core import to_json

from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter, string_attributes
from ingestion.cli.dlq.names import CALL_FAILED, UNROUTED
from ingestion.cli.dlq.target import RedriveAttempt, RedriveTarget, send_in_order
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, Event
from ingestion.store.change import Change

_REBUILD_AGAIN = "run `ingest search rebuild`, then drop this"


class RedrivenEvent(Event):
    """A dead letter's event under a new deduplication id.

    The topic ignores an id that it has seen within five minutes. The new id is made of the message
    and its redrive count, so an event that was edited or failed again is not ignored.
    """

    dead_letter: DeadLetter = Field(exclude=True)

    @cached_property
    def json_bytes(self) -> bytes:
        """The original text, with all that its sender wrote."""
        return self.dead_letter.body.encode()

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes that the topic filters by, the redrive count and the first request."""
        known = self.dead_letter.attributes.get(REQUEST_ID)
        request = {REQUEST_ID: known} if known else {}
        count = str(self.dead_letter.redrive_count + 1)
        return super().attributes | request | {REDRIVE_COUNT: count}

    @cached_property
    def deduplication_id(self) -> str:
        """Return an id that is equal only if one redrive sends the same message twice."""
        redrive = f"{self.source}\n{self.id}:r{self.dead_letter.redrive_count + 1}"
        return sha256(f"{redrive}\n{self.dead_letter.message_id}".encode()).hexdigest()


class RouterTarget(RedriveTarget):
    """The router, which accepts events of the catalog's sources."""

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check the event as the worker does."""
        event, queue = Event.from_json(dead_letter.body), dead_letter.queue
        if queue not in (UNROUTED, event.source):
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {queue!r}"))
        self.deployment.catalog.entity_of(event)
        redriven = RedrivenEvent(**event.model_dump(), dead_letter=dead_letter)
        return RedriveAttempt(dead_letter, [redriven])

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the events."""
        self.publish_messages(self.deployment.topic_arn, attempts)


@dataclass(frozen=True)
class SubscriberTarget(RedriveTarget):
    """The queue of one subscriber, which holds changes."""

    edit_error = "a change cannot be edited: it records what happened"
    redact = staticmethod(redact_output.change)
    queue_arn: str

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check the change. The queue ignores an id that it has seen within five minutes."""
        change = _change_of(dead_letter)
        count = str(dead_letter.redrive_count + 1)
        deduplication_id = sha256(f"{dead_letter.message_id}:r{count}".encode()).hexdigest()
        message = {
            "MessageBody": dead_letter.body,
            "MessageGroupId": change.group_id,
            "MessageDeduplicationId": deduplication_id,
            "MessageAttributes": string_attributes(change.attributes | {REDRIVE_COUNT: count}),
        }
        return RedriveAttempt(dead_letter, message)

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Send the changes in order, each under a deduplication id of its own."""
        *_, account, name = self.queue_arn.split(":")
        sqs = self.deployment.client("sqs")
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        send_in_order(attempts, lambda attempt: sqs.send_message(QueueUrl=url, **attempt.content))


class SearchTarget(RedriveTarget):
    """The queue of the indexer, which holds changes. The indexer reads the entity as it is now.

    Lambda adds its records of rebuilds that failed three times.
    """

    edit_error = "a change cannot be edited: it records what happened"
    redact = staticmethod(redact_output.change)

    def describe(self, dead_letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with what to do about a rebuild that failed."""
        described = super().describe(dead_letter)
        if not _is_rebuild(dead_letter):
            return described
        error_type = dead_letter.value("responsePayload", "errorType") or "no error"
        detail = f"a rebuild failed three times ({error_type}): {_REBUILD_AGAIN}"
        return replace(described, reason=CALL_FAILED, detail=detail)

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check the change."""
        if _is_rebuild(dead_letter):
            raise RejectedRecord(CALL_FAILED, FieldError("requestPayload", _REBUILD_AGAIN))
        change = _change_of(dead_letter)
        count = str(dead_letter.redrive_count + 1)
        attributes = string_attributes(change.attributes | {REDRIVE_COUNT: count})
        message = {"MessageBody": dead_letter.body, "MessageAttributes": attributes}
        return RedriveAttempt(dead_letter, message)

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Send the changes."""
        sqs, url = self.deployment.client("sqs"), self.deployment.search_queue_url
        send_in_order(attempts, lambda attempt: sqs.send_message(QueueUrl=url, **attempt.content))


def _is_rebuild(dead_letter: DeadLetter) -> bool:
    """Return whether this is Lambda's record of an invocation that should rebuild the index."""
    return dead_letter.value("requestPayload", "rebuild") is not None


def _change_of(dead_letter: DeadLetter) -> Change:
    """Return the change that a dead letter holds. Raises RejectedRecord."""
    try:
        return Change.model_validate_json(dead_letter.body)
    except ValidationError as error:
        raise RejectedRecord.from_validation("invalid_event", error) from error


class FunctionTarget(RedriveTarget):
    """The functions that handle uploaded files.

    Format: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """

    edit_error = "a failed call cannot be edited: upload the file again, then drop this"
    redact = staticmethod(redact_output.lambda_record)

    def describe(self, dead_letter: DeadLetter) -> DeadLetter:
        """Return the dead letter with the file's key and the function's error."""
        key = dead_letter.value("requestPayload", "Records", 0, "s3", "object", "key")
        function = _function_name(dead_letter)
        error_type = dead_letter.value("responsePayload", "errorType")
        message = dead_letter.value("responsePayload", "errorMessage")
        shown_message = message if self.show_personal else redact_output.HIDDEN
        is_known = function and error_type and message
        return replace(
            super().describe(dead_letter),
            event_id=unquote_plus(key) if isinstance(key, str) else dead_letter.message_id,
            reason=CALL_FAILED,
            detail=f"{function}: {error_type}: {shown_message}" if is_known else "",
        )

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Find the function and its input."""
        names = [self.deployment.function_names[name] for name in ("extractor", "inserter")]
        function, payload = _function_name(dead_letter), dead_letter.value("requestPayload")
        if function not in names or payload is None:
            expected = f"must be that of {' or '.join(names)}"
            fault = FieldError("requestContext.functionArn", expected)
            raise RejectedRecord("invalid_message", fault)
        return RedriveAttempt(dead_letter, {"FunctionName": function, "Payload": to_json(payload)})

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Invoke the functions without waiting for them."""
        invoke = self.deployment.client("lambda").invoke
        send_in_order(attempts, lambda attempt: invoke(InvocationType="Event", **attempt.content))


def _function_name(dead_letter: DeadLetter) -> str:
    """Return the plain name of the function that failed; empty if the record holds no ARN."""
    arn = str(dead_letter.value("requestContext", "functionArn"))
    return "".join(arn.split(":")[6:7])
